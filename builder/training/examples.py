"""Turn labelled documents into what the network learns from: pieces and the tags each may have."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from builder.annotate.tagger.inference import WINDOW
from builder.annotate.tagger.pieces import Bounds, Pieces, cut, windows
from builder.annotate.tagger.spans import LAYERS, SLICES, TAGS
from builder.training.corpora import COARSE, Document

_BATCH_PIECES = 1024
_SHORTEST_WINDOW = 32
# How many documents are read in shorter windows than the network's.
_SHORTENED = 0.5


@dataclass(frozen=True)
class Example:
    """The pieces of a document, the tags that each may have, and the index of its scheme."""

    pieces: Pieces
    allowed: npt.NDArray[np.bool_]
    scheme: int


Row = tuple[Example, Bounds]


def example(document: Document, tokenizer: Tokenizer, schemes: Sequence[str]) -> Example:
    """Return what the network learns from a document; its scheme is one of ``schemes``.

    A layer none of whose labels the document annotates may have any tag. Where some are
    annotated, a word outside all spans may be outside or have a label that was not looked for, and
    a word with a coarse label may have any of those it stands for.
    """
    pieces = cut(tokenizer, document.text, document.sentences)
    allowed = np.zeros((len(pieces.ids), len(TAGS)), dtype=np.bool_)
    for layer, part in zip(LAYERS, SLICES, strict=True):
        allowed[:, part] = _allowed(pieces, document, layer)
    return Example(pieces, allowed, schemes.index(document.scheme))


def _allowed(pieces: Pieces, document: Document, layer: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    known = {label: COARSE.get(label, (label,)) for label in document.annotates}
    looked_for = {name for names in known.values() for name in names}
    if not looked_for.intersection(layer):
        return np.ones((len(pieces.ids), 1 + 2 * len(layer)), dtype=np.bool_)
    free = [True, *(label not in looked_for for label in layer for _ in "BI")]
    rows = np.tile(np.array(free), (len(pieces.ids), 1))
    # Longer spans last, so that the outermost of nested spans wins.
    inside = [s for s in document.spans if s[2] == "UNSURE" or set(known[s[2]]) & set(layer)]
    for start, end, label in sorted(inside, key=lambda span: span[1] - span[0]):
        touched = np.flatnonzero((pieces.ends > start) & (pieces.starts < end))
        touched = touched[pieces.first[touched]]
        begins = [1 + 2 * layer.index(name) for name in known[label]]
        rows[touched] = not begins
        for begin in begins:
            rows[touched[:1], begin] = True
            rows[touched[1:], begin + 1] = True
    return rows


def batches(examples: Sequence[Example], rng: random.Random) -> Iterator[list[Row]]:
    """Yield one epoch's batches: windows of alike length, about as many pieces in each batch.

    Half of the documents have windows of a size that is drawn, so that the network learns to read
    with much context and with little.
    """
    rows: list[Row] = []
    for one in examples:
        limit = WINDOW - 2
        if rng.random() < _SHORTENED:
            limit = rng.randint(_SHORTEST_WINDOW, limit)
        rows += [(one, window) for window in windows(one.pieces, limit)]
    rng.shuffle(rows)
    rows.sort(key=lambda row: _size(row) * rng.uniform(0.95, 1.05))
    grouped: list[list[Row]] = [[]]
    for row in rows:
        if grouped[-1] and (len(grouped[-1]) + 1) * _size(row) > _BATCH_PIECES:
            grouped.append([])
        grouped[-1].append(row)
    rng.shuffle(grouped)
    yield from (batch for batch in grouped if batch)


def _size(row: Row) -> int:
    start, end = row[1]
    return end - start + 2


def targets(batch: Sequence[Row]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float32]]:
    """Return which tags each piece may have, and 1 where a piece counts: at a word's beginning."""
    shape = (len(batch), max(map(_size, batch)))
    allowed = np.ones((*shape, len(TAGS)), dtype=np.bool_)
    counted = np.zeros(shape, dtype=np.float32)
    for row, (one, (start, end)) in enumerate(batch):
        allowed[row, 1 : 1 + end - start] = one.allowed[start:end]
        counted[row, 1 : 1 + end - start] = one.pieces.first[start:end]
    return allowed, counted
