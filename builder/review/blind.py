"""Hold work with suggestions against blind work: time saved, and labels drawn to suggestions.

Tasks are dealt to either arm by hash, so that what differs between the arms of one person comes of
the suggestions. Arms are compared within each person and round, and never mixed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from builder.dataset.effort_said import ArmComparison
from builder.records import FIRST, LAYERS, SECOND, Layer
from builder.review.resampling import Observed, difference
from builder.review.worked import Worked

# Of fewer blind passages no figure is told.
LEAST_BLIND = 30
# With fewer stories than this, passages are drawn for the interval instead of stories.
LEAST_STORIES = 30


@dataclass(frozen=True)
class AgainstBlind:
    """What suggestions did: to time, and to labels by layer.

    ``seconds`` is the time for 100 words. ``kept`` is the share of suggested spans that stand in
    people's work as they were suggested; blind work holds those too that people would have marked
    anyway, so the difference is what seeing them did. ``added`` counts, for 100 words, the spans
    that people mark and nobody suggested.
    """

    seconds: ArmComparison
    kept: Mapping[str, ArmComparison]
    added: Mapping[str, ArmComparison]


_Rate = tuple[float, float]


def against_blind(work: Sequence[Worked], timed: Callable[[Worked], float | None]) -> AgainstBlind:
    """Return what differs between the arms; ``timed`` gives the seconds of a task that count.

    Decisions of adjudicators are no opinions, and are left out; so are second looks, which begin
    with gold in place of suggestions, and work of which nobody knows the arm.
    """
    told = [one for one in work if not one.skipped and one.arm is not None]
    opinions = [one for one in told if one.round in (FIRST, SECOND)]
    layers = [layer for layer in LAYERS if any(_is_marked(layer, one) for one in opinions)]

    def seconds(one: Worked) -> _Rate | None:
        counted = timed(one)
        return None if counted is None else (counted, one.words / 100)

    return AgainstBlind(
        seconds=_compared(opinions, seconds),
        kept={layer: _compared(opinions, partial(_kept, layer)) for layer in layers},
        added={layer: _compared(opinions, partial(_added, layer)) for layer in layers},
    )


def _is_marked(layer: Layer, one: Worked) -> bool:
    marks = (one.marks or {}).get(layer)
    return marks is not None and (marks.suggested > 0 or marks.added > 0)


def _kept(layer: Layer, one: Worked) -> _Rate | None:
    marks = (one.marks or {}).get(layer)
    return None if marks is None else (marks.kept, marks.suggested)


def _added(layer: Layer, one: Worked) -> _Rate | None:
    marks = (one.marks or {}).get(layer)
    return None if marks is None else (marks.added, one.words / 100)


def _compared(work: Iterable[Worked], rate: Callable[[Worked], _Rate | None]) -> ArmComparison:
    """Return the comparison of a rate: how much there is of it, and of what it is a part."""
    rates = _of_both_arms([(one, of) for one in work if (of := rate(one)) is not None and of[1]])
    blind = len({one.task for one, _ in rates if one.arm == "blind"})
    counted = ArmComparison(
        passages=len({one.task for one, _ in rates}),
        blind_passages=blind,
        people=len({one.person for one, _ in rates}),
    )
    by_story = len({one.story for one, _ in rates}) >= LEAST_STORIES
    found = difference([*_observed(rates, by_story)]) if blind >= LEAST_BLIND else None
    if found is None:
        return replace(counted, note=f"not enough blind work yet (n = {blind})")
    return replace(
        counted,
        assisted=found.assisted,
        blind=found.blind,
        difference=found.value,
        low=found.low,
        high=found.high,
        drawn="stories" if by_story else "passages",
    )


def _of_both_arms(rates: Sequence[tuple[Worked, _Rate]]) -> list[tuple[Worked, _Rate]]:
    """Return those of people who worked in both arms of a round: they are held against themselves.

    What others do differs by who they are, too.
    """
    arms: dict[tuple[str, int], set[str | None]] = {}
    for one, _ in rates:
        arms.setdefault((one.person, one.round), set()).add(one.arm)
    return [(one, of) for one, of in rates if len(arms[(one.person, one.round)]) > 1]


def _observed(rates: Iterable[tuple[Worked, _Rate]], by_story: bool) -> Iterator[Observed]:
    for one, (of, over) in rates:
        cluster = one.story if by_story else one.task
        yield Observed(f"{one.person} {one.round}", cluster, one.arm == "blind", of, over)
