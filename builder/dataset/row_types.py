"""Declare the types of a release's rows; builder.dataset.schema says what their fields mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypedDict


class SpanRow(TypedDict):
    """What every config says of a span: where it is, what it is, and who made it."""

    id: str
    label: str
    start: int
    end: int
    text: str
    origin: str
    by: str
    suggested_by: str | None
    score: float | None
    annotators: list[str]
    status: str


class PartRow(SpanRow):
    """The part of a span that lies in one sentence."""

    part: int
    parts: int
    article_start: int
    article_end: int


class EntityRow(PartRow):
    """The part of an entity in one sentence, and how it fits the tokens."""

    alignment: str


class ClaimLayer(TypedDict):
    """Attributes and links of a span of the claim layer, whatever its label."""

    attribution: str | None
    quote_type: str | None
    check_worthy: str | None
    source_type: str | None
    speaker: str | None
    attributed_to: list[str]
    introduced_by: list[str]
    continues: list[str]


class ClaimPartRow(PartRow, ClaimLayer):
    """The part of a span of the claim layer in one sentence."""


class ClaimSpanRow(SpanRow, ClaimLayer):
    """A whole span of the claim layer."""


class SentenceRow(TypedDict):
    """A row of the config ``sentences``."""

    id: str
    article_id: str
    story_id: str
    split: str
    index: int
    start: int
    end: int
    text: str
    tokens: list[str]
    ner_tags: list[int]
    entities: list[EntityRow]
    claims: list[ClaimPartRow]
    status: str
    entity_status: str | None
    claim_status: str | None
    annotators: list[str]
    headline: str | None
    outlet: str | None
    published: str | None
    licence: str | None


class CaptionRow(TypedDict):
    """A caption in the row of an article."""

    text: str
    credit: str | None


class SeenRow(TypedDict):
    """A sentence in the row of an article: where it is, and who has looked at it."""

    id: str
    start: int
    end: int
    entity_status: str | None
    claim_status: str | None
    annotators: list[str]


class FoundRow(TypedDict):
    """Where a value of an article's metadata was found."""

    field: str
    value: str
    seed: str
    line: int
    how: str


class ArticleRow(TypedDict):
    """A row of the config ``articles``."""

    id: str
    story_id: str
    split: str
    text: str
    headline: str | None
    authors: list[str]
    place: str | None
    published: str | None
    outlet: str | None
    syndicated_from: str | None
    section: str | None
    url: str | None
    language: str | None
    licence: str | None
    captions: list[CaptionRow]
    sentences: list[SeenRow]
    entities: list[SpanRow]
    claims: list[ClaimSpanRow]
    status: str
    seeds: list[str]
    metadata_sources: list[FoundRow]


class ClaimUnitRow(SpanRow):
    """A CLAIM span in a row of the config ``claims``."""

    attribution: str | None
    quote_type: str | None
    check_worthy: str | None


class SourceRow(SpanRow):
    """A SOURCE span in a row of the config ``claims``."""

    source_type: str | None
    speaker: str | None


class ClaimRow(TypedDict):
    """A row of the config ``claims``."""

    id: str
    story_id: str
    split: str
    article_id: str
    start: int
    end: int
    text: str
    attribution: str | None
    quote_type: str | None
    check_worthy: str | None
    parts: list[ClaimUnitRow]
    sources: list[SourceRow]
    cues: list[SpanRow]
    sentence_ids: list[str]
    context: str
    context_start: int
    origin: str
    by: str
    suggested_by: str | None
    score: float | None
    annotators: list[str]
    status: str
    headline: str | None
    outlet: str | None
    published: str | None
    licence: str | None


class DifferenceRow(TypedDict):
    """A difference in a row of the config ``variants``."""

    type: str
    kind: str
    only_in: str | None
    left_start: int
    left_end: int
    left_text: str
    right_start: int
    right_end: int
    right_text: str
    left_value: str | None
    right_value: str | None


class AlignedClaimsRow(TypedDict):
    """Two claims with the same content in a row of the config ``variants``."""

    left_claim_id: str
    right_claim_id: str


class VariantRow(TypedDict):
    """A row of the config ``variants``: sentences of two articles that say the same."""

    id: str
    story_id: str
    split: str
    left_article_id: str
    right_article_id: str
    left_sentence_ids: list[str]
    right_sentence_ids: list[str]
    kind: str
    left_start: int
    left_end: int
    left_text: str
    right_start: int
    right_end: int
    right_text: str
    differences: list[DifferenceRow]
    aligned_claims: list[AlignedClaimsRow]
    left_outlet: str | None
    right_outlet: str | None


class OpinionSpanRow(TypedDict):
    """The part of a span of one person that lies in a sentence."""

    id: str
    label: str
    start: int
    end: int
    text: str
    origin: str
    by: str
    suggested_by: str | None
    score: float | None
    part: int
    parts: int
    article_start: int
    article_end: int


class OpinionClaimRow(OpinionSpanRow, ClaimLayer):
    """The same of the claim layer, with attributes and links."""


class OpinionRow(TypedDict):
    """A row of the config ``opinions``: what one person marks in one sentence."""

    id: str
    story_id: str
    split: str
    article_id: str
    sentence_id: str
    index: int
    start: int
    end: int
    text: str
    annotator: str
    round: int
    arm: str | None
    task: str
    layers: list[str]
    entities: list[OpinionSpanRow]
    claims: list[OpinionClaimRow]
    flags: list[str]
    seconds: float | None
    guidelines: str
    status: str
    entity_status: str | None
    claim_status: str | None
    licence: str | None


AnyRow = SentenceRow | ArticleRow | ClaimRow | VariantRow | OpinionRow


@dataclass(frozen=True)
class Tables:
    """The rows of a release, or of one shard of it, by config."""

    sentences: list[SentenceRow] = field(default_factory=list)
    articles: list[ArticleRow] = field(default_factory=list)
    claims: list[ClaimRow] = field(default_factory=list)
    variants: list[VariantRow] = field(default_factory=list)
    opinions: list[OpinionRow] = field(default_factory=list)

    def items(self) -> Iterator[tuple[str, Sequence[AnyRow]]]:
        """Yield each config's name with its rows."""
        yield "sentences", self.sentences
        yield "articles", self.articles
        yield "claims", self.claims
        yield "variants", self.variants
        yield "opinions", self.opinions

    def as_dict(self) -> dict[str, Sequence[AnyRow]]:
        """Return the rows by config."""
        return dict(self.items())
