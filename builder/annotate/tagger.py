"""Texts with sentence bounds in, names and pieces of claims with calibrated scores out.

The network runs once over a text for all labels. Nothing but onnxruntime, tokenizers and numpy is
needed. Tags are begin, inside and outside (BIO); a claim, its source and its cue are told apart
by tags of their own each, so that a cue inside a claim is found as well.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from builder.annotate.pieces import CLS, SEP, Bounds, Pieces, cut, windows

Floats = npt.NDArray[np.float32]

NAME_LABELS = ("PER", "ORG", "LOC", "MISC")
CLAIM_LABELS = ("SOURCE", "CUE", "CLAIM")
# Labels of one layer exclude each other; layers overlap freely.
LAYERS: tuple[tuple[str, ...], ...] = (NAME_LABELS, *((label,) for label in CLAIM_LABELS))
TAGS = tuple(tag for layer in LAYERS for tag in ("O", *(f"{p}-{n}" for n in layer for p in "BI")))
_STARTS = tuple(int(at) for at in np.flatnonzero(np.array(TAGS) == "O"))
SLICES = tuple(slice(a, b) for a, b in zip(_STARTS, (*_STARTS[1:], len(TAGS)), strict=True))
# The embedded model.
MODEL = Path(__file__).resolve().parent / "model"
WINDOW = 128
_BATCH = 8
_FORBIDDEN = -1e4


@dataclass(frozen=True)
class Tagged:
    """A labelled stretch of a text, in code points; ``score`` is how often such a span is right."""

    label: str
    start: int
    end: int
    score: float


@dataclass(frozen=True)
class Tagger:
    """A network that is ready to run, with what belongs to it.

    ``meta`` is the model's ``meta.json``: its version, labels, calibration and figures.
    """

    session: Any
    tokenizer: Tokenizer
    meta: dict[str, Any]

    def tag(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Bounds]]
    ) -> list[list[Tagged]]:
        """Return the spans of each text, in the order of their starts.

        Args:
            texts: what to read; many at once are faster than one at a time.
            sentences: for each text the bounds of its sentences, in their order.

        """
        cuts = [cut(self.tokenizer, t, s) for t, s in zip(texts, sentences, strict=True)]
        tag_scores = self._scores(cuts)
        raw = (raw_spans(p, s) for p, s in zip(cuts, tag_scores, strict=True))
        return [calibrate(spans, self.meta["calibration"]) for spans in raw]

    def _scores(self, cuts: Sequence[Pieces]) -> list[Floats]:
        """Return the tags' scores of all pieces of each text; windows run in batches by length."""
        found = [np.zeros((len(pieces.ids), len(TAGS)), dtype=np.float32) for pieces in cuts]
        jobs = [(n, w) for n, pieces in enumerate(cuts) for w in windows(pieces, WINDOW - 2)]
        jobs.sort(key=lambda job: job[1][1] - job[1][0], reverse=True)
        for at in range(0, len(jobs), _BATCH):
            batch = jobs[at : at + _BATCH]
            inputs = batch_of([(cuts[n], window) for n, window in batch])
            (scores,) = self.session.run(None, inputs)
            for row, (n, (start, end)) in enumerate(batch):
                found[n][start:end] = scores[row, 1 : 1 + end - start]
        return found


def load(folder: Path) -> Tagger:
    """Return the tagger in ``folder``: ``model.onnx``, ``tokenizer.json`` and ``meta.json``."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return Tagger(session, load_tokenizer(folder), meta)


def load_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer in ``folder``, which neither cuts texts off nor pads them."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def batch_of(rows: Sequence[tuple[Pieces, Bounds]]) -> dict[str, npt.NDArray[np.int32]]:
    """Return the network's inputs for windows of pieces: ``ids``, ``forms`` and ``lengths``."""
    lengths = np.array([end - start + 2 for _, (start, end) in rows], dtype=np.int32)
    ids = np.zeros((len(rows), int(lengths.max())), dtype=np.int32)
    forms = np.zeros_like(ids)
    ids[:, 0] = CLS
    for row, (pieces, (start, end)) in enumerate(rows):
        last = end - start + 1
        ids[row, 1:last] = pieces.ids[start:end]
        ids[row, last] = SEP
        forms[row, 1:last] = pieces.forms[start:end]
    return {"ids": ids, "forms": forms, "lengths": lengths}


def raw_spans(pieces: Pieces, scores: Floats) -> list[Tagged]:
    """Return the spans that the tags' ``scores`` of the pieces amount to, in their order.

    A word's tag is read off its first piece. A span's score is the mean probability of its tags.
    """
    heads = np.flatnonzero(pieces.first)
    if not len(heads):
        return []
    begin = pieces.starts[heads]
    end = pieces.ends[np.append(heads[1:], len(pieces.first)) - 1]
    found: list[Tagged] = []
    for layer, part in zip(LAYERS, SLICES, strict=True):
        chances = _softmax(scores[heads, part])
        tags = _best_path(chances)
        for first, last, kind in _runs(tags):
            share = float(chances[np.arange(first, last), tags[first:last]].mean())
            found.append(Tagged(layer[kind], int(begin[first]), int(end[last - 1]), share))
    return sorted(found, key=lambda span: (span.start, span.end, span.label))


def calibrate(spans: Sequence[Tagged], calibration: dict[str, Sequence[float]]) -> list[Tagged]:
    """Return the spans with scores that say how often such a span is right.

    ``calibration`` holds for each label the slope and the intercept of the log odds.
    """
    found = []
    for span in spans:
        slope, intercept = calibration[span.label]
        chance = 1 / (1 + math.exp(-(slope * log_odds(span.score) + intercept)))
        found.append(replace(span, score=round(chance, 4)))
    return found


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds, kept finite."""
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def _runs(tags: npt.NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Return the runs of one label as (first, last + 1, label), from tags O, B-0, I-0, B-1 ..."""
    found: list[tuple[int, int, int]] = []
    for at in np.flatnonzero(tags):
        kind, inside = divmod(int(tags[at]) - 1, 2)
        if inside and found and found[-1][1] == at and found[-1][2] == kind:
            found[-1] = (found[-1][0], int(at) + 1, kind)
        else:
            found.append((int(at), int(at) + 1, kind))
    return found


def _best_path(chances: Floats) -> npt.NDArray[np.int64]:
    """Return the likeliest tags in which no inside tag follows anything but its own label.

    Words that are outside beyond doubt part the text into stretches; Viterbi's algorithm runs
    over each of the others.
    """
    tags = chances.argmax(axis=1)
    kinds = (tags + 1) // 2
    before = np.concatenate(([0], kinds[:-1]))
    broken = (tags > 0) & (tags % 2 == 0) & (kinds != before)
    if not broken.any():
        return tags
    sure = np.concatenate(([-1], np.flatnonzero(chances[:, 0] > 0.95), [len(tags)]))
    logs = np.log(np.maximum(chances, 1e-9))
    for at in {int(np.searchsorted(sure, b)) for b in np.flatnonzero(broken)}:
        first, last = int(sure[at - 1]) + 1, int(sure[at])
        tags[first:last] = _viterbi(logs[first:last])
    return tags


def _viterbi(logs: Floats) -> npt.NDArray[np.int64]:
    count = logs.shape[1]
    moves = np.zeros((count, count), dtype=np.float32)
    for inside in range(2, count, 2):
        moves[:, inside] = _FORBIDDEN
        moves[inside - 1 : inside + 1, inside] = 0
    best = logs[0] + moves[0]
    back = []
    for row in logs[1:]:
        ways = best[:, None] + moves
        back.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + row
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return np.array(path[::-1], dtype=np.int64)
