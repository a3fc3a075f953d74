"""Check the lines of one file: UTF-8, JSON, the schema of its records, their order and place."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from pydantic import ValidationError

from builder.records import Record
from builder.validate.findings import Finding, Placed
from builder.validate.json_schema import schema
from builder.workspace.store import Shelf

# Longer lines are not read: an article of a million words with all its spans has a tenth of it.
LONGEST = 1 << 28
_MERGE = re.compile(rb"(?:<{7}|\|{7}|={7}|>{7})(?: |$)")
_BOM = b"\xef\xbb\xbf"
_MANY = 100  # faults of one line
Fault = tuple[str, str, str]  # rule, field, reason


def read_lines(path: Path, where: str, shelf: Shelf[Any]) -> Iterator[Finding | Placed]:
    """Yield a record for each good line of a file called ``where``, and findings for the others."""
    try:
        with path.open("rb") as file:
            lines = iter(lambda: file.readline(LONGEST), b"")
            yield from _lines(lines, path, where, shelf)
    except OSError as error:
        yield Finding(where, 0, "", f"cannot be read: {error.strerror}", "file")


def _lines(
    lines: Iterator[bytes], path: Path, where: str, shelf: Shelf[Any]
) -> Iterator[Finding | Placed]:
    last_key, number = "", 0
    for number, line in enumerate(lines, start=1):
        if len(line) == LONGEST and not line.endswith(b"\n"):
            told = f"is longer than {LONGEST} bytes; nothing after it was read"
            yield Finding(where, number, "", told, "line")
            return
        record, faults = _record(line, shelf.kind)
        for rule, field, reason in faults:
            yield Finding(where, number, field, reason, rule)
        if record is None:
            continue
        key = shelf.key(record)
        if key <= last_key:
            told = f"{key} stands twice or out of order"
            yield Finding(where, number, "", told, "order", key)
        if (file := shelf.file_of(record)) != path.stem:
            yield Finding(where, number, "", f"belongs into {file}.jsonl", "order", key)
        last_key = key
        yield Placed(where, number, record, key)
    if not number:
        yield Finding(where, 0, "", "is empty: no stage leaves an empty file", "file")


def _record(line: bytes, kind: type[Record]) -> tuple[Record | None, list[Fault]]:
    """Return the record of a line, if it holds one, and what is wrong with the line."""
    content = line.removesuffix(b"\n")
    try:
        record = kind.model_validate_json(content)
    except ValidationError as error:
        return None, _unread(content, error, kind)
    if line == content:
        return record, [("line", "", "the last line has no line end: cut off?")]
    # What the builder writes is sound; of other lines, what parsers read in two ways is found.
    if record.model_dump_json().encode() != content:
        return record, _read_in_two_ways(content)
    return record, []


def _read_in_two_ways(content: bytes) -> list[Fault]:
    if content.endswith(b"\r"):
        return [("line", "", "ends with a carriage return")]
    twice: list[str] = []

    def noted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        counted = Counter(name for name, _ in pairs)
        twice.extend(name for name, number in counted.items() if number > 1)
        return dict(pairs)

    json.loads(content, object_pairs_hook=noted)
    return [("json", name, "stands twice in one object") for name in twice[:_MANY]]


def _unread(content: bytes, error: ValidationError, kind: type[Record]) -> list[Fault]:
    """Return why a line holds no record: the first level at which it fails."""
    if content.startswith(_BOM):
        return [("line", "", "begins with a byte-order mark")]
    if _MERGE.match(content):
        return [("line", "", "is a mark of a merge that was not finished")]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return [("line", "", f"not UTF-8 at byte {wrong.start}")]
    if not text.strip("\0"):
        return [("line", "", "holds NUL bytes alone" if text else "is empty")]
    try:
        value = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as wrong:
        return [("json", "", f"not JSON at column {wrong.colno}: {wrong.msg}")]
    except (ValueError, RecursionError) as wrong:
        return [("json", "", f"JSON that no record can hold: {wrong}")]
    return _against_schema(value, kind) or [
        ("record", ".".join(str(part) for part in e["loc"]), str(e["msg"]))
        for e in error.errors()[:_MANY]
    ]


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _against_schema(value: Any, kind: type[Record]) -> list[Fault]:
    try:
        wrong = [
            ("schema", ".".join(str(part) for part in e.instance_path), e.message)
            for e, _ in zip(_validator(kind).iter_errors(value), range(_MANY), strict=False)
        ]
    except ValueError:
        return []  # a lone surrogate, or too deep: the record itself says where
    return wrong


@cache
def _validator(kind: type[Record]) -> Any:
    return jsonschema_rs.validator_for(json.loads(schema(kind)))
