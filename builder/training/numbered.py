"""Make the folder of a workspace's next model, under a number that no other training takes."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UNFINISHED = ".partial"


@contextmanager
def next_folder(models: Path, kind: str) -> Iterator[tuple[str, Path]]:
    """Yield the name of the next model of a kind, and the hidden folder to write it to.

    The folder takes its name when all is written; where that fails, nothing stays.
    """
    unfinished = _take_number(models, kind)
    name = unfinished.name.removeprefix(".").removesuffix(_UNFINISHED)
    try:
        yield name, unfinished
        unfinished.rename(models / name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _take_number(models: Path, kind: str) -> Path:
    models.mkdir(parents=True, exist_ok=True)
    names = (re.match(rf"\.?{kind}-(\d+)", path.name) for path in models.iterdir())
    taken = max((int(number[1]) for number in names if number), default=0)
    unfinished = models / f".{kind}-{taken + 1}{_UNFINISHED}"
    try:
        unfinished.mkdir()
    except FileExistsError:
        return _take_number(models, kind)
    return unfinished
