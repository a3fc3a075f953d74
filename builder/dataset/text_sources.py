"""Say how the text of each article of a release without text is found again.

Of the text itself it holds hashes of the whole article and of its long paragraphs, and how long
the words are: with these, a copy that differs a little is laid beside it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from builder.errors import BuilderError
from builder.records import Record
from builder.text import paragraph_bounds

FILE_NAME = "sources.jsonl"
# What the folder of a release without text is called, behind its version.
TEXT_FREE_ENDING = "-no-text"
# A reader's text is an article's very text, an edited one, or the very text of another article.
Likeness = Literal["exact", "edited", "variant"]
# Where a value stands that a sidecar gives: its name may say what the article is about.
IN_SIDECAR = "given in a sidecar"
# A hash of fewer characters could be found by trying what they may be.
SHORTEST_HASHED = 120


class ParagraphSource(Record):
    """A paragraph: where it lies, its SHA-256 unless it is short, and the lengths of its words."""

    start: int
    end: int
    shape: str
    sha256: str | None = None


class SeedSource(Record):
    """A seed of an article, and how its reader was set.

    ``lines`` are the first and last line of each body paragraph, from 1; ``fields`` and ``given``
    say which field of a record is what.
    """

    sha256: str
    reader: str
    lines: tuple[tuple[int, int], ...]
    record: str | None = None
    fields: dict[str, str] | None = None
    given: dict[str, str] | None = None


class CaptionSource(Record):
    """Where a caption stands that was taken out of the text."""

    seed: str
    line: int


class ValueSource(Record):
    """Where a value of the metadata stands, and the rule that finds it."""

    field: str
    seed: str
    line: int
    how: str


class TextSource(Record):
    """How an article's text is found again; ``sha256`` is that of the whole text."""

    article: str
    sha256: str
    normalisation: int
    language: str
    paragraphs: tuple[ParagraphSource, ...]
    seeds: tuple[SeedSource, ...]
    captions: tuple[CaptionSource, ...]
    metadata: tuple[ValueSource, ...]


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def paragraph_hash(paragraph: str) -> str | None:
    """Return the SHA-256 of a paragraph, None for one that is too short to be hashed."""
    return text_hash(paragraph) if len(paragraph) >= SHORTEST_HASHED else None


def hashed_paragraphs(text: str) -> list[tuple[int, str | None]]:
    """Return where each paragraph of a text begins, with its hash."""
    return [(a, paragraph_hash(text[a:b])) for a, b in paragraph_bounds(text)]


def told_how(how: str) -> str:
    """Return the rule that found a value, without the name of a sidecar."""
    return IN_SIDECAR if how.startswith("given in ") and how.endswith(".toml") else how


def write(path: Path, sources: Iterable[TextSource]) -> None:
    """Write the sources of a release, a line each."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for source in sources:
            said = source.model_dump(mode="json", exclude_none=True)
            file.write(json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n")


class TextSources:
    """The sources of a release, of which one at a time is in memory."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._places: dict[str, int] = {}
        for place, source in self._read():
            self._places[source.article] = place

    def __contains__(self, article: str) -> bool:
        return article in self._places

    def __iter__(self) -> Iterator[TextSource]:
        return (source for _, source in self._read())

    def __getitem__(self, article: str) -> TextSource:
        with self._path.open("rb") as file:
            file.seek(self._places[article])
            return TextSource.model_validate_json(file.readline())

    def _read(self) -> Iterator[tuple[int, TextSource]]:
        try:
            with self._path.open("rb") as file:
                place = 0
                for line in file:
                    yield place, TextSource.model_validate_json(line)
                    place += len(line)
        except (OSError, ValueError) as error:
            raise BuilderError(f"{self._path}: cannot be read: {error}") from None
