"""Every line of a seed gets a role and a reason, and the body's paragraphs are the article's."""

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest.cleaning import lines
from builder.ingest.readers import single
from builder.ingest.readers.decoding import split_lines

ROOT = Path(__file__).parents[2]
GOLD: dict[str, Any] = json.loads((ROOT / "tests/data/seeds_gold.json").read_text("utf-8"))

STORY = [
    "The council has voted to close the old bridge to traffic from the first week of June.",
    "Engineers found cracks in two of its four piers when they inspected it in the spring.",
    "“We had no choice,” the mayor said after the meeting. “It is no longer safe.”",
    "Buses will be sent through the tunnel, which adds about ten minutes to the journey.",
    "Shopkeepers on the east bank fear that they will lose customers over the summer.",
    "The repairs are expected to cost $12 million and to take until the end of next year.",
]
MENU = ["  • Home", "  • News", "  • Sport", "  • Weather", "  • Business", "  • Video"]
TEASERS = ["Ten great walks", "12 Jun 07:15 AM", "Why rents rise", "11 Jun 06:20 PM"]


def roles(page: list[str]) -> list[str]:
    return [verdict.role for verdict in lines.judge(page).of_lines]


def role_of(line: str, page: list[str]) -> str:
    return roles(page)[page.index(line)]


def body(page: list[str]) -> list[str]:
    return [paragraph.text.strip() for paragraph in lines.judge(page).body]


def spaced(page: list[str]) -> list[str]:
    return [line for item in page for line in (item, "")]


def seed_lines(name: str) -> list[str]:
    return split_lines(single.read_text(ROOT / GOLD[name]["path"]).content)


@pytest.mark.parametrize("name", sorted(GOLD))
def test_every_line_of_a_seed_has_the_role_a_person_gave_it(name: str) -> None:
    page = seed_lines(name)
    expected = [role for first, last, role in GOLD[name]["roles"] for _ in range(first, last + 1)]
    assert len(page) == GOLD[name]["lines"]
    wrong = [
        (number, got, want)
        for number, (got, want) in enumerate(zip(roles(page), expected, strict=True), start=1)
        if got != want
    ]
    assert wrong == []


@pytest.mark.parametrize("name", sorted(GOLD))
def test_the_paragraphs_of_a_seed_are_exactly_its_body_lines(name: str) -> None:
    page = seed_lines(name)
    found = lines.judge(page).body
    assert [(p.first, p.last) for p in found] == [(n, n) for n in GOLD[name]["body_lines"]]


@pytest.mark.parametrize("name", sorted(GOLD))
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_change_no_verdict(name: str, end: str) -> None:
    page = seed_lines(name)
    other = split_lines(end.join(page) + end)
    assert lines.judge(other).of_lines == lines.judge(page).of_lines


@given(st.lists(st.text(), max_size=30))
def test_any_text_gives_one_verdict_with_a_reason_a_line(page: list[str]) -> None:
    verdicts = lines.judge(page).of_lines
    assert len(verdicts) == len(page)
    assert all(verdict.reason for verdict in verdicts)


@given(st.lists(st.sampled_from([*STORY, *MENU, *TEASERS, "", "Related", "Comments", "\u00a0"])))
def test_exactly_the_lines_without_text_are_blank(page: list[str]) -> None:
    for line, role in zip(page, roles(page), strict=True):
        assert (role == "blank") == (not line.strip())


@given(st.lists(st.sampled_from([*STORY, *MENU, *TEASERS, "", "Related", "Photo / AP"])))
def test_paragraphs_are_the_body_lines_in_order_without_overlap(page: list[str]) -> None:
    judged = lines.judge(page)
    verdicts = judged.of_lines
    covered = [
        number for paragraph in judged.body for number in range(paragraph.first, paragraph.last + 1)
    ]
    assert covered == [n for n, verdict in enumerate(verdicts, start=1) if verdict.role == "body"]


@pytest.mark.parametrize("layout", [spaced, list], ids=["blank lines between", "no blank lines"])
def test_a_text_of_paragraphs_alone_keeps_them_all(layout: Any) -> None:
    assert body(layout(STORY)) == STORY


