"""Check the lines of one file: UTF-8, JSON, the schema of its records, their order and place."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from pydantic import ValidationError

from builder.records import Record
from builder.validate.findings import Finding, Placed
from builder.validate.json_schema import schema
from builder.workspace.folder import Workspace
from builder.workspace.store import Shelf


def read_lines(
    path: Path, name: str, workspace: Workspace, shelf: Shelf[Any]
) -> Iterator[Finding | Placed]:
    """Yield a record for each good line, and findings for the others."""
    where = path.relative_to(workspace.root).as_posix()
    validator = _validator(name)
    try:
        content = path.read_bytes()
    except OSError as error:
        yield Finding(where, 0, "", f"cannot be read: {error.strerror}")
        return
    if content and not content.endswith(b"\n"):
        yield Finding(
            where, content.count(b"\n") + 1, "", "the last line has no line end: cut off?"
        )
    last_key = ""
    for number, line in enumerate(content.splitlines(), start=1):
        record, findings = _record(line, validator, shelf.kind)
        if record is None:
            yield from (Finding(where, number, field, reason) for field, reason in findings)
            continue
        key = shelf.key(record)
        if key <= last_key:
            yield Finding(where, number, "", f"{key} stands twice or out of order")
        if shelf.file_of(record) != path.stem:
            yield Finding(where, number, "", f"belongs into {shelf.file_of(record)}.jsonl")
        last_key = key
        yield Placed(where, number, record)


@cache
def _validator(name: str) -> Any:
    return jsonschema_rs.validator_for(json.loads(schema(name)))


def _record(
    line: bytes, validator: Any, kind: type[Record]
) -> tuple[Record | None, list[tuple[str, str]]]:
    """Return the record of a line, or what is wrong with it as fields and reasons."""
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return None, [("", f"not UTF-8 at byte {error.start}")]
    except json.JSONDecodeError as error:
        return None, [("", f"not JSON at column {error.colno}: {error.msg}")]
    except (ValueError, RecursionError) as error:
        return None, [("", f"JSON that no record can hold: {error}")]
    try:
        wrong = [
            (".".join(str(part) for part in e.instance_path), e.message)
            for e in validator.iter_errors(value)
        ]
    except ValueError:
        wrong = []  # a lone surrogate, or too deep: the record itself says where
    if wrong:
        return None, wrong
    try:
        return kind.model_validate_json(line), []
    except ValidationError as error:
        return None, [
            (".".join(str(part) for part in e["loc"]), str(e["msg"])) for e in error.errors()
        ]
