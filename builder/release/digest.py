"""Rows in, a digest of what they say, however they are stored, out."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from builder.release.rows import Row

# Tables whose rows are labels: what they gain or lose is a change of labels on old sentences.
LABEL_TABLES = frozenset({"claims"})


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


def lasting_digest(rows: Mapping[str, Sequence[Row]]) -> str:
    """Return the digest of all that does not hang on the machine the suggestions were made on.

    Another processor may round a model's scores otherwise and so turn a doubtful span. Of spans
    that nobody has looked at, only the pipelines and their versions count here.
    """
    found = (span for table in rows.values() for row in table for span in spans(row))
    pipelines = {span["by"].partition("/")[0] for span in found if not span["annotators"]}
    lasting = {
        name: [_lasting(row) for row in table if name not in LABEL_TABLES or row.get("annotators")]
        for name, table in rows.items()
    }
    digest = f"{rows_digest(lasting)} {' '.join(sorted(pipelines))}"
    return hashlib.sha256(digest.encode()).hexdigest()


def spans(row: Row) -> list[Row]:
    """Return all spans of a row, whatever the field that lists them."""
    return [item for value in row.values() if isinstance(value, list) for item in _spans(value)]


def _spans(items: list[Any]) -> list[Row]:
    return [i for i in items if isinstance(i, dict) and {"by", "annotators"} <= i.keys()]


def _lasting(row: Row) -> Row:
    """Return a row without what nobody has looked at."""
    unseen = row.get("status") == "machine"
    return {
        name: [span for span in value if span["annotators"]]
        if isinstance(value, list) and value and _spans(value)
        else value
        for name, value in row.items()
        if not (unseen and name == "ner_tags")
    }
