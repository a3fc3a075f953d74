"""Texts of any words that the rules look at, in any order: every one gets a suggestion."""

import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from builder import records
from builder.annotate.boundaries import sentence_bounds
from builder.annotate.pipelines import load_pipeline
from builder.annotate.suggest import suggest
from tests import making

_WORDS = """The the of for and & - – — 's ’s ( ) [ ] " ' “ ” , . ? ! .. ... : ; $5 5 1999 10:15 30C
Mr. Dr. Senator sheik King President Bill Clinton Kim Jong un Anna Kovač Lee BBC Interpol Siberia
Times Journal Guardian India London House Representatives WHO Bank Act Ministry Defence US UK May
per cent A I é 中 🎈 al Qaeda northern region navy -based -led E-mail x@y.com Jr. Republican Russian
army World Cup XV PARIS (AP) GMT said says told told, adding that according to asked if Asked
whether rejected as on Monday earlier reporters denied accused of hiding blamed he she we think it
was safe officials who which called warned claims about 70 people would spokesman Brill Ost Ltd
because not but"""
_texts = (
    st.lists(
        st.tuples(st.sampled_from(_WORDS.split()), st.sampled_from([" ", " ", "", "\n\n"])),
        min_size=1,
    )
    .map(lambda words: "".join(word + space for word, space in words))
    .map(lambda text: "\n\n".join(part.strip() for part in text.split("\n\n") if part.strip()))
)


@pytest.fixture(scope="module", params=["builder", "rules"])
def nlp(request: pytest.FixtureRequest) -> Language:
    return load_pipeline(request.param)


@given(text=_texts)
@example(text="They crossed Siberia")
@example(text="Lee said it was “safe and dry” but")
@example(text="PARIS earlier to to but according!rejected , -")
@settings(max_examples=3000 if os.environ.get("BUILDER_SOAK") else 150)
def test_a_text_of_any_words_gets_a_suggestion_whose_spans_are_words_of_it(
    nlp: Language, text: str
) -> None:
    article = making.article(*text.split("\n\n"))
    text = article.text
    bounds = [records.Bounds(start=start, end=end) for start, end in sentence_bounds(text)]
    for span in suggest(
        article.model_copy(update={"sentences": tuple(bounds)}), nlp, making.LABELS
    ).spans:
        assert text[span.start : span.end] == span.text == span.text.strip() != ""
