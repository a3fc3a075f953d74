"""Read a seed from disk as text and split it into lines."""

import codecs
import re
from pathlib import Path

MAX_BYTES = 20_000_000
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# A page may open with an XML declaration and with comments.
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)


class SeedError(ValueError):
    """A seed that cannot be read as text, and the line at fault where there is one."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def read_text(path: Path) -> str:
    """Return the text of the file at ``path``, without its byte order mark.

    The file is UTF-8, or UTF-16 with a byte order mark; its line ends stay as they are.

    Raises:
        SeedError: the file is not such text, holds none, is HTML, or is larger than MAX_BYTES.
        OSError: the file cannot be opened.

    """
    check_size(path)
    text = _decode(path.read_bytes())
    nul = text.find("\0")
    if nul >= 0:
        line = _line_at(text[:nul])
        raise SeedError(f"a NUL character on line {line}: this is not a text file", line)
    if not text.strip():
        raise SeedError("the file holds no text")
    if _HTML.match(text):
        raise SeedError("HTML is not read yet: save the text of the page")
    return text


def check_size(path: Path) -> None:
    """Raise SeedError if the file is larger than MAX_BYTES."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise SeedError(f"{size:,} bytes is more than the {MAX_BYTES:,} that a seed may have")


def split_lines(text: str) -> list[str]:
    r"""Return the lines of ``text``, which end with ``\n``, ``\r\n`` or a lone ``\r``.

    A line end at the end of the text starts no further line. Line *n* of a seed is item *n - 1*.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return unified.removesuffix("\n").split("\n") if unified else []


def _decode(data: bytes) -> str:
    if data.startswith(_UTF32_MARKS):
        raise SeedError("the file is UTF-32; save it as UTF-8")
    if data.startswith(_UTF16_MARKS):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            reason = f"not valid UTF-16: {error.reason} at byte {error.start}"
            raise SeedError(f"{reason}; save the file as UTF-8") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # With a byte order mark, the codec counts from behind it.
        body = data.removeprefix(codecs.BOM_UTF8)
        start = error.start + len(data) - len(body)
        line = _line_at(body[: error.start].decode("utf-8"))
        where = f"byte 0x{data[start]:02X} at offset {start}, line {line}"
        raise SeedError(f"not valid UTF-8: {where}; save the file as UTF-8", line) from None


def _line_at(before: str) -> int:
    return len(split_lines(before + "x"))
