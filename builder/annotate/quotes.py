"""A Doc in, the bounds of its quotations out, marks included."""

import re

import numpy as np
from spacy.tokens import Doc, Token

_OPENING = {"“", "«", "„"}
_CLOSING = {"”", "»"}
_BEFORE = {"(", "[", "-", "–", "—", "…"}
_MARKS = re.compile(r"[\"“”„«»]|''|``|\n\n")
_STRAIGHT = {'"', "''", "``"}


def find_quotations(doc: Doc) -> list[tuple[int, int]]:
    """Return the quotations as token bounds, in their order.

    A quotation that is not closed in its paragraph ends with the paragraph. Single quotation
    marks are left alone: they cannot be told from apostrophes.
    """
    found: list[tuple[int, int]] = []
    opened: int | None = None
    for token in _marks(doc):
        if "\n\n" in token.text:
            if opened is not None:
                found.append((opened, token.i))
            opened = None
        elif opened is None and (token.text in _OPENING or _opens(token)):
            opened = token.i
        elif opened is not None and (token.text in _CLOSING or token.text in _STRAIGHT):
            found.append((opened, token.i + 1))
            opened = None
    if opened is not None:
        found.append((opened, len(doc)))
    return found


def _marks(doc: Doc) -> list[Token]:
    """Return the tokens that hold a quotation mark or part paragraphs, in their order."""
    places = [match.start() for match in _MARKS.finditer(doc.text)]
    if not places:
        return []
    starts = doc.to_array("IDX")
    found = np.unique(np.searchsorted(starts, places, side="right") - 1)
    return [doc[int(at)] for at in found]


def _opens(token: Token) -> bool:
    """Tell whether a straight mark has a space or a bracket before it and a word after it."""
    if token.text not in _STRAIGHT:
        return False
    before = token.doc[token.i - 1] if token.i else None
    free = before is None or before.whitespace_ or before.is_space or before.text in _BEFORE
    introduced = before is not None and before.text in {",", ":"}
    return bool(free) and (not token.whitespace_ or introduced)
