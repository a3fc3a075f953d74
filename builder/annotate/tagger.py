"""A text with its sentence bounds in, names and pieces of claims with calibrated scores out.

The network runs once over a text for all labels. Nothing but onnxruntime, tokenizers and numpy is
needed. Tags are begin, inside and outside (BIO); a claim, its source and its cue are told apart
by tags of their own each, so that a cue inside a claim is found as well.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from builder.annotate.decoding import Floats, best_tags, spans
from builder.annotate.pieces import BEGINS, CLS, QUOTED, SEP, Bounds, Ints, Pieces, cut, windows
from builder.errors import BuilderError

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
FILES = ("model.onnx", "tokenizer.json", "meta.json")
WINDOW = 128
INPUTS = ("ids", "forms", "lengths")
_EDGES = frozenset(",;: \n")
_OPENING, _CLOSING = frozenset('"“'), frozenset('"”')
_LINE_END = re.compile("\n")
_REST_OF_QUOTATION = re.compile(r"[.,!?…]{0,3}[\"”]")
PLAIN_MOVES = ((0.0, 0.0, 0.0),) * len(LAYERS)


class Tagged(NamedTuple):
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
    """Return the tagger in ``folder``: ``model.onnx``, ``tokenizer.json`` and ``meta.json``.

    Raises:
        BuilderError: a file is missing, or is not the one whose sha256 ``meta.json`` states.

    """
    import onnxruntime

    meta = _checked(folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    return Tagger(session, load_tokenizer(folder), meta)


def _checked(folder: Path) -> dict[str, Any]:
    """Return a model's meta if all its files are there and the ones that it describes."""
    for name in FILES:
        if not (folder / name).is_file():
            raise _broken(folder / name, "is missing")
    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        sums = dict(meta["sha256"])
    except (ValueError, KeyError, TypeError):
        raise _broken(folder / "meta.json", "does not say the sha256 of the model") from None
    for name in FILES[:2]:
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sums.get(name):
            raise _broken(folder / name, "is cut off or changed: its sha256 is not meta.json's")
    return meta


def _broken(path: Path, what: str) -> BuilderError:
    mend = "install the builder again" if path.parent == MODEL else "copy or train the model again"
    return BuilderError(f"{path}: {what}; {mend}")


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
    begins = pieces.starts[heads].tolist()
    ends = pieces.ends[np.append(heads[1:], len(pieces.first)) - 1].tolist()
    chances = _chances(scores[heads])
    for inside, closed in zip(chances[:, :, 2::2], _closed(pieces, heads), strict=True):
        inside[closed] = 0
    found = []
    for layer, kind, first, last, share in spans(chances, best_tags(chances, moves)):
        label = LAYERS[layer][kind]
        start, stop = _tidied(pieces.text, label, begins[first], ends[last])
        if start < stop:
            found.append(Tagged(label, start, stop, share))
    return sorted(found, key=lambda span: (span.start, span.end, span.label))


def _closed(pieces: Pieces, heads: Ints) -> Iterator[npt.NDArray[np.bool_]]:
    """Yield for each layer the words in which no span may go on."""
    lines = [match.start() for match in _LINE_END.finditer(pieces.text)]
    new_line = np.diff(np.searchsorted(lines, pieces.starts[heads]), prepend=0) > 0
    begins = pieces.forms[heads] >= BEGINS
    quoted = pieces.forms[heads] % BEGINS >= QUOTED
    goes_on = quoted & np.concatenate(([False], quoted[:-1]))
    for layer in LAYERS:
        yield begins & ~goes_on if layer == ("CLAIM",) else begins | new_line


def _chances(scores: Floats) -> Floats:
    """Return the tags' chances: (layers, words, tags); the last label of names is outside."""
    widest = 2 * len(NAME_LABELS) - 1
    chances = np.zeros((len(LAYERS), len(scores), widest), dtype=np.float32)
    for layer, of_layer, part in zip(LAYERS, chances, SLICES, strict=True):
        raised = np.exp(scores[:, part] - scores[:, part].max(axis=1, keepdims=True))
        raised /= raised.sum(axis=1, keepdims=True)
        if layer == NAME_LABELS:
            raised[:, 0] += raised[:, -2:].sum(axis=1)
            raised = raised[:, :-2]
        of_layer[:, : raised.shape[1]] = raised
    return chances


def _tidied(text: str, label: str, start: int, end: int) -> Bounds:
    """Return the bounds without commas and the like at the edges; claims with both their marks."""
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    if label == "CLAIM":
        inside = text[start:end]
        opens, closes = inside[:1] in _OPENING, inside[-1:] in _CLOSING
        rest = _REST_OF_QUOTATION.match(text, end)
        if opens and rest and not _CLOSING.intersection(inside[1:]):
            end = rest.end()
        elif closes and not opens and start and text[start - 1] in _OPENING:
            start -= not _OPENING.intersection(inside[:-1])
    return start, end


def calibrate(spans: Sequence[Tagged], calibration: Mapping[str, Sequence[float]]) -> list[Tagged]:
    """Return the spans with scores that say how often such a span is right.

    ``calibration`` holds for each label the slope and the intercept of the log odds.
    """
    found = []
    for span in spans:
        slope, intercept = calibration[span.label]
        chance = 1 / (1 + math.exp(-(slope * log_odds(span.score) + intercept)))
        found.append(span._replace(score=round(chance, 4)))
    return found


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds, kept finite."""
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))
