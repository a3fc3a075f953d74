"""What a release says of the effort that went into it: figures of those who agreed to that."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class ArmComparison:
    """A rate in both arms, the difference (assisted less blind), and its 95% interval.

    ``passages`` is the number of tasks that are compared, ``blind_passages`` that of those with
    blind work, ``people`` whose. ``drawn`` says what was resampled. Where ``note`` says why there
    are none, figures are None.
    """

    passages: int
    blind_passages: int
    people: int
    assisted: float | None = None
    blind: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    drawn: Literal["stories", "passages"] | None = None
    note: str = ""

    def told(self, *, percent: bool = False) -> str:
        """Return the figures in words, or why there are none."""
        if self.note:
            return self.note
        values = (self.assisted, self.blind, self.difference, self.low, self.high)
        one, other, between, low, high = (_number(value or 0.0, percent) for value in values)
        sign = "+" if (self.difference or 0) > 0 else ""
        return (
            f"{one} with suggestions, {other} without: {sign}{between} (95% interval {low} to "
            f"{high}; {self.passages} passages, {self.blind_passages} of them blind, of "
            f"{self.people} people; resampled by {self.drawn})"
        )


def _number(value: float, percent: bool) -> str:
    return f"{100 * value:.1f}%" if percent else f"{value:.1f}"


@dataclass(frozen=True)
class PaceSaid:
    """What one person, by pseudonym, did in one arm, and how fast."""

    person: str
    arm: str
    tasks: int
    words: int
    per_100_words: float | None


@dataclass(frozen=True)
class EffortSaid:
    """The effort behind a release, as far as people agreed that it is told.

    ``people`` of ``all_people`` agreed and worked; ``tasks`` of ``all_tasks`` are theirs, of which
    ``capped`` took longer than what counts. The differences are between their assisted and their
    blind work: ``seconds`` for 100 words, and by layer the share of suggested spans that were
    ``kept`` and the spans ``added`` for 100 words.
    """

    people: int
    all_people: int
    tasks: int
    all_tasks: int
    quantile: float
    capped: int
    capped_share: float | None
    paces: tuple[PaceSaid, ...]
    seconds: ArmComparison
    kept: dict[str, ArmComparison] = field(default_factory=dict)
    added: dict[str, ArmComparison] = field(default_factory=dict)
