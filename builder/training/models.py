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
from builder.annotate.tagger.spans import (
    LAYERS,
    PLAIN_MOVES,
    SUGGESTED,
    Tagged,
    calibrate,
    raw_spans,
)
from builder.training import export
from builder.training.calibrate import ENOUGH, best_moves, calibration, reliability
from builder.training.corpora import Document, LabelledSpan, read_folder
from builder.training.evaluate import compare, exact, overlapping
from builder.training.fit import Fitted, Progress, Settings, fit, read_names
from builder.training.network import base_weights
from builder.training.recipe import READERS, balanced, parts

Report = Callable[[Progress], None]
_SHARES = {"an eighth": 0.125, "a quarter": 0.25, "half": 0.5, "all": 1.0}
_UNTOUCHED = {
    "moves": PLAIN_MOVES,
    "calibration": {label: (1.0, 0.0) for layer in LAYERS for label in layer},
}
# How the embedded model's second network learns beside the first.
_SLOWER, _SHORTER = 0.65, 0.5


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
    fitted = fit(train, held_out, before.tokenizer, weights, readers, settings, report)
    return write_model(fitted, held_out, start / "tokenizer.json", about, settings, folder, before)


def train_embedded(
    corpora: Sequence[Path],
    start: Path,
    about: Mapping[str, Any],
    settings: Settings,
    report: Report,
    folder: Path,
) -> dict[str, Any]:
    """Train the embedded model on folders of corpora and write it to ``folder``; return its meta.

    How far training is stands in ``folder/checkpoint.pt``: begun again, it goes on from there.

    Args:
        corpora: folders of ``*.jsonl``.
        start: a folder with a model, or with the base's ``model.safetensors``.
        about: what the meta is to say of the model's name, version and sources.
        settings: how to train.
        report: called now and then.
        folder: is made, or written over.

    """
    found = parts([document for one in corpora for document in read_folder(one)])
    base = start / "model.safetensors"
    weights = base_weights(base) if base.exists() else export.read(start / "model.onnx")
    tokenizer = inference.load_tokenizer(start)
    folder.mkdir(parents=True, exist_ok=True)
    fitted = fit(
        rounds(found.train, settings.seed),
        found.chosen_by,
        tokenizer,
        weights,
        READERS,
        settings,
        report,
        folder / "checkpoint.pt",
    )
    about = {**about, "documents": {k: len(v) for k, v in asdict_parts(found).items()}}
    return write_model(fitted, found.chosen_by, start / "tokenizer.json", about, settings, folder)


def write_model(
    fitted: Fitted,
    held_out: Sequence[Document],
    tokenizer: Path,
    about: Mapping[str, Any],
    settings: Settings,
    folder: Path,
    start: Tagger | None = None,
) -> dict[str, Any]:
    """Write the network as a model that is calibrated and evaluated, in int8, on ``held_out``.

    What these are too few to tell is as in ``start``, the model that the training began with, which
    is evaluated on them as well.
    """
    model = export.build(fitted.weights)
    usual: Mapping[str, Any] = start.meta if start else _UNTOUCHED
    enough = ENOUGH if start else 1
    export.save(model, tokenizer, {}, folder)
    loaded = inference.load(folder)
    cuts = [cut(loaded.tokenizer, d.text, d.sentences) for d in held_out]
    read = (cuts, loaded.scores(cuts))
    gold = _gold(held_out)
    moves = best_moves(gold, read, [d.annotates for d in held_out], usual["moves"], enough)
    raw = [
        [span for span in spans if span.label in document.annotates]
        for document, spans in zip(held_out, raw_spans(*read, moves), strict=True)
    ]
    learned = calibration(gold, raw, usual["calibration"], enough)
    evaluated = evaluation(gold, [calibrate(spans, learned) for spans in raw])
    if start:
        evaluated["before"] = measured(start, held_out)
    meta = {
        **about,
        "labels": list(SUGGESTED),
        "moves": moves,
        "calibration": learned,
        "settings": {**asdict(settings), "threads": torch.get_num_threads()},
        "evaluation": evaluated,
    }
    return export.save(model, tokenizer, meta, folder)


def measured(model: Tagger, documents: Sequence[Document]) -> dict[str, Any]:
    """Return the ``evaluation`` of a model as it is, on the labels that each document annotates."""
    found = [
        [span for span in model.tag([(d.text, d.sentences)])[0] if span.label in d.annotates]
        for d in documents
    ]
    return evaluation(_gold(documents), found)


def _gold(documents: Sequence[Document]) -> list[list[LabelledSpan]]:
    return [[span for span in d.spans if span[2] in SUGGESTED] for d in documents]


def evaluation(
    gold: Sequence[Sequence[LabelledSpan]], found: Sequence[Sequence[Tagged]]
) -> dict[str, Any]:
    """Return strict and partial figures of names and claims, and how reliable the scores are."""
    plain = [[(s.start, s.end, s.label) for s in spans] for spans in found]
    return {
        "documents": len(gold),
        "strict": compare(gold, plain, exact),
        "partial": compare(gold, plain, overlapping),
        "reliability": reliability(gold, found),
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
