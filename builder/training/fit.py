"""Documents in, a trained network out: several corpora and both tasks at once."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from builder.annotate.pieces import Pieces, cut, windows
from builder.annotate.tagger import LAYERS, SLICES, TAGS, WINDOW, Tagged, batch_of, spans
from builder.training.corpora import Document
from builder.training.network import scores

_BUDGET = 1024
_SHORTEST_WINDOW = 32
_NO_CALIBRATION = {label: [1.0, 0.0] for layer in LAYERS for label in layer}


@dataclass(frozen=True)
class Example:
    """The pieces of a document, the tags that each may have, and the index of its scheme."""

    pieces: Pieces
    allowed: npt.NDArray[np.bool_]
    scheme: int


def example(document: Document, tokenizer: Any, schemes: Sequence[str]) -> Example:
    """Return what the network learns from a document.

    A layer none of whose labels the document annotates may have any tag. Where some are
    annotated, a word outside all spans may be outside or have a label that was not looked for.
    """
    pieces = cut(tokenizer, document.text, document.sentences)
    allowed = np.zeros((len(pieces.ids), len(TAGS)), dtype=np.bool_)
    for layer, part in zip(LAYERS, SLICES, strict=True):
        allowed[:, part] = _allowed(pieces, document, layer)
    return Example(pieces, allowed, schemes.index(document.scheme))


def _allowed(pieces: Pieces, document: Document, layer: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    free = np.array([True, *(label not in document.annotates for label in layer for _ in "BI")])
    rows = np.tile(free, (len(pieces.ids), 1))
    if not document.annotates.intersection(layer):
        return rows
    # Longer spans last, so that the outermost of nested spans wins.
    inside = [span for span in document.spans if span[2] in layer]
    for start, end, label in sorted(inside, key=lambda s: s[1] - s[0]):
        touched = np.flatnonzero((pieces.ends > start) & (pieces.starts < end))
        touched = touched[pieces.first[touched]]
        rows[touched] = False
        rows[touched[1:], 2 + 2 * layer.index(label)] = True
        rows[touched[:1], 1 + 2 * layer.index(label)] = True
    return rows


def batches(examples: Sequence[Example], rng: random.Random) -> Iterator[list[tuple[Example, Any]]]:
    """Yield one epoch's batches: windows of alike length, about as many pieces in each batch.

    Window sizes are drawn for each document, so that the network learns to read with much
    context and with little.
    """
    jobs = []
    for one in examples:
        limit = rng.randint(_SHORTEST_WINDOW, WINDOW - 2)
        jobs += [(one, window) for window in windows(one.pieces, limit)]
    rng.shuffle(jobs)
    jobs.sort(key=lambda job: (job[1][1] - job[1][0]) * rng.uniform(0.8, 1.25))
    grouped: list[list[tuple[Example, Any]]] = [[]]
    for job in jobs:
        if (len(grouped[-1]) + 1) * (job[1][1] - job[1][0] + 2) > _BUDGET:
            grouped.append([])
        grouped[-1].append(job)
    rng.shuffle(grouped)
    yield from (batch for batch in grouped if batch)


def loss(network: Any, batch: Sequence[tuple[Example, Any]], rng: random.Random, own: float) -> Any:
    """Return the mean over the words of minus the log probability of the tags they may have."""
    inputs = batch_of([(one.pieces, window) for one, window in batch])
    shape = (*inputs["ids"].shape, len(TAGS))
    allowed = np.ones(shape, dtype=np.bool_)
    counted = np.zeros(shape[:2], dtype=np.float32)
    for row, (one, (start, end)) in enumerate(batch):
        allowed[row, 1 : 1 + end - start] = one.allowed[start:end]
        counted[row, 1 : 1 + end - start] = one.pieces.first[start:end]
    found = _run(network, inputs, [one.scheme for one, _ in batch], own, rng)
    outside = torch.from_numpy(~allowed)
    total = torch.zeros(shape[:2])
    for part in SLICES:
        layer = found[..., part].float()
        good = layer.masked_fill(outside[..., part], -1e4)
        total = total + layer.logsumexp(-1) - good.logsumexp(-1)
    weights = torch.from_numpy(counted)
    return (total * weights).sum() / weights.sum().clamp(min=1)


def _run(
    network: Any, inputs: dict[str, Any], schemes: list[int], own: float, rng: random.Random
) -> Any:
    """Run the network; each text uses its scheme's own head with the chance ``own``."""
    last = network["schemes"].num_embeddings - 1
    drawn = [scheme if rng.random() < own else last for scheme in schemes]
    return scores(
        network,
        torch.from_numpy(inputs["ids"]).long(),
        torch.from_numpy(inputs["forms"]).long(),
        torch.from_numpy(inputs["lengths"]).long(),
        torch.tensor(drawn),
    )


def predict(network: Any, examples: Sequence[Example]) -> list[list[Tagged]]:
    """Return the spans the network finds in each example, read with its scheme's head."""
    network.eval()
    found = [np.zeros((len(e.pieces.ids), len(TAGS)), dtype=np.float32) for e in examples]
    jobs = [(n, w) for n, e in enumerate(examples) for w in windows(e.pieces, WINDOW - 2)]
    jobs.sort(key=lambda job: job[1][1] - job[1][0])
    with torch.no_grad():
        for at in range(0, len(jobs), 16):
            batch = jobs[at : at + 16]
            inputs = batch_of([(examples[n].pieces, w) for n, w in batch])
            schemes = [examples[n].scheme for n, _ in batch]
            values = _run(network, inputs, schemes, 1.0, random.Random(0)).float().numpy()
            for row, (n, (start, end)) in enumerate(batch):
                found[n][start:end] = values[row, 1 : 1 + end - start]
    return [spans(e.pieces, s, _NO_CALIBRATION) for e, s in zip(examples, found, strict=True)]
