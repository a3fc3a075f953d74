"""The JSON Schemas and the records agree on what a record is, fault by fault."""

import json
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from builder.validate.json_schema import schema
from builder.workspace.folder import Workspace
from builder.workspace.shelves import ALL
from tests.test_validate import filled  # noqa: F401
from tests.validate import mutations
from tests.validate.test_mutations import full  # noqa: F401

pytestmark = pytest.mark.no_cover

# What a schema cannot say: that fields of a record agree, and what a text or a date has to be.
_BEYOND = {
    "value_error", "assertion_error", "datetime_parsing", "datetime_from_date_parsing",
    "date_from_datetime_parsing", "date_parsing", "date_from_datetime_inexact",
}  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@cache
def _validator(name: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads(schema(ALL[name].kind)))


def judged(name: str, value: Any) -> tuple[bool, set[str]]:
    """Tell whether a value is valid by its schema, and of which kinds a record's errors are."""
    by_schema = _validator(name).is_valid(value)
    try:
        ALL[name].kind.model_validate_json(json.dumps(value))
    except ValidationError as error:
        return by_schema, {fault["type"] for fault in error.errors()}
    return by_schema, set()


def check(name: str, value: Any) -> None:
    by_schema, errors = judged(name, value)
    if by_schema:
        assert errors <= _BEYOND, (name, errors, value)
    else:
        assert errors, (name, value)


def test_schema_and_record_agree_on_every_fault_of_every_field(full: Workspace) -> None:  # noqa: F811
    made = 0
    for name, row in ALL.items():
        path = sorted((full.data / row.folder).glob("*.jsonl"))[0]
        before = path.read_bytes()
        for mutation in mutations.of_record(name, path, 0):
            mutation.make(path)
            check(name, json.loads(path.read_bytes().splitlines()[0]))
            path.write_bytes(before)
            made += 1
    assert made > 1000


@given(st.sampled_from(sorted(ALL)), st.dictionaries(st.text(max_size=8), _JSON) | _JSON)
def test_schema_and_record_agree_on_anything(name: str, value: Any) -> None:
    check(name, value)


@given(st.data())
def test_schema_and_record_agree_on_records_with_one_field_of_anything(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(ALL)))
    fields = ALL[name].kind.model_fields
    check(name, {field: data.draw(_JSON) for field in fields})
