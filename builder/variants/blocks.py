"""Find the blocks in which two wordings of one sentence differ, and what only changed its place."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from builder.variants.spelling import stem
from builder.variants.units import Unit


@dataclass
class DifferingUnits:
    """Units of two wordings that stand in the same place and differ.

    What is explained is taken out of them.
    """

    left: list[Unit] = field(default_factory=list)
    right: list[Unit] = field(default_factory=list)

    def meaning(self) -> tuple[list[Unit], list[Unit]]:
        """Return the units of both sides that have a meaning of their own."""
        return [u for u in self.left if u.has_meaning], [u for u in self.right if u.has_meaning]

    def drop(self, left: Unit, right: Unit) -> None:
        """Take out two units that were explained, whichever of the blocks they are in."""
        self.left = [unit for unit in self.left if unit is not left]
        self.right = [unit for unit in self.right if unit is not right]


@dataclass
class Compared:
    """Two wordings laid side by side.

    ``same`` pairs units that say the same in the same place, ``moved`` runs of them that stand
    elsewhere; ``blocks`` hold the rest.
    """

    same: list[tuple[Unit, Unit]]
    moved: list[tuple[list[Unit], list[Unit]]]
    blocks: list[DifferingUnits]


def lay_side_by_side(left: Sequence[Unit], right: Sequence[Unit]) -> Compared:
    """Return what two wordings have in common, and where they differ; signs are left out."""
    ours = [unit for unit in left if unit.kind != "sign"]
    theirs = [unit for unit in right if unit.kind != "sign"]
    same: list[tuple[Unit, Unit]] = []
    blocks: list[DifferingUnits] = []
    for left_run, right_run in _best_runs(ours, theirs):
        if left_run and right_run and left_run[0].key == right_run[0].key:
            same += zip(left_run, right_run, strict=True)
        else:
            blocks.append(DifferingUnits(left_run, right_run))
    return Compared(same, list(_moved(blocks)), blocks)


Runs = list[tuple[list[Unit], list[Unit]]]


def _best_runs(left: list[Unit], right: list[Unit]) -> Runs:
    """Return both wordings cut into runs that say the same, and runs that differ.

    Of two ways to lay them side by side, from the left one and from the right one, that is taken
    in which more words of meaning say the same.
    """
    there = _runs(left, right)
    back = [(ours, theirs) for theirs, ours in _runs(right, left)]
    return max((there, back), key=_in_common)


def _runs(one: list[Unit], other: list[Unit]) -> Runs:
    ours, theirs = ([unit.key for unit in units] for units in (one, other))
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return [(one[a:b], other[c:d]) for _, a, b, c, d in matcher.get_opcodes()]


def _in_common(runs: Runs) -> int:
    """Return how much says the same; a date counts half, as it may stand anywhere in a sentence."""
    return sum(
        sum(unit.has_meaning * (1 if unit.day else 2) for unit in ours)
        for ours, theirs in runs
        if ours and theirs and ours[0].key == theirs[0].key
    )


def _moved(blocks: list[DifferingUnits]) -> Iterator[tuple[list[Unit], list[Unit]]]:
    """Yield runs of units that stand in another block on the other side, and take them out."""
    places: dict[str, list[tuple[DifferingUnits, Unit]]] = defaultdict(list)
    for block in blocks:
        for unit in block.right:
            if unit.has_meaning:
                places[_movable(unit)].append((block, unit))
    run: tuple[list[Unit], list[Unit]] = ([], [])
    for block in blocks:
        for unit in list(block.left):
            found = places.get(_movable(unit)) if unit.has_meaning else None
            if not found:
                continue
            there = next((item for item in found if item[0] is block), found[0])
            found.remove(there)
            block.left = [other for other in block.left if other is not unit]
            there[0].right = [other for other in there[0].right if other is not there[1]]
            if run[0] and not _follows(run, unit, there[1]):
                yield run
                run = ([], [])
            run[0].append(unit)
            run[1].append(there[1])
    if run[0]:
        yield run


def _movable(unit: Unit) -> str:
    return f"{unit.kind} {stem(unit.key)}" if unit.kind in ("word", "cue") else unit.key


def _follows(run: tuple[list[Unit], list[Unit]], left: Unit, right: Unit) -> bool:
    """Tell whether two units go on with a run on both sides, but for a word or two between."""
    near = 16
    return 0 <= left.start - run[0][-1].end <= near and 0 <= right.start - run[1][-1].end <= near
