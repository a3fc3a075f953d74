"""Say in numbers what each line of a page is like by itself."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from builder.ingest.cleaning import letters, wording
from builder.ingest.cleaning.page import Block
from builder.ingest.cleaning.page_words import PageWords

Array = NDArray[np.float64]

_DATE_WORDS = """
january february march april may june july august september october november december jan feb mar
apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday ago
updated published posted
"""
_DATES = frozenset(_DATE_WORDS.split())
_ADDRESS_WORDS = "you your us our we click here sign subscribe newsletter email"
_ADDRESS = frozenset(_ADDRESS_WORDS.split())
_TELLING_WORDS = "said says told he she they his her their was were had"
_TELLING = frozenset(_TELLING_WORDS.split())
_BULLET = re.compile(r"\s*(?:[•·▪▸►‣◦○●□■◆*+»›-]|\d{1,3}[.)])\s")
_CLOSING = "\"'”’»)]*_ \t\u00a0"
_OPENING = " \t\u00a0#>*-•"
_ENDS = {".": 1, "。": 1, "।": 1, "۔": 1, "!": 2, "?": 2, "…": 2, ":": 3, ";": 3, ",": 4}
_DIGIT = 5
_SAME_OPENING = 6
_WIDEST = 200


def of_lines(page: Sequence[Block], words: PageWords) -> dict[str, Array]:
    """Return what is known of each line of a page, by name."""
    texts = [block.text for block in page]
    raws = [block.raw or block.text for block in page]
    signs, glued = letters.counts(texts)
    sign = dict(zip(letters.KINDS, signs.T, strict=True))
    length = _numbers([len(text.strip()) for text in texts])
    many, letter = np.maximum(1.0, length), np.maximum(1.0, sign[letters.LETTER])
    count = words.sizes + sign[letters.IDEOGRAM] / 2
    some = np.maximum(1.0, count)
    ends = [_end(text) for text in texts]
    taken = _numbers([len(raw.strip()) for raw in raws]) - length
    return {
        "length": np.log1p(length),
        "words": np.log1p(count),
        "word length": letter / some,
        "letters": sign[letters.LETTER] / many,
        "upper": sign[letters.UPPER] / letter,
        "digits": sign[letters.DIGIT] / many,
        "signs": sign[letters.PUNCTUATION] / many,
        "quotes": sign[letters.QUOTE],
        "commas": sign[letters.COMMA],
        "commas a word": sign[letters.COMMA] / some,
        "stops": sign[letters.STOP],
        "words a stop": some / np.maximum(1.0, sign[letters.STOP]),
        "bars": sign[letters.BAR] / some,
        "ideograms": sign[letters.IDEOGRAM] / many,
        "glued": glued,
        "glued share": glued / some,
        "capitals": _numbers([_capitals(text) for text in texts]) / some,
        "end": _numbers([end for end, _ in ends]),
        "closed": _numbers([closed for _, closed in ends]),
        "start": _numbers([_start(text) for text in texts]),
        "common words": words.counts(wording.COMMON) / some,
        "dates": words.counts(_DATES) / some,
        "speaks to you": words.counts(_ADDRESS) / some,
        "tells": words.counts(_TELLING) / some,
        "bullet": _numbers([_BULLET.match(text) is not None for text in texts]),
        "heading": _numbers([block.heading for block in page]),
        "lines": _numbers([block.last - block.first + 1 for block in page]),
        "links": _numbers([raw.count("[") for raw in raws]) / some,
        "taken off": taken / (many + taken),
        "address": _numbers([("@" in t) + 2 * ("©" in t or "(C)" in t) for t in texts]),
        **_layout(page, raws, length),
        **_place(words.lines, count),
    }


def _layout(page: Sequence[Block], raws: Sequence[str], length: Array) -> dict[str, Array]:
    indent = _numbers([len(raw) - len(raw.lstrip()) for raw in raws])
    widths = np.minimum(indent, _WIDEST).astype(int)
    usual = float(np.bincount(widths, length).argmax()) if len(page) else 0.0
    above = _numbers(
        [min(4, block.first - (page[i - 1].last if i else 0) - 1) for i, block in enumerate(page)]
    )
    return {
        "indent": indent,
        "indent apart": indent - usual,
        "blank above": above,
        "blank below": np.append(above[1:], 4.0)[: len(page)],
    }


def _place(words: Sequence[Sequence[str]], count: Array) -> dict[str, Array]:
    """Return where each line stands on its page, and which others are like it."""
    size = len(words)
    keys = [" ".join(found) for found in words]
    counted = Counter(keys)
    first: dict[str, int] = {}
    for row, key in enumerate(keys):
        first.setdefault(key, row)
    openings = [tuple(w[:_SAME_OPENING]) if len(w) >= _SAME_OPENING else None for w in words]
    alike = Counter(openings)
    sums = np.cumsum(count)
    total = max(1.0, float(sums[-1])) if size else 1.0
    rows = np.arange(size)
    return {
        "place": rows / max(1, size),
        "from the top": np.log1p(rows),
        "from the end": np.log1p(rows[::-1]),
        "text above": sums / total,
        "page words": np.full(size, np.log1p(total)),
        "page lines": np.full(size, np.log1p(size)),
        "repeats": _numbers([min(5, counted[key]) for key in keys]),
        "again": _numbers([first[key] < row for row, key in enumerate(keys)]),
        "opens as another": _numbers([o is not None and alike[o] > 1 for o in openings]),
    }


def _numbers(values: Sequence[float]) -> Array:
    return np.array(values, np.float64)


def _end(text: str) -> tuple[int, bool]:
    """Return the kind of sign that the text ends with, and whether quotes or brackets close it."""
    bare = text.rstrip(_CLOSING)
    if not bare:
        return 0, False
    return _ENDS.get(bare[-1], _DIGIT if bare[-1].isdigit() else 0), bare != text.rstrip()


def _start(text: str) -> int:
    """Return the kind of sign that the text starts with."""
    sign = text.lstrip(_OPENING)[:1]
    if sign.isalpha():
        return 1 if sign.islower() else 2
    if not sign or sign.isdigit():
        return 3 if sign else 0
    return 4 if sign in "\"“‘'«„" else 5 if sign in ",.;:)" else 6


def _capitals(text: str) -> int:
    return sum([word[0].isupper() for word in text.split()])
