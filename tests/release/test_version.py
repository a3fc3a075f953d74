"""The version grows as much as users have to know, and no more."""

import pytest

from builder.dataset import version
from builder.errors import BuilderError


@pytest.mark.parametrize(
    ("by", "expected"), [("patch", "1.9.4"), ("minor", "1.10.0"), ("major", "2.0.0")]
)
def test_the_next_version_starts_smaller_numbers_anew(by: version.Bump, expected: str) -> None:
    assert version.grown("1.9.3", by) == expected


def test_versions_are_ordered_as_numbers() -> None:
    assert version.parse("0.10.0") > version.parse("0.9.9")


@pytest.mark.parametrize(
    "name",
    ["0.1", "v0.1.0", "0.1.0-rc1", ".0.1.0.partial", "backup", "01.0.0", "1.0.0\n", "\u0661.0.0"],
)
def test_other_names_are_no_versions(name: str) -> None:
    assert not version.is_version(name)


@pytest.mark.parametrize("wanted", [None, "1.1.0", "1.1.1", "1.12.0", "2.0.0", "10.0.0"])
def test_a_version_by_hand_may_be_as_large_as_one_likes(wanted: str | None) -> None:
    assert version.following("1.0.3", "minor", wanted, "") == (wanted or "1.1.0")


@pytest.mark.parametrize("wanted", ["0.9.9", "1.0.3", "1.0.4", "1.0.10"])
def test_a_version_by_hand_that_promises_too_little_change_is_refused(wanted: str) -> None:
    with pytest.raises(BuilderError, match=r"minor change \(1 row added: abc\); take 1\.1\.0"):
        version.following("1.0.3", "minor", wanted, "1 row added: abc")
