"""Compare two articles of a story: which sentences say the same, and what differs in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from builder.records import Article
from builder.variants.alignment import align
from builder.variants.differences import find_differences
from builder.variants.told import Bounds, Difference, Kind, Sides, strongest
from builder.variants.units import ReadArticle


@dataclass(frozen=True)
class ComparedSentences:
    """Sentences of two articles that say the same, by their indices, and what differs in them."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    left_bounds: Bounds
    right_bounds: Bounds
    kind: Kind
    differences: tuple[Difference, ...]


class Comparable:
    """An article that is compared with others: its text, its sentences and the day it is from."""

    def __init__(
        self, text: str, sentences: Sequence[Bounds], published: date | None = None
    ) -> None:
        self.text, self.sentences = text, sentences
        self.read = ReadArticle(text, published)

    @classmethod
    def of(cls, article: Article) -> "Comparable":
        """Return a frozen article, to be compared with others."""
        day = article.metadata.first("published")
        bounds = [(b.start, b.end) for b in article.sentences]
        return cls(article.text, bounds, date.fromisoformat(day) if day else None)


def compare_articles(left: Comparable, right: Comparable) -> list[ComparedSentences]:
    """Return the aligned sentences of two articles, in the order of the left one."""
    small = left.read.in_small_letters | right.read.in_small_letters
    found = []
    for pair in align(left.text, left.sentences, right.text, right.sentences):
        ours = (left.sentences[pair.left[0]][0], left.sentences[pair.left[-1]][1])
        theirs = (right.sentences[pair.right[0]][0], right.sentences[pair.right[-1]][1])
        sides = Sides(left.text, right.text, ours, theirs)
        differences = find_differences(
            left.read.units(*ours, small), right.read.units(*theirs, small), sides
        )
        kind = strongest([one.kind for one in differences])
        found.append(
            ComparedSentences(pair.left, pair.right, ours, theirs, kind, tuple(differences))
        )
    return found
