"""A text with its sentence bounds in, names and pieces of claims with calibrated scores out.

The network runs once over a text for all labels. Nothing but onnxruntime, tokenizers and numpy is
needed. Tags are begin, inside and outside (BIO); a claim, its source and its cue are told apart
by tags of their own each, so that a cue inside a claim is found as well.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from builder.annotate.pieces import BEGINS, CLS, QUOTED, SEP, Bounds, Ints, Pieces, cut, windows

Floats = npt.NDArray[np.float32]

NAME_LABELS = ("PER", "ORG", "LOC", "MISC")
CLAIM_LABELS = ("SOURCE", "CUE", "CLAIM")
# Labels of one layer exclude each other; layers overlap freely. MISC helps to learn the others and
# is never suggested: corpora mean too many different things by it.
LAYERS: tuple[tuple[str, ...], ...] = (NAME_LABELS, *((label,) for label in CLAIM_LABELS))
SUGGESTED = ("PER", "ORG", "LOC", *CLAIM_LABELS)
TAGS = tuple(tag for layer in LAYERS for tag in ("O", *(f"{p}-{n}" for n in layer for p in "BI")))
_STARTS = tuple(int(at) for at in np.flatnonzero(np.array(TAGS) == "O"))
SLICES = tuple(slice(a, b) for a, b in zip(_STARTS, (*_STARTS[1:], len(TAGS)), strict=True))
# The embedded model.
MODEL = Path(__file__).resolve().parent / "model"
WINDOW = 128
INPUTS = ("ids", "forms", "lengths")
_FORBIDDEN = -1e4
# Above this chance a word is outside, whatever stands beside it.
_SURE = 0.98
_EDGES = frozenset(",;: \n")
_OPENING, _CLOSING = frozenset('"“'), frozenset('"”')
_LINE_END = re.compile("\n")
_REST_OF_QUOTATION = re.compile(r"[.,!?…]{0,3}[\"”]")
PLAIN_MOVES = ((0.0, 0.0, 0.0),) * len(LAYERS)


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

    def tag(self, text: str, sentences: Sequence[Bounds]) -> list[Tagged]:
        """Return the spans of a text, in the order of their starts.

        Args:
            text: what to read.
            sentences: the bounds of its sentences, in their order.

        """
        pieces = cut(self.tokenizer, text, sentences)
        found = raw_spans(pieces, self.scores(pieces), self.meta["moves"])
        return calibrate(found, self.meta["calibration"])

    def scores(self, pieces: Pieces) -> Floats:
        """Return the tags' scores of all pieces.

        Windows run one by one: that is faster on one core than in batches, which leave its cache,
        and activations are quantised by batch, so that a text's spans would depend on its company.
        """
        found = np.zeros((len(pieces.ids), len(TAGS)), dtype=np.float32)
        for start, end in windows(pieces, WINDOW - 2):
            (scores,) = self.session.run(None, batch_of([(pieces, (start, end))]))
            found[start:end] = scores[0, 1:-1]
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
    return dict(zip(INPUTS, (ids, forms, lengths), strict=True))


def raw_spans(
    pieces: Pieces, scores: Floats, moves: Sequence[Sequence[float]] = PLAIN_MOVES
) -> list[Tagged]:
    """Return the spans that the tags' ``scores`` of the pieces amount to, in their order.

    A word's tag is read off its first piece. A span's score is the mean probability of its tags.
    What is MISC counts as outside. Nothing crosses a sentence's end but claims that are quoted, and
    nothing but claims the end of a line.

    Args:
        pieces: the pieces of a text.
        scores: (pieces, tags).
        moves: for each layer what is added to the logarithm of a probability where a span begins
            outside another, where one begins right after another, and where one ends.

    """
    heads = np.flatnonzero(pieces.first)
    if not len(heads):
        return []
    begin = pieces.starts[heads]
    end = pieces.ends[np.append(heads[1:], len(pieces.first)) - 1]
    lines = [match.start() for match in _LINE_END.finditer(pieces.text)]
    new_line = np.diff(np.searchsorted(lines, begin), prepend=0) > 0
    begins = pieces.forms[heads] >= BEGINS
    quoted = pieces.forms[heads] % BEGINS >= QUOTED
    goes_on = quoted & np.concatenate(([False], quoted[:-1]))
    found: list[Tagged] = []
    for layer, part, costs in zip(LAYERS, SLICES, moves, strict=True):
        chances = _softmax(scores[heads, part])
        if layer == NAME_LABELS:
            chances = _without_last(chances)
        chances[begins & ~goes_on if layer == ("CLAIM",) else begins | new_line, 2::2] = 0
        tags = _best_path(chances, costs)
        for first, last, kind in _runs(tags):
            share = float(chances[np.arange(first, last), tags[first:last]].mean())
            found.append(Tagged(layer[kind], int(begin[first]), int(end[last - 1]), share))
    tidied = (_tidied(pieces.text, span) for span in found)
    kept = (span for span in tidied if span.start < span.end)
    return sorted(kept, key=lambda span: (span.start, span.end, span.label))


def _tidied(text: str, span: Tagged) -> Tagged:
    """Return the span without commas and the like at its edges; claims with both their marks."""
    start, end = span.start, span.end
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    if span.label == "CLAIM":
        inside = text[start:end]
        opens, closes = inside[:1] in _OPENING, inside[-1:] in _CLOSING
        rest = _REST_OF_QUOTATION.match(text, end)
        if opens and rest and not _CLOSING.intersection(inside[1:]):
            end = rest.end()
        elif closes and not opens and start and text[start - 1] in _OPENING:
            start -= not _OPENING.intersection(inside[:-1])
    return replace(span, start=start, end=end)


def calibrate(spans: Sequence[Tagged], calibration: Mapping[str, Sequence[float]]) -> list[Tagged]:
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


def _without_last(chances: Floats) -> Floats:
    """Count the last label's tags as outside."""
    kept = chances[:, :-2].copy()
    kept[:, 0] += chances[:, -2:].sum(axis=1)
    return kept


