"""Make rows of sentences and of whole articles from gold."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from builder.dataset.fields import STATUSES
from builder.dataset.row_types import (
    ArticleRow,
    ClaimLayer,
    ClaimPartRow,
    EntityRow,
    PartRow,
    SeenRow,
    SentenceRow,
    SpanRow,
)
from builder.labels import LabelSet
from builder.records import Article, Bounds, Gold, GoldSpan, Layer, Relation, Story
from builder.text import sentence_id

_RANK = {status: rank for rank, status in enumerate(STATUSES)}
TokenBounds = Callable[[str], list[tuple[int, int]]]


def weakest(statuses: Iterable[str | None]) -> str:
    """Return the status that holds for all: that of the part people have looked at least.

    None is the status in a layer that the labels lack.
    """
    return min((s for s in statuses if s is not None), key=_RANK.__getitem__)


@dataclass(frozen=True)
class Marked:
    """An article with its gold and its story, and what all its rows ask of them.

    ``licence`` is that of its text, None where nobody knows.
    """

    article: Article
    gold: Gold
    story: Story
    licence: str | None = None

    @cached_property
    def sentence_ids(self) -> list[str]:
        """The ids of the article's sentences, in their order."""
        article = self.article
        return [sentence_id(article.id, b.start, b.end) for b in article.sentences]

    @cached_property
    def by_id(self) -> dict[str, GoldSpan]:
        """The gold's spans by id."""
        return {span.id: span for span in self.gold.spans}

    @cached_property
    def places(self) -> dict[str, range]:
        """The indices of the sentences in which each span lies, by span id."""
        return {span.id: self.sentences_in(span.start, span.end) for span in self.gold.spans}

    @cached_property
    def _edges(self) -> tuple[list[int], list[int]]:
        bounds = self.article.sentences
        return [b.start for b in bounds], [b.end for b in bounds]

    def sentences_in(self, start: int, end: int) -> range:
        """Return the indices of the sentences that a stretch of the article touches."""
        starts, ends = self._edges
        return range(bisect_right(ends, start), bisect_left(starts, end))

    @cached_property
    def links(self) -> dict[str, dict[str, list[str]]]:
        """The ids each span links to, by span id and relation."""
        return links_of(self.gold.relations)

    @cached_property
    def spans(self) -> dict[str, SpanRow]:
        """What every row says of each span, by span id."""
        return {span.id: self._span(span) for span in self.gold.spans}

    def reached(self, layer: Layer, places: Iterable[int]) -> str:
        """Return how far people have come with one layer of some sentences, at the least."""
        status = self.gold.status
        return weakest(getattr(status[index], layer) for index in places)

    def _span(self, span: GoldSpan) -> SpanRow:
        return {
            "id": span.id,
            "label": span.label,
            "start": span.start,
            "end": span.end,
            "text": span.text,
            "origin": span.origin,
            "by": span.by,
            "suggested_by": span.suggested_by,
            "score": span.score,
            "annotators": list(span.annotators),
            "status": self.reached(span.layer, self.places[span.id]),
        }

    @cached_property
    def claim_layer(self) -> dict[str, ClaimLayer]:
        """Attributes and links of each span of the claim layer, by span id."""
        return {s.id: self._claim_layer(s) for s in self.gold.spans if s.layer == "claim"}

    def _claim_layer(self, span: GoldSpan) -> ClaimLayer:
        said, links = span.attributes, self.links.get(span.id, {})
        return {
            "attribution": said.get("attribution"),
            "quote_type": said.get("quote_type"),
            "check_worthy": said.get("check_worthy"),
            "source_type": said.get("source_type"),
            "speaker": None,
            "attributed_to": sorted(links.get("attributed_to", ())),
            "introduced_by": sorted(links.get("introduced_by", ())),
            "continues": sorted(links.get("continues", ())),
        }


def links_of(relations: Iterable[Relation]) -> dict[str, dict[str, list[str]]]:
    """Return the ids each span links to, by span id and relation."""
    links: dict[str, dict[str, list[str]]] = {}
    for relation in relations:
        links.setdefault(relation.head, {}).setdefault(relation.label, []).append(relation.tail)
    return links


# --- sentences ------------------------------------------------------------------------------


def sentence_rows(
    marked: Marked, token_bounds: TokenBounds, tags: Mapping[str, int]
) -> list[SentenceRow]:
    """Return a row a sentence: its text, tokens, tags and the parts of the spans that lie in it.

    ``tags`` are the numbers of BIO tags by name.
    """
    article, story, meta = marked.article, marked.story, marked.article.metadata
    about = {name: meta.first(name) for name in ("headline", "outlet", "published")}
    rows: list[SentenceRow] = []
    statuses = zip(article.sentences, marked.gold.status, parts_of_spans(marked), strict=True)
    for index, (bounds, status, (names, claims)) in enumerate(statuses):
        text = article.text[bounds.start : bounds.end]
        tokens = token_bounds(text)
        entities: list[EntityRow] = [{**part, "alignment": ""} for part in names]
        rows.append(
            {
                "id": marked.sentence_ids[index],
                "article_id": article.id,
                "story_id": story.id,
                "split": story.split,
                "index": index,
                "start": bounds.start,
                "end": bounds.end,
                "text": text,
                "tokens": [text[start:end] for start, end in tokens],
                "ner_tags": tag(tokens, entities, tags),
                "entities": entities,
                "claims": claims,
                "status": weakest((status.entity, status.claim)),
                "entity_status": status.entity,
                "claim_status": status.claim,
                "annotators": list(status.annotators),
                "headline": about["headline"],
                "outlet": about["outlet"],
                "published": about["published"],
                "licence": marked.licence,
            }
        )
    return rows


