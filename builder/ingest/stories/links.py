"""Find which articles tell the same story, and which hold pieces of others."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from builder.ingest.stories.groups import Groups
from builder.ingest.stories.index import PassageIndex, pairs, sampled
from builder.ingest.stories.likeness import Kind, compare
from builder.ingest.stories.linked import Links
from builder.ingest.stories.words import Hashes, Words, words_of_all

Texts = Callable[[Collection[str]], Iterable[tuple[str, str]]]

_CHUNK = 500
# A gram leads to the first articles that hold it: all reprints of a story meet there, and a stock
# phrase in very many articles costs no more than this. A rare one stands in a few.
_MOST, _RARE = 40, 8
# Articles are compared if they share this part of the shorter one's grams, or less of rare ones.
_PART, _RARE_PART, _RARE_SHARED = 0.2, 0.08, 4
# After so many texts in vain with which one shares only what very many articles have, the others of
# them are passed over: that is a formula, or a notice.
_IN_VAIN = 6
# A passage says nothing if it stands in articles of so many stories.
_CARRIERS, _CARRIED, _MOST_CARRIERS = 5, 0.7, 200
# A digest holds passages of so many stories, one after the other; where those are longer than it,
# this part of its words at least.
_PIECES, _MOSTLY = 3, 0.7
# Words that may belong to two passages: a gram shared by chance near one widens it by so many.
_BLUR = 14
_HALF = 0.5


class _Shared(NamedTuple):
    """What two articles share; ``holder`` is the longer one, or which of them holds the piece.

    Places, parts and sizes in words are those of the holder, then of the other one.
    """

    kind: Kind
    holder: str
    other: str
    grams: Hashes
    places: tuple[tuple[int, int], tuple[int, int]]
    parts: tuple[float, float]
    sizes: tuple[int, int]


def find(
    index: PassageIndex,
    articles: Collection[str],
    compared: Collection[str],
    texts: Texts,
    story_of: Mapping[str, str],
    digests: Collection[str],
) -> Links:
    """Return how articles hang together, of pairs of which one was not compared yet.

    Args:
        index: of the articles that were compared before; it is brought up to date, not saved.
        articles: the ids of all articles.
        compared: those of them that were compared with each other before, by this rule.
        texts: gives id and text of each article that is asked for.
        story_of: the stories of articles that are in one.
        digests: articles that are known to hold pieces of several stories.

    """
    index.keep(articles)
    new = set(articles) - set(compared)
    missing = [identity for identity in sorted(compared) if identity not in index.numbers]
    for chunk in _chunks(missing):
        index.add({i: sampled(words.grams) for i, words in _read(texts(chunk)).items()})
    found = list(_compared(index, new, texts))
    groups = Groups(story_of)
    for shared in found:
        if shared.kind == "variant":
            groups.join(shared.holder, shared.other)
    said = _Carriers(index, groups)
    telling = [s for s in found if s.kind == "variant" or not said.nothing(s)]
    digests = {*digests, *_digests(telling, groups)}
    links = Links()
    for shared in telling:
        pair = (shared.holder, shared.other)
        inside = shared.holder in digests and shared.parts[0] < _HALF
        if shared.kind == "piece" or inside:
            links.pieces.append(pair)
        elif shared.kind in ("variant", "weak"):
            links.variants.append((min(pair), max(pair)))
    return Links(sorted(links.variants), sorted(links.pieces))


def _compared(index: PassageIndex, new: Collection[str], texts: Texts) -> Iterator[_Shared]:
    """Yield what new articles share with others and with each other."""
    for chunk in _chunks(sorted(new)):
        words = _read(texts(chunk))
        grams = {identity: sampled(of.grams) for identity, of in words.items()}
        index.add({i: of for i, of in grams.items() if i not in index.numbers})
        wanted = [
            pair
            for pair in _alike(index, grams)
            if pair.other not in new or index.numbers[pair.other] < index.numbers[pair.one]
        ]
        others = {pair.other for pair in wanted} - words.keys()
        words |= _read(texts(sorted(others)))
        in_vain = Counter[str]()
        for pair in wanted:
            if pair.frequent and in_vain[pair.one] >= _IN_VAIN:
                continue
            shared = _shared(pair.one, pair.other, words)
            tells = shared is not None and shared.kind in ("variant", "weak")
            in_vain[pair.one] = 0 if tells else in_vain[pair.one] + pair.frequent
            if shared is not None:
                yield shared


def _read(texts: Iterable[tuple[str, str]]) -> dict[str, Words]:
    """Return the words of texts, by id."""
    known = list(texts)
    return dict(zip((i for i, _ in known), words_of_all([text for _, text in known]), strict=True))


class _Alike(NamedTuple):
    """Two articles to compare; ``frequent`` tells that very many have all that they share."""

    one: str
    other: str
    frequent: bool


def _alike(index: PassageIndex, grams: Mapping[str, Hashes]) -> Iterator[_Alike]:
    """Yield articles of which these are the grams, each with those that it is compared with.

    Those that share most come first.
    """
    found = pairs(index, grams, _MOST, _RARE)
    sizes = np.array(index.sizes, dtype=np.int64)
    shorter = np.minimum(sizes[found.one], sizes[found.other])
    least = np.minimum(_RARE_SHARED, np.maximum(1, _RARE_PART * shorter))
    enough = (found.shared >= np.maximum(1, _PART * shorter)) | (found.rare >= least)
    enough &= found.one != found.other
    chosen = np.flatnonzero(enough)
    chosen = chosen[np.lexsort((found.other[chosen], -found.shared[chosen], found.one[chosen]))]
    for one, other, frequent in zip(
        found.one[chosen].tolist(),
        found.other[chosen].tolist(),
        (found.scarce[chosen] == 0).tolist(),
        strict=True,
    ):
        yield _Alike(index.ids[one], index.ids[other], frequent)


def _shared(one: str, other: str, words: Mapping[str, Words]) -> _Shared | None:
    found = compare(words[one], words[other])
    if found is None:
        return None
    names = (one, other)
    first, then = found.holder, 1 - found.holder
    return _Shared(
        kind=found.kind,
        holder=names[first],
        other=names[then],
        grams=sampled(found.shared),
        places=(found.places[first], found.places[then]),
        parts=(found.parts[first], found.parts[then]),
        sizes=(len(words[names[first]].ids), len(words[names[then]].ids)),
    )


class _Carriers:
    """How many stories have articles with a passage."""

    def __init__(self, index: PassageIndex, groups: Groups) -> None:
        self._index, self._groups = index, groups
        self._known: dict[bytes, int] = {}

    def nothing(self, shared: _Shared) -> bool:
        """Tell whether what two articles share stands in so many stories that it says nothing."""
        if not len(shared.grams):
            return False
        key = shared.grams.tobytes()
        if key not in self._known:
            self._known[key] = self._count(shared.grams)
        return self._known[key] >= _CARRIERS

    def _count(self, grams: Hashes) -> int:
        _, numbers, _ = self._index.holders(grams, _MOST_CARRIERS)
        held: dict[int, int] = defaultdict(int)
        for number in numbers.tolist():
            held[number] += 1
        ids = self._index.ids
        carriers = (ids[n] for n, count in held.items() if count >= _CARRIED * len(grams))
        return len({self._groups.root(identity) for identity in carriers})


def _digests(found: Iterable[_Shared], groups: Groups) -> Iterator[str]:
    """Yield the articles that hold passages of several stories one after the other."""
    inside: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    beside: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    sizes: dict[str, int] = {}
    for shared in found:
        holder, other = groups.root(shared.holder), groups.root(shared.other)
        if holder == other:
            continue
        if shared.parts[0] < _HALF:
            inside[shared.holder].setdefault(other, shared.places[0])
            beside[shared.holder].setdefault(other, shared.places[0])
            sizes[shared.holder] = shared.sizes[0]
        if shared.kind == "touch" and shared.parts[1] < _HALF:
            beside[shared.other].setdefault(holder, shared.places[1])
            sizes[shared.other] = shared.sizes[1]
    for identity, places in beside.items():
        count, _ = _apart(inside[identity].values())
        more, words = _apart(places.values())
        if count >= _PIECES or (more >= _PIECES and words >= _MOSTLY * sizes[identity]):
            yield identity


def _apart(places: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Return how many places there are that hardly overlap others, and their words together."""
    count, words, reached = 0, 0, 0
    for end, start in sorted((end, start) for start, end in places):
        if start >= reached - _BLUR:
            count, words, reached = count + 1, words + end - start, end
    return count, words


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
