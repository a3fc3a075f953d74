"""Text and the bounds of its sentences in; subwords, and the windows the network reads, out.

A piece is a subword of the tokenizer with what the uncased vocabulary loses: its form, which is
the shape of the word it belongs to, whether it stands in a quotation, and whether a sentence
begins with it.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

Ints = npt.NDArray[np.int64]
Bounds = tuple[int, int]

SHAPES = ("special", "lower", "capitalised", "capitals", "mixed", "initial", "digits", "other")
QUOTED, BEGINS = len(SHAPES), 2 * len(SHAPES)
FORMS = 4 * len(SHAPES)
CLS, SEP = 101, 102
_MARKS = re.compile('["“”„«»]|\n')
_OPENING, _CLOSING = frozenset("“„«"), frozenset("”»")
_UPPER, _LOWER, _DIGIT = range(3)


@dataclass(frozen=True)
class Pieces:
    """The subwords of one ``text``: vocabulary ids, bounds in code points, forms.

    ``first`` tells which pieces begin a word, ``sentence`` to which sentence each belongs.
    """

    text: str
    ids: Ints
    starts: Ints
    ends: Ints
    first: npt.NDArray[np.bool_]
    sentence: Ints
    forms: Ints


def _character_classes() -> npt.NDArray[np.int64]:
    """Return for each code point of the first planes: upper, lower, digit or none of them."""
    table = np.full(0x3000, -1, dtype=np.int64)
    for code in range(len(table)):
        character = chr(code)
        if character.isupper() or character.istitle():
            table[code] = _UPPER
        elif character.isdigit():
            table[code] = _DIGIT
        elif character.isalpha():
            table[code] = _LOWER
    return table


_CLASSES = _character_classes()
_CODEC = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"


def cut(tokenizer: Tokenizer, text: str, sentences: Sequence[Bounds]) -> Pieces:
    """Return the pieces of ``text``, whose ``sentences`` are bounds in their order."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    bounds = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    words = np.array(encoding.word_ids, dtype=np.int64)
    starts, ends = bounds[:, 0], bounds[:, 1]
    first = np.diff(words, prepend=-1) != 0
    heads = np.array([start for start, _ in sentences], dtype=np.int64)
    sentence = np.maximum(np.searchsorted(heads, starts, "right") - 1, 0)
    forms = _shapes(text, starts, ends, first)
    forms += QUOTED * _in_quotation(text)[starts]
    forms += BEGINS * (np.diff(sentence, prepend=-1) != 0)
    ids = np.array(encoding.ids, dtype=np.int64)
    return Pieces(text, ids, starts, ends, first, sentence, forms)


def _shapes(
    text: str, starts: Ints, ends: Ints, first: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Return for each piece the index of its word's shape."""
    codes = np.frombuffer(text.encode(_CODEC), dtype=np.uint32)
    known = codes < len(_CLASSES)
    classes = np.where(known, _CLASSES[np.where(known, codes, 0)], _LOWER)
    heads = np.flatnonzero(first)
    begin = starts[heads]
    end = ends[np.append(heads[1:], len(first)) - 1] if len(heads) else begin
    counts = [np.concatenate(([0], np.cumsum(classes == kind))) for kind in range(3)]
    upper, lower, digit = (count[end] - count[begin] for count in counts)
    opens = classes[begin] == _UPPER if len(begin) else np.zeros(0, dtype=np.bool_)
    shape = np.select(
        [
            digit > 0,
            upper + lower == 0,
            upper == 0,
            (upper == 1) & (lower == 0),
            lower == 0,
            opens & (upper == 1),
        ],
        [
            SHAPES.index(s)
            for s in ("digits", "other", "lower", "initial", "capitals", "capitalised")
        ],
        SHAPES.index("mixed"),
    )
    return np.asarray(shape[np.cumsum(first) - 1], dtype=np.int64)


def _in_quotation(text: str) -> Ints:
    """Return 1 for each character of a quotation, marks included; a line's end closes it."""
    inside = np.zeros(len(text) + 1, dtype=np.int64)
    opened = -1
    for match in _MARKS.finditer(text):
        mark, at = match.group(), match.start()
        if opened < 0:
            opened = at if mark == '"' or mark in _OPENING else -1
        elif mark == "\n" or mark == '"' or mark in _CLOSING:
            inside[opened : at + 1] = 1
            opened = -1
    if opened >= 0:
        inside[opened:] = 1
    return inside


def windows(pieces: Pieces, limit: int) -> list[Bounds]:
    """Return disjoint runs of at most ``limit`` pieces that together are all of them.

    A window holds whole sentences, unless one is longer than the limit, and is not cut in an open
    quotation while it would still be half full without it.
    """
    cuts = np.flatnonzero(pieces.forms >= BEGINS)
    quoted = pieces.forms % BEGINS >= QUOTED
    closed = {int(at) for at in cuts if not (quoted[at] and at and quoted[at - 1])}
    found: list[Bounds] = []
    start, total = 0, len(pieces.ids)
    while total - start > limit:
        within = cuts[(cuts > start) & (cuts <= start + limit)]
        good = [int(at) for at in within if int(at) in closed and at - start > limit // 2]
        if good:
            end = good[-1]
        elif len(within):
            end = int(within[-1])
        else:
            heads = np.flatnonzero(pieces.first[start + 1 : start + limit + 1])
            end = start + 1 + int(heads[-1]) if len(heads) else start + limit
        found.append((start, end))
        start = end
    return [*found, (start, total)] if total > start else found
