"""Find where people who looked at the same words mark them differently."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from builder.corrections import sees
from builder.records import Annotation, Article, Correction, Layer, Relation, Span

Content = tuple[object, ...]
# The relation's label, and what its two ends mark.
Link = tuple[str, Content, Content]


@dataclass(frozen=True)
class Disputes:
    """What people differ on in an article.

    ``contents`` is what the spans mark that somebody marks and somebody else does not who had the
    same words before them, ``links`` the same of relations; ``sentences`` holds layer and index of
    each sentence that any of it touches.
    """

    sentences: frozenset[tuple[Layer, int]] = frozenset()
    contents: frozenset[Content] = frozenset()
    links: frozenset[Link] = frozenset()


def disputes(article: Article, work: Sequence[Correction]) -> Disputes:
    """Return what people differ on: work that stands, in the order of time.

    Of each person the latest counts. A span is disputed if somebody who saw all of its words does
    not mark it, or who saw a part of them marks that part anew with the same label. Attributes
    count, who made a span or a link does not.
    """
    opinions = _opinions(work)
    if len(opinions) < 2:
        return Disputes()
    spans, links, places = set[Content](), set[Link](), list[Span]()
    for name, mine in opinions.items():
        others = [theirs for other, theirs in opinions.items() if other != name]
        for number, correction in enumerate(mine):
            later = mine[number + 1 :]
            for span in _standing(correction, later):
                if any(_differs(theirs, correction, span) for theirs in others):
                    spans.add(span.content())
                    places.append(span)
            for head, tail, link in _links(correction):
                if not _seen(later, head, tail) and any(
                    _lacks(theirs, head, tail, link) for theirs in others
                ):
                    links.add(link)
                    places.append(head)
    return Disputes(
        sentences=frozenset(
            (place.layer, number)
            for number, bounds in enumerate(article.sentences)
            for place in places
            if place.start < bounds.end and bounds.start < place.end
        ),
        contents=frozenset(spans),
        links=frozenset(links),
    )


def overrules(later: Correction, earlier: Annotation, span: Span) -> bool:
    """Tell whether later work speaks against a span of earlier work, or of a suggestion.

    Whoever saw the span's stretch whole does; whoever saw a part of it, by marking that part anew
    with the same label, or by saying what became of the very same span.
    """
    if sees(later, span.layer, span.start, span.end):
        return True
    return any(s.id == span.id or _rivals(s, span, earlier) for s in later.spans)


def _rivals(one: Span, other: Span, work: Annotation) -> bool:
    """Tell whether a span marks some of another's words anew: not as it stands in that work."""
    return (
        (one.layer, one.label) == (other.layer, other.label)
        and (one.start < other.end and other.start < one.end)
        and not any(one.same_as(s) for s in work.spans)
    )


def _opinions(work: Iterable[Correction]) -> dict[str, list[Correction]]:
    found: dict[str, list[Correction]] = {}
    for correction in work:
        found.setdefault(correction.producer.name, []).append(correction)
    return found


def _standing(correction: Correction, later: Sequence[Correction]) -> Iterator[Span]:
    """Yield the spans of a correction that its author's later work does not speak against."""
    for span in correction.spans:
        if not any(overrules(other, correction, span) for other in later):
            yield span


def _differs(theirs: Sequence[Correction], correction: Correction, span: Span) -> bool:
    """Tell whether another person's work speaks against a span."""
    saw = [c for c in theirs if sees(c, span.layer, span.start, span.end)]
    if saw:
        return not any(s.same_as(span) for s in saw[-1].spans)
    return any(overrules(c, correction, span) for c in theirs)


def _links(correction: Correction) -> Iterator[tuple[Span, Span, Link]]:
    spans = {span.id: span for span in correction.spans}
    for relation in correction.relations:
        head, tail = spans[relation.head], spans[relation.tail]
        yield head, tail, link_of(relation, head, tail)


def link_of(relation: Relation, head: Span, tail: Span) -> Link:
    """Return what a relation says, whatever the ids of its ends are."""
    return (relation.label, head.content(), tail.content())


def _seen(work: Sequence[Correction], head: Span, tail: Span) -> list[Correction]:
    """Return the work of a person who had both ends of a relation before them."""
    return [c for c in work if all(sees(c, "claim", s.start, s.end) for s in (head, tail))]


def _lacks(theirs: Sequence[Correction], head: Span, tail: Span, link: Link) -> bool:
    saw = _seen(theirs, head, tail)
    return bool(saw) and link not in {found for *_, found in _links(saw[-1])}
