"""Read metadata that people write down beside a seed, in a file of its name that ends in .toml."""

import tomllib
from collections.abc import Collection
from dataclasses import fields
from pathlib import Path
from typing import Any

from builder.ingest.extracted import Extracted, Stated
from builder.ingest.readers import mapping, streams
from builder.ingest.readers.content import SeedError

_LARGEST = 100_000
ENDING = ".toml"


def beside(path: Path, names: Collection[str]) -> Path | None:
    """Return the sidecar of a seed, None if it has none; ``names`` are those in its folder.

    It is called as the seed, with .toml for its ending or behind it: ``a.toml`` or ``a.txt.toml``.
    """
    own = path.name
    stem = streams.inner_name(own)
    stem = stem[: stem.rindex(".")] if "." in stem[1:] else stem
    for name in (own + ENDING, stem + ENDING):
        if name in names and name != own:
            return path.with_name(name)
    return None


def read(path: Path) -> Extracted:
    """Return the metadata that a sidecar states.

    Raises:
        SeedError: it is no TOML, or holds a field or value that metadata has no place for.
        OSError: it cannot be opened.

    """
    how = f"given in {path.name}"
    try:
        if path.stat().st_size > _LARGEST:
            raise SeedError(f"its sidecar {path.name} has more than {_LARGEST:,} bytes")
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SeedError(f"its sidecar {path.name}: {error}") from None
    stated: dict[str, Any] = {
        name: _values(path.name, name, value, how) for name, value in raw.items()
    }
    return Extracted(**stated)


def _values(sidecar: str, name: str, value: Any, how: str) -> tuple[Stated, ...]:
    if name not in mapping.METADATA:
        known = ", ".join(mapping.METADATA)
        raise SeedError(f"its sidecar {sidecar}: {name}: no field of metadata; there are {known}")
    found = mapping.read_values(name, value)
    if not found:
        wanted = "a day, such as 2026-01-31" if name == "published" else "text"
        raise SeedError(f"its sidecar {sidecar}: {name}: must be {wanted}")
    # A list of texts names its authors one by one, whatever signs their names hold.
    if name == "authors" and isinstance(value, list):
        found = [" ".join(str(v).split()) for v in value]
    return tuple(Stated(v, 1, how) for v in found)


def merged(first: Extracted, then: Extracted) -> Extracted:
    """Return metadata of two sources: a field's values are those of the first that states any."""
    values = {f.name: getattr(first, f.name) or getattr(then, f.name) for f in fields(Extracted)}
    return Extracted(**values)
