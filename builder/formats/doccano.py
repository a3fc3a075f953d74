"""Read and write doccano's JSON Lines, of sequence labelling and of relations.

A span is written with its bounds and its label; doccano has no attributes.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from builder.formats.converted import Part, as_json
from builder.formats.foreign import (
    ForeignLink,
    ForeignMark,
    ForeignText,
    Read,
    article_named,
    bounds,
    each_record,
    objects,
)
from builder.formats.labelled import Labelled, articles
from builder.labels import LabelSet

SUFFIXES = (".jsonl", ".json")


def export(release: Path, labels: LabelSet) -> Iterator[Part]:
    """Yield the lines of one file a split, with an article each."""
    for article in articles(release, labels):
        line = as_json(_record(article)).encode() + b"\n"
        lost = sum(len(span.attributes) for span in article.spans)
        yield Part(f"{article.split}.jsonl", line, {"attributes of claims and sources": lost})


def _record(article: Labelled) -> dict[str, Any]:
    numbers = {span.id: number for number, span in enumerate(article.spans, start=1)}
    return {
        **article.meta(),
        "text": article.text,
        "entities": [
            {"id": numbers[s.id], "label": s.label, "start_offset": s.start, "end_offset": s.end}
            for s in article.spans
        ],
        "relations": [
            {"id": n, "from_id": numbers[r.head], "to_id": numbers[r.tail], "type": r.label}
            for n, r in enumerate(article.relations, start=1)
        ],
    }


def read(path: Path, *, machine: bool) -> Read:
    """Yield the texts of a file with their spans: ``label`` lists, or ``entities``."""
    return each_record(path, _document)


def _document(file: str, line: int, record: Mapping[str, Any]) -> Read:
    text = record.get("text", record.get("data"))
    blank = ForeignText(file, "", line=line)
    if not isinstance(text, str):
        yield blank.fault("has no text", "text")
        return
    listed = record.get("label", record.get("labels"))
    lists = listed if isinstance(listed, list) else [] if listed is None else [listed]
    spans = [(f"label.{n}", _as_object(x)) for n, x in enumerate(lists)]
    spans += [(f"entities.{n}", x) for n, x in enumerate(objects(record.get("entities")))]
    marks: list[ForeignMark] = []
    for where, span in spans:
        try:
            start, end = bounds(span, "start_offset", "end_offset")
        except ValueError as error:
            yield blank.fault(str(error), where)
            continue
        label = str(span.get("label"))
        marks.append(
            ForeignMark(label, start, end, str(span.get("id", where)), where=where, line=line)
        )
    links = (
        ForeignLink(
            str(r.get("type")), str(r.get("from_id")), str(r.get("to_id")), f"relations.{n}"
        )
        for n, r in enumerate(objects(record.get("relations")))
    )
    article = article_named(record.get("article"))
    yield ForeignText(file, text, tuple(marks), tuple(links), line=line, article=article)


def _as_object(listed: object) -> Mapping[str, Any]:
    """Return a span that is written as a list: start, end, label."""
    if isinstance(listed, list) and len(listed) == 3:
        return {"start_offset": listed[0], "end_offset": listed[1], "label": listed[2]}
    return {}
