"""The text contract: normalise text, check and trim bounds, and make ids.

Offsets are code points, half-open. This is the one place that knows the text contract.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

# Raised when normalise or join_paragraphs makes another text of the same one.
NORMALISATION = 1
# Every Unicode space but the line feed; str.isspace also counts the C0 separators.
_SPACES = re.compile(r"[^\S\n]+|[\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
# Byte order marks and the control characters (category Cc) but the line feed.
_DROPPED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff]")
_ID_LENGTH = 16


class TextError(ValueError):
    """A text or a span that breaks the text contract."""


def normalise(text: str) -> str:
    """Return ``text`` as the contract wants it, line by line.

    NFC, LF, every Unicode space to one space, runs of spaces to one, no space at a line's edge,
    byte order marks and control characters dropped, zero-width joiners and bidirectional marks
    kept. Applying it again changes nothing.

    Raises:
        TextError: the text holds a lone surrogate.

    """
    check_encodable(text)
    text = _LINE_ENDS.sub("\n", text)
    text = _SPACES.sub(" ", text)
    text = _DROPPED.sub("", text)
    text = unicodedata.normalize("NFC", text)
    return "\n".join(_SPACES.sub(" ", line).strip(" ") for line in text.split("\n"))


def join_paragraphs(paragraphs: Iterable[str]) -> str:
    """Return an article's text: normalised paragraphs, separated by one blank line."""
    one_line = (" ".join(normalise(paragraph).split()) for paragraph in paragraphs)
    return "\n\n".join(paragraph for paragraph in one_line if paragraph)


def check_encodable(text: str) -> None:
    """Raise TextError if ``text`` holds a lone surrogate, naming its offset."""
    if text.isascii():
        return
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise TextError(f"lone surrogate U+{code:04X} at offset {error.start}") from None


def check_span(text: str, start: int, end: int, surface: str) -> None:
    """Raise TextError unless ``text[start:end]`` is ``surface``, with no space at its edges."""
    if not 0 <= start < end <= len(text):
        raise TextError(f"span {start}:{end} is not inside the text (0:{len(text)})")
    if text[start:end] != surface:
        raise TextError(f"span {start}:{end} reads {text[start:end]!r}, not {surface!r}")
    if surface != surface.strip():
        raise TextError(f"span {start}:{end} starts or ends with white space: {surface!r}")


def trim_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds without the white space at their edges; equal bounds if nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def paragraph_bounds(text: str) -> list[tuple[int, int]]:
    """Return the bounds of an article's paragraphs."""
    bounds, start = [], 0
    for paragraph in text.split("\n\n"):
        bounds.append((start, start + len(paragraph)))
        start += len(paragraph) + 2
    return bounds


def short_hash(*parts: object) -> str:
    """Return a short stable id: the first 16 hexadecimal digits of a SHA-256 over ``parts``."""
    return _hash("\x1f".join([str(part) for part in parts]))


def _hash(joined: str) -> str:
    return hashlib.sha256(joined.encode("utf-8")).hexdigest()[:_ID_LENGTH]


def article_id(text: str) -> str:
    """Return the id of the article with this text."""
    return short_hash("article", text)


def sentence_id(article: str, start: int, end: int) -> str:
    """Return the id of the sentence at these bounds; a new splitter moves none."""
    return short_hash("sentence", article, start, end)


def span_id(article: str, layer: str, label: str, start: int, end: int) -> str:
    """Return the id of a span where it is first made; a correction of it inherits the id."""
    # As short_hash joins its parts, but quicker: every span has its id made.
    return _hash(f"span\x1f{article}\x1f{layer}\x1f{label}\x1f{start}\x1f{end}")
