"""Headline, authors, date and outlet are chosen among a page's lines, or left empty."""

import json
import shutil
import time
from pathlib import Path

import pytest

from builder.errors import BuilderError
from builder.ingest import metadata
from builder.ingest.cleaning import lines
from builder.ingest.extracted import Extracted
from builder.ingest.fields import authors, days, found, headlines, outlets, trees
from builder.ingest.fields.view import PageView
from builder.ingest.html.page import read_page

TITLE = "Ferry across the Lunde to run again after two winters without one"
STORY = [
    "The ferry across the Lunde will run again from the first week of May, the county said.",
    "It was laid up two winters ago when its engine failed and no money was found for another.",
    "“We have asked for it every month since,” said a farmer who lives on the western bank.",
    "The crossing takes four minutes; the way round by the bridge at Orlin takes forty.",
    "The county will pay for the engine, and the two parishes for the men who work on the ferry.",
]
MENU = ["Home", "World", "Sport", "Culture", "Weather", "Jobs", "Sign in"]
FOOT = ["About us", "Privacy policy", "Terms of use", "Contact"]
NEXT = ["More stories", "Bridge at Orlin painted green", "Mayor opens a museum of clocks"]


def spaced(*page: str) -> list[str]:
    return [line for item in page for line in (item, "")]


def page(*head: str, foot: tuple[str, ...] = ()) -> list[str]:
    return spaced(*MENU, *head, *STORY, *NEXT, *FOOT, *foot)


def extract(text: list[str]) -> Extracted:
    return metadata.find(lines.judge(text))


def test_a_heading_that_is_wrapped_over_two_lines_is_the_headline_as_a_whole() -> None:
    long = "Ferry across the Lunde to run again after two winters in which nobody could"
    text = [f"# {long}", "cross the river", "", "By Ann Lee", "", *spaced(*STORY)]
    assert [value.value for value in extract(text).headline] == [f"{long} cross the river"]


def test_the_outlet_behind_the_title_is_no_part_of_the_headline() -> None:
    text = [f"{TITLE} | The Lunde Post", "", *page(TITLE, "By Ann Lee", "4 May 2018")]
    stated = extract(text)
    assert [value.value for value in stated.headline] == [TITLE]
    assert [value.value for value in stated.outlet] in ([], ["The Lunde Post"])


def test_who_took_a_picture_is_no_author() -> None:
    stated = extract(page(TITLE, "By Ann Lee", "4 May 2018", "Photo by Tom Ray"))
    assert "Tom Ray" not in [author.value for author in stated.authors]


def test_a_page_without_a_byline_has_no_author() -> None:
    assert extract(page(TITLE)).authors == ()


def test_the_outlet_is_not_its_own_author() -> None:
    foot = ("About The Lunde Post", "© 2018 The Lunde Post. All rights reserved.")
    text = ["The Lunde Post", "", *page(TITLE, "By Ann Lee", "By The Lunde Post", foot=foot)]
    stated = extract(text)
    assert [value.value for value in stated.authors] in ([], ["Ann Lee"])


def test_a_page_that_names_no_outlet_has_none() -> None:
    assert extract(page(TITLE, "By Ann Lee")).outlet == ()


def test_every_field_names_a_line_that_holds_it() -> None:
    text = page(TITLE, "By Ann Lee", "4 May 2018", foot=("© 2018 The Lunde Post",))
    stated = extract(text)
    for value in (*stated.headline, *stated.authors, *stated.outlet):
        assert value.value in text[value.line - 1]


def test_days_that_read_two_ways_are_no_candidates() -> None:
    view = PageView(lines.judge(page(TITLE, "03/04/2018")))
    assert days.candidates(view, None) == []


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "line",
    [
        "A " * 200,
        "| " * 200,
        "© copyright 2018 " * 20,
        "Copyright is is is is is is is is is is is is is is is is is is zz!",
        "a." * 200,
        "About The The The The The The The The The " * 8,
        "ByAnn" * 60,
        "Ann Lee, " * 25,
        "About " * 60,
    ],
)
def test_hostile_lines_are_looked_at_in_bounded_time(line: str) -> None:
    text = spaced(TITLE, *STORY, *[f"{line[:380]}{number}" for number in range(400)])
    verdicts = [_BODY if 2 <= number < 12 else _NAV for number in range(len(text))]
    view = PageView(lines.JudgedPage.of(text, verdicts))
    began = time.process_time()
    headlines.candidates(view)
    authors.candidates(view, 0)
    days.candidates(view, 0)
    outlets.candidates(view, 0)
    assert time.process_time() - began < 5


_BODY, _NAV = lines.Verdict("body", "told so"), lines.Verdict("nav", "told so")


def test_a_page_without_an_article_has_no_fields() -> None:
    view = PageView(lines.JudgedPage.of(spaced(*MENU), [_NAV] * 2 * len(MENU)))
    fields = found.find(view)
    assert (fields.headline, list(fields.authors), fields.published) == (None, [], None)


def test_a_model_that_is_damaged_or_missing_is_told(tmp_path: Path) -> None:
    shutil.copytree(trees.FOLDER, tmp_path / "model")
    (tmp_path / "model" / "outlet.onnx").write_bytes(b"no model")
    with pytest.raises(BuilderError, match=r"outlet\.onnx: is damaged"):
        trees.load("outlet", tmp_path / "model")
    (tmp_path / "model" / "headline.onnx").unlink()
    with pytest.raises(BuilderError, match="no model of headline"):
        trees.load("headline", tmp_path / "model")


def test_the_models_state_what_they_learned_from() -> None:
    stated = json.loads((trees.FOLDER / trees.META).read_text("utf-8"))
    assert stated["sources"] and all("(" in source for source in stated["sources"].values())


def test_a_saved_page_without_tags_is_read_by_its_lines() -> None:
    body = "".join(f"<p>{text}</p>" for text in STORY)
    stated = read_page(f"<h1>{TITLE}</h1><p>By Ann Lee</p><p>4 May 2018</p>{body}").metadata
    assert [author.value for author in stated.authors] == ["Ann Lee"]
