"""Cut text into subwords, and these into the windows that the network reads.

A piece is a subword of the tokenizer with what the uncased vocabulary loses: its form, which is
the shape of the word it belongs to, whether it stands in a quotation, and whether a sentence
begins with it.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from builder.annotate.remembered import Remembered

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
# Small, so that what is remembered of many words is soon at hand.
_PIECE = np.dtype(
    [("id", "i4"), ("start", "i4"), ("end", "i4"), ("shape", "i1"), ("first", "?")], align=True
)


@dataclass(frozen=True)
class Pieces:
    """The subwords of one ``text``: vocabulary ids, bounds in code points, forms.

    ``first`` tells which pieces begin a word, ``sentence`` to which sentence each belongs.
    """

    text: str
    ids: npt.NDArray[np.int32]
    starts: Ints
    ends: Ints
    first: npt.NDArray[np.bool_]
    sentence: Ints
    forms: Ints


def cut(tokenizer: Tokenizer, text: str, sentences: Sequence[Bounds]) -> Pieces:
    """Return the pieces of ``text``, whose ``sentences`` are bounds in their order."""
    cuts = _cuts(tokenizer)
    rows = [cuts[word] for word in text.split()]
    table = np.frombuffer(b"".join(rows), dtype=_PIECE)
    counts = np.fromiter(map(len, rows), np.int64, len(rows)) // _PIECE.itemsize
    moved = np.repeat(_word_starts(text), counts)
    starts, ends = table["start"] + moved, table["end"] + moved
    heads = np.array([start for start, _ in sentences], dtype=np.int64)
    sentence = np.maximum(np.searchsorted(heads, starts, "right") - 1, 0)
    begins = np.ones(len(table), dtype=np.bool_)
    begins[1:] = sentence[1:] != sentence[:-1]
    quoted = np.searchsorted(_quotation_edges(text), starts, "right") % 2
    forms = table["shape"] + QUOTED * quoted + BEGINS * begins
    return Pieces(text, table["id"], starts, ends, table["first"], sentence, forms)


def _word_starts(text: str) -> Ints:
    """Return where the words begin that ``str.split`` parts."""
    codes = np.frombuffer(f" {text}".encode("utf-32-le"), dtype=np.uint32)
    blank = _BLANK.take(codes, mode="clip")
    return np.flatnonzero(blank[:-1] > blank[1:])


@lru_cache(maxsize=2)
def _cuts(tokenizer: Tokenizer) -> Remembered[bytes]:
    return Remembered(partial(_cut_word, tokenizer))


def _cut_word(tokenizer: Tokenizer, word: str) -> bytes:
    """Return the pieces of what stands between two spaces, a row each, as numpy keeps them."""
    encoding = tokenizer.encode(word, add_special_tokens=False)
    rows: list[tuple[int, int, int, int, bool]] = []
    parts = zip(encoding.word_ids, zip(encoding.ids, encoding.offsets, strict=True), strict=True)
    for _, part in groupby(parts, key=itemgetter(0)):
        pieces = [piece for _, piece in part]
        (_, (begin, _)), (_, (_, last)) = pieces[0], pieces[-1]
        shape = _shape(word[begin:last])
        rows += [(i, a, b, shape, n == 0) for n, (i, (a, b)) in enumerate(pieces)]
    return np.array(rows, dtype=_PIECE).tobytes()


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


def _quotation_edges(text: str) -> list[int]:
    """Return where quotations begin and end, in turns, marks included; a line's end closes one."""
    edges: list[int] = []
    for match in _MARKS.finditer(text):
        mark = match.group()
        if len(edges) % 2 == 0:
            if mark == '"' or mark in _OPENING:
                edges.append(match.start())
        elif mark == "\n" or mark == '"' or mark in _CLOSING:
            edges.append(match.end())
    return edges


def windows(pieces: Pieces, limit: int) -> list[Bounds]:
    """Return disjoint runs of at most ``limit`` pieces that together are all of them.

    A window holds whole sentences, unless one is longer than the limit, and is not cut in an open
    quotation while it would still be half full without it.
    """
    begins = np.flatnonzero(pieces.forms >= BEGINS)
    quoted = pieces.forms % BEGINS >= QUOTED
    cuts, closed = begins.tolist(), begins[~(quoted[begins] & quoted[begins - 1])].tolist()
    found: list[Bounds] = []
    start, total = 0, len(pieces.ids)
    while total - start > limit:
        end = _latest(closed, start + limit)
        if end - start <= limit // 2:
            end = _latest(cuts, start + limit)
        if end <= start:
            heads = np.flatnonzero(pieces.first[start + 1 : start + limit + 1])
            end = start + 1 + int(heads[-1]) if len(heads) else start + limit
        found.append((start, end))
        start = end
    return [*found, (start, total)] if total > start else found


def _latest(places: Sequence[int], limit: int) -> int:
    """Return the last of some places that is not past the limit; 0 if all are."""
    at = bisect_right(places, limit)
    return places[at - 1] if at else 0
