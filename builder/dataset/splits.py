"""Tell in which split releases hold each article."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from builder.dataset import manifest, version
from builder.dataset.fields import SPLITS


def by_version(folders: Iterable[Path]) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield releases, the oldest first, each with the split of every article that it has rows of.

    A file that cannot be read holds none.
    """
    released = (folder for folder in folders if version.is_version(folder.name))
    for folder in sorted(released, key=lambda folder: version.parse(folder.name)):
        found: dict[str, str] = {}
        for path in sorted(folder.glob("*/*.parquet")):
            split = path.name.partition("-")[0]
            if split in SPLITS and path.is_file():
                found.update(dict.fromkeys(_articles(path), split))
        yield folder, found


def _articles(path: Path) -> list[str]:
    try:
        return manifest.articles_in(path)
    except (OSError, pa.ArrowException):
        return []  # the check of the release says so
