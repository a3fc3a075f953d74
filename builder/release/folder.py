"""Tables in, an immutable release folder that ``load_dataset`` reads out.

The folder is written beside its place and moved there whole. Nothing in it depends on the clock,
so the same rows give the same bytes.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path

from builder import labels
from builder.config import Release as ReleaseConfig
from builder.errors import BuilderError
from builder.release import card, manifest, tables, version
from builder.release.digest import lasting_digest, rows_digest
from builder.release.rows import Row
from builder.release.splits import LeftOut

_SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Released:
    """A release on disk: its folder, version and digest, and whether it is new."""

    folder: Path
    version: str
    digest: str
    new: bool


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
    """Write the next release, unless the newest one holds the same work, fields and description.

    Suggestions that differ although their pipeline's version is the same make no release.
    """
    digest = rows_digest(rows)
    newest = manifest.latest(releases)
    if newest is not None:
        said = manifest.read(newest)
        old, current = _fields(newest)
        same = (said["lasting"], said["about"]) == (lasting_digest(rows), config.model_dump())
        if same and old == current:
            return Released(newest, newest.name, said["digest"], new=False)
    if not any(rows.values()):
        raise BuilderError(
            f"{releases}: there is nothing to release: no article has gold yet; "
            "run builder annotate and builder review"
        )
    number = version.FIRST
    if newest is not None:
        bumps = (version.bump(read_rows(newest), rows), version.schema_bump(old, current))
        number = version.grown(newest.name, version.greatest(bumps))
    return Released(write(releases / number, rows, left_out, config), number, digest, new=True)


def _fields(newest: Path) -> tuple[version.Fields, version.Fields]:
    """Return the fields of the newest release and those of today, for the tables that it has."""
    old = {path.parent.name: tables.read_features(path) for path in newest.glob("*/*.parquet")}
    current = {name: features for name, features in tables.features().items() if name in old}
    return tables.fields(old), tables.fields(current)


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
    content = {
        "name": config.name,
        "version": number,
        "digest": digest,
        "lasting": lasting_digest(rows),
        "about": config.model_dump(),
        "labels": labels.load().version,
        "tools": {
            tool: installed_version(tool)
            for tool in ("labelled-dataset-builder", "datasets", "pyarrow")
        },
        "rows": {name: {s: size.rows for s, size in by.items()} for name, by in sizes.items()},
        "left_out": [{"id": item.id, "reason": item.reason} for item in left_out],
        "files": manifest.file_hashes(folder),
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (folder / manifest.FILE_NAME).write_text(text, encoding="utf-8")
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
