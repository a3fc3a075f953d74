"""Train, calibrate and evaluate a model, and write it to a folder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from builder.annotate.tagger import inference
from builder.annotate.tagger.inference import Tagger
from builder.annotate.tagger.pieces import cut
from builder.annotate.tagger.spans import LAYERS, PLAIN_MOVES, TAGS, raw_spans
from builder.training import export
from builder.training.calibrate import ENOUGH, best_moves, calibration, reliability
from builder.training.corpora import Document, coarse, known_spans, layer_of
from builder.training.evaluate import Counts, compare, count, exact, gain, overlapping
from builder.training.fit import Fitted, Progress, Settings, fit

Report = Callable[[Progress], None]
_SHARES = {"an eighth": 0.125, "a quarter": 0.25, "half": 0.5, "all": 1.0}
_UNTOUCHED = {
    "moves": PLAIN_MOVES,
    "calibration": {label: (1.0, 0.0) for layer in LAYERS for label in layer},
}


def train_model(
    train: Sequence[Document],
    held_out: Sequence[Document],
    start: Path,
    readers: Sequence[str],
    about: Mapping[str, Any],
    settings: Settings,
    report: Report,
    folder: Path,
) -> dict[str, Any]:
    """Train from the model in ``start`` on and write the new one to ``folder``; return its meta.

    Args:
        train: documents to learn from.
        held_out: documents to stop, to calibrate and to evaluate by.
        start: a folder with a model, such as ``inference.MODEL``.
        readers: for each of the tagger's layers the scheme whose guidelines the model follows.
        about: what the meta is to say of the model's name, version and sources.
        settings: how to train.
        report: called now and then.
        folder: is made, or written over.

    """
    before, weights = inference.load(start), export.read(start / "model.onnx")
    about = {**about, "documents": {"train": len(train), "held_out": len(held_out)}}
    fitted = fit(lambda _: train, held_out, before.tokenizer, weights, readers, settings, report)
    tokenizer = start / "tokenizer.json"
    return write_model(fitted, held_out, held_out, tokenizer, about, settings, folder, before)


def write_model(
    fitted: Fitted,
    held_out: Sequence[Document],
    reported: Sequence[Document],
    tokenizer: Path,
    about: Mapping[str, Any],
    settings: Settings,
    folder: Path,
    start: Tagger | None = None,
) -> dict[str, Any]:
    """Write the network as a model in int8, calibrated on ``held_out`` and then evaluated.

    What these are too few to tell is as in ``start``, the model that the training began with, which
    is evaluated on ``reported`` as well.
    """
    model = export.build(fitted.weights)
    usual: Mapping[str, Any] = start.meta if start else _UNTOUCHED
    enough = ENOUGH if start else 1
    export.save(model, tokenizer, {}, folder)
    loaded = inference.load(folder)
    cuts = [cut(loaded.tokenizer, d.text, d.sentences) for d in held_out]
    read = (cuts, loaded.scores(cuts))
    moves = best_moves(held_out, read, usual["moves"], enough)
    learned = calibration(held_out, raw_spans(*read, moves), usual["calibration"], enough)
    meta = {
        **about,
        "tags": list(TAGS),
        "moves": moves,
        "calibration": learned,
        "settings": {**asdict(settings), "threads": torch.get_num_threads()},
    }
    export.save(model, tokenizer, meta, folder)
    trained = inference.load(folder)
    evaluated = measured(trained, reported)
    if start:
        evaluated["before"] = measured(start, reported)
        evaluated["gain"] = gains(trained, start, reported)
    return export.save(model, tokenizer, {**meta, "evaluation": evaluated}, folder)


def gains(model: Tagger, start: Tagger, documents: Sequence[Document]) -> dict[str, Any]:
    """Return for each layer that is annotated how much better a model is than another."""
    after, before = (_counts(one, documents) for one in (model, start))
    annotated = {layer for layer, rows in after.items() if sum(rows, Counts()).gold}
    return {layer: gain(after[layer], before[layer]) for layer in sorted(annotated)}


def _counts(model: Tagger, documents: Sequence[Document]) -> dict[str, list[Counts]]:
    """Return for each layer the counts of each document."""
    rows = {layer: [Counts()] * len(documents) for layer in ("names", "claims", "author")}
    for at, document in enumerate(documents):
        found = coarse(document, model.tag([(document.text, document.sentences)])[0])
        for label, counts in count(known_spans(document), found, exact).items():
            rows[layer_of(label)][at] += counts
    return rows


def measured(model: Tagger, documents: Sequence[Document]) -> dict[str, Any]:
    """Return strict and partial figures of a model as it is, and how reliable its scores are.

    Only the labels count that each document annotates.
    """
    found = [model.tag([(d.text, d.sentences)])[0] for d in documents]
    gold = [known_spans(document) for document in documents]
    plain = [coarse(d, spans) for d, spans in zip(documents, found, strict=True)]
    return {
        "documents": len(documents),
        "strict": compare(gold, plain, exact),
        "partial": compare(gold, plain, overlapping),
        "reliability": reliability(documents, found),
    }


def learning_curve(
    train: Sequence[Document],
    held_out: Sequence[Document],
    start: Path,
    readers: Sequence[str],
    settings: Settings,
    report: Report,
) -> list[dict[str, float]]:
    """Return ``documents`` and ``f1`` for no document and growing shares of the training documents.

    F1 is the strict micro F1 of the model that ``train_model`` writes. Each share holds the smaller
    ones, so the documents have to come in a mixed order. If F1 still grows at the end, more
    annotation pays.
    """
    rows: dict[int, float] = {}
    for name, share in _SHARES.items():
        part = train[: max(1, round(share * len(train)))]
        if len(part) in rows:
            continue

        def tell(progress: Progress, name: str = name) -> None:
            report(replace(progress, share=name))

        with TemporaryDirectory() as folder:
            made = train_model(part, held_out, start, readers, {}, settings, tell, Path(folder))
            rows.setdefault(0, _strict(made["evaluation"]["before"]))
            rows[len(part)] = _strict(made["evaluation"])
    return [{"documents": documents, "f1": f1} for documents, f1 in rows.items()]


def _strict(evaluated: Mapping[str, Any]) -> float:
    return float(evaluated["strict"]["micro"]["f1"])
