"""The rows of two releases in, the smallest version bump that tells users the truth out."""

from collections.abc import Mapping, Sequence
from typing import Literal

from builder.release.rows import Row

Bump = Literal["major", "minor", "patch"]
FIRST = "0.1.0"
Tables = Mapping[str, Sequence[Row]]


def bump(old: Tables, new: Tables) -> Bump:
    """Return how the version has to grow from ``old`` rows to ``new`` ones, table by table.

    A row or a field that is gone, a changed text and a moved row break users' code or results:
    major. Something added is minor. Changed labels, status or metadata on the same rows: patch.
    """
    kinds = {_table_bump(old.get(name, ()), new.get(name, ())) for name in {*old, *new}}
    return "major" if "major" in kinds else "minor" if "minor" in kinds else "patch"


def _table_bump(old: Sequence[Row], new: Sequence[Row]) -> Bump:
    before, after = {r["id"]: r for r in old}, {r["id"]: r for r in new}
    if before.keys() - after.keys() or (_fields(old) - _fields(new) and new):
        return "major"
    kept = before.keys() & after.keys()
    if any(before[i][f] != after[i][f] for i in kept for f in ("text", "split")):
        return "major"
    return "minor" if after.keys() - before.keys() or _fields(new) - _fields(old) else "patch"


def _fields(rows: Sequence[Row]) -> set[str]:
    return set(rows[0]) if rows else set()


def parse(version: str) -> tuple[int, int, int]:
    """Return the three numbers of a version.

    Raises:
        ValueError: it is not three numbers with dots between them.

    """
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch


def grown(version: str, by: Bump) -> str:
    """Return the version that follows ``version``."""
    major, minor, patch = parse(version)
    if by == "major":
        return f"{major + 1}.0.0"
    if by == "minor":
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"
