"""Bring annotations of any age to the labels that annotators have now."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from builder import labels
from builder.records import Annotation, Relation, Span

A = TypeVar("A", bound=Annotation)


def renamed(annotation: A) -> A:
    """Return an annotation with each label that was renamed under its new name.

    A relation stays where the labels at its ends still allow it.
    """
    if not retired():
        return annotation
    return _with_spans(annotation, [_renamed(span) for span in annotation.spans])


def offered(annotation: A) -> A:
    """Return an annotation as annotators get it suggested: renamed, and without retired labels."""
    if not retired():
        return annotation
    new = renamed(annotation)
    return _with_spans(new, [span for span in new.spans if span.label not in retired()])


def _with_spans(annotation: A, spans: Sequence[Span]) -> A:
    relations = tuple(_lasting(spans, annotation.relations))
    return annotation.model_copy(update={"spans": tuple(spans), "relations": relations})


def _renamed(span: Span) -> Span:
    name = labels.load().current(span.label) or span.label
    if name == span.label:
        return span
    allowed = labels.load().attributes_of(name)
    kept = {k: v for k, v in span.attributes.items() if v in allowed.get(k, ())}
    return span.model_copy(update={"label": name, "attributes": kept})


def _lasting(spans: Iterable[Span], relations: Iterable[Relation]) -> Iterable[Relation]:
    ends = {(r.name, r.head, r.tail) for r in labels.load().relations}
    label_of = {span.id: span.label for span in spans}
    return [r for r in relations if (r.label, label_of.get(r.head), label_of.get(r.tail)) in ends]


def retired() -> frozenset[str]:
    """Return the names of the labels that annotators may no longer use."""
    return frozenset(label.name for label in labels.load().labels if label.retired)


def what_became(spans: Iterable[Span]) -> Counter[str]:
    """Count the spans under retired labels by what annotators see in their place."""
    old = retired()
    return Counter(
        f"{span.label} -> {labels.load().current(span.label) or 'not shown'}"
        for span in spans
        if span.label in old
    )
