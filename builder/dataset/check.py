"""Check a release folder: its files, its metadata, and that its spans read what they say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pyarrow import parquet

from builder.dataset import manifest, tables
from builder.dataset.digest import rows_digest
from builder.dataset.read import read_rows
from builder.dataset.rows import Row
from builder.errors import BuilderError
from builder.text import TextError, check_span

Problem = tuple[Path, str, str]


def problems(folder: Path) -> Iterator[Problem]:
    """Yield file, field and reason of everything that is wrong with a release."""
    try:
        said = manifest.read(folder)
        files, digest = dict(said["files"]), said["digest"]
    except (OSError, ValueError, KeyError, TypeError, BuilderError) as error:
        yield folder / manifest.FILE_NAME, "", f"cannot be read: {error}"
        return
    yield from _changed_files(folder, files)
    try:
        rows = read_rows(folder)
        yield from _untrue_readme(folder)
    except (OSError, ValueError) as error:
        yield folder, "", f"cannot be read as Parquet: {error}"
        return
    if rows_digest(rows) != digest:
        yield folder / manifest.FILE_NAME, "digest", "is not the digest of the rows"
    articles = {row["id"]: row["text"] for row in rows["articles"]}
    for table, part in rows.items():
        for row in part:
            for field, reason in _broken_spans(row, articles):
                yield folder / table, f"{row['id']}.{field}", reason


def _changed_files(folder: Path, declared: dict[str, Any]) -> Iterator[Problem]:
    found = manifest.file_hashes(folder)
    for name in sorted(declared.keys() | found.keys()):
        if name not in found:
            yield folder / name, "", "is missing"
        elif name not in declared:
            yield folder / name, "", "is not in the manifest"
        elif declared[name] != found[name]:
            yield folder / name, "", "was changed after the release: its sha256 differs"


def _untrue_readme(folder: Path) -> Iterator[Problem]:
    """The README's features beat those in the Parquet files silently, so they must be the same."""
    readme = folder / "README.md"
    try:
        _, head, _ = readme.read_text(encoding="utf-8").split("---\n", 2)
        infos = {info["config_name"]: info for info in yaml.safe_load(head)["dataset_info"]}
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        yield readme, "dataset_info", f"cannot be read: {error}"
        return
    for name, info in infos.items():
        for path in sorted((folder / name).glob("*.parquet")):
            # Compared as lists, in which order counts.
            if tables.read_features(path)._to_yaml_list() != info["features"]:
                yield readme, f"dataset_info.{name}.features", f"differ from those of {path.name}"
        for split in info["splits"]:
            files = (folder / name).glob(f"{split['name']}-*.parquet")
            rows = sum(parquet.read_metadata(path).num_rows for path in files)
            if rows != split["num_examples"]:
                yield readme, f"dataset_info.{name}.splits", f"{split['name']} has {rows} rows"


def _broken_spans(row: Row, articles: dict[str, str]) -> Iterator[tuple[str, str]]:
    whole = articles.get(row.get("article_id", ""))
    if "context" in row:
        yield from _broken_claim(row, whole)
        return
    if whole is not None and whole[row["start"] : row["end"]] != row["text"]:
        yield "text", "is not what the article reads there"
    for layer in ("entities", "claims"):
        for index, span in enumerate(row[layer]):
            yield from _misread(f"{layer}.{index}", row["text"], span, 0)
            if "article_start" in span and not _part_is_there(row, span):
                yield f"{layer}.{index}", "is not where its article_start and article_end say"


def _broken_claim(row: Row, whole: str | None) -> Iterator[tuple[str, str]]:
    shift, context, parts = row["context_start"], row["context"], row["parts"]
    if whole is not None and whole[shift : shift + len(context)] != context:
        yield "context", "is not what the article reads there"
    for name in ("parts", "sources", "cues"):
        for index, span in enumerate(row[name]):
            yield from _misread(f"{name}.{index}", context, span, shift)
    if row["text"] != " ".join(part["text"] for part in parts):
        yield "text", "is not that of its parts"
    if (row["start"], row["end"]) != (parts[0]["start"], max(part["end"] for part in parts)):
        yield "start", "the bounds are not those of its parts"


def _misread(field: str, text: str, span: Row, shift: int) -> Iterator[tuple[str, str]]:
    """Yield the reason if ``text``, which begins at ``shift``, does not read what the span says."""
    try:
        check_span(text, span["start"] - shift, span["end"] - shift, span["text"])
    except TextError as error:
        yield field, str(error)


def _part_is_there(row: Row, part: Row) -> bool:
    """Tell whether a sentence's part of a span lies in the span; one of one is all of it."""
    start, end = row["start"] + part["start"], row["start"] + part["end"]
    whole = (part["article_start"], part["article_end"])
    return whole == (start, end) or (part["parts"] > 1 and whole[0] <= start < end <= whole[1])
