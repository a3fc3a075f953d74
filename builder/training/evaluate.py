"""Gold spans and found spans in, precision, recall and F1 out, with confidence intervals."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Labelled = tuple[int, int, str]
_DRAWS = 1000


@dataclass(frozen=True)
class Counts:
    """How many spans there are, how many were found, and how many of either match the other."""

    gold: int = 0
    found: int = 0
    recalled: int = 0
    right: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Return the sums."""
        return Counts(
            self.gold + other.gold,
            self.found + other.found,
            self.recalled + other.recalled,
            self.right + other.right,
        )

    def figures(self) -> dict[str, float]:
        """Return precision, recall and F1, between 0 and 1; nothing to find and none found is 1."""
        if not self.gold and not self.found:
            return {"precision": 1.0, "recall": 1.0, "f1": 1.0}
        precision = self.right / self.found if self.found else 0.0
        recall = self.recalled / self.gold if self.gold else 0.0
        total = precision + recall
        f1 = 2 * precision * recall / total if total else 0.0
        return {"precision": precision, "recall": recall, "f1": f1}


Matches = Callable[[Labelled, Labelled], bool]


def exact(a: Labelled, b: Labelled) -> bool:
    """Tell whether both spans have the same bounds."""
    return a[:2] == b[:2]


def overlapping(a: Labelled, b: Labelled) -> bool:
    """Tell whether the spans share a character."""
    return a[0] < b[1] and b[0] < a[1]


def count(
    gold: Iterable[Labelled], found: Iterable[Labelled], matches: Matches
) -> dict[str, Counts]:
    """Return for each label how the spans found in one document compare with the gold ones."""
    golds, founds = set(gold), set(found)
    counts: dict[str, Counts] = {}
    for label in sorted({span[2] for span in golds | founds}):
        a = [span for span in golds if span[2] == label]
        b = [span for span in founds if span[2] == label]
        counts[label] = Counts(
            len(a),
            len(b),
            sum(any(matches(x, y) for y in b) for x in a),
            sum(any(matches(x, y) for x in a) for y in b),
        )
    return counts


def compare(
    gold: Sequence[Iterable[Labelled]],
    found: Sequence[Iterable[Labelled]],
    matches: Matches,
    seed: int = 0,
) -> dict[str, Any]:
    """Return ``{"micro": figures, "labels": {label: figures}}``, each figure set with ``ci95``.

    The interval is that of F1 from a bootstrap over documents (percentiles of 1000 draws).
    """
    documents = [count(g, f, matches) for g, f in zip(gold, found, strict=True)]
    labels = sorted({label for counts in documents for label in counts})
    nothing = Counts()
    by_label = {label: [counts.get(label, nothing) for counts in documents] for label in labels}
    micro = [sum(counts.values(), nothing) for counts in documents]
    return {
        "micro": _with_interval(micro, seed),
        "labels": {label: _with_interval(rows, seed) for label, rows in by_label.items()},
    }


def _with_interval(rows: Sequence[Counts], seed: int) -> dict[str, Any]:
    figures: dict[str, Any] = dict(sum(rows, Counts()).figures())
    rng = random.Random(seed)  # noqa: S311 - a bootstrap, nothing secret
    drawn = sorted(
        sum(rng.choices(rows, k=len(rows)), Counts()).figures()["f1"] for _ in range(_DRAWS)
    )
    figures["ci95"] = [drawn[int(0.025 * _DRAWS)], drawn[int(0.975 * _DRAWS) - 1]]
    return figures
