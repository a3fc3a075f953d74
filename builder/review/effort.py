"""Measure what people's work took: time, edits, suggestions left as they were; with and without."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from builder.records import Arm
from builder.review.blind import AgainstBlind, against_blind
from builder.review.worked import Kept, Worked

# Times for 100 words above this quantile, of the work of one round and arm, are cut to it: the
# server's clock runs on while nobody works.
QUANTILE = 0.95


@dataclass(frozen=True)
class PersonEffort:
    """The work of one person in one round and arm; of everybody where ``person`` is empty.

    ``arm`` is None where nobody knows whether suggestions were shown, as of work done elsewhere.
    ``seconds`` is the time that counts, after the cap, over the ``words`` of ``timed`` tasks;
    ``capped`` of them had more. ``kept`` of ``shown`` suggested spans stand as they were suggested.
    """

    person: str
    round: int
    arm: Arm | None
    tasks: int
    timed: int
    words: int
    seconds: float
    capped: int
    per_100_words: float | None
    tasks_an_hour: float | None
    words_an_hour: float | None
    shown: int
    kept: int
    edits: dict[str, int]


@dataclass(frozen=True)
class LabelEdits:
    """How many changes of each kind people made to suggested spans of one label, and added."""

    label: str
    edits: dict[str, int]


@dataclass(frozen=True)
class Accepted:
    """How many suggested spans of one producer, with scores in one stretch, stand unchanged."""

    producer: str
    score: str
    shown: int
    kept: int

    @property
    def share(self) -> float:
        """Return the share that stands."""
        return self.kept / self.shown


@dataclass(frozen=True)
class EffortFigures:
    """What people's work took, and what suggestions did to it.

    ``untimed`` tasks have no time from the server, ``skipped`` ones no work; both stand in no
    time. ``capped_share`` is the share of all seconds that was cut, ``quantile`` where.
    """

    quantile: float
    tasks: int
    untimed: int
    skipped: int
    capped: int
    capped_share: float | None
    people: list[PersonEffort]
    labels: list[LabelEdits]
    accepted: list[Accepted]
    against_blind: AgainstBlind


def effort_figures(work: Iterable[Worked], quantile: float = QUANTILE) -> EffortFigures:
    """Return the figures of people's work; assisted and blind work are never mixed."""
    everything = list(work)
    done = [one for one in everything if not one.skipped]
    times = _Times(done, quantile)
    timed = [
        (one.seconds or 0.0, counted) for one in done if (counted := times.counted(one)) is not None
    ]
    spent = math.fsum(seconds for seconds, _ in timed)
    cut = math.fsum(seconds - counted for seconds, counted in timed)
    return EffortFigures(
        quantile=quantile,
        tasks=len(done),
        untimed=sum(one.seconds is None for one in done),
        skipped=len(everything) - len(done),
        capped=sum(times.is_capped(one) for one in done),
        capped_share=cut / spent if spent else None,
        people=_people(done, times),
        labels=_labels(done),
        accepted=_accepted(done),
        against_blind=against_blind(done, times.counted),
    )


def by_person(work: Iterable[Worked], quantile: float = QUANTILE) -> list[PersonEffort]:
    """Return the work of each person, round and arm, and before them that of everybody."""
    done = [one for one in work if not one.skipped]
    return _people(done, _Times(done, quantile))


class _Times:
    """The seconds that count of each task: none above a quantile of its round and arm."""

    def __init__(self, work: Iterable[Worked], quantile: float) -> None:
        paces: dict[tuple[int, Arm | None], list[float]] = {}
        for one in work:
            if (pace := _pace(one)) is not None:
                paces.setdefault((one.round, one.arm), []).append(pace)
        self._caps = {of: nearest_rank(found, quantile) for of, found in paces.items()}

    def counted(self, one: Worked) -> float | None:
        """Return the seconds that count, None where the server gave no time."""
        pace = _pace(one)
        if pace is None:
            return None
        return min(pace, self._caps[(one.round, one.arm)]) * one.words / 100

    def is_capped(self, one: Worked) -> bool:
        """Tell whether a task took longer than what counts of it."""
        pace = _pace(one)
        return pace is not None and pace > self._caps[(one.round, one.arm)]


def _pace(one: Worked) -> float | None:
    """Return the seconds for 100 words."""
    return None if one.seconds is None or not one.words else 100 * one.seconds / one.words


def nearest_rank(values: Sequence[float], quantile: float) -> float:
    """Return the smallest value that so large a share of the values does not exceed."""
    return sorted(values)[max(1, math.ceil(quantile * len(values))) - 1]


# --- tables -----------------------------------------------------------------------------------


def _people(work: Sequence[Worked], times: _Times) -> list[PersonEffort]:
    """Return a line a person, round and arm, after one for everybody in that round and arm."""
    groups: dict[tuple[int, Arm | None, str], list[Worked]] = {}
    for one in work:
        for person in ("", one.person):
            groups.setdefault((one.round, one.arm, person), []).append(one)
    in_order = sorted(groups, key=lambda key: (key[0], key[1] or "", key[2]))
    return [_of_group(*key, groups[key], times) for key in in_order]


def _of_group(
    number: int, arm: Arm | None, person: str, work: Sequence[Worked], times: _Times
) -> PersonEffort:
    timed = [(one, seconds) for one in work if (seconds := times.counted(one)) is not None]
    words, seconds = sum(one.words for one, _ in timed), math.fsum(found for _, found in timed)
    fates = sum((of for one in work for of in one.fates.values()), Kept())
    edits = Counter[str]()
    for one in work:
        for (_, kind), changes in one.edits.items():
            edits[kind] += changes
    return PersonEffort(
        person=person,
        round=number,
        arm=arm,
        tasks=len(work),
        timed=len(timed),
        words=words,
        seconds=seconds,
        capped=sum(times.is_capped(one) for one in work),
        per_100_words=100 * seconds / words if words else None,
        tasks_an_hour=3600 * len(timed) / seconds if seconds else None,
        words_an_hour=3600 * words / seconds if seconds else None,
        shown=fates.shown,
        kept=fates.kept,
        edits=dict(sorted(edits.items())),
    )


def _labels(work: Iterable[Worked]) -> list[LabelEdits]:
    found: dict[str, Counter[str]] = {}
    for one in work:
        for (label, kind), number in one.edits.items():
            found.setdefault(label, Counter())[kind] += number
    return [LabelEdits(label, dict(sorted(of.items()))) for label, of in sorted(found.items())]


def _accepted(work: Iterable[Worked]) -> list[Accepted]:
    found: dict[tuple[str, str], Kept] = {}
    for one in work:
        for key, of in one.fates.items():
            found[key] = found.get(key, Kept()) + of
    return [Accepted(*key, of.shown, of.kept) for key, of in sorted(found.items())]
