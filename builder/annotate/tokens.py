"""A sentence in, the bounds of its tokens out: spaCy's English tokenizer, white space left out."""

from functools import cache

import spacy
from spacy.tokenizer import Tokenizer


@cache
def _tokenizer() -> Tokenizer:
    return spacy.blank("en").tokenizer


def token_bounds(text: str) -> list[tuple[int, int]]:
    """Return the bounds of the tokens of ``text`` in code points."""
    return [(t.idx, t.idx + len(t)) for t in _tokenizer()(text) if not t.is_space]
