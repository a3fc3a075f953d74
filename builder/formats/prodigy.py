"""Read and write Prodigy's tasks as JSON Lines: one task an article, one file a split.

Tasks are for Prodigy's ``spans_manual``, with spans that may overlap.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from builder.formats.converted import Part, json_lines
from builder.formats.foreign import (
    ForeignLink,
    ForeignMark,
    ForeignText,
    Read,
    article_named,
    bounds,
    each_record,
    objects,
    score_of,
)
from builder.formats.labelled import Labelled, articles
from builder.labels import LabelSet
from builder.records import ATTRIBUTES, Span

SUFFIXES = (".jsonl",)
_VIEW = "spans_manual"
_ATTRIBUTES = frozenset(name for of_label in ATTRIBUTES.values() for name in of_label)


def export(release: Path, labels: LabelSet) -> Iterator[Part]:
    """Yield the tasks of one file a split."""
    return json_lines(articles(release, labels), _task)


def _task(article: Labelled) -> dict[str, Any]:
    from builder.annotate.tokens import token_bounds

    # Prodigy shows a token of white space as a box with a sign in it.
    tokens = [(a, b) for a, b in token_bounds(article.text) if not article.text[a:b].isspace()]
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    spans = {span.id: _span(span, starts, ends) for span in article.spans}
    return {
        "text": article.text,
        "tokens": [
            {
                "text": article.text[start:end],
                "start": start,
                "end": end,
                "id": number,
                "ws": article.text[end : end + 1].isspace(),
            }
            for number, (start, end) in enumerate(tokens)
        ],
        "spans": list(spans.values()),
        "relations": [
            {
                "head": spans[r.head]["token_start"],
                "child": spans[r.tail]["token_start"],
                "head_span": _ends(spans[r.head]),
                "child_span": _ends(spans[r.tail]),
                "label": r.label,
            }
            for r in article.relations
        ],
        "meta": article.meta(),
        "answer": "accept",
        "_view_id": _VIEW,
    }


def _span(span: Span, starts: Sequence[int], ends: Sequence[int]) -> dict[str, Any]:
    """Return a span with the first and last of the tokens that it touches (both inclusive)."""
    return {
        "start": span.start,
        "end": span.end,
        "token_start": bisect_right(ends, span.start),
        "token_end": bisect_left(starts, span.end) - 1,
        "label": span.label,
        "id": span.id,
        **span.attributes,
    }


def _ends(span: Mapping[str, Any]) -> dict[str, Any]:
    return {name: span[name] for name in ("start", "end", "token_start", "token_end", "label")}


# --- reading ----------------------------------------------------------------------------------


def read(path: Path, *, machine: bool) -> Read:
    """Yield the tasks of a file that were accepted, each with its spans and relations."""
    return each_record(path, _document)


def _document(file: str, line: int, task: Mapping[str, Any]) -> Read:
    text, answer = task.get("text"), task.get("answer", "accept")
    blank = ForeignText(file, "", line=line)
    if not isinstance(text, str):
        yield blank.fault("has no text", "text")
        return
    if answer != "accept":
        yield blank.fault(f"was answered with {answer}: it says not what is right", "answer")
        return
    marks: list[ForeignMark] = []
    for number, span in enumerate(objects(task.get("spans"))):
        try:
            marks.append(_mark(span, f"spans.{number}", line))
        except ValueError as error:
            yield blank.fault(str(error), f"spans.{number}")
    meta, author = task.get("meta"), task.get("_annotator_id")
    yield ForeignText(
        file,
        text,
        tuple(marks),
        tuple(
            ForeignLink(str(r.get("label")), _key(r.get("head_span")), _key(r.get("child_span")),
                 f"relations.{n}")
            for n, r in enumerate(objects(task.get("relations")))
        ),
        line=line,
        article=article_named(meta.get("article")) if isinstance(meta, Mapping) else None,
        author=author if isinstance(author, str) else None,
    )  # fmt: skip


def _mark(span: Mapping[str, Any], where: str, line: int) -> ForeignMark:
    start, end = bounds(span)
    text = span.get("text")
    return ForeignMark(
        str(span.get("label")),
        start,
        end,
        key=_key(span),
        text=text if isinstance(text, str) else None,
        attributes={name: str(span[name]) for name in _ATTRIBUTES if name in span},
        score=score_of(span.get("score")),
        where=where,
        line=line,
    )


def _key(span: object) -> str:
    """Return what tells a span from others: relations name its bounds and its label."""
    if not isinstance(span, Mapping):
        return ""
    return f"{span.get('start')}:{span.get('end')}:{span.get('label')}"
