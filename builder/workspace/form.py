"""The form of data/: its number and how finely it is divided, kept in data/format."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from builder.errors import BuilderError, refuse_endless
from builder.workspace.store import write_bytes

CURRENT = 2
# A shelf of 20,000 articles has files of about 80; 4,096 files are for a hundred times as many.
_DIGITS = {256: 2, 4096: 3}
DIGITS = tuple(_DIGITS.values())
FILE_NAME = "format"


@dataclass(frozen=True)
class Form:
    """The number of the form, and into how many files a shelf of articles is divided."""

    number: int = CURRENT
    shards: int = 256

    @property
    def digits(self) -> int:
        """Return how many hexadecimal digits of an id name its file."""
        return _DIGITS[self.shards]


def read(data: Path) -> Form:
    """Return the form that a folder of data is in: the first one where records lie without a word.

    Raises:
        BuilderError: the file says nothing that can be read.

    """
    path = data / FILE_NAME
    refuse_endless(path)
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        form = Form(int(said["form"]), int(said["shards"]))
    except FileNotFoundError:
        return Form(CURRENT if _is_empty(data) else 1)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BuilderError(f"{path}: cannot be read: {error}; restore it from git") from None
    if form.shards not in _DIGITS:
        raise BuilderError(f"{path}: shards: {form.shards} is neither 256 nor 4096; restore it")
    return form


def is_written(data: Path) -> bool:
    """Tell whether the data say which form they are in, and it is the present one."""
    return (data / FILE_NAME).exists() and read(data).number == CURRENT


def check(form: Form, data: Path) -> None:
    """Raise BuilderError if the data are in a form of a newer builder."""
    if form.number > CURRENT:
        raise BuilderError(
            f"{data / FILE_NAME}: form {form.number} is of a newer builder, and this one knows "
            f"{CURRENT}; install the newer one"
        )


def write(data: Path, form: Form) -> None:
    """Write down the form that the data are in."""
    write_bytes(data / FILE_NAME, f"form = {form.number}\nshards = {form.shards}\n".encode())


def _is_empty(data: Path) -> bool:
    return not any(data.glob("*/*.jsonl"))
