"""Check what is recorded of a seed, and taken from it, against its file, where that lies there."""

import hashlib
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from builder.dataset.manifest import sha256
from builder.ingest.readers.decoding import split_lines
from builder.phrasing import count
from builder.records import Article, Metadata, Seed

Faults = list[tuple[str, str]]
# Of these, the value stands in the line in other signs, or none.
_OTHERWISE = {"published", "url", "language", "licence"}
_WORD = re.compile(r"[^\W_]+")
# A value may go on in the lines after the one where it begins.
_LINES = 8


def seed_faults(seed: Seed, root: Path) -> Faults:
    """Return what is wrong with the record of a seed whose file lies there as it was read."""
    path = root / seed.path
    if _leads_out(seed):
        return [("path", f"{seed.path} leads out of the workspace")]
    size = _size(path)
    if seed.record is not None or size is None:
        return []
    found: Faults = []
    if size != seed.size and sha256(path) == seed.id:
        found.append(("size", f"is {seed.size}, and the file has {size} bytes"))
    lines = lines_of(seed, root)
    last = seed.lines[-1].last if seed.lines else 0
    if lines is not None and last != len(lines):
        found.append(("lines", f"are {last}, and the file has {count(len(lines), 'line')}"))
    return found


def _size(path: Path) -> int | None:
    """Return the size of a file; None if there is none, or can be none of that name."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _leads_out(seed: Seed) -> bool:
    return Path(seed.path).is_absolute() or ".." in Path(seed.path).parts


def lines_of(seed: Seed, root: Path) -> list[str] | None:
    """Return the lines of a seed of plain text; None if its file is not there as it was read."""
    path = root / seed.path
    is_text = seed.reader.partition(",")[0] == "text"
    plain = not _leads_out(seed) and seed.record is None and is_text and not seed.mended
    if not plain or _size(path) != seed.size:
        return None
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != seed.id:
        return None
    try:
        return split_lines(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None


def metadata_faults(article: Article, seed: Seed, root: Path) -> Faults:
    """Return the metadata of an article that do not stand in the line of a seed that they name."""
    lines = None if article.metadata == Metadata() else lines_of(seed, root)
    return [] if lines is None else list(_elsewhere(article.metadata, seed.id, lines))


def _elsewhere(said: Metadata, seed: str, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name in type(said).model_fields:
        for index, found in enumerate(getattr(said, name)):
            if found.seed != seed or getattr(found, "given", False):
                continue
            where = f"metadata.{name}.{index}"
            if found.line > len(lines):
                yield where, f"names line {found.line} of {len(lines)}"
                continue
            value = found.text if name == "captions" else found.value
            there = lines[found.line - 1 : found.line - 1 + _LINES]
            if name not in _OTHERWISE and not _stands(value, there):
                yield where, f"{value[:60]!r} does not stand in line {found.line} of the seed"
            elif value != value.strip():
                yield where, f"{value[:60]!r} begins or ends with white space"


def _stands(value: str, lines: Sequence[str]) -> bool:
    """Tell whether a value begins in the first of some lines, and ends where a word does.

    Pages glue words to others, and put marks between them.
    """
    words, there, first = (_words(text) for text in (value, " ".join(lines), lines[0]))
    begins = not words or any(words[0] in word for word in first)
    ends = not words or any(word.endswith(words[-1]) for word in there)
    return begins and ends and "".join(words) in "".join(there)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
