"""Compute digests of rows that depend on what rows say alone, however they are stored."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from builder.dataset.schema import DERIVED, OPTIONAL

_Row = Mapping[str, Any]
_encode = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
).encode


def canonical(row: _Row) -> str:
    """Return a row as JSON with one spelling: sorted keys, no spaces, characters as they are."""
    return _encode(row)


def table_digest(rows: Iterable[_Row]) -> str:
    """Return the SHA-256 over canonical rows, in whatever order they come."""
    return _of_lines(map(canonical, rows))


def _of_lines(lines: Iterable[str]) -> str:
    sha = hashlib.sha256()
    for line in sorted(lines):
        sha.update(line.encode("utf-8") + b"\n")
    return sha.hexdigest()


def rows_digest(rows: Mapping[str, Sequence[_Row]]) -> str:
    """Return the digest of all configs, which depends on rows alone; an empty config is none."""
    return _of_tables({name: table_digest(table) for name, table in rows.items() if table})


def _of_tables(tables: Mapping[str, str]) -> str:
    sha = hashlib.sha256()
    for name in sorted(tables):
        sha.update(f"{name} {tables[name]}\n".encode())
    return sha.hexdigest()


def composed(shards: Sequence[str]) -> str:
    """Return the digest of a release from those of its shards, in their order."""
    if len(shards) == 1:
        return shards[0]
    return _of_lines(f"{number:05d} {digest}" for number, digest in enumerate(shards))


def both_digests(rows: Mapping[str, Sequence[_Row]]) -> tuple[str, str]:
    """Return the digest of a shard's rows, and that of all in it that does not hang on a machine.

    Another processor may round a model's scores otherwise and so turn a doubtful span. Of spans
    that nobody has looked at, only the pipelines and their versions count in the second one.
    """
    everything: dict[str, str] = {}
    lasting: dict[str, str] = {}
    pipelines: set[str] = set()
    for name, table in rows.items():
        if not table:
            continue
        lines = [canonical(row) for row in table]
        everything[name] = _of_lines(lines)
        if name in OPTIONAL:
            lasting[name] = everything[name]  # people's work alone
        elif name not in DERIVED:
            kept = (_lasting(r, line, pipelines) for r, line in zip(table, lines, strict=True))
            lasting[name] = _of_lines(kept)
    said = f"{_of_tables(lasting)} {' '.join(sorted(pipelines))}"
    return _of_tables(everything), hashlib.sha256(said.encode()).hexdigest()


def _lasting(row: _Row, line: str, pipelines: set[str]) -> str:
    """Return a canonical row without what nobody has looked at, and note who made that."""
    layers = ("entities", "claims")
    unseen = [span for layer in layers for span in row[layer] if not span["annotators"]]
    pipelines.update(span["by"].partition("/")[0] for span in unseen)
    if not unseen and row["status"] != "machine":
        return line
    kept = {name: value for name, value in row.items() if name != "ner_tags"}
    for layer in layers:
        kept[layer] = [span for span in row[layer] if span["annotators"]]
    if row["status"] != "machine" and "ner_tags" in row:
        kept["ner_tags"] = row["ner_tags"]
    return canonical(kept)
