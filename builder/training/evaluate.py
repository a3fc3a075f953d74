"""Compare found spans with gold: precision, recall, F1 with intervals, and the errors.

``strict`` counts spans with the same bounds and label, ``partial`` spans of one label that share a
character. The intervals are those of F1 from a percentile bootstrap over documents (Efron
1979), of 1,000 draws.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from builder.errors import BuilderError
from builder.training.corpora import (
    LONGEST_CLAIM,
    Document,
    LabelledSpan,
    long_claims,
    read_file,
    read_sentences,
)
from builder.training.schemes import translation

Matches = Callable[[LabelledSpan, LabelledSpan], bool]
# From documents to the spans found in each, in the labels of any scheme that corpora knows.
Find = Callable[[Sequence[Document]], Sequence[Iterable[LabelledSpan]]]

_log = logging.getLogger(__name__)
_DRAWS = 1000
_DRAWS_AT_ONCE = 50


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

    def numbers(self) -> tuple[int, int, int, int]:
        """Return the four numbers in the order of the fields."""
        return self.gold, self.found, self.recalled, self.right

    def figures(self) -> dict[str, float]:
        """Return precision, recall and F1, between 0 and 1; nothing to find and none found is 1."""
        if not self.gold and not self.found:
            return {"precision": 1.0, "recall": 1.0, "f1": 1.0}
        precision = self.right / self.found if self.found else 0.0
        recall = self.recalled / self.gold if self.gold else 0.0
        total = precision + recall
        return {
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / total if total else 0.0,
        }


@dataclass(frozen=True)
class Error:
    """A span that was missed or is wrong; its place in the document's text, and what is around."""

    kind: Literal["missed", "wrong"]
    label: str
    document: str
    start: int
    end: int
    context: str


@dataclass(frozen=True)
class Evaluation:
    """What ``builder evaluate`` prints: the figures as documented, and the errors to read."""

    report: dict[str, Any]
    errors: tuple[Error, ...]


def exact(a: LabelledSpan, b: LabelledSpan) -> bool:
    """Tell whether both spans have the same bounds."""
    return a[:2] == b[:2]


def overlapping(a: LabelledSpan, b: LabelledSpan) -> bool:
    """Tell whether the spans share a character."""
    return a[0] < b[1] and b[0] < a[1]


def evaluate(path: Path, task: str, find: Find) -> Evaluation:
    """Compare what ``find`` finds with the gold in ``path``.

    What is found is renamed to the labels of the file, as ``schemes`` says. Labels that the file
    does not annotate are left out of account.

    Args:
        path: JSON lines, as ``corpora`` describes them.
        task: one of ``schemes.TASKS``.
        find: what is measured; its time, in seconds, is measured with it.

    Raises:
        BuilderError: a line is no record, or the file holds no label to compare the task with.

    """
    documents = read_sentences(path) if task == "sentences" else read_file(path, None)
    labels = {label for document in documents for label in document.annotates}
    names = translation(task, labels)
    if not names:
        held = ", ".join(sorted(labels)) or "none"
        raise BuilderError(f"{path}: holds no label to compare {task} with; its labels: {held}")
    began = time.perf_counter()
    answers = [list(answer) for answer in find(documents)]
    seconds = time.perf_counter() - began
    wanted = set(names.values())
    if task in ("claims", "author") and (long := long_claims(path)):
        _log.warning("%s: %d claims of more than %d characters left out", path, long, LONGEST_CLAIM)
    _say_left_out(path, labels - wanted, {s[2] for a in answers for s in a} - names.keys())
    gold = [[_shown(s) for s in d.spans if s[2] in wanted] for d in documents]
    found = [_renamed(answer, names) for answer in answers]
    report = {
        "task": task,
        "file": path.name,
        "documents": len(documents),
        "seconds": seconds,
        "words_per_second": sum(len(d.text.split()) for d in documents) / max(seconds, 1e-9),
        "strict": compare(gold, found, exact),
        "partial": compare(gold, found, overlapping),
    }
    return Evaluation(report, tuple(errors(documents, gold, found)))


def _say_left_out(path: Path, gold: Collection[str], found: Collection[str]) -> None:
    """Name the labels of the file and of the pipeline that the comparison leaves out."""
    for whose, labels in (("gold", gold), ("suggested", found)):
        if labels:
            named = ", ".join(sorted(labels))
            _log.warning("%s: %s labels left out of account: %s", path, whose, named)


def _renamed(answer: Iterable[LabelledSpan], names: Mapping[str, str]) -> list[LabelledSpan]:
    known = (span for span in answer if span[2] in names)
    return sorted({_shown((start, end, names[label])) for start, end, label in known})


