"""Swap the names in a document for other names of the same label.

A network that reads the same names again and again learns them by heart; with names swapped it has
to read what stands around them ("mention replacement", Dai and Adel 2020).
"""

import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from builder.annotate.names import gazetteer
from builder.training.corpora import Document

_LABELS = ("PERSON", "ORG", "GPE", "PLACE")
_PLACES = frozenset({"GPE", "PLACE"})
_MOST_WORDS = 3
# How many of a document's names are swapped, and how many of those for a gazetteer's.
_SWAPPED = 0.7
_FROM_LISTS = 0.5
_SURNAME_ALONE = 0.6
_INITIALS = "ABCDEFGHJKLMNPRSTW"
_HANDLES = frozenset("@#")


@dataclass(frozen=True)
class NamePool:
    """Names to swap in: those of a corpus and places, by label and number of words; persons'."""

    names: Mapping[tuple[str, int], Sequence[str]]
    places: Mapping[int, Sequence[str]]
    given: Sequence[str]
    surnames: Sequence[str]

    def other(self, label: str, name: str, rng: random.Random) -> str:
        """Return another name of about as many words, or the same if none is known."""
        if label not in _LABELS or _HANDLES.intersection(name) or rng.random() >= _SWAPPED:
            return name
        words = _words(name)
        if rng.random() < _FROM_LISTS:
            if label == "PERSON":
                return self._person(words, rng)
            if label in _PLACES and words in self.places:
                return rng.choice(self.places[words])
        return rng.choice(self.names.get((label, words)) or [name])

    def _person(self, words: int, rng: random.Random) -> str:
        if words == 1:
            return rng.choice(self.surnames if rng.random() < _SURNAME_ALONE else self.given)
        middle = [f"{rng.choice(_INITIALS)}."] * (words - 2)
        return " ".join([rng.choice(self.given), *middle, rng.choice(self.surnames)])


def _words(name: str) -> int:
    return min(len(name.split(" ")), _MOST_WORDS)


def name_pool(documents: Iterable[Document]) -> NamePool:
    """Return the documents' names, and the gazetteer's cities, countries and persons' names."""
    names: dict[tuple[str, int], set[str]] = defaultdict(set)
    for document in documents:
        for start, end, label in document.spans:
            if label in _LABELS:
                name = document.text[start:end]
                names[label, _words(name)].add(name)
    lists = gazetteer.load()
    places: dict[int, list[str]] = defaultdict(list)
    for name, entry in sorted(lists.names.items()):
        sure = entry.sure and entry.label == "GPE" and entry.rule in ("city", "country")
        if sure and not name.isupper():
            places[_words(name)].append(name)
    return NamePool(
        names={key: sorted(found) for key, found in names.items()},
        places=places,
        given=sorted(filter(str.isascii, lists.given_names)),
        surnames=sorted(filter(str.isascii, lists.surnames)),
    )


def with_other_names(document: Document, pool: NamePool, rng: random.Random) -> Document:
    """Return the document with most of its names swapped for others from ``pool``.

    One name is swapped for one and the same wherever it stands. Documents with names that overlap
    stay as they are.
    """
    names = [span for span in sorted(document.spans) if span[2] in _LABELS]
    if any(a[1] > b[0] for a, b in pairwise(names)):
        return document
    inner = {at for span in document.spans if span[2] not in _LABELS for at in span[:2]}
    chosen: dict[tuple[str, str], str] = {}
    text, at = "", 0
    shifts: list[tuple[int, int]] = [(0, 0)]
    for start, end, label in names:
        if not inner.isdisjoint(range(start + 1, end)):
            continue  # Something ends inside the name.
        old = document.text[start:end]
        if (old, label) not in chosen:
            chosen[old, label] = pool.other(label, old, rng)
        text += document.text[at:start] + chosen[old, label]
        shifts.append((end, len(text) - end))
        at = end
    places = [place for place, _ in shifts]

    def moved(at: int) -> int:
        return at + shifts[bisect_right(places, at) - 1][1]

    return replace(
        document,
        text=text + document.text[at:],
        spans=tuple((moved(start), moved(end), label) for start, end, label in document.spans),
        sentences=tuple((moved(start), moved(end)) for start, end in document.sentences),
    )
