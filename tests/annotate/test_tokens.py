import gc
import weakref

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from builder.annotate.pipelines import load_pipeline
from builder.annotate.tokens import Tokens, blank, tokens_of

OURS = blank()
SPACYS = spacy.blank("en")
_WORDS = st.sampled_from(
    [
        *["don't", "U.S.", "(or)", ":)", "e.g.", "can't.", "9.30pm", "$5", "co-op", "\"We're"],
        *["o'clock", ":-(", "'em", "N.C.", "x*y", "…", "\n", "\n\n", "Mr.", "", "'s", "'", "a.m."],
    ]
)


def _cut(doc: Doc) -> list[tuple[str, str]]:
    return [(token.text, token.whitespace_) for token in doc]


@given(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.lists(_WORDS).map(" ".join)))
def test_every_text_is_cut_as_spacys_own_tokenizer_cuts_it(text: str) -> None:
    assert _cut(OURS.make_doc(text)) == _cut(SPACYS.make_doc(text))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_tokens_read_off_a_document_are_those_of_the_document(text: str) -> None:
    doc = OURS.make_doc(text)
    tokens = tokens_of(doc)
    assert tokens.text == text
    assert tokens.words == [token.text for token in doc]
    assert tokens.lower == [token.lower_ for token in doc]
    assert tokens.starts == [token.idx for token in doc]
    assert [tokens.space_after(at) for at in range(len(tokens))] == [
        token.whitespace_ != "" for token in doc
    ]
    assert tokens.between(0, len(tokens)) == doc[:].text


def test_tokens_of_a_document_are_read_anew_when_its_tokens_were_joined() -> None:
    doc = OURS.make_doc("New York burns")
    assert len(tokens_of(doc)) == 3
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[:2])
    assert tokens_of(doc).words == ["New York", "burns"]


def test_tokens_of_a_document_are_its_own_while_others_are_read_and_do_not_keep_it_alive() -> None:
    docs = [OURS.make_doc(text) for text in ("It rains", "He says so", "No")]
    assert [tokens_of(doc).text for doc in docs] == ["It rains", "He says so", "No"]
    gone = weakref.ref(docs.pop())
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("name", ["builder", "rules"])
def test_documents_that_have_passed_the_pipeline_take_no_memory_for_tokens(name: str) -> None:
    docs = list(load_pipeline(name).pipe(["Ann Lee said no.", "It rains in Oslo."]))
    texts = {doc.text for doc in docs}
    kept = [one for one in gc.get_objects() if isinstance(one, Tokens) and one.text in texts]
    assert not kept


def test_a_word_from_a_memory_zone_of_spacys_is_cut_again_after_it() -> None:
    nlp = blank()
    with nlp.memory_zone():
        assert len(nlp.make_doc("Vezzulo (slept)")) == 4
    assert tokens_of(nlp.make_doc("Vezzulo (slept)")).words == ["Vezzulo", "(", "slept", ")"]


def test_a_word_of_many_thousand_letters_loses_none_of_them() -> None:
    text = "x'" * 40_000 + " (end)"
    assert tokens_of(OURS.make_doc(text)).text == OURS.make_doc(text).text == text
