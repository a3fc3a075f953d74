"""The Croissant file is valid, reads the rows and names the files as they are."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlcroissant
import pytest

from builder.dataset import fields, schema, worded
from builder.release.card import croissant
from tests import making
from tests.release.conftest import Made

pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
]


@pytest.fixture(scope="session")
def described(released: Path) -> mlcroissant.Dataset:
    return mlcroissant.Dataset(jsonld=str(released / croissant.FILE_NAME))


def _said(release: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((release / croissant.FILE_NAME).read_text("utf-8"))
    return said


def _plain(value: Any, path: str) -> Any:
    """Return what mlcroissant reads as it stands in a row: text for bytes, members by name."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {name.removeprefix(f"{path}/"): _plain(v, name) for name, v in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [_plain(item, path) for item in value]
    return None if value != value else value


def test_it_is_valid_croissant_1_1_without_a_warning_but_for_the_day(
    described: mlcroissant.Dataset,
) -> None:
    issues = described.metadata.ctx.issues
    assert not issues.errors
    assert [w for w in issues.warnings if "datePublished" not in w] == []
    assert described.metadata.ctx.conforms_to.value == "http://mlcommons.org/croissant/1.1"


def test_responsible_ai_fields_say_what_the_card_says(
    described: mlcroissant.Dataset, released: Path
) -> None:
    metadata, card = described.metadata, (released / "README.md").read_text("utf-8")
    for said in (
        *metadata.data_limitations,
        *metadata.data_biases,
        *metadata.data_use_cases,
        *metadata.data_annotation_analysis,
        *metadata.data_annotation_protocol,
        *metadata.data_preprocessing_protocol,
        *metadata.personal_sensitive_information,
        *metadata.annotator_demographics,
        metadata.data_collection,
        metadata.data_release_maintenance_plan,
    ):
        assert said in card
    assert metadata.machine_annotation_tools == ["claims", "names"]


@pytest.mark.parametrize("table", ["sentences", "articles", "claims"])
def test_every_row_is_read_through_mlcroissant(
    described: mlcroissant.Dataset, dataset: Made, table: str
) -> None:
    for split in {row["split"] for row in dataset[0][table]}:
        wanted = [row for row in dataset[0][table] if row["split"] == split]
        name = f"{table}/{split}"
        found = [_plain(record, name) for record in described.records(name)]
        assert len(found) == len(wanted)
        for record, row in zip(found, wanted, strict=True):
            published = record.pop("published")
            assert (str(published.date()) if published else None) == row["published"]
            assert {k: v for k, v in row.items() if k != "published"} == record


def test_sizes_and_hashes_are_those_of_the_files(released: Path) -> None:
    files = _said(released)["distribution"]
    assert {f["@id"] for f in files} == {
        p.relative_to(released).as_posix() for p in released.rglob("*.parquet")
    }
    for file in files:
        content = (released / file["contentUrl"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["contentSize"] == f"{len(content)} B"


def test_a_file_that_was_changed_is_refused_by_its_hash(released: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(released, tmp_path / "0.1.0"))
    path = copied / "sentences" / "train-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    dataset = mlcroissant.Dataset(jsonld=str(copied / croissant.FILE_NAME))
    with pytest.raises(mlcroissant.GenerationError) as caught:
        list(dataset.records("sentences/train"))
    assert "is not identical with the reference" in str(caught.value.__cause__)


def test_names_of_tags_stand_in_a_record_set_in_their_order(
    described: mlcroissant.Dataset,
) -> None:
    names = [_plain(row, "ner_tags")["name"] for row in described.records("ner_tags")]
    assert names == making.features()["sentences"]["ner_tags"].feature.names


def test_every_field_is_in_a_config_and_described(released: Path) -> None:
    named = {name for layout in schema.CONFIGS.values() for name in _names(layout)}
    free = {name for layout in worded.TEXT_FREE.values() for name in _names(layout)}
    assert named | free == fields.FIELDS.keys()
    described = json.dumps(_said(released), ensure_ascii=False)
    filled = [name for name, of in making.said(released)["rows"].items() if of]
    there = {name for config in filled for name in _names(schema.CONFIGS[config])}
    for name in there - {"tokens"}:
        assert json.dumps(fields.FIELDS[name].meaning, ensure_ascii=False) in described


def _names(layout: schema.Layout) -> Iterator[str]:
    for name, inner in layout.items():
        yield name
        yield from _names(inner or {})
