"""Say in numbers what stands around each line of a page, for one page or many in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from builder.ingest.cleaning import region
from builder.ingest.cleaning.page_words import PageWords

Array = NDArray[np.float64]
Places = NDArray[np.int64]

_OUTSIDE = -1.0
_FAR = 500
_MIN_LETTERS = 4


@dataclass(frozen=True)
class Pages:
    """Where the lines of pages stand: the first row and the end of the page that each row is in.

    ``parted`` tells above which rows there is a blank line, or the beginning of the page.
    """

    first: Places
    end: Places
    parted: NDArray[np.bool_]

    @cached_property
    def rows(self) -> Places:
        """Return the number of each row."""
        return np.arange(len(self.first))

    @cached_property
    def runs(self) -> Places:
        """Return to which run of lines without a blank one between them each row belongs."""
        return np.cumsum(self.parted) - 1

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        """Return the first row and the end of each page."""
        starts = np.unique(self.first)
        return [(int(start), int(self.end[start])) for start in starts]


@dataclass(frozen=True)
class WordPlaces:
    """Which words stand in which rows, each once a row; the words of each page have own numbers."""

    rows: Places
    words: Places
    count: int
    size: int

    @classmethod
    def of(cls, words: PageWords) -> "WordPlaces":
        """Return the places of the longer words of one page's lines."""
        long = np.array([len(word) >= _MIN_LETTERS for word in words.different], bool)
        count = max(1, len(words.different))
        keys = np.unique((words.rows * count + words.numbers)[long[words.numbers]])
        return cls(keys // count, keys % count, count, len(words.lines))

    @classmethod
    def together(cls, places: Sequence["WordPlaces"]) -> "WordPlaces":
        """Return the places of the words of several pages."""
        above = np.cumsum([0, *(one.size for one in places)])
        known = np.cumsum([0, *(one.count for one in places)])
        return cls(
            np.concatenate([one.rows + row for one, row in zip(places, above, strict=False)]),
            np.concatenate([one.words + word for one, word in zip(places, known, strict=False)]),
            int(known[-1]),
            int(above[-1]),
        )

    def shared(self, wanted: NDArray[np.bool_], at_least: int) -> Array:
        """Return the share of each row's words that so many of the rows wanted hold."""
        counts = np.bincount(self.words[wanted[self.rows]], minlength=self.count)
        held = np.bincount(self.rows, counts[self.words] >= at_least, minlength=self.size)
        share: Array = held / np.maximum(1, np.bincount(self.rows, minlength=self.size))
        return share


def neighbours(pages: Pages, values: Mapping[str, Array], reach: int) -> dict[str, Array]:
    """Return the values of the rows above and below each row, as far as ``reach``."""
    found: dict[str, Array] = {}
    table = np.stack([*values.values()])
    for step in (step for step in range(-reach, reach + 1) if step):
        at = pages.rows + step
        outside = (at < pages.first) | (at >= pages.end)
        at[outside] = 0
        there = table[:, at]
        there[:, outside] = _OUTSIDE
        found |= {f"{name} {step:+d}": row for name, row in zip(values, there, strict=True)}
    return found


def windows(pages: Pages, values: Mapping[str, Array], reaches: Sequence[int]) -> dict[str, Array]:
    """Return the means of the values around, above and below each row."""
    found = {}
    table = np.stack([*values.values()])
    sums = np.concatenate([np.zeros((len(table), 1)), np.cumsum(table, axis=1)], axis=1)
    here, after = sums[:, pages.rows], sums[:, pages.rows + 1]
    for reach in reaches:
        low = np.maximum(pages.first, pages.rows - reach)
        high = np.minimum(pages.end, pages.rows + reach + 1)
        above, below = np.maximum(1, pages.rows - low), np.maximum(1, high - pages.rows - 1)
        first, last = sums[:, low], sums[:, high]
        means = (last - first) / (high - low), (here - first) / above, (last - after) / below
        for name, around, over, under in zip(values, *means, strict=True):
            found[f"{name} within {reach}"] = around
            found[f"{name} above {reach}"] = over
            found[f"{name} below {reach}"] = under
    return found


def runs(pages: Pages, values: Mapping[str, Array]) -> dict[str, Array]:
    """Return means over the run of lines that each row stands in, and its place there."""
    sizes = np.bincount(pages.runs)
    starts = np.flatnonzero(pages.parted)
    found = {
        "run": np.log1p(sizes[pages.runs]),
        "place in run": (pages.rows - starts[pages.runs]).astype(float),
    }
    for name, value in values.items():
        found[f"{name} in run"] = (np.bincount(pages.runs, value) / sizes)[pages.runs]
    return found


def distances(pages: Pages, wanted: NDArray[np.bool_]) -> dict[str, Array]:
    """Return how far above and below each row the next one wanted is."""
    rows = pages.rows
    last = np.maximum.accumulate(np.where(wanted, rows, -1))
    before = np.concatenate([[-1], last[:-1]])
    following = np.minimum.accumulate(np.where(wanted, rows, len(rows))[::-1])[::-1]
    after = np.concatenate([following[1:], [len(rows)]])
    above = np.where(before >= pages.first, rows - before, _FAR)
    below = np.where(after < pages.end, after - rows, _FAR)
    return {
        "to text above": np.log1p(np.minimum(above, _FAR)),
        "to text below": np.log1p(np.minimum(below, _FAR)),
    }


def stretches(pages: Pages, score: Array, words: WordPlaces) -> dict[str, Array]:
    """Return where each row stands to its page's stretch with the largest sum of scores."""
    first, last = np.empty(len(score)), np.empty(len(score))
    for start, end in pages.bounds:
        _, low, high = region.maximum_segment(score[start:end].tolist())
        first[start:end], last[start:end] = start + low, start + high
    inside = (pages.rows >= first) & (pages.rows <= last)
    into, left = pages.rows - first, last - pages.rows
    return {
        "into stretch": np.sign(into) * np.log1p(np.abs(into)),
        "left of stretch": np.sign(left) * np.log1p(np.abs(left)),
        "words of stretch": words.shared(inside, 1),
        "words again in stretch": words.shared(inside, 2),
        "stretch": np.log1p(last - first),
    }
