"""Say what was found to GitHub: annotations on the lines of a pull request, and a job summary."""

import html
from collections.abc import Iterable, Iterator
from itertools import accumulate

from builder.phrasing import count
from builder.validate.findings import Finding
from builder.validate.formats.report import Report, broken, chosen, readable
from builder.validate.rules import RULES

# GitHub shows so many errors of a step as annotations, and drops the others without a word.
_ANNOTATIONS = 10
# A step's summary may have 1 MiB; beyond it GitHub shows none.
_SUMMARY_BYTES = 900_000


def render(report: Report) -> str:
    """Return the lines for the log: the first findings as annotations, the rest as plain lines."""
    annotated = chosen(report.shown, _ANNOTATIONS)
    plain = sorted(set(report.shown) - set(annotated))
    lines = [_annotation(report, finding) for finding in annotated]
    lines += [f"{report.line(finding)} ({finding.rule})" for finding in plain]
    hidden = len(report.findings) - len(annotated)
    if hidden:
        said = f"{count(hidden, 'more finding')} without an annotation"
        rest = f", {report.not_shown} of them not shown" if report.not_shown else ""
        lines.append(f"::warning title=builder validate::{said}{rest}: see the job summary")
    return "\n".join([*lines, report.tally]) + "\n"


def summary(report: Report) -> str:
    """Return the job summary, in Markdown: each broken rule, what to do, and what breaks it."""
    parts = [f"### builder validate\n\n{report.tally}\n"]
    shown, room = broken(report.shown), _SUMMARY_BYTES
    for rule, findings in broken(report.findings).items():
        parts.append(f"\n**{rule.id}**: {rule.asks} What to do: {rule.do}.\n\n")
        lines = list(_within(map(report.line, shown.get(rule, ())), room))
        room -= sum(len(line.encode()) + 1 for line in lines)
        if len(lines) < len(findings):
            lines.append(f"and {len(findings) - len(lines)} more")
        parts.append("<pre>\n" + "\n".join(lines) + "\n</pre>\n")
    return "".join(parts)


def _within(lines: Iterable[str], room: int) -> Iterator[str]:
    """Yield the first lines, escaped for HTML, as far as the room goes."""
    escaped = [html.escape(line, quote=False) for line in lines]
    sizes = accumulate(len(line.encode()) + 1 for line in escaped)
    yield from (line for line, size in zip(escaped, sizes, strict=True) if size <= room)


def _annotation(report: Report, finding: Finding) -> str:
    """Return a workflow command; its message names the place too, for the log shows that alone."""
    rule = RULES[finding.rule]
    where = {"file": report.path(finding)}
    if finding.line:
        where["line"] = str(finding.line)
    where["title"] = f"builder validate: {rule.id}"
    named = ",".join(f"{name}={_property(readable(value))}" for name, value in where.items())
    said = f"{report.line(finding)}\nWhat to do: {rule.do}"
    return f"::error {named}::{_data(said)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
