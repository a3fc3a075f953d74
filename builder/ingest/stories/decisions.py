"""What people have decided on stories: which articles belong together, and which do not."""

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, product

from builder.records import StoryDecision


class Decided:
    """All decisions together: of two on the same pair of articles the later one counts."""

    def __init__(self, decisions: Iterable[StoryDecision] = ()) -> None:
        self._pairs: dict[tuple[str, str], str] = {}
        self._apart: dict[str, set[str]] = {}
        for decision in sorted(decisions, key=lambda d: (d.when, d.key)):
            for pair in _pairs_of(decision):
                self._pairs[pair] = decision.says
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

    def apart_from(self, article: str) -> Collection[str]:
        """Return the articles from which one is to be kept apart."""
        return self._apart.get(article, set())


def _pairs_of(decision: StoryDecision) -> Iterator[tuple[str, str]]:
    both = (
        product(decision.articles, decision.others)
        if decision.says == "apart"
        else combinations(decision.articles, 2)
    )
    return ((min(pair), max(pair)) for pair in both)
