"""Trees that learned which candidate of a page states a field, from pages that people marked."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from builder.errors import BuilderError
from builder.ingest.sessions import open_model

Array = NDArray[np.float64]
FieldName = Literal["headline", "authors", "published", "outlet"]

FOLDER = Path(__file__).resolve().parent / "model"
META = "meta.json"
_INPUT = "lines"


@dataclass(frozen=True)
class FieldTrees:
    """The trees of one field, and the names of the numbers that they look at, in their order."""

    session: Any
    names: Sequence[str]

    def chances(self, numbers: Sequence[Mapping[str, float]]) -> Array:
        """Return how likely each candidate is to be right; ``numbers`` says what each is like."""
        if not numbers:
            return np.zeros(0)
        rows = np.array([[one[name] for name in self.names] for one in numbers], np.float32)
        logits = self.session.run(None, {_INPUT: rows})[0][:, 0].astype(np.float64)
        found: Array = 1 / (1 + np.exp(-logits))
        return found


@cache
def load(field: FieldName, folder: Path = FOLDER) -> FieldTrees:
    """Return the trees of a field.

    Raises:
        BuilderError: a file of the model is missing or damaged.

    """
    path = folder / f"{field}.onnx"
    try:
        stated = json.loads((folder / META).read_text(encoding="utf-8"))["fields"][field]
        names = stated["numbers"]
        if hashlib.sha256(path.read_bytes()).hexdigest() != stated["sha256"]:
            raise BuilderError(f"{path}: is damaged; install the builder again")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuilderError(f"{folder}: no model of {field}: {error}; install it again") from None
    return FieldTrees(open_model(path), names)
