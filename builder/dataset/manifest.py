"""Find releases and read their manifests."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builder.dataset import version
from builder.errors import BuilderError

FILE_NAME = "manifest.json"
FIELDS = ("name", "version", "digest", "lasting", "about", "rows", "files")


def latest(releases: Path) -> Path | None:
    """Return the folder of the newest release, or None."""
    found = [p.parent for p in releases.glob(f"*/{FILE_NAME}") if version.is_version(p.parent.name)]
    return max(found, key=lambda p: version.parse(p.name), default=None)


def read(folder: Path) -> dict[str, Any]:
    """Return a release's manifest.

    Raises:
        BuilderError: it is no JSON, or a field that every manifest has is missing.

    """
    path = folder / FILE_NAME
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        missing = [name for name in FIELDS if name not in manifest]
    except (OSError, ValueError, TypeError) as error:
        raise BuilderError(f"{path}: cannot be read: {error}; restore the release") from None
    if missing:
        raise BuilderError(f"{path}: lacks {', '.join(missing)}; restore the release")
    return manifest


def find(name: str, releases: Path) -> Path:
    """Return the folder of the release called ``name``: a folder, or a version in ``releases``.

    Raises:
        BuilderError: there is none.

    """
    for place in (Path(name), releases / name):
        if (place / FILE_NAME).is_file():
            return place
    there = sorted((p.parent.name for p in releases.glob(f"*/{FILE_NAME}")), key=_order)
    raise BuilderError(
        f"{name}: no release; name a folder that holds one, or a version in {releases} "
        f"({', '.join(there) or 'there is none'})"
    )


def _order(name: str) -> tuple[int, ...]:
    return version.parse(name) if version.is_version(name) else ()


def holding(releases: Path, article: str) -> list[str]:
    """Return the names of the releases that hold rows of an article."""
    from pyarrow import parquet

    found = set()
    for path in releases.glob("*/*/*.parquet"):
        names = {"id", "article_id"} & set(parquet.read_schema(path).names)
        columns = parquet.read_table(path, columns=sorted(names)).columns
        if any(article in column.to_pylist() for column in columns):
            found.add(path.parent.parent.name)
    return sorted(found, key=_order)


def active_labels(said: Mapping[str, Any]) -> set[str]:
    """Return the labels and the values of attributes that a release's annotators might use.

    Nothing for a release of the time when manifests did not list them.
    """
    labels = said.get("labels")
    return set(labels["active"]) if isinstance(labels, dict) else set()


def file_hashes(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and SHA-256 of every file of a release but the manifest, by path."""
    return {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != FILE_NAME
    }
