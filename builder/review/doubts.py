"""Say of which sentences people's work is in doubt: by their own flags, or by likely slips."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from builder.lint import slips
from builder.records import Article, Bounds, Correction

_FLAG = "flag "


@dataclass(frozen=True)
class Doubt:
    """What speaks against a stretch of a person's work: a flag, or a kind of slip."""

    person: str
    reason: str
    start: int
    end: int


def doubts(article: Article, work: Iterable[Correction]) -> list[Doubt]:
    """Return what speaks against work that stands."""
    found = []
    for correction in work:
        name, scope = correction.producer.name, correction.scope
        found += [Doubt(name, f"{_FLAG}{f}", scope.start, scope.end) for f in correction.flags]
        found += [
            Doubt(name, slip.kind, slip.start, slip.end)
            for slip in slips(correction, article)
            if slip.rule.severity == "held"
        ]
    return found


def held(
    found: Sequence[Doubt], bounds: Bounds, people: Collection[str], *, agreed: bool
) -> tuple[str, ...]:
    """Return what has to be looked at in a sentence that these people saw.

    Where several people mark the same, no slip is left, and only flags that all of them set.
    """
    here = [d for d in found if d.start < bounds.end and bounds.start < d.end]
    here = [d for d in here if d.person in people]
    raised: dict[str, set[str]] = {}
    for doubt in here:
        raised.setdefault(doubt.reason, set()).add(doubt.person)
    if agreed:
        raised = {r: by for r, by in raised.items() if r.startswith(_FLAG) and by >= {*people}}
    return tuple(sorted(raised))
