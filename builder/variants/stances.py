"""Compare how far two wordings vouch for what they say: hedges, attributions, negations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.records import DifferenceKind
from builder.variants.blocks import Compared, DifferingUnits
from builder.variants.told import Side, Sides, WordingDifference
from builder.variants.units import Unit
from builder.variants.word_lists import contrast, opposite

Found = Iterator[WordingDifference]

# So many words around it, all of them on one side, and it belongs to a detail that was added.
_CLAUSE = 4
# The words before a verb that are taken for its subject.
_SUBJECT = 2


@dataclass(frozen=True)
class _Left:
    """A word that tells a stance, or negates, and stands on one side alone; in which block."""

    side: Side
    block: DifferingUnits
    unit: Unit

    @property
    def here(self) -> list[Unit]:
        return self.block.left if self.side == "left" else self.block.right

    @property
    def there(self) -> list[Unit]:
        return self.block.right if self.side == "left" else self.block.left

    def drop(self) -> None:
        self.block.drop(self.unit, self.unit)


def stance_differences(compared: Compared, sides: Sides) -> Found:
    """Yield differences of stance and of negation; what they explain is taken out of the blocks."""
    blocks = compared.blocks
    doubted = any(one.stance == "doubting" for one, _ in compared.same)
    yield from _paired(
        _of(blocks, "left", ("hedge", "cue")),
        _of(blocks, "right", ("hedge", "cue")),
        sides,
        blocks,
    )
    for side in ("left", "right"):
        for one in _of(blocks, side, ("hedge", "cue")):
            yield from _alone(one, sides, doubted=doubted)
    ours, theirs = _of(blocks, "left", ("negation",)), _of(blocks, "right", ("negation",))
    for one, other in zip(ours, theirs, strict=False):
        one.drop()
        other.drop()
        yield sides.between("negation", "reworded", [one.unit], [other.unit])
    for one in (*ours[len(theirs) :], *theirs[len(ours) :]):
        yield from _negated(one, sides)


def _of(blocks: Sequence[DifferingUnits], side: Side, kinds: Sequence[str]) -> list[_Left]:
    return [
        _Left(side, block, unit)
        for block in blocks
        for unit in (block.left if side == "left" else block.right)
        if unit.kind in kinds
    ]


def _said_not(one: _Left, other: _Left, blocks: Sequence[DifferingUnits]) -> bool:
    """Tell whether one side denies what the other says is not so; that negation is explained."""
    denying, telling = (one, other) if one.unit.stance == "denying" else (other, one)
    if (denying.unit.stance, telling.unit.stance) != ("denying", "telling"):
        return False
    found = _of(blocks, telling.side, ("negation",))
    for negation in found[:1]:
        negation.drop()
    return bool(found)


def _paired(
    ours: Sequence[_Left], theirs: Sequence[_Left], sides: Sides, blocks: Sequence[DifferingUnits]
) -> Found:
    """Yield how words that tell a stance on both sides differ; those in one block go first."""
    left, right = list(ours), list(theirs)
    for same_block in (True, False):
        for one in list(left):
            for other in list(right):
                if same_block and one.block is not other.block:
                    continue
                left.remove(one)
                right.remove(other)
                one.drop()
                other.drop()
                kind = _between(one.unit, other.unit)
                if kind == "conflicting" and _said_not(one, other, blocks):
                    kind = "reworded"
                both = {one.unit.kind, other.unit.kind}
                type_ = "hedge" if both == {"hedge"} else "attribution"
                yield sides.between(type_, kind, [one.unit], [other.unit])  # type: ignore[arg-type]
                break


def _between(one: Unit, other: Unit) -> DifferenceKind:
    if one.stance == other.stance:
        return "reworded"
    if "telling" in (one.stance, other.stance) and "denying" not in (one.stance, other.stance):
        return "refined"
    return "conflicting"


def _alone(one: _Left, sides: Sides, *, doubted: bool) -> Found:
    """Yield the difference that a stance makes which the other side does not have.

    Where both sides doubt (could, could potentially), a further adverb says no other thing.
    """
    unit = one.unit
    verb = unit.kind == "cue"
    if verb and not unit.set_off and [other for other in one.there if other.has_meaning]:
        return  # a verb in place of another one: "claimed" may be "took"
    around = [other for other in one.here if other.has_meaning and other is not unit]
    if unit.kind == "hedge" and len(around) >= _CLAUSE:
        return
    phrase = _phrase(one) if verb else [unit]
    pair = (phrase, []) if one.side == "left" else ([], phrase)
    for other in phrase:
        one.block.drop(other, other)
    if unit.stance in ("doubting", "denying"):
        type_ = "attribution" if unit.stance == "denying" else "hedge"
        kind: DifferenceKind = "refined" if doubted and unit.kind == "hedge" else "conflicting"
        yield sides.between(type_, kind, *pair)  # type: ignore[arg-type]
    else:
        yield sides.between("attribution", "refined", *pair)


def _phrase(one: _Left) -> list[Unit]:
    """Return a verb with who is its subject: alone on its side, all that stands there."""
    meant = [other for other in one.here if other.has_meaning]
    if not [other for other in one.there if other.has_meaning]:
        return meant
    at = next(number for number, other in enumerate(meant) if other is one.unit)
    return meant[max(0, at - _SUBJECT) : at + 1]


def _negated(one: _Left, sides: Sides) -> Found:
    """Yield the difference that a negation makes which the other side does not have."""
    around = [other for other in one.here if other.has_meaning and other is not one.unit]
    if len(around) >= _CLAUSE or (len(around) > 1 and not one.there):
        return
    for here in around:
        for there in [unit for unit in one.there if unit.has_meaning]:
            if contrast(here.key, there.key) or opposite(here.key, there.key):
                # "not guilty" and "innocent"
                one.drop()
                one.block.drop(here, here)
                one.block.drop(there, there)
                said, other = [one.unit, here], [there]
                both = (said, other) if one.side == "left" else (other, said)
                yield sides.between("negation", "reworded", *both)
                return
    one.drop()
    pair = ([one.unit], []) if one.side == "left" else ([], [one.unit])
    yield sides.between("negation", "conflicting", *pair)
