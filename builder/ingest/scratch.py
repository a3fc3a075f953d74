"""Files that hold what was read of seeds until it is written where it belongs."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from builder.errors import BuilderError
from builder.ingest.articles import Cleaned
from builder.records import Seed
from builder.workspace.store import dump, parse


class Scratch:
    """Files that hold what was read, by where it belongs, so that no run holds it all at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, shelf: str, name: str, record: Seed | Cleaned) -> None:
        """Put a record with those that belong in the same file of a shelf."""
        path = self._folder / shelf / f"{name}.jsonl"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(dump([record]))
        except OSError as error:
            raise BuilderError(f"{path}: cannot be written: {error.strerror}") from error

    def names(self, shelf: str) -> list[str]:
        """Return the names of a shelf's files for which something was read."""
        return sorted(path.stem for path in (self._folder / shelf).glob("*.jsonl"))

    def read(self, shelf: str, name: str, kind: type[Any]) -> Iterator[Any]:
        """Yield what was read for a file, in the order in which it was read."""
        path = self._folder / shelf / f"{name}.jsonl"
        if path.exists():
            yield from (record for _, record in parse(path, kind))


@contextmanager
def scratch(folder: Path) -> Iterator[Scratch]:
    """Yield an empty folder to put records into; what a killed run left is thrown away."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield Scratch(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
