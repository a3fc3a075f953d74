"""Say what differs between two wordings of one sentence: its type, its kind and both places.

Kinds, from the weakest: ``reworded`` (the same in other words), ``refined`` (one says more, or more
exactly), ``conflicting`` (both cannot be right, or one vouches for what the other does not).
"""

from collections.abc import Iterator, Sequence

from builder.records import DifferenceKind
from builder.variants.amounts import compare_amounts
from builder.variants.blocks import DifferingUnits, lay_side_by_side
from builder.variants.days import compare_days
from builder.variants.names import compare_names
from builder.variants.roles import exchanged
from builder.variants.spelling import stem
from builder.variants.stances import stance_differences
from builder.variants.told import Sides, WordingDifference
from builder.variants.units import Unit
from builder.variants.word_lists import contrast, opposite

Found = Iterator[WordingDifference]

# A name or number is held against another one only where little else differs.
_FEW = 3
_LONGEST = 400


def find_differences(
    left: Sequence[Unit], right: Sequence[Unit], sides: Sides
) -> list[WordingDifference]:
    """Return what differs between two wordings, in the order of the left one.

    No sentence of prose has more than some hundred words: of longer ones is told whether they
    differ, and no more, so that time stays bounded.
    """
    if max(len(left), len(right)) > _LONGEST:
        same = [unit.key for unit in left] == [unit.key for unit in right]
        return [] if same else [sides.whole("wording", "reworded")]
    compared = lay_side_by_side(left, right)
    found = [
        *exchanged(left, right, sides),
        *_spelled_otherwise(compared.same, sides),
        *(sides.between("order", "reworded", ours, theirs) for ours, theirs in compared.moved
          if _is_elsewhere(ours, theirs, compared.same)),
        *_forms(compared.moved, compared.same, sides),
    ]  # fmt: skip
    for block in compared.blocks:
        for pair in (_names, _amounts, _dates):
            found += pair(block, sides, left, right)
    found += _apart(compared.blocks, sides, left, right)
    found += stance_differences(compared, sides)
    for block in compared.blocks:
        found += _words(block, sides)
    if not found:
        found += _little_words(compared.blocks, sides)
    if not found:
        found += _punctuated_otherwise(left, right, sides)
    return sorted(found, key=lambda one: (one.left, one.right, one.type))


# --- what says the same ---------------------------------------------------------------------


def _spelled_otherwise(same: Sequence[tuple[Unit, Unit]], sides: Sides) -> Found:
    types = {"amount": "number", "date": "date"}
    for one, other in same:
        if sides.typeset(one, "left") != sides.typeset(other, "right"):
            kind_of = types.get(one.kind, "spelling")
            yield sides.between(kind_of, "reworded", [one], [other])  # type: ignore[arg-type]


def _is_elsewhere(
    ours: Sequence[Unit], theirs: Sequence[Unit], same: Sequence[tuple[Unit, Unit]]
) -> bool:
    """Tell whether something that both say stands between two places."""
    before = sum(one.end <= ours[0].start for one, _ in same)
    return before != sum(other.end <= theirs[0].start for _, other in same)


def _forms(
    moved: Sequence[tuple[list[Unit], list[Unit]]],
    same: Sequence[tuple[Unit, Unit]],
    sides: Sides,
) -> Found:
    """Yield the words that stand in the same place in another form: employ, employs."""
    for ours, theirs in moved:
        if not _is_elsewhere(ours, theirs, same):
            for one, other in zip(ours, theirs, strict=True):
                if sides.typeset(one, "left") != sides.typeset(other, "right"):
                    yield sides.between("wording", "reworded", [one], [other])


def _punctuated_otherwise(left: Sequence[Unit], right: Sequence[Unit], sides: Sides) -> Found:
    ours, theirs = ("".join(u.key for u in side if u.kind == "sign") for side in (left, right))
    if ours != theirs:
        yield sides.whole("punctuation", "reworded")


# --- names, numbers, dates ------------------------------------------------------------------


