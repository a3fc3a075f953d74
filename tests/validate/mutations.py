"""Faults of every kind, put into the files of a workspace one at a time.

A fault is made from the records as they lie: each field of a record gets another type, is taken
away, shifted, copied, cut or swapped; each file loses, gains and moves lines.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Keys = tuple[str | int, ...]
_HEX = re.compile(r"[0-9a-f]{16,64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Mutation:
    """A fault: its kind, what it is in (a shelf and a field), the file, and how it is made."""

    kind: str
    where: str
    path: Path
    make: Callable[[Path], None]

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}"


def of_record(shelf: str, path: Path, number: int) -> Iterator[Mutation]:
    """Yield the faults of one record, given by its line."""
    record = json.loads(path.read_bytes().splitlines()[number])
    for keys, value in _walk(record):
        field = ".".join("*" if isinstance(key, int) else key for key in keys)
        for kind, changed in _changes(value):
            yield Mutation(kind, f"{shelf}.{field}", path, _put(number, keys, changed))
        # What is empty by default may be left out.
        if keys and isinstance(keys[-1], str) and value not in (None, [], {}):
            yield Mutation("missing", f"{shelf}.{field}", path, _take(number, keys))
        if isinstance(value, dict):
            yield Mutation("extra", f"{shelf}.{field}", path, _put(number, (*keys, "more"), 1))


def of_file(shelf: str, path: Path) -> Iterator[Mutation]:
    """Yield the faults of a whole file."""
    for kind, change in _FILE_CHANGES.items():
        yield Mutation(kind, f"{shelf} file", path, _bytes(change))
    yield Mutation("no file", f"{shelf} file", path, Path.unlink)
    yield Mutation("upper case", f"{shelf} file", path, lambda p: _rename(p, p.stem.upper() + "X"))
    yield Mutation("a link out", f"{shelf} file", path, _link_out)
    yield Mutation("a folder", f"{shelf} file", path, _folder)


_FILE_CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "first line gone": lambda b: b.split(b"\n", 1)[1],
    "first line twice": lambda b: b.split(b"\n", 1)[0] + b"\n" + b,
    "emptied": lambda _: b"",
    "cut in a line": lambda b: b[: len(b) - 9],
    "line end gone": lambda b: b.removesuffix(b"\n"),
    "byte-order mark": lambda b: b"\xef\xbb\xbf" + b,
    "carriage returns": lambda b: b.replace(b"\n", b"\r\n"),
    "blank line": lambda b: b"\n" + b,
    "blank line at the end": lambda b: b + b"\n",
    "merge mark": lambda b: b"<<<<<<< HEAD\n" + b + b"=======\n" + b + b">>>>>>> other\n",
    "NUL bytes": lambda b: b"\0" * len(b),
    "not UTF-8": lambda b: b.replace(b"e", b"\xe9", 1),
    "a key twice": lambda b: re.sub(rb'^\{("[a-z]+":[^,]+),', rb"{\1,\1,", b, count=1),
    "NaN": lambda b: re.sub(rb":(\d+|null)([,}])", rb":NaN\2", b, count=1),
    "a huge number": lambda b: re.sub(
        rb":(\d+|null)([,}])", rb":1" + b"0" * 400 + rb"\2", b, count=1
    ),
    "a lone surrogate": lambda b: re.sub(rb':"', rb':"\\ud800', b, count=1),
}


def _walk(value: Any, keys: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    yield keys, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*keys, key))
    elif isinstance(value, list):
        # The first and the last stand for those between.
        for index in sorted({0, len(value) - 1}) if value else ():
            yield from _walk(value[index], (*keys, index))


def _changes(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the kinds of fault that a value can have, each with the value then."""
    match value:
        case bool():
            yield "shifted", not value
            yield "type", "yes"
        case int() | float():
            yield "shifted", value + 1
            yield "shifted", value - 1
            yield "type", str(value)
            yield "huge", 10**12
        case str():
            yield from _of_text(value)
            yield "type", 7
        case list():
            yield "type", {}
            if value:
                yield "cut", value[:-1]
                yield "copied", [*value, value[-1]]
            if len(value) > 1 and value[0] != value[-1]:
                yield "swapped", [value[-1], *value[1:-1], value[0]]
        case dict():
            yield "type", []
        case None:
            yield "type", 7


def _of_text(value: str) -> Iterator[tuple[str, Any]]:
    if _HEX.fullmatch(value):
        yield "shifted", ("0" if value[0] != "0" else "1") + value[1:]
        yield "cut", value[:-1]
    elif _DAY.match(value):
        yield "future", f"2999{value[4:]}"
        yield "cut", value[:-2]
    elif value:
        yield "shifted", "Ꙛ" + value[1:]
        yield "cut", value[:-1]
        yield "address", "somebody@example.org"
        yield "spaced", f" {value}"


def _put(number: int, keys: Keys, value: Any) -> Callable[[Path], None]:
    def change(record: Any) -> Any:
        if not keys:
            return value
        place = record
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value
        return record

    return _line(number, change)


def _take(number: int, keys: Keys) -> Callable[[Path], None]:
    def change(record: Any) -> Any:
        place = record
        for key in keys[:-1]:
            place = place[key]
        del place[keys[-1]]
        return record

    return _line(number, change)


def _line(number: int, change: Callable[[Any], Any]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        lines = path.read_text("utf-8").splitlines()
        changed = change(json.loads(lines[number]))
        lines[number] = json.dumps(changed, ensure_ascii=False, separators=(",", ":"))
        path.write_text("\n".join(lines) + "\n", "utf-8")

    return make


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(change(path.read_bytes()))

    return make


def _rename(path: Path, name: str) -> None:
    path.rename(path.with_name(f"{name}.jsonl"))


def _link_out(path: Path) -> None:
    outside = path.parents[3] / "outside.jsonl"
    path.rename(outside)
    path.symlink_to(outside)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
