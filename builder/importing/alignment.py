"""Lay a text beside an article that reads alike, and find the places of the one in the other.

White space counts for nothing, and quotation marks, dashes and brackets count however they are
written: so a text that was cut into tokens, or copied from elsewhere, is the article's own. What
was changed beside that is found by words that stand once in both, in time that grows with the
length of the texts and not faster.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

Bounds = tuple[int, int]
# Where the same signs begin in one text and in the other, and how many they are.
Block = tuple[int, int, int]
# A stretch of the one text and one of the other: start, end, start, end.
_Region = tuple[int, int, int, int]

# What is one sign: a letter with its accents, and what tokenisers write for brackets and quotes.
_SIGN = re.compile(r"-[LR][RSC]B-|``|''|\S[\u0300-\u036f]*")
_ALIKE = {
    **dict.fromkeys(["``", "''", "“", "”", "„", "‟", "«", "»", "″"], '"'),
    **dict.fromkeys("‘’‚‛‹›′`", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    "-LRB-": "(",
    "-RRB-": ")",
    "-LSB-": "[",
    "-RSB-": "]",
    "-LCB-": "{",
    "-RCB-": "}",
}
_UNSEEN = ("Cc", "Cf")
# So many signs that stand once in both texts lead from the one to the other, first the longest.
_LENGTHS = (20, 10, 5)
# Longer texts are compared as a whole alone.
LONGEST = 2_000_000


@dataclass(frozen=True)
class Signs:
    """The signs of a text without its white space, each with its place in the text."""

    signs: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def inside(self, start: int, end: int) -> Bounds:
        """Return the first and the last (exclusive) of the signs that lie in a stretch whole."""
        return bisect_left(self.starts, start), bisect_right(self.ends, end)


def signs_of(text: str) -> Signs:
    """Return the signs of a text, however quotation marks, dashes and brackets are written."""
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _SIGN.finditer(text):
        unit = match.group()
        if not unit.isascii() and unicodedata.category(unit[0]) in _UNSEEN:
            continue
        plain = _ALIKE.get(unit) or (unit if unit.isascii() else unicodedata.normalize("NFC", unit))
        signs.append(plain)
        starts += [match.start()] * len(plain)
        ends += [match.end()] * len(plain)
    return Signs("".join(signs), tuple(starts), tuple(ends))


@dataclass(frozen=True)
class Laid:
    """A text laid beside an article: which of its signs stand where in the article."""

    ours: Signs
    theirs: Signs
    blocks: tuple[Block, ...]

    @property
    def whole(self) -> bool:
        """Tell whether all of the text stands in the article, in one piece."""
        return any(size == len(self.ours.signs) for _, _, size in self.blocks)

    @property
    def size(self) -> int:
        """Return how many signs stand in both."""
        return sum(size for _, _, size in self.blocks)

    @cached_property
    def _firsts(self) -> list[int]:
        return [first for first, _, _ in self.blocks]

    def place(self, start: int, end: int) -> Bounds | None:
        """Return where a stretch of the text stands in the article, None if it reads otherwise."""
        first, last = self.ours.inside(start, end)
        number = bisect_right(self._firsts, first) - 1
        if first >= last or number < 0:
            return None
        ours, theirs, size = self.blocks[number]
        if last > ours + size:
            return None
        moved = theirs - ours
        return self.theirs.starts[first + moved], self.theirs.ends[last + moved - 1]

    def covered(self) -> Iterator[Bounds]:
        """Yield the stretches of the article that stand in the text."""
        for _, theirs, size in self.blocks:
            yield self.theirs.starts[theirs], self.theirs.ends[theirs + size - 1]


def lay(ours: Signs, theirs: Signs, after: int = 0) -> Laid:
    """Lay a text beside an article.

    Args:
        ours: the signs of the text.
        theirs: the signs of the article.
        after: the sign of the article from which it is looked for first.

    """
    found = theirs.signs.find(ours.signs, after)
    found = found if found >= 0 else theirs.signs.find(ours.signs)
    if found >= 0 and ours.signs:
        return Laid(ours, theirs, ((0, found, len(ours.signs)),))
    if max(len(ours.signs), len(theirs.signs)) > LONGEST:
        return Laid(ours, theirs, ())
    return Laid(ours, theirs, tuple(_blocks(ours.signs, theirs.signs)))


def _blocks(ours: str, theirs: str) -> list[Block]:
    """Return what is the same in both, in the order of both."""
    found: list[Block] = []
    for length in _LENGTHS:
        gaps = list(_gaps(found, len(ours), len(theirs)))
        found = sorted([*found, *(b for gap in gaps for b in _of_gap(ours, theirs, gap, length))])
    return list(_joined(found))


def _gaps(blocks: Iterable[Block], our_end: int, their_end: int) -> Iterator[_Region]:
    """Yield the stretches between blocks."""
    edges = [(0, 0, 0), *blocks, (our_end, their_end, 0)]
    for (ours, theirs, size), (next_ours, next_theirs, _) in pairwise(edges):
        if ours + size < next_ours and theirs + size < next_theirs:
            yield ours + size, next_ours, theirs + size, next_theirs


def _of_gap(ours: str, theirs: str, gap: _Region, length: int) -> Iterator[Block]:
    """Yield the blocks of a gap that lie around stretches which stand once in it in both texts."""
    first, last, their_first, their_last = gap
    once, there = _once(ours, first, last, length), _once(theirs, their_first, their_last, length)
    pairs = [(at, there[words]) for words, at in once.items() if words in there]
    for at, other in _rising(sorted(pairs)):
        if at < first or other < their_first:
            continue
        while at > first and other > their_first and ours[at - 1] == theirs[other - 1]:
            at, other = at - 1, other - 1
        size = 0
        while (
            at + size < last
            and other + size < their_last
            and ours[at + size] == theirs[other + size]
        ):
            size += 1
        yield at, other, size
        first, their_first = at + size, other + size


def _once(text: str, first: int, last: int, length: int) -> dict[str, int]:
    """Return the stretches of a length that stand once, with their places."""
    found: dict[str, int] = {}
    for at in range(first, last - length + 1):
        words = text[at : at + length]
        found[words] = -1 if words in found else at
    return {words: at for words, at in found.items() if at >= 0}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return as many of the pairs as rise in both of their numbers."""
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        place = bisect_left(tails, other)
        before.append(last[place - 1] if place else -1)
        tails[place : place + 1] = [other]
        last[place : place + 1] = [number]
    chain: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks, those that go on in both texts as one."""
    held: Block | None = None
    for block in blocks:
        if held and (held[0] + held[2], held[1] + held[2]) == block[:2]:
            held = (held[0], held[1], held[2] + block[2])
            continue
        if held:
            yield held
        held = block
    if held:
        yield held
