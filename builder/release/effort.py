"""Work out what a release says of the effort behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from builder.dataset.effort_said import ArmComparison, EffortSaid, PaceSaid
from builder.release.agreed import agreed
from builder.review.worked import UNKNOWN_ARM
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined

if TYPE_CHECKING:
    from builder.review.effort import PersonEffort
    from builder.review.worked import Worked

# So many decimals are told: another processor may add up the last ones otherwise.
_DECIMALS = 4
_FORM = TypeAdapter(EffortSaid)


def effort_said(workspace: Workspace) -> EffortSaid | None:
    """Return what is told of people's effort; None where there is no team that was asked.

    It follows from what is in git alone, so that it is built again everywhere: suggestions are
    those that people's work records.
    """
    names = agreed(workspace).effort
    if names is None:
        return None
    fresh = workspace.freshness
    made_from = joined(
        [
            workspace.people.digest,
            workspace.labels.source,
            fresh.digests(workspace.stories.files()),
            fresh.digests(workspace.corrections.files()),
            fresh.digests(workspace.deals.files()),
            *sorted(names),
        ]
    )

    def work_out() -> dict[str, object]:
        # Whoever has no team waits for no numpy, and needs none.
        from builder.review.measuring import released_work

        return asdict(_said(released_work(workspace), names))

    return _FORM.validate_python(fresh.worked_out("effort-2", "release", made_from, work_out))


def _said(work: Sequence["Worked"], names: frozenset[str]) -> EffortSaid:
    from builder.review.effort import effort_figures

    done = [one for one in work if not one.skipped]
    mine = [one for one in done if one.person in names]
    figures = effort_figures(mine)
    against = figures.against_blind
    return EffortSaid(
        people=len({one.person for one in mine}),
        all_people=len({one.person for one in done}),
        tasks=len(mine),
        all_tasks=len(done),
        quantile=figures.quantile,
        capped=figures.capped,
        capped_share=_rounded(figures.capped_share),
        paces=_paces(figures.people),
        seconds=_told(against.seconds),
        kept=_by_layer(against.kept),
        added=_by_layer(against.added),
    )


def _paces(rows: Sequence["PersonEffort"]) -> tuple[PaceSaid, ...]:
    """Return what each person did in each arm, over all rounds."""
    of_each: dict[tuple[str, str], list[PersonEffort]] = {}
    for row in (row for row in rows if row.person):
        of_each.setdefault((row.person, row.arm or UNKNOWN_ARM), []).append(row)
    return tuple(_pace(*key, found) for key, found in sorted(of_each.items()))


def _pace(person: str, arm: str, rows: Sequence["PersonEffort"]) -> PaceSaid:
    words, seconds = sum(row.words for row in rows), sum(row.seconds for row in rows)
    return PaceSaid(
        person=person,
        arm=arm,
        tasks=sum(row.tasks for row in rows),
        words=words,
        per_100_words=_rounded(100 * seconds / words) if words else None,
    )


def _by_layer(found: Mapping[str, ArmComparison]) -> dict[str, ArmComparison]:
    # Sorted, so that they stand in one order wherever they were kept in between.
    return {layer: _told(one) for layer, one in sorted(found.items())}


def _told(one: ArmComparison) -> ArmComparison:
    return replace(
        one,
        assisted=_rounded(one.assisted),
        blind=_rounded(one.blind),
        difference=_rounded(one.difference),
        low=_rounded(one.low),
        high=_rounded(one.high),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)
