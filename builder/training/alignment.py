"""Tell which lines of a page are those of its article, given the article's text.

A line is body where most of its runs of four words stand in the article one after the other, and
where it keeps to the article's order: of a paragraph that a teaser repeats, one is body. Lines too
short for that are body where they stand between such lines in the article too.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from builder.ingest.cleaning.page_words import words_of

_GRAM = 4
# A line that only says what many say stands in an article at many places; a few are enough.
_MAX_PLACES, _MAX_CANDIDATES = 8, 3000
_MIN_FOUND, _MIN_OF_BEST, _WAYS = 0.5, 0.3, 4
_OVERLAP = 3
# How far short lines are looked for, in words of the article and in lines of the page.
_WORDS_ON, _LINES_ON = 60, 12


class _Place(NamedTuple):
    """Where in the article a line may stand: its words from ``start`` to ``end``."""

    line: int
    start: int
    end: int
    found: int


def labels(lines: Sequence[str], body: str) -> list[bool]:
    """Return for each line of a page whether it is part of the article."""
    gold, *words = words_of([body, *lines])
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in range(len(gold) - _GRAM + 1):
        index[tuple(gold[place : place + _GRAM])].append(place)
    chain = _chain([p for line, found in enumerate(words) for p in _places(line, found, index)])
    is_body = [False] * len(lines)
    for one in chain:
        is_body[one.line] = True
    _fill(is_body, chain, words, gold)
    return is_body


def _places(
    line: int, words: Sequence[str], index: Mapping[tuple[str, ...], Sequence[int]]
) -> list[_Place]:
    grams = [tuple(words[at : at + _GRAM]) for at in range(len(words) - _GRAM + 1)]
    held = [(at, index[gram]) for at, gram in enumerate(grams) if gram in index]
    if not held or len(held) < _MIN_FOUND * len(grams):
        return []
    starts = Counter(place - at for at, places in held for place in places[:_MAX_PLACES])
    best = starts.most_common(_WAYS)
    return sorted(
        _Place(line, max(0, start), max(0, start) + len(words), found)
        for start, found in best
        if found >= _MIN_OF_BEST * best[0][1]
    )


def _chain(places: Sequence[_Place]) -> list[_Place]:
    """Return the places that keep to the article's order and hold the most of it."""
    places = places[:_MAX_CANDIDATES]
    best: list[int] = []
    before: list[int] = []
    for one in places:
        most, last = 0, -1
        for number, other in enumerate(places[: len(best)]):
            follows = other.line < one.line and other.start < one.start
            if follows and other.end <= one.start + _OVERLAP and best[number] > most:
                most, last = best[number], number
        best.append(most + one.found)
        before.append(last)
    chain: list[_Place] = []
    at = max(range(len(best)), key=best.__getitem__, default=-1)
    while at >= 0:
        chain.append(places[at])
        at = before[at]
    return chain[::-1]


def _fill(
    is_body: list[bool], chain: Sequence[_Place], words: Sequence[Sequence[str]], gold: list[str]
) -> None:
    """Mark the short lines between, before and after those of the chain."""
    for one, following in pairwise(chain):
        at = one.end
        for line in range(one.line + 1, following.line):
            found = _search(words[line], gold, at, following.start)
            if found is not None:
                is_body[line], at = True, found
    if not chain:
        return
    at = chain[-1].end
    for line in range(chain[-1].line + 1, min(len(words), chain[-1].line + _LINES_ON)):
        if words[line] and gold[at : at + len(words[line])] == words[line]:
            is_body[line], at = True, at + len(words[line])
    at = chain[0].start
    for line in range(chain[0].line - 1, max(-1, chain[0].line - _LINES_ON), -1):
        size = len(words[line])
        if size and at >= size and gold[at - size : at] == words[line]:
            is_body[line], at = True, at - size


def _search(words: Sequence[str], gold: Sequence[str], start: int, end: int) -> int | None:
    """Return where these words end in a stretch of the article, None if they are not there."""
    if not words:
        return None
    for at in range(start, min(end - len(words), start + _WORDS_ON) + 1):
        if gold[at : at + len(words)] == words:
            return at + len(words)
    return None
