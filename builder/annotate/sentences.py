"""Split text into sentences as a spaCy component."""

import bisect
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from builder.annotate.boundaries import sentence_bounds
from builder.annotate.tokens import tokens_of


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
