"""Read the rows of a release."""

from pathlib import Path

from pyarrow import parquet

from builder.dataset.rows import TABLES, Row


def read_rows(folder: Path) -> dict[str, list[Row]]:
    """Return the rows of all tables of a release."""
    return {
        name: [row for path in sorted((folder / name).glob("*.parquet")) for row in read(path)]
        for name in TABLES
    }


def read(path: Path) -> list[Row]:
    """Return the rows of a Parquet file as they were written."""
    # One file at a time: reading a folder as one table would load pandas.
    with parquet.ParquetFile(path) as file:
        rows: list[Row] = file.read().to_pylist()
    return rows