def _runs(tags: Ints) -> list[tuple[int, int, int]]:
    """Return the runs of one label as (first, last + 1, label), from tags O, B-0, I-0, B-1 ..."""
    found: list[tuple[int, int, int]] = []
    for at in np.flatnonzero(tags):
        kind, inside = divmod(int(tags[at]) - 1, 2)
        if inside and found and found[-1][1] == at and found[-1][2] == kind:
            found[-1] = (found[-1][0], int(at) + 1, kind)
        else:
            found.append((int(at), int(at) + 1, kind))
    return found


def _best_path(chances: Floats, costs: Sequence[float]) -> Ints:
    """Return the likeliest tags in which no inside tag follows anything but its own label.

    Words that are outside beyond doubt part the text into stretches; Viterbi's algorithm runs
    over each.
    """
    tags: Ints = np.zeros(len(chances), dtype=np.int64)
    doubtful = np.flatnonzero(chances[:, 0] <= _SURE)
    if not len(doubtful):
        return tags
    firsts = doubtful[np.diff(doubtful, prepend=-2) > 1]
    lengths = np.diff(np.searchsorted(doubtful, firsts), append=len(doubtful))
    places = np.arange(lengths.max() + 1)
    inside = places < lengths[:, None]
    # Side by side, each stretch filled up with words that are outside.
    logs = np.full((*inside.shape, chances.shape[1]), _FORBIDDEN, dtype=np.float32)
    logs[:, :, 0] = 0
    logs[inside] = np.log(np.maximum(chances[doubtful], 1e-9))
    tags[doubtful] = _viterbi(logs, _moves(chances.shape[1], *costs))[inside]
    return tags


@cache
def _moves(tags: int, begin: float, again: float, end: float) -> Floats:
    """Return what the move from each tag (rows) to each other adds; row 0 is outside."""
    moves = np.zeros((tags, tags), dtype=np.float32)
    moves[:, 2::2] = _FORBIDDEN
    for inside in range(2, tags, 2):
        moves[inside - 1 : inside + 1, inside] = 0
    moves[0, 1::2] = begin
    moves[1:, 1::2] = again
    moves[1:, 0] = end
    return moves


def _viterbi(logs: Floats, moves: Floats) -> Ints:
    """Return the best path of each row of ``logs``, which is (stretches, words, tags)."""
    best = logs[:, 0] + moves[0]
    back = []
    for at in range(1, logs.shape[1]):
        ways = best[:, :, None] + moves
        back.append(ways.argmax(axis=1))
        best = ways.max(axis=1) + logs[:, at]
    path = [best.argmax(axis=1)]
    for step in reversed(back):
        path.append(np.take_along_axis(step, path[-1][:, None], axis=1)[:, 0])
    return np.stack(path[::-1], axis=1)
