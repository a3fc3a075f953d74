"""A text with its sentence bounds in, names and pieces of claims with calibrated scores out.

The network runs once over a text for all labels. Nothing but onnxruntime, tokenizers and numpy is
needed. Tags are begin, inside and outside (BIO); a claim, its source and its cue are told apart
by tags of their own each, so that a cue inside a claim is found as well.
"""

import hashlib
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from builder.annotate.tagger.decoding import SURE, Floats, best_tags, spans
from builder.annotate.tagger.model_files import FILES as FILES
from builder.annotate.tagger.model_files import MODEL as MODEL
from builder.annotate.tagger.model_files import broken, meta_of
from builder.annotate.tagger.pieces import (
    BEGINS,
    CLS,
    QUOTED,
    SEP,
    Bounds,
    Ints,
    Pieces,
    cut,
    windows,
)

NAME_LABELS = ("PER", "ORG", "LOC", "MISC")
CLAIM_LABELS = ("SOURCE", "CUE", "CLAIM")
# Labels of one layer exclude each other; layers overlap freely. MISC helps to learn the others and
# is never suggested: corpora mean too many different things by it.
LAYERS: tuple[tuple[str, ...], ...] = (NAME_LABELS, *((label,) for label in CLAIM_LABELS))
SUGGESTED = ("PER", "ORG", "LOC", *CLAIM_LABELS)
TAGS = tuple(tag for layer in LAYERS for tag in ("O", *(f"{p}-{n}" for n in layer for p in "BI")))
_STARTS = tuple(int(at) for at in np.flatnonzero(np.array(TAGS) == "O"))
SLICES = tuple(slice(a, b) for a, b in zip(_STARTS, (*_STARTS[1:], len(TAGS)), strict=True))
_WIDEST = 1 + 2 * len(NAME_LABELS)
# For each layer the columns of its tags; the last of all stands for those that it lacks.
_COLUMNS = np.array(
    [[*range(at.start, at.stop), *[len(TAGS)] * _WIDEST][:_WIDEST] for at in SLICES]
)
# The scores of a word that is outside beyond doubt.
_OUTSIDE = np.full((1, len(TAGS)), -np.inf, dtype=np.float32)
_OUTSIDE[:, list(_STARTS)] = 0
# Where outside is so far ahead of every other tag, its chance is above SURE.
_NO_DOUBT = 0.01 + math.log((_WIDEST - 1) * SURE / (1 - SURE))
# How many texts' tags are read at once.
_TOGETHER = 32
# What training adds to meta.json at last, and tagging needs.
_FIELDS = ("name", "version", "moves", "calibration")
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

    def tag(self, texts: Iterable[tuple[str, Sequence[Bounds]]]) -> list[list[Tagged]]:
        """Return for each text its spans, in the order of their starts.

        Args:
            texts: what to read, each with the bounds of its sentences in their order.

        """
        cuts = [cut(self.tokenizer, text, sentences) for text, sentences in texts]
        found = raw_spans(cuts, self.scores(cuts), self.meta["moves"])
        return [calibrate(spans, self.meta["calibration"]) for spans in found]

    def scores(self, cuts: Sequence[Pieces]) -> list[Floats]:
        """Return the tags' scores of all pieces of each text: (pieces, tags).

        Windows run one by one: that is faster on one core than in batches, which leave its cache,
        and activations are quantised by batch, so that a text's spans would depend on its company.
        """
        bounds = [windows(pieces, WINDOW - 2) for pieces in cuts]
        rows = [(one, window) for one, parts in zip(cuts, bounds, strict=True) for window in parts]
        # The network leaves nothing else in the caches: all that can be done beforehand is.
        ready = [batch_of([row]) for row in rows]
        found = iter([self.session.run(None, inputs)[0][0, 1:-1] for inputs in ready])
        nothing = np.zeros((0, len(TAGS)), dtype=np.float32)
        return [np.concatenate([nothing, *islice(found, len(parts))]) for parts in bounds]


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


def load_whole(folder: Path) -> Tagger:
    """Return the tagger in ``folder`` if training has finished it; errors as in ``load``."""
    found = load(folder)
    lacking = [field for field in _FIELDS if field not in found.meta]
    if lacking:
        raise broken(folder / "meta.json", f"lacks {', '.join(lacking)}")
    return found


def _checked(folder: Path) -> dict[str, Any]:
    """Return a model's meta if all its files are there and the ones that it describes."""
    meta = meta_of(folder)
    sums = dict(meta["sha256"])
    for name in FILES[:2]:
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sums.get(name):
            raise broken(folder / name, "is cut off or changed: its sha256 is not meta.json's")
    return meta


