"""Find dates, times, amounts and numbers in a text by the regular expressions of ``patterns``.

Approximating words ("up to", "some", "about") stay outside, as the guidelines in labels.toml have
it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from builder.annotate.remembered import Remembered
from builder.annotate.tokens import Tokens
from builder.annotate.values.patterns import ALONE, FIGURES, FOLLOWED, OTHER_SENSES, PATTERNS

_RULES = [(label, rule, re.compile(pattern)) for (label, rule), _, pattern in PATTERNS]
# A sign of money, a run of letters or of figures.
_ATOMS = re.compile(r"[A-Z]{1,2}\$|[^\W\d_]+|\d+|[$£€¥₹₽₩₺₦₴₪]")


class FoundValue(NamedTuple):
    """A value found in a text: code points, an OntoNotes name, and the rule."""

    start: int
    end: int
    label: str
    rule: str


def _beginning_with() -> dict[str, tuple[int, ...]]:
    """Return for each word, in lower case, the rules whose values can begin with it."""
    rules: dict[str, list[int]] = defaultdict(list)
    for number, (_, words, _) in enumerate(PATTERNS):
        for word in words:
            rules[word].append(number)
    return {word: tuple(numbers) for word, numbers in rules.items()}


_BEGINNING_WITH = _beginning_with()


def _places_in(token: str) -> tuple[tuple[int, str], ...]:
    """Return where in a token values can begin, and the words they begin with."""
    atoms = ((atom.start(), atom.group()) for atom in _ATOMS.finditer(token))
    words = ((at, FIGURES if atom.isdecimal() else atom.lower()) for at, atom in atoms)
    return tuple((at, word) for at, word in words if word in _BEGINNING_WITH)


_places = Remembered(_places_in)


def _beginnings(tokens: Tokens) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield where in a text values may begin, and the rules to try there."""
    for at, places in enumerate(map(_places.__getitem__, tokens.words)):
        for place, word in places:
            begin = tokens.starts[at] + place
            more = FOLLOWED.get(word)
            alone = more is not None and not more.match(tokens.text, begin)
            yield begin, _BEGINNING_WITH.get(word + ALONE if alone else word, ())


def find_values(tokens: Tokens) -> list[FoundValue]:
    """Return the values in a text in their order.

    Of two that overlap the longer one is kept; of two readings of one stretch, the first rule's.
    """
    found = []
    ends = [0] * len(_RULES)
    text = tokens.text
    for begin, ranks in _beginnings(tokens):
        for rank in ranks:
            label, rule, pattern = _RULES[rank]
            match = pattern.match(text, begin) if begin >= ends[rank] else None
            if match is None:
                continue
            ends[rank] = end = match.end()
            other = OTHER_SENSES.get(match.group().lower())
            if other and other.match(text, begin):
                continue
            found.append((begin - end, rank, FoundValue(begin, end, label, rule)))
    return _without_overlaps(value for _, _, value in sorted(found))


def _without_overlaps(values: Iterable[FoundValue]) -> list[FoundValue]:
    """Keep each value that does not touch one before it."""
    kept: list[FoundValue] = []
    taken: set[int] = set()
    for value in values:
        places = range(value.start, value.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(value)
    return sorted(kept)
