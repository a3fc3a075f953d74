"""A text is found in an article however it is spelled, and in bounded time."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.importing.alignment import Laid, lay, signs_of
from builder.workspace.folder import Workspace
from tests.importing.conftest import (
    TEXTS,
    article,
    contents,
    corrections,
    lines,
    marked,
    reasons,
    work,
)

ARTICLE = TEXTS[0].strip()


def laid(ours: str, theirs: str = ARTICLE) -> Laid:
    return lay(signs_of(ours), signs_of(theirs))


@pytest.mark.parametrize(
    ("text", "words", "there"),
    [
        ("The mayor of Oslo , Ivar Berg ,", "Oslo , Ivar Berg", "Oslo, Ivar Berg"),
        ("said `` the plan is good '' for", "`` the plan is good ''", "“the plan is good”"),
        ('said "the plan is good" for', '"the plan is good"', "“the plan is good”"),
        ("said on\u00a0Monday\n\n\nthat", "on\u00a0Monday\n\n\nthat", "on Monday that"),
        ("Acme\u00adCorp.", "Acme\u00adCorp.", "Acme Corp."),
    ],
)
def test_other_spelling_of_spaces_quotes_and_tokens_is_the_same_text(
    text: str, words: str, there: str
) -> None:
    found = laid(text)
    start = text.index(words)
    place = found.place(start, start + len(words))
    assert found.whole and place is not None and ARTICLE[slice(*place)] == there


def test_accents_in_two_pieces_are_found_and_brackets_of_a_treebank() -> None:
    theirs = "Zoë (the daughter) went home…"
    ours = "Zoe\u0308 -LRB- the daughter -RRB- went home ..."
    assert laid(ours, theirs).whole
    assert laid(ours, theirs).place(0, 4) == (0, 3)


def test_a_changed_word_parts_the_text_and_only_marks_on_it_are_lost() -> None:
    text = ARTICLE.replace("on Monday", "on Tuesday")
    found = laid(text)
    assert not found.whole
    for words, there in (("Maria Lopez", True), ("Tuesday", False), ("Ivar Berg", True)):
        start = text.index(words)
        place = found.place(start, start + len(words))
        assert (place is not None and ARTICLE[slice(*place)] == words) == there


@given(st.text(st.sampled_from("ab “\"'’-–. \n…é"), max_size=60), st.data())
def test_what_is_placed_reads_alike(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=4)))
    edited = text[: cuts[0]] + "zz" + text[cuts[0] : cuts[1]] + text[cuts[-1] :]
    found = laid(edited, text)
    start = data.draw(st.integers(0, len(edited)))
    end = data.draw(st.integers(start, len(edited)))
    place = found.place(start, end)
    if place is not None:
        inside = signs_of(edited).inside(start, end)
        assert signs_of(text[slice(*place)]).signs == signs_of(edited).signs[slice(*inside)]


@pytest.mark.parametrize(
    "ours",
    [
        "a" * 200_000,
        "ab" * 100_000 + "c",
        "the cat sat on the mat " * 9_000,
        "".join(f"{i} " for i in range(40_000)),
        "-LRB" * 50_000,
        "e" + "\u0301" * 200_000,
    ],
)
def test_hostile_texts_take_no_longer_than_long_ones(ours: str) -> None:
    began = time.process_time()
    found = laid(ours, ours[: len(ours) // 2] + "x" + ours[len(ours) // 2 :][::-1])
    found.place(3, 90)
    assert time.process_time() - began < 8


# --- through the command ----------------------------------------------------------------------


def test_text_that_was_cut_into_tokens_is_the_articles(held: Workspace, tmp_path: Path) -> None:
    text = (
        "The mayor of Oslo , Ivar Berg , said `` the plan is good '' for the city and its people ."
    )
    done = corrections(held, lines(tmp_path / "x.jsonl", marked(text, ("Oslo", "GPE"))))
    assert (done.texts["alike"], done.rejected) == (1, [])
    assert contents(work(held)[0].spans) == {("Oslo", "GPE")}


def test_a_page_around_the_article_is_no_hindrance_and_marks_outside_it_are_told(
    held: Workspace, tmp_path: Path
) -> None:
    page = f"Home | News | Sport in Wrenford\n\n{ARTICLE}\n\nRead more from Wrenford today"
    record = marked(page, ("Oslo", "GPE"), ("Wrenford", "GPE"))
    done = corrections(held, lines(tmp_path / "x.jsonl", record))
    assert (done.texts["edited"], len(done.rejected)) == (1, 1)
    assert "these words are not at that place" in reasons(done)[0]
    assert contents(work(held)[0].spans) == {("Oslo", "GPE")}


def test_a_text_of_no_article_is_told_by_its_line(held: Workspace, tmp_path: Path) -> None:
    strange = marked("Nobody wrote about the Zanzibar ferry in this paper.", ("Zanzibar", "GPE"))
    done = corrections(held, lines(tmp_path / "x.jsonl", marked(ARTICLE, ("Oslo", "GPE")), strange))
    (told,) = done.rejected
    assert told.line == 2 and "no article holds this text: Nobody wrote" in told.reason
    assert done.new == 1


def test_a_sentence_of_two_articles_goes_with_its_neighbours_in_the_file(
    held: Workspace, tmp_path: Path
) -> None:
    shared = TEXTS[2].split("\n\n")[0]
    own = TEXTS[2].strip().split("\n\n")[1]
    records = [marked(own, ("Garissa", "GPE")), marked(shared, ("Kenya", "GPE"))]
    done = corrections(held, lines(tmp_path / "x.jsonl", *records))
    assert done.texts["several"] == 1
    assert {c.article for c in work(held)} == {article(held, "Garissa").id}


def test_an_article_that_is_named_is_taken_though_another_reads_the_same(
    held: Workspace, tmp_path: Path
) -> None:
    shared = TEXTS[1].split("\n\n")[0]
    for words in ("Otieno", "Garissa"):
        of = article(held, words)
        record = marked(shared, ("Kenya", "GPE"), article=of.id)
        done = corrections(held, lines(tmp_path / "x.jsonl", record), who=words)
        assert (done.texts["several"], done.rejected) == (0, [])
        assert of.id in {c.article for c in work(held)}


def test_sentences_of_three_words_are_found(held: Workspace, tmp_path: Path) -> None:
    record = marked("The Red Cross", ("Red Cross", "ORG"))
    done = corrections(held, lines(tmp_path / "x.jsonl", record))
    assert "no article holds this text" in reasons(done)[0]  # it is no sentence


def test_the_same_sentence_in_a_text_twice_is_marked_in_both_places(
    held: Workspace, tmp_path: Path
) -> None:
    text = "He said no to it all. Then came the rain again. He said no to it all."
    (held.seed_folder / "9.txt").write_text(f"{text}\n\n{ARTICLE[:80]} and more of it.\n")
    from builder import pipeline
    from builder.workspace.folder import open_workspace

    pipeline.ingest(open_workspace(held.root))
    whole = [marked(s, ("no to it", "EVENT")) for s in ("He said no to it all.",) * 2]
    corrections(held, lines(tmp_path / "x.jsonl", *whole))
    spans = [s for c in work(held) for s in c.spans]
    assert len(spans) == 2
