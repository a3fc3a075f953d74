"""Compare what people say of each token and of each stretch of a passage, label by label.

What alpha asks for: the value that each person gives each piece of the text. A piece's value is the
labels of all spans over it, each as often as it lies there, so that nested spans count. Only what
all opinions of the passage saw is compared.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from builder.records import Article, Correction, Layer, Span
from builder.review.agreement.marks import ALL
from builder.review.agreement.opinions import shared_stretches

TokenBounds = Callable[[str], list[tuple[int, int]]]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
# The value of what is not marked.
UNMARKED = ""


@dataclass(frozen=True)
class Compared:
    """What alpha needs of one label, or of a whole layer.

    ``differing`` has for each pair of opinions the length on which their values differ, ``totals``
    for each opinion the length of each value, and ``squares`` for each opinion the squared lengths
    of its units, and the lengths of what it leaves unmarked.
    """

    differing: Floats
    totals: list[dict[str, float]]
    squares: Floats


def tokens(
    article: Article, opinions: Sequence[Correction], layer: Layer, token_bounds: TokenBounds
) -> dict[str, Compared]:
    """Return what people say of each token, by label; of a token that a span touches, its label."""
    stretches = shared_stretches(opinions)
    bounds = [
        (sentence.start + start, sentence.start + end)
        for sentence in article.sentences
        if any(a <= sentence.start and sentence.end <= b for a, b in stretches)
        for start, end in token_bounds(article.text[sentence.start : sentence.end])
    ]
    pieces = _Pieces(bounds, opinions, layer)
    return pieces.compared(np.ones(len(bounds)), units=False)


def units(opinions: Sequence[Correction], layer: Layer) -> dict[str, Compared]:
    """Return what people say of each stretch between any of their bounds, by label."""
    stretches = shared_stretches(opinions)
    cuts = {bound for o in opinions for s in o.spans if s.layer == layer for bound in _bounds(s)}
    bounds: list[tuple[int, int]] = []
    for start, end in stretches:
        inside = sorted({start, end, *(cut for cut in cuts if start < cut < end)})
        bounds += pairwise(inside)
    lengths = np.array([end - start for start, end in bounds], dtype=np.float64)
    return _Pieces(bounds, opinions, layer).compared(lengths, units=True)


def _bounds(span: Span) -> tuple[int, int]:
    return span.start, span.end


class _Pieces:
    """Pieces of a text, in order, and how many spans of which label each opinion has over them."""

    def __init__(
        self, bounds: Sequence[tuple[int, int]], opinions: Sequence[Correction], layer: Layer
    ) -> None:
        self._starts = np.array([start for start, _ in bounds], dtype=np.int64)
        self._ends = np.array([end for _, end in bounds], dtype=np.int64)
        spans = [[s for s in o.spans if s.layer == layer] for o in opinions]
        self._labels = sorted({s.label for of in spans for s in of})
        shape = (len(self._labels), len(opinions), len(bounds) + 1)
        steps, self._cut = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
        for i, of in enumerate(spans):
            for span in of:
                k = self._labels.index(span.label)
                first = np.searchsorted(self._ends, span.start, side="right")
                last = np.searchsorted(self._starts, span.end, side="left")
                if first < last:
                    steps[k, i, first] += 1
                    steps[k, i, last] -= 1
                    self._cut[k, i, [first, last]] = True
        self._depth: Integers = steps.cumsum(axis=2)[:, :, :-1]

    def compared(self, lengths: Floats, *, units: bool) -> dict[str, Compared]:
        """Return what alpha needs, by label and for all; every piece is a unit if not ``units``."""
        people, found = self._depth.shape[1], {}
        anywhere = np.zeros((people, people, len(lengths)), dtype=bool)
        for k, label in enumerate(self._labels):
            depth = self._depth[k]
            apart = depth[:, None] != depth[None]
            anywhere |= apart
            totals = [_totals(map(str, row), lengths) for row in depth]
            squares = self._squares(depth, self._cut[k], lengths, units=units)
            found[label] = Compared(apart @ lengths, totals, squares)
        marked, cut = self._depth.sum(axis=0), np.logical_or.reduce(self._cut, axis=0)
        squares = self._squares(marked, cut, lengths, units=units)
        whole = Compared(anywhere @ lengths, self._values(lengths), squares)
        return {ALL: whole, **found}

    def _values(self, lengths: Floats) -> list[dict[str, float]]:
        """Return for each opinion the length of each value: the labels over a piece, joined."""
        names = np.array(self._labels, dtype=object)
        return [
            _totals(("+".join(np.repeat(names, column)) for column in self._depth[:, i].T), lengths)
            for i in range(self._depth.shape[1])
        ]

    def _squares(self, depth: Integers, cut: npt.NDArray[np.bool_], lengths: Floats, *, units: bool
                 ) -> Floats:  # fmt: skip
        if not units or not len(lengths):
            return np.full(depth.shape[0], lengths.sum())
        apart = self._starts[1:] != self._ends[:-1]
        found = np.zeros(depth.shape[0])
        for i, row in enumerate(depth):
            begins = np.concatenate([[True], cut[i, 1:-1] | apart])
            of_unit = np.add.reduceat(lengths, np.flatnonzero(begins))
            found[i] = np.where(row[begins] > 0, of_unit**2, of_unit).sum()
        return found


def _totals(values: Iterable[str], lengths: Floats) -> dict[str, float]:
    found = Counter[str]()
    for value, length in zip(values, lengths.tolist(), strict=True):
        found[value] += length
    return dict(found)
