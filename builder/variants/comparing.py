"""Compare two articles of a story: which sentences say the same, and what differs in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from builder.records import Article, DifferenceKind
from builder.variants.alignment import align
from builder.variants.differences import find_differences
from builder.variants.spelling import typeset
from builder.variants.told import Bounds, Sides, WordingDifference, strongest
from builder.variants.units import ReadArticle


@dataclass(frozen=True)
class ComparedSentences:
    """Sentences of two articles that say the same, by their indices, and what differs in them."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    left_bounds: Bounds
    right_bounds: Bounds
    kind: DifferenceKind
    differences: tuple[WordingDifference, ...]


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


def pairs_of(articles: Sequence[str], most: int) -> Iterator[tuple[str, str]]:
    """Yield the articles of a story two by two; of more than ``most``, the first with each."""
    if len(articles) <= most:
        yield from combinations(articles, 2)
    else:
        yield from ((articles[0], other) for other in articles[1:])


def compare_articles(left: Comparable, right: Comparable) -> list[ComparedSentences]:
    """Return the aligned sentences of two articles, in the order of the left one."""
    return [
        compare_sentences(left, right, pair.left, pair.right)
        for pair in align(left.text, left.sentences, right.text, right.sentences)
    ]


def compare_sentences(
    left: Comparable, right: Comparable, ours: tuple[int, ...], theirs: tuple[int, ...]
) -> ComparedSentences:
    """Return what differs between sentences of two articles that say the same."""
    our_bounds = (left.sentences[ours[0]][0], left.sentences[ours[-1]][1])
    their_bounds = (right.sentences[theirs[0]][0], right.sentences[theirs[-1]][1])
    if typeset(left.text[slice(*our_bounds)]) == typeset(right.text[slice(*their_bounds)]):
        return ComparedSentences(ours, theirs, our_bounds, their_bounds, "identical", ())
    differences = find_differences(
        left.read.units(*our_bounds, right.read),
        right.read.units(*their_bounds, left.read),
        Sides(left.text, right.text, our_bounds, their_bounds),
    )
    kind = strongest([one.kind for one in differences])
    return ComparedSentences(ours, theirs, our_bounds, their_bounds, kind, tuple(differences))
