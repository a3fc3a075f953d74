"""Lines of a wrapped text are joined to paragraphs, and what programs put into it comes off."""

import textwrap
import time

import pytest

from builder.ingest.cleaning import wrapping

FIRST = (
    "The harbour board of Wrenford has agreed to dredge the northern channel before the winter, "
    "after two barges ran aground there within a week and had to be pulled free by a tug."
)
SECOND = (
    "Its chairman said that the work would cost four million and that the town would pay a third. "
    "Nobody had been hurt, he added, but the next storm might well end otherwise."
)
THIRD = (
    "Fishermen asked for the dredging to be done at night, when none of them is at sea, and for "
    "a buoy to mark the sandbank until then."
)
ADDRESS = "https://wrenford.example/" + "a-very-long-path/" * 12


def paragraphs(page: list[str]) -> list[str]:
    return [found.text.strip() for found in wrapping.paragraphs(page) if found.text.strip()]


def wrapped(*texts: str, width: int = 72, indent: str = "") -> list[str]:
    wrapper = textwrap.TextWrapper(width, initial_indent=indent, subsequent_indent=indent)
    return [line for text in texts for line in [*wrapper.wrap(text), ""]]


@pytest.mark.parametrize("width", [55, 64, 72, 79])
def test_paragraphs_wrapped_at_any_usual_width_are_joined(width: int) -> None:
    assert paragraphs(wrapped(FIRST, SECOND, THIRD, width=width)) == [FIRST, SECOND, THIRD]


def test_a_single_long_line_does_not_switch_joining_off() -> None:
    page = [*wrapped(FIRST, SECOND, THIRD), ADDRESS]
    assert paragraphs(page)[:3] == [FIRST, SECOND, THIRD]


def test_a_single_paragraph_that_is_not_wrapped_does_not_switch_joining_off() -> None:
    page = [*wrapped(FIRST, SECOND, THIRD), f"{THIRD} {FIRST}"]
    assert paragraphs(page) == [FIRST, SECOND, THIRD, f"{THIRD} {FIRST}"]


def test_ragged_lines_that_break_within_a_sentence_are_joined() -> None:
    opening = textwrap.wrap(FIRST, 72)[0]
    rest = FIRST[len(opening) + 1 :]
    page = [opening, *textwrap.wrap(rest, 63), "", *textwrap.wrap(SECOND, 68), "",
            *textwrap.wrap(THIRD, 72)]  # fmt: skip
    assert paragraphs(page) == [FIRST, SECOND, THIRD]


def test_a_new_paragraph_that_only_its_indentation_marks_is_not_joined_to_the_one_above() -> None:
    page = [
        line
        for text in (FIRST, SECOND, THIRD)
        for line in textwrap.wrap(text, 64, initial_indent="    ")
    ]
    assert paragraphs(page) == [FIRST, SECOND, THIRD]


def test_paragraphs_of_one_line_each_are_never_joined() -> None:
    assert paragraphs([FIRST, SECOND, THIRD]) == [FIRST, SECOND, THIRD]


def test_a_menu_of_short_lines_is_not_joined() -> None:
    menu = ["Home", "World news", "Sport", "Weather today", "Sign in", "Letters to the editor"]
    assert paragraphs(menu) == menu


def test_a_word_that_a_hyphen_parts_at_the_end_of_a_line_stays_in_one_piece() -> None:
    page = [
        "The board agreed on Monday to a plan for the channel that is well-",
        "known to all who live there, and that had been put off for years on",
        "end because nobody wanted to pay for the work, as its chairman said",
        "to the council.",
    ]
    (text,) = paragraphs(page)
    assert "is well-known to all" in text


def test_a_word_parted_by_the_typesetter_loses_its_hyphen_where_the_page_writes_it_whole() -> None:
    page = [
        "The council wants to rebuild the quay before the winter, and to re-",
        "build the bridge after it, although nobody has said yet where the",
        "money for all of this is to come from, or who is going to do the",
        "work in time.",
    ]
    (text,) = paragraphs(page)
    assert "and to rebuild the bridge" in text


