"""Compare what people say of each token and of each stretch of a passage, label by label.

What alpha asks for: the value that each person gives each piece of the text. A piece's value is the
labels of all spans over it, each as often as it lies there, so that nested spans count. Only what
all opinions of the passage saw is compared.
"""

from collections.abc import Callable, Sequence
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
class ValueLengths:
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
) -> dict[str, ValueLengths]:
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


def units(opinions: Sequence[Correction], layer: Layer) -> dict[str, ValueLengths]:
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
        spans = [(i, s) for i, o in enumerate(opinions) for s in o.spans if s.layer == layer]
        self._labels = sorted({s.label for _, s in spans})
        number = {label: k for k, label in enumerate(self._labels)}
        shape = (len(self._labels), len(opinions), len(bounds) + 1)
        steps, self._cut = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
        table = np.array(
            [(number[s.label], i, s.start, s.end) for i, s in spans], dtype=np.int64
        ).reshape(-1, 4)
        first = np.searchsorted(self._ends, table[:, 2], side="right")
        last = np.searchsorted(self._starts, table[:, 3], side="left")
        inside = first < last
        whose = tuple(table[inside, :2].T)
        for edge, step in ((first[inside], 1), (last[inside], -1)):
            np.add.at(steps, (*whose, edge), step)
            self._cut[(*whose, edge)] = True
        self._depth: Integers = steps.cumsum(axis=2)[:, :, :-1]

    def compared(self, lengths: Floats, *, units: bool) -> dict[str, ValueLengths]:
        """Return what alpha needs, by label and for all; every piece is a unit if not ``units``."""
        people, found = self._depth.shape[1], {}
        anywhere = np.zeros((people, people, len(lengths)), dtype=bool)
        for k, label in enumerate(self._labels):
            depth = self._depth[k]
            apart = depth[:, None] != depth[None]
            anywhere |= apart
            totals = [_totals(row, lengths, str) for row in depth]
            squares = self._squares(depth, self._cut[k], lengths, units=units)
            found[label] = ValueLengths(apart @ lengths, totals, squares)
        marked, cut = self._depth.sum(axis=0), np.logical_or.reduce(self._cut, axis=0)
        squares = self._squares(marked, cut, lengths, units=units)
        whole = ValueLengths(anywhere @ lengths, self._values(marked, lengths), squares)
        return {ALL: whole, **found}

    def _values(self, marked: Integers, lengths: Floats) -> list[dict[str, float]]:
        """Return for each opinion the length of each value: the labels over a piece, joined."""
        found = []
        for i, row in enumerate(marked):
            depth, one = self._depth[:, i], row == 1
            totals = {UNMARKED: float(lengths[row == 0].sum())}
            only = depth[:, one].argmax(axis=0) if one.any() else np.zeros(0, dtype=np.int64)
            totals |= _totals(only, lengths[one], self._labels.__getitem__)
            for at in np.flatnonzero(row > 1).tolist():
                value = "+".join(np.repeat(self._labels, depth[:, at]).tolist())
                totals[value] = totals.get(value, 0) + float(lengths[at])
            found.append({value: length for value, length in totals.items() if length})
        return found

    def _squares(
        self, depth: Integers, cut: npt.NDArray[np.bool_], lengths: Floats, *, units: bool
    ) -> Floats:
        """Return for each opinion the squared lengths of units, and the lengths of what is none."""
        people = depth.shape[0]
        if not units or not len(lengths):
            return np.full(people, lengths.sum())
        begins = np.concatenate(
            [
                np.ones((people, 1), dtype=bool),
                cut[:, 1:-1] | (self._starts[1:] != self._ends[:-1]),
            ],
            axis=1,
        )
        of_unit = np.add.reduceat(np.tile(lengths, people), np.flatnonzero(begins))
        counted = np.where(depth[begins] > 0, of_unit**2, of_unit)
        return np.add.reduceat(counted, np.concatenate([[0], begins.sum(axis=1).cumsum()[:-1]]))


def _totals(numbers: Integers, lengths: Floats, name: Callable[[int], str]) -> dict[str, float]:
    """Return the length of each value, which are numbers, by their names."""
    found = np.bincount(numbers, weights=lengths)
    return {name(number): float(found[number]) for number in np.flatnonzero(found).tolist()}
