"""Hold a difference between two wordings, with its places in both articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from builder.records import DifferenceKind, DifferenceType
from builder.text import trim_bounds
from builder.variants.spelling import typeset
from builder.variants.units import Unit

Bounds = tuple[int, int]
Side = Literal["left", "right"]
# From the weakest.
RANKED: tuple[DifferenceKind, ...] = get_args(DifferenceKind)


@dataclass(frozen=True)
class WordingDifference:
    """What differs between two wordings: bounds in the text of each article, and values.

    Where one side alone says it, ``only_in`` names that side, and the bounds on the other one are
    those of all its aligned sentences.
    """

    type: DifferenceType
    kind: DifferenceKind
    left: Bounds
    right: Bounds
    only_in: Side | None = None
    left_value: str | None = None
    right_value: str | None = None


@dataclass(frozen=True)
class Sides:
    """The texts of two articles and the bounds of their aligned sentences."""

    left_text: str
    right_text: str
    left: Bounds
    right: Bounds

    def between(
        self,
        type_: DifferenceType,
        kind: DifferenceKind,
        ours: Sequence[Unit],
        theirs: Sequence[Unit],
    ) -> WordingDifference:
        """Return the difference between some units of both sides, of which one may have none."""
        values = [units[0].value if len(units) == 1 else None for units in (ours, theirs)]
        return WordingDifference(
            type_,
            kind,
            _extent(ours, self.left_text) or self.left,
            _extent(theirs, self.right_text) or self.right,
            None if ours and theirs else "left" if ours else "right",
            *values,
        )

    def whole(self, type_: DifferenceType, kind: DifferenceKind) -> WordingDifference:
        """Return a difference of the whole sentences."""
        return WordingDifference(type_, kind, self.left, self.right)

    def typeset(self, unit: Unit, side: Side) -> str:
        """Return the words of a unit but for the signs that papers set differently."""
        text = self.left_text if side == "left" else self.right_text
        return typeset(text[unit.start : unit.end])


def _extent(units: Sequence[Unit], text: str) -> Bounds | None:
    if not units:
        return None
    start, end = min(unit.start for unit in units), max(unit.end for unit in units)
    return trim_bounds(text, start, end)


def strongest(kinds: Sequence[DifferenceKind]) -> DifferenceKind:
    """Return the strongest of some kinds, identical if there is none."""
    return max(kinds, key=RANKED.index, default="identical")
