"""Keep on disk which word 4-grams stand in which articles, so that new ones meet all others.

A quarter of the grams are kept, chosen by their hashes: two texts that share a passage share its
grams that were chosen. New articles are appended in a file of their own; small files are put
together, large ones stay as they are, so that neither time nor memory grows with what is there.
The index holds hashes of words, no text, and belongs to one machine: a lost one is built again.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from builder.ingest.stories.words import GRAM, Hashes
from builder.text import short_hash
from builder.workspace.store import write_bytes

# An entry is a gram's hash, and below it the number of an article that holds it.
_NUMBER_BITS = 24
_NUMBER = np.uint64((1 << _NUMBER_BITS) - 1)
# Low bytes first, whatever the machine.
_ENTRY = np.dtype("<u8")
_SAMPLED = np.uint64(3)
# Files are put together up to so many entries: 16 MB.
_LARGE = 2_000_000
_LAYOUT = short_hash("story index", 2, GRAM, int(_SAMPLED), _NUMBER_BITS)
_HEAD = "index.json"
_NAME_LENGTH = 32

Numbers = NDArray[np.int64]


def sampled(grams: Hashes) -> Hashes:
    """Return the grams that the index keeps, each once, sorted."""
    kept: Hashes = np.unique(grams[(grams & _SAMPLED) == 0])
    return kept


class PassageIndex:
    """Which sampled grams stand in which articles; articles are numbered as they came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.ids: list[str] = []
        self.sizes: list[int] = []
        self._segments: list[Hashes] = []
        self._names: list[str] = []
        try:
            said = json.loads((folder / _HEAD).read_bytes())
            names, lengths = said["segments"], said["lengths"]
            segments = [self._mapped(name) for name in names]
            if said["layout"] == _LAYOUT and [len(s) for s in segments] == lengths:
                self.ids, self.sizes = said["ids"], said["sizes"]
                self._segments, self._names = segments, names
        except (OSError, ValueError, KeyError, TypeError):
            pass
        self.numbers = {identity: number for number, identity in enumerate(self.ids)}

    def add(self, new: Mapping[str, Hashes]) -> None:
        """Take in the sampled grams of articles that are not there yet."""
        entries = []
        for identity, grams in new.items():
            number = np.uint64(len(self.ids))
            entries.append(grams << np.uint64(_NUMBER_BITS) | number)
            self.numbers[identity] = len(self.ids)
            self.ids.append(identity)
            self.sizes.append(len(grams))
        if entries:
            self._append(np.sort(np.concatenate(entries)))

    def keep(self, articles: Collection[str]) -> None:
        """Drop all articles but these."""
        there = set(articles)
        kept = np.array([identity in there for identity in self.ids], dtype=bool)
        if kept.all():
            return
        table = (np.cumsum(kept) - 1).astype(np.uint64)
        segments = []
        for segment in self._segments:
            numbers = (segment & _NUMBER).astype(np.int64)
            chosen = kept[numbers]
            segments.append((segment[chosen] & ~_NUMBER) | table[numbers[chosen]])
        self._segments, self._names = [], []
        for segment in segments:
            self._append(segment)
        self.sizes = [size for size, stays in zip(self.sizes, kept, strict=True) if stays]
        self.ids = [identity for identity in self.ids if identity in there]
        self.numbers = {identity: number for number, identity in enumerate(self.ids)}

    def save(self) -> None:
        """Write what has changed; the head comes last, and names the files that count."""
        for number, (segment, name) in enumerate(zip(self._segments, self._names, strict=True)):
            if not name:
                content = np.ascontiguousarray(segment, dtype=_ENTRY).view(np.uint8).data
                self._names[number] = hashlib.sha256(content).hexdigest()[:_NAME_LENGTH]
                write_bytes(self._folder / self._names[number], content)
        head = {
            "layout": _LAYOUT,
            "segments": self._names,
            "lengths": [len(segment) for segment in self._segments],
            "ids": self.ids,
            "sizes": self.sizes,
        }
        write_bytes(self._folder / _HEAD, json.dumps(head).encode())
        for path in self._folder.iterdir():
            if path.name not in (*self._names, _HEAD):
                path.unlink()

    def holders(self, grams: Hashes, most: int) -> tuple[NDArray[np.intp], Numbers, Numbers]:
        """Return which articles hold which of some grams, at most so many a gram.

        Args:
            grams: sampled grams, each once, sorted.
            most: how many articles of a gram are wanted; the first ones are given.

        Returns:
            For each find the place of the gram in ``grams`` and the article's number; and for each
            gram how many articles hold it.

        """
        low, high = grams << np.uint64(_NUMBER_BITS), grams << np.uint64(_NUMBER_BITS) | _NUMBER
        counts = np.zeros(len(grams), dtype=np.int64)
        which, numbers = [], []
        for segment in self._segments:
            if not len(segment):
                continue
            first = np.searchsorted(segment, low)
            # Most grams are in few segments: only of these the last place is looked up.
            here = np.flatnonzero(segment[np.minimum(first, len(segment) - 1)] <= high)
            here = here[first[here] < len(segment)]
            first = first[here]
            found = np.searchsorted(segment, high[here], side="right") - first
            taken = np.minimum(found, np.maximum(most - counts[here], 0))
            counts[here] += found
            which.append(np.repeat(here, taken))
            places = np.repeat(first - (np.cumsum(taken) - taken), taken) + np.arange(taken.sum())
            numbers.append((segment[places] & _NUMBER).astype(np.int64))
        if not which:
            return np.array([], np.intp), np.array([], np.int64), counts
        return np.concatenate(which), np.concatenate(numbers), counts

    def _append(self, segment: Hashes) -> None:
        """Put a segment at the end, together with those before it that are no larger."""
        self._segments.append(segment)
        self._names.append("")
        while len(self._segments) > 1:
            last, before = self._segments[-1], self._segments[-2]
            if len(before) > 2 * len(last) or len(before) + len(last) > _LARGE:
                return
            self._segments[-2:] = [np.sort(np.concatenate([before, last]), kind="stable")]
            self._names[-2:] = [""]

    def _mapped(self, name: str) -> Hashes:
        path = self._folder / name
        if not path.stat().st_size:
            return np.array([], dtype=np.uint64)
        return np.memmap(path, dtype=_ENTRY, mode="r")


