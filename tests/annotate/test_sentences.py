"""Sentences: exact on the seeds, and lossless on any text."""

import json
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from builder.annotate import boundaries, sentences
from builder.text import check_span

ROOT = Path(__file__).parents[2]
SEEDS = json.loads((ROOT / "tests/data/seed_sentences.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SEEDS)
def test_the_sentences_of_a_seed_are_those_that_a_person_marked(path: str) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").split("\n")
    text = "\n\n".join(lines[number - 1] for number in SEEDS[path]["body_lines"])

    assert [list(bounds) for bounds in boundaries.sentence_bounds(text)] == SEEDS[path]["sentences"]


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

    assert [text[a:b] for a, b in boundaries.sentence_bounds(text)] == parts


@pytest.mark.parametrize("word", ["car", "month", "bank", "tax", "week", "found", "art", "inc"])
@pytest.mark.parametrize("opening", ["The rest left.", "Ukraine won.", "“We did.”", "20 came."])
def test_an_ordinary_word_is_no_abbreviation(word: str, opening: str) -> None:
    text = f"They spoke of the {word}. {opening}"

    assert [text[a:b] for a, b in boundaries.sentence_bounds(text)][1:] == [opening]


@pytest.mark.parametrize(
    "parts",
    [
        ["Dr. Ito met Sen. Bob Hale (D-Ohio) on Jan. 5.", "They spoke."],
        ["Amb. Ann Lee and the ex-Gov. Tom Ray left."],
        ["J. K. Marsh wrote it.", "E. B. Ode did not."],
        ["Foo Inc. Chief Executive Tim Cole left.", "Shares fell."],
        ["He works for Foo Inc.", "She does not."],
        ["See No. 10.", "Nobody lives there."],
        ["The U.S. Army left.", "It was cold."],
        ["He returned to the U.S.", "His family did not."],
        ["They met in Washington, D.C.", "Police made no arrests."],
        ["At 9 a.m. ET he spoke at 5 p.m. Monday.", "He left at 6 p.m.", "Results are due."],
        ["He met Tom Hale Jr.", "Reporters watched."],
        ["Robert Hale Jr. Day is in May.", "It is cold."],
        ["There are two aims: 1. Cut costs.", "2. Raise pay."],
        ["“Where were you?” Mr. Hale asked.", "She did not say."],
        ["“Stop!” he cried.", "Nobody did."],
        ["Yahoo! shares and Yahoo! News rose.", "He left Yahoo!", "The firm paid."],
        ["He denied it.[3]", "She did not. [4, 5]", "They did."],
        ["“We lost.”The mayor resigned.", "She left."],
        ["Wait...", "He left … and came back.", "“I won’t…”", "“Go!”"],
        ["Prices rose.", "iPhone sales fell by approx. four million."],
        ["They played Op. 46.", "These were short."],
        ["Ten left.", "$6 was too much."],
    ],
)
def test_a_stop_ends_a_sentence_or_belongs_to_a_word(parts: list[str]) -> None:
    text = " ".join(parts)

    assert [text[a:b] for a, b in boundaries.sentence_bounds(text)] == parts


def test_offsets_are_code_points_whatever_stands_before() -> None:
    parts = ["Zoe\u0301 \U0001f469\u200d\U0001f680 left.", "É\u00a0went.\u00a0", "No."]
    text = parts[0] + " " + parts[1] + parts[2]

    found = [text[a:b] for a, b in boundaries.sentence_bounds(text)]
    assert found == [parts[0], parts[1].strip(), parts[2]]


@pytest.mark.parametrize(
    "unit",
    [
        ".",
        "...”",
        "”",
        '"',
        "\n",
        "\n ",
        " ",
        "a",
        "A. ",
        ". ",
        '!" A',
        "[1] ",
        ".[1]",
        "[",
        "?” Al ",
    ],
)
def test_hostile_text_is_split_in_work_that_grows_with_its_length(unit: str) -> None:
    read = 0

    class Counted(str):
        def __getitem__(self, key: Any) -> str:
            nonlocal read
            found = super().__getitem__(key)
            read += len(found)
            return found

    def work(times: int) -> int:
        nonlocal read
        read = 0
        text = Counted("He left." + unit * times + " No")
        for start, end in boundaries.sentence_bounds(text):
            assert start < end
        return read

    assert work(4000) < 5 * work(1000) + 1000


@pytest.mark.no_cover
@pytest.mark.parametrize("unit", ["a", ".", '"', "\n", " ", '."'])
def test_a_megabyte_of_one_mark_is_split(unit: str) -> None:
    text = "He left" + unit * (1_000_000 // len(unit)) + "x"

    assert boundaries.sentence_bounds(text)[-1][1] == len(text)


def test_a_blank_line_ends_a_sentence_without_a_full_stop() -> None:
    text = "A headline without a stop\n\nand a small letter after it"

    assert boundaries.sentence_bounds(text) == [(0, 25), (27, len(text))]


@given(st.text(st.sampled_from('aZ.!?"”“’) \n\u00a0\U0001f600e\u0301')))
def test_the_bounds_cover_everything_and_keep_to_their_paragraphs(text: str) -> None:
    covered = 0
    for start, end in boundaries.sentence_bounds(text):
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
