"""What a reader makes of a file: articles as received, with what is known of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from builder.ingest.extracted import Extracted

# What one article may measure as received; the text of a long read has about 50,000 bytes.
MAX_BYTES = 20_000_000
# ``page`` is the text of a whole page, ``article`` that of an article alone, ``html`` its source.
Form = Literal["page", "article", "html"]


class SeedError(ValueError):
    """A seed that cannot be read, and the line at fault where there is one."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True)
class SeedContent:
    """The content of one seed, read.

    ``given`` is metadata that somebody states beside the text; it goes before what is found in it.
    ``mended`` says what was not as it should be, and was put right.
    """

    form: Form
    content: str
    given: Extracted = field(default_factory=Extracted)
    url: str | None = None
    mended: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeedEntry:
    """One article in a file, found but not yet read.

    ``record`` says which of the file's articles it is, None where the file holds one alone;
    ``line`` is the line or the number of the record, from 1, ``id`` the SHA-256 of its bytes.
    ``read`` returns what it holds, or raises SeedError.
    """

    record: str | None
    line: int | None
    id: str
    size: int
    read: Callable[[], SeedContent]


@dataclass(frozen=True)
class Fault:
    """A part of a file that is not read, where it stands, and why.

    ``expected`` is what belongs in such a file and is no article: a picture in a crawl.
    """

    record: str | None
    line: int | None
    reason: str
    expected: bool = False
