"""Text and the bounds of its sentences in; subwords, and the windows the network reads, out.

A piece is a subword of the tokenizer with what the uncased vocabulary loses: its form, which is
the shape of the word it belongs to, whether it stands in a quotation, and whether a sentence
begins with it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

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
_END_OF_ALPHABETS = 0x3000
# Of each code point whether it is white space; none is beyond the last of these.
_BLANK = np.array([chr(code).isspace() for code in range(_END_OF_ALPHABETS + 2)])
# The columns of a word's pieces.
_ID, _START, _END, _FIRST, _SHAPE = range(5)
_NOTHING = np.zeros((0, 5), dtype=np.int64)


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


def cut(tokenizer: Tokenizer, text: str, sentences: Sequence[Bounds]) -> Pieces:
    """Return the pieces of ``text``, whose ``sentences`` are bounds in their order."""
    rows = [_cut_word(tokenizer, word) for word in text.split()]
    table = np.concatenate([_NOTHING, *rows])
    moved = np.repeat(_word_starts(text), list(map(len, rows)))
    starts, ends = table[:, _START] + moved, table[:, _END] + moved
    heads = np.array([start for start, _ in sentences], dtype=np.int64)
    sentence = np.maximum(np.searchsorted(heads, starts, "right") - 1, 0)
    forms = table[:, _SHAPE] + QUOTED * _in_quotation(text)[starts]
    forms += BEGINS * (np.diff(sentence, prepend=-1) != 0)
    return Pieces(text, table[:, _ID], starts, ends, table[:, _FIRST] != 0, sentence, forms)


def _word_starts(text: str) -> Ints:
    """Return where the words begin that ``str.split`` parts."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    blank = np.concatenate(([True], _BLANK[np.minimum(codes, len(_BLANK) - 1)]))
    return np.flatnonzero(blank[:-1] & ~blank[1:])


@lru_cache(maxsize=50_000)
def _cut_word(tokenizer: Tokenizer, word: str) -> Ints:
    """Return the pieces of what stands between two spaces, a row each.

    Texts repeat most of their words: each is cut only once.
    """
    encoding = tokenizer.encode(word, add_special_tokens=False)
    rows: list[tuple[int, int, int, bool, int]] = []
    parts = zip(encoding.word_ids, zip(encoding.ids, encoding.offsets, strict=True), strict=True)
    for _, part in groupby(parts, key=itemgetter(0)):
        pieces = [piece for _, piece in part]
        (_, (begin, _)), (_, (_, last)) = pieces[0], pieces[-1]
        shape = _shape(word[begin:last])
        rows += [(i, a, b, n == 0, shape) for n, (i, (a, b)) in enumerate(pieces)]
    return np.array(rows, dtype=np.int64).reshape(-1, 5)


def _shape(word: str) -> int:
    """Return the index of a word's shape."""
    kinds = [_kind(character) for character in word]
    upper, lower = kinds.count("upper"), kinds.count("lower")
    if "digit" in kinds:
        name = "digits"
    elif not upper:
        name = "lower" if lower else "other"
    elif not lower:
        name = "initial" if upper == 1 else "capitals"
    else:
        name = "capitalised" if upper == 1 and kinds[0] == "upper" else "mixed"
    return SHAPES.index(name)


def _kind(character: str) -> str:
    """Return whether a character is an upper or a lower letter, a digit or none of them.

    Past the alphabets (Chinese, symbols) everything counts as lower, as the network learned it.
    """
    if ord(character) >= _END_OF_ALPHABETS:
        return "lower"
    if character.isupper() or character.istitle():
        return "upper"
    if character.isdigit():
        return "digit"
    return "lower" if character.isalpha() else "other"


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
