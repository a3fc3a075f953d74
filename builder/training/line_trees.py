"""Learn which lines of a page are body text, and write the model that the cleaner reads."""

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from builder.ingest.cleaning import line_model, model_files, word_odds
from builder.training.line_material import GROUPS, LineMaterial, known
from builder.training.tree_files import to_onnx

Array = NDArray[np.float64]
Matrix = NDArray[np.float32]
Rows = NDArray[np.bool_]

_TREES = {
    "objective": "binary",
    "num_leaves": 31,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "verbose": -1,
    "deterministic": True,
    "force_row_wise": True,
}
_FIRST, _SECOND = (100, 0.1), (60, 0.08)
_SMOOTH = 0.5
# Every text of a page says nearly the same; lines far from the article are alike.
_TEXTS_A_PAGE, _NEAR, _FAR_SHARE = 3, 12, 0.3
_PARTS = 8


@dataclass(frozen=True)
class Learned:
    """Both sets of trees, and the odds of words."""

    first: Any
    second: Any
    odds: Array


@dataclass(frozen=True)
class TreeSettings:
    """What makes the same pages give the same model."""

    seed: int = 1
    threads: int = 1


def learn(material: LineMaterial, held_out: Sequence[int], settings: TreeSettings) -> Learned:
    """Learn from the outlets of all groups but those held out."""
    seen = np.array([group for group in range(GROUPS) if group not in held_out])
    counts = _counts(material)
    odds = _odds_of_others(material, counts, seen)
    look = known(material, odds)
    rows, weights = _sample(material, np.isin(material.groups, seen), settings.seed)
    matrix = _matrix(look, rows)
    halves = [np.isin(material.groups[rows], half) for half in (seen[::2], seen[1::2])]
    # The second trees must see the first ones' mistakes on pages that these did not learn from.
    by_half = [
        _boost(matrix[half], material.labels[rows][half], weights[rows][half], _FIRST, settings)
        for half in halves
    ]
    logits = np.zeros(len(rows))
    for other, half in zip(by_half, (seen[1::2], seen[::2]), strict=True):
        wanted = np.isin(material.groups, half)
        logits[wanted] = _predict(other, [look], wanted)
    first = _boost(matrix, material.labels[rows], weights[rows], _FIRST, settings)
    more = _second(material, logits)
    matrix = np.concatenate([matrix, _matrix(more, rows)], axis=1)
    second = _boost(matrix, material.labels[rows], weights[rows], _SECOND, settings)
    return Learned(first, second, _odds(counts, seen))


def predict(material: LineMaterial, learned: Learned, wanted: Rows) -> Array:
    """Return the probability of each row wanted to be body text; 0 for the others."""
    odds = word_odds.features(material.tokens, learned.odds)
    look = known(material, odds)
    logits = np.zeros(len(wanted))
    logits[wanted] = _predict(learned.first, [look], wanted)
    found = np.zeros(len(wanted))
    found[wanted] = _predict(learned.second, [look, _second(material, logits)], wanted)
    return np.where(wanted, 1 / (1 + np.exp(-found)), 0.0)


def write(learned: Learned, names: Sequence[str], folder: Path, card: Mapping[str, Any]) -> None:
    """Write the model's files, with a card that states what it learned from."""
    folder.mkdir(parents=True, exist_ok=True)
    odds = {name: round(float(value), 2) for name, value in zip(names, learned.odds, strict=True)}
    with gzip.GzipFile(folder / model_files.ODDS, "wb", mtime=0) as file:
        file.write(json.dumps(odds, ensure_ascii=False, separators=(",", ":")).encode())
    (folder / model_files.FIRST).write_bytes(to_onnx(learned.first))
    (folder / model_files.SECOND).write_bytes(to_onnx(learned.second))
    files = (model_files.ODDS, model_files.FIRST, model_files.SECOND)
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
    text = json.dumps({**card, "sha256": digests}, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / model_files.META).write_text(text + "\n", encoding="utf-8")


