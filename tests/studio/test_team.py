"""Two annotators and an adjudicator, each in a browser of their own, from push to a release."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from builder import pipeline
from builder.records import ADJUDICATION, FIRST, SECOND, Arm, Deal, Span, Task, Window
from builder.studio.server import Running
from builder.studio.shown import shown_suggestions
from builder.tasks.windows import tasks_of
from tests.studio import browser
from tests.studio.crew import Crew
from tests.studio.people import password_of
from tests.studio.test_rounds import crew

__all__ = ["crew"]

_ROUND = {"ann": FIRST, "ben": SECOND}
# What the server is told that somebody took for a task done blind.
_SECONDS = 30.0


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


def _dealt(crew: Crew) -> dict[Arm, Task]:
    """Deal a task to both annotators with suggestions, and another without; return them."""
    workspace = crew.workspace
    articles, shown = workspace.articles.load(), shown_suggestions(workspace)
    tasks = [task for i, a in articles.items() for task in tasks_of(a, shown[i])]
    arms: dict[Arm, Task] = {"assisted": tasks[0], "blind": tasks[-1]}
    workspace.windows.add(
        Window(article=t.article, start=t.start, end=t.end) for t in arms.values()
    )
    workspace.deals.add(
        Deal(article=task.article, task=task.key, annotator=crew.names[who], round=number, arm=arm)
        for arm, task in arms.items()
        for who, number in _ROUND.items()
    )
    return arms


def _alone(spans: tuple[Span, ...]) -> Span:
    """Return a name that no other span touches."""
    return next(
        s
        for s in spans
        if s.layer == "entity"
        and not any(o is not s and o.start < s.end and s.start < o.end for o in spans)
    )


def _marked(text: str, *bounds: tuple[int, int]) -> list[dict[str, Any]]:
    """Return what the server keeps of organisations that somebody marked at these places."""
    return [
        {
            "id": f"region{start}",
            "from_name": "entity",
            "to_name": "text",
            "type": "labels",
            "value": {"start": start, "end": end, "text": text[start:end], "labels": ["ORG"]},
        }
        for start, end in bounds
    ]


def test_two_annotators_and_an_adjudicator_in_three_browsers(
    crew: Crew,
    label_studio: Running,
    chromium: Browser,
    tmp_path: Path,
) -> None:
    agreed = ", ".join(f'"{crew.names[who]}"' for who in _ROUND)
    crew.set(overlap=0.0, more=f"publish_effort = [{agreed}]\npublish_opinions = [{agreed}]")
    arms = _dealt(crew)
    task, blind = arms["assisted"], arms["blind"]
    struck = _alone(task.suggestion.spans)
    crew.push()
    words = [m.span() for m in re.finditer(r"\w+", blind.text)][:2]
    with _screens(chromium, label_studio, crew) as screens:
        for who, number in _ROUND.items():
            mine = crew.tasks(who, number)
            assert crew.lead.predictions.list(task=mine[blind.key].id) == []
            marks = _marked(blind.text, *(words if who == "ann" else words[:1]))
            crew.submit(who, mine[blind.key], marks)
            browser.open_task(screens[who], label_studio, mine[task.key].project, mine[task.key].id)
            if who == "ben":
                browser.delete_region(screens[who], struck.start - task.start)
            browser.submit(screens[who])
        assert crew.pull().new == 4
        # Spans of the claim layer are as suggested, and each of the two tasks is disputed once.
        assert pipeline.review(crew.workspace).sentences["disputed"] == 2
        crew.push()
        decide = crew.tasks("cleo", ADJUDICATION)
        assert decide.keys() == {task.key, blind.key}
        page = screens["cleo"]
        there = decide[task.key]
        browser.open_task(page, label_studio, there.project, there.id)
        expect(browser.regions(page)).to_have_count(len(task.suggestion.spans))
        browser.click_region(page, struck.start - task.start)
        expect(page.get_by_text("of A, B")).to_be_visible()
        browser.press(page, "backspace")
        browser.submit(page)
    assert crew.pull().new == 1
    reviewed = pipeline.review(crew.workspace)
    assert reviewed.sentences["adjudicated"] >= 1
    assert reviewed.sentences["disputed"] == 1
    gold = crew.workspace.gold.load()[task.article]
    assert struck.content() not in [s.content() for s in gold.spans]

    released = pipeline.release(crew.workspace)
    card = (crew.workspace.root / released.path / "README.md").read_text("utf-8")
    # One marked all names, and the other all but one: twice what both have, by what each has.
    names = sum(span.layer == "entity" for span in task.suggestion.spans)
    assert f"| assisted | **entity** | {2 * (names - 1) / (2 * names - 1):.2f}" in card
    assert f"| blind | **entity** | {2 * 1 / (2 + 1):.2f}" in card
    pace = 100 * _SECONDS / len(blind.text.split())
    for who in _ROUND:
        row = f"| {crew.names[who]} | blind | 1 | {len(blind.text.split())} | {pace:.1f} |"
        assert row in card
    assert "not enough blind work yet" in card
    assert released.rows["opinions"] > 0
