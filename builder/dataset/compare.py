"""Compare two releases, and tell by how much the version has to grow."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from builder.dataset import manifest, tables
from builder.dataset.compare_tables import TableDiff, table_diff
from builder.dataset.rows import DERIVED
from builder.dataset.version import BUMPS, Bump
from builder.errors import BuilderError
from builder.phrasing import count


@dataclass(frozen=True)
class SchemaDiff:
    """Fields (by path) and labels that one release has and the other has not.

    ``renumbered`` are the ClassLabels in which an old name has another number; ``retired`` are
    labels and values of attributes that annotators may no longer use.
    """

    added: list[str]
    removed: list[str]
    retyped: list[str]
    renumbered: list[str]
    labels_added: list[str]
    retired: list[str]


@dataclass(frozen=True)
class Reason:
    """Something that makes the version grow: how much, what it is, and the rows or names."""

    bump: Bump
    what: str
    names: list[str]


@dataclass(frozen=True)
class Diff:
    """How a release differs from an older one."""

    old: str
    new: str
    bump: Bump
    reasons: list[Reason]
    schema: SchemaDiff
    about: list[str]
    tables: dict[str, TableDiff]


@dataclass(frozen=True)
class _Side:
    """One of the two releases: its Parquet tables with their typed fields, and its manifest."""

    tables: dict[str, pa.Table]
    fields: dict[str, Any]
    said: Mapping[str, Any]


def diff(old: Path, new: Path) -> Diff:
    """Compare two release folders.

    Raises:
        BuilderError: one of them is no release, or cannot be read.

    """
    return compare(_side(old, manifest.read(old)), _side(new, manifest.read(new)))


def against(old: Path, new: Path, said: Mapping[str, Any]) -> Diff:
    """Compare a release with one that has its Parquet files, but says of itself only ``said``."""
    return compare(_side(old, manifest.read(old)), _side(new, said))


def compare(old: _Side, new: _Side) -> Diff:
    """Compare two releases that were read."""
    gone = {item["id"]: item["reason"] for item in new.said.get("left_out", ())}
    found = {
        name: table_diff(name, old.tables.get(name), new.tables.get(name), gone)
        for name in sorted(old.tables.keys() | new.tables.keys())
    }
    schema = _schema_diff(old, new)
    described = (old.said.get("about", {}), new.said.get("about", {}))
    about = sorted(k for k in {*described[0], *described[1]} if _differs(k, *described))
    reasons = sorted(_reasons(found, schema, about), key=lambda r: -BUMPS.index(r.bump))
    return Diff(
        old=old.said["version"],
        new=new.said["version"],
        bump=reasons[0].bump if reasons else "patch",
        reasons=reasons,
        schema=schema,
        about=about,
        tables=found,
    )


def _side(folder: Path, said: Mapping[str, Any]) -> _Side:
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*/*.parquet")):
        files.setdefault(path.parent.name, []).append(path)
    try:
        read = {
            name: pa.concat_tables(parquet.read_table(p) for p in paths).combine_chunks()
            for name, paths in files.items()
        }
        fields = {name: tables.read_features(paths[0]) for name, paths in files.items()}
    except (OSError, pa.ArrowException) as error:
        raise BuilderError(f"{folder}: cannot be read as Parquet: {error}") from None
    typed = {path.removeprefix("."): kind for path, kind in tables.fields(fields).items()}
    return _Side(read, typed, said)


def _differs(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return bool(old.get(key) != new.get(key))


# --- fields, labels and what follows ---------------------------------------------------------


def _schema_diff(old: _Side, new: _Side) -> SchemaDiff:
    both = old.fields.keys() & new.fields.keys()
    other = sorted(path for path in both if old.fields[path] != new.fields[path])
    names = {p for p in other if all(isinstance(side.fields[p], tuple) for side in (old, new))}
    active_before, active_now = manifest.active_labels(old.said), manifest.active_labels(new.said)
    known = bool(active_before and active_now)
    return SchemaDiff(
        added=_only_in(new, old),
        removed=_only_in(old, new),
        retyped=[path for path in other if path not in names],
        renumbered=[p for p in other if p in names and _renumbered(old.fields[p], new.fields[p])],
        labels_added=sorted(active_now - active_before) if known else _appended(old, new, names),
        retired=sorted(active_before - active_now) if known else [],
    )


def _only_in(one: _Side, other: _Side) -> list[str]:
    """Return the fields that one side alone has; for a table that it alone has, the table."""
    alone = one.fields.keys() - other.fields.keys()
    tables_of = {path: path.partition(".")[0] for path in alone}
    return sorted({path if table in other.tables else table for path, table in tables_of.items()})


def _renumbered(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    return new[: len(old)] != old


def _appended(old: _Side, new: _Side, paths: Iterable[str]) -> list[str]:
    """Return the names that ClassLabels gained, for releases that do not list their labels."""
    return sorted({name for p in paths for name in new.fields[p] if name not in old.fields[p]})


def _reasons(
    found: Mapping[str, TableDiff], schema: SchemaDiff, about: list[str]
) -> Iterator[Reason]:
    changes: list[tuple[Bump, str, str, list[str]]] = [
        ("major", "field", "removed", schema.removed),
        ("major", "field", "of another type", schema.retyped),
        ("major", "label list", "in another order", schema.renumbered),
        ("major", "label", "retired", schema.retired),
        ("minor", "field", "added", schema.added),
        ("minor", "label", "added", schema.labels_added),
        ("patch", "line", "about the dataset changed", about),
    ]
    for name, table in found.items():
        rows: list[tuple[Bump, str, list[str]]] = [
            ("major", "removed", [row.id for row in table.removed]),
            ("major", "moved to another split", [row.id for row in table.moved]),
            ("major", "with another text", table.changed_text),
            ("minor", "added", table.added),
            ("patch", "changed", table.changed),
        ]
        for bump, what, ids in rows:
            least: Bump = "patch" if name in DERIVED else bump
            changes.append((least, "row", f"of {name} {what}", ids))
        # A split without rows cannot be loaded, whatever its rows are.
        changes.append(("major", "split", f"of {name} removed", table.splits_removed))
        changes.append(("minor", "split", f"of {name} added", table.splits_added))
    for bump, noun, what, names in changes:
        if names:
            yield Reason(bump, f"{count(len(names), noun)} {what}", names)
