"""The error that a person can mend."""

from pathlib import Path


class BuilderError(Exception):
    """An error whose message says what is wrong, where, and what to do; shown without traceback."""


def is_endless(path: Path) -> bool:
    """Tell whether a path leads to a pipe or a device: whoever reads it may wait for ever."""
    return path.exists() and not (path.is_file() or path.is_dir())


def refuse_endless(path: Path) -> None:
    """Raise BuilderError for a pipe or a device."""
    if is_endless(path):
        raise BuilderError(f"{path}: is a pipe or a device, and no file: remove it")
