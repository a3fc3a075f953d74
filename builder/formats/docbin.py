"""Read and write spaCy DocBins, as ``spacy train`` and ``spancat`` take them.

A folder a split, with some articles a file, since spaCy holds a file whole.
``doc.ents`` holds the entities that do not overlap, ``doc.spans["entity"]`` and
``doc.spans["claim"]`` all spans with their ids; ``doc.user_data`` the attributes and relations.
"""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, DocBin, Span
from spacy.util import filter_spans, minibatch
from spacy.vocab import Vocab

from builder.annotate.tokens import token_bounds
from builder.formats.converted import Part
from builder.formats.foreign import (
    LARGEST,
    ForeignLink,
    ForeignMark,
    ForeignText,
    Read,
    article_named,
    content,
    score_of,
    shown,
)
from builder.formats.labelled import Labelled, articles
from builder.labels import LabelSet
from builder.records import LAYERS

SUFFIXES = (".spacy",)
# How many articles a file holds: the Docs of 600 words each take some 100 MB.
_ARTICLES = 200


def export(release: Path, labels: LabelSet) -> Iterator[Part]:
    """Yield the ``.spacy`` files of each split, with a Doc an article."""
    for split, of_split in groupby(articles(release, labels), key=lambda article: article.split):
        for number, some in enumerate(minibatch(of_split, _ARTICLES)):
            docs, lost, vocab = (
                DocBin(store_user_data=True),
                Counter[str](),
                spacy.blank("en").vocab,
            )
            for article in some:
                doc = make_doc(article, vocab)
                docs.add(doc)
                lost += _not_as_it_is(article, doc)
            yield Part(f"{split}/{number:05}.spacy", docs.to_bytes(), lost)


def _not_as_it_is(article: Labelled, doc: Doc) -> Counter[str]:
    widened = sum(
        (found.start_char, found.end_char) != (span.start, span.end)
        for layer in LAYERS
        for found, span in zip(
            doc.spans[layer], [s for s in article.spans if s.layer == layer], strict=True
        )
    )
    return Counter(
        {
            "entities inside longer ones, not in doc.ents": len(doc.spans["entity"])
            - len(doc.ents),
            "spans widened to whole tokens": widened,
        }
    )


def make_doc(article: Labelled, vocab: Vocab) -> Doc:
    """Return the article as a Doc with its own sentences and the dataset's tokens."""
    words, spaces, starts = map(list, zip(*_words(article), strict=True))
    doc = Doc(vocab, words=words, spaces=spaces, sent_starts=starts)
    for layer in LAYERS:
        doc.spans[layer] = _spans(doc, article, layer)
    doc.ents = filter_spans(doc.spans["entity"])
    doc.user_data = {
        **article.meta(),
        "attributes": {span.id: span.attributes for span in article.spans if span.attributes},
        "relations": [[r.head, r.label, r.tail] for r in article.relations],
    }
    return doc


def _words(article: Labelled) -> Iterator[tuple[str, bool, bool]]:
    """Yield every token with whether a space follows and whether a sentence begins with it.

    White space longer than one space, such as a paragraph's end, is a token, as spaCy has it.
    """
    bounds = [
        (s.start + start, s.start + end, first == 0)
        for s in article.sentences
        for first, (start, end) in enumerate(token_bounds(article.text[s.start : s.end]))
    ]
    following = [start for start, _, _ in bounds[1:]] + [len(article.text)]
    for (start, end, begins), after in zip(bounds, following, strict=True):
        gap = article.text[end:after]
        yield article.text[start:end], gap == " ", begins
        if gap.strip(" "):
            yield gap, False, False


def _spans(doc: Doc, article: Labelled, layer: str) -> list[Span]:
    found = [
        doc.char_span(s.start, s.end, s.label, alignment_mode="expand", span_id=s.id)
        for s in article.spans
        if s.layer == layer
    ]
    # None stands for a span outside the text, and there is none.
    return [span for span in found if span is not None]


# --- reading ----------------------------------------------------------------------------------


def read(path: Path, *, machine: bool) -> Read:
    """Yield the Docs of a file with their entities and the spans of all their groups."""
    packed = content(path)
    unpacker = zlib.decompressobj()
    unpacker.decompress(packed, LARGEST)
    if unpacker.unconsumed_tail:
        raise ValueError(f"holds more than {LARGEST >> 20} MiB unpacked: divide it")
    if not unpacker.eof:
        raise ValueError("is cut off")
    vocab = Vocab()
    for number, doc in enumerate(DocBin(store_user_data=True).from_bytes(packed).get_docs(vocab)):
        yield _document(shown(path), f"docs.{number}", doc)


def _document(file: str, where: str, doc: Doc) -> ForeignText:
    attributes, relations = doc.user_data.get("attributes"), doc.user_data.get("relations")
    said: Mapping[str, Any] = attributes if isinstance(attributes, Mapping) else {}
    marks = {
        (mark.start, mark.end, mark.label): mark for mark in (*_entities(doc), *_grouped(doc, said))
    }
    links = (
        ForeignLink(str(link[1]), str(link[0]), str(link[2]), f"relations.{number}")
        for number, link in enumerate(relations or ())
        if len(link) == 3
    )
    article = article_named(doc.user_data.get("article"))
    return ForeignText(file, doc.text, tuple(marks.values()), tuple(links), None, where, article)


def _entities(doc: Doc) -> Iterator[ForeignMark]:
    for number, span in enumerate(doc.ents):
        yield _mark(span, f"ents.{number}", None, {})


def _grouped(doc: Doc, said: Mapping[str, Any]) -> Iterator[ForeignMark]:
    """Yield the spans of all groups; spancat gives the scores of a group beside it."""
    for name, group in doc.spans.items():
        scores = group.attrs.get("scores", ())
        known = list(scores) if len(scores) == len(group) else [None] * len(group)
        for number, (span, score) in enumerate(zip(group, known, strict=True)):
            of_span = said.get(span.id_, {})
            yield _mark(span, f"spans.{name}.{number}", score, of_span)


def _mark(span: Span, where: str, score: Any, attributes: Mapping[str, str]) -> ForeignMark:
    return ForeignMark(
        span.label_,
        span.start_char,
        span.end_char,
        key=span.id_ or where,
        attributes=attributes,
        score=score_of(None if score is None else float(score)),
        where=where,
    )
