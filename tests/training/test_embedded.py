import json
from pathlib import Path

import numpy as np
import pytest
import torch

from builder.annotate.tagger import inference
from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.inference import MODEL
from builder.annotate.tagger.spans import LAYERS, SLICES, TAGS
from builder.training import embedded, export, network
from builder.training.fit import Settings

torch.set_num_threads(1)
FIRST = ["O", *(f"{p}-{n}" for n in ("PER", "ORG", "LOC", "MISC") for p in "BI")]


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that stands for the base: its weights are made up."""
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "tokenizer.json").write_bytes((MODEL / "tokenizer.json").read_bytes())
    made = export.read(MODEL / "model.onnx")
    rows = np.full((network.POSITIONS, network.WIDTH), 7, dtype=np.float32)
    monkeypatch.setattr(embedded, "base_weights", lambda _: {**made, "positions": rows})
    return folder


def first_version(folder: Path, head: Floats, bias: Floats) -> Path:
    """Write a model with the tags of version 1, in short windows."""
    weights = export.read(MODEL / "model.onnx")
    weights["positions"] = weights["positions"][:128]
    folder.mkdir()
    made = export.build({**weights, "head": head, "head.bias": bias})
    (folder / "model.onnx").write_bytes(made.SerializeToString())
    return folder


def test_a_model_of_version_one_reads_what_it_read_with_more_tags(
    base: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    count = len(FIRST) + 9
    head = rng.normal(scale=0.05, size=(network.WIDTH, count)).astype(np.float32)
    bias = rng.normal(size=count).astype(np.float32)
    made = embedded.first_weights(base, first_version(tmp_path / "one", head, bias))
    x = rng.normal(size=(50, network.WIDTH)).astype(np.float32)
    before, after = x @ head + bias, x @ made["head"] + made["head.bias"]
    names = [FIRST[at] for at in before[:, : len(FIRST)].argmax(axis=1)]
    now = [TAGS[SLICES[0]][at] for at in after[:, SLICES[0]].argmax(axis=1)]
    same = {"O": "O", "PER": "PERSON", "ORG": "ORG", "LOC": "GPE"}
    pairs = [(a.split("-")[-1], b.split("-")[-1]) for a, b in zip(names, now, strict=True)]
    assert all(same[a] == b for a, b in pairs if a in same)
    claims = slice(SLICES[1].start, SLICES[1].start + 9)
    assert np.abs(after[:, claims] - before[:, len(FIRST) :]).max() < 0.2  # In 7 bits.


def test_windows_longer_than_a_models_have_the_bases_positions(base: Path, tmp_path: Path) -> None:
    head = np.zeros((network.WIDTH, len(TAGS)), dtype=np.float32)
    model = first_version(tmp_path / "short", head, np.zeros(len(TAGS), dtype=np.float32))
    made = embedded.first_weights(base, model)
    assert (made["positions"][128:] == 7).all() and not (made["positions"][:128] == 7).all()


def test_the_corpora_are_learned_and_named_with_their_digests(base: Path, tmp_path: Path) -> None:
    corpora = tmp_path / "corpora"
    corpora.mkdir()
    spans = [{"start": 0, "end": 7, "label": "PERSON"}, {"start": 16, "end": 20, "label": "GPE"}]
    lines = (
        {"text": "Ann Lee went to Oslo.", "spans": spans, "meta": {"doc": f"a{n}"}}
        for n in range(30)
    )
    (corpora / "train.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    weights = embedded.first_weights(base, MODEL)
    about, settings = {"name": "x", "version": "9"}, Settings(epochs=1, checks=1)
    made = embedded.train([corpora], base, weights, about, settings, tmp_path / "out")
    assert made["sources"][0]["files"][0]["name"] == "train.jsonl"
    assert sum(made["documents"].values()) == 30
    assert inference.load_whole(tmp_path / "out").meta["tags"] == list(TAGS)
    assert set(made["calibration"]) == {label for layer in LAYERS for label in layer}
