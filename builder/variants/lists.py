"""Read variants.toml: the words that tell how two wordings of one sentence differ."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_PATH = Path(__file__).with_name("variants.toml")


@cache
def _all() -> dict[str, Any]:
    return tomllib.loads(_PATH.read_text(encoding="utf-8"))


def listed(kind: str) -> list[str]:
    """Return the words of one list, or its lines."""
    found = _all()[kind]
    return found.split() if isinstance(found, str) else list(found)


def table(kind: str) -> dict[str, Any]:
    """Return one table of lists."""
    found: dict[str, Any] = _all()[kind]
    return found
