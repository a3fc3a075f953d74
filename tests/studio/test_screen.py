"""The annotator's screen in a real browser: how much text is in view, and what stands around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from builder import labels
from builder.corrections import latest
from builder.records import Article, Correction
from builder.studio import convert
from builder.studio.interface import interface
from builder.studio.server import Running
from builder.workspace.folder import open_workspace
from tests.studio import browser

_ROOT = Path(__file__).parents[2]
_SMALL_LAPTOP: ViewportSize = {"width": 1366, "height": 768}
_HINT = {label.name: label.hint for label in labels.default().labels}


@dataclass(frozen=True)
class Screen:
    """A page that shows a long article of this repository with its corrected spans."""

    page: Page
    text: str
    work: Correction

    def select(self, label: str) -> None:
        """Select a region with a label, at a character of which it is the innermost region."""
        browser.click_region(self.page, next(self._places_of(label)))

    def _places_of(self, label: str) -> Iterator[int]:
        for span in self.work.spans:
            for place in range(span.start, span.end):
                here = [s for s in self.work.spans if s.start <= place < s.end]
                shortest = min(s.end - s.start for s in here)
                if span.label == label and [s for s in here if s.end - s.start == shortest] == [
                    span
                ]:
                    yield place

    def attributes(self) -> list[str]:
        """Return the names of the attributes that the column offers."""
        names = self.page.locator(".tools h4:visible")
        return [name.strip() for name in names.all_inner_texts()]


@pytest.fixture(scope="module")
def long_article() -> tuple[Article, Correction]:
    workspace = open_workspace(_ROOT)
    articles = workspace.articles.load()
    work = latest(workspace.corrections.load().values())
    longest = max(work, key=lambda c: len(articles[c.article].text))
    return articles[longest.article], longest


@pytest.fixture(scope="module")
def project(sdk: Any, long_article: tuple[Article, Correction]) -> Iterator[int]:
    article, work = long_article
    data = {"text": article.text, "title": "A long article", "source_line": "A paper"}
    result = convert.to_result(work.spans, work.relations)
    made = sdk.projects.create(title="The screen", label_config=interface(labels.default()))
    sdk.projects.import_tasks(
        made.id,
        request=[{"data": data, "predictions": [{"model_version": "rules", "result": result}]}],
        request_options={"max_retries": 0},
    )
    yield made.id
    sdk.projects.delete(made.id)


@pytest.fixture(scope="module")
def opened(
    label_studio: Running, project: int, tab: Page, long_article: tuple[Article, Correction]
) -> Screen:
    article, work = long_article
    browser.forget(tab)
    browser.sign_in(tab, label_studio)
    tab.set_viewport_size(_SMALL_LAPTOP)
    browser.open_stream(tab, label_studio, project)
    return Screen(tab, article.text, work)


@pytest.fixture
def screen(opened: Screen) -> Iterator[Screen]:
    """The screen with nothing selected; what a test draws or chooses, it takes back itself."""
    expect(browser.regions(opened.page)).to_have_count(len(opened.work.spans))
    yield opened
    opened.page.set_viewport_size(_SMALL_LAPTOP)
    browser.press(opened.page, "u")


def test_a_small_laptop_shows_three_hundred_words_also_while_a_claim_is_selected(
    screen: Screen,
) -> None:
    assert browser.words_in_view(screen.page) >= 300
    screen.select("CLAIM")
    assert browser.words_in_view(screen.page) >= 300
    screen.page.set_viewport_size({"width": 1024, "height": 768})
    assert browser.words_in_view(screen.page) >= 250


def test_the_column_needs_no_scrolling_on_a_small_laptop_while_a_claim_is_selected(
    screen: Screen,
) -> None:
    screen.select("CLAIM")
    over = browser.column(screen.page).evaluate("(e) => e.scrollHeight - e.clientHeight")
    assert over <= 0


def test_lines_of_relations_are_out_of_sight_until_a_region_is_selected(screen: Screen) -> None:
    browser.expect_relation_lines(screen.page, seen=False)
    screen.select("CLAIM")
    browser.expect_relation_lines(screen.page, seen=True)
    browser.press(screen.page, "u")
    browser.expect_relation_lines(screen.page, seen=False)


def test_attributes_are_offered_for_the_selected_regions_label_alone(screen: Screen) -> None:
    declared = labels.default().attributes
    assert screen.attributes() == []
    for label in ("CLAIM", "SOURCE"):
        screen.select(label)
        assert screen.attributes() == [a.name for a in declared if a.label == label]
        browser.press(screen.page, "u")
    screen.select("GPE")
    assert screen.attributes() == []


def test_two_labels_on_one_region_are_warned_of_until_one_is_taken_off(screen: Screen) -> None:
    screen.select("GPE")
    assert browser.said_in_column(screen.page, "before") == ""
    browser.press(screen.page, "q")
    assert browser.said_in_column(screen.page, "before").startswith("Two labels at once")
    browser.press(screen.page, "q")
    assert browser.said_in_column(screen.page, "before") == ""


def test_two_labels_chosen_for_the_next_region_are_warned_of_before_it_is_drawn(
    screen: Screen,
) -> None:
    browser.press(screen.page, "1", "q")
    assert browser.said_in_column(screen.page, "before").startswith("Two labels at once")
    browser.press(screen.page, "1", "q")
    assert browser.said_in_column(screen.page, "before") == ""


def test_the_column_shows_the_guideline_of_the_label_that_is_chosen(screen: Screen) -> None:
    keys = screen.page.get_by_text("Key, then drag")
    expect(keys).to_be_visible()
    assert browser.said_in_column(screen.page, "after") == ""
    browser.press(screen.page, "3")
    assert browser.said_in_column(screen.page, "after") == _HINT["GPE"]
    expect(keys).to_be_hidden()
    browser.press(screen.page, "3")
    screen.select("SOURCE")
    assert browser.said_in_column(screen.page, "after") == _HINT["SOURCE"]


def test_short_tags_stand_behind_the_regions(screen: Screen) -> None:
    shown = browser.regions(screen.page).evaluate_all(
        """(all) => all.map((e) => [e.dataset.label.split(":")[1],
                                    getComputedStyle(e, "::after").content.replaceAll('"', "")])"""
    )
    found = dict(shown)
    assert found["PERSON"] == "PER"
    assert found["GPE"] == "GPE"
    assert len(set(found.values())) == len(found)
    assert all(len(tag) <= 5 for tag in found.values())


def test_a_drag_over_a_folded_blank_line_marks_what_it_covers(screen: Screen) -> None:
    blank = screen.text.index("\n\n")
    browser.press(screen.page, "q")
    browser.drag_select(screen.page, blank - 4, blank + 8)
    drawn = browser.text(screen.page).locator(f"[data-end='{blank + 8}']")
    expect(drawn).not_to_have_count(0)
    browser.delete_region(screen.page, blank + 7)
