"""Find the places of one text in another one that was made from it by an edit."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from builder.text import paragraph_bounds

# Words and single signs; white space belongs to neither and is aligned with nothing.
_TOKEN = re.compile(r"\w+|[^\w\s]")

Bounds = tuple[int, int]
# Where the same characters begin in the old text and in the new one, and how many they are.
Block = tuple[int, int, int]


class Aligned:
    """Two texts laid side by side: what of the old one stands where in the new one.

    Paragraphs are compared as a whole, and only those that differ word by word.
    """

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new
        self._blocks = sorted(_blocks(old, new))
        self._starts = [start for start, _, _ in self._blocks]

    def place(self, start: int, end: int) -> Bounds | None:
        """Return where the same words stand in the new text, or None if they read otherwise."""
        first, last = self._at(start), self._at(end - 1)
        if first is None or last is None:
            return None
        if self._new[first : last + 1] != self._old[start:end]:
            return None
        return first, last + 1

    def _at(self, offset: int) -> int | None:
        number = bisect_right(self._starts, offset) - 1
        if number < 0:
            return None
        old, new, size = self._blocks[number]
        return new + offset - old if offset < old + size else None

    def window(self, start: int, end: int) -> Bounds | None:
        """Return the whole paragraphs of the new text that hold what stood in a stretch."""
        there = [stretch for _, stretch in self._kept(start, end)]
        if not there:
            return None
        first, last = there[0][0], there[-1][1]
        inside = [(a, b) for a, b in paragraph_bounds(self._new) if a < last and first < b]
        return inside[0][0], inside[-1][1]

    def known(self, start: int, end: int, seen: Sequence[Bounds]) -> bool:
        """Tell whether most of a stretch of the new text stood in some stretches of the old one."""
        words = sum(map(len, _TOKEN.findall(self._new[start:end])))
        kept = (there for a, b in seen for _, there in self._kept(a, b))
        old = sum(
            len(token)
            for a, b in kept
            for token in _TOKEN.findall(self._new[max(a, start) : max(min(b, end), start)])
        )
        return 2 * old >= words

    def _kept(self, start: int, end: int) -> Iterator[tuple[Bounds, Bounds]]:
        """Yield what of a stretch of the old text is in the new one, and where it is there."""
        for old, new, size in self._blocks:
            first, last = max(old, start), min(old + size, end)
            if first < last:
                yield (first, last), (new + first - old, new + last - old)


def without(start: int, end: int, holes: Iterable[Bounds]) -> list[Bounds]:
    """Return what is left of a stretch without some others."""
    left = []
    for first, last in sorted(holes):
        if start < min(first, end):
            left.append((start, min(first, end)))
        start = max(start, last)
    return [*left, (start, end)] if start < end else left


def _blocks(old: str, new: str) -> Iterator[Block]:
    ours, theirs = paragraph_bounds(old), paragraph_bounds(new)
    matcher = SequenceMatcher(
        None, [old[a:b] for a, b in ours], [new[a:b] for a, b in theirs], autojunk=False
    )
    for how, first, last, there_first, there_last in matcher.get_opcodes():
        if how == "equal":
            yield from (
                (ours[i][0], theirs[there_first + i - first][0], ours[i][1] - ours[i][0])
                for i in range(first, last)
            )
        elif how == "replace":
            before = (ours[first][0], ours[last - 1][1])
            after = (theirs[there_first][0], theirs[there_last - 1][1])
            yield from _words(old, new, before, after)


def _words(old: str, new: str, before: Bounds, after: Bounds) -> Iterator[Block]:
    """Yield the words and signs that two stretches share, in the order of both."""
    ours = list(_TOKEN.finditer(old, *before))
    theirs = list(_TOKEN.finditer(new, *after))
    matcher = SequenceMatcher(
        None, [m.group() for m in ours], [m.group() for m in theirs], autojunk=False
    )
    for first, there, size in matcher.get_matching_blocks():
        for number in range(size):
            mine, other = ours[first + number], theirs[there + number]
            yield mine.start(), other.start(), len(mine.group())
