"""Tables in, an immutable release folder that ``load_dataset`` reads out.

The folder is written beside its place and moved there whole. Nothing in it depends on the clock,
so the same rows give the same bytes.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from builder import labels
from builder.config import Release as ReleaseConfig
from builder.errors import BuilderError
from builder.release import card, tables, version
from builder.release.rows import Row

MANIFEST = "manifest.json"
_SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class LeftOut:
    """An article or sentence that is in no table, and why."""

    id: str
    reason: str


@dataclass(frozen=True)
class Released:
    """A release on disk: its folder, version and digest, and whether it is new."""

    folder: Path
    version: str
    digest: str
    new: bool


def rows_digest(rows: Mapping[str, Sequence[Row]]) -> str:
    """Return the digest of all tables, which depends on rows alone."""
    sha = hashlib.sha256()
    for name in sorted(rows):
        sha.update(f"{name} {tables.digest(rows[name])}\n".encode())
    return sha.hexdigest()


def latest(releases: Path) -> Path | None:
    """Return the folder of the newest release, or None."""
    found = [p.parent for p in releases.glob(f"*/{MANIFEST}") if version.is_version(p.parent.name)]
    return max(found, key=lambda p: version.parse(p.name), default=None)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a release's manifest."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def read_rows(folder: Path) -> dict[str, list[Row]]:
    """Return the rows of all tables of a release."""
    return {
        name: [
            row for path in sorted((folder / name).glob("*.parquet")) for row in tables.read(path)
        ]
        for name in tables.features()
    }


def release(
    releases: Path,
    rows: Mapping[str, Sequence[Row]],
    left_out: Sequence[LeftOut],
    config: ReleaseConfig,
) -> Released:
    """Write the next release, unless the newest one holds exactly these rows."""
    digest = rows_digest(rows)
    newest = latest(releases)
    if newest is not None and read_manifest(newest)["digest"] == digest:
        return Released(newest, newest.name, digest, new=False)
    if not any(rows.values()):
        raise BuilderError(f"{releases}: there is nothing to release; run builder ingest first")
    number = version.FIRST
    if newest is not None:
        bumps = (version.bump(read_rows(newest), rows), _schema_bump(newest))
        number = version.grown(newest.name, version.greatest(bumps))
    return Released(write(releases / number, rows, left_out, config), number, digest, new=True)


def _schema_bump(newest: Path) -> version.Bump:
    old = {path.parent.name: tables.read_features(path) for path in newest.glob("*/*.parquet")}
    current = {name: features for name, features in tables.features().items() if name in old}
    return version.schema_bump(tables.fields(old), tables.fields(current))


def write(
    folder: Path,
    rows: Mapping[str, Sequence[Row]],
    left_out: Sequence[LeftOut],
    config: ReleaseConfig,
) -> Path:
    """Write a release folder; the folder's name is the version.

    Raises:
        BuilderError: the folder is there already (releases are immutable), or the disk failed.

    """
    if folder.exists():
        raise BuilderError(f"{folder}: is there already, and releases are never changed")
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        _fill(partial, folder.name, rows, left_out, config)
        partial.rename(folder)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise BuilderError(f"{folder}: cannot be written: {error.strerror or error}") from error
    return folder


def _fill(
    folder: Path,
    number: str,
    rows: Mapping[str, Sequence[Row]],
    left_out: Sequence[LeftOut],
    config: ReleaseConfig,
) -> None:
    sizes: dict[str, dict[str, card.SplitSize]] = {}
    for name, table in rows.items():
        for split in _SPLITS:
            part = [row for row in table if row["split"] == split]
            # An empty split fails to load, so none is written.
            if part:
                path = folder / name / f"{split}-00000-of-00001.parquet"
                nbytes = tables.write(path, part, name)
                sizes.setdefault(name, {})[split] = card.SplitSize(len(part), nbytes)
    digest = rows_digest(rows)
    text = card.render(config, number, digest, sizes, rows)
    (folder / "README.md").write_text(text, encoding="utf-8")
    manifest = {
        "name": config.name,
        "version": number,
        "digest": digest,
        "labels": labels.load().version,
        "tools": {
            tool: installed_version(tool)
            for tool in ("labelled-dataset-builder", "datasets", "pyarrow")
        },
        "rows": {name: {s: size.rows for s, size in by.items()} for name, by in sizes.items()},
        "left_out": [{"id": item.id, "reason": item.reason} for item in left_out],
        "files": file_hashes(folder),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def file_hashes(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and SHA-256 of every file of a release but the manifest, by path."""
    return {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
