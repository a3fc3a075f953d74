"""The sentences, entities and quotations of a Doc, ready to be looked up by token."""

from bisect import bisect_left, bisect_right

from spacy.tokens import Doc, Span

from builder.annotate.claims.quotes import find_quotations
from builder.annotate.tokens import tokens_of

Bounds = tuple[int, int]


class Reading:
    """The pieces of a document, gathered once; bounds are in tokens."""

    def __init__(self, doc: Doc) -> None:
        self.tokens = tokens_of(doc)
        self.lower = self.tokens.lower
        self.sentences: list[Bounds] = [(span.start, span.end) for span in doc.sents]
        self.quotations: list[Bounds] = find_quotations(doc)
        self.entities: tuple[Span, ...] = tuple(doc.ents)
        self.entity_of = {at: e for e in self.entities for at in range(e.start, e.end)}
        # Looked up rather than gone through: a hostile text has a sentence a word.
        self._entity_starts = [entity.start for entity in self.entities]
        self._sentence_starts = [start for start, _ in self.sentences]
        self._quotation_starts = [start for start, _ in self.quotations]
        self._quotation_ends = [end for _, end in self.quotations]

    def sentence_of(self, at: int) -> int:
        """Return the number of the sentence that holds a token."""
        return bisect_right(self._sentence_starts, at) - 1

    def entities_in(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the entities that begin in a stretch."""
        starts = self._entity_starts
        return self.entities[bisect_left(starts, start) : bisect_left(starts, end)]

    def quotations_in(self, start: int, end: int) -> list[Bounds]:
        """Return the quotations that a stretch holds at least a part of."""
        first = bisect_right(self._quotation_ends, start)
        return self.quotations[first : bisect_left(self._quotation_starts, end)]
