"""Write what was found as SARIF 2.1.0, for code scanning."""

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from builder.phrasing import count
from builder.text import short_hash
from builder.validate.findings import Finding
from builder.validate.formats.report import Report, chosen, readable
from builder.validate.rules import RULES

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# What GitHub's code scanning takes at most; a larger file is refused as a whole.
_RESULTS = 25_000
_BYTES = 9_500_000
_LONGEST = 1000
_BASE = "%SRCROOT%"
_INDEX = {name: number for number, name in enumerate(RULES)}


def render(report: Report) -> str:
    """Return the log; what is beyond the limits of code scanning is counted in a notification."""
    fingerprints = dict(zip(report.findings, _fingerprints(report.findings), strict=True))
    results: list[dict[str, Any]] = []
    size = 0
    for finding in chosen(report.findings, _RESULTS):
        result = _result(report, finding, fingerprints[finding])
        size += len(_json(result).encode("utf-8")) + 1
        if size > _BYTES:
            break
        results.append(result)
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if left := len(report.findings) - len(results):
        said = f"{count(left, 'more finding')} not listed here: --format json lists all"
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": said}}]
    run = {
        "tool": {"driver": _driver()},
        # Code scanning keeps apart what has another id: each workspace of a repository.
        "automationDetails": {"id": f"builder/validate/{report.workspace}".rstrip("/") + "/"},
        "originalUriBaseIds": {_BASE: {"description": {"text": "The root of the repository."}}},
        "invocations": [invocation],
        "properties": {**report.counts, "findings": len(report.findings)},
        "results": results,
    }
    return _json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _driver() -> dict[str, Any]:
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.asks},
            "help": {"text": f"What to do: {rule.do}."},
            "defaultConfiguration": {"level": "error"},
            "properties": {"tags": [rule.level]},
        }
        for rule in RULES.values()
    ]
    own = version("labelled-dataset-builder")
    return {"name": "builder validate", "version": own, "rules": rules}


def _result(report: Report, finding: Finding, fingerprint: str) -> dict[str, Any]:
    named = [
        f"{name} {readable(value, 200)}"
        for name, value in (("record", finding.record), ("field", finding.field))
        if value
    ]
    said = readable(finding.reason, _LONGEST) + (f" ({', '.join(named)})" if named else "")
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(report, finding), "uriBaseId": _BASE}}
    if finding.line:
        place["region"] = {"startLine": finding.line}
    return {
        "ruleId": finding.rule,
        "ruleIndex": _INDEX[finding.rule],
        "level": "error",
        "message": {"text": said},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }


def _uri(report: Report, finding: Finding) -> str:
    """Return the path as a relative URI, byte by byte as the disk has it."""
    path = report.path(finding)
    try:
        return quote(os.fsencode(path))
    except UnicodeEncodeError:  # half a character, which no disk holds
        return quote(readable(path))


def _fingerprints(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield for each finding what code scanning knows it by when its line has moved.

    It is made of the rule, the file and the record's field; where no record could be read, of the
    reason. Those that agree in all that are numbered.
    """
    seen: Counter[str] = Counter()
    for one in findings:
        what = one.record or one.reason
        parts = [one.rule, one.path, one.field, what]
        known = short_hash(*(readable(part) for part in parts))
        seen[known] += 1
        yield f"{known}:{seen[known]}"
