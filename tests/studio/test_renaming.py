"""A label is renamed in labels.toml: what annotators see, and what becomes of their work."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import builder
from builder import labels, pipeline
from builder.studio.server import Running
from builder.workspace.workspace import Workspace, open_workspace
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


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A copy of the package whose labels.toml calls ORG COMPANY and retires GPE for good."""
    package = Path(builder.__file__).parent
    shutil.copytree(package, tmp_path / "builder", ignore=shutil.ignore_patterns("__pycache__"))
    schemas = tmp_path / "schemas"
    shutil.copytree(labels.SCHEMAS, schemas)
    (tmp_path / "locks").symlink_to(package.parent / "locks")
    text = (schemas / "labels.toml").read_text("utf-8")
    for name in ("ORG", "GPE"):
        text = text.replace(f'name = "{name}"\n', f'name = "{name}"\nretired = true\n')
    first_attribute = text.index("[[attributes]]")
    text = text[:first_attribute] + _HEIR + "\n" + text[first_attribute:]
    (schemas / "labels.toml").write_text(text, "utf-8")
    return tmp_path


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


def _run(edited: Path, workspace: Workspace, command: str) -> Any:
    """Run a command of the edited copy and return its result."""
    code = "from builder.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, command, "--json", "--workspace", str(workspace.root)],
        env={**os.environ, "PYTHONPATH": str(edited)},
        cwd=edited,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _labels(result: list[Any]) -> set[str]:
    return {label for r in result if r["type"] == "labels" for label in r["value"]["labels"]}


def test_a_renamed_label_takes_over_where_nobody_has_worked_and_old_work_stays_readable(
    pushed: Workspace, edited: Path, label_studio: Running, sdk: Any, page: Page
) -> None:
    (project,) = [p for p in sdk.projects.list() if p.title == pushed.config.studio.project]
    tasks = {t.data["task_key"]: t for t in sdk.tasks.list(project=project.id, fields="all")}
    worked = next(t for t in tasks.values() if "ORG" in _labels(t.predictions[0].result))
    sdk.annotations.create(worked.id, result=worked.predictions[0].result, lead_time=1.0)
    pipeline.pull(pushed)
    before = pushed.corrections.load()

    done = _run(edited, pushed, "push")
    assert (done["interface_updated"], done["created"], done["in_work"]) == (True, 0, 1)
    assert done["refreshed"] == len(tasks) - 1
    others = [t for t in pushed.tasks.load().values() if t.key != worked.data["task_key"]]
    old = [s.label for task in others for s in task.suggestion.spans]
    assert done["relabelled"] == {
        "ORG -> COMPANY": old.count("ORG"),
        "GPE -> not shown": old.count("GPE"),
    }
    (correction,) = before.values()
    mine = [s.label for s in correction.spans]
    assert done["kept"] == {name: mine.count(name) for name in ("GPE", "ORG") if name in mine}
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
    shown_labels = browser.regions(page).evaluate_all("all => all.map(one => one.dataset.label)")
    assert any(label.endswith("ORG") for label in shown_labels)

    assert _run(edited, pushed, "pull")["new"] == 0
    again = _run(edited, pushed, "push")
    assert (again["interface_updated"], again["refreshed"], again["relabelled"]) == (False, 0, {})
    assert pushed.corrections.load() == before
