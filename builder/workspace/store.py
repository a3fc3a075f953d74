"""Read and write records as sorted JSON Lines files, each file in one move.

A file is written under a temporary name and moved, so a command can be killed at any moment.
Files whose bytes would not change are not touched.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Generic, TypeVar

import jsonlines
from pydantic import ValidationError

from builder import records
from builder.errors import BuilderError, refuse_endless

TEMPORARY = ".partial"
_ENDING = ".jsonl"
_dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))

R = TypeVar("R", bound=records.Record)


class RecordError(BuilderError):
    """A line that holds no valid record: names file, line, field and reason."""

    def __init__(self, path: Path, line: int, field: str, reason: str) -> None:
        where = f"{path}:{line}"
        super().__init__(f"{where}: {field}: {reason}" if field else f"{where}: {reason}")
        self.path, self.line, self.field, self.reason = path, line, field, reason


def write_bytes(path: Path, content: bytes | memoryview, *, mode: int = 0o644) -> bool:
    """Put ``content`` at ``path`` in one move; return whether the file changed."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        temporary.unlink(missing_ok=True)
        with os.fdopen(os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_EXCL, mode), "wb") as f:
            f.write(content)
            f.flush()
            os.fsync(f.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise BuilderError(f"{path}: cannot be written: {error.strerror}") from error
    return True


@contextmanager
def partial_folder(inside: Path, place: Path) -> Iterator[Path]:
    """Give a folder for what will stand at a place; it is gone afterwards unless it was moved."""
    # A name of its own: two that write at once never write into one folder.
    partial = inside / f".{os.getpid()}-{secrets.token_hex(4)}{TEMPORARY}"
    try:
        partial.mkdir(parents=True)
        yield partial
    except OSError as error:
        raise BuilderError(f"{place}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def dump(items: Iterable[records.Record]) -> bytes:
    """Return records as JSON Lines, in the order given."""
    buffer = StringIO()
    with jsonlines.Writer(buffer, dumps=_dumps) as writer:
        writer.write_all(item.model_dump(mode="json") for item in items)
    return buffer.getvalue().encode("utf-8")


def parse(path: Path, kind: type[R]) -> Iterator[tuple[int, R]]:
    """Yield line number and record of each line of ``path``.

    Raises:
        RecordError: at the first line that is no valid record of this kind.

    """
    try:
        # Bytes, so that only a line feed ends a line and what is not UTF-8 is known by its line.
        with path.open("rb") as file:
            reader = jsonlines.Reader(file, loads=kind.model_validate_json)
            yield from enumerate(reader, start=1)
    except jsonlines.InvalidLineError as error:
        raise _explained(path, error) from None


def first_problem(error: ValidationError) -> tuple[str, str]:
    """Return the field and the reason of the first thing that is wrong with a record."""
    first = error.errors()[0]
    return ".".join(str(part) for part in first["loc"]), first["msg"]


def _explained(path: Path, error: jsonlines.InvalidLineError) -> RecordError:
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        return RecordError(path, error.lineno, *first_problem(cause))
    if isinstance(cause, UnicodeDecodeError):
        return RecordError(path, error.lineno, "", f"not UTF-8 at byte {cause.start} of the line")
    return RecordError(path, error.lineno, "", str(error))


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


_KEY = re.compile(rb'\{"[a-z]+":"([0-9a-f]+)"[,}]')


@dataclass(frozen=True)
class Place:
    """Where a record's line stands, in bytes, and the SHA-256 of the line."""

    path: Path
    start: int
    length: int
    digest: str


@dataclass(frozen=True)
class Shelf(Generic[R]):
    """All records of one kind: a folder of JSON Lines files, each sorted by key.

    ``file_of`` names the file that a record belongs in, without its suffix. Records are read file
    by file; only ``load`` holds them all. Of a shelf that is ``made_again`` from others, a file
    that cannot be read holds nothing: whoever makes it writes it anew. ``reading`` is what a record
    is read as, and ``writing`` what it is written as; records on the shelf stay as they are.
    """

    folder: Path
    kind: type[R]
    key: Callable[[R], str]
    file_of: Callable[[R], str]
    made_again: bool = False
    reading: Callable[[R], R] | None = None
    writing: Callable[[R], R] | None = None

    def files(self) -> list[Path]:
        """Return the shelf's files in order."""
        try:
            with os.scandir(self.folder) as entries:
                found = sorted((e for e in entries if e.name.endswith(_ENDING)), key=_name)
                for entry in found:
                    if not entry.is_file(follow_symlinks=False):
                        refuse_endless(Path(entry.path))
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [self.folder / entry.name for entry in found]

    def file(self, name: str) -> Path:
        """Return where the file called ``name`` lies or would lie."""
        return self.folder / f"{name}{_ENDING}"

    def read(self, *paths: Path) -> dict[str, R]:
        """Return the records of some files by key; a file that is not there holds none.

        Raises:
            RecordError: a line is no valid record, or a key stands there twice.

        """
        found: dict[str, R] = {}
        for path in paths:
            try:
                found |= self._read(path, found)
            except RecordError:
                if not self.made_again:
                    raise
        return found

    def _read(self, path: Path, before: Mapping[str, R]) -> dict[str, R]:
        found: dict[str, R] = {}
        for number, record in parse(path, self.kind) if path.exists() else ():
            key = self.key(record)
            if key in found or key in before:
                raise RecordError(path, number, "", f"{key} stands here twice")
            found[key] = record if self.reading is None else self.reading(record)
        return found

    def load(self) -> dict[str, R]:
        """Return all records by key, at once: for shelves that are small."""
        return self.read(*self.files())

    def placed(self, paths: Iterable[Path]) -> Iterator[tuple[Path, int, R]]:
        """Yield the records of some files, each with its file and line.

        Raises:
            RecordError: a line is no valid record.

        """
        for path in paths:
            if path.exists():
                for line, record in parse(path, self.kind):
                    yield path, line, record if self.reading is None else self.reading(record)

    def records(self) -> Iterator[R]:
        """Yield all records, file by file."""
        for path in self.files():
            yield from self.read(path).values()

    def write(self, name: str, items: Iterable[R]) -> bool:
        """Make one file hold exactly these records, in order; return whether it changed."""
        path = self.file(name)
        content = sorted(items if self.writing is None else map(self.writing, items), key=self.key)
        if content:
            return write_bytes(path, dump(content))
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def save(self, items: Iterable[R]) -> int:
        """Make the shelf hold exactly these records; return the number of files changed."""
        grouped: dict[str, list[R]] = {}
        for record in items:
            grouped.setdefault(self.file_of(record), []).append(record)
        stale = [path.stem for path in self.files() if path.stem not in grouped]
        return sum(self.write(name, grouped.get(name, ())) for name in (*grouped, *stale))

    def add(self, items: Iterable[R]) -> int:
        """Put records on the shelf, in place of those with their keys; return files changed."""
        grouped: dict[str, dict[str, R]] = {}
        for record in items:
            grouped.setdefault(self.file_of(record), {})[self.key(record)] = record
        as_written = replace(self, reading=None)
        return sum(
            self.write(name, {**as_written.read(self.file(name)), **new}.values())
            for name, new in grouped.items()
        )

    def places(self, *paths: Path) -> dict[str, Place]:
        """Return where each record of some files stands, of all files if none is named, by id.

        Raises:
            RecordError: a line is no valid record.

        """
        found: dict[str, Place] = {}
        for path in paths or self.files():
            start = 0
            with path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    content = line.rstrip(b"\n")
                    digest = hashlib.sha256(content).hexdigest()
                    place = Place(path, start, len(content), digest)
                    found[self._key_of(place, number, content)] = place
                    start += len(line)
        return found

    def _key_of(self, place: Place, number: int, line: bytes) -> str:
        """Return the key of a line: the id that it begins with, if it does."""
        match = _KEY.match(line)
        if match is not None:
            return match[1].decode()
        try:
            return self.key(self.kind.model_validate_json(line))
        except ValidationError as error:
            raise RecordError(place.path, number, *first_problem(error)) from None

    def at(self, place: Place) -> R:
        """Return the record that stands at a place.

        Raises:
            RecordError: it is no valid record, or the file has changed since.

        """
        with place.path.open("rb") as file:
            file.seek(place.start)
            line = file.read(place.length)
        if hashlib.sha256(line).hexdigest() != place.digest:
            raise RecordError(place.path, 0, "", "was changed while it was read: run again")
        try:
            return self.kind.model_validate_json(line)
        except ValidationError as error:
            field, reason = first_problem(error)
            number = place.path.read_bytes()[: place.start].count(b"\n") + 1
            raise RecordError(place.path, number, field, reason) from None


class View(Mapping[str, R]):
    """The records of a shelf by id, each read from its file when it is asked for."""

    def __init__(self, shelf: Shelf[R]) -> None:
        self._shelf = shelf
        self.places = shelf.places()

    def __getitem__(self, key: str) -> R:
        return self._shelf.at(self.places[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __contains__(self, key: object) -> bool:
        return key in self.places
