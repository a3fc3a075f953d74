"""Score each line of a page: how likely it is to be body text of the article.

The score is a weighted sum of what is known of a line: whether trafilatura kept it, what it kept
beside it and among its siblings, the line's length, links and wording, and the names that the page
gives to the elements around it. A line is body above 0. The weights are in ``weights.py``.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from builder.ingest.cleaning import bylines, captions, dates, furniture, wording
from builder.ingest.html.matching import words
from builder.ingest.html.rendering import Line
from builder.ingest.html.weights import BIAS, WEIGHTS

_NEAR = 4
_MOST = 30.0
_SHORT, _CORE, _SURE, _LONG = 8, 8, 15, 40
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Extractions:
    """For each line, the share of it that trafilatura keeps: by default, and when set on recall."""

    default: Sequence[float]
    recall: Sequence[float]


def scores(features: Sequence[Features]) -> list[float]:
    """Return the score of each line."""
    return [BIAS + sum(WEIGHTS.get(k, 0.0) * v for k, v in line.items()) for line in features]


def probability(score: float) -> float:
    """Return the probability to be body text that a score stands for."""
    return 1 / (1 + math.exp(-max(-_MOST, min(_MOST, score))))


def features(lines: Sequence[Line], kept: Extractions) -> list[Features]:
    """Return what is known of each line, by name; what is 0 or false is left out."""
    page = _Surroundings(lines, kept)
    found = []
    for index, line in enumerate(lines):
        known = page.place(index) | _wording(line)
        known |= {f"in {mark}": 1.0 for mark in line.marks}
        found.append({name: float(value) for name, value in known.items() if value})
    return found


def _wording(line: Line) -> Features:
    plain = wording.plain(line.text)
    return {
        "links": line.link_share,
        "ends a sentence": wording.ends_sentence(line.text),
        "common words": min(0.5, wording.shape(line.text).stop_share),
        "page furniture": furniture.cue(line.text) is not None,
        "notice": furniture.is_notice(line.text),
        "footer's words": furniture.is_footer(plain),
        "picture credit": captions.split(plain) is not None,
        "byline": bylines.byline(plain) is not None,
        "date line": dates.is_line(plain),
        "prose": wording.is_prose(plain),
        "list mark": wording.is_list_item(line.text),
        "subheading": line.tag in _HEADINGS,
        "main heading": line.tag == "h1",
        "paragraph": line.tag == "p",
        "list item": line.tag == "li",
        "table cell": line.tag in {"td", "th"},
    }


class _Surroundings:
    """What the lines around a line say of it."""

    def __init__(self, lines: Sequence[Line], kept: Extractions) -> None:
        self._lines, self._default, self._recall = lines, kept.default, kept.recall
        texts = [words(line.text) for line in lines]
        self._keys = [tuple(text) for text in texts]
        self._sizes = [len(text) for text in texts]
        self._repeats = Counter(self._keys)
        headings = [line.text for line in lines if line.tag == "h1"]
        self._heading = max(headings, key=len, default=None)
        self._sure = [
            i
            for i, (k, n) in enumerate(zip(kept.default, self._sizes, strict=True))
            if k > 0.8 and n >= _SURE
        ]
        self._sum_up()

    def _sum_up(self) -> None:
        sizes = self._sizes
        kept = [k * n for k, n in zip(self._default, sizes, strict=True)]
        core = [k if n >= _CORE else 0.0 for k, n in zip(kept, sizes, strict=True)]
        self._total = sum(core) or 1.0
        self._core: dict[object, float] = defaultdict(float)
        self._all: dict[object, float] = defaultdict(float)
        for line, words_kept, size in zip(self._lines, core, sizes, strict=True):
            for group in _groups(line):
                self._core[group] += words_kept
                self._all[group] += size
        self._sums: dict[str, list[float]] = {
            "words": [0.0, *accumulate(map(float, sizes))],
            "kept": [0.0, *accumulate(kept)],
            "default": [0.0, *accumulate(self._default)],
            "recall": [0.0, *accumulate(self._recall)],
        }

    def _around(self, name: str, index: int, reach: int) -> float:
        sums = self._sums[name]
        return sums[min(len(sums) - 1, index + reach + 1)] - sums[max(0, index - reach)]

    def place(self, index: int) -> Features:
        line, size, default = self._lines[index], self._sizes[index], self._default[index]
        siblings, cousins = _groups(line)
        near = self._around("words", index, _NEAR) - size
        share = self._core[siblings] / self._total
        inside = bool(self._sure) and self._sure[0] <= index <= self._sure[-1]
        last = len(self._lines) - 1
        return {
            "kept": default,
            "kept short line": default * (size < _SHORT),
            "kept links": default * line.link_share,
            "kept inside": default * inside,
            "kept as siblings": default * share,
            "kept above": self._default[index - 1] if index else 0.0,
            "kept below": self._default[index + 1] if index < last else 0.0,
            "kept near": (self._around("kept", index, _NEAR) - default * size) / (near or 1),
            "kept around": self._around("default", index, 2) / 5,
            "kept on recall": self._recall[index],
            "kept around on recall": self._around("recall", index, 2) / 5,
            "inside": inside,
            "before": not self._sure or index < self._sure[0],
            "share of siblings": share,
            "siblings kept": self._core[siblings] / (self._all[siblings] or 1),
            "share of cousins": self._core[cousins] / self._total,
            "long": min(1.0, size / _LONG),
            "short": size < _SHORT,
            "repeats": size > 0 and self._repeats[self._keys[index]] > 1,
            "text of main heading": line.text == self._heading,
        }


def _groups(line: Line) -> tuple[object, object]:
    """Return what a line shares with its siblings, and with its cousins of the same tag."""
    around = (*line.around, 0, 0, 0)
    return ("siblings", around[1]), ("cousins", line.tag, around[2])
