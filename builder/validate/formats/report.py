"""What a form is made from: the findings in order, how many are shown, and their place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from builder.phrasing import count
from builder.validate.findings import Finding
from builder.validate.rules import RULES, ValidationRule

if TYPE_CHECKING:
    from builder.validate.levels import Validated

# Data may hold names and values of any length: a line shows so many characters of each part.
_NAME = 200
_REASON = 500


@dataclass(frozen=True)
class Report:
    """The findings of one validation, sorted, and where in its repository the workspace lies.

    ``most`` is how many findings a form for people shows.
    """

    tally: str
    counts: Mapping[str, int]
    findings: Sequence[Finding]
    most: int
    workspace: str

    @property
    def shown(self) -> list[Finding]:
        """The findings that a form for people shows."""
        return chosen(self.findings, self.most)

    @property
    def not_shown(self) -> int:
        """How many findings a form for people does not show."""
        return max(0, len(self.findings) - self.most)

    def path(self, finding: Finding) -> str:
        """Return where the finding's file lies in the repository."""
        return f"{self.workspace}/{finding.path}" if self.workspace else finding.path

    def line(self, finding: Finding) -> str:
        """Return the finding as one line, its path as seen from the repository."""
        return line(replace(finding, path=self.path(finding)))


def make_report(
    result: "Validated", *, root: Path, environment: Mapping[str, str], most: int
) -> Report:
    """Return what the forms are made from; ``root`` is the workspace that was validated.

    Findings that say the same are one.
    """
    findings = sorted(set(result.findings))
    counts = {"files": result.files, "releases": result.releases, "records": result.records}
    tally = (
        f"{count(result.records, 'record')} in {count(result.files, 'file')} and "
        f"{count(result.releases, 'release')}: {count(len(findings), 'finding')}"
    )
    place = _in_repository(root.resolve(), environment)
    return Report(tally, counts, findings, most, "" if place == Path() else place.as_posix())


def chosen(findings: Sequence[Finding], most: int) -> list[Finding]:
    """Return so many of the findings, in order: one of each rule that is broken, then the first."""
    if len(findings) <= most:
        return list(findings)
    first: dict[str, int] = {}
    for number, finding in enumerate(findings):
        first.setdefault(finding.rule, number)
    kept = set(first.values())
    others = (number for number in range(len(findings)) if number not in kept)
    numbers = [*sorted(kept), *islice(others, max(0, most - len(kept)))][:most]
    return [findings[number] for number in sorted(numbers)]


def broken(findings: Iterable[Finding]) -> dict[ValidationRule, list[Finding]]:
    """Return the rules that are broken, in the order of their table, with what breaks each."""
    found = defaultdict(list)
    for finding in findings:
        found[finding.rule].append(finding)
    return {rule: found[name] for name, rule in RULES.items() if name in found}


def line(finding: Finding) -> str:
    """Return the finding as one line that is safe to print, whatever the data hold."""
    said = str(
        replace(
            finding,
            path=readable(finding.path),
            record=readable(finding.record, _NAME),
            field=readable(finding.field, _NAME),
            reason=readable(finding.reason, _REASON),
        )
    )
    # GitHub's runner takes "##[" anywhere, and "::" at the start of a line, for a command to it.
    said = said.replace("##[", r"#\#[")
    return f"./{said}" if said.lstrip().startswith("::") else said


def readable(text: str, most: int | None = None) -> str:
    """Return text in one line: what cannot be printed as its escape, and of a long one the start.

    So a line break, a terminal's command or half a character does no harm where it is shown.
    """
    kept = text[:most]
    said = kept if kept.isprintable() else "".join(map(_printable, kept))
    return said if len(kept) == len(text) else f"{said}... ({len(text) - len(kept)} more)"


def _printable(sign: str) -> str:
    return sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")


def _in_repository(root: Path, environment: Mapping[str, str]) -> Path:
    """Return where a folder lies in its repository; a checkout without git is found by its name."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            return root.relative_to(folder)
    checkout = Path(environment.get("GITHUB_WORKSPACE") or root).resolve()
    return root.relative_to(checkout) if root.is_relative_to(checkout) else Path()
