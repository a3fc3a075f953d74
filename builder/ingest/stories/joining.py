"""Find out which stories and newcomers are one, and where somebody has to decide."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder.ingest.stories.decisions import Decided
from builder.ingest.stories.groups import Groups
from builder.records import Story

Released = Callable[[], Mapping[str, str]]


@dataclass(frozen=True)
class Joined:
    """Stories that are one with newcomers, known by ``root``; ``undecided`` are other roots.

    ``disputed`` tells that people decided both ways on one of those.
    """

    root: str
    stories: Sequence[Story]
    articles: Sequence[str]
    undecided: Collection[str]
    disputed: bool


class Joining:
    """Stories and newcomers, and which of them are one so far.

    A newcomer is an article in no story, or a story that waits for somebody to decide. Each is
    known by the id of its story, or by that of the article.
    """

    def __init__(
        self,
        ledger: Iterable[Story],
        articles: Collection[str],
        decided: Decided,
        released: Released,
    ) -> None:
        self._old = {story.id: story for story in ledger}
        self._decided, self._released = decided, released
        self._homes: dict[str, list[str]] = defaultdict(list)
        for story in self._old.values():
            for article in story.articles:
                self._homes[article].append(story.id)
        fresh = sorted(set(articles) - self._homes.keys())
        self._groups = Groups()
        self._members: dict[str, list[str]] = {i: [i] for i in (*self._old, *fresh)}
        self._undecided: dict[str, set[str]] = defaultdict(set)
        self._disputed: list[tuple[str, str]] = []

    def join(
        self, variants: Iterable[tuple[str, str]], anew: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Join what people say is one, then what tells the same and moves nothing released.

        An article that was frozen ``anew`` stays with the one that it replaces.
        """
        for one, other in anew:
            if self._is_here(one) and self._is_here(other):
                self._unite(self._node(one), self._node(other))
        for one, other in self._decided.same():
            if self._is_here(one) and self._is_here(other):
                self._join_as_decided(self._node(one), self._node(other))
        bonds = [*self._waiting(), *self._in_two()]
        bonds += [
            (self._node(one), self._node(other))
            for one, other in variants
            if not self._decided.apart([one], [other])
        ]
        for one, other in bonds:
            if self._is_new(one) and self._is_new(other) and not self.apart(one, other):
                self._unite(one, other)
        beside: dict[str, set[str]] = defaultdict(set)
        for one, other in bonds:
            beside[self.root(one)].add(other)
            beside[self.root(other)].add(one)
        for one in sorted(beside, key=lambda i: (not self._is_new(i), i)):
            self._join_to(one, beside[one])
        for one, other in self._disputed:
            self._undecided[self.root(one)].add(other)
            self._undecided[self.root(other)].add(one)

    def result(self) -> list[Joined]:
        """Return all groups."""
        disputed = {self.root(one) for pair in self._disputed for one in pair}
        return [
            Joined(
                root=root,
                stories=self._stories(root),
                articles=self._articles(root),
                undecided={self.root(i) for i in self._undecided[root]} - {root},
                disputed=root in disputed,
            )
            for root in sorted(self._members)
        ]

    def root(self, identity: str) -> str:
        """Return what the group of a story or a newcomer is known by."""
        return self._groups.root(identity)

    def root_of(self, article: str) -> str:
        """Return what the group of an article is known by."""
        return self.root(self._node(article))

    def apart(self, one: str, other: str) -> bool:
        """Tell whether people keep two groups apart."""
        first, second = self.root(one), self.root(other)
        return self._decided.apart(self._articles(first), self._articles(second))

    def _join_as_decided(self, one: str, other: str) -> None:
        """Join two groups as people said, or note that people said the contrary as well."""
        if self.root(one) == self.root(other):
            return
        if self.apart(one, other):
            self._disputed.append((one, other))
        else:
            self._unite(one, other)

    def _join_to(self, one: str, beside: Iterable[str]) -> None:
        """Join a group to those that tell the same, or note that somebody has to decide."""
        one = self.root(one)
        others = sorted({self.root(i) for i in beside} - {one})
        others = [other for other in others if not self.apart(one, other)]
        if self._is_new(one):
            together = [others]
        else:
            # Its newcomers have had their turn.
            together = [[other] for other in others if not self._is_new(other)]
        for some in together:
            if self._joinable([one, *some]):
                for other in some:
                    self._unite(one, other)
            else:
                self._undecided[self.root(one)].update(some)

    def _joinable(self, roots: Sequence[str]) -> bool:
        """Tell whether groups can be one: no released row moves, nothing kept apart meets."""
        for number, one in enumerate(roots):
            if any(self.apart(one, other) for other in roots[number + 1 :]):
                return False
        stories = [story for root in roots for story in self._stories(root)]
        return len({s.split for s in stories if not s.held}) < 2 or len(self._moving(stories)) < 2

    def _moving(self, stories: Iterable[Story]) -> set[str]:
        """Return the splits in which articles of some stories were released."""
        released = self._released()
        return {released[a] for story in stories for a in story.articles if a in released}

    def _waiting(self) -> list[tuple[str, str]]:
        """Return the held stories, each with the stories that it may be the same as.

        A story that was taken out of the dataset is no longer asked about.
        """
        there = [s for s in self._old.values() if s.out().keys() < {*s.articles}]
        named = {name: story.id for story in there for name in story.names}
        return [
            (story.id, named[name]) for story in there for name in story.undecided if name in named
        ]

    def _in_two(self) -> list[tuple[str, str]]:
        """Return the stories that have an article in common, as a merge in git leaves them."""
        return [(homes[0], other) for homes in self._homes.values() for other in homes[1:]]

    def _unite(self, one: str, other: str) -> None:
        first, second = self.root(one), self.root(other)
        if first != second:
            self._groups.join(first, second)
            kept, gone = sorted((first, second), key=lambda i: self.root(i) != i)
            self._members[kept] += self._members.pop(gone)
            self._undecided[kept] |= self._undecided.pop(gone, set())

    def _is_here(self, article: str) -> bool:
        return article in self._homes or self._groups.root(article) in self._members

    def _node(self, article: str) -> str:
        """Return the story of an article, or the article if it is in none."""
        return self._homes[article][0] if article in self._homes else article

    def _stories(self, root: str) -> list[Story]:
        return [self._old[i] for i in sorted(self._members[root]) if i in self._old]

    def _articles(self, root: str) -> list[str]:
        fresh = {i for i in self._members[root] if i not in self._old}
        return sorted(fresh.union(*(story.articles for story in self._stories(root))))

    def _is_new(self, identity: str) -> bool:
        return all(story.held for story in self._stories(self.root(identity)))
