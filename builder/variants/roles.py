"""Find what two wordings give to each other's: who does it to whom, how many of which."""

from collections.abc import Iterator, Sequence

from builder.variants.spelling import stem
from builder.variants.told import Sides, WordingDifference
from builder.variants.units import Unit
from builder.variants.word_lists import words

# So many words stand between who does something and to whom at the most.
_BETWEEN = 4


def exchanged(
    left: Sequence[Unit], right: Sequence[Unit], sides: Sides
) -> Iterator[WordingDifference]:
    """Yield names and amounts that have changed places: A beat B, and B beat A."""
    theirs = {(a.key, said, b.key): (a, b) for a, said, b in _acts(right)}
    for a, said, b in _acts(left):
        found = theirs.get((b.key, said, a.key))
        if found is not None and a.key != b.key:
            yield sides.between("order", "conflicting", [a, b], [*found])
    ours, others = _counted(left), _counted(right)
    for head, one in ours.items():
        other = others.get(head)
        if other is None or other.key == one.key:
            continue
        elsewhere = [h for h, unit in others.items() if unit.key == one.key and h != head]
        if any(ours.get(h) is not None and ours[h].key == other.key for h in elsewhere):
            yield sides.between("number", "conflicting", [one], [other])


def _acts(units: Sequence[Unit]) -> Iterator[tuple[Unit, str, Unit]]:
    """Yield two names and the words between them, if these say what one does to the other."""
    last: int | None = None
    for at, unit in enumerate(units):
        if unit.kind != "name":
            continue
        if last is not None and 1 < at - last <= _BETWEEN + 1:
            between = units[last + 1 : at]
            done = [u for u in between if u.kind in ("word", "cue")]
            parted = any(u.kind == "sign" or u.key in ("and", "or", "by") for u in between)
            mutual = any(u.key in words("mutual") for u in between)
            if done and not parted and not mutual:
                yield units[last], " ".join(u.key for u in between), unit
        last = at


def _counted(units: Sequence[Unit]) -> dict[str, Unit]:
    """Return the amounts by the stem of the word that follows each; none that follows two."""
    found: dict[str, list[Unit]] = {}
    for at, unit in enumerate(units):
        after = next((u for u in units[at + 1 :] if u.has_meaning or u.kind == "sign"), None)
        if unit.amount is not None and after is not None and after.kind in ("word", "name"):
            found.setdefault(stem(after.key), []).append(unit)
    return {head: amounts[0] for head, amounts in found.items() if len(amounts) == 1}
