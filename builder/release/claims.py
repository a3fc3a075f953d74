"""Make a row for every claim, with its sources, cues and context."""

from collections.abc import Iterable, Mapping, Sequence

from builder import labels
from builder.dataset.rows import Row, links_of, parts_of, span_fields, span_status, weakest
from builder.records import Article, Gold, GoldSpan, Story
from builder.text import sentence_id


def claim_rows(article: Article, gold: Gold, story: Story) -> list[Row]:
    """Return a row a claim, in the order of the text.

    A quote that its attribution interrupts is one claim: the CLAIM spans that ``continues`` joins
    are its ``parts``. Its id, attributes and provenance are those of the first part, its text is
    that of the parts with a space between them, and its bounds reach from the first to the last.

    All offsets count from the start of the article. ``context`` holds the whole sentences from the
    first to the last in which the claim, its sources and its cues lie, and ``status`` is that of
    the sentence in it that people have looked at least.
    """
    spans = {span.id: span for span in gold.spans}
    links, status_of = links_of(gold.relations), span_status(article, gold)
    rows = []
    for parts in joined(gold):
        sources = _linked(parts, "attributed_to", links, spans)
        cues = _linked(parts, "introduced_by", links, spans)
        rows.append(_row(parts, sources, cues, status_of, article, gold, story))
    return rows


def joined(gold: Gold) -> list[list[GoldSpan]]:
    """Return the parts of each claim, both in the order of the text."""
    claims = sorted((s for s in gold.spans if s.label == "CLAIM"), key=_place)
    group = {span.id: [span] for span in claims}
    for relation in gold.relations:
        if relation.label == "continues" and group[relation.head] is not group[relation.tail]:
            both = [*group[relation.head], *group[relation.tail]]
            group.update((span.id, both) for span in both)
    parts = (sorted(group[span.id], key=_place) for span in claims)
    return [p for p, span in zip(parts, claims, strict=True) if p[0] is span]


def _place(span: GoldSpan) -> tuple[int, int, str]:
    return (span.start, span.end, span.id)


def _row(
    parts: Sequence[GoldSpan],
    sources: Sequence[GoldSpan],
    cues: Sequence[GoldSpan],
    status_of: Mapping[str, str],
    article: Article,
    gold: Gold,
    story: Story,
) -> Row:
    first, meta = parts[0], article.metadata
    inside = _sentences(parts, article)
    around = _sentences([*parts, *sources, *cues], article)
    bounds = article.sentences[around[0] : around[-1] + 1]
    row = {
        **span_fields(first, status_of),
        "article_id": article.id,
        "story_id": story.id,
        "split": story.split,
        "text": " ".join(part.text for part in parts),
        "end": max(part.end for part in parts),
        **_attributes(first),
        "parts": [{**span_fields(s, status_of), **_attributes(s)} for s in parts],
        "sources": [{**span_fields(s, status_of), **_attributes(s)} for s in sources],
        "cues": [{**span_fields(s, status_of), **_attributes(s)} for s in cues],
        "sentence_ids": [
            sentence_id(article.id, b.start, b.end)
            for b in (article.sentences[index] for index in inside)
        ],
        "context": article.text[bounds[0].start : bounds[-1].end],
        "context_start": bounds[0].start,
        "status": weakest(s.claim for s in gold.status[around[0] : around[-1] + 1]),
        "headline": meta.first("headline"),
        "outlet": meta.first("outlet"),
        "published": meta.first("published"),
    }
    del row["label"]  # always CLAIM
    return row


def _linked(
    parts: Iterable[GoldSpan],
    relation: str,
    links: Mapping[str, Mapping[str, Sequence[str]]],
    spans: Mapping[str, GoldSpan],
) -> list[GoldSpan]:
    """Return the spans that any part links to, in the order of the text."""
    ids = {tail for part in parts for tail in links.get(part.id, {}).get(relation, ())}
    return sorted((spans[identity] for identity in ids), key=_place)


def _sentences(spans: Iterable[GoldSpan], article: Article) -> list[int]:
    """Return the indices of the sentences in which the spans lie."""
    return sorted({index for span in spans for index in parts_of(span, article.sentences)})


def _attributes(span: GoldSpan) -> Row:
    """Return all attributes that are declared for the span's label."""
    return {name: span.attributes.get(name) for name in labels.load().attributes_of(span.label)}
