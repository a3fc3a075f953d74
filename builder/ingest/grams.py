"""Find articles that share text, by the word 4-grams of all articles in one sorted array.

Two articles share enough when they have 4-grams in common, measured by containment: a reprint is
often a part of a longer article, which Jaccard similarity misses.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from builder.text import short_hash
from builder.workspace.store import write_bytes

_GRAM = 4
_MIN_CONTAINMENT = 0.3
_MIN_SHARED = 4
# A 4-gram is looked up in the first articles that hold it: all reprints of a story meet there,
# and a stock phrase in very many articles costs no more than this.
_MAX_ARTICLES = 40
_WORD = re.compile(r"\w+(?:'\w+)?")
# An entry of the array is a 4-gram's hash, and below it the number of an article that holds it.
_NUMBER_BITS = 24
_NUMBER = np.uint64((1 << _NUMBER_BITS) - 1)
# An odd number whose bits look random: the hashes of a 4-gram's words are mixed with it.
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
# Low bytes first, whatever the machine.
_ENTRY = np.dtype("<u8")
_RULE = short_hash("grams", 1, _GRAM, _MIN_CONTAINMENT, _MIN_SHARED, _MAX_ARTICLES)

Array = NDArray[np.uint64]
Texts = Callable[[Collection[str]], Iterable[tuple[str, str]]]


def links(
    folder: Path, articles: Collection[str], compared: Collection[str], texts: Texts
) -> list[tuple[str, str]]:
    """Return the pairs of articles that share enough text, of which one is not compared yet.

    Args:
        folder: where the array is kept from one time to the next; it holds hashes, no text.
        articles: the ids of all articles.
        compared: those of them that were compared with each other before, by this rule.
        texts: gives id and text of each article that is asked for.

    """
    before = _Grams.read(folder)
    kept = before.only(articles)
    missing = [identity for identity in sorted(articles) if identity not in kept.numbers]
    of = {identity: grams_of(text) for identity, text in texts(missing)}
    grams = kept.extended(of, articles)
    if grams is not before:
        grams.write(folder)
    new = set(articles) - set(compared)
    of |= {identity: grams_of(text) for identity, text in texts(sorted(new - of.keys()))}
    return sorted(pair for i in new for pair in grams.similar(i, of[i], new))


def rule() -> str:
    """Return what stands for the rule: another value means that everything is compared again."""
    return _RULE


def likeness(one: str, other: str) -> float:
    """Return the part of the shorter text's 4-grams that both texts have, 0 if it is no likeness.

    Two texts that are alike tell the same story, by the rule that groups articles.
    """
    first, second = grams_of(one), grams_of(other)
    shared = len(np.intersect1d(first, second, assume_unique=True))
    shorter = min(len(first), len(second))
    enough = shared >= _MIN_SHARED and shared >= _MIN_CONTAINMENT * shorter
    return shared / shorter if enough else 0.0


def grams_of(text: str) -> Array:
    """Return the hashes of a text's word 4-grams, each once, sorted; 40 bits each."""
    words = np.array(
        [_word_hash(word) for word in _WORD.findall(text.casefold().replace("’", "'"))],
        dtype=np.uint64,
    )
    if len(words) < _GRAM:
        return np.array([], dtype=np.uint64)
    count = len(words) - _GRAM + 1
    mixed: Array = np.zeros(count, dtype=np.uint64)
    for place in range(_GRAM):
        mixed = mixed * _FACTOR + words[place : place + count]
    mixed ^= mixed >> np.uint64(29)
    unique: Array = np.unique((mixed * _FACTOR) >> np.uint64(_NUMBER_BITS))
    return unique


@lru_cache(maxsize=100_000)
def _word_hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")


