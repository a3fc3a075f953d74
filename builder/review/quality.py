"""Measure, label by label, how good the suggestions were that corrections started from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from builder.corrections import opinions, shown
from builder.labels import LabelSet
from builder.records import CLAIM_LABELS, FIRST, LAYERS, SECOND, Correction, Span

_Mark = tuple[str, int, int]


@dataclass(frozen=True)
class LabelQuality:
    """How many spans of one label were suggested, how many people left, how many are both.

    ``right`` counts the suggested spans that stand with the same label and bounds; attributes are
    not counted. A figure that would divide by nothing is None.
    """

    label: str
    suggested: int
    gold: int
    right: int

    @property
    def precision(self) -> float | None:
        """Return the part of the suggested spans that people left as they were."""
        return self.right / self.suggested if self.suggested else None

    @property
    def recall(self) -> float | None:
        """Return the part of the spans in people's work that had been suggested."""
        return self.right / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of precision and recall."""
        both = self.suggested + self.gold
        return 2 * self.right / both if both else None


def suggestion_quality(
    corrections: Iterable[Correction], labels: LabelSet
) -> tuple[LabelQuality, ...]:
    """Return how the suggestions compare with people's work, for each label that occurs.

    Counted is each person's opinion of each task that showed a suggestion; second looks, which
    begin with gold, are not. Who corrects a suggestion tends to agree with it, and rules may have
    been developed on the very articles: both make the figures optimistic. Relations are not
    compared, since corrections keep those that people left, not those that were suggested.
    """
    suggested, gold, right = Counter[str](), Counter[str](), Counter[str]()
    asked = (c for c in corrections if c.round in (FIRST, SECOND))
    for correction in map(labels.read, opinions(asked)):
        if correction.suggestion is None:
            continue
        before, left = _marks(shown(correction)), _marks(correction.spans)
        for counter, marks in ((suggested, before), (gold, left), (right, before & left)):
            counter.update(label for label, _, _ in marks)
    return tuple(
        LabelQuality(x.name, suggested[x.name], gold[x.name], right[x.name])
        for x in labels.labels
        if suggested[x.name] or gold[x.name]
    )


def summed(rows: Iterable[LabelQuality]) -> list[LabelQuality]:
    """Return one row for each label, with the counts of all its rows."""
    total: dict[str, LabelQuality] = {}
    for row in rows:
        so_far = total.get(row.label, LabelQuality(row.label, 0, 0, 0))
        total[row.label] = LabelQuality(
            row.label,
            so_far.suggested + row.suggested,
            so_far.gold + row.gold,
            so_far.right + row.right,
        )
    return list(total.values())


def layer_quality(of_labels: Iterable[LabelQuality]) -> tuple[LabelQuality, ...]:
    """Return the sums over the labels of each layer that occurs, under the layer's name."""
    rows = list(of_labels)
    sums = []
    for layer in LAYERS:
        found = [row for row in rows if (row.label in CLAIM_LABELS) == (layer == "claim")]
        if found:
            suggested, gold = sum(r.suggested for r in found), sum(r.gold for r in found)
            sums.append(LabelQuality(layer, suggested, gold, sum(r.right for r in found)))
    return tuple(sums)


def _marks(spans: Iterable[Span]) -> set[_Mark]:
    return {(span.label, span.start, span.end) for span in spans}
