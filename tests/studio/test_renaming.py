"""A label is renamed in labels.toml: what annotators see, and what becomes of their work."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from builder import labels, pipeline
from builder.studio.server import Running
from builder.workspace.folder import Workspace, open_workspace
from tests.studio import browser

_HEIR = """
[[labels]]
layer = "entity"
name = "COMPANY"
hotkey = "2"
color = "#E69F00"
hint = "Company, agency, institution, party, newspaper: the [UN], [The Daily Telegraph]."
alias_of = "ORG"
"""


def _edited(workspace: Workspace) -> Workspace:
    """Return the workspace with labels that call ORG COMPANY and retire GPE for good."""
    path = workspace.root / labels.FILE_NAME
    text = path.read_text("utf-8")
    for name in ("ORG", "GPE"):
        text = text.replace(f'name = "{name}"\n', f'name = "{name}"\nretired = true\n')
    path.write_text(text + _HEIR, "utf-8")
    return open_workspace(workspace.root)


@pytest.fixture
def pushed(
    workspace: Workspace, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """The workspace under a title of its own, its tasks on the server."""
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    title = f"Renamed {workspace.root.parent.name}"[:50]
    config = workspace.root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"workspace"', f'"{title}"'), "utf-8")
    pushed = open_workspace(workspace.root)
    pipeline.ingest(pushed)
    pipeline.annotate(pushed)
    pipeline.push(pushed)
    yield pushed
    (project,) = [p.id for p in sdk.projects.list() if p.title == title]
    sdk.projects.delete(project)


def _labels(result: list[Any]) -> set[str]:
    return {label for r in result if r["type"] == "labels" for label in r["value"]["labels"]}


def test_a_renamed_label_takes_over_where_nobody_has_worked_and_old_work_stays_readable(
    pushed: Workspace, label_studio: Running, sdk: Any, page: Page
) -> None:
    (project,) = [p for p in sdk.projects.list() if p.title == pushed.config.studio.project]
    tasks = {t.data["task_key"]: t for t in sdk.tasks.list(project=project.id, fields="all")}
    worked = next(t for t in tasks.values() if "ORG" in _labels(t.predictions[0].result))
    sdk.annotations.create(worked.id, result=worked.predictions[0].result, lead_time=1.0)
    pipeline.pull(pushed)
    before = pushed.corrections.load()
    was = Counter(s.label for one in pushed.suggestions.load().values() for s in one.spans)

    edited = _edited(pushed)
    done = pipeline.push(edited)
    assert (done.interface_updated, done.created, done.in_work) == (True, 0, 1)
    assert done.refreshed == len(tasks) - 1
    suggested = edited.suggestions.load().values()
    now = Counter(span.label for one in suggested for span in one.spans)
    assert (now["COMPANY"], now["ORG"], now["GPE"]) == (was["ORG"], 0, 0)
    assert sum(one.left_out.get("GPE", 0) for one in suggested) == was["GPE"] > 0
    (correction,) = before.values()
    mine = [s.label for s in correction.spans]
    assert done.kept == {name: mine.count(name) for name in ("GPE", "ORG") if name in mine}
    for task in sdk.tasks.list(project=project.id, fields="all"):
        (shown,) = task.predictions
        new = _labels(shown.result)
        assert ("COMPANY" in new, bool({"ORG", "GPE"} & new)) == (
            (False, True) if task.id == worked.id else (True, False)
        )

    browser.sign_in(page, label_studio)
    browser.open_task(page, label_studio, project.id, worked.id)
    expect(page.locator(".lsf-label", has_text="COMPANY")).to_be_visible()
    expect(page.locator(".lsf-label", has_text="ORG")).to_be_hidden()
    expect(browser.regions(page).first).to_be_attached(timeout=30_000)
    shown_labels = browser.regions(page).evaluate_all("all => all.map(one => one.dataset.label)")
    assert any(label.endswith("ORG") for label in shown_labels)

    assert pipeline.pull(edited).new == 0
    again = pipeline.push(edited)
    assert (again.interface_updated, again.refreshed) == (False, 0)
    assert pushed.corrections.load() == before
