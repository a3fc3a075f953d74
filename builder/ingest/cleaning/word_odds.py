"""How much more often words stand in articles than around them, and what that says of a line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

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


def tokens(words: Sequence[Sequence[str]], numbers: Mapping[str, int]) -> LineTokens:
    """Return the tokens of lines, given their words and the number of each token."""
    number = numbers.get
    pairs = [_pairs(line) for line in words]
    return LineTokens(
        np.array([number(word, _UNKNOWN) for line in words for word in line], np.int64),
        np.repeat(np.arange(len(words)), [len(line) for line in words]),
        np.array([number(pair, _UNKNOWN) for line in pairs for pair in line], np.int64),
        np.repeat(np.arange(len(words)), [len(line) for line in pairs]),
        np.array([number(_opening(line), _UNKNOWN) for line in words], np.int64),
        np.array([number(_ending(line), _UNKNOWN) for line in words], np.int64),
        np.array([number(_line(line), _UNKNOWN) for line in words], np.int64),
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
