"""Scores and whether they were right in, Platt's calibration and a reliability figure out."""

from collections.abc import Sequence

import numpy as np

from builder.annotate.tagger import Tagged, log_odds
from builder.training.evaluate import Labelled

_BINS = 10
# Keeps slope and intercept near (1, 0) where there is little to learn from.
_PRIOR = 1.0


def calibration(
    gold: Sequence[Sequence[Labelled]], found: Sequence[Sequence[Tagged]], labels: Sequence[str]
) -> dict[str, list[float]]:
    """Return for each label the slope and the intercept for ``tagger.calibrate`` (Platt 1999).

    Args:
        gold: the gold spans of held-out documents.
        found: the raw spans found in them.
        labels: all labels; one that was not found keeps its scores as they are.

    """
    pairs = _outcomes(gold, found)
    return {label: _fit([p[1:] for p in pairs if p[0] == label]) for label in labels}


def _outcomes(
    gold: Sequence[Sequence[Labelled]], found: Sequence[Sequence[Tagged]]
) -> list[tuple[str, float, bool]]:
    return [
        (span.label, span.score, (span.start, span.end, span.label) in set(right))
        for right, spans in zip(gold, found, strict=True)
        for span in spans
    ]


def _fit(pairs: Sequence[tuple[float, bool]]) -> list[float]:
    """Fit a logistic curve by Newton's method, with a normal prior around the identity."""
    identity = np.array([1.0, 0.0])
    if not pairs:
        return [float(value) for value in identity]
    x = np.array([[log_odds(score), 1.0] for score, _ in pairs])
    y = np.array([right for _, right in pairs], dtype=np.float64)
    beta = identity.copy()
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (y - p) - _PRIOR * (beta - identity)
        curvature = (x * (p * (1 - p))[:, None]).T @ x + _PRIOR * np.eye(2)
        beta = beta + np.linalg.solve(curvature, gradient)
    return [round(float(value), 4) for value in beta]


def reliability(
    gold: Sequence[Sequence[Labelled]], found: Sequence[Sequence[Tagged]]
) -> dict[str, object]:
    """Return the expected calibration error and, for each tenth of the scores, what was right."""
    pairs = _outcomes(gold, found)
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
