"""Write what was found as JSON: all of it, each finding with what to do."""

import json

from builder.validate.formats.report import Report
from builder.validate.rules import RULES


def render(report: Report) -> str:
    """Return the JSON; half a surrogate pair stays the escape that it was."""
    findings = [{**vars(found), "do": RULES[found.rule].do} for found in report.findings]
    content = {**report.counts, "findings": findings}
    said = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return said.encode("utf-8", "backslashreplace").decode("utf-8")
