"""What people have decided on stories: which articles belong together, and which do not."""

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, product

from builder.ingest.stories.groups import Groups
from builder.records import StoryDecision


class Decided:
    """All decisions together: of two on the same pair of articles the later one counts."""

    def __init__(
        self,
        decisions: Iterable[StoryDecision] = (),
        successors: Collection[tuple[str, str]] = (),
    ) -> None:
        """Take in decisions; an article that replaces another one inherits what was said of it."""
        self._pairs: dict[tuple[str, str], str] = {}
        self._apart: dict[str, set[str]] = {}
        texts = Groups()
        for old, new in successors:
            texts.join(old, new)
        families: dict[str, list[str]] = {}
        for article in sorted({i for pair in successors for i in pair}):
            families.setdefault(texts.root(article), []).append(article)
        for decision in sorted(decisions, key=lambda d: (d.when, d.key)):
            sides = [
                sorted({text for i in side for text in families.get(texts.root(i), [i])})
                for side in (decision.articles, decision.others)
            ]
            for one, other in _pairs_of(decision.says, *sides):
                if texts.root(one) != texts.root(other):
                    self._pairs[one, other] = decision.says
        for (one, other), says in self._pairs.items():
            if says == "apart":
                self._apart.setdefault(one, set()).add(other)
                self._apart.setdefault(other, set()).add(one)

    def same(self) -> Iterator[tuple[str, str]]:
        """Yield the pairs of articles that tell the same story."""
        return (pair for pair, says in sorted(self._pairs.items()) if says == "same")

    def apart(self, some: Collection[str], others: Collection[str]) -> bool:
        """Tell whether any of some articles is to be kept apart from any of others."""
        if not self._apart:
            return False
        return any(not self._apart.get(article, set()).isdisjoint(others) for article in some)


def _pairs_of(says: str, some: list[str], others: list[str]) -> Iterator[tuple[str, str]]:
    both = product(some, others) if says == "apart" else combinations(some, 2)
    return ((min(pair), max(pair)) for pair in both)
