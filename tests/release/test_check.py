"""Every damage to a release is found and named."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from builder.dataset import check, manifest
from builder.dataset.left_out import LeftOut
from tests import making
from tests.making import Row
from tests.release.conftest import CONFIG

Made = tuple[dict[str, list[Row]], list[LeftOut]]


@pytest.fixture
def copied(released: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(released, tmp_path / released.name))


def _found(release: Path) -> str:
    return "\n".join(f"{p.relative_to(release)} {f}: {r}" for p, f, r in check.problems(release))


def _signed(release: Path) -> None:
    """Make the manifest say what is there now, as somebody would who covers their tracks."""
    said = making.said(release)
    said["files"] = making.hashes(release)
    (release / manifest.FILE_NAME).write_text(json.dumps(said), encoding="utf-8")


def _edit_readme(release: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    path = release / "README.md"
    _, head, text = path.read_text("utf-8").split("---\n", 2)
    metadata = yaml.safe_load(head)
    edit(metadata["dataset_info"][0])
    head = yaml.safe_dump(metadata, sort_keys=False)
    path.write_text(f"---\n{head}---\n{text}", encoding="utf-8")
    _signed(release)


def test_a_release_as_it_was_written_is_sound(released: Path) -> None:
    assert _found(released) == ""


def test_a_release_that_was_moved_elsewhere_is_sound(copied: Path) -> None:
    assert _found(copied) == ""


@pytest.mark.parametrize("where", [0, 4, 100, -40, -5, -1])
@pytest.mark.parametrize("name", ["README.md", "sentences/train-00000-of-00001.parquet"])
def test_a_changed_byte_is_found(copied: Path, name: str, where: int) -> None:
    content = bytearray((copied / name).read_bytes())
    content[where] ^= 1
    (copied / name).write_bytes(content)
    assert f"{name} : was changed after the release" in _found(copied)


def test_a_file_cut_short_is_found(copied: Path) -> None:
    path = copied / "articles" / "train-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    assert "articles/train-00000-of-00001.parquet : was changed" in _found(copied)


@pytest.mark.parametrize("name", ["README.md", "sentences/test-00000-of-00001.parquet"])
def test_a_missing_file_is_found(copied: Path, name: str) -> None:
    (copied / name).unlink()
    assert f"{name} : is missing" in _found(copied)


def test_an_extra_file_is_found(copied: Path) -> None:
    (copied / "articles" / "notes.txt").write_text("x")
    assert "articles/notes.txt : is not in the manifest" in _found(copied)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"files": 1, "digest": ""}'])
def test_a_broken_manifest_is_found(copied: Path, content: str) -> None:
    (copied / manifest.FILE_NAME).write_text(content)
    assert "manifest.json : cannot be read" in _found(copied)


def test_a_missing_manifest_is_found(copied: Path) -> None:
    (copied / manifest.FILE_NAME).unlink()
    assert "manifest.json : cannot be read" in _found(copied)


def test_a_wrong_digest_is_found(copied: Path) -> None:
    path = copied / manifest.FILE_NAME
    said = making.said(copied) | {"digest": "0" * 64}
    path.write_text(json.dumps(said), encoding="utf-8")
    assert "manifest.json digest: is not the digest of the rows" in _found(copied)


# --- damage that the manifest agrees with ----------------------------------------------------


def test_features_of_the_readme_in_another_order_are_found(copied: Path) -> None:
    _edit_readme(copied, lambda info: info["features"].reverse())
    assert "README.md dataset_info.sentences.features: differ" in _found(copied)


def test_labels_of_the_readme_in_another_order_are_found(copied: Path) -> None:
    def turn(info: dict[str, Any]) -> None:
        tags = next(f for f in info["features"] if f["name"] == "ner_tags")
        names = tags["list"]["class_label"]["names"]
        names["1"], names["2"] = names["2"], names["1"]

    _edit_readme(copied, turn)
    assert "README.md dataset_info.sentences.features: differ" in _found(copied)


def test_a_wrong_number_of_rows_in_the_readme_is_found(copied: Path) -> None:
    _edit_readme(copied, lambda info: info["splits"][0].update(num_examples=7))
    assert "README.md dataset_info.sentences.splits: train has 4 rows" in _found(copied)


@pytest.mark.parametrize("content", ["", "---\n---\n", "---\n{\n---\n", "---\na: 1\n---\n"])
def test_a_readme_without_metadata_is_found(copied: Path, content: str) -> None:
    (copied / "README.md").write_text(content)
    _signed(copied)
    assert "README.md dataset_info: cannot be read" in _found(copied)


def _rewritten(dataset: Made, tmp_path: Path, edit: Callable[[Row], object]) -> Path:
    """Return a release of rows that are wrong from the start, in the first sentence."""
    rows = json.loads(json.dumps(dataset[0]))
    edit(next(r for r in rows["sentences"] if r["claims"] and r["entities"]))
    return making.write(tmp_path / "0.1.0", rows, [], CONFIG)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"start": 3, "end": 9}, "reads"),
        ({"end": 9999}, "is not inside the text"),
        ({"start": 0, "end": 0}, "is not inside the text"),
        ({"text": "other"}, "not 'other'"),
        ({"article_start": 5}, "is not where"),
        ({"article_end": 6}, "is not where"),
    ],
)
def test_a_span_that_is_not_where_it_says_is_found(
    dataset: Made, tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    for layer in ("entities", "claims"):
        release = _rewritten(dataset, tmp_path / layer, lambda r, x=layer: r[x][0].update(change))  # type: ignore[misc]
        found = _found(release)
        assert f".{layer}.0: " in found
        assert reason in found


def test_a_sentence_that_its_article_does_not_read_is_found(dataset: Made, tmp_path: Path) -> None:
    release = _rewritten(dataset, tmp_path, lambda row: row.update(start=row["start"] + 1))
    assert "is not what the article reads there" in _found(release)


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda row: row["parts"][0].update(start=row["start"] + 1), "parts.0: span"),
        (lambda row: row["sources"][0].update(end=9999), "sources.0: span"),
        (lambda row: row.update(text="other"), "text: is not that of its parts"),
        (lambda row: row.update(end=row["end"] + 1), "start: the bounds are not those"),
        (lambda row: row.update(context="x" * 99), "context: is not what the article reads there"),
        (lambda row: row.update(context_start=5), "context: is not what the article reads there"),
    ],
)
def test_a_claim_that_is_not_where_it_says_is_found(
    dataset: Made, tmp_path: Path, edit: Callable[[Row], object], reason: str
) -> None:
    rows = json.loads(json.dumps(dataset[0]))
    edit(next(row for row in rows["claims"] if row["sources"]))
    assert reason in _found(making.write(tmp_path / "0.1.0", rows, [], CONFIG))


def test_rows_that_were_exchanged_are_found(copied: Path, dataset: Made) -> None:
    path = copied / "sentences" / "train-00000-of-00001.parquet"
    rows = [r for r in dataset[0]["sentences"] if r["split"] == "train"]
    making.write_table(path, [{**row, "status": "agreed"} for row in rows], "sentences")
    _signed(copied)
    assert "is not the digest of the rows" in _found(copied)