def test_the_numbers_of_links_and_their_list_come_off_a_page_printed_by_lynx() -> None:
    lines = wrapped(FIRST.replace("northern", "[2]northern"), SECOND, THIRD, indent="   ")
    page = ["   [1]Home", "", *lines, "References", "", "   1. https://wrenford.example/",
            f"   2. {ADDRESS}"]  # fmt: skip
    assert paragraphs(page) == ["Home", FIRST, SECOND, THIRD]


def test_numbers_in_brackets_stay_where_no_list_of_addresses_says_that_they_are_links() -> None:
    page = [f"{FIRST} [1]", "", f"{SECOND} [2]"]
    assert paragraphs(page) == page[::2]


def test_links_pictures_and_emphasis_of_markdown_come_off() -> None:
    linked = FIRST.replace("harbour board", f"[harbour board]({ADDRESS})")
    strong = SECOND.replace("Nobody", "_Nobody_").replace("four million", "**four million**")
    page = [
        "[Home](https://wrenford.example/) [News](https://wrenford.example/news)", "",
        "# Channel to be dredged", "",
        f"![A barge]({ADDRESS})", "",
        *textwrap.wrap(linked, 78, break_long_words=False), "",
        *textwrap.wrap(strong, 78),
    ]  # fmt: skip
    assert paragraphs(page) == ["Home News", "# Channel to be dredged", FIRST, SECOND]


def test_an_address_that_was_wrapped_itself_comes_off_whole() -> None:
    page = [
        "[Home](https://wrenford.example/)", "", "[News](https://wrenford.example/news)", "",
        "The board met [on Monday](https://wrenford.example/the-board-met-",
        "on-monday-and-agreed) and agreed.",
    ]  # fmt: skip
    assert paragraphs(page)[-1] == "The board met on Monday and agreed."


def test_stars_and_underscores_of_a_text_that_is_no_markdown_stay() -> None:
    page = ["The file is called a_b_c and the price is 3 * 4 dollars, he said.", "", "*** note"]
    assert paragraphs(page) == [page[0], page[2]]


def test_the_marks_of_quoted_mail_come_off() -> None:
    page = [f"> {line}" if line else ">" for line in wrapped(FIRST, SECOND, THIRD)]
    assert paragraphs(page) == [FIRST, SECOND, THIRD]


def test_every_line_is_in_exactly_one_paragraph() -> None:
    page = [*wrapped(FIRST, SECOND), "", "* one", "* two", ADDRESS, *wrapped(THIRD)]
    found = wrapping.paragraphs(page)
    assert [n for one in found for n in range(one.first, one.last + 1)] == [
        n + 1 for n in range(len(page))
    ]


def test_a_paragraph_can_be_read_again_by_its_lines_alone() -> None:
    page = ["   [1]Home", "", *wrapped(FIRST, SECOND, THIRD, indent="   "), "References",
            "   1. https://wrenford.example/"]  # fmt: skip
    found = [one for one in wrapping.paragraphs(page) if one.text.strip()]
    bounds = [(one.first, one.last) for one in found]
    assert wrapping.stretches(page, bounds) == found


@pytest.mark.parametrize(
    "unit", ["[", "](", "[a](", "![](", "[a](()", "**", "_a", "\\", "> ", "<http://", "1. ", "# "]
)
def test_no_repeated_mark_keeps_the_reader_busy(unit: str) -> None:
    long = unit * (60_000 // len(unit))
    page = ["[x](http://x.example)", "[y](http://y.example)", "# z", "", long, *[unit * 9] * 5_000]
    began = time.process_time()
    wrapping.paragraphs(page)
    assert time.process_time() - began < 5


def test_words_that_a_typesetter_parted_are_made_whole_where_a_part_of_one_is_no_word() -> None:
    text = [
        "The harbour board has agreed on Tuesday to dredge the northern chan-",
        "nel before the winter, after two barges had run aground there by mid-",
        "night. Its chairman spoke of a well-earned rest and said that the well-",
        "known pilot of the port would come back from the sea to see it done.",
    ]
    (found,) = [p.text for p in wrapping.paragraphs(text) if p.text]
    assert "northern channel before" in found and "by midnight. Its" in found
    assert "well-earned" in found and "well-known pilot" in found
