"""Join the lines of hard-wrapped paragraphs into blocks."""

from collections.abc import Sequence
from itertools import pairwise

from builder.ingest.cleaning import wording

# Text is wrapped for screens and print at 60 to 100 columns; longer lines are whole paragraphs.
_MIN_WIDTH, _MAX_WIDTH = 40, 120
# In wrapped text few full lines happen to end a sentence; in one-line paragraphs nearly all do.
_MAX_SENTENCE_ENDS = 0.5
_MIN_JOINTS = 3


def blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return the bounds of the blocks: 1-based line numbers, inclusive, every line in one block.

    A line is joined to the one before it only in a text wrapped at a fixed width, and only where
    its first word did not fit on the line before it.
    """
    joints = _joints(lines)
    bounds: list[tuple[int, int]] = []
    for number in range(1, len(lines) + 1):
        if number in joints:
            bounds[-1] = (bounds[-1][0], number)
        else:
            bounds.append((number, number))
    return bounds


def _joints(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines that go on with the line before them."""
    width = max((len(line.rstrip()) for line in lines), default=0)
    if not _MIN_WIDTH <= width <= _MAX_WIDTH:
        return set()
    joints = {
        number
        for number, (above, line) in enumerate(pairwise(lines), start=2)
        if _overflowed(above.rstrip(), line, width)
    }
    ends = sum(wording.ends_sentence(lines[number - 2]) for number in joints)
    if len(joints) < _MIN_JOINTS or ends > _MAX_SENTENCE_ENDS * len(joints):
        return set()
    return joints


def _overflowed(above: str, line: str, width: int) -> bool:
    if not above.strip() or not line.strip() or wording.is_list_item(line):
        return False
    return len(above) + 1 + len(line.split()[0]) > width