def _boost(
    matrix: Matrix, labels: Rows, weights: Array, size: tuple[int, float], settings: TreeSettings
) -> Any:
    import lightgbm

    rounds, rate = size
    options = {"learning_rate": rate, "seed": settings.seed, "num_threads": settings.threads}
    data = lightgbm.Dataset(matrix, labels.astype(np.int8), weight=weights)
    return lightgbm.train({**_TREES, **options}, data, rounds)


def _predict(booster: Any, looks: Sequence[Mapping[str, Array]], wanted: Rows) -> Array:
    parts = np.array_split(np.flatnonzero(wanted), _PARTS)
    found = []
    for part in parts:
        if len(part):
            matrix = np.concatenate([_matrix(look, part) for look in looks], axis=1)
            found.append(booster.predict(matrix, raw_score=True, num_threads=1))
    return np.concatenate(found) if found else np.zeros(0)


def _matrix(look: Mapping[str, Array], rows: NDArray[Any]) -> Matrix:
    return np.stack([value[rows].astype(np.float32) for value in look.values()], axis=1)


def _second(material: LineMaterial, logits: Array) -> dict[str, Array]:
    words = np.expm1(material.alone["words"].astype(np.float64))
    return line_model.second_look(material.layout, material.places, words, logits)


def _sample(material: LineMaterial, seen: Rows, seed: int) -> tuple[Rows, Array]:
    """Return which rows to learn from, and how much each counts."""
    random = np.random.default_rng(seed)
    texts: dict[str, list[int]] = {}
    for number, page in enumerate(material.pages):
        texts.setdefault(page.page, []).append(number)
    chosen = {n for numbers in texts.values() for n in random.permutation(numbers)[:_TEXTS_A_PAGE]}
    rows, near = np.zeros(len(seen), bool), np.zeros(len(seen), bool)
    for number in chosen:
        rows[material.rows(number)] = True
    for number in range(len(material.pages)):
        here = material.rows(number)
        body = np.flatnonzero(material.labels[here]) + here.start
        if len(body):
            low, high = max(here.start, body[0] - _NEAR), min(here.stop, body[-1] + _NEAR + 1)
            near[low:high] = True
    rows &= seen & (near | (random.random(len(seen)) < _FAR_SHARE))
    return rows, material.weights * np.where(near, 1.0, 1 / _FAR_SHARE)


def _odds(counts: tuple[Array, Array], groups: NDArray[np.int64]) -> Array:
    """Return the logarithmic odds of each token to stand in body text, from outlets of groups."""
    body, rest = counts
    inside, outside = body[groups].sum(axis=0), rest[groups].sum(axis=0)
    usual = np.log(inside.sum() / outside.sum())
    found: Array = np.log((inside + _SMOOTH) / (outside + _SMOOTH)) - usual
    return found


def _odds_of_others(
    material: LineMaterial, counts: tuple[Array, Array], seen: NDArray[np.int64]
) -> dict[str, Array]:
    """Return what words say of each line, where its own group's outlets have not been asked."""
    found: dict[str, Array] = {}
    for group in range(GROUPS):
        others = seen[seen != group]
        said = word_odds.features(material.tokens, _odds(counts, others))
        here = material.groups == group
        for name, value in said.items():
            found.setdefault(name, np.zeros(len(here)))[here] = value[here]
    return found


def _counts(material: LineMaterial) -> tuple[Array, Array]:
    """Return how often each token stands in body text and in the rest, by group."""
    tokens, size = material.tokens, len(material.names)
    rows = np.arange(tokens.size)
    numbers = [tokens.words, tokens.pairs, tokens.opening, tokens.ending, tokens.line]
    found = np.concatenate(numbers)
    at = np.concatenate([tokens.word_rows, tokens.pair_rows, rows, rows, rows])
    at, found = at[found >= 0], found[found >= 0]
    cells = material.groups[at] * size + found
    in_body = material.labels[at]
    shares = material.shares[at]
    body, rest = (
        np.bincount(cells, shares * here, minlength=GROUPS * size).astype(np.float64)
        for here in (in_body, ~in_body)
    )
    return body.reshape(GROUPS, size), rest.reshape(GROUPS, size)
