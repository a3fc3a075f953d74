"""The rows of two releases in, the smallest version bump that tells users the truth out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from builder.release.rows import Row

Bump = Literal["major", "minor", "patch"]
FIRST = "0.1.0"
Tables = Mapping[str, Sequence[Row]]
Fields = Mapping[str, Any]
_BUMPS: tuple[Bump, ...] = ("patch", "minor", "major")
_VERSION = re.compile(r"\d+\.\d+\.\d+")


def bump(old: Tables, new: Tables) -> Bump:
    """Return how the version has to grow from ``old`` rows to ``new`` ones, table by table.

    A row that is gone, a changed text and a moved row break users' code or results: major. An
    added row is minor. Changed labels, status or metadata on the same rows: patch.
    """
    return greatest(_table_bump(old.get(name, ()), new.get(name, ())) for name in {*old, *new})


def schema_bump(old: Fields, new: Fields) -> Bump:
    """Return how the version has to grow for fields, given as types by path.

    A field that is gone or has another type, and a label that changed its number, is major; an
    added field or label is minor.
    """
    if any(not _still(kind, new.get(path)) for path, kind in old.items()):
        return "major"
    return "patch" if old == new else "minor"


def _still(old: Any, new: Any) -> bool:
    """Tell whether values of the old type mean the same in the new one."""
    if isinstance(old, tuple) and isinstance(new, tuple):
        return new[: len(old)] == old
    return bool(old == new)


def greatest(bumps: Iterable[Bump]) -> Bump:
    """Return the bump that tells enough of all these changes."""
    return max(bumps, key=_BUMPS.index, default="patch")


def _table_bump(old: Sequence[Row], new: Sequence[Row]) -> Bump:
    before, after = {r["id"]: r for r in old}, {r["id"]: r for r in new}
    if before.keys() - after.keys():
        return "major"
    kept = before.keys() & after.keys()
    if any(before[i][f] != after[i][f] for i in kept for f in ("text", "split")):
        return "major"
    return "minor" if after.keys() - before.keys() else "patch"


def is_version(name: str) -> bool:
    """Tell whether ``name`` is three numbers with dots between them."""
    return _VERSION.fullmatch(name) is not None


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
