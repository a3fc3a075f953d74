"""Read doccano's exports of sequence labelling and of relations, as JSON Lines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builder.formats.documents import (
    Document,
    Link,
    Mark,
    Read,
    bounds,
    json_records,
    objects,
    shown,
)
from builder.records import Rejection

SUFFIXES = (".jsonl", ".json")


def read(path: Path, *, machine: bool) -> Read:
    """Yield the texts of a file with their spans: ``label`` lists, or ``entities``."""
    for found in json_records(path):
        if isinstance(found, Rejection):
            yield found
        else:
            yield from _document(shown(path), *found)


def _document(file: str, line: int, record: Mapping[str, Any]) -> Read:
    text = record.get("text", record.get("data"))
    blank = Document(file, "", line=line)
    if not isinstance(text, str):
        yield blank.fault("has no text", "text")
        return
    listed = record.get("label", record.get("labels"))
    lists = listed if isinstance(listed, list) else [] if listed is None else [listed]
    spans = [(f"label.{n}", _as_object(x)) for n, x in enumerate(lists)]
    spans += [(f"entities.{n}", x) for n, x in enumerate(objects(record.get("entities")))]
    marks: list[Mark] = []
    for where, span in spans:
        try:
            start, end = bounds(span, "start_offset", "end_offset")
        except ValueError as error:
            yield blank.fault(str(error), where)
            continue
        label = str(span.get("label"))
        marks.append(Mark(label, start, end, str(span.get("id", where)), where=where, line=line))
    links = (
        Link(str(r.get("type")), str(r.get("from_id")), str(r.get("to_id")), f"relations.{n}")
        for n, r in enumerate(objects(record.get("relations")))
    )
    yield Document(file, text, tuple(marks), tuple(links), line=line)


def _as_object(listed: object) -> Mapping[str, Any]:
    """Return a span that is written as a list: start, end, label."""
    if isinstance(listed, list) and len(listed) == 3:
        return {"start_offset": listed[0], "end_offset": listed[1], "label": listed[2]}
    return {}
