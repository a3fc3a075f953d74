"""A base for spaCy pipes that work through documents batch by batch."""

from collections.abc import Iterable, Iterator, Sequence

from spacy.pipeline.pipe import Pipe
from spacy.tokens import Doc
from spacy.util import minibatch

BATCH = 32


class BatchPipe(Pipe):
    """A pipe that is done with a whole batch before the next pipe gets the first document of it.

    So what it works with, its code and its word lists, stays in the processor's caches from one
    document to the next, and does not make way there for what the other pipes work with.
    """

    def read(self, docs: Sequence[Doc]) -> None:
        """Set on each of the documents what this pipe finds in it."""
        raise NotImplementedError

    def __call__(self, doc: Doc) -> Doc:
        """Return the document with what this pipe finds in it."""
        self.read([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = BATCH) -> Iterator[Doc]:
        """Return the documents of a stream in their order, each with what this pipe finds in it."""
        for docs in minibatch(stream, batch_size):
            try:
                self.read(docs)
            except Exception:
                # One by one, so that spaCy's error handler is given the one that fails.
                yield from super().pipe(docs)
            else:
                yield from docs
