import random

import numpy as np
import pytest
from tokenizers import Tokenizer

from builder.annotate.tagger.inference import MODEL, WINDOW, load_tokenizer
from builder.annotate.tagger.spans import LAYERS, SLICES, TAGS
from builder.training.corpora import Document, LabelledSpan
from builder.training.examples import batches, example, targets

ALL = " ".join(LAYERS[0])


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(MODEL)


def document(text: str, *spans: LabelledSpan, annotates: str) -> Document:
    return Document("d", "s", text, ((0, len(text)),), spans, frozenset(annotates.split()))


def allowed(tokenizer: Tokenizer, one: Document, word: int) -> set[str]:
    """Return the tags of names that a word may have."""
    made = example(one, tokenizer, ["s"])
    row = made.allowed[np.flatnonzero(made.pieces.first)[word]]
    names = SLICES[0]
    return {tag for tag, good in zip(TAGS[names], row[names], strict=True) if good}


def test_words_of_a_span_may_have_its_tags_alone(tokenizer: Tokenizer) -> None:
    one = document("met Ann Lee here", (4, 11, "PERSON"), annotates=ALL)
    assert [allowed(tokenizer, one, word) for word in range(4)] == [
        {"O"}, {"B-PERSON"}, {"I-PERSON"}, {"O"}
    ]  # fmt: skip


def test_a_label_nobody_looked_for_may_be_anywhere_outside_spans(tokenizer: Tokenizer) -> None:
    looked_for = ALL.replace(" LAW", "")
    one = document("met Ann here", (4, 7, "PERSON"), annotates=looked_for)
    assert allowed(tokenizer, one, 0) == {"O", "B-LAW", "I-LAW"}
    assert allowed(tokenizer, one, 1) == {"B-PERSON"}


def test_a_word_with_a_coarse_label_may_have_any_that_it_stands_for(tokenizer: Tokenizer) -> None:
    one = document("met near Lake Oslo", (9, 18, "PLACE"), annotates="PERSON PLACE")
    assert allowed(tokenizer, one, 2) == {"B-GPE", "B-LOC", "B-FAC"}
    assert allowed(tokenizer, one, 3) == {"I-GPE", "I-LOC", "I-FAC"}
    assert "B-GPE" not in allowed(tokenizer, one, 0) and "B-DATE" in allowed(tokenizer, one, 0)


def test_of_what_may_be_a_name_or_not_nothing_is_learned(tokenizer: Tokenizer) -> None:
    one = document("plays jazz loudly", (6, 10, "UNSURE"), annotates=f"{ALL} UNSURE")
    assert allowed(tokenizer, one, 1) == set(TAGS[SLICES[0]])
    assert allowed(tokenizer, one, 2) == {"O"}


def test_a_layer_nobody_looked_at_teaches_nothing(tokenizer: Tokenizer) -> None:
    one = document("Ann said no", (0, 3, "SOURCE"), annotates="SOURCE CUE CLAIM")
    assert allowed(tokenizer, one, 0) == set(TAGS[SLICES[0]])


def test_of_nested_spans_the_outermost_is_learned(tokenizer: Tokenizer) -> None:
    one = document("the Bank of Oslo", (4, 16, "ORG"), (12, 16, "ORG"), annotates=ALL)
    assert allowed(tokenizer, one, 3) == {"I-ORG"}


def test_a_span_that_ends_inside_a_word_takes_the_word(tokenizer: Tokenizer) -> None:
    one = document("the Londoners came", (4, 10, "LOC"), annotates=ALL)
    assert allowed(tokenizer, one, 1) == {"B-LOC"}


def test_an_epoch_holds_every_word_once_in_windows_of_the_network(tokenizer: Tokenizer) -> None:
    text = "Ann went to Oslo. " * 60
    sentences = tuple((at, at + 17) for at in range(0, len(text) - 1, 18))
    one = Document("d", "s", text, sentences, (), frozenset({"PERSON"}))
    made = [example(one, tokenizer, ["s"])] * 3
    rows = [row for batch in batches(made, random.Random(0)) for row in batch]
    assert sum(end - start for _, (start, end) in rows) == 3 * len(made[0].pieces.ids)
    assert max(end - start for _, (start, end) in rows) <= WINDOW - 2


def test_padding_and_the_rest_of_a_word_do_not_count(tokenizer: Tokenizer) -> None:
    made = example(document("Unbelievable", annotates="PERSON"), tokenizer, ["s"])
    (batch,) = batches([made], random.Random(0))
    _, counted = targets(batch)
    assert counted.sum() == 1 and counted[0, 1] == 1


def test_the_same_seed_gives_the_same_batches(tokenizer: Tokenizer) -> None:
    made = [example(document(f"word {n}", annotates="PERSON"), tokenizer, ["s"]) for n in range(99)]

    def order(seed: int) -> list[list[int]]:
        return [[id(one) for one, _ in batch] for batch in batches(made, random.Random(seed))]

    assert order(1) == order(1) != order(2)
