"""Tell version numbers, and which of them a next release gets."""

import re
from typing import Literal

from builder.errors import BuilderError

Bump = Literal["major", "minor", "patch"]
FIRST = "0.1.0"
BUMPS: tuple[Bump, ...] = ("patch", "minor", "major")
_NUMBER = "(?:0|[1-9][0-9]*)"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")


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


def following(newest: str, by: Bump, wanted: str | None, why: str) -> str:
    """Return the version of the next release: the one that is ``wanted``, if it is large enough.

    Raises:
        BuilderError: it promises less change than there is; ``why`` says what changed.

    """
    least = grown(newest, by)
    if wanted is not None and parse(wanted) < parse(least):
        raise BuilderError(
            f"--version {wanted}: too small, for users of {newest} this is a {by} change ({why}); "
            f"take {least} or a larger one"
        )
    return wanted or least
