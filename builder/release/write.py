"""Write tables as an immutable release folder that ``load_dataset`` reads.

The folder is written beside its place and moved there whole. Nothing in it depends on the clock,
so the same rows give the same bytes.
"""

import dataclasses
import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from builder import labels
from builder.dataset import compare, manifest, notes, tables, version
from builder.dataset.digest import lasting_digest, rows_digest
from builder.dataset.rows import DERIVED, Row, spans_of
from builder.errors import BuilderError
from builder.release.card import chart, croissant, readme
from builder.release.card.limits import label_counts
from builder.release.card.origins import UNKNOWN, Origins
from builder.release.card.statements import statements
from builder.release.select import LeftOut
from builder.workspace.config import Release as ReleaseConfig

_SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Released:
    """A release on disk: its folder, version and digest, and whether it is new."""

    folder: Path
    version: str
    digest: str
    new: bool


def release(
    releases: Path,
    rows: Mapping[str, Sequence[Row]],
    left_out: Sequence[LeftOut],
    config: ReleaseConfig,
    behind: Origins = UNKNOWN,
    *,
    inputs: Mapping[str, str] | None = None,
    wanted: str | None = None,
) -> Released:
    """Write the next release, unless the newest one holds the same work, fields and description.

    Suggestions that differ although their pipeline's version is the same make no release.

    Args:
        releases: the folder of all releases.
        rows: each table's rows.
        left_out: what is in no table, and why.
        config: how the card describes the dataset.
        behind: what the card says beside the rows: people's work, and cleaning.
        inputs: digests of what the rows are made from, for the manifest.
        wanted: the version to give; it may be larger than the changes ask for, never smaller.

    Raises:
        BuilderError: there is nothing to release, or the wanted version is too small or taken.

    """
    newest = manifest.latest(releases)
    if newest is not None and wanted in (None, newest.name) and _same(newest, rows, config):
        return Released(newest, newest.name, manifest.read(newest)["digest"], new=False)
    if not any(rows.values()):
        raise BuilderError(
            f"{releases}: there is nothing to release: no article has gold yet; "
            "run builder annotate and builder review"
        )
    content = Content(rows, left_out, config, behind, inputs or {})
    folder = _written(releases, content, newest, wanted)
    return Released(folder, folder.name, rows_digest(rows), new=True)


def _same(newest: Path, rows: Mapping[str, Sequence[Row]], config: ReleaseConfig) -> bool:
    said = manifest.read(newest)
    old = {path.parent.name: tables.read_features(path) for path in newest.glob("*/*.parquet")}
    current = {name: declared for name, declared in tables.features().items() if rows.get(name)}
    return (
        (said["lasting"], said["about"]) == (lasting_digest(rows), config.model_dump())
        and tables.fields(old) == tables.fields(current)
        and manifest.active_labels(said) in (set(), set(labels.load().usable()))
    )


def write(
    folder: Path,
    rows: Mapping[str, Sequence[Row]],
    left_out: Sequence[LeftOut],
    config: ReleaseConfig,
    behind: Origins = UNKNOWN,
    *,
    inputs: Mapping[str, str] | None = None,
    previous: Path | None = None,
) -> Path:
    """Write a release folder; the folder's name is the version, ``previous`` the one before it.

    Raises:
        BuilderError: the folder is there already (releases are immutable), its number is too
            small for what changed, or the disk failed.

    """
    content = Content(rows, left_out, config, behind, inputs or {})
    return _written(folder.parent, content, previous, folder.name)


@dataclass(frozen=True)
class Content:
    """What a release is made from."""

    rows: Mapping[str, Sequence[Row]]
    left_out: Sequence[LeftOut]
    config: ReleaseConfig
    behind: Origins
    inputs: Mapping[str, str]


