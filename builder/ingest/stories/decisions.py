"""What people have decided on stories: which articles belong together, and which do not."""

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, product

from builder.ingest.stories.groups import Groups
from builder.records import StoryDecision

Pair = tuple[str, str]


class Decided:
    """All decisions together, pair by pair of articles.

    A decision counts on a pair unless another one on that pair overrules it. Where two that count
    contradict each other, the articles stay apart until somebody decides: that withdraws nothing.
    """

    def __init__(
        self,
        decisions: Iterable[StoryDecision] = (),
        successors: Collection[Pair] = (),
    ) -> None:
        """Take in decisions; an article that replaces another one inherits what was said of it."""
        self._texts = Groups()
        for old, new in successors:
            self._texts.join(old, new)
        self._families: dict[str, list[str]] = {}
        for article in sorted({i for pair in successors for i in pair}):
            self._families.setdefault(self._texts.root(article), []).append(article)
        said: dict[Pair, list[StoryDecision]] = {}
        for decision in sorted(decisions, key=lambda d: (d.when, d.key)):
            for pair in self._pairs(decision):
                said.setdefault(pair, []).append(decision)
        self._counting = {pair: _not_overruled(told) for pair, told in said.items()}
        self._apart: dict[str, set[str]] = {}
        for (one, other), told in self._counting.items():
            if any(decision.says == "apart" for decision in told):
                self._apart.setdefault(one, set()).add(other)
                self._apart.setdefault(other, set()).add(one)

    def same(self) -> Iterator[Pair]:
        """Yield the pairs of articles of which it is said that they tell the same story.

        Some of them may be said to be apart as well.
        """
        for pair, told in sorted(self._counting.items()):
            if any(decision.says == "same" for decision in told):
                yield pair

    def apart(self, some: Collection[str], others: Collection[str]) -> bool:
        """Tell whether any of some articles is to be kept apart from any of others."""
        if not self._apart:
            return False
        return any(not self._apart.get(article, set()).isdisjoint(others) for article in some)

    def between(self, some: Collection[str], others: Collection[str]) -> list[StoryDecision]:
        """Return the decisions that count on any of some articles and any of others, in order."""
        found = {
            decision.key: decision
            for one in some
            for other in others
            for decision in self._counting.get((min(one, other), max(one, other)), ())
        }
        return sorted(found.values(), key=lambda d: (d.when, d.key))

    def against(self, decision: StoryDecision) -> list[StoryDecision]:
        """Return the decisions that count and say otherwise of articles that one is about."""
        found = {
            other.key: other
            for pair in self._pairs(decision)
            for other in self._counting.get(pair, ())
            if other.says != decision.says
        }
        return sorted(found.values(), key=lambda d: (d.when, d.key))

    def _pairs(self, decision: StoryDecision) -> Iterator[Pair]:
        """Yield the pairs of articles that a decision is about, frozen anew or not."""
        texts, families = self._texts, self._families
        some, others = (
            sorted({text for i in side for text in families.get(texts.root(i), [i])})
            for side in (decision.articles, decision.others)
        )
        both = product(some, others) if decision.says == "apart" else combinations(some, 2)
        for one, other in both:
            if texts.root(one) != texts.root(other):
                yield min(one, other), max(one, other)


def _not_overruled(told: list[StoryDecision]) -> list[StoryDecision]:
    if len(told) == 1:
        return told
    overruled = {key for decision in told for key in decision.overrules}
    return [decision for decision in told if decision.key not in overruled]
