"""Make a row for every claim of an article, with its sources, its cues and its context."""

from collections.abc import Iterable, Sequence

from builder.dataset.row_types import ClaimRow
from builder.dataset.rows import Marked, weakest
from builder.records import Gold, GoldSpan


def claim_rows(marked: Marked) -> list[ClaimRow]:
    """Return a row a claim, in the order of the text.

    A quote that its attribution interrupts is one claim: the CLAIM spans that ``continues`` joins
    are its ``parts``. Its id, attributes and provenance are those of the first part, its text is
    that of the parts with a space between them, and its bounds reach from the first to the last.

    All offsets count from the start of the article. ``context`` holds the whole sentences from the
    first to the last in which the claim, its sources and its cues lie, and ``status`` is that of
    the sentence in it that people have looked at least.
    """
    return [_row(marked, parts) for parts in joined(marked.gold)]


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


def _row(marked: Marked, parts: Sequence[GoldSpan]) -> ClaimRow:
    first, article, meta = parts[0], marked.article, marked.article.metadata
    sources = _linked(marked, parts, "attributed_to")
    cues = _linked(marked, parts, "introduced_by")
    around = _sentences(marked, [*parts, *sources, *cues])
    bounds = article.sentences[around[0] : around[-1] + 1]
    spans, said = marked.spans, marked.claim_layer
    return {
        "id": first.id,
        "story_id": marked.story.id,
        "split": marked.story.split,
        "article_id": article.id,
        "start": first.start,
        "end": max(part.end for part in parts),
        "text": " ".join(part.text for part in parts),
        "attribution": said[first.id]["attribution"],
        "quote_type": said[first.id]["quote_type"],
        "check_worthy": said[first.id]["check_worthy"],
        "parts": [
            {
                **spans[s.id],
                "attribution": said[s.id]["attribution"],
                "quote_type": said[s.id]["quote_type"],
                "check_worthy": said[s.id]["check_worthy"],
            }
            for s in parts
        ],
        "sources": [
            {
                **spans[s.id],
                "source_type": said[s.id]["source_type"],
                "speaker": said[s.id]["speaker"],
            }
            for s in sources
        ],
        "cues": [spans[s.id] for s in cues],
        "sentence_ids": [marked.sentence_ids[index] for index in _sentences(marked, parts)],
        "context": article.text[bounds[0].start : bounds[-1].end],
        "context_start": bounds[0].start,
        "origin": first.origin,
        "by": first.by,
        "suggested_by": first.suggested_by,
        "score": first.score,
        "annotators": list(first.annotators),
        "status": weakest(s.claim for s in marked.gold.status[around[0] : around[-1] + 1]),
        "headline": meta.first("headline"),
        "outlet": meta.first("outlet"),
        "published": meta.first("published"),
        "licence": marked.licence,
    }


def _linked(marked: Marked, parts: Iterable[GoldSpan], relation: str) -> list[GoldSpan]:
    """Return the spans that any part links to, in the order of the text."""
    ids = {tail for part in parts for tail in marked.links.get(part.id, {}).get(relation, ())}
    return sorted((marked.by_id[identity] for identity in ids), key=_place)


def _sentences(marked: Marked, spans: Iterable[GoldSpan]) -> list[int]:
    """Return the indices of the sentences in which the spans lie."""
    return sorted({index for span in spans for index in marked.places[span.id]})
