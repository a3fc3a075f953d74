"""Choose how to read tags as spans, and fit scores to how often such spans are right."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.pieces import Pieces
from builder.annotate.tagger.spans import LAYERS, PLAIN_MOVES, Tagged, log_odds, raw_spans
from builder.training.corpora import Document, coarse, known_spans
from builder.training.evaluate import Counts, count, exact

_BEGIN, _AGAIN, _END = (0.0, -0.5, 0.5, 1.0), (0.0, -1.0, -2.0, -8.0), (0.0, -1.0, -2.0)
_BINS = 10
# With fewer spans to judge by, a model keeps what the one it started from knew.
ENOUGH = 30
# Keeps slope and intercept near (1, 0) where there is little to learn from.
_PRIOR = 1.0


def best_moves(
    documents: Sequence[Document],
    read: tuple[Sequence[Pieces], Sequence[Floats]],
    usual: Sequence[Sequence[float]] = PLAIN_MOVES,
    enough: int = 0,
) -> list[list[float]]:
    """Return for each layer the moves for ``spans.raw_spans`` with the best strict F1.

    Tags are learned word by word; this makes good for it by how spans begin and end. Where others
    bring nothing, or there are too few gold spans to tell, a layer keeps its usual moves.

    Args:
        documents: held-out documents.
        read: the pieces of all documents, and the scores of each one's.
        usual: for each layer the moves to keep if no others are better.
        enough: how many gold spans of a layer it takes to choose by.

    """
    golds = [known_spans(document) for document in documents]

    def counted(moves: Sequence[Sequence[float]]) -> list[Counts]:
        found = raw_spans(*read, moves)
        sums = [Counts()] * len(LAYERS)
        for document, gold, spans in zip(documents, golds, found, strict=True):
            for label, counts in count(gold, coarse(document, spans), exact).items():
                sums[_layer_of(label)] += counts
        return sums

    sums = counted(usual)
    best, highest = [list(moves) for moves in usual], [one.figures()["f1"] for one in sums]
    judged = [layer for layer, one in enumerate(sums) if one.gold >= enough]
    for moves in sorted(product(_BEGIN, _AGAIN, _END), key=lambda m: sum(map(abs, m))):
        reached = [one.figures()["f1"] for one in counted((moves,) * len(LAYERS))]
        for layer in judged:
            if reached[layer] > highest[layer]:
                best[layer], highest[layer] = list(moves), reached[layer]
    return best


def _layer_of(label: str) -> int:
    """Return which layer a label is of; the coarse ones are names."""
    return next((number for number, layer in enumerate(LAYERS) if label in layer), 0)


def calibration(
    documents: Sequence[Document],
    found: Sequence[Sequence[Tagged]],
    usual: Mapping[str, Sequence[float]],
    enough: int = 1,
) -> dict[str, list[float]]:
    """Return for each label the slope and the intercept for ``spans.calibrate`` (Platt 1999).

    Args:
        documents: held-out documents.
        found: the raw spans found in them.
        usual: slope and intercept of all labels; one that was found too seldom keeps them.
        enough: how often a label has to be found to learn them anew.

    """
    outcomes = _outcomes(documents, found)
    pairs = {label: [p[1:] for p in outcomes if p[0] == label] for label in usual}
    return {
        label: _fit(pairs[label]) if len(pairs[label]) >= enough else list(kept)
        for label, kept in usual.items()
    }


def _outcomes(
    documents: Sequence[Document], found: Sequence[Sequence[Tagged]]
) -> list[tuple[str, float, bool]]:
    """Return label, score and whether it is right of each span whose label is annotated as such."""
    return [
        (span.label, span.score, (span.start, span.end, span.label) in right)
        for document, spans in zip(documents, found, strict=True)
        for right in [set(document.spans)]
        for span in spans
        if span.label in document.annotates
    ]


def _fit(pairs: Sequence[tuple[float, bool]]) -> list[float]:
    """Fit a logistic curve by bounded Newton steps; a normal prior holds it near the identity."""
    identity = np.array([1.0, 0.0])
    x = np.array([[log_odds(score), 1.0] for score, _ in pairs])
    y = np.array([right for _, right in pairs], dtype=np.float64)
    beta = identity.copy()
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (y - p) - _PRIOR * (beta - identity)
        curvature = (x * (p * (1 - p))[:, None]).T @ x + _PRIOR * np.eye(2)
        beta = beta + np.clip(np.linalg.solve(curvature, gradient), -1, 1)
    return [round(float(value), 4) for value in beta]


def reliability(
    documents: Sequence[Document], found: Sequence[Sequence[Tagged]]
) -> dict[str, object]:
    """Return the expected calibration error and, for each tenth of the scores, what was right."""
    pairs = _outcomes(documents, found)
    tenths, error = [], 0.0
    for tenth in range(_BINS):
        inside = [(s, r) for _, s, r in pairs if min(int(s * _BINS), _BINS - 1) == tenth]
        if inside:
            score = float(np.mean([s for s, _ in inside]))
            right = float(np.mean([r for _, r in inside]))
            error += abs(score - right) * len(inside) / len(pairs)
            tenths.append(
                {"spans": len(inside), "score": round(score, 3), "right": round(right, 3)}
            )
    return {"error": round(error, 4), "tenths": tenths}
