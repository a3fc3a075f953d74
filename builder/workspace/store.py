"""Records in, sorted JSONL shards on disk out, and back; every write is atomic.

A file is written under a temporary name and moved, so a command can be killed at any moment.
Files whose bytes would not change are not touched.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from io import StringIO
from pathlib import Path
from typing import Generic, TypeVar

import jsonlines
from filelock import FileLock, Timeout
from pydantic import ValidationError

from builder import labels, records
from builder.errors import BuilderError
from builder.workspace import config

_TEMPORARY = ".partial"
_dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))

R = TypeVar("R", bound=records.Record)


class RecordError(BuilderError):
    """A line that holds no valid record: names file, line, field and reason."""

    def __init__(self, path: Path, line: int, field: str, reason: str) -> None:
        where = f"{path}:{line}"
        super().__init__(f"{where}: {field}: {reason}" if field else f"{where}: {reason}")
        self.path, self.line, self.field, self.reason = path, line, field, reason


def write_bytes(path: Path, content: bytes, *, mode: int = 0o644) -> bool:
    """Put ``content`` at ``path`` in one move; return whether the file changed."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + _TEMPORARY)
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


def _explained(path: Path, error: jsonlines.InvalidLineError) -> RecordError:
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        first = cause.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        return RecordError(path, error.lineno, field, first["msg"])
    if isinstance(cause, UnicodeDecodeError):
        return RecordError(path, error.lineno, "", f"not UTF-8 at byte {cause.start} of the line")
    return RecordError(path, error.lineno, "", str(error))


@dataclass(frozen=True)
class Shelf(Generic[R]):
    """All records of one kind: a folder of JSONL files, each sorted by key."""

    folder: Path
    kind: type[R]
    key: Callable[[R], str]
    file_of: Callable[[R], str]

    def files(self) -> list[Path]:
        """Return the shelf's files in order."""
        return sorted(self.folder.glob("*.jsonl"))

    def load(self) -> dict[str, R]:
        """Return all records by key."""
        found = {}
        for path in self.files():
            for number, record in parse(path, self.kind):
                if self.key(record) in found:
                    raise RecordError(path, number, "", f"{self.key(record)} stands here twice")
                found[self.key(record)] = record
        return found

    def save(self, items: Iterable[R]) -> int:
        """Make the shelf hold exactly these records; return the number of files changed."""
        shards: dict[str, list[R]] = {}
        for record in sorted(items, key=self.key):
            shards.setdefault(self.file_of(record), []).append(record)
        changed = 0
        for name, content in shards.items():
            changed += write_bytes(self.folder / f"{name}.jsonl", dump(content))
        for path in self.files():
            if path.stem not in shards:
                path.unlink()
                changed += 1
        return changed


def _prefix(identity: str) -> str:
    return identity[:2]


@dataclass(frozen=True)
class Workspace:
    """A folder with builder.toml, seeds/ and data/: where everything of one dataset lives."""

    root: Path
    config: config.Config

    @property
    def data(self) -> Path:
        """The folder that holds one folder a stage."""
        return self.root / "data"

    @property
    def state(self) -> Path:
        """What belongs to this machine alone: server, secrets, cursors; never in git."""
        return self.root / ".builder"

    @property
    def seed_folder(self) -> Path:
        """Where the seeds lie."""
        return self.root / self.config.seeds

    @property
    def releases(self) -> Path:
        """Where the releases lie, a folder a version."""
        return self.data / "releases"

    @cached_property
    def labels(self) -> labels.LabelSet:
        """The labels of its own ``labels.toml``, or the default ones."""
        own = self.root / labels.FILE_NAME
        return labels.read(own) if own.exists() else labels.default()

    @cached_property
    def seeds(self) -> Shelf[records.Seed]:
        """Seeds by sha256: the map from seed to article."""
        return Shelf(self.data / "seeds", records.Seed, lambda s: s.id, lambda s: _prefix(s.id))

    @cached_property
    def articles(self) -> Shelf[records.Article]:
        """Frozen articles by id."""
        return Shelf(
            self.data / "articles", records.Article, lambda a: a.id, lambda a: _prefix(a.id)
        )

    @cached_property
    def stories(self) -> Shelf[records.Story]:
        """The ledger of stories and their splits."""
        return Shelf(self.data / "stories", records.Story, lambda s: s.id, lambda s: _prefix(s.id))

    @cached_property
    def tombstones(self) -> Shelf[records.Tombstone]:
        """What was taken back, by article, a file each, so that it merges without conflicts."""
        return Shelf(
            self.data / "tombstones", records.Tombstone, lambda t: t.article, lambda t: t.article
        )

    @cached_property
    def suggestions(self) -> Shelf[records.Suggestion]:
        """The current suggestion of each article."""
        return Shelf(
            self.data / "suggestions",
            records.Suggestion,
            lambda s: s.article,
            lambda s: _prefix(s.article),
        )

    @cached_property
    def tasks(self) -> Shelf[records.Task]:
        """What was last pushed, by task key."""
        return Shelf(
            self.data / "tasks", records.Task, lambda t: t.key, lambda t: _prefix(t.article)
        )

    @cached_property
    def corrections(self) -> Shelf[records.Correction]:
        """People's work, a file an article, so that it merges without conflicts."""
        return Shelf(
            self.data / "corrections", records.Correction, lambda c: c.key, lambda c: c.article
        )

    @cached_property
    def gold(self) -> Shelf[records.Gold]:
        """The best annotation of each article."""
        return Shelf(
            self.data / "gold", records.Gold, lambda g: g.article, lambda g: _prefix(g.article)
        )

    @cached_property
    def rejected(self) -> Shelf[records.Rejection]:
        """What went no further, and why, a file a stage."""
        return Shelf(self.data / "rejected", records.Rejection, lambda r: r.key, lambda r: r.stage)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other commands from writing this workspace; clear what a killed one left."""
        self.state.mkdir(parents=True, exist_ok=True)
        try:
            held = FileLock(self.state / "lock").acquire(timeout=0)
        except Timeout:
            raise BuilderError(
                f"{self.root}: another builder command is at work here. Wait for it, or stop it"
            ) from None
        with held:
            for partial in sorted(self.data.rglob(f"*{_TEMPORARY}")):
                if partial.is_dir():
                    shutil.rmtree(partial)
                else:
                    partial.unlink(missing_ok=True)
            yield


def open_workspace(root: Path) -> Workspace:
    """Return the workspace at ``root``, which must hold a builder.toml."""
    return Workspace(root.resolve(), config.read(root))
