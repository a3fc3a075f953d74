"""Check records against what they are about: the article's text and the workspace's labels."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from builder.labels import LabelSet
from builder.records import (
    Annotation,
    Article,
    Correction,
    Gold,
    Rejection,
    Span,
    Suggestion,
    Task,
    Window,
)
from builder.text import TextError, check_span, paragraph_bounds

S = TypeVar("S", Suggestion, Correction)


def problems(
    record: Annotation | Gold | Window, article: Article, labels: LabelSet
) -> list[tuple[str, str]]:
    """Return what of a record breaks the contract: fields and reasons."""
    return [*text_problems(record, article), *label_problems(record, labels)]


def text_problems(record: Annotation | Gold | Window, article: Article) -> list[tuple[str, str]]:
    """Return what of a record is not as its article's text has it: fields and reasons."""
    if isinstance(record, Task):
        cut = article.text[record.start : record.end] != record.text
        wrong = [("text", "differs from the article's text")] if cut else []
        return wrong + _inner(text_problems(record.suggestion, article))
    if isinstance(record, Window):
        return _window_problems(record, article)
    return list(_annotation_problems(record, article))


def label_problems(record: Annotation | Gold | Window, labels: LabelSet) -> list[tuple[str, str]]:
    """Return which layers, labels and flags of a record are none of a label set's."""
    if isinstance(record, Task):
        return _inner(labels.problems(record.suggestion))
    return [] if isinstance(record, Window) else labels.problems(record)


def _inner(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(f"suggestion.{field}", reason) for field, reason in found]


def sound(
    placed: Iterable[tuple[Path, int, S]],
    articles: Mapping[str, Article],
    labels: LabelSet,
    stage: str,
) -> tuple[list[S], list[Rejection]]:
    """Return the records that keep the contract, and why a stage goes on without the others.

    Args:
        placed: the records with the file and the line that each stands in.
        articles: the articles by id; records of others are passed over.
        labels: the workspace's labels.
        stage: the stage that goes on without what breaks the contract.

    """
    kept: list[S] = []
    rejected: list[Rejection] = []
    for path, line, record in placed:
        article = articles.get(record.article)
        if article is None:
            continue
        wrong = problems(record, article, labels)
        place = "/".join(path.parts[-3:])
        rejected += [
            Rejection(stage=stage, path=place, line=line, field=field, reason=reason)
            for field, reason in wrong
        ]
        kept += [] if wrong else [record]
    return kept, rejected


def _window_problems(window: Window, article: Article) -> list[tuple[str, str]]:
    starts, ends = zip(*paragraph_bounds(article.text), strict=True)
    faults = []
    if window.start not in starts:
        faults.append(("start", f"{window.start} is no start of a paragraph"))
    if window.end not in ends:
        faults.append(("end", f"{window.end} is no end of a paragraph"))
    return faults


def _annotation_problems(record: Annotation | Gold, article: Article) -> Iterator[tuple[str, str]]:
    if isinstance(record, Gold):
        if len(record.status) != len(article.sentences):
            yield "status", f"{len(record.status)} for {len(article.sentences)} sentences"
    elif record.scope.end > len(article.text):
        yield "scope.end", f"{record.scope.end} is outside the text (0:{len(article.text)})"
    for index, span in enumerate(record.spans):
        yield from _span_problems(f"spans.{index}", span, article)
    if isinstance(record, Correction):
        for index, change in enumerate(record.changes):
            for side, changed in (("before", change.before), ("after", change.after)):
                if changed is not None:
                    yield from _span_problems(f"changes.{index}.{side}", changed, article)


def _span_problems(field: str, span: Span, article: Article) -> Iterator[tuple[str, str]]:
    try:
        check_span(article.text, span.start, span.end, span.text)
    except TextError as error:
        yield field, str(error)
