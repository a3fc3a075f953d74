"""Phrases that several commands use: counts, rejections, paths, commands to type."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from builder.phrasing import count

if TYPE_CHECKING:
    from builder.records import Rejection

# So many things to look at are named one by one.
_MOST = 20


def counts(numbers: Mapping[str, int]) -> str:
    """Return how many there are of each."""
    return ", ".join(f"{name} {number}" for name, number in numbers.items()) or "none"


def in_bytes(size: int) -> str:
    """Return a size as a person says it."""
    for unit, of_it in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= of_it:
            return f"{size / of_it:.1f} {unit}"
    return count(size, "byte")


def rejections(rejected: Iterable["Rejection"]) -> Iterator[str]:
    """Say what was rejected, where it stands and why; of very many, the first ones."""
    items = list(rejected)
    for item in items[:_MOST]:
        line = f":{item.line}" if item.line else ""
        field = f" {item.field}:" if item.field else ""
        yield f"  rejected: {item.path}{line}:{field} {item.reason}"
    if len(items) > _MOST:
        yield f"  rejected: {len(items) - _MOST} more, each with its reason in data/rejected"


def typed(words: str, root: Path) -> str:
    """Return how this shell can call the builder for the workspace at ``root``."""
    program = "builder" if shutil.which("builder") else near(sys.argv[0])
    place = "" if near(root) == "." else f" --workspace {shlex.quote(near(root))}"
    return f"{program} {words}{place}"


def near(path: Path | str | None) -> str:
    """Return a path as seen from the current folder."""
    return os.path.relpath(path or "")


def looks(what: Sequence[str]) -> Iterator[str]:
    """Name what people should look at, the first of it."""
    yield from first([f"  look at {line}" for line in what], "to look at")


def first(lines: Sequence[str], what: str) -> Iterator[str]:
    """Say the first of many lines, and how many more there are of what."""
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield f"  and {len(lines) - _MOST} more {what}: --json names them all"
