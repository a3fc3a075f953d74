"""A Doc with sentences in, its named entities out: rules for values, then rules for names."""

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from builder.annotate.names import find_names
from builder.annotate.values import find_values

# How often a rule is right, exactly: measured on training corpora where they hold the label.
SCORES = {
    "rule:acronym": 0.7,
}


@Language.component("builder_entities", assigns=["doc.ents"], requires=["token.is_sent_start"])
def find_entities(doc: Doc) -> Doc:
    """Set ``doc.ents``; each entity's ``id_`` is ``rule:`` and the name of the rule."""
    values = _value_spans(doc)
    taken = {token.i for span in values if span.label_ in {"DATE", "TIME"} for token in span}
    names = find_names(doc, taken)
    doc.ents = filter_spans([*names, *values])
    return doc


def _value_spans(doc: Doc) -> list[Span]:
    """Return the values that begin and end where tokens do."""
    spans = []
    for value in find_values(doc.text):
        span = doc.char_span(value.start, value.end, value.label, span_id=f"rule:{value.rule}")
        if span is not None:
            spans.append(span)
    return spans
