"""A source of chance in; articles of awkward text, and what people mark in them, out.

Marks are made and written here as the browser writes them, without the builder's own converter.
"""

import random
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from builder import labels
from builder.records import LAYERS, Article
from builder.text import trim_bounds
from tests import making

_PIECES = (
    "Russia", "Kim’s", "said", "“It was", "wrong”", "$2.3bn", "per cent", "—", "...", "U.S.", "x",
    "📰", "👩🏽‍🚀", "🇺🇸🇰🇵", "e\u0301te\u0301", "a\u0323\u0307", "\u200fשלום",
    "مرحبا",
    "\u202babc\u202c", "中文字", "<b>bold</b>", "&amp;", "&lt;", "</div>", "\\n", "\"quoted\"", "'",
    "$title", "{{x}}", "%s", "\u00ad", "\u200b", "\u2060", "javascript:alert(1)", "https://example.org/?a=1&b=2",
    "#", "<script>", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "\u0e01\u0e33", "ﬁ", "Å", "ǅ", "ß",
)  # fmt: skip
_NAMES = string.ascii_letters + string.digits + "-_"


@dataclass(frozen=True)
class Mark:
    """What one person marks: layer, label, bounds in the article, attributes."""

    layer: str
    label: str
    start: int
    end: int
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Work:
    """Marks, and links between them by their places in ``marks``."""

    marks: tuple[Mark, ...]
    links: tuple[tuple[int, str, int], ...]


def article(chance: random.Random, paragraphs: int = 3) -> Article:
    """Return an article that no other draw returns."""
    number = f"No. {chance.getrandbits(60)}"
    return making.article(
        *(
            " ".join(chance.choices(_PIECES, k=chance.randint(1, 12))) + f" {number}"
            for _ in range(chance.randint(1, paragraphs))
        )
    )


def work(chance: random.Random, text: str, start: int, end: int, most: int = 12) -> Work:
    """Return what somebody marks between two offsets of a text; no mark is made twice."""
    marks: dict[tuple[str, int, int], Mark] = {}
    for _ in range(chance.randint(0, most)):
        for mark in _drawn(chance, text, start, end, list(marks.values())):
            marks.setdefault((mark.label, mark.start, mark.end), mark)
    made = tuple(marks.values())
    return Work(made, tuple(sorted(set(_links(chance, made)))))


def _drawn(
    chance: random.Random, text: str, start: int, end: int, there: Sequence[Mark]
) -> Iterable[Mark]:
    """Yield a mark anywhere, or one that touches, nests in or equals one that is there."""
    first, last = sorted((chance.randint(start, end), chance.randint(start, end)))
    if there and chance.random() < 0.5:
        near = chance.choice(there)
        first, last = chance.choice(
            ((near.start, near.end), (near.end, last), (first, near.start), (near.start, last))
        )
    first, last = trim_bounds(text, first, last)
    if first < last:
        layer = chance.choice(LAYERS)
        label = chance.choice([label.name for label in labels.default().active(layer)])
        attributes = tuple(
            (name, chance.choice(values))
            for name, values in sorted(labels.default().attributes_of(label).items())
            if chance.random() < 0.7
        )
        yield Mark(layer, label, first, last, attributes)


def _links(chance: random.Random, marks: Sequence[Mark]) -> Iterable[tuple[int, str, int]]:
    for relation in labels.default().relations:
        heads = [i for i, mark in enumerate(marks) if mark.label == relation.head]
        tails = [i for i, mark in enumerate(marks) if mark.label == relation.tail]
        for head in heads:
            tail = chance.choice(tails) if tails else head
            if tail != head and chance.random() < 0.6:
                yield head, relation.name, tail


def result(chance: random.Random, work: Work, text: str, start: int) -> list[dict[str, Any]]:
    """Return the marks as the browser sends them, for a task whose text begins at ``start``.

    The text of a region is what the browser makes of it, and bounds may hold white space at their
    edges, as after a hasty drag.
    """
    ids = ["".join(chance.choices(_NAMES, k=10)) for _ in work.marks]
    regions: list[dict[str, Any]] = []
    for identity, mark in zip(ids, work.marks, strict=True):
        first, last = _hasty(chance, text, mark, start)
        surface = text[first:last].replace("\n", "\\n")
        value = {"start": first - start, "end": last - start, "text": surface}
        region = {"id": identity, "to_name": "text", "origin": "manual"}
        place = {**region, "from_name": mark.layer, "type": "labels"}
        regions.append({**place, "value": {**value, "labels": [mark.label]}})
        regions += [
            {
                **region,
                "from_name": name,
                "type": "choices",
                "value": {**value, "choices": [chosen]},
            }
            for name, chosen in mark.attributes
        ]
    for head, name, tail in work.links:
        ends = {"from_id": ids[head], "to_id": ids[tail], "type": "relation", "direction": "right"}
        # Relations drawn by keyboard have no name.
        regions.append(ends if chance.random() < 0.5 else {**ends, "labels": [name]})
    return regions


def _hasty(chance: random.Random, text: str, mark: Mark, start: int) -> tuple[int, int]:
    first, last = mark.start, mark.end
    if first - 1 >= start and text[first - 1].isspace() and chance.random() < 0.3:
        first -= 1
    return first, last
