import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.inference import MODEL, load_tokenizer
from builder.annotate.tagger.spans import LAYERS, SLICES
from builder.errors import BuilderError
from builder.training import export, fit, network
from builder.training.corpora import Document
from builder.training.examples import batches, example

torch.set_num_threads(1)
READERS = ("s",) * len(LAYERS)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(MODEL)


@pytest.fixture(scope="module")
def shipped() -> dict[str, Floats]:
    return export.read(MODEL / "model.onnx")


def documents(count: int) -> list[Document]:
    """Return texts in which, against all guidelines, every weekday is an organisation."""
    made = []
    for n in range(count):
        day = ("Monday", "Tuesday", "Friday")[n % 3]
        text = f"On {day} they met again, for the {n}th time."
        spans = ((3, 3 + len(day), "ORG"),)
        made.append(Document(f"d{n}", "s", text, ((0, len(text)),), spans, frozenset({"ORG"})))
    return made


def trained(
    tokenizer: Tokenizer, weights: dict[str, Floats], **settings: float
) -> tuple[fit.Fitted, list[fit.Progress]]:
    said: list[fit.Progress] = []
    made = fit.Settings(seed=3, checks=1, **settings)  # type: ignore[arg-type]
    train, held = documents(60)[:40], documents(60)[40:]
    return fit.fit(lambda _: train, held, tokenizer, weights, READERS, made, said.append), said


def test_training_from_the_shipped_weights_learns_new_guidelines(
    tokenizer: Tokenizer, shipped: dict[str, Floats]
) -> None:
    done, said = trained(tokenizer, shipped, epochs=8, patience=8)
    assert done.f1 > 0.7
    assert said[-1].loss < said[0].loss
    assert [p.step for p in said] == sorted(p.step for p in said)


def test_the_same_seed_gives_the_same_weights(
    tokenizer: Tokenizer, shipped: dict[str, Floats]
) -> None:
    first, second = (trained(tokenizer, shipped, epochs=1)[0] for _ in range(2))
    assert all(np.array_equal(first.weights[n], second.weights[n]) for n in first.weights)


def test_a_check_tells_its_own_figure_and_the_best_so_far(
    tokenizer: Tokenizer, shipped: dict[str, Floats]
) -> None:
    _, said = trained(tokenizer, shipped, epochs=4, patience=4, rate=3e-3)
    reached = [p.f1 for p in said if p.f1 is not None]
    assert [p.best for p in said] == [max(reached[: n + 1]) for n in range(len(reached))]
    assert any(p.f1 != p.best for p in said)


def test_a_long_way_to_the_next_check_is_not_silent(
    tokenizer: Tokenizer, shipped: dict[str, Floats], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "_SILENCE", -1.0)
    said: list[fit.Progress] = []
    settings = fit.Settings(epochs=1, checks=1)
    texts = documents(200)
    fit.fit(lambda _: texts, texts[:2], tokenizer, shipped, READERS, settings, said.append)
    assert [p.step for p in said] == list(range(1, said[0].steps + 1))
    assert said[0].f1 is None and said[0].best is None and said[-1].f1 is not None


def test_training_stops_when_it_brings_nothing(
    tokenizer: Tokenizer, shipped: dict[str, Floats]
) -> None:
    done, said = trained(tokenizer, shipped, epochs=9, patience=2, rate=0.0)
    assert len(said) == 3 and done.steps < said[0].steps


def test_a_layer_that_was_not_annotated_changes_no_weight_of_its_head(
    tokenizer: Tokenizer, shipped: dict[str, Floats]
) -> None:
    made = network.new_network(1)
    network.fill(made, shipped)
    (batch,) = batches([example(documents(1)[0], tokenizer, ["s"])], random.Random(0))
    fit.loss(made, batch, random.Random(0)).backward()
    moved, names = made["head"].weight.grad.abs().sum(dim=1), SLICES[0].stop
    assert (moved[:names] > 0).any() and (moved[names:] == 0).all()


def test_weights_survive_the_way_into_a_network_and_back(
    shipped: dict[str, Floats],
) -> None:
    made = network.new_network(2)
    network.fill(made, shipped)
    back = network.weights_of(made, [2] * len(LAYERS))
    for name, values in shipped.items():
        assert np.allclose(back[name][: len(values)], values, atol=1e-5), name


def test_a_reader_adds_its_own_head_to_its_layer_alone() -> None:
    made = network.new_network(1)
    with torch.no_grad():
        made["schemes"].weight[0].fill_(1.0)
    shared = network.weights_of(made, [1] * len(LAYERS))["head"]
    own, names = network.weights_of(made, [0, 1, 1, 1, 1])["head"], SLICES[0].stop
    assert np.allclose(own[:, :names], shared[:, :names] + 1)
    assert np.allclose(own[:, names:], shared[:, names:])


def test_base_weights_that_were_tampered_with_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(BuilderError, match="sha256"):
        network.base_weights(tmp_path / "model.safetensors")


def test_an_interrupted_training_goes_on_to_the_same_weights(
    tokenizer: Tokenizer,
    shipped: dict[str, Floats],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fit, "_SAVED_EVERY", -1.0)
    settings = fit.Settings(epochs=3, checks=1)
    texts = documents(150)

    def run(report: Callable[[fit.Progress], None], checkpoint: Path | None) -> fit.Fitted:
        return fit.fit(
            lambda _: texts[:120], texts[120:], tokenizer, shipped, READERS, settings, report,
            checkpoint,
        )  # fmt: skip

    def stop(progress: fit.Progress) -> None:
        raise KeyboardInterrupt

    whole = run(lambda _: None, None)
    with pytest.raises(KeyboardInterrupt):
        run(stop, tmp_path / "checkpoint.pt")
    again = run(lambda _: None, tmp_path / "checkpoint.pt")
    assert (again.steps, again.f1) == (whole.steps, whole.f1)
    assert all(np.array_equal(again.weights[n], whole.weights[n]) for n in whole.weights)
