"""Align the sentences of two articles that tell the same story.

Sentences are compared by the words that they share; a rare word says more than a frequent one.
Paragraphs may stand in another order, but of two sentences as alike that one is chosen whose
neighbours are aligned too. A sentence that one article splits, or merges with its neighbour, is
aligned with both parts. Time is bounded by the length of the articles: each sentence is compared
with a few that share its rarest words, and of frequent words only the nearest are looked up.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from builder.variants.spelling import stem
from builder.variants.word_lists import function_stems

Bounds = tuple[int, int]
_WORD = re.compile(r"\w+")
# As alike as this, two sentences are aligned; between aligned neighbours less is enough.
_ALIKE, _ALIKE_BETWEEN = 0.42, 0.3
# A sentence of fewer words that carry meaning has to be closer: many are alike.
_FEW_WORDS, _ALIKE_SHORT = 4, 0.75
# Part of a split sentence: so much of it stands in the other one.
_CONTAINED = 0.7
_GAIN = 0.03
_MOST_PARTS = 4
# How many sentences a word may lead to, and how many are then compared.
_LOOKED_UP, _COMPARED = 200, 12
_NEIGHBOUR = 0.08
_FUNCTION_WEIGHT = 0.15


@dataclass(frozen=True)
class AlignedSentences:
    """Sentences of two articles that say the same, by their indices: on one side there is one."""

    left: tuple[int, ...]
    right: tuple[int, ...]


def align(
    left: str, left_bounds: Sequence[Bounds], right: str, right_bounds: Sequence[Bounds]
) -> list[AlignedSentences]:
    """Return the aligned sentences of two texts, in the order of the left one."""
    ours = [_words(left[start:end]) for start, end in left_bounds]
    theirs = [_words(right[start:end]) for start, end in right_bounds]
    if not ours or not theirs:
        return []
    return _Aligner(ours, theirs).aligned()


def _words(text: str) -> Counter[str]:
    return Counter(map(stem, _WORD.findall(text)))


class _Aligner:
    """Two articles as bags of words, and which of their sentences were aligned so far."""

    def __init__(self, left: list[Counter[str]], right: list[Counter[str]]) -> None:
        self._left, self._right = left, right
        self._to_right: dict[int, int] = {}
        self._to_left: dict[int, int] = {}

    def aligned(self) -> list[AlignedSentences]:
        self._choose_equal()
        scored = list(self._candidates())
        self._choose(scored, firmly=True)
        self._choose(scored, firmly=False)
        groups = self._grown()
        return sorted(groups, key=lambda pair: pair.left)

    def _choose_equal(self) -> None:
        """Align sentences of the same words that both articles have once: nothing else is likelier.

        Of a reprint these are most.
        """
        ours, theirs = (_once(bags) for bags in (self._left, self._right))
        for words, left in ours.items():
            if words in theirs and _meaning(self._left[left]) >= _FEW_WORDS:
                self._to_right[left], self._to_left[theirs[words]] = theirs[words], left

    # --- how alike two sentences are ----------------------------------------------------------

    @cached_property
    def _weights(self) -> dict[str, float]:
        standing = Counter(word for bag in (*self._left, *self._right) for word in bag)
        count = len(self._left) + len(self._right)
        return {
            word: log(1 + count / number) * (_FUNCTION_WEIGHT if word in function_stems() else 1)
            for word, number in standing.items()
        }

    def _weight(self, bag: Counter[str]) -> float:
        weights = self._weights
        return sum(weights[word] * number for word, number in bag.items())

    def _shared(self, one: Counter[str], other: Counter[str]) -> float:
        if len(one) > len(other):
            one, other = other, one
        weights = self._weights
        return sum(weights[w] * min(n, other[w]) for w, n in one.items() if w in other)

    def _dice(self, one: Counter[str], other: Counter[str]) -> float:
        both = self._weight(one) + self._weight(other)
        return 2 * self._shared(one, other) / both if both else 0.0

    def _contained(self, part: Counter[str], whole: Counter[str]) -> float:
        weight = self._weight(part)
        return self._shared(part, whole) / weight if weight else 0.0

    # --- one to one ---------------------------------------------------------------------------

    def _candidates(self) -> Iterator[tuple[float, int, int]]:
        """Yield how alike a left and a right sentence are, for those that may be aligned."""
        places: dict[str, list[int]] = defaultdict(list)
        for number, bag in enumerate(self._right):
            for word in () if number in self._to_left else bag:
                places[word].append(number)
        for number, bag in enumerate(self._left):
            if number in self._to_right:
                continue
            expected = number * len(self._right) // len(self._left)
            near: Counter[int] = Counter()
            looked_up = 0
            for word in sorted(bag.keys() & places.keys(), key=lambda w: (len(places[w]), w)):
                if looked_up >= _LOOKED_UP:
                    break
                found = _nearest(places[word], expected, _LOOKED_UP - looked_up)
                looked_up += len(found)
                for other in found:
                    near[other] += self._weights[word]  # type: ignore[assignment]
            for other, _ in sorted(near.items(), key=lambda item: (-item[1], item[0]))[:_COMPARED]:
                alike = self._dice(bag, self._right[other])
                if alike >= _ALIKE_BETWEEN or self._is_part(bag, self._right[other]):
                    yield alike, number, other

    def _is_part(self, one: Counter[str], other: Counter[str]) -> bool:
        """Tell whether most of the shorter sentence stands in the longer one."""
        part, whole = sorted((one, other), key=self._weight)
        return _meaning(part) >= _FEW_WORDS and self._contained(part, whole) >= _CONTAINED

    def _choose(self, scored: Iterable[tuple[float, int, int]], *, firmly: bool) -> None:
        """Align the most alike first; in a second round neighbours of aligned ones count more."""
        free = [c for c in scored if c[1] not in self._to_right and c[2] not in self._to_left]
        ranked = sorted(
            ((alike + self._beside(left, right) * _NEIGHBOUR, alike, left, right)
             for alike, left, right in free),
            key=lambda c: (-c[0], c[2], c[3]),
        )  # fmt: skip
        unclear = _unclear(ranked) if firmly else set()
        for _, alike, left, right in ranked:
            if left in self._to_right or right in self._to_left or (left, right) in unclear:
                continue
            if alike >= self._needed(left, right):
                self._to_right[left], self._to_left[right] = right, left

    def _needed(self, left: int, right: int) -> float:
        few = min(_meaning(self._left[left]), _meaning(self._right[right])) < _FEW_WORDS
        if self._beside(left, right) == 2:
            return _ALIKE if few else _ALIKE_BETWEEN
        if few:
            return _ALIKE_SHORT
        is_part = self._is_part(self._left[left], self._right[right])
        return _ALIKE_BETWEEN if is_part else _ALIKE

    def _beside(self, left: int, right: int) -> int:
        """Return how many neighbours of two sentences are aligned with each other."""
        return (self._to_right.get(left - 1, -2) == right - 1) + (
            self._to_right.get(left + 1, -2) == right + 1
        )

    # --- split and merged sentences -----------------------------------------------------------

    def _grown(self) -> Iterator[AlignedSentences]:
        """Yield the aligned sentences with the neighbours that belong to them as well."""
        for left, right in sorted(self._to_right.items()):
            lefts = self._with_parts(self._left, left, self._right[right], self._to_right)
            rights = self._with_parts(self._right, right, self._left[left], self._to_left)
            if len(lefts) > 1 and len(rights) > 1:
                # The split that explains more; two at once would be no alignment of one sentence.
                one = self._dice(_sum(self._left, lefts), self._right[right])
                other = self._dice(self._left[left], _sum(self._right, rights))
                lefts, rights = (lefts, (right,)) if one >= other else ((left,), rights)
            self._to_right.update(dict.fromkeys(lefts, right))
            self._to_left.update(dict.fromkeys(rights, left))
            yield AlignedSentences(lefts, rights)

    def _with_parts(
        self,
        ours: Sequence[Counter[str]],
        at: int,
        whole: Counter[str],
        taken: dict[int, int],
    ) -> tuple[int, ...]:
        """Return a sentence with the free neighbours that stand in ``whole`` as it does."""
        first = last = at
        bag = ours[at]
        while last - first + 1 < _MOST_PARTS:
            found = None
            for neighbour in (first - 1, last + 1):
                if 0 <= neighbour < len(ours) and neighbour not in taken:
                    rest = whole - bag
                    together = bag + ours[neighbour]
                    gain = self._dice(together, whole) - self._dice(bag, whole)
                    fits = self._contained(ours[neighbour], rest) >= _CONTAINED - 0.2
                    if fits and gain > _GAIN:
                        found = max(found or (gain, neighbour), (gain, neighbour))
            if found is None:
                break
            first, last = min(first, found[1]), max(last, found[1])
            bag = bag + ours[found[1]]
        return tuple(range(first, last + 1))


def _meaning(bag: Counter[str]) -> int:
    return sum(word not in function_stems() for word in bag)


def _once(bags: Sequence[Counter[str]]) -> dict[frozenset[tuple[str, int]], int]:
    """Return the sentences by their words, without those whose words another one has too."""
    keys = [frozenset(bag.items()) for bag in bags]
    counted = Counter(keys)
    return {key: number for number, key in enumerate(keys) if counted[key] == 1}


def _sum(bags: Sequence[Counter[str]], numbers: Iterable[int]) -> Counter[str]:
    total: Counter[str] = Counter()
    for number in numbers:
        total += bags[number]
    return total


def _nearest(places: Sequence[int], expected: int, most: int) -> Sequence[int]:
    """Return the places nearest to the one expected, at most so many."""
    if len(places) <= most:
        return places
    middle = bisect_left(places, expected)
    start = min(max(0, middle - most // 2), len(places) - most)
    return places[start : start + most]


def _unclear(ranked: Sequence[tuple[float, float, int, int]]) -> set[tuple[int, int]]:
    """Return the candidates for which another one is as good: their neighbours decide later."""
    best: dict[tuple[str, int], list[float]] = defaultdict(list)
    for score, _, left, right in ranked:
        for key in (("left", left), ("right", right)):
            best[key] = sorted([*best[key], score], reverse=True)[:2]

    def doubtful(key: tuple[str, int]) -> bool:
        scores = best[key]
        return len(scores) == 2 and scores[0] - scores[1] < _NEIGHBOUR

    return {
        (left, right)
        for _, _, left, right in ranked
        if doubtful(("left", left)) or doubtful(("right", right))
    }
