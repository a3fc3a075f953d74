"""The tasks of an article: windows that hold all of it once and cut nothing in two."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.records import Article
from builder.tasks.windows import WORDS, tasks_of, windows
from builder.text import paragraph_bounds
from tests import making


def _paragraph(words: int, text: str = "word") -> str:
    return " ".join([text] * words)


def _paragraphs_in(of: Article) -> list[int]:
    """Return the number of paragraphs in each window."""
    return [of.text[a:b].count("\n\n") + 1 for a, b in windows(of.text)]


def test_a_short_article_is_one_window() -> None:
    article = making.article("One.", "Two.", "Three.")
    assert windows(article.text) == [(0, len(article.text))]


def test_windows_have_about_four_hundred_words_and_are_alike() -> None:
    assert WORDS == 400
    assert _paragraphs_in(making.article(*[_paragraph(50)] * 11)) == [11]
    assert _paragraphs_in(making.article(*[_paragraph(50)] * 16)) == [8, 8]
    assert _paragraphs_in(making.article(*[_paragraph(50)] * 24)) == [8, 8, 8]
    assert _paragraphs_in(making.article(*[_paragraph(401)] * 3)) == [1, 1, 1]


def test_a_longer_paragraph_is_a_window_of_its_own() -> None:
    article = making.article("Before.", _paragraph(500), "After.")
    assert _paragraphs_in(article) == [1, 1, 1]


@pytest.mark.parametrize("opening", ["“", "«", "„", '"'])
def test_an_open_quote_is_not_cut(opening: str) -> None:
    article = making.article(_paragraph(300), f"{opening}{_paragraph(200)}", _paragraph(150))
    assert _paragraphs_in(article) == [1, 2]


@pytest.mark.parametrize("quote", ["“{}”", "«{}»", "„{}“", "„{}”", '"{}"'])
def test_a_closed_quote_holds_nothing_together(quote: str) -> None:
    article = making.article(quote.format(_paragraph(350)), quote.format(_paragraph(350)))
    assert _paragraphs_in(article) == [1, 1]


def test_a_quote_that_each_paragraph_opens_again_stays_whole() -> None:
    speech = [f"“{_paragraph(200)}", f"“{_paragraph(200)}", f"“{_paragraph(200)}”"]
    assert _paragraphs_in(making.article(*speech, _paragraph(300))) == [3, 1]


@st.composite
def _articles(draw: st.DrawFn) -> Article:
    lengths = draw(st.lists(st.integers(1, 500), min_size=1, max_size=12))
    marks = st.sampled_from(["", "“", "”", '"', "„"])
    return making.article(*(draw(marks) + _paragraph(n) + draw(marks) for n in lengths))


@given(_articles())
def test_windows_are_whole_paragraphs_that_hold_the_article_once(article: Article) -> None:
    found = windows(article.text)
    paragraphs = paragraph_bounds(article.text)
    assert found[0][0] == 0
    assert found[-1][1] == len(article.text)
    for (_, end), (start, _) in pairwise(found):
        assert (end, start) in {(a[1], b[0]) for a, b in pairwise(paragraphs)}
        last = article.text[:end].rsplit("\n\n", 1)[-1]
        assert last.count('"') % 2 == 0
        assert last.rfind("“") <= last.rfind("”") or "„" in last


@given(st.lists(st.integers(1, 200), min_size=1, max_size=30))
def test_windows_of_short_paragraphs_are_neither_long_nor_short(lengths: list[int]) -> None:
    article = making.article(*map(_paragraph, lengths))
    sizes = [len(article.text[a:b].split()) for a, b in windows(article.text)]
    assert sum(sizes) == sum(lengths)
    assert all(size <= 1.5 * WORDS for size in sizes)
    assert len(sizes) == 1 or all(size >= WORDS / 4 for size in sizes)


# --- tasks ----------------------------------------------------------------------------------

_ARTICLE = making.article(
    "Russia has hired Kim.", "“No,” said Anna.", headline="Jobs for Koreans", outlet="The Times",
    published="2018-09-07", authors="Ivan Horvat",
)  # fmt: skip
_KIM = making.span(_ARTICLE, "Kim", "PERSON")
_NO = making.span(_ARTICLE, "“No,”", "CLAIM")
_HIRED = making.span(_ARTICLE, "Russia has hired Kim", "CLAIM")
_ANNA = making.span(_ARTICLE, "Anna", "SOURCE")
_NEAR = making.link(_NO, "attributed_to", _ANNA)
_FAR = making.link(_HIRED, "attributed_to", _ANNA)
_SUGGESTED = making.suggestion(_ARTICLE, _HIRED, _KIM, _NO, _ANNA, relations=[_NEAR, _FAR])


def test_each_window_shows_its_own_spans_and_the_relations_among_them() -> None:
    first, second = tasks_of(_ARTICLE, _SUGGESTED, paragraph_bounds(_ARTICLE.text))
    assert (first.suggestion.spans, first.suggestion.relations) == ((_HIRED, _KIM), ())
    assert (second.suggestion.spans, second.suggestion.relations) == ((_NO, _ANNA), (_NEAR,))
    assert (second.suggestion.scope.start, second.suggestion.scope.end) == (23, second.end)
    assert [t.text for t in (first, second)] == _ARTICLE.text.split("\n\n")
    assert first.key == f"{_ARTICLE.id}:0-21"


def test_a_suggested_span_that_lies_in_two_windows_is_in_no_task() -> None:
    across = making.span(_ARTICLE, "Kim.\n\n“No,”", "CLAIM")
    cut = tasks_of(
        _ARTICLE, making.suggestion(_ARTICLE, across, _ANNA), paragraph_bounds(_ARTICLE.text)
    )
    assert [task.suggestion.spans for task in cut] == [(), (_ANNA,)]


def test_windows_that_are_on_a_server_already_are_kept() -> None:
    bounds = paragraph_bounds(_ARTICLE.text)
    assert [(t.start, t.end) for t in tasks_of(_ARTICLE, _SUGGESTED, bounds)] == bounds
    assert len(tasks_of(_ARTICLE, _SUGGESTED)) == 1


def test_an_annotator_sees_headline_outlet_date_and_author() -> None:
    (task,) = tasks_of(_ARTICLE, _SUGGESTED)
    assert task.title == "Jobs for Koreans"
    assert task.source_line == "The Times · 2018-09-07 · Ivan Horvat"


def test_an_article_without_metadata_shows_its_first_line() -> None:
    bare = making.article("Russia has hired Kim.", "More.")
    (task,) = tasks_of(bare, making.suggestion(bare))
    assert (task.title, task.source_line) == ("Russia has hired Kim.", "source unknown")


def test_beside_fixed_windows_every_other_paragraph_gets_a_window_once() -> None:
    text = "\n\n".join(f"Paragraph {number}." for number in range(5))
    bounds = paragraph_bounds(text)
    found = windows(text, [bounds[2]])
    assert found == [(0, bounds[1][1]), bounds[2], (bounds[3][0], bounds[4][1])]
