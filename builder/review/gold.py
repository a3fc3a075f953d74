"""Build gold: the best annotation of an article, and how far people have come with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from builder.corrections import latest, sees, settle
from builder.labels import LabelSet
from builder.records import (
    ADJUDICATION,
    CALIBRATION,
    FIRST,
    RELATIONS,
    SECOND,
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
from builder.review.disputes import disputes, link_of, overrules
from builder.review.doubts import Doubt, doubts, held


def build(
    article: Article, suggestion: Suggestion, corrections: Iterable[Correction], labels: LabelSet
) -> Gold:
    """Return the gold of one article, in the labels that are in use.

    Where people looked (stretch and layers of a correction's scope), their spans stand; everywhere
    else the suggestion's. A suggested span across the edge of a window was shown to nobody: it
    stands, and its sentences stay ``machine``, unless somebody has marked its words anew. Windows
    may overlap: of one person the latest work has the say. What people differ on is not in the
    gold: the sentences that it touches are disputed, and all opinions stay in their corrections.
    Sentences on which all who saw them agree say so. What an adjudicator decided takes the place of
    the opinions before it; a later opinion that differs opens the dispute again.
    """
    suggestion = labels.read(suggestion)
    everything = [labels.read(correction) for correction in latest(corrections)]
    work, settled = settle(everything)
    spans: dict[str, GoldSpan] = {
        span.id: _gold_span(span, "suggested", span.by, ())
        for span in suggestion.spans
        if not any(overrules(c, suggestion, span) for c in work)
    }
    unseen = list(spans.values())
    for number, correction in enumerate(work):
        for span in correction.spans:
            if not any(overrules(later, correction, span) for later in work[number + 1 :]):
                spans[span.id] = _corrected(correction, span, everything)
    apart, doubted = disputes(article, work), doubts(article, work)
    spans = {i: span for i, span in spans.items() if span.content() not in apart.contents}
    relations = _relations(suggestion, work, spans)
    kept = [r for r in relations if link_of(r, spans[r.head], spans[r.tail]) not in apart.links]
    return Gold(
        article=article.id,
        spans=tuple(sorted(spans.values(), key=_position)),
        relations=tuple(sorted(kept, key=lambda r: (r.head, r.label, r.tail))),
        status=tuple(
            _status(
                work,
                unseen,
                bounds,
                labels,
                {layer for layer, index in apart.sentences if index == number},
                doubted,
                settled,
            )
            for number, bounds in enumerate(article.sentences)
        ),
    )


def by_people_alone(gold: Gold) -> bool:
    """Tell whether people have looked at every sentence, so that no suggestion is in the gold."""
    return all("machine" not in (s.entity, s.claim) for s in gold.status)


def _relations(
    suggestion: Suggestion, work: Sequence[Correction], spans: Mapping[str, Span]
) -> list[Relation]:
    """Return how spans are joined, as the latest says who saw both; if nobody did, as suggested."""
    found: dict[tuple[str, str, str], Relation] = {}
    voices: list[Annotation] = [suggestion, *work]
    for number, voice in enumerate(voices):
        for relation in voice.relations:
            ends = [spans.get(relation.head), spans.get(relation.tail)]
            whole = [s for s in ends if s is not None]
            later = work[number:]
            if len(whole) == 2 and _may_join(relation, *whole):
                unseen = (all(sees(c, "claim", s.start, s.end) for s in whole) for c in later)
                drawn = relation.by is None or relation.identity not in found
                if drawn and not any(unseen):
                    found[relation.identity] = relation
    return list(found.values())


def _may_join(relation: Relation, head: Span, tail: Span) -> bool:
    return RELATIONS[relation.label] == (head.label, tail.label)


def _corrected(correction: Correction, span: Span, work: Iterable[Correction]) -> GoldSpan:
    """Return a person's span with where it came from, and everyone who has left it so.

    One that was taken over from an opinion, by who decides or looks again, comes from where that
    has it from.
    """
    if correction.round == ADJUDICATION or correction.round > CALIBRATION:
        before = (c for c in work if c.task == correction.task and c.round in (FIRST, SECOND))
        for opinion in before:
            own = next((s for s in opinion.spans if s.same_as(span)), None)
            if own is not None and opinion.updated <= correction.updated:
                found = _corrected(opinion, own, work)
                return found.model_copy(update={"id": span.id})
    seen = _of_each_person(c for c in work if sees(c, span.layer, span.start, span.end))
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


def _status(
    work: Sequence[Correction],
    unseen: Iterable[Span],
    bounds: Bounds,
    labels: LabelSet,
    disputed: Collection[Layer],
    doubted: Sequence[Doubt],
    settled: Sequence[Correction],
) -> SentenceStatus:
    """Return the status of one sentence, of which some layers are disputed.

    ``unseen`` are suggested spans that nobody was shown whole, ``settled`` the opinions in whose
    place somebody's decision stands.
    """
    here = {s.layer for s in unseen if s.start < bounds.end and s.end > bounds.start}
    looked = {
        layer: _of_each_person(
            c for c in work if layer not in here and sees(c, layer, bounds.start, bounds.end)
        )
        for layer in labels.layers
    }
    reached: dict[Layer, Status] = {
        layer: "disputed" if layer in disputed else _agreement(who, layer, bounds)
        for layer, who in looked.items()
    }
    before = [c for c in settled if _reaches(c, bounds)]
    here_now = {c.producer.name for found in looked.values() for c in found}
    people = here_now | {c.producer.name for c in before}
    return SentenceStatus(
        entity=reached.get("entity"),
        claim=reached.get("claim"),
        annotators=tuple(sorted(people)),
        held=held(doubted, bounds, here_now, agreed=set(reached.values()) <= {"agreed"}),
        blind=all(_blind(found, before) for found in looked.values()),
    )


def _reaches(correction: Correction, bounds: Bounds) -> bool:
    """Tell whether somebody had a sentence before them."""
    return any(sees(correction, x, bounds.start, bounds.end) for x in correction.scope.layers)


def _blind(looked: Sequence[Correction], settled: Sequence[Correction]) -> bool:
    """Tell whether people have looked and were shown no suggestion.

    Who decides is shown the opinions, so that these count.
    """
    opinions = [c for c in (*looked, *settled) if c.round != ADJUDICATION]
    return bool(looked) and bool(opinions) and all(c.blind for c in opinions)


def _agreement(looked: Sequence[Correction], layer: Layer, bounds: Bounds) -> Status:
    """Return how far people who differ on nothing have come with a layer of a sentence.

    They agree if all of them saw all that is marked there.
    """
    if not looked:
        return "machine"
    if any(correction.round == ADJUDICATION for correction in looked):
        return "adjudicated"
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
