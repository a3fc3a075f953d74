"""Split text into sentences, as a function and as a spaCy component."""

import bisect
import re
from itertools import pairwise
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from builder.annotate.boundaries import inner_starts
from builder.annotate.tokens import tokens_of
from builder.text import trim_bounds

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """Return the bounds of the sentences of ``text`` in code points, without white space at edges.

    The bounds cover everything that is no white space. A blank line always ends a sentence; inside
    a paragraph stops do, unless they belong to an abbreviation, an initial, a number or a name.
    Closing quotation marks and brackets stay with the sentence that they close.
    """
    bounds = []
    for start, end in _paragraphs(text):
        starts = [start, *inner_starts(text, start, end), end]
        pieces = (trim_bounds(text, a, b) for a, b in pairwise(starts))
        bounds += [(a, b) for a, b in pieces if a < b]
    return bounds


def _paragraphs(text: str) -> list[tuple[int, int]]:
    gaps = [match.span() for match in _BLANK_LINE.finditer(text)]
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(text)]
    return list(zip(starts, ends, strict=True))


def set_sentences(doc: Doc, bounds: list[tuple[int, int]]) -> None:
    """Make the first token of each of ``bounds`` a sentence start of ``doc``, and no other."""
    if len(doc) == 0:
        return
    ends = tokens_of(doc).ends
    firsts = [bisect.bisect_right(ends, start) for start, _ in bounds]
    # In one go: to set Token.is_sent_start one by one takes quadratic time.
    starts: Any = np.full(len(doc), -1, dtype=np.int64)
    starts[[at for at in firsts if at < len(doc)]] = 1
    doc.from_array(["SENT_START"], starts.astype(np.uint64))


@Language.component("builder_sentences", assigns=["token.is_sent_start"])
def split_sentences(doc: Doc) -> Doc:
    """Set the sentence starts of ``doc``, unless they are set already."""
    if not doc.has_annotation("SENT_START"):
        set_sentences(doc, sentence_bounds(tokens_of(doc).text))
    return doc