class _Grams:
    """The 4-grams of articles: sorted entries of hash and article number, by sorted ids."""

    def __init__(self, ids: list[str], sizes: Array, entries: Array) -> None:
        self.ids, self.sizes, self.entries = ids, sizes, entries
        self.numbers = {identity: number for number, identity in enumerate(ids)}

    @classmethod
    def read(cls, folder: Path) -> "_Grams":
        """Return what was kept in a folder; nothing if it is of another rule."""
        try:
            said = json.loads((folder / "grams.json").read_bytes())
            entries = np.fromfile(folder / "grams", dtype=_ENTRY)
            if said["rule"] == _RULE and said["entries"] == len(entries):
                return cls(said["ids"], np.array(said["sizes"], dtype=np.uint64), entries)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return cls([], np.array([], dtype=np.uint64), np.array([], dtype=np.uint64))

    def write(self, folder: Path) -> None:
        """Keep the array in a folder."""
        # Not copied: it is the largest thing that ingest holds.
        write_bytes(folder / "grams", self.entries.view(np.uint8).data)
        said = {
            "rule": _RULE,
            "entries": len(self.entries),
            "ids": self.ids,
            "sizes": self.sizes.tolist(),
        }
        write_bytes(folder / "grams.json", json.dumps(said).encode())

    def only(self, articles: Collection[str]) -> "_Grams":
        """Return the 4-grams of those articles alone that are still there."""
        there = set(articles)
        ids = [identity for identity in self.ids if identity in there]
        if len(ids) == len(self.ids):
            return self
        kept = np.array([identity in there for identity in self.ids], dtype=bool)
        entries = self.entries[kept[(self.entries & _NUMBER).astype(np.int64)]]
        return self._renumbered(ids, self.sizes[kept], entries)

    def extended(self, new: Mapping[str, Array], articles: Collection[str]) -> "_Grams":
        """Return these 4-grams and those of new articles; ids are numbered in their order."""
        ids = sorted(articles)
        numbers = {identity: number for number, identity in enumerate(ids)}
        sizes = np.zeros(len(ids), dtype=np.uint64)
        for identity, number in self.numbers.items():
            sizes[numbers[identity]] = self.sizes[number]
        if not new:
            return self
        old = self._renumbered(ids, sizes, self.entries).entries if self.ids else self.entries
        entries = np.empty(len(old) + sum(map(len, new.values())), dtype=_ENTRY)
        entries[: len(old)] = old
        end = len(old)
        for identity, grams in new.items():
            sizes[numbers[identity]] = len(grams)
            start, end = end, end + len(grams)
            entries[start:end] = grams << np.uint64(_NUMBER_BITS) | np.uint64(numbers[identity])
        entries.sort()
        return _Grams(ids, sizes, entries)

    def _renumbered(self, ids: list[str], sizes: Array, entries: Array) -> "_Grams":
        """Return entries under the numbers of other ids; both are sorted, so their order stays."""
        numbers = {identity: number for number, identity in enumerate(ids)}
        table = np.array([numbers.get(i, 0) for i in self.ids], dtype=np.uint64)
        now = table[(entries & _NUMBER).astype(np.int64)]
        return _Grams(ids, sizes, (entries & ~_NUMBER) | now)

    def similar(
        self, identity: str, grams: Array, new: Collection[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield the pairs of an article and each that shares enough with it.

        A pair of two new articles is yielded by the later one alone.
        """
        number = np.uint64(self.numbers[identity])
        shifted = grams << np.uint64(_NUMBER_BITS)
        first = np.searchsorted(self.entries, shifted)
        own = np.searchsorted(self.entries, shifted | number)
        places = [_ranges(first, np.minimum(own, first + _MAX_ARTICLES))]
        if len(new) < len(self.ids):
            last = np.searchsorted(self.entries, shifted | _NUMBER, side="right")
            early = own - first < _MAX_ARTICLES
            places.append(_ranges(own[early] + 1, last[early]))
        found = self.entries[np.concatenate(places)] & _NUMBER
        others, shared = np.unique(found, return_counts=True)
        shorter = np.minimum(len(grams), self.sizes[others.astype(np.int64)])
        enough = (shared >= _MIN_SHARED) & (shared >= _MIN_CONTAINMENT * shorter)
        for other in others[enough]:
            name = self.ids[int(other)]
            if other < number:
                yield (name, identity)
            elif name not in new:
                yield (identity, name)


def _ranges(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of all ranges, one after the other."""
    starts, ends = starts[ends > starts], ends[ends > starts]
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())
