"""Read and write the builder's own JSON Lines: an object a text, with spans and relations.

``{"text": ..., "spans": [{"start": 0, "end": 5, "label": "ORG"}], "relations": []}`` is enough.
"""

from collections.abc import Iterator, Mapping
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
from builder.records import LAYERS

SUFFIXES = (".jsonl", ".ndjson")


def export(release: Path, labels: LabelSet) -> Iterator[Part]:
    """Yield the lines of one file a split, with an article each."""
    return json_lines(articles(release, labels), _record)


def _record(article: Labelled) -> dict[str, Any]:
    return {
        **article.meta(),
        "text": article.text,
        "spans": [
            {
                "id": s.id,
                "label": s.label,
                "start": s.start,
                "end": s.end,
                "text": s.text,
                **({"attributes": s.attributes} if s.attributes else {}),
                **({} if s.score is None else {"score": s.score}),
            }
            for s in article.spans
        ],
        "relations": [
            {"label": r.label, "head": r.head, "tail": r.tail} for r in article.relations
        ],
    }


def read(path: Path, *, machine: bool) -> Read:
    """Yield the texts of a file with their spans; ``layers`` says which were looked at."""
    return each_record(path, _document)


def _document(file: str, line: int, record: Mapping[str, Any]) -> Read:
    text, layers = record.get("text"), record.get("layers")
    if not isinstance(text, str):
        yield ForeignText(file, "", line=line).fault("has no text", "text")
        return
    known = isinstance(layers, list) and all(layer in LAYERS for layer in layers)
    if layers is not None and not known:
        told = f"names another layer than {' and '.join(LAYERS)}"
        yield ForeignText(file, "", line=line).fault(told, "layers")
        return
    marks: list[ForeignMark] = []
    for number, span in enumerate(objects(record.get("spans"))):
        where = f"spans.{number}"
        try:
            marks.append(_mark(span, where, line))
        except ValueError as error:
            yield ForeignText(file, "", line=line).fault(str(error), where)
    yield ForeignText(
        file,
        text,
        tuple(marks),
        tuple(
            ForeignLink(
                str(r.get("label")), str(r.get("head")), str(r.get("tail")), f"relations.{n}"
            )
            for n, r in enumerate(objects(record.get("relations")))
        ),
        line=line,
        article=article_named(record.get("article")),
        layers=tuple(layers) if layers is not None else None,
    )


def _mark(span: Mapping[str, Any], where: str, line: int) -> ForeignMark:
    start, end = bounds(span)
    attributes, text = span.get("attributes"), span.get("text")
    named = attributes if isinstance(attributes, Mapping) else {}
    return ForeignMark(
        str(span.get("label")),
        start,
        end,
        key=str(span.get("id", where)),
        text=text if isinstance(text, str) else None,
        attributes={str(name): str(value) for name, value in named.items()},
        score=score_of(span.get("score")),
        where=where,
        line=line,
    )
