"""Find out how much of a page's lines an extractor kept, by runs of three words."""

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+")
_RUN = 3


def words(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return _WORD.findall(text.lower())


def kept(lines: Sequence[Sequence[str]], extraction: str) -> list[float]:
    """Return the share of each line's words that stand in the extraction.

    A line of few words counts only where it is a line of the extraction, too.
    """
    theirs = [words(line) for line in extraction.split("\n")]
    # It writes a table's row as one line, with a bar between the cells.
    cells = [words(cell) for line in extraction.split("\n") for cell in line.split("|")]
    whole = {tuple(line) for line in theirs + cells if line}
    flat = [word for line in theirs for word in line]
    runs = set(zip(flat, flat[1:], flat[2:], strict=False))
    return [_share(line, whole, runs) for line in lines]


def _share(
    line: Sequence[str], whole: set[tuple[str, ...]], runs: set[tuple[str, str, str]]
) -> float:
    if not line:
        return 0.0
    if tuple(line) in whole:
        return 1.0
    found: set[int] = set()
    for start, run in enumerate(zip(line, line[1:], line[2:], strict=False)):
        if run in runs:
            found.update(range(start, start + _RUN))
    return len(found) / len(line)