def test_short_quotes_of_a_short_article_survive() -> None:
    page = ["The bridge will close in June, the city council has decided.", "“It must,” she said.",
            "He agreed."]  # fmt: skip
    assert body(spaced(page)) == page


@pytest.mark.parametrize(
    "page",
    [
        ["Minister Ann Lee said on Friday that the bridge would open in 2027 after long delays."],
        [
            "قال الوزير يوم الجمعة إن الجسر سيفتح أمام حركة المرور في عام 2027 بعد تأخير طويل.",
            "وأضاف أن تكلفة المشروع ارتفعت بسبب ارتفاع أسعار الصلب.",
        ],
        ["大臣は金曜日、橋が2027年に開通すると述べた。", "費用は二十億ドル以上に増えた。"],
        ["मंत्री ने शुक्रवार को कहा कि लंबी देरी के बाद पुल 2027 में खोल दिया जाएगा।"],
        ["รัฐมนตรีกล่าวเมื่อวันศุกร์ว่าสะพานจะเปิดใช้งานในปี 2570 หลังจากล่าช้ามานาน และค่าใช้จ่ายเพิ่มขึ้น"],
        ["Мост откроют в 2027 году, сказал министр.", "— Мы ждали этого очень долго, — сказал он."],
    ],
    ids=["one sentence", "Arabic", "Japanese", "Hindi", "Thai, without full stops", "Russian"],
)
def test_a_text_without_furniture_is_an_article_however_short_and_in_any_language(
    page: list[str],
) -> None:
    assert body(spaced(page)) == page


def test_headline_and_byline_of_a_text_of_one_sentence_are_told_from_it() -> None:
    sentence = "Minister Ann Lee said on Friday that the bridge would open in 2027 after delays."
    page = ["Bridge to open in 2027", "By Bob Ray", "12 June 2024", "", sentence]
    assert roles(page) == ["headline", "byline", "date", "blank", "body"]


@pytest.mark.parametrize(
    "page",
    [
        ["Home", "News", "Sport"],
        ["Page not found.", "The page is gone."],
        ["JavaScript is not available.", "Please wait."],
        ["We use cookies to make our site better for you and for all of our advertisers."],
        [*TEASERS, "All that you need to know of the world."],
        MENU,
        [*MENU, "", "Sign in", "Subscribe", "", *TEASERS, "", "© 2024 All rights reserved"],
        ["404", "", "Page not found", "", *MENU],
        ["We use cookies to improve your experience.", *MENU],
        ["", "  ", ""],
        [],
    ],
)
def test_a_page_without_an_article_has_no_body(page: list[str]) -> None:
    assert "body" not in roles(page)


def test_hard_wrapped_paragraphs_are_joined() -> None:
    paragraphs = [" ".join(STORY[:3]), " ".join(STORY[3:5]), STORY[5]]
    page = [line for text in paragraphs for line in [*textwrap.wrap(text, 64), ""]]
    assert body(page) == paragraphs


def test_one_line_paragraphs_of_like_length_are_not_joined() -> None:
    same = [line.ljust(100, "x")[:99] + "." for line in STORY]
    assert body(same) == same


def test_navigation_and_headline_stay_out_of_the_body() -> None:
    headline = "Old bridge to close in June after cracks found in piers"
    page = [*MENU, "", headline, "", "By Ann Lee", "12 June 2018", "", *spaced(STORY)]
    assert body(page) == STORY
    assert role_of(headline, page) == "headline"
    assert role_of("By Ann Lee", page) == "byline"
    assert role_of("12 June 2018", page) == "date"


def test_an_advertisement_between_paragraphs_parts_no_article() -> None:
    page = spaced([*STORY[:3], "Advertisement", *STORY[3:]])
    assert body(page) == STORY
    assert role_of("Advertisement", page) == "ad"


def test_links_set_into_an_article_are_dropped_up_to_the_next_paragraph() -> None:
    page = spaced([*STORY[:3], "Read more", *TEASERS, *STORY[3:]])
    assert body(page) == STORY
    assert {role_of(teaser, page) for teaser in TEASERS} == {"related"}


