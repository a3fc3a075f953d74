"""The words of a page's lines, so that each different word is looked up once."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

_WORD = re.compile(r"[^\W_]+")


def words_of(texts: Sequence[str]) -> list[list[str]]:
    """Return the words of every text, in small letters."""
    return [_WORD.findall(text.lower()) for text in texts]


@dataclass(frozen=True)
class PageWords:
    """The words of each line, the different words of a page, and which of these stand where.

    ``numbers`` tells for one word after the other which of the different ones it is, and ``rows``
    in which line it stands.
    """

    lines: Sequence[Sequence[str]]
    different: Sequence[str]
    numbers: Numbers
    rows: Numbers

    @classmethod
    def of(cls, texts: Sequence[str]) -> "PageWords":
        """Return the words of some texts."""
        lines = words_of(texts)
        flat = list(chain.from_iterable(lines))
        known = {word: number for number, word in enumerate(dict.fromkeys(flat))}
        numbers = np.fromiter(map(known.__getitem__, flat), np.int64, len(flat))
        return cls(lines, list(known), numbers, np.repeat(np.arange(len(lines)), _sizes(lines)))

    @cached_property
    def sizes(self) -> Numbers:
        """Return the number of words of each line."""
        return _sizes(self.lines)

    def counts(self, wanted: Collection[str]) -> Array:
        """Return how many words of each line are among those wanted."""
        among = np.fromiter(map(wanted.__contains__, self.different), np.float64)
        found = np.bincount(self.rows, among[self.numbers], minlength=len(self.lines))
        return found.astype(np.float64)


def _sizes(lines: Sequence[Sequence[str]]) -> Numbers:
    return np.fromiter(map(len, lines), np.int64, len(lines))
