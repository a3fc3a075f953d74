"""Write rows as typed Parquet files, and read them back."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from builder.dataset import features
from builder.dataset.row_types import AnyRow
from builder.dataset.schema import Features

# As ``datasets`` writes Parquet: chunks are cut where the content says so, so that a Hub stores
# what two releases share only once.
_CHUNKING = {"min_chunk_size": 256 * 1024, "max_chunk_size": 1024 * 1024, "norm_level": 0}


def write(path: Path, rows: Sequence[AnyRow], declared: Features) -> int:
    """Write rows as Parquet; return the size of the table in memory, in bytes."""
    schema = features.to_arrow(declared)
    # Columns stand in the order of the features, whatever the order in a row.
    columns = [pa.array(_column(rows, field.name), field.type) for field in schema]
    table = pa.Table.from_arrays(columns, schema=schema)
    path.parent.mkdir(parents=True, exist_ok=True)
    # An open file, as pyarrow itself fails on a path that the locale cannot spell.
    with (
        path.open("wb") as file,
        parquet.ParquetWriter(
            file, schema, use_content_defined_chunking=_CHUNKING, write_page_index=True
        ) as writer,
    ):
        writer.write_table(table)
        writer.add_key_value_metadata({"content_defined_chunking": json.dumps(_CHUNKING)})
    return int(table.nbytes)


def _column(rows: Sequence[Any], name: str) -> list[Any]:
    if name == "published":
        return [row[name] and date.fromisoformat(row[name]) for row in rows]
    return [row[name] for row in rows]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a Parquet file as they were written."""
    rows: list[dict[str, Any]] = parquet.ParquetFile(path).read().to_pylist()
    return rows
