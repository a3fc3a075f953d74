"""The text contract: normalised once, exact offsets, ids that never change."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from builder.records import Article, Bounds, Metadata
from builder.text import (
    TextError,
    article_id,
    check_span,
    join_paragraphs,
    normalise,
    paragraph_bounds,
    sentence_id,
    short_hash,
    span_id,
    trim_bounds,
)

# What news texts are made of, and what breaks careless code: emoji of several code points,
# combining marks, right-to-left text with its marks, odd spaces, line ends and controls.
PIECES = [
    "Kim", "said", ".", "“No,”", "$2.3 billion",
    "e\u0301", "\u0301", "é", "ﬁ", "\u212b", "\u1100\u1161",
    "👩\u200d👩\u200d👧", "🇳🇿", "👍🏽", "שלום", "\u200fمرحبا\u200e", "\u2066abc\u2069", "नी\u200dक",
    " ", "  ", "\t", "\u00a0", "\u2009", "\u202f", "\u3000", "\u1680", "\u200b",
    "\n", "\r\n", "\r", "\u2028", "\u2029", "\u0085", "\x0b", "\x0c",
    "\ufeff", "\0", "\x1f", "\x1c", "\x7f", "\x9b", "\xad",
]  # fmt: skip
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TEXTS: SearchStrategy[str] = st.one_of(st.lists(st.sampled_from(PIECES)).map("".join), ANY)


@given(TEXTS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(TEXTS)
def test_normalised_text_is_nfc_without_controls_and_with_single_plain_spaces(text: str) -> None:
    done = normalise(text)
    assert unicodedata.is_normalized("NFC", done)
    assert "\ufeff" not in done
    assert {c for c in done if unicodedata.category(c) == "Cc"} <= {"\n"}
    assert {c for c in done if c.isspace()} <= {" ", "\n"}
    assert not re.search(r"  |^ | $", done, re.MULTILINE)


@given(TEXTS)
def test_what_is_neither_space_nor_control_survives(text: str) -> None:
    kept = "".join(
        c for c in text if not c.isspace() and c != "\ufeff" and unicodedata.category(c) != "Cc"
    )
    done = normalise(text)
    assert re.sub(r"\s", "", unicodedata.normalize("NFD", done)) == re.sub(
        r"\s", "", unicodedata.normalize("NFD", _without_joins(text))
    )
    for mark in "\u200d\u200e\u200f\u2066\u2069\u200b":
        assert done.count(mark) == kept.count(mark)


def _without_joins(text: str) -> str:
    """Return the text with each space and line end as one space, and no controls."""
    return "".join(
        " " if c.isspace() else c
        for c in text
        if c.isspace() or (c != "\ufeff" and unicodedata.category(c) != "Cc")
    )


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))))
def test_line_ends_of_any_system_give_the_same_text(lines: list[str]) -> None:
    unix, windows, old = (normalise(end.join(lines)) for end in ("\n", "\r\n", "\r"))
    assert unix == windows == old


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("NZ$443\u00a0million", "NZ$443 million"),
        ("\ufeffHeadline\r\n", "Headline\n"),
        ("a\t \u2003b", "a b"),
        ("  a  \n  b  ", "a\nb"),
        ("e\u0301lan", "élan"),
        ("e\ufeff\u0301lan", "élan"),
        ("a \0 b", "a b"),
        ("👩\u200d👧 said", "👩\u200d👧 said"),
        ("\u200fשלום\u200e", "\u200fשלום\u200e"),
        ("a\r\n\r\nb", "a\n\nb"),
        ("", ""),
    ],
)
def test_a_known_text_is_normalised_as_the_contract_says(given_text: str, expected: str) -> None:
    assert normalise(given_text) == expected


@given(TEXTS, st.integers(0xD800, 0xDFFF), TEXTS)
def test_a_lone_surrogate_is_refused_with_its_offset(before: str, code: int, after: str) -> None:
    with pytest.raises(TextError, match=f"U\\+{code:04X} at offset {len(before)}$"):
        normalise(before + chr(code) + after)


@given(TEXTS, st.data())
def test_every_slice_of_a_normalised_text_passes_the_check(text: str, data: st.DataObject) -> None:
    done = normalise(text)
    start = data.draw(st.integers(0, len(done)))
    end = data.draw(st.integers(start, len(done)))
    start, end = trim_bounds(done, start, end)
    if start < end:
        check_span(done, start, end, done[start:end])


@given(TEXTS, st.data())
def test_trimming_leaves_the_stripped_slice(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    a, b = trim_bounds(text, start, end)
    assert start <= a <= b <= end
    assert text[a:b] == text[start:end].strip()


@pytest.mark.parametrize(
    ("start", "end", "surface", "message"),
    [
        (0, 4, "Kim", "span 0:4 reads 'Kim ', not 'Kim'"),
        (1, 4, "Kim", "span 1:4 reads 'im ', not 'Kim'"),
        (0, 4, "Kim ", "white space"),
        (3, 6, " sa", "white space"),
        (3, 3, "", "not inside the text"),
        (5, 3, "", "not inside the text"),
        (-3, 3, "Kim", "not inside the text"),
        (4, 99, "said", "not inside the text"),
    ],
)
def test_a_span_that_breaks_the_contract_is_refused(
    start: int, end: int, surface: str, message: str
) -> None:
    with pytest.raises(TextError, match=message):
        check_span("Kim said", start, end, surface)


def test_offsets_count_code_points_not_bytes_or_utf16_units() -> None:
    text = normalise("👩\u200d👧 met Kim")
    start = text.index("Kim")
    assert start == 8
    check_span(text, start, start + 3, "Kim")


@given(st.lists(TEXTS))
def test_joining_paragraphs_twice_changes_nothing(pieces: list[str]) -> None:
    text = join_paragraphs(pieces)
    assert join_paragraphs(text.split("\n\n")) == text


@given(st.lists(TEXTS))
def test_paragraphs_are_whole_lines_that_a_blank_line_parts(pieces: list[str]) -> None:
    text = join_paragraphs(pieces)
    bounds = paragraph_bounds(text)
    assert "\n\n".join(text[a:b] for a, b in bounds) == text
    if text:
        assert all(text[a:b].strip() and "\n" not in text[a:b] for a, b in bounds)


@given(st.lists(TEXTS))
def test_an_article_accepts_every_joined_text(pieces: list[str]) -> None:
    text = join_paragraphs(pieces)
    bounds = paragraph_bounds(text) if text else []
    Article(
        id=article_id(text),
        text=text,
        sentences=tuple(Bounds(start=a, end=b) for a, b in bounds),
        seeds=(),
        metadata=Metadata(),
    )


def test_ids_are_those_of_the_first_release() -> None:
    """A change of the scheme would make strangers of all corrections and released rows."""
    article = article_id("Kim said no.\n\nHe left.")
    assert article == "a3badd7db96cf900"
    assert sentence_id(article, 0, 12) == "e568af160344cf76"
    assert span_id(article, "entity", "PERSON", 0, 3) == "ea783e1768af4731"
    assert short_hash("story", article) == "32ac862836c09698"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1))
def test_a_digest_is_sixteen_hexadecimal_digits_and_tells_parts_apart(parts: list[str]) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", short_hash(*parts))
    assert short_hash(*parts) != short_hash(*parts, "")