def _names(
    block: DifferingUnits, sides: Sides, left: Sequence[Unit], right: Sequence[Unit]
) -> Found:
    ours = [unit for unit in block.left if unit.kind == "name"]
    theirs = [unit for unit in block.right if unit.kind == "name"]
    kinds: dict[str, DifferenceKind] = {
        "same": "reworded",
        "alias": "reworded",
        "refined": "refined",
    }
    for wanted in ("same", "alias", "refined"):
        for one in list(ours):
            for other in list(theirs):
                if compare_names(one.name, other.name) == wanted:
                    ours.remove(one)
                    theirs.remove(other)
                    block.drop(one, other)
                    yield sides.between("name", kinds[wanted], [one], [other])
                    break
    few = all(len(units) <= _FEW for units in block.meaning())
    beside = list(zip(ours, theirs, strict=True)) if few and len(ours) == len(theirs) else []
    for one, other in beside or _at_the_edges(block):
        block.drop(one, other)
        yield sides.between("name", "conflicting", [one], [other])


def _at_the_edges(block: DifferingUnits) -> Iterator[tuple[Unit, Unit]]:
    """Yield the two names with which both sides of a block begin, or end.

    What is beside them is the same in both wordings.
    """
    for edge in (0, -1):
        ours, theirs = block.meaning()
        if ours and theirs and ours[edge].kind == theirs[edge].kind == "name":
            yield ours[edge], theirs[edge]


def _amounts(
    block: DifferingUnits, sides: Sides, left: Sequence[Unit], right: Sequence[Unit]
) -> Found:
    few = all(len(units) <= _FEW - 1 for units in block.meaning())
    for one in [unit for unit in block.left if unit.amount]:
        alike = [
            other
            for other in block.right
            if other.amount
            and (few or _head(one, left) == _head(other, right) != "" or _alone(one, other, block))
        ]
        yield from _held_against(block, sides, one, alike)


def _alone(one: Unit, other: Unit, block: DifferingUnits) -> bool:
    """Tell whether two amounts are the only ones of their unit in a block: two sums of money."""
    assert one.amount is not None
    unit = one.amount.unit
    sides = (block.left, block.right)
    count = [sum(u.amount is not None and u.amount.unit == unit for u in side) for side in sides]
    return bool(unit) and count == [1, 1] and other.amount is not None and other.amount.unit == unit


def _held_against(block: DifferingUnits, sides: Sides, one: Unit, others: Sequence[Unit]) -> Found:
    """Yield how an amount differs from the first of some others that it can be compared with."""
    assert one.amount is not None
    kinds: dict[str, DifferenceKind] = {
        "same": "reworded", "refined": "refined", "conflicting": "conflicting",
        "other unit": "reworded",
    }  # fmt: skip
    ranked = [(compare_amounts(one.amount, u.amount), u) for u in others if u.amount]
    comparable = [(how, u) for how, u in ranked if how != "other unit" or _both_money(one, u)]
    if not comparable:
        return
    how, other = min(comparable, key=lambda item: list(kinds).index(item[0]))
    block.drop(one, other)
    yield sides.between("number", kinds[how], [one], [other])


def _both_money(one: Unit, other: Unit) -> bool:
    """Tell whether both are sums of money, of which one may be converted."""
    money = [u.amount is not None and not u.amount.unit.isalpha() for u in (one, other)]
    return all(money) and one.amount is not None and bool(one.amount.unit)


def _dates(
    block: DifferingUnits, sides: Sides, left: Sequence[Unit], right: Sequence[Unit]
) -> Found:
    for one in [unit for unit in block.left if unit.day]:
        others = [unit for unit in block.right if unit.day]
        if others:
            yield _dated(block, block, one, others[0], sides)