def parts_of_spans(marked: Marked) -> list[tuple[list[PartRow], list[ClaimPartRow]]]:
    """Return for each sentence the parts of entities and of the claim layer that lie in it."""
    found: list[tuple[list[PartRow], list[ClaimPartRow]]] = [
        ([], []) for _ in marked.article.sentences
    ]
    for span in marked.gold.spans:
        for index in marked.places[span.id]:
            part = _part(marked, span, index, marked.article.sentences[index])
            if span.layer == "entity":
                found[index][0].append(part)
            else:
                found[index][1].append({**part, **marked.claim_layer[span.id]})
    return found


def _part(marked: Marked, span: GoldSpan, index: int, bounds: Bounds) -> PartRow:
    start, end = max(span.start, bounds.start), min(span.end, bounds.end)
    place = marked.places[span.id]
    return {
        **marked.spans[span.id],
        "start": start - bounds.start,
        "end": end - bounds.start,
        "text": marked.article.text[start:end],
        "part": index - place.start,
        "parts": len(place),
        "article_start": span.start,
        "article_end": span.end,
    }


def tag_numbers(labels: LabelSet) -> dict[str, int]:
    """Return the number of each BIO tag by its name."""
    return {name: number for number, name in enumerate(labels.bio_tags())}


def tag(
    tokens: Sequence[tuple[int, int]], entities: Sequence[EntityRow], numbers: Mapping[str, int]
) -> list[int]:
    """Return the BIO tags of a sentence and write into each entity how it fits the tokens.

    Longer entities first, then earlier ones, as in spaCy's ``filter_spans``. ``alignment`` is
    ``exact``, ``expanded`` (the tags cover whole tokens, the span does not), or ``nested`` (a
    longer entity has a token already, so the span is in ``entities`` alone).
    """
    tags = [0] * len(tokens)
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    for entity in sorted(entities, key=lambda e: (e["start"] - e["end"], e["start"])):
        start, end = entity["start"], entity["end"]
        first, after = bisect_right(ends, start), bisect_left(starts, end)
        if first >= after or any(tags[first:after]):
            entity["alignment"] = "nested"
            continue
        fits = (starts[first], ends[after - 1]) == (start, end)
        entity["alignment"] = "exact" if fits else "expanded"
        inside = numbers[f"I-{entity['label']}"]
        tags[first:after] = [inside] * (after - first)
        tags[first] = numbers[f"B-{entity['label']}"]
    return tags


# --- articles -------------------------------------------------------------------------------


def seen_sentences(marked: Marked) -> list[SeenRow]:
    """Return what the row of an article says of its sentences."""
    return [
        {
            "id": identity,
            "start": bounds.start,
            "end": bounds.end,
            "entity_status": status.entity,
            "claim_status": status.claim,
            "annotators": list(status.annotators),
        }
        for identity, bounds, status in zip(
            marked.sentence_ids, marked.article.sentences, marked.gold.status, strict=True
        )
    ]


def article_row(marked: Marked) -> ArticleRow:
    """Return the row of one article: its full text, metadata and stand-off layers."""
    article, gold, meta = marked.article, marked.gold, marked.article.metadata
    spans = marked.spans
    return {
        "id": article.id,
        "story_id": marked.story.id,
        "split": marked.story.split,
        "text": article.text,
        "headline": meta.first("headline"),
        "authors": list(meta.author_names()),
        "place": meta.first("place"),
        "published": meta.first("published"),
        "outlet": meta.first("outlet"),
        "syndicated_from": meta.first("syndicated_from"),
        "section": meta.first("section"),
        "url": meta.first("url"),
        "language": meta.first("language"),
        "licence": marked.licence,
        "captions": [{"text": c.text, "credit": c.credit} for c in meta.captions],
        "sentences": seen_sentences(marked),
        "entities": [spans[s.id] for s in gold.spans if s.layer == "entity"],
        "claims": [
            {**spans[s.id], **marked.claim_layer[s.id]} for s in gold.spans if s.layer == "claim"
        ],
        "status": weakest(chain.from_iterable((s.entity, s.claim) for s in gold.status)),
        "seeds": list(article.seeds),
        "metadata_sources": [
            {"field": name, "value": f.value, "seed": f.seed, "line": f.line, "how": f.how}
            for name in type(meta).model_fields
            if name != "captions"
            for f in getattr(meta, name)
        ],
    }
