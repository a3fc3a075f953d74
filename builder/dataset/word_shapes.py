"""Lay a text beside another one of which only the lengths of its words are known."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from builder.dataset.text_sources import ParagraphSource, hashed_paragraphs

# Words, single signs and spaces.
_PIECE = re.compile(r"\w+|[^\w\s]|\s")
_SHAPED = re.compile(r"\d+|\.| ")
# As many words and signs in a row have the same lengths in two texts by chance once in a million
# million tries: an article has a million pairs of places with another one.
RUN = 14
# At the end of a run, that many words and signs may be others, of the same lengths by chance.
EDGE = 4

Bounds = tuple[int, int]


class _Word(NamedTuple):
    """A word or a sign: where it begins, how long it is, and what is compared: 0 for a sign."""

    start: int
    length: int
    kind: int


def shape(text: str) -> str:
    """Return the lengths of a paragraph's words, with a dot for a sign and a space for a space."""
    return "".join(_shaped(piece[0]) for piece in _PIECE.finditer(text))


def _shaped(piece: str) -> str:
    if piece.isspace():
        return " "
    return str(len(piece)) if re.match(r"\w", piece) else "."


def _words_of(text: str) -> Iterator[_Word]:
    for piece in _PIECE.finditer(text):
        if not piece[0].isspace():
            length = len(piece[0])
            yield _Word(piece.start(), length, length if re.match(r"\w", piece[0]) else 0)


def _known(paragraphs: Iterable[ParagraphSource]) -> Iterator[_Word]:
    for paragraph in paragraphs:
        place = paragraph.start
        for piece in _SHAPED.findall(paragraph.shape):
            length = int(piece) if piece.isdigit() else 1
            if piece != " ":
                yield _Word(place, length, length if piece.isdigit() else 0)
            place += length


