"""Turn the scores of tags into labelled spans with calibrated scores.

Tags are begin, inside and outside (BIO); a claim, its source and its cue are told apart by tags of
their own each, so that a cue inside a claim is found as well.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from builder.annotate.tagger.decoding import SURE, Floats, best_tags, spans
from builder.annotate.tagger.pieces import BEGINS, QUOTED, Bounds, Ints, Pieces

NAME_LABELS = (
    *("PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "PRODUCT", "EVENT", "WORK_OF_ART"),
    *("LAW", "LANGUAGE", "DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"),
)
# AUTHOR is a claim in the newspaper's own voice.
CLAIM_LABELS = ("SOURCE", "CUE", "CLAIM", "AUTHOR")
# Labels of one layer exclude each other; layers overlap freely.
LAYERS: tuple[tuple[str, ...], ...] = (NAME_LABELS, *((label,) for label in CLAIM_LABELS))
TAGS = tuple(tag for layer in LAYERS for tag in ("O", *(f"{p}-{n}" for n in layer for p in "BI")))
_STARTS = tuple(int(at) for at in np.flatnonzero(np.array(TAGS) == "O"))
SLICES = tuple(slice(a, b) for a, b in zip(_STARTS, (*_STARTS[1:], len(TAGS)), strict=True))
# Layers of as many labels are read together: that of names, and those of claims.
_ALIKE = (slice(0, 1), slice(1, len(LAYERS)))
# The scores of a word that is outside beyond doubt.
_OUTSIDE = np.full((1, len(TAGS)), -np.inf, dtype=np.float32)
_OUTSIDE[:, list(_STARTS)] = 0
# How many texts' tags are read at once.
_TOGETHER = 32
# What may cross the end of a sentence in a quotation, and has quotation marks of its own.
_STATEMENTS = frozenset({"CLAIM", "AUTHOR"})
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


def raw_spans(
    cuts: Sequence[Pieces], scores: Sequence[Floats], moves: Sequence[Sequence[float]] = PLAIN_MOVES
) -> list[list[Tagged]]:
    """Return for each text the spans that its tags' scores amount to, in the order of their starts.

    A word's tag is read off its first piece. A span's score is the mean probability of its tags.
    Nothing crosses a sentence's end but claims that are quoted, and
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
    columns = np.ascontiguousarray(np.concatenate([_OUTSIDE, *parts]).T)
    before = list(accumulate((len(at) + 1 for at in heads), initial=1))
    closed = [_closed(pieces, at) for pieces, at in zip(cuts, heads, strict=True)]
    found: list[list[Tagged]] = [[] for _ in cuts]
    for alike in _ALIKE:
        labels, chances = LAYERS[alike], _chances(columns, alike)
        for of_text, begin in zip(closed, before, strict=False):
            for inside, at in zip(chances[:, :, 2::2], of_text[alike], strict=True):
                inside[begin + at] = 0
        for layer, kind, first, last, share in spans(chances, best_tags(chances, moves[alike])):
            number = bisect_right(before, first) - 1
            bounds = first - before[number], last - before[number]
            start, end = _bounds(cuts[number], heads[number], labels[layer][kind], *bounds)
            if start < end:
                found[number].append(Tagged(labels[layer][kind], start, end, share))
    return [sorted(of_text, key=attrgetter("start", "end", "label")) for of_text in found]


def _bounds(pieces: Pieces, heads: Ints, label: str, first: int, last: int) -> Bounds:
    """Return where a span begins and ends that has these words of a text."""
    after = heads[last + 1] if last + 1 < len(heads) else len(pieces.ids)
    start, end = int(pieces.starts[heads[first]]), int(pieces.ends[after - 1])
    return _tidied(pieces.text, label, start, end)


def _closed(pieces: Pieces, heads: Ints) -> list[Ints]:
    """Return for each layer the words in which no span may go on."""
    lines = [match.start() for match in _LINE_END.finditer(pieces.text)]
    new_line = np.searchsorted(pieces.starts[heads], lines)
    forms = pieces.forms[heads]
    begins = np.flatnonzero(forms >= BEGINS)
    quoted = forms % BEGINS >= QUOTED
    goes_on = quoted[begins] & np.append(False, quoted[:-1])[begins]
    closed = np.append(begins, new_line[new_line < len(heads)])
    return [begins[~goes_on] if layer[0] in _STATEMENTS else closed for layer in LAYERS]


def _chances(columns: Floats, alike: slice) -> Floats:
    """Return the tags' chances in layers of as many labels: (layers, words, tags).

    What is outside beyond doubt is taken to have no other chance.

    Args:
        columns: the scores of all tags, (tags, words).
        alike: the layers.

    """
    parts = SLICES[alike]
    scores = columns[parts[0].start : parts[-1].stop].reshape(len(parts), -1, columns.shape[1])
    # Where outside is so far ahead of every other tag, its chance is above SURE.
    ahead = 0.01 + math.log((scores.shape[1] - 1) * SURE / (1 - SURE))
    layer, word = np.nonzero(scores[:, 0] - scores[:, 1:].max(axis=1) < ahead)
    raised = scores[layer, :, word]
    raised = np.exp(raised - raised.max(axis=1, keepdims=True))
    chances = np.zeros((len(parts), columns.shape[1], scores.shape[1]), dtype=np.float32)
    chances[:, :, 0] = 1
    chances[layer, word] = raised / raised.sum(axis=1, keepdims=True)
    return chances


def _tidied(text: str, label: str, start: int, end: int) -> Bounds:
    """Return the bounds without commas and the like at the edges; claims with both their marks."""
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    if label in _STATEMENTS:
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
