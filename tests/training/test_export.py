import json
from pathlib import Path

import numpy as np
import pytest
import torch

from builder.annotate.tagger import inference
from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.inference import INPUTS, MODEL
from builder.annotate.tagger.pieces import cut
from builder.annotate.tagger.spans import LAYERS, TAGS
from builder.training import export, network

TEXT = "Ann Lee of Acme said in Oslo that “nothing is lost. We go on.”"
META = {"calibration": {label: [1.0, 0.0] for layer in LAYERS for label in layer}}


@pytest.fixture(scope="module")
def weights() -> dict[str, Floats]:
    return export.read(MODEL / "model.onnx")


@pytest.fixture(scope="module")
def folder(weights: dict[str, Floats], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("model")
    export.save(export.build(weights), MODEL / "tokenizer.json", META, made)
    return made


def test_the_exported_graph_says_what_the_network_says(
    weights: dict[str, Floats], folder: Path
) -> None:
    made = network.new_network(0)
    network.fill(made, weights)
    made.eval()
    loaded = inference.load(folder)
    pieces = cut(loaded.tokenizer, TEXT, [(0, 47), (48, len(TEXT))])
    inputs = inference.batch_of([(pieces, (0, len(pieces.ids)))])
    (ours,) = loaded.session.run(None, inputs)
    ids, forms, lengths = (torch.from_numpy(inputs[name]).long() for name in INPUTS)
    with torch.no_grad():
        theirs = network.scores(made, ids, forms, lengths, torch.tensor([0])).numpy()
    assert (ours[0, :, :9].argmax(1) == theirs[0, :, :9].argmax(1)).mean() > 0.9
    assert np.abs(ours - theirs).mean() < 0.1 * np.abs(theirs).mean()


def test_reading_an_exported_graph_gives_its_weights_back(
    weights: dict[str, Floats], folder: Path
) -> None:
    again = export.read(folder / "model.onnx")
    assert again.keys() == weights.keys()
    assert all(np.allclose(again[n], weights[n], atol=1e-6) for n in weights)


def test_the_same_weights_give_the_same_bytes(
    weights: dict[str, Floats], folder: Path, tmp_path: Path
) -> None:
    export.save(export.build(weights), MODEL / "tokenizer.json", META, tmp_path)
    for name in ("model.onnx", "tokenizer.json", "meta.json"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_the_meta_holds_the_sums_of_the_files(folder: Path) -> None:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    assert set(meta["sha256"]) == {"model.onnx", "tokenizer.json"}


def test_a_columns_scale_is_its_own() -> None:
    made = np.array([[1.0, 100.0], [-0.5, 50.0]], dtype=np.float32)
    whole, scale = export.quantise_columns(made)
    assert np.abs(whole).max() == 63
    assert np.allclose(whole * scale, made, rtol=0.02)


def test_there_is_a_tag_for_outside_and_two_for_each_label() -> None:
    assert len(TAGS) == sum(1 + 2 * len(layer) for layer in LAYERS)
