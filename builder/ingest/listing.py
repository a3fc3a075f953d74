"""List the articles that a file holds, and remember them as long as the file stays as it is."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from builder.ingest.readers import contents, kinds, sidecars, streams
from builder.ingest.readers.content import Fault, SeedError
from builder.ingest.readers.contents import Mapped
from builder.records import Rejection
from builder.workspace.config import RecordField
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined

# Raised when what readers find in the same file changes.
_VERSION = "1"
_REFUSED = "!"


@dataclass(frozen=True, slots=True)
class File:
    """A seed: where it lies, how records call it, and the SHA-256 of its bytes.

    ``record`` and ``line`` tell where it stands in a file of many, ``sidecar`` is the file with its
    metadata and ``given`` that file's SHA-256.
    """

    path: Path
    name: str
    id: str
    kind: str = "text"
    record: str | None = None
    line: int | None = None
    size: int = 0
    sidecar: Path | None = None
    given: str | None = None

    @property
    def file_name(self) -> str:
        """Return the path of its file, as records call it."""
        return self.name if self.record is None else self.name.removesuffix(f"#{self.record}")


@dataclass(frozen=True)
class Listed:
    """The seeds in a file, what is wrong with the rest, and what is no article by its kind."""

    seeds: list[File] = field(default_factory=list)
    faults: list[Rejection] = field(default_factory=list)
    passed: list[Rejection] = field(default_factory=list)


def mapped(workspace: Workspace, name: str) -> Mapped | None:
    """Return what builder.toml says of the fields of a file, None if it says nothing."""
    for section in workspace.config.records:
        if fnmatchcase(name, section.files):
            return Mapped(_by_name(section.fields), _by_name(section.given))
    return None


def _by_name(fields: Mapping[RecordField, str]) -> dict[str, str]:
    return {str(name): value for name, value in fields.items()}


def kind_of(workspace: Workspace, path: Path, name: str) -> str:
    """Return the name of the reader for a file.

    Raises:
        SeedError: it is not article text.
        OSError: it cannot be opened.

    """
    named = kinds.by_name(path)
    if named is not None:
        if contents.holds_one(named):
            streams.check_size(path)
        return named
    streams.check_size(path)

    def look() -> str:
        try:
            return kinds.by_content(path)
        except SeedError as error:
            return _REFUSED + error.reason

    fresh = workspace.freshness
    found = fresh.worked_out("kinds-1", name, f"{_VERSION} {fresh.digest(path)}", look)
    if found.startswith(_REFUSED):
        raise SeedError(found.removeprefix(_REFUSED))
    return found


def listed(workspace: Workspace, path: Path, name: str, names: Collection[str]) -> Listed:
    """Return the seeds in a file; ``names`` are those of the files in its folder.

    Raises:
        SeedError: it is not article text.
        OSError: it cannot be opened.

    """
    fresh = workspace.freshness
    kind = kind_of(workspace, path, name)
    sidecar = sidecars.beside(path, names)
    given = fresh.digest(sidecar) if sidecar else None
    if contents.holds_one(kind):
        size = path.stat().st_size
        return Listed(
            [File(path, name, fresh.digest(path), kind, size=size, sidecar=sidecar, given=given)]
        )
    mapping = mapped(workspace, name)
    inputs = joined([_VERSION, kind, repr(mapping), fresh.digest(path)])
    rows = fresh.worked_out("records-1", name, inputs, lambda: _rows(path, kind, mapping))
    out = Listed()
    for row in rows:
        if "reason" in row:
            fault = Fault(**row)
            label = name if fault.record is None else f"{name}#{fault.record}"
            found = Rejection(stage="ingest", path=label, line=fault.line, reason=fault.reason)
            (out.passed if fault.expected else out.faults).append(found)
        else:
            label = f"{name}#{row['record']}"
            out.seeds.append(File(path, label, kind=kind, sidecar=sidecar, given=given, **row))
    return out


def _rows(path: Path, kind: str, mapping: Mapped | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for item in contents.items(path, kind, mapping):
        if isinstance(item, Fault):
            rows.append(asdict(item))
        else:
            rows.append(
                {"record": item.record, "line": item.line, "id": item.id, "size": item.size}
            )
    return rows
