"""Build gold: the best annotation of an article, and how far people have come with it."""

from collections.abc import Iterable, Mapping, Sequence

from builder.corrections import latest
from builder.labels import LabelSet
from builder.records import (
    RELATIONS,
    Annotation,
    Article,
    Bounds,
    Correction,
    Gold,
    GoldSpan,
    Layer,
    Relation,
    SentenceStatus,
    Span,
    Status,
    Suggestion,
)


def build(
    article: Article, suggestion: Suggestion, corrections: Iterable[Correction], labels: LabelSet
) -> Gold:
    """Return the gold of one article, in the labels that are in use.

    Where people looked (stretch and layers of a correction's scope), their spans stand; everywhere
    else the suggestion's. Of those who saw a span's stretch whole the latest has the say until
    somebody adjudicates; windows may overlap. Sentences on which all who saw them agree say so.
    """
    suggestion = labels.read(suggestion)
    work = [labels.read(correction) for correction in latest(corrections)]
    spans: dict[str, GoldSpan] = {
        span.id: _gold_span(span, "suggested", span.by, ())
        for span in suggestion.spans
        if not any(_touches(c, span) for c in work)
    }
    for number, correction in enumerate(work):
        for span in correction.spans:
            if not any(_overrules(later, correction, span) for later in work[number + 1 :]):
                spans[span.id] = _corrected(correction, span, work)
    return Gold(
        article=article.id,
        spans=tuple(sorted(spans.values(), key=_position)),
        relations=tuple(
            sorted(_relations(suggestion, work, spans), key=lambda r: (r.head, r.label, r.tail))
        ),
        status=tuple(_status(work, bounds, labels) for bounds in article.sentences),
    )


def by_people_alone(gold: Gold) -> bool:
    """Tell whether people have looked at every sentence, so that no suggestion is in the gold."""
    return all("machine" not in (s.entity, s.claim) for s in gold.status)


def _sees(correction: Correction, layer: Layer, start: int, end: int) -> bool:
    """Tell whether a person had all of a stretch before them."""
    scope = correction.scope
    if any(start < unseen.end and unseen.start < end for unseen in correction.unseen):
        return False
    return layer in scope.layers and scope.start <= start and end <= scope.end


def _touches(correction: Correction, span: Span) -> bool:
    """Tell whether a person had any of a span's stretch before them."""
    scope = correction.scope
    if any(unseen.start <= span.start and span.end <= unseen.end for unseen in correction.unseen):
        return False
    return span.layer in scope.layers and span.start < scope.end and scope.start < span.end


def _overrules(later: Correction, earlier: Correction, span: Span) -> bool:
    """Tell whether later work speaks against a span of earlier work.

    Whoever saw the span's stretch whole does; whoever saw a part of it, by marking that part anew
    with the same label, or by saying what became of the very same span.
    """
    if _sees(later, span.layer, span.start, span.end):
        return True
    return any(s.id == span.id or _rivals(s, span, earlier) for s in later.spans)


def _rivals(one: Span, other: Span, work: Correction) -> bool:
    """Tell whether a span marks some of another's words anew: not as it stands in that work."""
    return (
        (one.layer, one.label) == (other.layer, other.label)
        and (one.start < other.end and other.start < one.end)
        and not any(one.same_as(s) for s in work.spans)
    )


def _relations(
    suggestion: Suggestion, work: Sequence[Correction], spans: Mapping[str, Span]
) -> set[Relation]:
    """Return how spans are joined, as the latest says who saw both; if nobody did, as suggested."""
    found: set[Relation] = set()
    voices: list[Annotation] = [suggestion, *work]
    for number, voice in enumerate(voices):
        for relation in voice.relations:
            ends = [spans.get(relation.head), spans.get(relation.tail)]
            whole = [s for s in ends if s is not None]
            later = work[number:]
            if len(whole) == 2 and _may_join(relation, *whole):
                unseen = (all(_sees(c, "claim", s.start, s.end) for s in whole) for c in later)
                if not any(unseen):
                    found.add(relation)
    return found


def _may_join(relation: Relation, head: Span, tail: Span) -> bool:
    return RELATIONS[relation.label] == (head.label, tail.label)


def _corrected(correction: Correction, span: Span, work: Iterable[Correction]) -> GoldSpan:
    """Return a person's span with where it came from, and everyone who has left it so."""
    seen = _of_each_person(c for c in work if _sees(c, span.layer, span.start, span.end))
    people = tuple(sorted(c.producer.name for c in seen if any(s.same_as(span) for s in c.spans)))
    change = next((c for c in correction.changes if c.after and c.after.id == span.id), None)
    if change is None:
        return _gold_span(span, "suggested", span.by, people)
    if change.before is None:
        return _gold_span(span, "manual", None, people)
    return _gold_span(span, "changed", change.before.by, people)


def _of_each_person(work: Iterable[Correction]) -> list[Correction]:
    """Return the last of each person's corrections."""
    return list({c.producer.name: c for c in work}.values())


def _gold_span(
    span: Span, origin: str, suggested_by: str | None, annotators: tuple[str, ...]
) -> GoldSpan:
    return GoldSpan.model_validate(
        {
            **span.model_dump(),
            "origin": origin,
            "suggested_by": suggested_by,
            "annotators": annotators,
        }
    )


def _position(span: Span) -> tuple[int, int, str, str]:
    return (span.start, -span.end, span.layer, span.id)


def _status(work: Sequence[Correction], bounds: Bounds, labels: LabelSet) -> SentenceStatus:
    looked = {
        layer: _of_each_person(c for c in work if _sees(c, layer, bounds.start, bounds.end))
        for layer in labels.layers
    }
    people = {c.producer.name for found in looked.values() for c in found}
    return SentenceStatus(
        entity=_agreement(looked["entity"], "entity", bounds) if "entity" in looked else None,
        claim=_agreement(looked["claim"], "claim", bounds) if "claim" in looked else None,
        annotators=tuple(sorted(people)),
        blind=all(found and all(c.suggestion is None for c in found) for found in looked.values()),
    )


def _agreement(looked: Sequence[Correction], layer: Layer, bounds: Bounds) -> Status:
    if not looked:
        return "machine"
    if len(looked) == 1:
        return "single"
    views = [_view(correction, layer, bounds) for correction in looked]
    return "agreed" if all(view == views[0] for view in views) else "single"


def _view(correction: Correction, layer: Layer, bounds: Bounds) -> tuple[object, object]:
    """Return what one person marks in one sentence, with the links that start there."""
    spans = [
        s
        for s in correction.spans
        if s.layer == layer and s.start < bounds.end and s.end > bounds.start
    ]
    here = {s.id for s in spans}
    content = {s.id: s.content() for s in correction.spans}
    links = sorted(
        str((r.label, content[r.head], content[r.tail]))
        for r in correction.relations
        if r.head in here
    )
    return sorted(str(s.content()) for s in spans), links
