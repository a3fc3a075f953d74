"""The metadata that a seed states is found, with its line; nothing ambiguous is made up."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest import metadata
from builder.ingest.cleaning import bylines, captions, dates, lines
from builder.ingest.extracted import Extracted, Stated
from builder.ingest.readers import single
from builder.ingest.readers.decoding import split_lines

ROOT = Path(__file__).parents[2]
GOLD: dict[str, Any] = json.loads((ROOT / "tests/data/seeds_gold.json").read_text("utf-8"))
STORY = [
    "The council has voted to close the old bridge to traffic from the first week of June.",
    "Engineers found cracks in two of its four piers when they inspected it in the spring.",
    "“We had no choice,” the mayor said after the meeting. “It is no longer safe.”",
    "Buses will be sent through the tunnel, which adds about ten minutes to the journey.",
]
HEADLINE = "Old bridge to close in June after cracks found in piers"


def extract(page: list[str]) -> Extracted:
    return metadata.find(lines.judge(page))


def spaced(*page: str) -> list[str]:
    return [line for item in page for line in (item, "")]


def values(found: tuple[Stated, ...]) -> list[str]:
    return [value.value for value in found]


def from_seed(name: str) -> Extracted:
    return extract(split_lines(single.read_text(ROOT / GOLD[name]["path"]).content))


FIELDS = ["headline", "place", "published", "outlet", "syndicated_from", "section"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", sorted(GOLD))
def test_a_seed_gives_the_metadata_a_person_found(name: str, field: str) -> None:
    expected = GOLD[name][field]
    assert values(getattr(from_seed(name), field)) == ([expected] if expected else [])


@pytest.mark.parametrize("name", sorted(GOLD))
def test_a_seed_gives_the_authors_a_person_found(name: str) -> None:
    assert values(from_seed(name).authors) == GOLD[name]["authors"]


@pytest.mark.parametrize("name", sorted(GOLD))
def test_each_caption_of_a_seed_is_kept_once_where_it_first_stands(name: str) -> None:
    found = [caption._asdict() for caption in from_seed(name).captions]
    assert found == GOLD[name]["captions"]


@pytest.mark.parametrize("name", sorted(GOLD))
def test_every_value_names_its_line_and_rule(name: str) -> None:
    page = split_lines(single.read_text(ROOT / GOLD[name]["path"]).content)
    found = extract(page)
    for field in ["headline", "authors", "place", "outlet", "syndicated_from", "section"]:
        for value in getattr(found, field):
            assert value.value in page[value.line - 1]
            assert value.how


@pytest.mark.parametrize(
    ("line", "authors", "place"),
    [
        ("By Ann Lee", ["Ann Lee"], None),
        ("- By Ann Lee in Moscow", ["Ann Lee"], "Moscow"),
        ("By Ann Lee in New York", ["Ann Lee"], "New York"),
        ("By Ann Lee and Bob Ray", ["Ann Lee", "Bob Ray"], None),
        ("By Ann Lee, Bob Ray and Cy Oh in Paris", ["Ann Lee", "Bob Ray", "Cy Oh"], "Paris"),
        ("By Jane Doe, Political Editor", ["Jane Doe"], None),
        ("BY ANN LEE", ["ANN LEE"], None),
        ("Words: Ann Lee", ["Ann Lee"], None),
        ("Written by Ann Lee on November 14, 2019", ["Ann Lee"], None),
        ("By Ann Lee - 11/19/19 06:56 AM EST", ["Ann Lee"], None),
        ("By Matt Holt, Kurt West - 6:56 am CEST", ["Matt Holt", "Kurt West"], None),
        ("BY MATT HOLT 9:10 PM BST", ["MATT HOLT"], None),
        ("By Ann LeeStaff Writer", ["Ann Lee"], None),
        ("By Juan de la Cruz", ["Juan de la Cruz"], None),
        ("By Jean-Luc O’Neill", ["Jean-Luc O’Neill"], None),
        ("By Ann Lee, Ph.D.", ["Ann Lee"], None),
        ("By Ann Lee, CNN Business", ["Ann Lee"], None),
        ("By ANN LEE, TOM RAY and JOE O'HARA", ["ANN LEE", "TOM RAY", "JOE O'HARA"], None),
        ("by ann lee", ["Ann Lee"], None),
        ("Story by Ann Lee • 2h ago", ["Ann Lee"], None),
        ("From Ann Lee in Paris", ["Ann Lee"], "Paris"),
        ("Posted on June 3, 2018 by Ann Lee 12 Comments", ["Ann Lee"], None),
        ("Ann Lee, Political Editor", ["Ann Lee"], None),
        ("Ann Lee | June 3, 2018", ["Ann Lee"], None),
        ("Ann Lee News Reporter", ["Ann Lee"], None),
        ("By Agencies", [], None),
        ("Reuters Staff", [], None),
        ("By Our Foreign Staff", [], None),
        ("By Reuters", [], None),
    ],
)
def test_a_byline_gives_its_authors_and_place(
    line: str, authors: list[str], place: str | None
) -> None:
    found = extract(spaced(HEADLINE, line, *STORY))
    assert values(found.authors) == authors
    assert values(found.place) == ([place] if place else [])


@pytest.mark.parametrize(
    "line", ["By the time they came it was over", "by and by", "By 2030", "Bypass to open", ""]
)
def test_a_line_that_only_starts_with_by_is_no_byline(line: str) -> None:
    assert bylines.byline(line) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("3 Aug, 2018 09:08 PM5 mins to read", "2018-08-03"),
        ("3rd August 2018", "2018-08-03"),
        ("Friday, 3 August 2018 at 9.08pm", "2018-08-03"),
        ("Aug. 3, 2018", "2018-08-03"),
        ("Published: Sept 3rd, 2018", "2018-09-03"),
        ("2018-08-03T21:08:00Z", "2018-08-03"),
        ("Updated 4 August 2018 | Published 3 August 2018", "2018-08-03"),
        ("Published Fri, Aug 3 20182:23 PM EDT", "2018-08-03"),
        ("Posted on 25/03/2018", "2018-03-25"),
        ("11/19/19 06:56 AM EST", "2019-11-19"),
        ("03/04/2018 07:41 pm ET", "2018-03-04"),
        ("2018/08/03", "2018-08-03"),
        ("January 1, 1970", None),
        ("03/04/2018", None),
        ("31 February 2018", None),
        ("August 2018", None),
        ("Friday", None),
    ],
)
def test_only_a_date_that_reads_one_way_is_used(line: str, expected: str | None) -> None:
    found = sorted(dates.find(line), key=lambda one: one.kind == "updated")
    assert [one.day.isoformat() for one in found][:1] == ([expected] if expected else [])


def test_the_date_of_publication_comes_before_that_of_an_update() -> None:
    page = spaced(HEADLINE, "Updated: 5 June 2018", "Published: 4 June 2018", *STORY)
    assert values(extract(page).published) == ["2018-06-04", "2018-06-05"]


def test_a_date_in_the_body_is_not_the_date_of_publication() -> None:
    page = spaced(HEADLINE, *STORY, "The bridge was opened by the king on 4 June 1902.")
    assert extract(page).published == ()


def test_an_agency_dateline_gives_place_and_source() -> None:
    page = spaced(HEADLINE, "PARIS, June 4 (Reuters) - " + STORY[0], *STORY[1:])
    found = extract(page)
    assert values(found.place) == ["PARIS"]
    assert values(found.syndicated_from) == ["Reuters"]


def test_a_byline_of_two_lines_names_its_author() -> None:
    page = spaced(HEADLINE, "By", "Ann Lee", "4 June 2018", *STORY)
    assert values(extract(page).authors) == ["Ann Lee"]


def test_a_sign_off_names_the_authors_only_where_no_byline_does() -> None:
    signed = "Reporting by Ann Lee in London; Editing by Tom Ray"
    alone = extract(spaced(HEADLINE, *STORY, signed))
    assert (values(alone.authors), values(alone.place)) == (["Ann Lee"], ["London"])
    assert values(extract(spaced(HEADLINE, "By Cy Oh", *STORY, signed)).authors) == ["Cy Oh"]


@pytest.mark.parametrize(
    ("opening", "place", "agency"),
    [
        ("PARIS, 2014 (AFP) - ", ["PARIS"], ["AFP"]),
        ("PARIS, March 12, 2014 (AFP) - ", ["PARIS"], ["AFP"]),
        ("NEW YORK (AP) — ", ["NEW YORK"], ["AP"]),
        ("(Reuters) - ", [], ["Reuters"]),
    ],
)
def test_a_dateline_gives_what_it_holds(opening: str, place: list[str], agency: list[str]) -> None:
    found = extract(spaced(HEADLINE, opening + STORY[0], *STORY[1:]))
    assert (values(found.place), values(found.syndicated_from)) == (place, agency)


def test_a_standfirst_is_not_taken_for_the_headline() -> None:
    standfirst = "The council voted to close the bridge after engineers found cracks in its piers"
    page = spaced("Home", "World", "Sport", "Why the bridge must close", standfirst, "By Ann Lee")
    found = extract([*page, *spaced("4 June 2018", *STORY), "Privacy policy"])
    assert values(found.headline) in ([], ["Why the bridge must close"])


def test_the_outlet_is_the_owner_of_the_copyright_that_the_page_names_again() -> None:
    page = spaced("The Alta Post", *["World", "Sport", "Sign in"], HEADLINE, "By Ann Lee", *STORY)
    footer = spaced("Privacy policy", "© 2018 The Alta Post. All rights reserved.")
    assert values(extract([*page, *footer]).outlet) == ["The Alta Post"]
    menu = spaced("Home", "World", "Sport", "Culture", "Sign in")
    assert extract([*menu, *page[8:], *spaced("© 2018 Big Media Holdings, Inc.")]).outlet == ()


def test_the_headline_is_not_a_name_or_a_date_beside_it() -> None:
    page = spaced("The Daily Bridge", HEADLINE, "By Ann Lee", "4 June 2018", *STORY)
    found = extract(page)
    assert values(found.headline) == [HEADLINE]
    assert values(found.outlet) == ["The Daily Bridge"]


def test_a_breadcrumb_gives_the_section_but_never_the_headline() -> None:
    page = spaced(f"Home > News > Region > {HEADLINE}", HEADLINE, *STORY)
    assert values(extract(page).section) == ["Region"]


@pytest.mark.parametrize(
    ("line", "text", "credit"),
    [
        ("Cracks in a pier. Photo / Getty Images", "Cracks in a pier.", "Getty Images"),
        ("Cracks in a pier. Photograph: Ann Lee/AFP", "Cracks in a pier.", "Ann Lee/AFP"),
        ("Cracks in a pier.Credit...Ann Lee", "Cracks in a pier.", "Ann Lee"),
        ("Cracks in a pier. (AP Photo/Ann Lee)", "Cracks in a pier.", "AP Photo/Ann Lee"),
        ("Cracks in a pier (Credit: Getty Images)", "Cracks in a pier", "Getty Images"),
        ("Cracks in a pier. (Reuters)", "Cracks in a pier.", "Reuters"),
        ("Photo: Ann Lee, AP", "", "Ann Lee, AP"),
    ],
)
def test_a_caption_is_parted_from_its_credit(line: str, text: str, credit: str) -> None:
    assert captions.split(line) == captions.CaptionLine(text, credit)


@pytest.mark.parametrize(
    "line", ["She took a photo of the bridge.", "The picture is clear.", "Reuters said so.", ""]
)
def test_a_sentence_that_speaks_of_pictures_is_no_caption(line: str) -> None:
    assert captions.split(line) is None


def test_a_credit_below_a_repeated_caption_belongs_to_it() -> None:
    caption = "Cracks in one of the piers of the bridge in April"
    page = spaced(*STORY[:2], caption, caption, "Photo: Ann Lee, AP", *STORY[2:])
    assert extract(page).captions == ((caption, "Ann Lee, AP", 5),)


@given(st.lists(st.text(), max_size=20))
def test_any_text_gives_metadata_without_an_error(page: list[str]) -> None:
    extract(page)


@pytest.mark.parametrize("title", ["Cheese recalled", "Village has longest name", "Why they wait"])
def test_the_only_line_above_an_article_is_its_headline_whatever_its_words(title: str) -> None:
    body = "The dairy of Orlin took twenty tonnes of butter back on Monday. Nobody has fallen ill."
    more = "Shops were told to put it aside, and whoever has bought some gets the money back."
    assert values(extract([title, "", body, "", more]).headline) == [title]
    assert values(extract([title, "", "By Ann Lee", "", body, "", more]).headline) == [title]