def load_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer in ``folder``, which neither cuts texts off nor pads them."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def batch_of(rows: Sequence[tuple[Pieces, Bounds]]) -> dict[str, npt.NDArray[np.int32]]:
    """Return the network's inputs for windows of pieces: ``ids``, ``forms`` and ``lengths``."""
    lengths = [end - start + 2 for _, (start, end) in rows]
    ids, forms = np.zeros((2, len(rows), max(lengths)), dtype=np.int32)
    ids[:, 0] = CLS
    for row, (pieces, (start, end)) in enumerate(rows):
        last = end - start + 1
        ids[row, 1:last] = pieces.ids[start:end]
        ids[row, last] = SEP
        forms[row, 1:last] = pieces.forms[start:end]
    return dict(zip(INPUTS, (ids, forms, np.array(lengths, dtype=np.int32)), strict=True))


def raw_spans(
    cuts: Sequence[Pieces], scores: Sequence[Floats], moves: Sequence[Sequence[float]] = PLAIN_MOVES
) -> list[list[Tagged]]:
    """Return for each text the spans that its tags' scores amount to, in the order of their starts.

    A word's tag is read off its first piece. A span's score is the mean probability of its tags.
    What is MISC counts as outside. Nothing crosses a sentence's end but claims that are quoted, and
    nothing but claims the end of a line.

    Args:
        cuts: the pieces of each text.
        scores: for each text (pieces, tags).
        moves: for each layer what is added to the logarithm of a probability where a span begins
            outside another, where one begins right after another, and where one ends.

    """
    batches = (slice(at, at + _TOGETHER) for at in range(0, len(cuts), _TOGETHER))
    return [spans for some in batches for spans in _read(cuts[some], scores[some], moves)]


def _read(
    cuts: Sequence[Pieces], scores: Sequence[Floats], moves: Sequence[Sequence[float]]
) -> list[list[Tagged]]:
    heads = [np.flatnonzero(pieces.first) for pieces in cuts]
    # All texts are read at once. Between two stands a word that is outside, as at a text's ends.
    parts = [part for one, at in zip(scores, heads, strict=True) for part in (one[at], _OUTSIDE)]
    chances = _chances(np.concatenate([_OUTSIDE, *parts]))
    before = list(accumulate((len(at) + 1 for at in heads), initial=1))
    for pieces, at, begin in zip(cuts, heads, before, strict=False):
        words = chances[:, begin : begin + len(at), 2::2]
        for inside, closed in zip(words, _closed(pieces, at), strict=True):
            inside[closed] = 0
    found: list[list[Tagged]] = [[] for _ in cuts]
    for layer, kind, first, last, share in spans(chances, best_tags(chances, moves)):
        number = bisect_right(before, first) - 1
        pieces, at, begin = cuts[number], heads[number], before[number]
        after = at[last + 1 - begin] if last + 1 - begin < len(at) else len(pieces.ids)
        label = LAYERS[layer][kind]
        bounds = int(pieces.starts[at[first - begin]]), int(pieces.ends[after - 1])
        start, stop = _tidied(pieces.text, label, *bounds)
        if start < stop:
            found[number].append(Tagged(label, start, stop, share))
    return [sorted(of_text, key=attrgetter("start", "end", "label")) for of_text in found]


def _closed(pieces: Pieces, heads: Ints) -> list[Ints]:
    """Return for each layer the words in which no span may go on."""
    lines = [match.start() for match in _LINE_END.finditer(pieces.text)]
    new_line = np.searchsorted(pieces.starts[heads], lines)
    forms = pieces.forms[heads]
    begins = np.flatnonzero(forms >= BEGINS)
    quoted = forms % BEGINS >= QUOTED
    goes_on = quoted[begins] & np.append(False, quoted[:-1])[begins]
    closed = np.append(begins, new_line[new_line < len(heads)])
    return [begins[~goes_on] if layer == ("CLAIM",) else closed for layer in LAYERS]


def _chances(scores: Floats) -> Floats:
    """Return the tags' chances: (layers, words, tags); the last label of names is outside.

    What is outside beyond doubt is taken to have no other chance.
    """
    columns = np.full((len(TAGS) + 1, len(scores)), -np.inf, dtype=np.float32)
    columns[:-1] = scores.T
    ahead = [
        columns[part.start] - columns[part.start + 1 : part.stop].max(axis=0) for part in SLICES
    ]
    layer, word = np.nonzero(np.array(ahead) < _NO_DOUBT)
    raised = columns[_COLUMNS[layer], word[:, None]]
    raised = np.exp(raised - raised.max(axis=1, keepdims=True))
    raised /= raised.sum(axis=1, keepdims=True)
    # The last two are those of MISC, and nothing in other layers.
    raised[:, 0] += raised[:, -2:].sum(axis=1)
    chances = np.zeros((len(LAYERS), len(scores), _WIDEST - 2), dtype=np.float32)
    chances[:, :, 0] = 1
    chances[layer, word] = raised[:, :-2]
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
    for label, start, end, score in spans:
        slope, intercept = calibration[label]
        chance = 1 / (1 + math.exp(-(slope * log_odds(score) + intercept)))
        found.append(Tagged(label, start, end, round(chance, 4)))
    return found


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds, kept finite."""
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))