def _dated(
    block: DifferingUnits, there: DifferingUnits, one: Unit, other: Unit, sides: Sides
) -> WordingDifference:
    assert one.day is not None and other.day is not None
    kinds: dict[str, DifferenceKind] = {
        "same": "reworded", "refined": "refined", "conflicting": "conflicting",
        "unknown": "reworded",
    }  # fmt: skip
    block.drop(one, one)
    there.drop(other, other)
    return sides.between("date", kinds[compare_days(one.day, other.day)], [one], [other])


def _apart(
    blocks: Sequence[DifferingUnits], sides: Sides, left: Sequence[Unit], right: Sequence[Unit]
) -> Found:
    """Yield how a date or a number differs from one that stands elsewhere in the sentence."""
    ours = [(block, unit) for block in blocks for unit in block.left if unit.day]
    theirs = [(block, unit) for block in blocks for unit in block.right if unit.day]
    dates = [sum(unit.day is not None for unit in side) for side in (left, right)]
    if len(ours) == len(theirs) == 1 and dates == [1, 1]:
        yield _dated(ours[0][0], theirs[0][0], ours[0][1], theirs[0][1], sides)
    for block in blocks:
        for one in [unit for unit in block.left if unit.amount and not unit.amount.unit]:
            for there in blocks:
                alike = [
                    other
                    for other in there.right
                    if other.amount and _head(one, left) == _head(other, right) != ""
                ]
                found = list(_held_against(there, sides, one, alike))
                if found:
                    block.left = [unit for unit in block.left if unit is not one]
                    yield from found
                    break


def _head(unit: Unit, units: Sequence[Unit]) -> str:
    """Return the stem of the word that an amount counts, empty where there is none.

    The next word is taken that has a meaning of its own.
    """
    after = (u for u in units if u.start >= unit.end and (u.has_meaning or u.kind == "sign"))
    found = next(after, None)
    return stem(found.key) if found is not None and found.kind == "word" else ""


# --- words ----------------------------------------------------------------------------------


def _words(block: DifferingUnits, sides: Sides) -> Found:
    """Yield what is left of a block: other words, or words that one side alone has."""
    ours, theirs = block.meaning()
    if max(len(ours), len(theirs)) <= _FEW + 1:
        yield from _contrasting(block, sides)
        ours, theirs = block.meaning()
    if ours and theirs:
        quoted = all(unit.quoted for unit in (*ours, *theirs))
        if quoted:
            yield sides.between("quotation", "conflicting", ours, theirs)
        else:
            named = any(unit.kind == "name" for unit in (*ours, *theirs))
            yield sides.between("name" if named else "wording", "reworded", ours, theirs)
    elif ours or theirs:
        yield _detail(ours, theirs, sides)
    elif (left := [*block.left, *block.right]) and all(unit.quoted for unit in left):
        yield sides.between("quotation", "reworded", block.left, block.right)


def _little_words(blocks: Sequence[DifferingUnits], sides: Sides) -> Found:
    """Yield where words of no meaning of their own differ, which is told if nothing else does."""
    for block in blocks:
        if block.left or block.right:
            yield sides.between("wording", "reworded", block.left, block.right)


def _contrasting(block: DifferingUnits, sides: Sides) -> Found:
    for one in list(block.left):
        for other in list(block.right):
            words = {one.kind, other.kind} <= {"word", "function", "cue"}
            if words and (contrast(one.key, other.key) or opposite(one.key, other.key)):
                block.drop(one, other)
                yield sides.between("predicate", "conflicting", [one], [other])
                break


def _detail(ours: Sequence[Unit], theirs: Sequence[Unit], sides: Sides) -> WordingDifference:
    """Return the difference that one side says what the other one does not."""
    added = [*ours, *theirs]
    if all(unit.kind == "date" for unit in added):
        return sides.between("date", "refined", ours, theirs)
    if all(unit.kind == "amount" for unit in added):
        return sides.between("number", "refined", ours, theirs)
    if all(unit.kind == "name" for unit in added):
        return sides.between("name", "refined", ours, theirs)
    if all(unit.quoted for unit in added):
        return sides.between("quotation", "refined", ours, theirs)
    return sides.between("detail", "refined", ours, theirs)
