"""Make a row for every pair of aligned sentences of two articles of a story."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from builder.dataset.row_types import ClaimRow, DifferenceRow, SentenceRow, VariantRow
from builder.records import Article, Story
from builder.text import sentence_id, short_hash
from builder.variants.claims import SaidClaim, align_claims

if TYPE_CHECKING:
    from builder.variants.comparing import ComparedSentences
    from builder.variants.told import WordingDifference

# Of a story with more articles each is compared with the first alone, by its id: of 1,000 reprints
# there would be 499,500 pairs otherwise.
MOST_COMPARED = 30


def variant_rows(
    story: Story,
    articles: Mapping[str, Article],
    sentences: Sequence[SentenceRow],
    claims: Sequence[ClaimRow],
) -> list[VariantRow]:
    """Return a row a pair of aligned sentences, in the order of articles and of the left text.

    ``sentences`` and ``claims`` are the rows of the story that are in the release; no row is made
    of a sentence that is not among them. Of two articles, the one whose id comes first is on the
    left.
    """
    released = {row["id"] for row in sentences}
    there = sorted({row["article_id"] for row in sentences})
    if len(there) < 2:
        return []
    # Whoever releases single articles alone waits for no spaCy.
    from builder.variants.comparing import Comparable, compare_articles, pairs_of

    read = {identity: Comparable.of(articles[identity]) for identity in there}
    said: dict[str, list[SaidClaim]] = {identity: [] for identity in there}
    places = {row["id"]: row["index"] for row in sentences}
    for row in claims:
        said[row["article_id"]].append(_said(row, places))
    rows = []
    for left, right in pairs_of(there, MOST_COMPARED):
        for pair in compare_articles(read[left], read[right]):
            one = _Pair(story, articles[left], articles[right], pair)
            if released.issuperset((*one.left_ids, *one.right_ids)):
                rows.append(one.row(said[left], said[right]))
    return rows


def _said(row: ClaimRow, places: Mapping[str, int]) -> SaidClaim:
    return SaidClaim(
        id=row["id"],
        content=row["text"],
        sources=" ".join(span["text"] for span in row["sources"]),
        cues=" ".join(span["text"] for span in row["cues"]),
        sentences=tuple(places[i] for i in row["sentence_ids"] if i in places),
    )


class _Pair:
    """Aligned sentences of two articles, to be made a row."""

    def __init__(
        self, story: Story, left: Article, right: Article, pair: "ComparedSentences"
    ) -> None:
        self._story, self._left, self._right, self._pair = story, left, right, pair
        self.left_ids = _ids(left, pair.left)
        self.right_ids = _ids(right, pair.right)

    def row(self, left: Sequence[SaidClaim], right: Sequence[SaidClaim]) -> VariantRow:
        """Return the row; of the claims those are aligned that begin in its sentences."""
        pair, ours, theirs = self._pair, self._left, self._right
        (left_start, left_end), (right_start, right_end) = pair.left_bounds, pair.right_bounds
        aligned = align_claims(_beginning_in(left, pair.left), _beginning_in(right, pair.right))
        return {
            "id": short_hash("variant", *self.left_ids, "=", *self.right_ids),
            "story_id": self._story.id,
            "split": self._story.split,
            "left_article_id": ours.id,
            "right_article_id": theirs.id,
            "left_sentence_ids": self.left_ids,
            "right_sentence_ids": self.right_ids,
            "kind": pair.kind,
            "left_start": left_start,
            "left_end": left_end,
            "left_text": ours.text[left_start:left_end],
            "right_start": right_start,
            "right_end": right_end,
            "right_text": theirs.text[right_start:right_end],
            "differences": [self._difference(one) for one in pair.differences],
            "aligned_claims": [
                {"left_claim_id": one.id, "right_claim_id": other.id} for one, other in aligned
            ],
            "left_outlet": ours.metadata.first("outlet"),
            "right_outlet": theirs.metadata.first("outlet"),
        }

    def _difference(self, one: "WordingDifference") -> DifferenceRow:
        (left_start, left_end), (right_start, right_end) = one.left, one.right
        return {
            "type": one.type,
            "kind": one.kind,
            "only_in": one.only_in,
            "left_start": left_start,
            "left_end": left_end,
            "left_text": self._left.text[left_start:left_end],
            "right_start": right_start,
            "right_end": right_end,
            "right_text": self._right.text[right_start:right_end],
            "left_value": one.left_value,
            "right_value": one.right_value,
        }


def _ids(article: Article, indices: Sequence[int]) -> list[str]:
    bounds = [article.sentences[index] for index in indices]
    return [sentence_id(article.id, b.start, b.end) for b in bounds]


def _beginning_in(claims: Sequence[SaidClaim], sentences: Sequence[int]) -> list[SaidClaim]:
    return [claim for claim in claims if claim.sentences and claim.sentences[0] in sentences]