class ShapeAligned:
    """An article without text beside a copy of it: where its words stand in the copy.

    Paragraphs with the same hash stand for each other. Elsewhere words do that stand in a run of
    ``RUN`` whose lengths are the same, once in each text, in the order of both, but for its ends;
    with ``by_hash_alone`` nothing does.
    """

    def __init__(
        self, paragraphs: Sequence[ParagraphSource], text: str, *, by_hash_alone: bool = False
    ) -> None:
        self._old, self._new = list(_known(paragraphs)), list(_words_of(text))
        self._starts = [word.start for word in self._old]
        self._likely = {} if by_hash_alone else _chained(self._old, self._new)
        self._to = dict(_without_edges(self._likely, (len(self._old) - 1, len(self._new) - 1)))
        self._by_hash(paragraphs, text)

    def _by_hash(self, paragraphs: Sequence[ParagraphSource], text: str) -> None:
        there: dict[str, list[int]] = {}
        for start, known in reversed(hashed_paragraphs(text)):
            if known is not None:
                there.setdefault(known, []).append(start)
        starts = [word.start for word in self._new]
        for paragraph in paragraphs:
            if paragraph.sha256 is None or not there.get(paragraph.sha256):
                continue
            first = bisect_right(self._starts, paragraph.start - 1)
            after = bisect_right(self._starts, paragraph.end - 1)
            new = bisect_right(starts, there[paragraph.sha256].pop() - 1)
            same = zip(range(first, after), range(new, new + after - first), strict=True)
            self._to.update(same)
        self._likely.update(self._to)

    @property
    def share(self) -> float:
        """Return which share of the words stands in the copy."""
        return len(self._to) / len(self._old) if self._old else 0.0

    @property
    def own_share(self) -> float:
        """Return which share of the copy's words is the article's."""
        return len(self._to) / len(self._new) if self._new else 0.0

    def place(self, start: int, end: int) -> Bounds | None:
        """Return where the same words stand in the copy, None if they do not."""
        found = self._numbers(self._to, start, end)
        if found is None:
            return None
        first, last = found
        shift = self._to[first] - first
        if any(self._to.get(number) != number + shift for number in range(first, last + 1)):
            return None
        return self._between(self._to, first, last, start, end)

    def stretch(self, start: int, end: int) -> Bounds | None:
        """Return what lies in the copy between the first and the last word of a stretch."""
        found = self._numbers(self._likely, start, end)
        if found is None:
            return None
        first, last = found
        here, there = last - first, self._likely[last] - self._likely[first]
        if there < 0 or abs(here - there) > max(3, here // 4):
            return None
        return self._between(self._likely, first, last, start, end)

    def _numbers(self, to: Mapping[int, int], start: int, end: int) -> Bounds | None:
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        return (first, last) if {first, last} <= to.keys() else None

    def _between(
        self, to: Mapping[int, int], first: int, last: int, start: int, end: int
    ) -> Bounds:
        old, new = self._old, self._new
        begin = new[to[first]].start + start - old[first].start
        return begin, new[to[last]].start + end - old[last].start


def _chained(old: Sequence[_Word], new: Sequence[_Word]) -> dict[int, int]:
    """Return which word of the new text stands for which of the old one, by their lengths."""
    ours, theirs = _single(old), _single(new)
    pairs = sorted((ours[run], theirs[run]) for run in ours.keys() & theirs.keys())
    to: dict[int, int] = {}
    unsure: set[int] = set()
    for first, there in _rising(pairs):
        for number in range(RUN):
            known = to.setdefault(first + number, there + number)
            if known != there + number:
                unsure.add(first + number)
    return {number: there for number, there in to.items() if number not in unsure}


def _without_edges(to: Mapping[int, int], last: Bounds) -> Iterator[Bounds]:
    """Yield what stands for what without the ends of each run, which may be alike by chance."""
    run: list[Bounds] = []
    for pair in [*sorted(to.items()), (-1, -1)]:
        if run and pair != (run[-1][0] + 1, run[-1][1] + 1):
            first = 0 if run[0] == (0, 0) else EDGE
            yield from run[first : None if run[-1] == last else -EDGE]
            run = []
        run.append(pair)


def _single(words: Sequence[_Word]) -> dict[tuple[int, ...], int]:
    """Return the runs that stand once in a text, with the number of their first word."""
    found: dict[tuple[int, ...], int] = {}
    twice: set[tuple[int, ...]] = set()
    kinds = [word.kind for word in words]
    for number in range(len(kinds) - RUN + 1):
        run = tuple(kinds[number : number + RUN])
        if found.setdefault(run, number) != number:
            twice.add(run)
    return {run: number for run, number in found.items() if run not in twice}


def _rising(pairs: Sequence[Bounds]) -> list[Bounds]:
    """Return the longest chain of pairs, sorted by the first number, whose second numbers rise."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for number, (_, there) in enumerate(pairs):
        place = bisect_right(tails, there)
        before.append(ends[place - 1] if place else None)
        tails[place : place + 1] = [there]
        ends[place : place + 1] = [number]
    chain: list[Bounds] = []
    at = ends[-1] if ends else None
    while at is not None:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def votes(text: str) -> Iterator[str]:
    """Yield what tells which article a text may be a copy of: hashes and some runs of lengths."""
    yield from (known for _, known in hashed_paragraphs(text) if known is not None)
    yield from _some_runs([word.kind for word in _words_of(text)])


def votes_of(paragraphs: Sequence[ParagraphSource]) -> Iterator[str]:
    """Yield the same of an article without text."""
    yield from (known for p in paragraphs if (known := p.sha256) is not None)
    yield from _some_runs([word.kind for word in _known(paragraphs)])


def _some_runs(kinds: Sequence[int]) -> Iterator[str]:
    for number in range(len(kinds) - RUN + 1):
        run = kinds[number : number + RUN]
        # One in eight, whichever text it stands in.
        if sum((place + 1) * kind for place, kind in enumerate(run)) % 8 == 0:
            yield ",".join(map(str, run))
