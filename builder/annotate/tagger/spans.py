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
    return [begins[~goes_on] if layer[0] in _STATEMENTS else closed for layer in LAYERS]


def _chances(scores: Floats) -> Floats:
    """Return the tags' chances: (layers, words, tags).

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
    chances = np.zeros((len(LAYERS), len(scores), _WIDEST), dtype=np.float32)
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
