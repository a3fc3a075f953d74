"""Load a release from disk, checked, as Hugging Face datasets."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyarrow import parquet

from builder.dataset import features, manifest, remote, span_check, tables
from builder.dataset.fields import SPLITS
from builder.dataset.schema import Features
from builder.errors import BuilderError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict


def load_release(
    path: Path | str,
    config: str = "sentences",
    split: str | None = None,
    *,
    version: str | None = None,
) -> "Dataset | DatasetDict":
    """Return a split of a release, or without ``split`` all splits that have rows.

    ``path`` is the folder of a release, or an address where versions were published, such as
    ``hf://datasets/org/name``, of which ``version`` names one. What is fetched is held against its
    manifest. With a ``version``, the path of a folder is that of a folder of versions too.

    A config or split without rows is an empty table with its features; ``datasets`` alone knows
    of none that is not there. Without ``split`` an empty config has an empty split ``train``.

    Raises:
        BuilderError: there is no such release, config or split, or a span does not read what its
            text reads there: the file and the row are named.

    """
    from datasets import DatasetDict

    if remote.is_remote(path):
        folder = remote.fetch(str(path), version)
    else:
        folder = Path(path) / (version or "")
    said = manifest.read(folder)
    declared = _features(folder, config)
    if split is not None:
        if split not in SPLITS:
            raise BuilderError(f"{folder}: no split {split!r}; there are {', '.join(SPLITS)}")
        return _split(folder, config, split, declared, said.text)
    there = [name for name in SPLITS if name in said.rows.get(config, {})]
    return DatasetDict(
        {name: _split(folder, config, name, declared, said.text) for name in there or ("train",)}
    )


def _features(folder: Path, config: str) -> Features:
    """Return the features of a config: the manifest's, in older releases those of its files."""
    said = manifest.read(folder)
    if said.configs is not None and config in said.configs:
        return said.configs[config].features
    for path in sorted((folder / config).glob("*.parquet")):
        return features.read(path)
    there = sorted(said.configs or said.rows)
    raise BuilderError(f"{folder}: no config {config!r}; there are {', '.join(there)}")


def _split(folder: Path, config: str, split: str, declared: Features, text: bool) -> "Dataset":
    from datasets import Dataset
    from datasets import Features as Typed

    files = sorted((folder / config).glob(f"{split}-*.parquet"))
    typed = Typed.from_dict(declared)
    if not files:
        return Dataset(features.to_arrow(declared).empty_table())
    for path in files if text else ():
        _check(path, config)
    read: Dataset = Dataset.from_parquet([str(p) for p in files], features=typed, split=split)
    return read


def _check(path: Path, config: str) -> None:
    try:
        table = parquet.ParquetFile(path).read()
    except (OSError, ValueError) as error:
        raise BuilderError(f"{path}: cannot be read as Parquet: {error}") from None
    for row, field, reason in span_check.broken(config, table):
        identity = table.column("id")[row].as_py()
        raise BuilderError(f"{path}: row {identity}: {field}: {reason}; restore the release")


def rows_of(folder: Path, config: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a config of a release, file by file."""
    for path in sorted((folder / config).glob("*.parquet")):
        yield from tables.read(path)