def _written(releases: Path, content: Content, previous: Path | None, wanted: str | None) -> Path:
    """Write the folder beside its place, its version last, and move it there whole."""
    # A name of its own: two that release at once never write into one folder.
    partial = releases / f".{os.getpid()}-{secrets.token_hex(4)}.partial"
    try:
        if wanted is not None:
            _refuse_taken(releases / wanted)
        partial.mkdir(parents=True)
        sizes = _write_tables(partial, content.rows)
        said = _manifest(content, sizes, previous)
        number, changes = wanted or version.FIRST, None
        if previous is not None:
            changes = compare.against(previous, partial, said)
            why = "; ".join(f"{r.what}: {notes.some(r.names)}" for r in changes.reasons)
            number = version.following(previous.name, changes.bump, wanted, why)
        folder = releases / number
        _refuse_taken(folder)
        said["version"] = number
        _write_words(partial, content, said, sizes, changes)
        _sync(partial)
        partial.rename(folder)
    except OSError as error:
        place = releases / (wanted or "the next release")
        raise BuilderError(f"{place}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def _refuse_taken(folder: Path) -> None:
    if (folder / manifest.FILE_NAME).exists():
        raise BuilderError(f"{folder}: is there already, and releases are never changed")
    if folder.exists():
        raise BuilderError(
            f"{folder}: is there, but holds no whole release (no {manifest.FILE_NAME}); "
            "restore it from git, or remove it"
        )


def _write_tables(
    folder: Path, rows: Mapping[str, Sequence[Row]]
) -> dict[str, dict[str, readme.SplitSize]]:
    sizes: dict[str, dict[str, readme.SplitSize]] = {}
    for name, table in rows.items():
        for split in _SPLITS:
            part = [row for row in table if row["split"] == split]
            # An empty split fails to load, so none is written.
            if part:
                path = folder / name / f"{split}-00000-of-00001.parquet"
                nbytes = tables.write(path, part, name)
                sizes.setdefault(name, {})[split] = readme.SplitSize(len(part), nbytes)
    return sizes


def _manifest(
    content: Content, sizes: Mapping[str, Mapping[str, readme.SplitSize]], previous: Path | None
) -> dict[str, Any]:
    """Return all that the manifest says but the hashes of the files."""
    declared = labels.load()
    before = None if previous is None else manifest.read(previous)
    return {
        "name": content.config.name,
        "version": "",
        "previous": before and {"version": before["version"], "digest": before["digest"]},
        "digest": rows_digest(content.rows),
        "lasting": lasting_digest(content.rows),
        "about": content.config.model_dump(),
        "inputs": dict(content.inputs),
        "labels": {
            "version": declared.version,
            "active": declared.usable(),
            "retired": [label.name for label in declared.labels if label.retired],
        },
        "tools": {
            tool: installed_version(tool)
            for tool in ("labelled-dataset-builder", "datasets", "pyarrow")
        },
        "models": _models(content.rows),
        "rows": {name: {s: size.rows for s, size in by.items()} for name, by in sizes.items()},
        "left_out": [{"id": item.id, "reason": item.reason} for item in content.left_out],
    }


def _models(rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """Return the pipelines, with their versions, that made or suggested spans."""
    makers = {
        maker.partition("/")[0]
        for name, table in rows.items()
        if name not in DERIVED
        for row in table
        for span in spans_of(row)
        for maker in (span["by"], span.get("suggested_by") or "")
    }
    return sorted(maker for maker in makers if "@" in maker)


def _write_words(
    folder: Path,
    content: Content,
    said: dict[str, Any],
    sizes: Mapping[str, Mapping[str, readme.SplitSize]],
    changes: compare.Diff | None,
) -> None:
    """Write what says in words what the tables hold: card, chart, Croissant, notes, manifest."""
    number, rows, config = said["version"], content.rows, content.config
    true = statements(config, number, rows, content.behind)
    text = readme.render(config, number, said["digest"], sizes, rows, true, content.behind.quality)
    (folder / "README.md").write_text(text, encoding="utf-8")
    (folder / chart.FILE_NAME).write_text(chart.bars(label_counts(rows)), encoding="utf-8")
    described = croissant.describe(config, number, manifest.file_hashes(folder), true)
    text = json.dumps(described, indent=1, ensure_ascii=False) + "\n"
    (folder / croissant.FILE_NAME).write_text(text, encoding="utf-8")
    if changes is None:
        text = notes.first(number, {name: len(table) for name, table in content.rows.items()})
    else:
        text = notes.text(dataclasses.replace(changes, new=number))
    (folder / notes.FILE_NAME).write_text(text, encoding="utf-8")
    said["files"] = manifest.file_hashes(folder)
    text = json.dumps(said, indent=2, ensure_ascii=False) + "\n"
    (folder / manifest.FILE_NAME).write_text(text, encoding="utf-8")


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
