"""Text in, dates, times, amounts and numbers out, by the regular expressions of value_patterns.

Approximating words ("up to", "some", "about") stay outside, as the guidelines in labels.toml have
it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from builder.annotate.value_patterns import (
    AFTER_THE,
    ATOMS,
    BEGINNING_WITH,
    FIGURES,
    PRONOUN_ONE,
    RULES,
)


class Value(NamedTuple):
    """A value found in a text: code points, an OntoNotes name, and the rule."""

    start: int
    end: int
    label: str
    rule: str


def find_values(text: str) -> list[Value]:
    """Return the values in ``text`` in their order.

    Of two that overlap the longer one is kept; of two readings of one stretch, the first rule's.
    """
    found = []
    ends = [0] * len(RULES)
    for atom in ATOMS.finditer(text):
        begin, word = atom.start(), atom.group()
        key = FIGURES if word.isdecimal() else word.lower()
        if key == "the" and not AFTER_THE.match(text, atom.end()):
            continue
        for rank in BEGINNING_WITH.get(key, ()):
            label, rule, pattern = RULES[rank]
            match = pattern.match(text, begin) if begin >= ends[rank] else None
            if match is None:
                continue
            ends[rank] = end = match.end()
            if match.group().lower() == "one" and PRONOUN_ONE.match(text, begin):
                continue
            found.append((begin - end, rank, Value(begin, end, label, rule)))
    return _without_overlaps(value for _, _, value in sorted(found))


def _without_overlaps(values: Iterable[Value]) -> list[Value]:
    """Keep each value that does not touch one before it."""
    kept: list[Value] = []
    taken: set[int] = set()
    for value in values:
        places = range(value.start, value.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(value)
    return sorted(kept)
