"""Hold what a file of another tool says of a text: its marks and links, whatever its format."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from builder.records import Layer, Rejection

STAGE = "import"
# A file is read into memory.
LARGEST = 1 << 30
_ARTICLE = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class ForeignMark:
    """A labelled stretch of a document's text, in code points.

    ``key`` is what links call it, ``text`` what the file says it reads, ``where`` and ``line`` tell
    where it stands in the file.
    """

    label: str
    start: int
    end: int
    key: str = ""
    text: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    score: float | None = None
    where: str = ""
    line: int | None = None


@dataclass(frozen=True)
class ForeignLink:
    """A directed relation between two marks, by their keys."""

    label: str
    head: str
    tail: str
    where: str = ""
    line: int | None = None


@dataclass(frozen=True)
class ForeignText:
    """A text of a file, with what is marked in it.

    ``article`` is the id that the file gives it, ``author`` who has marked it, ``layers`` those
    that were looked at: None where the file does not say so.
    """

    file: str
    text: str
    marks: tuple[ForeignMark, ...] = ()
    links: tuple[ForeignLink, ...] = ()
    line: int | None = None
    where: str = ""
    article: str | None = None
    author: str | None = None
    layers: tuple[Layer, ...] | None = None

    def fault(self, reason: str, where: str = "", line: int | None = None) -> Rejection:
        """Return the record of something in it that is left out."""
        field_of = ".".join(part for part in (self.where, where) if part)
        return fault(self.file, reason, field_of, line or self.line)


Read = Iterator[ForeignText | Rejection]


def fault(file: str, reason: str, where: str = "", line: int | None = None) -> Rejection:
    """Return the record of something in a file that is left out, and why."""
    told = reason.encode("utf-8", "backslashreplace").decode("utf-8")
    place = where.encode("utf-8", "backslashreplace").decode("utf-8")
    return Rejection(stage=STAGE, path=file, line=line, field=place or None, reason=told)


def shown(path: Path) -> str:
    """Return a path as records can hold it."""
    return path.as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def article_named(value: object) -> str | None:
    """Return the article's id that a file names, None for anything else."""
    return value if isinstance(value, str) and _ARTICLE.fullmatch(value) else None


def content(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        ValueError: it is too large to be held.

    """
    if path.stat().st_size > LARGEST:
        raise ValueError(f"is larger than {LARGEST >> 20} MiB: divide it")
    return path.read_bytes()


def text_of(path: Path) -> str:
    """Return a file's text, with its line ends as they are.

    Raises:
        ValueError: it is no UTF-8, or too large.

    """
    found = content(path)
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = found.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line} is not UTF-8: save the file as UTF-8") from None


def each_record(path: Path, document: Callable[[str, int, dict[str, Any]], Read]) -> Read:
    """Yield what ``document`` makes of each object of a file of JSON Lines, and what is none."""
    for found in json_records(path):
        if isinstance(found, Rejection):
            yield found
        else:
            yield from document(shown(path), *found)


def json_records(path: Path) -> Iterator[tuple[int, dict[str, Any]] | Rejection]:
    """Yield the objects of a file of JSON Lines with their lines, and what is none."""
    for number, line in enumerate(content(path).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError:
            yield fault(shown(path), "is not UTF-8: save the file as UTF-8", line=number)
        except (ValueError, RecursionError) as error:
            yield fault(shown(path), f"is no JSON: {error}", line=number)
        else:
            if isinstance(value, dict):
                yield number, value
            else:
                yield fault(shown(path), "is no JSON object", line=number)


def objects(value: object) -> list[Mapping[str, Any]]:
    """Return the objects of a list; an empty one for what is none, so that it is found wanting."""
    if value is None:
        return []
    listed = value if isinstance(value, list) else [value]
    return [x if isinstance(x, Mapping) else {} for x in listed]


def bounds(record: Mapping[str, Any], start: str = "start", end: str = "end") -> tuple[int, int]:
    """Return the offsets in a record.

    Raises:
        ValueError: they are no whole numbers.

    """
    found = record.get(start), record.get(end)
    if type(found[0]) is not int or type(found[1]) is not int:
        raise ValueError(f"{start} and {end} are no whole numbers")
    return found[0], found[1]


def score_of(value: object) -> float | None:
    """Return how sure a machine is, None for what cannot be that."""
    sane = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    return float(value) if sane else None  # type: ignore[arg-type]
