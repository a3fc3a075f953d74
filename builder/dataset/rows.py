"""Make the rows of sentences and articles from gold, articles and stories, as plain values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args

from builder import labels
from builder.records import Article, Bounds, Gold, GoldSpan, Relation, Status, Story
from builder.text import sentence_id

Row = dict[str, Any]
TokenBounds = Callable[[str], list[tuple[int, int]]]
TABLES = ("sentences", "articles", "claims")
# Tables whose rows are labels: all that they say follows from the other tables.
DERIVED = ("claims",)
_STATUSES: tuple[str, ...] = get_args(Status)


def weakest(statuses: Iterable[str | None]) -> str:
    """Return the status that holds for all: that of the part people have looked at least.

    None is the status in a layer that the labels lack.
    """
    return min((s for s in statuses if s is not None), key=_STATUSES.index)


def sentence_rows(
    article: Article, gold: Gold, story: Story, token_bounds: TokenBounds
) -> list[Row]:
    """Return a row a sentence: its text, tokens, tags and the parts of the spans that lie in it."""
    links, status_of = links_of(gold.relations), span_status(article, gold)
    parts = {s.id: parts_of(s, article.sentences) for s in gold.spans}
    meta = article.metadata
    rows = []
    for index, (bounds, status) in enumerate(zip(article.sentences, gold.status, strict=True)):
        text = article.text[bounds.start : bounds.end]
        here = [s for s in gold.spans if index in parts[s.id]]
        tokens = token_bounds(text)
        shown = [
            (s, {**span_fields(s, status_of), **_part_fields(s, index, parts[s.id], article)})
            for s in here
        ]
        entities = [fields for s, fields in shown if s.layer == "entity"]
        claims = [
            {**fields, **_claim_fields(s, links)} for s, fields in shown if s.layer == "claim"
        ]
        rows.append(
            {
                "id": sentence_id(article.id, bounds.start, bounds.end),
                "article_id": article.id,
                "story_id": story.id,
                "split": story.split,
                "index": index,
                "start": bounds.start,
                "end": bounds.end,
                "text": text,
                "tokens": [text[start:end] for start, end in tokens],
                "ner_tags": tag(tokens, entities),
                "entities": entities,
                "claims": claims,
                "status": weakest((status.entity, status.claim)),
                "entity_status": status.entity,
                "claim_status": status.claim,
                "annotators": list(status.annotators),
                "headline": meta.first("headline"),
                "outlet": meta.first("outlet"),
                "published": meta.first("published"),
            }
        )
    return rows


def article_row(article: Article, gold: Gold, story: Story) -> Row:
    """Return the row of one article: its full text, metadata and stand-off layers."""
    links, status_of = links_of(gold.relations), span_status(article, gold)
    meta = article.metadata
    return {
        "id": article.id,
        "story_id": story.id,
        "split": story.split,
        "text": article.text,
        "headline": meta.first("headline"),
        "authors": list(meta.author_names()),
        "place": meta.first("place"),
        "published": meta.first("published"),
        "outlet": meta.first("outlet"),
        "syndicated_from": meta.first("syndicated_from"),
        "section": meta.first("section"),
        "captions": [{"text": c.text, "credit": c.credit} for c in meta.captions],
        "sentences": [
            {
                "id": sentence_id(article.id, b.start, b.end),
                "start": b.start,
                "end": b.end,
                "entity_status": s.entity,
                "claim_status": s.claim,
                "annotators": list(s.annotators),
            }
            for b, s in zip(article.sentences, gold.status, strict=True)
        ],
        "entities": [span_fields(s, status_of) for s in gold.spans if s.layer == "entity"],
        "claims": [
            {**span_fields(s, status_of), **_claim_fields(s, links)}
            for s in gold.spans
            if s.layer == "claim"
        ],
        "status": weakest(x for s in gold.status for x in (s.entity, s.claim)),
        "seeds": list(article.seeds),
        "metadata_sources": [
            {"field": name, "value": f.value, "seed": f.seed, "line": f.line, "how": f.how}
            for name in type(meta).model_fields
            if name != "captions"
            for f in getattr(meta, name)
        ],
    }


def tag(tokens: Sequence[tuple[int, int]], entities: Sequence[Row]) -> list[int]:
    """Return the BIO tags of a sentence and write into each entity how it fits the tokens.

    Longer entities first, then earlier ones, as in spaCy's ``filter_spans``. ``alignment`` is
    ``exact``, ``expanded`` (the tags cover whole tokens, the span does not), or ``nested`` (a
    longer entity has a token already, so the span is in ``entities`` alone).
    """
    tag_ids = {name: number for number, name in enumerate(labels.load().bio_tags())}
    tags = [0] * len(tokens)
    for entity in sorted(entities, key=lambda e: (e["start"] - e["end"], e["start"])):
        start, end = entity["start"], entity["end"]
        covered = [i for i, (s, e) in enumerate(tokens) if s < end and e > start]
        if not covered or any(tags[i] for i in covered):
            entity["alignment"] = "nested"
            continue
        fits = (tokens[covered[0]][0], tokens[covered[-1]][1]) == (start, end)
        entity["alignment"] = "exact" if fits else "expanded"
        for i in covered:
            tags[i] = tag_ids[f"{'B' if i == covered[0] else 'I'}-{entity['label']}"]
    return tags


def spans_of(row: Row) -> list[Row]:
    """Return the spans of both layers of a sentence or an article."""
    return [*row["entities"], *row["claims"]]


def links_of(relations: Iterable[Relation]) -> dict[str, dict[str, list[str]]]:
    """Return the ids each span links to, by span id and relation."""
    links: dict[str, dict[str, list[str]]] = {}
    for relation in relations:
        links.setdefault(relation.head, {}).setdefault(relation.label, []).append(relation.tail)
    return links


def parts_of(span: GoldSpan, sentences: Sequence[Bounds]) -> dict[int, tuple[int, int]]:
    """Return the bounds of a span's part in each sentence that holds one, by sentence index."""
    return {
        index: (max(span.start, b.start), min(span.end, b.end))
        for index, b in enumerate(sentences)
        if span.start < b.end and span.end > b.start
    }


def span_status(article: Article, gold: Gold) -> dict[str, str]:
    """Return how far people have come with each span: the weakest status of its sentences."""
    return {
        span.id: weakest(
            getattr(gold.status[index], span.layer) for index in parts_of(span, article.sentences)
        )
        for span in gold.spans
    }


def span_fields(span: GoldSpan, status_of: Mapping[str, str]) -> Row:
    """Return what every table says of a span: where it is, what it is, and who made it."""
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
        "status": status_of[span.id],
    }


def _part_fields(
    span: GoldSpan, index: int, parts: Mapping[int, tuple[int, int]], article: Article
) -> Row:
    start, end = parts[index]
    shift = article.sentences[index].start
    return {
        "part": sorted(parts).index(index),
        "parts": len(parts),
        "start": start - shift,
        "end": end - shift,
        "text": article.text[start:end],
        "article_start": span.start,
        "article_end": span.end,
    }


def _claim_fields(span: GoldSpan, links: Mapping[str, Mapping[str, Sequence[str]]]) -> Row:
    declared = labels.load()
    mine = links.get(span.id, {})
    return {
        **{a.name: span.attributes.get(a.name) for a in declared.attributes},
        **{r.name: sorted(mine.get(r.name, [])) for r in declared.relations},
    }
