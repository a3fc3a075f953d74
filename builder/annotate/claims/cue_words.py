"""The word lists of claims.toml: cues, and other words that the rules for claims look for."""

import tomllib
from functools import cache
from pathlib import Path

from builder.annotate.names.gazetteer import by_word

_WORDS = Path(__file__).with_name("claims.toml")


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words or phrases of one list of claims.toml."""
    listed = _lists()[kind]
    return frozenset(listed.split() if isinstance(listed, str) else listed)


@cache
def lists_of() -> dict[str, frozenset[str]]:
    """Return for each word the lists that it stands in."""
    return by_word({kind: words(kind) for kind in _lists()})


@cache
def _phrases(kind: str) -> dict[str, list[list[str]]]:
    """Return the phrases of one list, in words, by the first word of each."""
    found: dict[str, list[list[str]]] = {}
    for phrase in sorted(words(kind)):
        found.setdefault(phrase.split()[0], []).append(phrase.split())
    return found


def phrase_length(lower: list[str], at: int, end: int, kind: str) -> int:
    """Return how many words of a phrase of one list stand at ``at``, before ``end``; 0 if none."""
    for phrase in _phrases(kind).get(lower[at], ()):
        if lower[at : min(at + len(phrase), end)] == phrase:
            return len(phrase)
    return 0


@cache
def _lists() -> dict[str, str | list[str]]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))
