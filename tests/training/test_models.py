import json
from pathlib import Path

import pytest
import torch

from builder.annotate import tagger
from builder.annotate.tagger import LAYERS, MODEL
from builder.training.corpora import Document
from builder.training.fit import Progress, Settings
from builder.training.models import learning_curve, train_model

torch.set_num_threads(1)
READERS = ("s",) * len(LAYERS)
QUICK = Settings(epochs=1, checks=1)
TEXT = "Ann Lee of Acme said in Oslo that it rained."
SPANS = (
    (0, 7, "PER"),
    (11, 15, "ORG"),
    (24, 28, "LOC"),
    (0, 7, "SOURCE"),
    (16, 20, "CUE"),
    (29, 43, "CLAIM"),
)


def documents(count: int) -> list[Document]:
    labels = frozenset(label for *_, label in SPANS)
    return [Document(f"d{n}", "s", TEXT, ((0, len(TEXT)),), SPANS, labels) for n in range(count)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("trained")
    about = {"name": "mine", "version": "2"}
    said: list[Progress] = []
    train_model(documents(6), documents(3), MODEL, READERS, about, QUICK, said.append, made)
    return made


def test_a_trained_model_is_loaded_and_reads_like_the_shipped_one(folder: Path) -> None:
    found = tagger.load(folder).tag(TEXT, [(0, len(TEXT))])
    assert {(span.start, span.end, span.label) for span in found} >= {(0, 7, "PER")}


def test_the_evaluation_lies_beside_the_model(folder: Path) -> None:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    assert (meta["name"], meta["version"]) == ("mine", "2")
    assert meta["evaluation"]["documents"] == 3
    assert set(meta["evaluation"]["strict"]["labels"]) == {label for *_, label in SPANS}
    assert 0 <= meta["evaluation"]["reliability"]["error"] <= 1


def test_a_learning_curve_grows_to_all_documents() -> None:
    rows = learning_curve(documents(8), documents(2), MODEL, READERS, QUICK, lambda _: None)
    assert [row["documents"] for row in rows] == [1, 2, 4, 8]
    assert all(0 <= row["f1"] <= 1 for row in rows)