class Pairs(NamedTuple):
    """Pairs of articles by their numbers, and how many grams they share.

    Of these ``rare`` are in a few articles, ``scarce`` in fewer than a gram leads to.
    """

    one: Numbers
    other: Numbers
    shared: Numbers
    rare: Numbers
    scarce: Numbers


def pairs(index: PassageIndex, new: Mapping[str, Hashes], most: int, rare: int) -> Pairs:
    """Return of articles in the index all pairs with articles that share grams with them.

    Args:
        index: holds the articles.
        new: their sampled grams.
        most: a gram leads to so many articles.
        rare: a gram in so many articles, or in fewer, is a rare one.

    """
    ones = [index.numbers[identity] for identity in new]
    owners = np.repeat(np.array(ones, np.int64), [len(grams) for grams in new.values()])
    if not len(owners):
        return Pairs(owners, owners, owners, owners, owners)
    grams, place = np.unique(np.concatenate(list(new.values())), return_inverse=True)
    which, numbers, counts = index.holders(grams, most)
    order = np.argsort(which, kind="stable")
    which, numbers = which[order], numbers[order]
    bounds = np.searchsorted(which, np.arange(len(grams) + 1))
    first = bounds[place]
    many = bounds[place + 1] - first
    flat = np.repeat(first - (np.cumsum(many) - many), many) + np.arange(many.sum())
    # The two lowest bits tell whether the gram is rare or scarce, so that one sort counts all.
    marks = (counts <= rare).astype(np.int64) << 1 | (counts < most)
    key = np.repeat(owners, many) << _NUMBER_BITS | numbers[flat]
    key = key << 2 | np.repeat(marks[place], many)
    key.sort()
    starts = np.flatnonzero(np.diff(key >> 2, prepend=-1))
    codes = key[starts] >> 2
    return Pairs(
        one=codes >> _NUMBER_BITS,
        other=codes & int(_NUMBER),
        shared=np.diff(np.append(starts, len(key))),
        rare=np.add.reduceat(key >> 1 & 1, starts) if len(key) else key,
        scarce=np.add.reduceat(key & 1, starts) if len(key) else key,
    )
