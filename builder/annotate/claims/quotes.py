"""Find the quotations in a Doc."""

import re
from bisect import bisect_right
from functools import lru_cache

from spacy.tokens import Doc

from builder.annotate.tokens import Tokens, tokens_of

_OPENING = {"“", "«", "„"}
_CLOSING = {"”", "»"}
_BEFORE = {"(", "[", "-", "–", "—", "…"}
# Without sets of characters, so that re skips to the next mark.
_FIND_MARKS = re.compile("\"|“|”|„|«|»|''|``|\n\n")
_STRAIGHT = {'"', "''", "``"}
MARKS = _OPENING | _CLOSING | _STRAIGHT
# In tokens, marks included; a shorter one states nothing.
SHORTEST_QUOTATION = 3


def find_quotations(doc: Doc) -> list[tuple[int, int]]:
    """Return the quotations as token bounds, marks included, in their order.

    A quotation that is not closed in its paragraph ends with the paragraph. Single quotation
    marks are left alone: they cannot be told from apostrophes. Those of the latest Doc are
    remembered.
    """
    return list(_quotations(doc, len(doc)))


@lru_cache(maxsize=1)
def _quotations(doc: Doc, _: int) -> tuple[tuple[int, int], ...]:
    tokens = tokens_of(doc)
    found: list[tuple[int, int]] = []
    opened: int | None = None
    for at in _marks(tokens):
        word = tokens.words[at]
        if "\n\n" in word:
            if opened is not None:
                found.append((opened, at))
            opened = None
        elif opened is None and (word in _OPENING or _opens(tokens, at)):
            opened = at
        elif opened is not None and (word in _CLOSING or word in _STRAIGHT):
            found.append((opened, at + 1))
            opened = None
    if opened is not None:
        found.append((opened, len(tokens)))
    return tuple(found)


def _marks(tokens: Tokens) -> list[int]:
    """Return the tokens that hold a quotation mark or part paragraphs, in their order."""
    places = (match.start() for match in _FIND_MARKS.finditer(tokens.text))
    return sorted({bisect_right(tokens.starts, place) - 1 for place in places})


def _opens(tokens: Tokens, at: int) -> bool:
    """Tell whether a straight mark has a space or a bracket before it and a word after it."""
    if tokens.words[at] not in _STRAIGHT:
        return False
    before = tokens.words[at - 1] if at else None
    free = before is None or tokens.space_after(at - 1) or before.isspace() or before in _BEFORE
    introduced = before is not None and before in {",", ":"}
    return free and (not tokens.space_after(at) or introduced)
