"""Check files, folders, releases and published datasets, wherever they lie."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from builder.errors import BuilderError
from builder.validate.findings import Finding
from builder.validate.levels import Validated, validate
from builder.validate.lines import read_lines
from builder.workspace import config, form, shelves
from builder.workspace.folder import open_workspace
from builder.workspace.store import Shelf

_RECORDS = ".jsonl"
_MANIFEST = "manifest.json"


def validate_targets(targets: Sequence[str]) -> Validated:
    """Check files of records, folders, workspaces, releases and published datasets.

    A workspace and a release are checked whole; of other folders, and of a file, each record alone.

    Args:
        targets: paths, or addresses such as ``hf://datasets/org/name@1.2.0``.

    Raises:
        BuilderError: a target is none of these, or cannot be fetched.

    """
    return _sum([_checked(target) for target in targets])


def _checked(target: str) -> Validated:
    if "://" in target:
        return _published(target)
    path = Path(target)
    if (path / config.FILE_NAME).is_file():
        return _under(path, validate(open_workspace(path)))
    if (path / _MANIFEST).is_file():
        return _release(path, path.as_posix())
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise BuilderError(
            f"{target}: is no file of records ({_RECORDS}), workspace ({config.FILE_NAME}) or "
            f"release ({_MANIFEST})"
        )
    return _records([path])


def _folder(path: Path) -> Validated:
    """Check the releases in a folder, and each file of records that is in none of them."""
    releases = sorted(found.parent for found in path.rglob(_MANIFEST))
    files = [
        file
        for file in sorted(path.rglob(f"*{_RECORDS}"))
        if not any(file.is_relative_to(release) for release in releases)
    ]
    if not (files or releases):
        raise BuilderError(f"{path}: holds no file of records ({_RECORDS}) and no release")
    return _sum([_records(files), *(_release(one, one.as_posix()) for one in releases)])


def _sum(done: Sequence[Validated]) -> Validated:
    return Validated(
        sum(one.files for one in done),
        sum(one.releases for one in done),
        sum(one.records for one in done),
        sorted({finding for one in done for finding in one.findings}),
    )


def _under(root: Path, found: Validated) -> Validated:
    """Return findings with their files named from the current folder."""
    where = root.as_posix()
    moved = [
        Finding(
            f"{where}/{f.path}" if where != "." else f.path,
            f.line,
            f.field,
            f.reason,
            f.rule,
            f.record,
        )
        for f in found.findings
    ]
    return Validated(found.files, found.releases, found.records, moved)


# --- releases -----------------------------------------------------------------------------------


def _published(address: str) -> Validated:
    from builder.dataset.remote import fetch

    place, _, version = address.rpartition("@")
    if not place:
        raise BuilderError(f"{address}: say which version, as in {address}@1.2.0")
    return _release(fetch(place, version), address)


def _release(folder: Path, called: str) -> Validated:
    from builder.dataset.check import problems

    findings = [
        Finding(
            "/".join(filter(None, (called, _inside(path, folder)))), 0, field, reason, "release"
        )
        for path, field, reason in problems(folder)
    ]
    return Validated(sum(p.is_file() for p in folder.rglob("*")), 1, 0, findings)


def _inside(path: Path, folder: Path) -> str:
    inside = path.relative_to(folder).as_posix()
    return "" if inside == "." else inside


# --- records ------------------------------------------------------------------------------------


def _records(files: Sequence[Path]) -> Validated:
    findings: list[Finding] = []
    records = 0
    for path in files:
        kind = _kind(path)
        if kind is None:
            told = f"holds no kind of record that is known: {', '.join(shelves.ALL)}"
            findings.append(Finding(path.as_posix(), 1, "", told, "schema"))
            continue
        for item in read_lines(path, path.as_posix(), _shelf(path, kind)):
            if isinstance(item, Finding):
                findings.append(item)
            else:
                records += 1
    return Validated(len(files), 0, records, findings)


def _shelf(path: Path, row: shelves.Row[Any]) -> Shelf[Any]:
    """Return the shelf that a file would be of; whatever it is called, its records belong there."""
    digits = len(path.stem)
    if path.parent.name == row.folder and digits in form.DIGITS:
        return Shelf(path.parent, row.kind, row.key, lambda record: row.file_of(record, digits))
    return Shelf(path.parent, row.kind, row.key, lambda _: path.stem)


def _kind(path: Path) -> shelves.Row[Any] | None:
    """Return the kind of the records of a file: by its folder, or else by its first line."""
    by_folder = {row.folder: row for row in shelves.ALL.values()}
    if path.parent.name in by_folder:
        return by_folder[path.parent.name]
    fields = _first_fields(path)
    likeness = {
        name: len(fields & set(row.kind.model_fields)) / len(fields | set(row.kind.model_fields))
        for name, row in shelves.ALL.items()
    }
    best = max(likeness, key=lambda name: likeness[name])
    return shelves.ALL[best] if likeness[best] >= 0.5 else None


def _first_fields(path: Path) -> set[str]:
    for value in _values(path):
        if isinstance(value, dict):
            return set(value)
    return set()


def _values(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        for line in file:
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                continue
