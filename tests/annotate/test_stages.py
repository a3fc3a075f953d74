from collections.abc import Sequence
from typing import Any, cast

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from builder.annotate.batches import BatchPipe

TEXTS = ["one", "two", "three", "four", "five"]
_done: list[tuple[str, str]] = []


class _Notes(BatchPipe):
    """Notes in which order it is given which documents; cannot read "three" if told so."""

    def __init__(self, name: str, fails: bool) -> None:
        self.name = name
        self.fails = fails

    def read(self, docs: Sequence[Doc]) -> None:
        if self.fails and "three" in [doc.text for doc in docs]:
            raise ValueError("three is too many")
        _done.extend((self.name, doc.text) for doc in docs)


@Language.factory("notes", default_config={"fails": False})
def _make(nlp: Language, name: str, fails: bool) -> _Notes:
    return _Notes(name, fails)


@pytest.fixture
def nlp() -> Language:
    made = spacy.blank("en")
    made.add_pipe("notes", name="first")
    made.add_pipe("notes", name="second")
    _done.clear()
    return made


def test_a_stage_is_done_with_a_batch_before_the_next_one_begins_with_it(nlp: Language) -> None:
    assert [doc.text for doc in nlp.pipe(TEXTS, batch_size=3)] == TEXTS
    batches = [TEXTS[:3], TEXTS[3:]]
    assert _done == [(name, t) for some in batches for name in ("first", "second") for t in some]


def test_a_document_alone_passes_all_stages(nlp: Language) -> None:
    assert nlp("one").text == "one"
    assert _done == [("first", "one"), ("second", "one")]


def test_of_a_batch_only_the_document_that_fails_is_given_to_the_error_handler() -> None:
    failed: list[tuple[str, str, str]] = []

    def note(name: str, pipe: object, docs: list[Doc], error: Exception) -> None:
        failed.extend((name, doc.text, str(error)) for doc in docs)

    nlp = spacy.blank("en")
    nlp.add_pipe("notes", config={"fails": True})
    nlp.set_error_handler(cast(Any, note))  # Its type says that it never returns.
    assert [doc.text for doc in nlp.pipe(TEXTS)] == ["one", "two", "four", "five"]
    assert failed == [("notes", "three", "three is too many")]


def test_without_an_error_handler_the_error_is_raised() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("notes", config={"fails": True})
    with pytest.raises(ValueError, match="three is too many"):
        list(nlp.pipe(TEXTS))
