"""The words of a text, as texts are compared by them.

Words are hashed in whole arrays of characters: no string is made of any word. In a script without
spaces, two neighbouring characters count as a word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from builder.ingest.cleaning.wording import COMMON

GRAM = 4
_LONG = 5
# An odd number whose bits look random: hashes are mixed with it.
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
# By the powers of an odd number, and back by those of its inverse.
_BASE = 0x2545F4914F6CDD1D
_INVERSE = pow(_BASE, -1, 1 << 64)
_GRAM_BITS = np.uint64(24)
_APOSTROPHES = "'’"
# Characters up to here are looked up; above it are rare signs, and ideographs.
_KNOWN = 0x20000
# Kana, ideographs and the scripts of South-East Asia, first and last: no spaces stand there.
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
)  # fmt: skip
_LETTER, _UPPER, _DIGIT, _ALONE, _JOINING = 1, 2, 4, 8, 16
# So many characters are worked on at once.
_AT_ONCE = 200_000

Hashes = NDArray[np.uint64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Words:
    """The words of a text in order, as hashes that know no capitals, with all its word 4-grams.

    ``named`` tells which are numbers, or begin with a capital and are no stop words, ``content``
    which have five letters or more or are numbers. ``grams`` are hashes of 40 bits, ``starts`` and
    ``ends`` the bounds of words in the text.
    """

    ids: Hashes
    named: Mask
    content: Mask
    grams: Hashes
    starts: Places
    ends: Places

    @cached_property
    def gram_set(self) -> tuple[Hashes, NDArray[np.intp]]:
        """Return the different grams, sorted, and where each stands first."""
        return np.unique(self.grams, return_index=True)

    @cached_property
    def id_set(self) -> Hashes:
        """Return the different words, sorted."""
        return np.unique(self.ids)

    @cached_property
    def names_before(self) -> NDArray[np.intp]:
        """Return for each place how many names and figures stand before it."""
        return np.concatenate([[0], np.cumsum(self.named)])


def words_of(text: str) -> Words:
    """Return the words of a text."""
    (words,) = words_of_all([text])
    return words


def words_of_all(texts: Sequence[str]) -> Iterator[Words]:
    """Yield the words of each text; many texts at once take less time than one by one."""
    some: list[str] = []
    held = 0
    for text in texts:
        some.append(text)
        held += len(text)
        if held >= _AT_ONCE:
            yield from _read(some)
            some, held = [], 0
    if some:
        yield from _read(some)


def _read(texts: Sequence[str]) -> Iterator[Words]:
    """Yield the words of some texts, read as one."""
    whole = "\n".join(texts)
    codes = np.frombuffer(whole.encode("utf-32-le", errors="surrogatepass"), dtype="<u4")
    folded, kinds = _looked_up(codes)
    starts, ends = _bounds(kinds)
    ids = _hashed(folded, starts, ends)
    first = kinds[starts]
    digit = (first & _DIGIT) > 0
    capital = np.flatnonzero(first & _UPPER)
    named = digit.copy()
    named[capital[~among(ids[capital], _common())]] = True
    content = digit | (ends - starts >= _LONG) | ((first & _ALONE) > 0)
    grams = _grams(ids)
    bounds = np.cumsum([0, *(len(text) + 1 for text in texts)])
    cuts = np.searchsorted(starts, bounds)
    for (low, high), begin in zip(pairwise(cuts.tolist()), bounds.tolist(), strict=False):
        yield Words(
            ids=ids[low:high],
            named=named[low:high],
            content=content[low:high],
            grams=grams[low : max(low, high - GRAM + 1)],
            starts=starts[low:high] - begin,
            ends=ends[low:high] - begin,
        )


def _looked_up(codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return the characters without capitals, and of which kind they are."""
    folded, kinds = _table()
    if not len(codes) or codes.max() < _KNOWN:
        return folded[codes], kinds[codes]
    beyond = codes >= _KNOWN
    within = np.where(beyond, 0, codes)
    return (
        np.where(beyond, codes, folded[within]),
        np.where(beyond, np.uint8(_LETTER | _ALONE), kinds[within]),
    )


