"""Find what is wrong with a release: changed files, untrue metadata, broken spans."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from builder.dataset import described, features, manifest, manifest_check, schema, span_check
from builder.dataset.digest import composed, rows_digest
from builder.dataset.manifest import FileSaid, Manifest
from builder.dataset.row_check import RowCheck
from builder.dataset.schema import CONFIGS
from builder.errors import BuilderError, is_endless

Problem = tuple[Path, str, str]
# Sentences and claims are looked up in articles, and opinions and variants in those.
_IN_ORDER = ("articles", "claims", "sentences", "opinions", "variants")
_SHARD = re.compile(r"-([0-9]{5})-of-")


def problems(folder: Path) -> Iterator[Problem]:
    """Yield file, field and reason of everything that is wrong with a release, shard by shard."""
    try:
        said = manifest.read(folder)
    except BuilderError as error:
        yield folder / manifest.FILE_NAME, "", str(error).partition(": ")[2]
        return
    endless = [path for path in sorted(folder.rglob("*")) if is_endless(path)]
    yield from ((path, "", "is a pipe or a device, and no file") for path in endless)
    if endless:
        return
    yield from changed_files(folder, said.files)
    for name, field, reason in manifest_check.problems(folder, said):
        yield folder / (name or manifest.FILE_NAME), field, reason
    try:
        yield from described.problems(folder, said)
        yield from _untrue_rows(folder, said)
    except (OSError, ValueError, pa.ArrowException) as error:
        yield folder, "", f"cannot be read as Parquet: {error}"


def changed_files(folder: Path, declared: Mapping[str, FileSaid]) -> Iterator[Problem]:
    """Yield the files that are not those of the manifest."""
    found = manifest.file_hashes(folder)
    for name in sorted(declared.keys() | found.keys()):
        if name not in found:
            yield folder / name, "", "is missing"
        elif name not in declared:
            yield folder / name, "", "is not in the manifest"
        elif declared[name] != found[name]:
            yield folder / name, "", "was changed after the release: its sha256 differs"


def _untrue_rows(folder: Path, said: Manifest) -> Iterator[Problem]:
    """Yield what is wrong with the rows: digest, number, features, spans."""
    digests = []
    counted: dict[str, dict[str, int]] = {name: {} for name in said.rows}
    rows_agree = _row_check(said)
    files = _files_by_shard(folder)
    for shard in range(said.shard_count):
        rows: dict[str, list[dict[str, Any]]] = {}
        articles: dict[str, str] = {}
        if rows_agree is not None:
            rows_agree.shard()
        for config in _IN_ORDER:
            for path in files.get((config, shard), ()):
                table = parquet.ParquetFile(path).read()
                part = table.to_pylist()
                rows.setdefault(config, []).extend(part)
                split = path.name.partition("-")[0]
                by = counted.setdefault(config, {})
                by[split] = by.get(split, 0) + len(part)
                other = list(_other_features(path, table, said, config))
                yield from other
                if other:
                    continue  # what has other columns cannot be asked what is in them
                if config == "articles" and said.text:
                    articles |= {row["id"]: row["text"] for row in part}
                broken = span_check.broken(config, table, articles) if said.text else ()
                for row, field, reason in broken:
                    yield folder / config, f"{part[row]['id']}.{field}", reason
                if rows_agree is not None:
                    for identity, field, reason in rows_agree.disagreeing(config, split, part):
                        yield folder / config, f"{identity}.{field}", reason
        digests.append(rows_digest(rows))
        if said.shards and digests[-1] != said.shards[shard].digest:
            yield folder / manifest.FILE_NAME, f"shards.{shard}", "is not the digest of its rows"
    if composed(digests) != said.digest:
        yield folder / manifest.FILE_NAME, "digest", "is not the digest of the rows"
    if counted != said.rows:
        yield folder / manifest.FILE_NAME, "rows", "are not as many as there are"


def _files_by_shard(folder: Path) -> dict[tuple[str, int], list[Path]]:
    """Return the Parquet files of each config and shard, in order."""
    found: dict[tuple[str, int], list[Path]] = {}
    for config in CONFIGS:
        for path in sorted((folder / config).glob("*.parquet")):
            if named := _SHARD.search(path.name):
                found.setdefault((config, int(named[1])), []).append(path)
    return found


def _row_check(said: Manifest) -> RowCheck | None:
    """Return a check of the rows of a release of today's form; older ones have other columns."""
    if said.form != schema.VERSION or said.configs is None or "sentences" not in said.configs:
        return None
    tags = said.configs["sentences"].features.get("ner_tags")
    try:
        names = tags["feature"]["names"]  # type: ignore[index]
    except (KeyError, TypeError):
        return None
    return RowCheck(names)


def _other_features(path: Path, table: pa.Table, said: Manifest, config: str) -> Iterator[Problem]:
    if said.configs is None or config not in said.configs:
        return
    declared = said.configs[config].features
    if features.of_schema(table.schema) != declared:
        yield path, "", "has other features than the manifest says"
    elif table.schema.remove_metadata() != features.to_arrow(declared).remove_metadata():
        yield path, "", "has columns of other types than its features say"
