"""Typed tables: what is written is read again, and the digest follows the rows alone."""

import json
import random
from pathlib import Path

import jsonschema_rs
import pytest
from datasets import ClassLabel, Features, List, Value
from pyarrow import parquet

from builder import labels
from builder.dataset import digest, features, row_schema, schema, shards, tables
from builder.dataset.left_out import LeftOut
from tests import making
from tests.making import Row

Made = tuple[dict[str, list[Row]], list[LeftOut]]


def test_every_field_of_a_row_is_declared_and_every_declared_field_is_in_it(dataset: Made) -> None:
    for name, typed in making.features().items():
        for row in dataset[0][name]:
            assert row.keys() == typed.keys()
            for field, kind in typed.items():
                if isinstance(kind, List) and isinstance(kind.feature, dict):
                    assert all(item.keys() == kind.feature.keys() for item in row[field])


def test_tags_are_a_class_label_in_the_declared_order() -> None:
    kind = making.features()["sentences"]["ner_tags"]
    assert kind == List(ClassLabel(names=labels.default().bio_tags()))
    assert kind.feature.names[:3] == ["O", "B-PERSON", "I-PERSON"]


def test_dates_are_dates_and_spans_are_lists_of_structs() -> None:
    spans = 0
    for name, typed in making.features().items():
        # A pair of articles has two days: they stand in the rows of both, as an opinion's do.
        assert name in ("variants", "opinions") or typed["published"] == Value("date32")
        for layer in ("entities", "claims", "parts", "sources", "cues"):
            if layer in typed:
                assert isinstance(typed[layer], List)
                assert isinstance(typed[layer].feature, dict)
                spans += 1
    assert spans == 9


def test_every_span_of_every_table_says_who_made_it_and_how_far_people_have_come() -> None:
    wanted = {"origin", "by", "suggested_by", "score", "annotators", "status"}
    for name, typed in making.features().items():
        if name == "opinions":  # a row is one person's, and says whose
            wanted = wanted - {"annotators", "status"}
        for field, kind in typed.items():
            if (
                isinstance(kind, List)
                and isinstance(kind.feature, dict)
                and "label" in kind.feature
            ):
                assert wanted <= kind.feature.keys(), (name, field)


def test_files_are_cut_as_the_hub_wants_them(dataset: Made, tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    making.write_table(path, dataset[0]["articles"] * 200, "articles")
    said = parquet.ParquetFile(path).metadata
    chunks = json.loads(said.metadata[b"content_defined_chunking"])
    assert (chunks["min_chunk_size"], chunks["max_chunk_size"]) == (256 * 1024, 1024 * 1024)
    column = said.row_group(0).column(0)
    assert column.has_offset_index and column.compression == "SNAPPY"
    # With the most articles that a shard has, of ten times the usual length.
    most = max(n for n in range(1, 20_000) if shards.shard_count(n) == 1)
    assert most * 10 * 60_000 < 100_000_000


@pytest.mark.parametrize("name", ["sentences", "articles", "claims"])
def test_rows_written_are_read_again_and_have_the_same_digest(
    name: str, dataset: Made, tmp_path: Path
) -> None:
    rows = dataset[0][name]
    path = tmp_path / "new" / "part.parquet"
    assert making.write_table(path, rows, name) > 0
    read = tables.read(path)
    assert [digest.canonical(row) for row in read] == [digest.canonical(row) for row in rows]
    assert digest.table_digest(read) == digest.table_digest(rows)
    assert making.read_features(path) == making.features()[name]


def test_lists_that_are_all_empty_keep_their_type(dataset: Made, tmp_path: Path) -> None:
    bare = [row for row in dataset[0]["sentences"] if not row["entities"] and not row["claims"]][:1]
    assert bare, "the dataset has a sentence without spans"
    making.write_table(tmp_path / "part.parquet", bare, "sentences")
    assert making.read_features(tmp_path / "part.parquet") == making.features()["sentences"]


def test_the_digest_does_not_depend_on_the_order_of_rows_or_keys(dataset: Made) -> None:
    rows = dataset[0]["sentences"]
    shuffled = [dict(reversed(row.items())) for row in rows]
    random.Random(1).shuffle(shuffled)
    assert digest.table_digest(shuffled) == digest.table_digest(rows)


@pytest.mark.parametrize("field", ["text", "status", "outlet", "index"])
def test_the_digest_sees_a_changed_value(field: str, dataset: Made) -> None:
    first, *others = dataset[0]["sentences"]
    changed = [{**first, field: "other"}, *others]
    assert digest.table_digest(changed) != digest.table_digest([first, *others])
    assert digest.table_digest(others) != digest.table_digest([first, *others])


def test_fields_are_named_at_every_depth_with_their_type() -> None:
    typed = Features({"a": List({"b": Value("int32")}), "c": Value("string")})
    assert features.paths({"t": typed.to_dict()}) == {"t.a[].b": "int32", "t.c": "string"}
    tags = Features({"n": List(ClassLabel(names=["O", "B-X"]))})
    assert features.paths({"t": tags.to_dict()}) == {"t.n[]": ("O", "B-X")}


def test_features_are_said_as_datasets_says_them() -> None:
    for name, typed in making.features().items():
        declared = schema.features(name, labels.default())
        assert typed.to_dict() == declared
        assert features.to_yaml(declared) == typed._to_yaml_list()
        arrow = features.to_arrow(declared)
        assert arrow.equals(typed.arrow_schema, check_metadata=True)


@pytest.mark.parametrize("name", ["sentences", "articles", "claims"])
def test_rows_are_valid_by_the_json_schema_that_is_checked_in(name: str, dataset: Made) -> None:
    checked_in = (labels.SCHEMAS / "release" / f"{name}.schema.json").read_text("utf-8")
    assert checked_in == row_schema.spelled(name, labels.default()), (
        "run: python -m builder.dataset.row_schema"
    )
    validator = jsonschema_rs.validator_for(json.loads(checked_in))
    for row in dataset[0][name]:
        assert [error.message for error in validator.iter_errors(row)] == []
    (first, *_) = dataset[0][name]
    for wrong in ({"status": "perfect"}, {"id": 5}, {"more": "x"}, {"published": "2018"}):
        assert not validator.is_valid({**first, **wrong}), wrong