def _shown(span: LabelledSpan) -> LabelledSpan:
    """Return a span as the report calls it: CONTENT is CLAIM."""
    return (span[0], span[1], "CLAIM") if span[2] == "CONTENT" else span


def count(
    gold: Iterable[LabelledSpan], found: Iterable[LabelledSpan], matches: Matches
) -> dict[str, Counts]:
    """Return for each label how the spans found in one document compare with the gold ones."""
    golds, founds = set(gold), set(found)
    counts: dict[str, Counts] = {}
    for label in sorted({span[2] for span in golds | founds}):
        a = [span for span in golds if span[2] == label]
        b = [span for span in founds if span[2] == label]
        recalled = sum(any(matches(x, y) for y in b) for x in a)
        right = sum(any(matches(x, y) for x in a) for y in b)
        counts[label] = Counts(len(a), len(b), recalled, right)
    return counts


def compare(
    gold: Sequence[Iterable[LabelledSpan]],
    found: Sequence[Iterable[LabelledSpan]],
    matches: Matches,
) -> dict[str, Any]:
    """Return ``{"micro": figures, "labels": {label: figures}}``, each with F1's ``ci95``."""
    documents = [count(g, f, matches) for g, f in zip(gold, found, strict=True)]
    labels = sorted({label for counts in documents for label in counts})
    by_label = [[counts.get(label, Counts()) for counts in documents] for label in labels]
    micro = [sum(counts.values(), Counts()) for counts in documents]
    columns = [micro, *by_label]
    figures = [
        {**sum(column, Counts()).figures(), "ci95": interval}
        for column, interval in zip(columns, _intervals(columns), strict=True)
    ]
    return {"micro": figures[0], "labels": dict(zip(labels, figures[1:], strict=True))}


def _intervals(columns: Sequence[Sequence[Counts]]) -> list[list[float]]:
    """Return for each column, a row a document, what 95 of 100 resampled F1 lie between.

    All columns see the same draws.
    """
    documents = len(columns[0])
    if not documents:
        return [[1.0, 1.0] for _ in columns]
    table = np.array([[row.numbers() for row in column] for column in columns], dtype=np.float64)
    table = table.transpose(1, 0, 2).reshape(documents, -1)
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(_DRAWS // _DRAWS_AT_ONCE):
        rows = rng.integers(documents, size=(_DRAWS_AT_ONCE, documents))
        times = np.array([np.bincount(row, minlength=documents) for row in rows], dtype=np.float64)
        drawn.append(times @ table)
    f1 = np.sort(_f1(np.concatenate(drawn).reshape(_DRAWS, len(columns), -1)), axis=0)
    ends = [round(share * (_DRAWS - 1)) for share in (0.025, 0.975)]
    return [[float(value) for value in column] for column in f1[ends].T]


def gain(after: Sequence[Counts], before: Sequence[Counts]) -> dict[str, Any]:
    """Return how much F1 grew, and what 95 of 100 draws of documents say of it.

    Args:
        after: the counts of each document.
        before: the counts of the same documents.

    """
    tables = [np.array([row.numbers() for row in some], dtype=float) for some in (after, before)]
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(len(after), [1 / len(after)] * len(after), size=_DRAWS)
    gains = np.sort(_f1(drawn @ tables[0]) - _f1(drawn @ tables[1]))
    whole = [float(_f1(table.sum(axis=0))) for table in tables]
    ends = [round(share * (_DRAWS - 1)) for share in (0.025, 0.975)]
    return {"f1": whole[0] - whole[1], "ci95": [float(gains[at]) for at in ends]}


def _f1(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return what ``Counts.figures`` calls F1, for an array whose last axis is the counts."""
    gold, found, recalled, right = np.moveaxis(counts, -1, 0)
    recall, precision = recalled / np.maximum(gold, 1), right / np.maximum(found, 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return np.where(gold + found == 0, 1.0, f1)


def errors(
    documents: Sequence[Document],
    gold: Sequence[Iterable[LabelledSpan]],
    found: Sequence[Iterable[LabelledSpan]],
) -> Iterator[Error]:
    """Yield each span that was missed or that should not be there."""
    for document, right, answer in zip(documents, gold, found, strict=True):
        golds = set(right)
        for span in sorted(golds ^ set(answer)):
            kind: Literal["missed", "wrong"] = "missed" if span in golds else "wrong"
            start, end, label = span
            context = _context(document.text, span)
            yield Error(kind, label, document.name, start, end, context)


def _context(text: str, span: LabelledSpan, width: int = 40) -> str:
    start, end, _ = span
    shown = f"{text[max(0, start - width) : start]}[{text[start:end]}]{text[end : end + width]}"
    return " ".join(shown.split())
