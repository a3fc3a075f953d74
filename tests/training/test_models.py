import json
from pathlib import Path

import pytest
import torch

from builder.annotate.tagger import inference
from builder.annotate.tagger.inference import MODEL
from builder.annotate.tagger.spans import LAYERS
from builder.training import export
from builder.training.corpora import Document
from builder.training.fit import Fitted, Progress, Settings
from builder.training.models import learning_curve, measured, train_model, write_model

torch.set_num_threads(1)
READERS = ("s",) * len(LAYERS)
QUICK = Settings(epochs=1, checks=1)
TEXT = "Ann Lee of Acme said in Oslo that it rained."
SPANS = (
    (0, 7, "PERSON"),
    (11, 15, "ORG"),
    (24, 28, "GPE"),
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
    [found] = inference.load(folder).tag([(TEXT, [(0, len(TEXT))])])
    assert (0, "PERSON") in {(span.start, span.label) for span in found}


def test_the_evaluation_lies_beside_the_model(folder: Path) -> None:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    assert (meta["name"], meta["version"]) == ("mine", "2")
    assert meta["evaluation"]["documents"] == 3
    assert meta["documents"] == {"train": 6, "held_out": 3}
    assert (meta["settings"]["seed"], meta["settings"]["threads"]) == (1, 1)
    assert set(meta["evaluation"]["strict"]["labels"]) == {label for *_, label in SPANS}
    assert 0 <= meta["evaluation"]["reliability"]["error"] <= 1


def test_a_learning_curve_grows_to_all_documents() -> None:
    said: list[Progress] = []
    rows = learning_curve(documents(8), documents(2), MODEL, READERS, QUICK, said.append)
    assert [row["documents"] for row in rows] == [0, 1, 2, 4, 8]
    assert rows[0]["f1"] == measured(inference.load(MODEL), documents(2))["strict"]["micro"]["f1"]
    assert [p.share for p in said] == ["an eighth", "a quarter", "half", "all"]


def test_a_curve_of_few_documents_has_no_row_twice() -> None:
    rows = learning_curve(documents(2), documents(2), MODEL, READERS, QUICK, lambda _: None)
    assert [row["documents"] for row in rows] == [0, 1, 2]


def test_the_model_it_started_from_is_measured_in_the_same_way(folder: Path) -> None:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    before = meta["evaluation"]["before"]
    assert before == json.loads(json.dumps(measured(inference.load(MODEL), documents(3))))
    again = json.loads(json.dumps(measured(inference.load(folder), documents(3))))
    gain = meta["evaluation"]["gain"]
    assert {**again, "before": before, "gain": gain} == meta["evaluation"]
    assert gain.keys() == {"names", "claims"}


def test_what_cannot_be_judged_is_as_in_the_model_it_started_from(folder: Path) -> None:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    start = inference.load(MODEL).meta
    assert (meta["moves"], meta["calibration"]) == (start["moves"], start["calibration"])


def test_what_can_be_judged_is_learned_anew(tmp_path: Path) -> None:
    about = {"name": "mine", "version": "2"}
    text, spans = "In Oslo it rained on Ann Lee.", ((3, 7, "GPE"), (21, 28, "PERSON"))
    labels = frozenset({"GPE", "PERSON"})
    names = [Document(f"d{n}", "s", text, ((0, len(text)),), spans, labels) for n in range(40)]
    made = train_model(names[:1], names, MODEL, READERS, about, QUICK, lambda _: None, tmp_path)
    start = inference.load(MODEL).meta["calibration"]
    moved = {label for label, fit in made["calibration"].items() if fit != start[label]}
    assert moved == labels


def test_a_model_that_starts_from_nothing_learns_all_it_can_and_compares_itself_with_none(
    tmp_path: Path,
) -> None:
    fitted = Fitted(export.read(MODEL / "model.onnx"), f1=0.5, steps=1)
    held_out, tokenizer = documents(3), MODEL / "tokenizer.json"
    meta = write_model(fitted, held_out, held_out, tokenizer, {}, QUICK, tmp_path)
    assert "before" not in meta["evaluation"]
    assert meta["calibration"]["LAW"] == [1.0, 0.0]
    assert meta["calibration"]["PERSON"] not in (
        [1.0, 0.0],
        inference.load(MODEL).meta["calibration"],
    )
