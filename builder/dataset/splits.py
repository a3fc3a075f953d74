"""Tell in which split releases hold each article."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from builder.dataset import manifest, version
from builder.dataset.fields import SPLITS
from builder.errors import BuilderError


def by_version(folders: Iterable[Path]) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield releases, the oldest first, each with the split of every article that it has rows of.

    A file that cannot be read holds none: the check of the release says so.
    """
    released = (folder for folder in folders if version.is_version(folder.name))
    for folder in sorted(released, key=lambda folder: version.parse(folder.name)):
        found: dict[str, str] = {}
        for path, split in _files(folder):
            with suppress(OSError, pa.ArrowException):
                found.update(dict.fromkeys(manifest.articles_in(path), split))
        yield folder, found


def of_articles(folder: Path) -> dict[str, str]:
    """Return the split of every article of which a release has rows.

    Raises:
        BuilderError: a file of the release cannot be read.

    """
    found: dict[str, str] = {}
    for path, split in _files(folder):
        try:
            found.update(dict.fromkeys(manifest.articles_in(path), split))
        except (OSError, pa.ArrowException) as error:
            raise BuilderError(f"{path}: cannot be read: {error}") from None
    return found


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files of rows that a release has, each with its split."""
    for path in sorted(folder.glob("*/*.parquet")):
        split = path.name.partition("-")[0]
        if split in SPLITS and path.is_file():
            yield path, split
