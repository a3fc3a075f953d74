"""Documents with names in, the same with other names of the same label out.

A network that reads the same names again and again learns them by heart; with names swapped it has
to read what stands around them ("mention replacement", Dai and Adel 2020).
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from builder.training.corpora import Document

_LABELS = ("PER", "ORG", "LOC")


def name_pool(documents: Sequence[Document]) -> dict[str, list[str]]:
    """Return the different names of each label, sorted."""
    pool: dict[str, set[str]] = {label: set() for label in _LABELS}
    for document in documents:
        for start, end, label in document.spans:
            if label in pool:
                pool[label].add(document.text[start:end])
    return {label: sorted(names) for label, names in pool.items()}


def with_other_names(
    document: Document, pool: dict[str, list[str]], rng: random.Random
) -> Document:
    """Return the document with each of its names swapped for one from ``pool``.

    One name is swapped for one and the same wherever it stands. Documents with spans that overlap
    stay as they are.
    """
    spans = sorted(document.spans)
    if any(a[1] > b[0] for a, b in pairwise(spans)):
        return document
    chosen: dict[tuple[str, str], str] = {}
    text, moved, at = "", [], 0
    shifts: list[tuple[int, int]] = [(0, 0)]
    for start, end, label in spans:
        old = document.text[start:end]
        new = chosen.setdefault((old, label), rng.choice(pool[label])) if label in pool else old
        text += document.text[at:start] + new
        moved.append((len(text) - len(new), len(text), label))
        shifts.append((end, len(text) - end))
        at = end
    text += document.text[at:]
    return replace(
        document,
        text=text,
        spans=tuple(moved),
        sentences=tuple(_moved(bounds, shifts) for bounds in document.sentences),
    )


def _moved(bounds: tuple[int, int], shifts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    start, end = (at + [by for place, by in shifts if place <= at][-1] for at in bounds)
    return start, end
