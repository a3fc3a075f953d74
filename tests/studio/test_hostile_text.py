"""An article made to do harm, in a real browser: shown letter by letter, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page

from builder import labels, pipeline
from builder.records import Found
from builder.studio.project import guidelines
from builder.studio.server import Running
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.studio import browser

_ALERT = "window.pwned = 1"
_ATTACKS = [
    f"<script>{_ALERT}</script>",
    f"<img src=x onerror='{_ALERT}'>",
    f"<svg/onload='{_ALERT}'></svg>",
    f'<iframe srcdoc="<script>parent.{_ALERT}</script>"></iframe>',
    f"<a href='javascript:{_ALERT}' autofocus onfocus='{_ALERT}'>javascript:{_ALERT}</a>",
    "<img src='https://evil.example/pixel.png'><link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css'; * { display: none }</style>",
    "<form action='https://evil.example/'><input name=password></form><base href=//evil.example/>",
    f"&lt;script&gt;{_ALERT}&lt;/script&gt; &amp;amp; &#60;b&#62; &nbsp; &quot;",
    f"[link](javascript:{_ALERT}) ![picture](https://evil.example/p.png) https://evil.example/",
    f"{{{{constructor.constructor('{_ALERT}')()}}}} ${{{_ALERT}}} $title ]]> <!-- ",
    "left \u202eright to left\u202c and \u2066isolated\u2069, zero\u200bwidth\ufeff, joi\u200dned",
    "x" * 30_000,
]


@pytest.fixture
def hostile(
    workspace: Workspace, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """A workspace whose only article is hostile, and whose task is on the server."""
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    config = workspace.root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"workspace"', '"Hostile text"'), "utf-8")
    opened = open_workspace(workspace.root)
    # Every field that an annotator sees.
    every = "".join(_ATTACKS[:9])
    fields = dict.fromkeys(("headline", "authors", "outlet", "place", "section"), every)
    article = making.article(*_ATTACKS, **fields)
    assert article.metadata.headline == (Found(value=every, seed=making.SEED, line=1, how="test"),)
    opened.articles.save([article])
    opened.stories.save([making.story(article)])
    making.put_suggestions(opened, [making.suggestion(article)])
    pipeline.push(opened)
    yield opened
    for project in [p for p in sdk.projects.list() if p.title == "Hostile text"]:
        sdk.projects.delete(project.id)


def test_hostile_text_is_shown_as_text_and_nothing_runs_or_leaves(
    hostile: Workspace, label_studio: Running, sdk: Any, page: Page
) -> None:
    (project,) = [p for p in sdk.projects.list() if p.title == "Hostile text"]
    declared = labels.default()
    hostile_labels = tuple(replace(x, hint="".join(_ATTACKS[:8])) for x in declared.labels)
    shown_first = guidelines(replace(declared, labels=hostile_labels))
    sdk.projects.update(project.id, expert_instruction=shown_first, show_instruction=True)
    asked: list[str] = []
    spoken: list[str] = []

    def refuse(dialog: Dialog) -> None:
        spoken.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", refuse)

    browser.sign_in(page, label_studio)
    for task in hostile.tasks.load().values():
        (identity,) = [
            t.id for t in sdk.tasks.list(project=project.id) if t.data["task_key"] == task.key
        ]
        browser.open_task(page, label_studio, project.id, identity)
        shown = browser.text(page).evaluate(
            "(root) => { const copy = root.cloneNode(true);"
            " copy.querySelectorAll('br').forEach((br) => br.replaceWith('\\n'));"
            " return copy.textContent; }"
        )
        assert shown == task.text
        about = page.locator(".article").text_content()
        assert about is not None
        assert task.title.strip() in about
        assert (
            page.locator(".story :is(script, img, svg, iframe, a, form, style, link)").count() == 0
        )
        assert page.locator(".article :is(script, img, iframe, a, form, style, link)").count() == 0

    # The guidelines come with the first task of the queue.
    page.goto(f"{label_studio.url}/projects/{project.id}/data?labeling=1")
    page.wait_for_load_state("networkidle")
    # The lists that show tasks and the project's settings render the same fields again.
    page.goto(f"{label_studio.url}/projects/{project.id}/data")
    page.wait_for_load_state("networkidle")
    page.goto(f"{label_studio.url}/projects/{project.id}/settings")
    page.wait_for_load_state("networkidle")

    assert page.evaluate("window.pwned") is None
    assert spoken == []
    away = [url for url in asked if not url.startswith((label_studio.url, "data:", "blob:"))]
    assert away == []
