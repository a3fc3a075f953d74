"""The JSON Schemas are current, valid, and say what the records say."""

import json
from typing import Any

import jsonschema_rs
import pytest

from builder import labels, pipeline
from builder.records import Record, Rejection
from builder.validate import json_schema
from builder.workspace import shelves
from builder.workspace.folder import Workspace
from builder.workspace.store import Shelf
from tests import making

ARTICLE = making.article("Kim said no.", "He went to Moscow.", headline="Kim said no")
SUGGESTION = making.suggestion(ARTICLE, making.span(ARTICLE, "Kim", "PERSON"))


@pytest.mark.parametrize("name", sorted(shelves.ALL))
def test_the_schema_that_is_checked_in_is_current(name: str) -> None:
    path = labels.SCHEMAS / f"{name}.schema.json"
    assert path.read_text("utf-8") == json_schema.schema(shelves.ALL[name].kind), (
        "run `make schemas`"
    )


def test_no_other_schema_is_checked_in() -> None:
    found = {path.name for path in labels.SCHEMAS.glob("*.schema.json")}
    assert found == {f"{name}.schema.json" for name in shelves.ALL}


@pytest.mark.parametrize("name", sorted(shelves.ALL))
def test_every_schema_is_valid_2020_12(name: str) -> None:
    schema = json.loads(json_schema.schema(shelves.ALL[name].kind))
    assert schema["$schema"] == json_schema.DIALECT
    jsonschema_rs.meta.validate(schema)


def errors(name: str, value: Any) -> list[str]:
    validator = jsonschema_rs.validator_for(json.loads(json_schema.schema(shelves.ALL[name].kind)))
    return [error.message for error in validator.iter_errors(value)]


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("article", ARTICLE),
        ("suggestion", SUGGESTION),
        ("correction", making.correction(SUGGESTION, SUGGESTION.spans)),
        ("correction", making.correction(SUGGESTION, (), skipped=True)),
        ("gold", making.machine_gold(ARTICLE, *SUGGESTION.spans)),
        ("story", making.story(ARTICLE, withdrawn={ARTICLE.id: "on demand"})),
        ("rejection", Rejection(stage="ingest", path="a", reason="b")),
    ],
)
def test_what_a_record_writes_its_schema_accepts(name: str, record: Record) -> None:
    assert isinstance(record, shelves.ALL[name].kind)
    assert errors(name, record.model_dump(mode="json")) == []


def test_what_ingest_writes_the_schemas_accept(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    shelves: dict[str, Shelf[Any]] = {
        "seed": workspace.seeds,
        "article": workspace.articles,
        "story": workspace.stories,
    }
    for name, shelf in shelves.items():
        assert shelf.files()
        for path in shelf.files():
            for line in path.read_text("utf-8").splitlines():
                assert errors(name, json.loads(line)) == []


@pytest.mark.parametrize("name", sorted(shelves.ALL))
def test_every_schema_refuses_unknown_fields(name: str) -> None:
    assert any("stranger" in message for message in errors(name, {"stranger": 1}))
