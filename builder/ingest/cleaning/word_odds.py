"""How much more often words stand in articles than around them, and what that says of a line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from builder.ingest.cleaning.page_words import PageWords

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

_UNKNOWN = -1
# Longer lines are hardly the same on two pages.
_MAX_LINE_WORDS = 11


@dataclass(frozen=True)
class LineTokens:
    """The numbers of the words and pairs of words of lines, and the row that each stands in.

    ``opening``, ``ending`` and ``line`` hold one number a row: of its first words, of its last
    ones, and of all of them.
    """

    words: Numbers
    word_rows: Numbers
    pairs: Numbers
    pair_rows: Numbers
    opening: Numbers
    ending: Numbers
    line: Numbers

    @property
    def size(self) -> int:
        """Return the number of rows."""
        return len(self.line)


def names(words: Sequence[str]) -> Iterable[str]:
    """Yield what the odds of a line's words are looked up by."""
    yield from words
    yield from _pairs(words)
    yield from (_opening(words), _ending(words), _line(words))


@dataclass(frozen=True)
class TokenNumbers:
    """The number of each token, and those of pairs of words by the numbers of their words."""

    by_name: Mapping[str, int]
    pair_keys: Numbers
    pair_numbers: Numbers

    @classmethod
    def of(cls, tokens: Iterable[str]) -> "TokenNumbers":
        """Return the numbers of tokens in their order."""
        by_name = {name: number for number, name in enumerate(tokens)}
        pairs = [
            (by_name[first] * len(by_name) + by_name[second], number)
            for name, number in by_name.items()
            for first, gap, second in [name.partition(" ")]
            if gap and first in by_name and second in by_name
        ]
        table = np.array(sorted(pairs), np.int64).reshape(-1, 2)
        return cls(by_name, table[:, 0].copy(), table[:, 1].copy())

    def of_pairs(self, first: Numbers, second: Numbers) -> Numbers:
        """Return the numbers of pairs of words."""
        if not len(self.pair_keys):
            return np.full(len(first), _UNKNOWN)
        keys = np.where((first < 0) | (second < 0), _UNKNOWN, first * len(self.by_name) + second)
        at = np.minimum(np.searchsorted(self.pair_keys, keys), len(self.pair_keys) - 1)
        return np.where(self.pair_keys[at] == keys, self.pair_numbers[at], _UNKNOWN)


def tokens(words: PageWords, numbers: TokenNumbers) -> LineTokens:
    """Return the tokens of lines, given their words and the number of each token."""
    number = numbers.by_name.get
    different = np.array([number(word, _UNKNOWN) for word in words.different], np.int64)
    found = different[words.numbers]
    together = words.rows[1:] == words.rows[:-1]
    return LineTokens(
        found,
        words.rows,
        numbers.of_pairs(found[:-1][together], found[1:][together]),
        words.rows[1:][together],
        np.array([number(_opening(line), _UNKNOWN) for line in words.lines], np.int64),
        np.array([number(_ending(line), _UNKNOWN) for line in words.lines], np.int64),
        np.array([number(_line(line), _UNKNOWN) for line in words.lines], np.int64),
    )


def features(found: LineTokens, odds: Array) -> dict[str, Array]:
    """Return what the logarithmic odds of its words say of each line."""
    odds = np.append(odds, 0.0)
    word = odds[found.words]
    sizes = np.bincount(found.word_rows, minlength=found.size)
    known = np.bincount(found.word_rows, found.words >= 0, minlength=found.size)
    known_pairs = np.bincount(found.pair_rows, found.pairs >= 0, minlength=found.size)
    sums = np.bincount(found.word_rows, word, minlength=found.size)
    of_pairs = np.bincount(found.pair_rows, odds[found.pairs], minlength=found.size)
    low, high = np.zeros(found.size), np.zeros(found.size)
    np.minimum.at(low, found.word_rows, word)
    np.maximum.at(high, found.word_rows, word)
    return {
        "odds": sums / np.maximum(1, known),
        "odds in all": sums,
        "lowest odds": low,
        "highest odds": high,
        "pair odds": of_pairs / np.maximum(1, known_pairs),
        "opening odds": odds[found.opening],
        "ending odds": odds[found.ending],
        "line odds": odds[found.line],
        "known words": known / np.maximum(1, sizes),
    }


def _pairs(words: Sequence[str]) -> list[str]:
    return [f"{a} {b}" for a, b in pairwise(words)]


def _opening(words: Sequence[str]) -> str:
    return "^" + " ".join(words[:2])


def _ending(words: Sequence[str]) -> str:
    return "$" + " ".join(words[-2:])


def _line(words: Sequence[str]) -> str:
    return "=" + " ".join(words) if len(words) <= _MAX_LINE_WORDS else ""
