"""Say what was found as lines for a person: the findings, the rules they break, and the tally."""

from collections.abc import Iterator

from builder.phrasing import count
from builder.validate.formats.report import Report, broken, line


def render(report: Report) -> str:
    """Return the lines."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    for finding in report.shown:
        yield f"{line(finding)} ({finding.rule})"
    if report.not_shown:
        yield (
            f"{count(report.not_shown, 'more finding')} not shown: --most "
            f"{len(report.findings)} shows all, and --format json has all"
        )
    for rule in broken(report.findings):
        yield f"{rule.id}: {rule.asks} What to do: {rule.do}."
    yield report.tally
