"""Digest what rows say, however they are stored."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from builder.dataset.rows import DERIVED, Row, spans_of


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
    """Return the digest of all tables, which depends on rows alone; an empty table is none."""
    sha = hashlib.sha256()
    for name in sorted(name for name in rows if rows[name]):
        sha.update(f"{name} {table_digest(rows[name])}\n".encode())
    return sha.hexdigest()


def lasting_digest(rows: Mapping[str, Sequence[Row]]) -> str:
    """Return the digest of all that does not hang on the machine the suggestions were made on.

    Another processor may round a model's scores otherwise and so turn a doubtful span. Of spans
    that nobody has looked at, only the pipelines and their versions count here.
    """
    said = {name: table for name, table in rows.items() if name not in DERIVED}
    spans = (span for table in said.values() for row in table for span in spans_of(row))
    pipelines = {span["by"].partition("/")[0] for span in spans if not span["annotators"]}
    lasting = {name: [_lasting(row) for row in table] for name, table in said.items()}
    digest = f"{rows_digest(lasting)} {' '.join(sorted(pipelines))}"
    return hashlib.sha256(digest.encode()).hexdigest()


def _lasting(row: Row) -> Row:
    """Return a row without what nobody has looked at."""
    kept = {name: value for name, value in row.items() if name != "ner_tags"}
    for layer in ("entities", "claims"):
        kept[layer] = [span for span in row[layer] if span["annotators"]]
    looked_at = row["status"] != "machine"
    return {**kept, "ner_tags": row["ner_tags"]} if looked_at and "ner_tags" in row else kept
