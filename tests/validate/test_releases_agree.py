"""A release whose hashes were put right again is found where its parts disagree."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from builder import pipeline
from builder.dataset import manifest
from builder.dataset.check import problems
from builder.dataset.digest import composed, rows_digest
from builder.dataset.schema import CONFIGS
from builder.dataset.splits import by_version
from builder.validate.levels import validate
from builder.workspace.folder import Workspace, open_workspace
from tests.test_validate import filled  # noqa: F401

Rows = list[dict[str, Any]]


@pytest.fixture
def release(filled: Workspace) -> Path:  # noqa: F811
    """The folder of a release, in a workspace without findings."""
    with filled.lock():
        made = pipeline.release(filled)
    assert validate(filled).findings == []
    return filled.releases / made.version


def told(folder: Path) -> set[tuple[str, str]]:
    """Return which files and fields are wrong; of a row, its field alone."""
    return {
        (p.relative_to(folder).as_posix(), f.rpartition(".")[2]) for p, f, _ in problems(folder)
    }


def say(folder: Path, **fields: object) -> None:
    """Put other fields into the manifest."""
    path = folder / manifest.FILE_NAME
    path.write_text(json.dumps(json.loads(path.read_bytes()) | fields), "utf-8")


def sign(folder: Path) -> None:
    """Make the hashes and digests of the manifest and of Croissant those of what lies there."""
    rows: dict[str, Rows] = {}
    for config in CONFIGS:
        for path in sorted((folder / config).glob("*.parquet")):
            rows.setdefault(config, []).extend(parquet.ParquetFile(path).read().to_pylist())
    digest = rows_digest(rows)
    described = json.loads((folder / "croissant.json").read_bytes())
    for of in described["distribution"]:
        if (path := folder / str(of.get("contentUrl"))).is_file():
            said = manifest.file_said(path)
            of |= {"sha256": said.sha256, "contentSize": f"{said.bytes} B"}
    (folder / "croissant.json").write_text(json.dumps(described), "utf-8")
    before = json.loads((folder / manifest.FILE_NAME).read_bytes())
    shards = [before["shards"][0] | {"digest": digest}]
    files = {name: said.model_dump() for name, said in manifest.file_hashes(folder).items()}
    say(folder, digest=composed([digest]), shards=shards, files=files)


def change(folder: Path, config: str, made: Callable[[Rows], object]) -> None:
    """Change the rows of a config, and sign the release anew."""
    (path,) = (folder / config).glob("*.parquet")
    table = parquet.ParquetFile(path).read()
    rows = table.to_pylist()
    made(rows)
    parquet.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    sign(folder)


def entity(rows: Rows) -> dict[str, Any]:
    found: dict[str, Any] = next(of for row in rows for of in row["entities"])
    return found


def test_a_release_that_was_signed_anew_without_a_change_has_no_findings(release: Path) -> None:
    change(release, "sentences", lambda _: None)
    assert told(release) == set()


ROWS: dict[str, tuple[str, Callable[[Rows], object], str]] = {
    "a label": ("sentences", lambda r: entity(r).update(label="LAW"), "ner_tags"),
    "a tag": ("sentences", lambda r: r[0].update(ner_tags=[1] * len(r[0]["tokens"])), "ner_tags"),
    "a tag too few": ("sentences", lambda r: r[0]["ner_tags"].pop(), "ner_tags"),
    "a token": ("sentences", lambda r: r[0]["tokens"].__setitem__(0, "Xx"), "tokens"),
    "a story": ("sentences", lambda r: r[0].update(story_id="ab" * 8), "story_id"),
    "a split": ("sentences", lambda r: r[0].update(split="test"), "split"),
    "a status": ("sentences", lambda r: r[0].update(status="perfect"), "status"),
    "a licence": ("articles", lambda r: r[0].update(licence="CC0-1.0"), "licence"),
}  # fmt: skip


@pytest.mark.parametrize("what", ROWS)
def test_a_row_that_disagrees_with_others_is_found_though_every_hash_is_right(
    release: Path, what: str
) -> None:
    config, made, field = ROWS[what]
    change(release, config, made)
    assert field in {f for _, f in told(release)}


def test_a_row_that_stands_twice_is_found(release: Path) -> None:
    change(release, "sentences", lambda rows: rows.append(rows[0]))
    assert ("sentences", "id") in told(release)


MANIFEST: dict[str, dict[str, object]] = {
    "form": {"form": 99},
    "text": {"text": False},
    "full": {"full": "ab" * 32},
    "previous.version": {"previous": {"version": "9.0.0", "digest": "ab" * 32}},
    "version": {"version": "9" * 5000},
    "configs": {"configs": None},
}


@pytest.mark.parametrize("field", MANIFEST)
def test_a_manifest_that_does_not_fit_together_is_found(release: Path, field: str) -> None:
    say(release, **MANIFEST[field])
    assert field.rpartition(".")[2] in {f for _, f in told(release)}


def test_other_labels_than_those_of_the_release_are_found(release: Path) -> None:
    own = release / "labels.toml"
    own.write_text(own.read_text("utf-8").replace('"LANGUAGE"', '"TONGUE"', 1), "utf-8")
    sign(release)
    assert ("manifest.json", "active") in told(release)


@pytest.mark.parametrize("name", ["labels.toml", "croissant.json", "LICENSE", "CHANGES.md"])
def test_what_every_release_has_is_missed_though_the_manifest_does_not_name_it(
    release: Path, name: str
) -> None:
    (release / name).unlink()
    said = json.loads((release / manifest.FILE_NAME).read_bytes())["files"]
    say(release, files={path: of for path, of in said.items() if path != name})
    assert (name, "") in told(release)


def test_a_column_of_another_type_is_found_and_not_looked_into(release: Path) -> None:
    (path,) = (release / "sentences").glob("*.parquet")
    table = parquet.ParquetFile(path).read()
    place = table.schema.get_field_index("start")
    parquet.write_table(table.set_column(place, "start", table["start"].cast(pa.float64())), path)
    assert any(file.startswith("sentences/") for file, _ in told(release))


def test_a_release_without_text_in_the_place_of_the_full_one_is_found(release: Path) -> None:
    workspace = open_workspace(release.parents[2])
    with workspace.lock():
        pipeline.release_without_text(workspace)
    other = release.with_name(f"{release.name}-no-text")
    assert validate(workspace).findings == []
    shutil.rmtree(release)
    other.rename(release)
    assert {(f.rule, f.field) for f in validate(workspace).findings} >= {("release", "version")}


@pytest.mark.no_cover
def test_more_shards_than_there_are_files_are_found_in_time(release: Path) -> None:
    shards = json.loads((release / manifest.FILE_NAME).read_bytes())["shards"]
    say(release, shards=shards * 50_000)
    assert ("manifest.json", "digest") in told(release)


def test_releases_are_compared_in_the_order_of_their_versions(tmp_path: Path) -> None:
    for name in ("0.10.0", "0.9.0", "0.10.0-no-text"):
        (tmp_path / name).mkdir()
    found = [folder.name for folder, _ in by_version(sorted(tmp_path.iterdir()))]
    assert found == ["0.9.0", "0.10.0"]
