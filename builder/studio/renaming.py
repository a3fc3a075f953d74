"""Show annotators what is suggested to them in the labels that are in use."""

from typing import TypeVar

from builder.labels import LabelSet
from builder.records import Annotation

A = TypeVar("A", bound=Annotation)


def offered(annotation: A, labels: LabelSet) -> A:
    """Return an annotation as annotators get it suggested: renamed, and without retired labels.

    Only the claim layer has relations, and its labels are never retired.
    """
    new, old = labels.read(annotation), retired(labels)
    kept = tuple(span for span in new.spans if span.label not in old)
    return new if len(kept) == len(new.spans) else new.model_copy(update={"spans": kept})


def retired(labels: LabelSet) -> frozenset[str]:
    """Return the names of the labels that annotators may no longer use."""
    return frozenset(label.name for label in labels.labels if label.retired)
