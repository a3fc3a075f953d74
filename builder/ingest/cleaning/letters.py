"""Count the kinds of signs in the lines of a page, all lines at once."""

import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

LETTER, UPPER, LOWER, DIGIT, SPACE, PUNCTUATION, QUOTE, COMMA, STOP, BAR, IDEOGRAM = (
    1 << bit for bit in range(11)
)
KINDS = (LETTER, UPPER, LOWER, DIGIT, SPACE, PUNCTUATION, QUOTE, COMMA, STOP, BAR, IDEOGRAM)
_SIZE = 0x10000
_QUOTES, _COMMAS, _STOPS, _BARS = "\"“”„«»‘’'", ",،、，;", ".!?…。！？؟۔।", "|·•›»>/–—:"


@cache
def _table() -> NDArray[np.uint16]:
    """Return which kinds each character of the basic plane is of."""
    table = np.zeros(_SIZE, np.uint16)
    for code in range(_SIZE):
        category = unicodedata.category(chr(code))
        kinds = 0
        if category[0] == "L":
            kinds = LETTER | (UPPER if category == "Lu" else LOWER if category == "Ll" else 0)
        elif category[0] == "N":
            kinds = DIGIT
        elif category[0] in "PS":
            kinds = PUNCTUATION
        elif category[0] in "ZC":
            kinds = SPACE
        table[code] = kinds
    for signs, kind in ((_QUOTES, QUOTE), (_COMMAS, COMMA), (_STOPS, STOP), (_BARS, BAR)):
        table[[ord(sign) for sign in signs]] |= kind
    for first, last in ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3)):
        table[first : last + 1] |= IDEOGRAM
    return table


def counts(texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how many signs of each kind every text holds, and how often two words are glued."""
    joined = "\n".join(texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _table()[np.minimum(codes, _SIZE - 1)]
    lengths = np.array([len(text) + 1 for text in texts])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    found = [np.add.reduceat((kinds & kind) != 0, starts, dtype=np.float64) for kind in KINDS]
    glued = np.zeros(len(kinds), bool)
    glued[1:] = ((kinds[:-1] & LOWER) != 0) & ((kinds[1:] & UPPER) != 0)
    matrix = np.stack(found, axis=1)
    matrix[:, KINDS.index(SPACE)] -= 1
    return matrix, np.add.reduceat(glued, starts, dtype=np.float64)
