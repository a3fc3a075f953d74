"""Read the rows of a release."""

from pathlib import Path

from builder.dataset import tables
from builder.dataset.rows import Row


def read_rows(folder: Path) -> dict[str, list[Row]]:
    """Return the rows of all tables of a release."""
    return {
        name: [
            row for path in sorted((folder / name).glob("*.parquet")) for row in tables.read(path)
        ]
        for name in tables.features()
    }
