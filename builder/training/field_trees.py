"""Learn which candidate of a page states a field, and write the trees that the ingest reads."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from builder.ingest.fields.trees import META, FieldName
from builder.training.tree_files import to_onnx

Array = NDArray[np.float64]

_TREES = {
    "objective": "binary",
    "num_leaves": 15,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "learning_rate": 0.06,
    "max_bin": 63,
    "verbose": -1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
}
_ROUNDS: dict[FieldName, int] = {"headline": 150, "authors": 100, "published": 100, "outlet": 150}
_WEIGHT = 3.0


@dataclass(frozen=True)
class Candidates:
    """The candidates of one field of one text: what each is like, and which are right.

    ``group`` is the group of its outlet, ``weight`` how much the text counts beside others.
    """

    numbers: Sequence[Mapping[str, float]]
    right: Sequence[bool]
    group: int
    weight: float

    @property
    def names(self) -> list[str]:
        """Return the names of the numbers, in order."""
        return list(self.numbers[0]) if self.numbers else []


class FieldModel:
    """The trees of one field, learned, and the names of the numbers that they look at."""

    def __init__(self, booster: Any, names: Sequence[str]) -> None:
        self.booster = booster
        self.names = names

    def chances(self, numbers: Sequence[Mapping[str, float]]) -> Array:
        """Return how likely each candidate is to be right."""
        if not numbers:
            return np.zeros(0)
        found: Array = self.booster.predict(_matrix(numbers), num_threads=1)
        return found


def learn(field: FieldName, texts: Sequence[Candidates], seed: int = 1) -> FieldModel:
    """Return trees learned from the candidates of texts."""
    import lightgbm

    seen = [text for text in texts if text.numbers]
    rows = np.concatenate([_matrix(text.numbers) for text in seen])
    right = np.concatenate([np.array(text.right, np.int8) for text in seen])
    weights = np.concatenate([np.full(len(text.right), text.weight * _WEIGHT) for text in seen])
    data = lightgbm.Dataset(rows, right, weight=weights)
    booster = lightgbm.train({**_TREES, "seed": seed}, data, _ROUNDS[field])
    return FieldModel(booster, seen[0].names)


def write(models: Mapping[FieldName, FieldModel], folder: Path, card: Mapping[str, Any]) -> None:
    """Write the models' files, with a card that states what they learned from."""
    folder.mkdir(parents=True, exist_ok=True)
    fields: dict[str, Any] = {}
    for field, model in models.items():
        content = to_onnx(model.booster)
        (folder / f"{field}.onnx").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        fields[field] = {"numbers": list(model.names), "sha256": digest}
    text = json.dumps({**card, "fields": fields}, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / META).write_text(text + "\n", encoding="utf-8")


def _matrix(numbers: Sequence[Mapping[str, float]]) -> NDArray[np.float32]:
    return np.array([list(one.values()) for one in numbers], np.float32)
