"""Run the tagger over Docs: the spaCy pipe ``builder_tagger``, and how to read what it stored.

``doc.spans["tagged"]`` holds names and values by their OntoNotes labels and pieces of claims
(SOURCE, CUE, CLAIM, and AUTHOR for claims in the newspaper's own voice), each with an ``id_`` of
its own; the group's ``attrs`` hold their ``scores`` by id, and the ``model``.
"""

import shutil
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

from spacy.language import Language
from spacy.tokens import Doc, Span

from builder.annotate.batches import BatchPipe
from builder.annotate.tagger import inference
from builder.annotate.tagger.spans import Tagged
from builder.annotate.tokens import tokens_of

GROUP = "tagged"


class TaggerPipe(BatchPipe):
    """Runs the tagger of one folder over documents; a pipeline on disk holds a copy of it."""

    key = GROUP

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def tagger(self) -> inference.Tagger:
        """The tagger, loaded when it is first asked for: a pipeline on disk brings its own."""
        return inference.load_whole(self.folder)

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Copy the model's files to the folder ``path``."""
        target = Path(path)
        target.mkdir(parents=True, exist_ok=True)
        if target.resolve() != self.folder:
            for name in inference.FILES:
                shutil.copyfile(self.folder / name, target / name)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Self:
        """Take the model in the folder ``path`` instead; errors as in ``inference.load_whole``."""
        self.folder = Path(path).resolve()
        self.tagger = inference.load_whole(self.folder)
        return self

    def read(self, docs: Sequence[Doc]) -> None:
        """Set ``doc.spans["tagged"]``; bounds that no token has grow to whole tokens."""
        texts = ((tokens_of(d).text, [(s.start_char, s.end_char) for s in d.sents]) for d in docs)
        model = model_name(self.tagger)
        for doc, found in zip(docs, self.tagger.tag(texts), strict=True):
            _store(doc, found, model)


def _store(doc: Doc, found: Sequence[Tagged], model: str) -> None:
    tokens = tokens_of(doc)
    spans, scores = [], {}
    for label, start, end, score in _joined(found, tokens.text):
        first = bisect_right(tokens.starts, start) - 1
        beyond = bisect_left(tokens.starts, end)
        key = f"{label}:{first}-{beyond}"
        spans.append(Span(doc, first, beyond, label=label, span_id=key))
        scores[key] = score
    doc.spans[GROUP] = spans
    doc.spans[GROUP].attrs.update(scores=scores, model=model)


def _joined(found: Sequence[Tagged], text: str) -> list[Tagged]:
    """Return the spans with sources joined that nothing but a space parts: fragments of one."""
    joined: list[Tagged] = []
    latest = -1
    for one in found:
        if one.label != "SOURCE":
            joined.append(one)
        elif latest >= 0 and text[joined[latest].end : one.start] == " ":
            score = min(joined[latest].score, one.score)
            joined[latest] = joined[latest]._replace(end=one.end, score=score)
        else:
            latest = len(joined)
            joined.append(one)
    return joined


@Language.factory("builder_tagger", assigns=["doc.spans"], requires=["token.is_sent_start"])
def make_tagger(nlp: Language, name: str) -> TaggerPipe:
    """Return the pipe for the embedded model; ``from_disk`` gives it another."""
    return TaggerPipe(inference.MODEL)


def model_name(one: inference.Tagger) -> str:
    """Return how spans name the model that made them."""
    return f"model:{one.meta['name']}-{one.meta['version']}"


def found(doc: Doc, labels: Collection[str]) -> list[tuple[Span, float]] | None:
    """Return the tagger's spans with these labels and their scores; None if no tagger ran."""
    if GROUP not in doc.spans:
        return None
    group = doc.spans[GROUP]
    scores = group.attrs["scores"]
    return [(span, scores[span.id_]) for span in group if span.label_ in labels]


def model_of(doc: Doc) -> str:
    """Return the name of the model that ran over a document."""
    return str(doc.spans[GROUP].attrs["model"])
