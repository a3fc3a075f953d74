"""Sentences: exact on the seeds, and lossless on any text."""

import json
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from builder.annotate import sentences
from builder.text import check_span

ROOT = Path(__file__).parents[2]
SEEDS = json.loads((ROOT / "tests/data/seed_sentences.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SEEDS)
def test_the_sentences_of_a_seed_are_those_that_a_person_marked(path: str) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").split("\n")
    text = "\n\n".join(lines[number - 1] for number in SEEDS[path]["body_lines"])

    assert [list(bounds) for bounds in sentences.sentence_bounds(text)] == SEEDS[path]["sentences"]


@pytest.mark.parametrize(
    "parts",
    [
        ["One came.", "Two went."],
        ["Dr. Bell met Mr. Ito at 5 p.m. on Monday.", "They spoke."],
        ["“We won.”", "The crowd sang."],
        ['"Is it over?" she asked.', "Nobody knew."],
        ["He left (it was late.)", "She stayed."],
        ["Prices rose 3.5 per cent.", "Wages did not."],
        ["Lt. Lee met Insp. Ann Bell at the U.N. General Assembly.", "They spoke."],
        ["She works for the U.N.", "Ann does not."],
    ],
)
def test_a_mark_belongs_to_the_sentence_that_it_closes(parts: list[str]) -> None:
    text = " ".join(parts)

    assert [text[a:b] for a, b in sentences.sentence_bounds(text)] == parts


def test_a_blank_line_ends_a_sentence_without_a_full_stop() -> None:
    text = "A headline without a stop\n\nand a small letter after it"

    assert sentences.sentence_bounds(text) == [(0, 25), (27, len(text))]


@given(st.text(st.sampled_from('aZ.!?"”“’) \n\u00a0\U0001f600e\u0301')))
def test_the_bounds_cover_everything_and_keep_to_their_paragraphs(text: str) -> None:
    covered = 0
    for start, end in sentences.sentence_bounds(text):
        assert not text[covered:start].strip()
        check_span(text, start, end, text[start:end])
        assert "\n\n" not in text[start:end]
        covered = end
    assert not text[covered:].strip()


def test_the_pipe_starts_a_sentence_at_the_token_where_it_starts() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("builder_sentences")

    doc = nlp("He left. “Why?” she said.\n\nNo answer")

    assert [s.text.strip() for s in doc.sents] == ["He left.", "“Why?” she said.", "No answer"]


def test_the_pipe_leaves_frozen_sentences_alone() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("builder_sentences")
    doc = nlp.make_doc("One came. Two went.")
    sentences.set_sentences(doc, [(0, len(doc.text))])

    assert len(list(nlp(doc).sents)) == 1
