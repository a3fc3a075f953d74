"""The word lists of variants.toml, and what they say of a word."""

from functools import cache

from builder.variants.lists import listed
from builder.variants.spelling import spelled, stem

_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non")


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words of one list, spelled as they are compared."""
    return frozenset(map(spelled, listed(kind)))


def is_function_word(word: str) -> bool:
    """Tell whether a word, as it is spelled to compare, has little meaning of its own."""
    return word in words("function_words")


@cache
def function_stems() -> frozenset[str]:
    """Return the stems of the words that have little meaning of their own."""
    return frozenset(map(stem, words("function_words")))


@cache
def _groups() -> dict[str, dict[int, int]]:
    """Return for each word, by its stem, its group in each line of contrasts."""
    found: dict[str, dict[int, int]] = {}
    for line, told in enumerate(listed("contrasts")):
        for group, words_of_it in enumerate(told.split("|")):
            for word in words_of_it.split():
                found.setdefault(stem(word), {})[line] = group
    return found


def contrast(one: str, other: str) -> bool:
    """Tell whether two words say something else of the same matter: hire and employ."""
    ours, theirs = _groups().get(stem(one), {}), _groups().get(stem(other), {})
    return any(theirs.get(line, group) != group for line, group in ours.items())


def opposite(one: str, other: str) -> bool:
    """Tell whether a word is another one with a prefix that negates it: legal and illegal."""
    short, long = sorted((spelled(one), spelled(other)), key=len)
    return len(short) > 3 and any(long == prefix + short for prefix in _PREFIXES)
