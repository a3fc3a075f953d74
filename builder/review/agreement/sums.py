"""Add up over passages what figures of agreement are made of, story by story.

All figures are made of sums, so that those of two stories, or of two shards of a release, can be
added, and a bootstrap can draw stories.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from builder.records import LAYERS, Correction, Layer
from builder.review.agreement import links, marks, stretches
from builder.review.agreement.marks import ALL
from builder.review.agreement.opinions import Arms, Passage, arms_of
from builder.review.agreement.stretches import TokenBounds, ValueLengths

Sums = dict[str, float]
Pair = tuple[int, int]
# Of which kinds the parts of alpha are, in the names of sums.
TOKENS, UNITS = "tokens", "units"
# Where sums stand that are of no single story.
NO_STORY = ""
_Compare = Callable[[Correction, Correction], dict[str, tuple[int, int]]]
_CLAIMS: tuple[tuple[str, _Compare], ...] = (
    ("relations", links.links),
    ("attributes", links.attributes),
)


class SumRow(NamedTuple):
    """What a row of sums is about: opinions made alike, of a layer, and of which part of it.

    ``kind`` is spans, relations or attributes, and ``name`` a label, a relation or an attribute:
    empty for all labels. ``people`` and ``rounds`` are those of a pair, empty where all are added.
    """

    arms: Arms
    layer: Layer
    kind: str = "spans"
    name: str = ALL
    people: tuple[str, ...] = ()
    rounds: tuple[int, ...] = ()


ByStory = dict[str, dict[SumRow, Sums]]


def add(to: Sums, more: Mapping[str, float]) -> None:
    """Add sums to others."""
    for name, number in more.items():
        to[name] = to.get(name, 0) + number


def summed(passages: Iterable[Passage], token_bounds: TokenBounds, *, people: bool) -> ByStory:
    """Return the sums of each story.

    With ``people``, also those of each pair: by story those of spans in a layer, and of no story
    those by label and round, with what alpha needs.
    """
    found: ByStory = {}
    for passage in passages:
        for layer in LAYERS:
            opinions = [o for o in passage.opinions if layer in o.scope.layers]
            if len(opinions) < 2:
                continue
            looked = _Looked.at(passage, opinions, layer, token_bounds)
            for row, sums in looked.rows():
                add(found.setdefault(passage.story, {}).setdefault(row, {}), sums)
            for told_apart, row, sums in looked.of_people() if people else ():
                story = passage.story if told_apart else NO_STORY
                add(found.setdefault(story, {}).setdefault(row, {}), sums)
    return found


@dataclass(frozen=True)
class _Looked:
    """A passage whose layer several people looked at, with all their pairs compared."""

    opinions: Sequence[Correction]
    layer: Layer
    counts: Mapping[str, Mapping[str, list[list[float]]]]
    alphas: Mapping[str, Mapping[str, ValueLengths]]

    @classmethod
    def at(
        cls,
        passage: Passage,
        opinions: Sequence[Correction],
        layer: Layer,
        token_bounds: TokenBounds,
    ) -> "_Looked":
        counted = marks.compared(opinions, layer).items()
        return cls(
            opinions,
            layer,
            {label: {n: m.tolist() for n, m in of._asdict().items()} for label, of in counted},
            {
                TOKENS: stretches.tokens(passage.article, opinions, layer, token_bounds),
                UNITS: stretches.units(opinions, layer),
            },
        )

    def rows(self) -> Iterator[tuple[SumRow, Sums]]:
        """Yield the sums over all pairs of opinions that were made alike."""
        for arms, pairs in self._by_arms().items():
            # In alpha, each person's value at a place counts once, with however many it is paired.
            weight = 1 / (len({person for pair in pairs for person in pair}) - 1)
            for label in self.counts:
                yield SumRow(arms, self.layer, name=label), self._sums(pairs, label, weight)
            of_rounds: dict[tuple[int, ...], list[Pair]] = {}
            for pair in pairs:
                of_rounds.setdefault(self._rounds(pair), []).append(pair)
            for rounds, some in of_rounds.items():
                yield SumRow(arms, self.layer, rounds=rounds), self._sums(some, ALL, weight)
            if self.layer == "claim":
                yield from self._claims(arms, pairs)

    def of_people(self) -> Iterator[tuple[bool, SumRow, Sums]]:
        """Yield the sums of each pair of people, and whether they are told apart by story."""
        for arms, pairs in self._by_arms().items():
            for pair in pairs:
                people = tuple(self.opinions[i].producer.name for i in pair)
                yield True, SumRow(arms, self.layer, people=people), self._counted([pair], ALL)
                rounds = self._rounds(pair)
                for label in self.counts:
                    row = SumRow(arms, self.layer, name=label, people=people, rounds=rounds)
                    yield False, row, self._sums([pair], label, 1.0)

    def _by_arms(self) -> dict[Arms, list[Pair]]:
        found: dict[Arms, list[Pair]] = {}
        for i, j in combinations(range(len(self.opinions)), 2):
            found.setdefault(arms_of(self.opinions[i], self.opinions[j]), []).append((i, j))
        return found

    def _rounds(self, pair: Pair) -> tuple[int, ...]:
        return tuple(sorted(self.opinions[i].round for i in pair))

    def _counted(self, pairs: Sequence[Pair], label: str) -> Sums:
        """Return what some pairs have in common."""
        sums: Sums = {"passages": 1, "pairs": len(pairs)}
        for name, matrix in self.counts[label].items():
            sums[name] = sum(matrix[i][j] for i, j in pairs)
        return sums

    def _sums(self, pairs: Sequence[Pair], label: str, weight: float) -> Sums:
        """Return what some pairs have in common, and what alpha needs, with each pair's weight."""
        sums, times = self._counted(pairs, label), Counter(i for pair in pairs for i in pair)
        for kind, by_label in self.alphas.items():
            compared = by_label[label]
            differing = sum(compared.differing[pair] for pair in pairs)
            sums[f"{kind} differing"] = 2 * weight * float(differing)
            squares = sum(weight * n * float(compared.squares[i]) for i, n in times.items())
            sums[f"{kind} squares"] = squares
            for i, n in times.items():
                for value, length in compared.totals[i].items():
                    name = f"{kind}:{value}"
                    sums[name] = sums.get(name, 0) + weight * n * length
        return sums

    def _claims(self, arms: Arms, pairs: Sequence[Pair]) -> Iterator[tuple[SumRow, Sums]]:
        """Yield the sums of relations and attributes."""
        for kind, compare in _CLAIMS:
            rows: dict[str, Sums] = {}
            for i, j in pairs:
                found = compare(self.opinions[i], self.opinions[j])
                for name, (compared, same) in found.items():
                    counted = {"pairs": 1, "compared": compared, "same": same}
                    add(rows.setdefault(name, {"passages": 1}), counted)
            for name, sums in rows.items():
                yield SumRow(arms, self.layer, kind=kind, name=name), sums
