"""Two annotators and an adjudicator, each in a browser of their own, from push to a release."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from builder import pipeline
from builder.records import ADJUDICATION, FIRST, SECOND, Span
from builder.studio.server import Running
from tests.studio import browser
from tests.studio.crew import Crew
from tests.studio.people import password_of
from tests.studio.test_rounds import crew

__all__ = ["crew"]


@contextmanager
def _screens(chromium: Browser, running: Running, crew: Crew) -> Iterator[dict[str, Page]]:
    """Yield a tab for each person, who has signed in there."""
    with ExitStack() as stack:
        found = {}
        for who in crew.people:
            email = crew.email(who)
            page = stack.enter_context(chromium.new_context()).new_page()
            browser.sign_in(page, replace(running, email=email, password=password_of(email)))
            found[who] = page
        yield found


def _alone(spans: tuple[Span, ...]) -> Span:
    """Return a name that no other span touches."""
    return next(
        s
        for s in spans
        if s.layer == "entity"
        and not any(o is not s and o.start < s.end and s.start < o.end for o in spans)
    )


def test_two_annotators_and_an_adjudicator_in_three_browsers(
    crew: Crew,
    label_studio: Running,
    chromium: Browser,
    tmp_path: Path,
) -> None:
    crew.set(overlap=1.0)
    crew.push()
    key = next(iter({**crew.tasks("ann", FIRST), **crew.tasks("ann", SECOND)}))
    task = crew.workspace.tasks.load()[key]
    struck = _alone(task.suggestion.spans)
    with _screens(chromium, label_studio, crew) as screens:
        for who in ("ann", "ben"):
            mine = {**crew.tasks(who, FIRST), **crew.tasks(who, SECOND)}[key]
            browser.open_task(screens[who], label_studio, mine.project, mine.id)
            if who == "ben":
                browser.delete_region(screens[who], struck.start - task.start)
            browser.submit(screens[who])
        assert crew.pull().new == 2
        assert pipeline.review(crew.workspace).sentences["disputed"] == 1
        crew.push()
        (decide,) = crew.tasks("cleo", ADJUDICATION).values()
        page = screens["cleo"]
        browser.open_stream(page, label_studio, decide.project)
        expect(browser.regions(page)).to_have_count(len(task.suggestion.spans))
        browser.click_region(page, struck.start - task.start)
        expect(page.get_by_text("of A, B")).to_be_visible()
        browser.screenshot(page, tmp_path / "adjudicator.png")
        browser.press(page, "backspace")
        browser.submit(page)
    assert crew.pull().new == 1
    pipeline.review(crew.workspace)
    gold = crew.workspace.gold.load()[task.article]
    assert struck.content() not in [s.content() for s in gold.spans]
    released = pipeline.release(crew.workspace)
    card = (crew.workspace.root / released.path / "README.md").read_text("utf-8")
    assert "adjudicated" in card
