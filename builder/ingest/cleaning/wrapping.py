"""Join the lines of hard-wrapped paragraphs into blocks, and take the marks of links off.

Text is wrapped at a width that most of its full lines come near to; single lines may be longer. A
line goes on with the one above where its first word did not fit there, or where neither the end of
the one nor the beginning of the other is that of a sentence. In Markdown a paragraph ends at a
blank line.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from builder.ingest.cleaning import marks, wording
from builder.ingest.cleaning.marks import Marks
from builder.ingest.cleaning.vocabulary import common_words

# Text is wrapped for screens and print at 60 to 100 columns; longer lines are whole paragraphs.
_MIN_WIDTH, _MAX_WIDTH = 40, 100
_RAGGED, _MIN_FULL, _MAX_LONGER, _MIN_FULL_BESIDE_ONE = 14, 3, 0.1, 5
# In wrapped text few full lines happen to end a sentence; in one-line paragraphs nearly all do.
_MAX_SENTENCE_ENDS = 0.5
_MIN_JOINTS = 3
_BULLET = re.compile(r"\s*(?:[•·▪▸►‣◦○●□■◆*+»›-]|\d{1,3}[.)]|o)\s+(?=\S)")
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 40
_STARTS_BLOCK = re.compile(r"\s*(?:#{1,6}\s|>|\||\* \* \*|[-*+•]\s|\d{1,3}[.)]\s)")


class Paragraph(NamedTuple):
    """Lines that belong together (1-based bounds, inclusive), and their text without marks.

    ``raw`` is the joined text with all its marks, ``heading`` tells if they make it a heading.
    """

    first: int
    last: int
    text: str
    raw: str = ""
    heading: bool = False


def paragraphs(lines: Sequence[str]) -> list[Paragraph]:
    """Return the paragraphs of a page; every line is in one, a blank line is one of its own."""
    used = marks.used(lines)
    bare = [used.bare_line(line) for line in lines]
    joints = _joints(bare, used)
    bounds: list[tuple[int, int]] = []
    for number in range(1, len(lines) + 1):
        if number in joints:
            bounds[-1] = (bounds[-1][0], number)
        else:
            bounds.append((number, number))
    known = _words(bare)
    return [_paragraph(bare[first - 1 : last], first, used, known) for first, last in bounds]


def stretches(lines: Sequence[str], bounds: Sequence[tuple[int, int]]) -> list[Paragraph]:
    """Return some of a page's paragraphs, by their first and last lines."""
    used = marks.used(lines)
    bare = [used.bare_line(line) for line in lines]
    known = _words(bare)
    return [_paragraph(bare[first - 1 : last], first, used, known) for first, last in bounds]


def _paragraph(lines: Sequence[str], first: int, used: Marks, known: frozenset[str]) -> Paragraph:
    raw = lines[0] if len(lines) == 1 else _joined(lines, known)
    listed = used.addresses is not None and first > used.addresses
    text = "" if listed else _text(raw, used)
    return Paragraph(first, first + len(lines) - 1, text, raw, used.is_heading(raw))


def _text(raw: str, used: Marks) -> str:
    text = used.taken_off(raw)
    return "" if marks.only_addresses(text) else text


def _joined(lines: Sequence[str], known: frozenset[str]) -> str:
    """Return lines as one.

    A word that a hyphen parts at a line's end loses it where it is known without one.
    """
    pieces = [lines[0].rstrip()]
    for line in lines[1:]:
        above, line = pieces[-1], line.strip()
        if not (_parted(above) and line[:1].islower()):
            pieces.append(" ")
        elif _WORD.findall(above[-_LONGEST:])[-1].lower() + _WORD.findall(line)[0].lower() in known:
            pieces[-1] = above[:-1]
        pieces.append(line)
    return "".join(pieces)


def _parted(line: str) -> bool:
    return line.endswith("-") and line[-2:-1].isalpha()


def _words(lines: Sequence[str]) -> frozenset[str]:
    """Return the words of a page if words are parted at the ends of its lines; none otherwise.

    Where a part is no word and the whole is a common one, a typesetter has parted them: then common
    words are added, which the page need not write whole elsewhere.
    """
    parted = [
        (_WORD.findall(above[-_LONGEST:])[-1].lower(), _WORD.findall(line)[0].lower())
        for above, line in pairwise(map(str.strip, lines))
        if _parted(above) and line[:1].islower()
    ]
    if not parted:
        return frozenset()
    page = frozenset(word for line in lines for word in _WORD.findall(line.lower()))
    common = common_words()
    by_typesetter = any(
        first + second in common and not common.issuperset((first, second))
        for first, second in parted
    )
    return page | common if by_typesetter else page


def _joints(lines: Sequence[str], used: Marks) -> set[int]:
    """Return the numbers of the lines that go on with the line before them."""
    end = len(lines) if used.addresses is None else used.addresses
    if used.markdown:
        return {
            number
            for number, (above, line) in enumerate(pairwise(lines[:end]), start=2)
            if _goes_on_in_markdown(above, line)
        }
    width = _width(lines[:end])
    if width is None:
        return set()
    bounds = list(enumerate(pairwise(lines[:end]), start=2))
    full = {number for number, (above, line) in bounds if _overflowed(above, line, width)}
    ends = sum(wording.ends_sentence(lines[number - 2]) for number in full)
    ragged = {number for number, (above, line) in bounds if _ragged(above, line, width)}
    if len(full | ragged) < _MIN_JOINTS or ends > _MAX_SENTENCE_ENDS * len(full):
        return set()
    return full | ragged


def _goes_on_in_markdown(above: str, line: str) -> bool:
    if not above.strip() or not line.strip() or above.endswith("  "):
        return False
    if above.lstrip().startswith("#") or above.lstrip().startswith("|"):
        return False
    return _STARTS_BLOCK.match(line) is None


def _width(lines: Sequence[str]) -> int | None:
    """Return the width at which a text is wrapped; None if it is not.

    Many lines come near to it, and hardly any is longer.
    """
    counts = [0] * (_MAX_WIDTH + 2)
    for line in lines:
        if "://" not in line and " " in line.strip():
            counts[min(len(line.rstrip()), _MAX_WIDTH + 1)] += 1
    longer = counts[-1]
    for width in range(_MAX_WIDTH, _MIN_WIDTH - 1, -1):
        full = sum(counts[width - _RAGGED : width + 1])
        few = longer <= _MAX_LONGER * full or (longer == 1 and full >= _MIN_FULL_BESIDE_ONE)
        if counts[width] and full >= _MIN_FULL and few:
            return width
        longer += counts[width]
    return None


def _touch(above: str, line: str) -> bool:
    """Tell whether a line may go on with the one above by its indentation and marks."""
    if not above.strip() or not line.strip() or _BULLET.match(line):
        return False
    bullet = _BULLET.match(above)
    starts = bullet.end() if bullet else len(above) - len(above.lstrip())
    return len(line) - len(line.lstrip()) <= starts + 1


def _overflowed(above: str, line: str, width: int) -> bool:
    above = above.rstrip()
    if len(above) + 1 + len(line.lstrip().partition(" ")[0]) <= width:
        return False
    return _touch(above, line)


def _ragged(above: str, line: str, width: int) -> bool:
    """Tell whether a sentence goes on from a line that is nearly full, or in small letters."""
    if not _touch(above, line) or wording.ends_sentence(above):
        return False
    above, line = above.rstrip(), line.strip()
    if line[0].islower():
        return 2 * len(above) > width
    return len(above) + 1 + len(line.partition(" ")[0]) > width - _RAGGED // 2