def test_links_below_an_article_are_not_body_even_where_one_is_a_sentence() -> None:
    teaser = "The storm has been named and will arrive on Friday."
    page = spaced([*STORY, "Latest from Region", *TEASERS, teaser, *TEASERS])
    assert body(page) == STORY
    assert role_of(teaser, page) == "related"


def test_readers_comments_are_dropped_however_many_they_are() -> None:
    comments = [f"I cross that bridge {n} times a week and it never felt safe." for n in range(60)]
    page = spaced([*STORY, "60 Comments", *comments])
    assert body(page) == STORY
    assert {role_of(comment, page) for comment in comments} == {"comment"}


def test_a_link_to_the_comments_above_an_article_does_not_hide_it() -> None:
    headline = "Old bridge to close in June after cracks found in piers"
    assert body(spaced([headline, "Comments", *STORY])) == STORY


def test_a_caption_given_twice_is_a_caption_both_times() -> None:
    caption = "Cracks in one of the piers of the bridge in April. Photo / AP"
    page = spaced([*STORY[:2], caption, caption, *STORY[2:]])
    assert body(page) == STORY
    assert [role for role in roles(page) if role == "caption"] == ["caption"] * 2


def test_a_caption_without_a_credit_is_known_by_its_twin() -> None:
    caption = "Cracks in one of the piers of the bridge in April"
    page = spaced([*STORY[:2], caption, caption, *STORY[2:]])
    assert body(page) == STORY


def test_a_subheading_between_paragraphs_stays_in_the_body() -> None:
    page = spaced([*STORY[:3], "A long way round", *STORY[3:]])
    assert "A long way round" in body(page)


def test_a_title_above_a_sponsored_label_is_advertising() -> None:
    page = spaced([*STORY, "A better night's sleep", "sponsored", "Latest news", *TEASERS])
    assert role_of("A better night's sleep", page) == "ad"


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("SubscribeSign In", "paywall"),
        ("Already a subscriber? Sign in here", "paywall"),
        ("Subscribe now to continue reading.", "paywall"),
        ("Share this article", "share"),
        ("FacebookTwitterEmail", "share"),
        ("Article continues below this ad", "ad"),
        ("ADVERTISEMENT", "ad"),
        ("Read more: Tunnel to open in May", "related"),
    ],
)
def test_furniture_between_paragraphs_has_the_role_its_wording_tells(line: str, role: str) -> None:
    page = spaced([*STORY[:3], line, *STORY[3:]])
    assert role_of(line, page) == role
    assert body(page) == STORY


def test_a_sentence_about_subscribers_in_an_article_stays_body() -> None:
    sentence = (
        "The paper said on Monday that it had lost a tenth of its subscribers since the new year, "
        "which its owner put down to a rise in price and to the closing of two local editions."
    )
    assert sentence in body(spaced([*STORY[:3], sentence, *STORY[3:]]))


def test_an_article_of_which_every_paragraph_is_printed_twice_is_kept_once() -> None:
    page = ["The bridge is closed", "", *(line for one in STORY for line in (one, "", one, ""))]
    assert body(page) == STORY
    second = lines.judge(page).of_lines[page.index(STORY[0]) + 2]
    assert second.reason == "repeats the paragraph above"


def test_a_subheading_that_the_next_paragraph_begins_with_is_no_caption() -> None:
    line = "Engineers found cracks in two of its four piers"
    page = ["The bridge is closed", "", *spaced([STORY[0], line, *STORY[1:]])]
    assert body(page) == [STORY[0], line, *STORY[1:]]


def test_short_lines_such_as_verse_stay_in_a_text_without_furniture() -> None:
    verse = ["A bridge of stone on Harbour Road", "Where every cart could rest its load",
             "Is shut and will not bear a cart", "And no one has the town at heart"]  # fmt: skip
    page = [STORY[0], "", *verse, "", *spaced(STORY[1:])]
    assert body(page) == [STORY[0], *verse, *STORY[1:]]


def test_a_paragraph_that_a_page_prints_twice_in_a_row_is_kept_once() -> None:
    page = [*MENU, "", *spaced([*STORY[:3], STORY[2], *STORY[3:]]), "Most read", *TEASERS]
    assert body(page) == STORY
