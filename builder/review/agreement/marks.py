"""Compare the spans of all pairs of opinions on one passage, label by label.

All counts are matrices with a row and a column for each opinion, so that a passage that many people
looked at costs little more than one that two did.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from builder.corrections import sees
from builder.records import Correction, Layer

Matrix = npt.NDArray[np.float64]
# What stands for all labels of a layer together.
ALL = ""


class PairCounts(NamedTuple):
    """What two opinions have in common, for each pair: symmetric matrices.

    ``marks`` are the spans of both that the other one saw whole; for ``exact`` of them the other
    one has a span with the same bounds and label, for ``partial`` one with the same label that
    shares a character. ``bounds`` that both marked, under whatever labels, are counted once; at
    ``same`` of them the labels are the same too.
    """

    marks: Matrix
    exact: Matrix
    partial: Matrix
    bounds: Matrix
    same: Matrix


def compared(opinions: Sequence[Correction], layer: Layer) -> dict[str, PairCounts]:
    """Return the counts by label, and under ``ALL`` those of the layer."""
    spans = [[s for s in opinion.spans if s.layer == layer] for opinion in opinions]
    labels = sorted({s.label for of in spans for s in of})
    places = sorted({(s.start, s.end) for of in spans for s in of})
    place_of = {place: number for number, place in enumerate(places)}
    number_of = {label: number for number, label in enumerate(labels)}
    held = np.zeros((len(labels), len(opinions), len(places)))
    for i, of in enumerate(spans):
        for s in of:
            held[number_of[s.label], i, place_of[s.start, s.end]] = 1
    seen = np.array(
        [[sees(o, layer, *place) for place in places] for o in opinions], dtype=np.float64
    )
    anything = np.logical_or.reduce(held, axis=0).astype(np.float64)
    found = {
        label: _of_label(held[number], seen, anything, places)
        for label, number in number_of.items()
    }
    return {ALL: _of_layer(list(found.values()), held, anything), **found}


def _of_label(
    held: Matrix, seen: Matrix, anything: Matrix, places: Sequence[tuple[int, int]]
) -> PairCounts:
    """Return the counts of one label: ``held`` tells which opinion has it at which place."""
    both = held @ held.T
    marks = held @ seen.T
    partial = held @ (seen * _covered(held, places)).T
    either = held @ anything.T
    return PairCounts(
        marks=marks + marks.T,
        exact=2 * both,
        partial=partial + partial.T,
        bounds=either + either.T - both,
        same=both,
    )


def _of_layer(of_labels: Sequence[PairCounts], held: Matrix, anything: Matrix) -> PairCounts:
    """Return the counts of all labels together."""
    people = anything.shape[0]
    nothing = np.zeros((people, people))
    differing = np.zeros((people, people, anything.shape[1]), dtype=bool)
    for of_label in held:
        differing |= of_label[:, None] != of_label[None]
    bounds = anything @ anything.T
    apart = np.einsum("ijp,ip,jp->ij", differing.astype(np.float64), anything, anything)
    return PairCounts(
        marks=sum((c.marks for c in of_labels), nothing),
        exact=sum((c.exact for c in of_labels), nothing),
        partial=sum((c.partial for c in of_labels), nothing),
        bounds=bounds,
        same=bounds - apart,
    )


def _covered(held: Matrix, places: Sequence[tuple[int, int]]) -> Matrix:
    """Tell for each opinion and place whether one of its spans shares a character with the place.

    Places are in the order of their starts: of the spans that begin before a place ends, the one
    that reaches farthest decides.
    """
    starts, ends = (np.array([place[side] for place in places]) for side in (0, 1))
    found = np.zeros(held.shape)
    for i, row in enumerate(held):
        mine = np.flatnonzero(row)
        if mine.size:
            reach = np.maximum.accumulate(ends[mine])
            before = np.searchsorted(starts[mine], ends, side="left")
            found[i] = (before > 0) & (reach[np.maximum(before - 1, 0)] > starts)
    return found
