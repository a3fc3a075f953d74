"""Say of each person how far they have come, how fast they are, and what they flagged."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from builder.records import CALIBRATION, Deal
from builder.review.effort import PersonEffort, by_person
from builder.review.measuring import all_work
from builder.review.worked import UNKNOWN_ARM, Worked
from builder.workspace.folder import Workspace
from builder.workspace.ledger import taken_out


@dataclass(frozen=True)
class Pace:
    """How much somebody does in an hour of Label Studio's clock, in one arm."""

    tasks_an_hour: float
    words_an_hour: float


@dataclass(frozen=True)
class PersonProgress:
    """How far one person has come.

    ``dealt`` is None where no tasks are dealt: then ``done`` counts the tasks worked on, and nobody
    knows how many are ``waiting``. Skipped tasks are done; ``undealt`` ones were done all the same.
    ``pace`` is told by arm, ``agreement`` is that with others, None where it is not known.
    ``flags`` counts what they flagged.
    """

    person: str
    left: bool
    dealt: int | None
    done: int
    waiting: int | None
    undealt: int
    skipped: int
    pace: dict[str, Pace]
    agreement: float | None
    flags: dict[str, int]


@dataclass(frozen=True)
class TeamProgress:
    """How far everybody has come who has work, or was dealt any; calibration is not counted."""

    people: list[PersonProgress]


def team_progress(
    workspace: Workspace, agreement: Mapping[str, float] | None = None
) -> TeamProgress:
    """Return how far people have come.

    Args:
        workspace: the workspace.
        agreement: how far each person agrees with others, by pseudonym, where that is measured.

    """
    gone = taken_out(workspace)
    work = list(all_work(workspace, without=gone, undealt_too=True))
    deals = [d for d in workspace.deals.records() if d.article not in gone]
    return TeamProgress(
        [
            _progress(person, of_them, dealt, paces, workspace.people.has_left(person), agreement)
            for person, of_them, dealt, paces in _by_person(work, deals)
        ]
    )


_OfPerson = tuple[str, list[Worked], set[tuple[str, int]] | None, list[PersonEffort]]


def _by_person(work: Iterable[Worked], deals: Iterable[Deal]) -> Iterable[_OfPerson]:
    """Yield each person with their work, the tasks and rounds dealt to them, and their pace."""
    pieces = list(work)
    dealt: dict[str, set[tuple[str, int]]] = {}
    for deal in deals:
        if deal.round != CALIBRATION:
            dealt.setdefault(deal.annotator, set()).add((deal.task, deal.round))
    paces = by_person(pieces)
    of_each: dict[str, list[Worked]] = {person: [] for person in dealt}
    for one in pieces:
        of_each.setdefault(one.person, []).append(one)
    for person in sorted(of_each):
        yield (
            person,
            of_each[person],
            dealt.get(person, set()) if dealt else None,
            [row for row in paces if row.person == person],
        )


def _progress(
    person: str,
    work: list[Worked],
    dealt: set[tuple[str, int]] | None,
    paces: list[PersonEffort],
    left: bool,
    agreement: Mapping[str, float] | None,
) -> PersonProgress:
    done = {(one.task, one.round) for one in work}
    return PersonProgress(
        person=person,
        left=left,
        dealt=None if dealt is None else len(dealt),
        done=len(done if dealt is None else done & dealt),
        waiting=None if dealt is None else len(dealt - done),
        undealt=0 if dealt is None else len(done - dealt),
        skipped=sum(one.skipped for one in work),
        pace=_paces(paces),
        agreement=(agreement or {}).get(person),
        flags=dict(sorted(Counter(flag for one in work for flag in one.flags).items())),
    )


def _paces(rows: Iterable[PersonEffort]) -> dict[str, Pace]:
    """Return the pace in each arm, over all rounds."""
    spent: dict[str, list[float]] = {}
    for row in rows:
        sums = spent.setdefault(row.arm or UNKNOWN_ARM, [0.0, 0.0, 0.0])
        for place, value in enumerate((row.seconds, row.timed, row.words)):
            sums[place] += value
    return {
        arm: Pace(3600 * tasks / seconds, 3600 * words / seconds)
        for arm, (seconds, tasks, words) in sorted(spent.items())
        if seconds
    }
