"""Turn the bytes of a seed into text, and put right what a wrong encoding did to it."""

import codecs
import html
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from builder.ingest.readers.content import SeedError
from builder.phrasing import count

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Names that browsers take for the larger set, as the pages that bear them were tried there alone.
_LARGER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_LINE_END = re.compile(r"(\r\n|\r|\n)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# A guess from less than this tells one encoding from another by chance.
_ENOUGH = 20


def split_lines(text: str) -> list[str]:
    r"""Return the lines of ``text``, which end with ``\n``, ``\r\n`` or a lone ``\r``.

    A line end at the end of the text starts no further line. Line *n* of a seed is item *n - 1*.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return unified.removesuffix("\n").split("\n") if unified else []


def decode(data: bytes, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Return the text of some bytes, and what was unusual about them, in words.

    A byte order mark goes before the encoding that is ``declared``, that before UTF-8, and where
    none of them fits, the encoding is guessed (charset-normalizer) and named.

    Raises:
        SeedError: no encoding fits, or the text holds a NUL character.

    """
    text, notes = _decoded(data, declared)
    nul = text.find("\0")
    if nul >= 0:
        line = _line_at(text[:nul])
        raise SeedError(f"a NUL character on line {line}: this is not a text file", line)
    return text, notes


def _decoded(data: bytes, declared: str | None) -> tuple[str, tuple[str, ...]]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode("utf-8-sig" if name == "utf-8" else name), ()
            except UnicodeDecodeError as error:
                raise _not_valid(data, name, error) from None
    notes = []
    if declared and (encoding := _known(declared)) is not None and encoding != "utf-8":
        try:
            return data.decode(encoding), (f"read as {encoding}, which it declares",)
        except UnicodeDecodeError:
            notes.append(f"it declares {declared}, but is not written in it")
    try:
        return data.decode("utf-8"), tuple(notes)
    except UnicodeDecodeError as error:
        wrong = error
    guess = None if _is_damaged(data) else _guess(data)
    if guess is None:
        raise _not_valid(data, "utf-8", wrong)
    text, encoding = guess
    return text, (*notes, f"read as {encoding}, as the bytes look: no encoding is declared")


def _known(declared: str) -> str | None:
    try:
        name = codecs.lookup(declared.strip()).name
    except (LookupError, ValueError):
        return None
    return _LARGER.get(name, name)


def _is_damaged(data: bytes) -> bool:
    """Tell whether the bytes are no text at all, or UTF-8 of which some were lost or added."""
    if data.count(b"\0"):
        return True
    lossy = data.decode("utf-8", "replace")
    return sum(character > "\x7f" and character != "�" for character in lossy) > lossy.count("�")


def _guess(data: bytes) -> tuple[str, str] | None:
    from charset_normalizer import from_bytes

    if len(data) < _ENOUGH:
        return None
    # The article's own bytes beside plain ASCII are few; windows-1252 is what western pages use.
    best = from_bytes(data[:200_000], cp_exclusion=["utf_16", "utf_32", "utf_7"]).best()
    if best is None:
        return None
    for encoding in ("cp1252", best.encoding):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == best.encoding or _looks_western(text):
            return text, encoding
    return None


def _looks_western(text: str) -> bool:
    """Tell whether a text's signs beyond ASCII are those of western prose read rightly."""
    odd = [character for character in text if character > "\x7f"]
    usual = (
        "‘’“”–—…•£€©®°§¥\xa0ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽž½¼¾·"
    )
    return 10 * len(odd) < 3 * len(text) and all(character in usual for character in odd)


def _not_valid(data: bytes, name: str, error: UnicodeDecodeError) -> SeedError:
    if name != "utf-8":
        title = name.upper()
        reason = f"not valid {title}: {error.reason} at byte {error.start}; save the file as UTF-8"
        return SeedError(reason)
    # With a byte order mark, the codec counts from behind it.
    body = data.removeprefix(codecs.BOM_UTF8)
    start = error.start + len(data) - len(body)
    line = _line_at(body[: error.start].decode("utf-8"))
    where = f"byte 0x{data[start]:02X} at offset {start}, line {line}"
    return SeedError(f"not valid UTF-8: {where}; save the file as UTF-8", line)


def _line_at(before: str) -> int:
    return len(split_lines(before + "x"))


def mend(text: str) -> tuple[str, tuple[str, ...]]:
    """Return text in which mojibake and HTML's entities are put right, and what was mended.

    Line by line, so that lines keep their numbers. Nothing else changes: quotation marks, ligatures
    and the publisher's typos stay as they are.
    """
    text, garbled = mend_mojibake(text)
    text, entities = _by_line(text, _with_characters, "HTML entities")
    return text, garbled + entities


def mend_mojibake(text: str) -> tuple[str, tuple[str, ...]]:
    """Return text in which mojibake is put right, and what was mended."""
    return _by_line(text, _fixed, "mojibake")


def _by_line(text: str, mended: Callable[[str], str], what: str) -> tuple[str, tuple[str, ...]]:
    parts = _LINE_END.split(text)
    number = 0
    for at in range(0, len(parts), 2):
        line = mended(parts[at])
        number += line != parts[at]
        parts[at] = line
    if not number:
        return text, ()
    return "".join(parts), (f"{what} mended on {count(number, 'line')}",)


def _with_characters(line: str) -> str:
    return _ENTITY.sub(_character, line) if "&" in line else line


def _character(match: re.Match[str]) -> str:
    found = html.unescape(match.group())
    # A line must stay one line, and text has no control characters.
    return found if found.isprintable() or found == "\xa0" else match.group()


def _fixed(line: str) -> str:
    import ftfy

    return line if line.isascii() else ftfy.fix_encoding(line, _config())


@cache
def _config() -> Any:
    import ftfy

    return ftfy.TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
        explain=False,
    )
