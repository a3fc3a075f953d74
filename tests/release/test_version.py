"""The version grows as much as users have to know, and no more."""

from typing import Any

import pytest

from builder.release import version
from builder.release.rows import Row


def _row(key: str, **more: Any) -> Row:
    return {"id": key, "text": f"text of {key}", "split": "train", "status": "machine", **more}


_OLD = {"sentences": [_row("a"), _row("b")], "articles": [_row("x")]}


def _sentences(*rows: Row) -> dict[str, list[Row]]:
    return {"sentences": list(rows), "articles": [_row("x")]}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (_sentences(_row("a"), _row("b", status="single")), "patch"),
        (_sentences(_row("a"), _row("b", entities=[1])), "patch"),
        (_sentences(_row("b"), _row("a")), "patch"),
        (_sentences(_row("a"), _row("b"), _row("c")), "minor"),
        ({**_OLD, "articles": [_row("x"), _row("y")]}, "minor"),
        ({**_OLD, "more": [_row("z")]}, "minor"),
        (_sentences(_row("a")), "major"),
        (_sentences(_row("a"), _row("c")), "major"),
        (_sentences(_row("a"), _row("b", text="other")), "major"),
        (_sentences(_row("a"), _row("b", split="test")), "major"),
        ({"sentences": _OLD["sentences"]}, "major"),
        ({"sentences": _OLD["sentences"], "articles": []}, "major"),
        (_sentences(_row("a", status="single"), _row("c"), _row("d")), "major"),
    ],
)
def test_rows_make_the_version_grow_by_the_greatest_of_their_changes(
    new: version.Tables, expected: str
) -> None:
    assert version.bump(_OLD, new) == expected


_FIELDS = {".s.text": "string", ".s.tags[]": ("O", "B-X"), ".s.claims[].start": "int32"}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (_FIELDS, "patch"),
        ({**_FIELDS, ".s.claims[].score": "float64"}, "minor"),
        ({**_FIELDS, ".s.tags[]": ("O", "B-X", "B-Y")}, "minor"),
        ({**_FIELDS, ".s.tags[]": ("O", "B-Y", "B-X")}, "major"),
        ({**_FIELDS, ".s.tags[]": ("O",)}, "major"),
        ({**_FIELDS, ".s.tags[]": "int64"}, "major"),
        ({**_FIELDS, ".s.claims[].start": "int64"}, "major"),
        ({k: v for k, v in _FIELDS.items() if k != ".s.claims[].start"}, "major"),
    ],
)
def test_fields_and_labels_make_the_version_grow_too(new: version.Fields, expected: str) -> None:
    assert version.schema_bump(_FIELDS, new) == expected


@pytest.mark.parametrize(
    ("by", "expected"), [("patch", "1.9.4"), ("minor", "1.10.0"), ("major", "2.0.0")]
)
def test_the_next_version_starts_smaller_numbers_anew(by: version.Bump, expected: str) -> None:
    assert version.grown("1.9.3", by) == expected


def test_versions_are_ordered_as_numbers() -> None:
    assert version.parse("0.10.0") > version.parse("0.9.9")


@pytest.mark.parametrize("name", ["0.1", "v0.1.0", "0.1.0-rc1", ".0.1.0.partial", "backup"])
def test_other_names_are_no_versions(name: str) -> None:
    assert not version.is_version(name)


def test_the_greatest_of_no_changes_is_a_patch() -> None:
    assert version.greatest([]) == "patch"
    assert version.greatest(["minor", "patch", "major"]) == "major"
