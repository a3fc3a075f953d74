"""Suggestions and corrections in, the best annotation of every article, with its status, out."""

from collections.abc import Iterable, Mapping, Sequence

from builder.records import (
    LAYERS,
    Article,
    Bounds,
    Correction,
    Gold,
    GoldSpan,
    Layer,
    Producer,
    Relation,
    Scope,
    SentenceStatus,
    Span,
    Status,
    Suggestion,
)


def build(article: Article, suggestion: Suggestion, corrections: Iterable[Correction]) -> Gold:
    """Return the gold of one article.

    Where a person looked (stretch and layers of a correction's scope), that person's spans stand;
    everywhere else the suggestion's. Of several people's work on one task the latest stands until
    somebody adjudicates; sentences on which all of them agree say so.
    """
    work = latest(corrections)
    spans: dict[str, GoldSpan] = {}
    for layer in LAYERS:
        chosen = _standing(work, layer)
        for span in suggestion.spans:
            if span.layer == layer and not any(_covers(c, layer, span.start) for c in chosen):
                spans[span.id] = _gold_span(span, "suggested", span.by, ())
        for correction in chosen:
            rivals = [c for c in work if c.task == correction.task and layer in c.scope.layers]
            for gold_span in _corrected(correction, layer, rivals):
                spans[gold_span.id] = gold_span
    claims = _standing(work, "claim")
    relations = {r for c in claims for r in c.relations}
    relations.update(_unseen_relations(suggestion, claims, spans))
    return Gold(
        article=article.id,
        spans=tuple(sorted(spans.values(), key=_position)),
        relations=tuple(sorted(relations, key=lambda r: (r.head, r.label, r.tail))),
        status=tuple(_status(article, work, bounds) for bounds in article.sentences),
    )


def unsuggested(article: Article) -> Suggestion:
    """Return the suggestion of nothing, for an article that people have looked at whole."""
    return Suggestion(
        article=article.id,
        scope=Scope(start=0, end=len(article.text), layers=LAYERS),
        producer=Producer(kind="rule", name="none", version="0"),
        spans=(),
        relations=(),
    )


def by_people_alone(gold: Gold) -> bool:
    """Tell whether people have looked at every sentence, so that no suggestion is in the gold."""
    return all("machine" not in (s.entity, s.claim) for s in gold.status)


def latest(corrections: Iterable[Correction]) -> list[Correction]:
    """Return each person's last revision of each task, without the skipped ones."""
    last: dict[tuple[str, str], Correction] = {}
    for correction in sorted(corrections, key=lambda c: c.key):
        last[correction.task, correction.producer.name] = correction
    return [c for c in last.values() if c.state == "submitted"]


def _standing(work: Sequence[Correction], layer: Layer) -> list[Correction]:
    """Return, of each task, the correction whose spans of ``layer`` stand."""
    standing: dict[str, Correction] = {}
    for correction in sorted(work, key=lambda c: (c.updated, c.producer.name)):
        if layer in correction.scope.layers:
            standing[correction.task] = correction
    return list(standing.values())


def _covers(correction: Correction, layer: Layer, position: int) -> bool:
    scope = correction.scope
    return layer in scope.layers and scope.start <= position < scope.end


def _unseen_relations(
    suggestion: Suggestion, chosen: Sequence[Correction], spans: Mapping[str, Span]
) -> Iterable[Relation]:
    """Yield the suggested relations that nobody saw whole and whose ends are what they were."""
    old = {span.id: span for span in suggestion.spans}
    for relation in suggestion.relations:
        ends = [old[relation.head], old[relation.tail]]
        unseen = not any(all(_covers(c, "claim", s.start) for s in ends) for c in chosen)
        if unseen and all(s.id in spans and spans[s.id].label == s.label for s in ends):
            yield relation


def _corrected(
    correction: Correction, layer: Layer, rivals: Sequence[Correction]
) -> Iterable[GoldSpan]:
    changes = {c.after.id: c for c in correction.changes if c.after is not None}
    for span in correction.spans:
        if span.layer != layer:
            continue
        people = tuple(
            sorted(c.producer.name for c in rivals if any(s.same_as(span) for s in c.spans))
        )
        change = changes.get(span.id)
        if change is None:
            yield _gold_span(span, "suggested", span.by, people)
        elif change.before is None:
            yield _gold_span(span, "manual", None, people)
        else:
            yield _gold_span(span, "changed", change.before.by, people)


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


def _status(article: Article, work: Sequence[Correction], bounds: Bounds) -> SentenceStatus:
    looked = {layer: [c for c in work if _covers(c, layer, bounds.start)] for layer in LAYERS}
    people = {c.producer.name for found in looked.values() for c in found}
    return SentenceStatus(
        entity=_agreement(looked["entity"], "entity", bounds),
        claim=_agreement(looked["claim"], "claim", bounds),
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
