"""Compare two releases shard by shard, and say how far the version has to grow."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import compute, parquet

from builder.dataset import features, left_out, manifest
from builder.dataset.compare_tables import Comparison, TableDiff
from builder.dataset.manifest import Manifest
from builder.dataset.schema import DERIVED, OPTIONAL, Features
from builder.dataset.shards import shard_of
from builder.dataset.version import BUMPS, Bump
from builder.errors import BuilderError
from builder.phrasing import count

# Why an opinion is gone whose article stays.
_BACK = "its author has taken the work back, or no longer agrees that it is published"


@dataclass(frozen=True)
class SchemaDiff:
    """Fields (by path) and labels that one release has and the other has not.

    ``renumbered`` are the ClassLabels in which an old name has another number; ``retired`` are
    labels and values of attributes that annotators may no longer use, ``retired_in_use`` those
    among them that spans of the older release have.
    """

    added: list[str]
    removed: list[str]
    retyped: list[str]
    renumbered: list[str]
    labels_added: list[str]
    retired: list[str]
    retired_in_use: list[str]


@dataclass(frozen=True)
class Reason:
    """Something that makes the version grow: how much, what it is, and the rows or names."""

    bump: Bump
    what: str
    names: list[str]


@dataclass(frozen=True)
class Diff:
    """How a release differs from an older one; ``left`` says who has left in between.

    ``rounds`` says why tasks were looked at again.
    """

    old: str
    new: str
    bump: Bump
    reasons: list[Reason]
    schema: SchemaDiff
    about: list[str]
    left: list[str]
    rounds: list[str]
    tables: dict[str, TableDiff]


class _Side:
    """One of the two releases: its manifest, its typed fields, and its files by shard."""

    def __init__(self, folder: Path, said: Manifest) -> None:
        self.folder, self.said = folder, said
        self._files: dict[str, dict[int, list[Path]]] = {}
        self._last: tuple[tuple[str, int], pa.Table] | None = None
        for path in sorted(folder.glob("*/*.parquet")):
            number = int(path.name.split("-")[1])
            self._files.setdefault(path.parent.name, {}).setdefault(number, []).append(path)
        self.features = self._features()
        self.fields = features.paths(self.features)

    def _features(self) -> dict[str, Features]:
        if self.said.configs is not None:
            return {name: config.features for name, config in self.said.configs.items()}
        return {
            name: self._read_features(min(path for paths in by.values() for path in paths))
            for name, by in self._files.items()
        }

    def _read_features(self, path: Path) -> Features:
        try:
            return features.read(path)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise BuilderError(f"{path}: cannot be read as Parquet: {error}") from None

    def splits(self, config: str) -> set[str]:
        """Return the splits of a config that have rows."""
        by = self._files.get(config, {})
        return {path.name.split("-")[0] for paths in by.values() for path in paths}

    def digest(self, shard: int) -> str:
        """Return the digest over the rows of a shard."""
        return self.said.shards[shard].digest if self.said.shards else self.said.digest

    def number_of_rows(self, config: str, shard: int) -> int:
        """Return how many rows of a config a shard has."""
        files = self._files.get(config, {}).get(shard, [])
        try:
            return sum(int(parquet.read_metadata(path).num_rows) for path in files)
        except (OSError, pa.ArrowException) as error:
            raise BuilderError(f"{files[0]}: cannot be read as Parquet: {error}") from None

    def table(self, config: str, group: int, groups: int) -> pa.Table | None:
        """Return the rows of a config in one of so many groups of stories, if it has the config.

        A shard may hold several groups.
        """
        if config not in self.features:
            return None
        several = groups // self.said.shard_count
        table = self._shard(config, group // several)
        if several == 1 or not len(table):
            return table
        stories = table.column("story_id").to_pylist()
        inside = [shard_of(story, groups) == group for story in stories]
        return table.filter(pa.array(inside, pa.bool_())).combine_chunks()

    def _shard(self, config: str, shard: int) -> pa.Table:
        if self._last is not None and self._last[0] == (config, shard):
            return self._last[1]
        files = self._files.get(config, {}).get(shard, [])
        try:
            read = [parquet.ParquetFile(path).read() for path in files]
            table = pa.concat_tables(read) if read else self._empty(config)
        except (OSError, pa.ArrowException) as error:
            where = ", ".join(map(str, files)) or str(self.folder)
            raise BuilderError(f"{where}: cannot be read as Parquet: {error}") from None
        self._last = ((config, shard), table.combine_chunks())
        return self._last[1]

    def _empty(self, config: str) -> pa.Table:
        return features.to_arrow(self.features[config]).empty_table()

    def used(self) -> set[str]:
        """Return the labels, and values as LABEL.attribute=value, that spans have."""
        labels = self.said.labels
        if not isinstance(labels, str) and labels.used is not None:
            return set(labels.used)
        found = set[str]()
        for shard in range(self.said.shard_count):
            for config in (name for name in self.features if name not in DERIVED):
                for layer in ("entities", "claims"):
                    spans = compute.list_flatten(self._shard(config, shard).column(layer))
                    for span in spans.to_pylist():
                        found.add(span["label"])
                        found |= {f"{span['label']}.{k}={v}" for k, v in span.items()}
        return found


def diff(old: Path | str, new: Path | str, releases: Path | None = None) -> Diff:
    """Compare two releases, row by row.

    Args:
        old: the folder of the older one, or its version in ``releases``.
        new: that of the newer one.
        releases: where versions are looked for; in ``data/releases`` if None.

    Raises:
        BuilderError: one of them is no release, or cannot be read.

    """
    there = releases or Path("data", "releases")
    after = manifest.find(new, there)
    return against(manifest.find(old, there), after, manifest.read(after))


def against(old: Path, new: Path, said: Manifest) -> Diff:
    """Compare a release with one that has its Parquet files, but says of itself only ``said``."""
    return _compare(_Side(old, manifest.read(old)), _Side(new, said))


def _compare(old: _Side, new: _Side) -> Diff:
    for side in (old, new):
        if not side.said.text:
            raise BuilderError(f"{side.folder}: has no text, and so is not compared; hydrate it")
    found, regrouped = dict[str, TableDiff](), dict[str, list[str]]()
    for name in sorted(old.features.keys() | new.features.keys()):
        found[name], regrouped[name] = _table_diff(name, old, new)
    schema = _schema_diff(old, new)
    about = manifest.differing(old.said.about, new.said.about)
    about += [] if old.said.rights == new.said.rights else ["rights"]
    about += [] if old.said.effort == new.said.effort else ["effort"]
    reasons = sorted(_reasons(found, regrouped, schema, about), key=lambda r: -BUMPS.index(r.bump))
    return Diff(
        old=old.said.version,
        new=new.said.version,
        bump=reasons[0].bump if reasons else "patch",
        reasons=reasons,
        schema=schema,
        about=about,
        left=[told for told in new.said.left if told not in old.said.left],
        rounds=[told for told in new.said.rounds if told not in old.said.rounds],
        tables=found,
    )


def _table_diff(config: str, old: _Side, new: _Side) -> tuple[TableDiff, list[str]]:
    """Compare a config by groups of stories: as many as the release with more shards has.

    Beside it stand the rows that are in another story now.
    """
    groups = max(old.said.shard_count, new.said.shard_count)
    same_groups = old.said.shard_count == new.said.shard_count
    found = Comparison(config)

    def load(old_group: int, new_group: int) -> tuple[pa.Table, pa.Table]:
        one, other = old.table(config, old_group, groups), new.table(config, new_group, groups)
        there = one if one is not None else other
        assert there is not None
        none = there.slice(0, 0)
        return one if one is not None else none, other if other is not None else none

    for group in range(groups):
        if same_groups and old.digest(group) == new.digest(group):
            found.skip(new.number_of_rows(config, group))
        else:
            found.add(group, *load(group, group))
    found.finish(load)
    reasons = _reasons_for_gone(new, found.gone())
    told = found.result(reasons, (old.splits(config), new.splits(config)))
    if config in OPTIONAL:
        gone = [replace(r, reason=r.reason or _BACK) for r in told.removed]
        told = replace(told, removed=gone)
    return told, found.other_story


def _reasons_for_gone(new: _Side, gone: set[str]) -> dict[str, str]:
    if isinstance(new.said.left_out, dict):
        return left_out.reasons(new.folder, gone)
    return {item.id: item.reason for item in new.said.left_out}


# --- fields, labels and what follows ---------------------------------------------------------


def _schema_diff(old: _Side, new: _Side) -> SchemaDiff:
    both = old.fields.keys() & new.fields.keys()
    other = sorted(path for path in both if old.fields[path] != new.fields[path])
    names = {p for p in other if all(isinstance(side.fields[p], tuple) for side in (old, new))}
    active_before, active_now = old.said.active_labels(), new.said.active_labels()
    known = bool(active_before and active_now)
    retired = sorted(active_before - active_now) if known else []
    return SchemaDiff(
        added=_only_in(new, old),
        removed=_only_in(old, new),
        retyped=[path for path in other if path not in names],
        renumbered=[p for p in other if p in names and _renumbered(old.fields[p], new.fields[p])],
        labels_added=sorted(active_now - active_before) if known else _appended(old, new, names),
        retired=retired,
        retired_in_use=sorted(old.used().intersection(retired)) if retired else [],
    )


def _only_in(one: _Side, other: _Side) -> list[str]:
    """Return the fields that one side alone has; for a config that it alone has, the config."""
    alone = one.fields.keys() - other.fields.keys()
    configs = {path: path.partition(".")[0] for path in alone}
    return sorted({path if of in other.features else of for path, of in configs.items()})


def _renumbered(old: Any, new: Any) -> bool:
    return bool(new[: len(old)] != old)


def _appended(old: _Side, new: _Side, paths: Iterable[str]) -> list[str]:
    """Return the names that ClassLabels gained, for releases that do not list their labels."""
    return sorted({name for p in paths for name in new.fields[p] if name not in old.fields[p]})


def _reasons(
    found: Mapping[str, TableDiff],
    regrouped: Mapping[str, list[str]],
    schema: SchemaDiff,
    about: list[str],
) -> Iterator[Reason]:
    unused = [name for name in schema.retired if name not in schema.retired_in_use]
    changes: list[tuple[Bump, str, str, list[str]]] = [
        ("major", "field", "removed", schema.removed),
        ("major", "field", "of another type", schema.retyped),
        ("major", "label list", "in another order", schema.renumbered),
        ("major", "label", "retired that spans have", schema.retired_in_use),
        ("minor", "label", "retired that no span has", unused),
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
            ("patch", "in another story", regrouped[name]),
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
