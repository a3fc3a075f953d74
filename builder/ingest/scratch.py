"""Files that hold what was read of seeds until it is written where it belongs."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from builder.errors import BuilderError
from builder.ingest.articles import Cleaned
from builder.ingest.listing import File
from builder.records import Seed
from builder.workspace.store import dump, parse

_KEY = "key"


class Scratch:
    """Files that hold what was read, by where it belongs, so that no run holds it all at once.

    What a killed run has left counts as long as seeds are read in the same way.
    """

    def __init__(self, folder: Path, key: str) -> None:
        """Start a folder below ``folder``; ``key`` tells ways to read seeds apart."""
        runs = sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit())
        self._left: dict[str, tuple[Path, int]] = {}
        for run in runs:
            self._index(folder / str(run), key)
        self._folder = folder / str(runs[-1] + 1 if runs else 1)
        self._folder.mkdir()
        (self._folder / _KEY).write_text(key, encoding="utf-8")

    def _index(self, run: Path, key: str) -> None:
        try:
            same = (run / _KEY).read_text(encoding="utf-8") == key
        except OSError:
            same = False
        if not same:
            shutil.rmtree(run, ignore_errors=True)
            return
        for path in sorted((run / "articles").glob("*.jsonl")):
            with path.open("rb") as file:
                at = 0
                for line in file:
                    # A killed run may have left half a line.
                    if line.endswith(b"\n"):
                        start = line.index(b'"id":"') + 6
                        self._left[line[start : start + 64].decode()] = (path, at)
                    at += len(line)

    def left(self, file: File) -> Cleaned | None:
        """Return what a killed run has made of a seed, None if it had not come so far."""
        place = self._left.get(file.id)
        if place is None:
            return None
        path, at = place
        with path.open("rb") as stream:
            stream.seek(at)
            found = Cleaned.model_validate_json(stream.readline())
        same = (found.seed.name, found.seed.given) == (file.name, file.given)
        return found if same and found.seed.id == file.id else None

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
def scratch(folder: Path, key: str) -> Iterator[Scratch]:
    """Yield a folder to put records into; it goes when all is done, and stays when that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = Scratch(folder, key)
    except OSError as error:
        raise BuilderError(f"{folder}: cannot be written: {error.strerror}") from error
    yield kept
    shutil.rmtree(folder, ignore_errors=True)
