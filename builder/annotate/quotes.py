"""A Doc in, the bounds of its quotations out, marks included."""

from spacy.tokens import Doc, Token

_OPENING = {"“", "«", "„"}
_CLOSING = {"”", "»"}
_STRAIGHT = {'"', "''", "``"}


def find_quotations(doc: Doc) -> list[tuple[int, int]]:
    """Return the quotations as token bounds, in their order.

    A quotation that is not closed in its paragraph ends with the paragraph. Single quotation
    marks are left alone: they cannot be told from apostrophes.
    """
    found: list[tuple[int, int]] = []
    opened: int | None = None
    for token in doc:
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


def _opens(token: Token) -> bool:
    """Tell whether a straight mark stands before a word, not after one (as in 5'10")."""
    return token.text in _STRAIGHT and not token.whitespace_
