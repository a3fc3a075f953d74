"""Tell in which split a release holds an article, and which articles have moved between two."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from builder.dataset import manifest, version
from builder.dataset.check import Problem
from builder.dataset.schema import SPLITS


def splits_of(folders: Iterable[Path]) -> dict[str, str]:
    """Return the split of each article of which some releases hold rows; the last one counts.

    A file that cannot be read holds none.
    """
    found: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.glob("*/*.parquet")):
            split = path.name.partition("-")[0]
            if split in SPLITS and path.is_file():
                found.update(dict.fromkeys(_articles(path), split))
    return found


def _articles(path: Path) -> list[str]:
    try:
        file = parquet.ParquetFile(path)
        name = "article_id" if "article_id" in file.schema_arrow.names else "id"
        ids: list[str] = file.read(columns=[name]).column(name).to_pylist()
    except (OSError, KeyError, pa.ArrowException):
        return []  # the check of the release says so
    return ids


def moved(folders: Sequence[Path]) -> Iterator[Problem]:
    """Yield the articles that a release holds in another split than the one before it."""
    versions = sorted(
        (f for f in folders if version.is_version(f.name)), key=lambda f: version.parse(f.name)
    )
    before: dict[str, str] = {}
    for folder in versions:
        now = splits_of([folder])
        for article, split in sorted(now.items()):
            if before.get(article, split) != split:
                told = f"{article} is in {split}, and was in {before[article]}"
                yield folder / manifest.FILE_NAME, "", told
        before |= now
