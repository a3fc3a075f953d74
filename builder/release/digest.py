"""Rows in, a digest of what they say, however they are stored, out."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from builder.release.rows import Row


def canonical(row: Row) -> str:
    """Return a row as JSON with one spelling: sorted keys, no spaces, characters as they are."""
    return json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def table_digest(rows: Sequence[Row]) -> str:
    """Return the SHA-256 over canonical rows, in whatever order they come."""
    sha = hashlib.sha256()
    for line in sorted(canonical(row) for row in rows):
        sha.update(line.encode("utf-8") + b"\n")
    return sha.hexdigest()


def rows_digest(rows: Mapping[str, Sequence[Row]]) -> str:
    """Return the digest of all tables, which depends on rows alone."""
    sha = hashlib.sha256()
    for name in sorted(rows):
        sha.update(f"{name} {table_digest(rows[name])}\n".encode())
    return sha.hexdigest()