@cache
def _table() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return the small form and the kind of each character that is looked up."""
    codes = np.arange(_KNOWN, dtype=np.uint32)
    signs = codes.view("U1")
    letter = np.char.isalnum(signs)
    letter[ord("_")] = True
    kinds = letter.astype(np.uint8) * _LETTER
    kinds |= np.char.isupper(signs).astype(np.uint8) * _UPPER
    kinds |= np.char.isdigit(signs).astype(np.uint8) * _DIGIT
    for low, high in _UNSPACED:
        # Vowel signs are no letters by themselves, and belong to the word.
        kinds[low : high + 1] |= _LETTER | _ALONE
    small: NDArray[np.uint32] = np.char.lower(signs).view(np.uint32)
    for sign in _APOSTROPHES:
        kinds[ord(sign)] = _JOINING
        small[ord(sign)] = ord(_APOSTROPHES[0])
    return small, kinds


def _bounds(kinds: NDArray[np.uint8]) -> tuple[Places, Places]:
    """Return where words begin and end: runs of letters, or two characters that stand alone."""
    if not len(kinds):
        return np.array([], np.intp), np.array([], np.intp)
    letter = (kinds & _LETTER) > 0
    alone = (kinds & _ALONE) > 0
    # An apostrophe between letters belongs to the word.
    joining = np.flatnonzero(kinds == _JOINING)
    joining = joining[(joining > 0) & (joining < len(kinds) - 1)]
    joining = joining[letter[joining - 1] & letter[joining + 1] & ~alone[joining + 1]]
    letter[joining] = True
    spaced = letter & ~alone
    edges = np.flatnonzero(np.diff(spaced, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    if alone.any():
        single = np.flatnonzero(alone)
        following = np.append(alone[1:], False)[single]
        starts = np.concatenate([starts, single])
        ends = np.concatenate([ends, single + 1 + following])
        order = np.argsort(starts, kind="stable")
        starts, ends = starts[order], ends[order]
    return starts, ends


def _hashed(folded: NDArray[np.uint32], starts: Places, ends: Places) -> Hashes:
    """Return the hashes of words, 62 bits each: sums of their characters by powers of a number."""
    powers, inverses = _powers(len(folded))
    sums = np.zeros(len(folded) + 1, dtype=np.uint64)
    np.cumsum((folded + np.uint64(1)) * powers, out=sums[1:])
    mixed: Hashes = (sums[ends] - sums[starts]) * inverses[starts]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _FACTOR
    return mixed >> np.uint64(2)


def _powers(count: int) -> tuple[Hashes, Hashes]:
    """Return so many powers of the base, and of its inverse."""
    if count > 2 * _AT_ONCE:  # of a very long text, and not kept
        return _powers_of(_BASE, count), _powers_of(_INVERSE, count)
    powers, inverses = _kept_powers()
    return powers[:count], inverses[:count]


@cache
def _kept_powers() -> tuple[Hashes, Hashes]:
    return _powers_of(_BASE, 2 * _AT_ONCE), _powers_of(_INVERSE, 2 * _AT_ONCE)


def _powers_of(base: int, count: int) -> Hashes:
    factors = np.full(count, base, dtype=np.uint64)
    factors[:1] = 1
    return np.multiply.accumulate(factors)


def _grams(ids: Hashes) -> Hashes:
    """Return the hashes of the word 4-grams in order, of 40 bits each."""
    count = len(ids) - GRAM + 1
    if count < 1:
        return np.array([], dtype=np.uint64)
    mixed: Hashes = np.zeros(count, dtype=np.uint64)
    for place in range(GRAM):
        mixed *= _FACTOR
        mixed += ids[place : place + count]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _FACTOR
    return mixed >> _GRAM_BITS


@cache
def _common() -> Hashes:
    """Return the hashes of the stop words, sorted."""
    text = " ".join(sorted(COMMON))
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    folded, kinds = _looked_up(codes)
    return np.unique(_hashed(folded, *_bounds(kinds)))


def among(hashes: Hashes, there: Hashes) -> Mask:
    """Return which hashes are among those that are there, which are sorted."""
    if not len(there):
        return np.zeros(len(hashes), dtype=bool)
    places = np.searchsorted(there, hashes)
    found: Mask = there[np.minimum(places, len(there) - 1)] == hashes
    return found
