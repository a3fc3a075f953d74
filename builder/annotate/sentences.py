"""Split text into sentences, as a function and as a spaCy component."""

import bisect
import re
from itertools import pairwise
from typing import Any

import numpy as np
import nupunkt
from spacy.language import Language
from spacy.tokens import Doc

from builder.annotate.tokens import tokens_of
from builder.text import trim_bounds

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
# What closes a quotation or a bracket, before a space: it belongs to the sentence that it closes.
_CLOSERS = re.compile(r"[”’»)\]}\"']+(?=\s|$)")
# nupunkt takes "cent." for an abbreviation wherever it stands. To begin with letters is quickest.
_MISSED = re.compile(r"per(?<=\bper) cent\.[”’»)\]\"']*\s+(?=[A-Z“‘\"(])")
# Some titles nupunkt does not know, others not before some names: Lt. Lee, Insp. Ann Lee.
_TITLES = {
    *["Adm.", "Capt.", "Cmdr.", "Col.", "Det.", "Gen.", "Gov.", "Hon.", "Insp.", "Lt.", "Maj."],
    *["Mlle.", "Mme.", "Mx.", "Pres.", "Prof.", "Rep.", "Rev.", "Sen.", "Sgt.", "Sra.", "Supt."],
}
_LONGEST_TITLE = 8


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """Return the bounds of the sentences of ``text`` in code points, without white space at edges.

    The bounds cover everything that is no white space. A blank line always ends a sentence; inside
    a paragraph the sentences are those of nupunkt's English model, except that closing quotation
    marks and brackets stay with the sentence that they close, that "per cent." may end one and that
    titles ("Lt.") do not.
    """
    bounds = []
    for start, end in _paragraphs(text):
        starts = [start, *(start + s for s in _inner_starts(text[start:end])), end]
        pieces = (trim_bounds(text, a, b) for a, b in pairwise(starts))
        bounds += [(a, b) for a, b in pieces if a < b]
    return bounds


def _paragraphs(text: str) -> list[tuple[int, int]]:
    gaps = [match.span() for match in _BLANK_LINE.finditer(text)]
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(text)]
    return list(zip(starts, ends, strict=True))


def _inner_starts(paragraph: str) -> list[int]:
    starts = []
    for start, _ in list(nupunkt.load("default").span_tokenize(paragraph))[1:]:
        closers = _CLOSERS.match(paragraph, start)
        starts.append(closers.end() if closers else start)
    starts = [at for at in starts if not _goes_on(paragraph, at)]
    return sorted({*starts, *(missed.end() for missed in _MISSED.finditer(paragraph))})


def _goes_on(paragraph: str, start: int) -> bool:
    """Tell whether the full stop before ``start`` ends no sentence, but a title."""
    *_, before = ["", *paragraph[max(start - _LONGEST_TITLE, 0) : start].split()]
    return before in _TITLES or (before == "U.N." and paragraph.startswith("General", start))


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
