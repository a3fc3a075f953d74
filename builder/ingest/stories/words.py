"""The words of a text, as texts are compared by them."""

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from builder.ingest.cleaning.wording import COMMON

GRAM = 4
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_LONG = 5
# An odd number whose bits look random: the hashes of a gram's words are mixed with it.
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_GRAM_BITS = np.uint64(24)
_NAMED, _CONTENT = 1, 2
# Low bytes first, whatever the machine.
_CODE = np.dtype("<u8")
_MOST_KNOWN, _LONGEST_KNOWN = 200_000, 50

Hashes = NDArray[np.uint64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Words:
    """The words of a text in order, as hashes of 62 bits that know no capitals.

    ``named`` tells which are numbers, or begin with a capital and are no stop words, ``content``
    which have five letters or more or are numbers.
    """

    ids: Hashes
    named: Mask
    content: Mask

    @cached_property
    def grams(self) -> Hashes:
        """Return the hashes of the word 4-grams in order, of 40 bits each."""
        count = len(self.ids) - GRAM + 1
        if count < 1:
            return np.array([], dtype=np.uint64)
        mixed: Hashes = np.zeros(count, dtype=np.uint64)
        for place in range(GRAM):
            mixed = mixed * _FACTOR + self.ids[place : place + count]
        mixed ^= mixed >> np.uint64(29)
        shifted: Hashes = (mixed * _FACTOR) >> _GRAM_BITS
        return shifted

    @cached_property
    def gram_set(self) -> tuple[Hashes, NDArray[np.intp]]:
        """Return the different grams, sorted, and where each stands first."""
        return np.unique(self.grams, return_index=True)

    @cached_property
    def id_set(self) -> Hashes:
        """Return the different words, sorted."""
        return np.unique(self.ids)


def words_of(text: str) -> Words:
    """Return the words of a text."""
    # No word goes over a space, and most of what stands between spaces was seen before.
    codes = np.frombuffer(b"".join(map(_codes.__getitem__, text.split())), dtype=_CODE)
    if len(_codes) > _MOST_KNOWN:
        _codes.clear()
    return Words(
        ids=codes >> np.uint64(2),
        named=(codes & np.uint64(_NAMED)).astype(bool),
        content=(codes & np.uint64(_CONTENT)).astype(bool),
    )


def places(text: str) -> list[tuple[int, int]]:
    """Return start and end of each word in a text."""
    return [match.span() for match in _WORD.finditer(text)]


class _Codes(dict[str, bytes]):
    """The codes of the words in what stood between spaces, one after the other."""

    def __missing__(self, token: str) -> bytes:
        codes = b"".join(map(_code, _WORD.findall(token)))
        if len(token) <= _LONGEST_KNOWN:
            self[token] = codes
        return codes


def _code(word: str) -> bytes:
    """Return 62 bits of a word's hash, then what kind of word it is."""
    folded = word.casefold().replace("’", "'")
    digest = blake2b(folded.encode(errors="surrogatepass"), digest_size=8).digest()
    code = int.from_bytes(digest, "big") & ~3
    # A sentence begins with a capital whatever its first word is.
    is_name = word[0].isupper() and folded not in COMMON
    code |= _NAMED if word[0].isdigit() or is_name else 0
    code |= _CONTENT if len(word) >= _LONG or word[0].isdigit() else 0
    return code.to_bytes(_CODE.itemsize, "little")


_codes = _Codes()
