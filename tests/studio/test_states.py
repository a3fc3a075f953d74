"""Status is true in every state of the work with a real server, and pull exits as it says."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from builder import labels, pipeline
from builder.cli import main
from builder.studio.server import Running
from builder.workspace.folder import Workspace, open_workspace
from tests.studio.people import user_of


@pytest.fixture
def workspace_of_server(
    workspace: Workspace, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """A workspace under a title of its own on the shared server, of which nothing is done yet."""
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    title = f"States {workspace.root.parent.name}"[:50]
    config = workspace.root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"workspace"', f'"{title}"'), "utf-8")
    yield open_workspace(workspace.root)
    for project in list(sdk.projects.list()):
        if project.title == title:
            sdk.projects.delete(project.id)


@pytest.fixture
def people(label_studio: Running, request: pytest.FixtureRequest) -> Iterator[list[Any]]:
    with ExitStack() as ending:
        name = request.node.name[:30].replace("_", "")
        emails = [f"{who}.{name}@example.org" for who in ("ana", "ben")]
        yield [ending.enter_context(user_of(label_studio, email)) for email in emails]


def _run(workspace: Workspace, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, [*words, "--workspace", str(workspace.root)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def _said(workspace: Workspace, *words: str) -> dict[str, dict[str, str]]:
    code, output = _run(workspace, "status", "--json", *words)
    assert code == 0, output
    stages: list[dict[str, str]] = json.loads(output)["stages"]
    return {stage["name"]: stage for stage in stages}


def _tasks(sdk: Any, workspace: Workspace) -> list[Any]:
    (project,) = [p for p in sdk.projects.list() if p.title == workspace.config.studio.project]
    return list(sdk.tasks.list(project=project.id, fields="all"))


def _shown(task: Any) -> list[Any]:
    return list(task.predictions[0].result)


def test_status_is_true_from_nothing_to_a_release(
    workspace_of_server: Workspace, sdk: Any, people: list[Any]
) -> None:
    made, (ana, ben) = workspace_of_server, people
    assert _said(made)["ingest"]["due"] == "3 seeds not read"
    assert _said(made)["pull"]["due"] == _said(made)["pull"]["unknown"] == ""
    pipeline.ingest(made)
    assert "without suggestion" in _said(made)["annotate"]["due"]
    pipeline.push(made)
    assert _said(made)["push"]["due"] == ""
    assert _said(made)["pull"]["due"] == ""

    first, second, third, *_ = _tasks(sdk, made)
    ana.annotations.create(first.id, result=_shown(first), lead_time=5.0)
    flag = {"type": "choices", "from_name": "flags", "to_name": "text", "id": "f",
            "value": {"choices": [labels.default().flags[0].name]}}  # fmt: skip
    ben.annotations.create(second.id, result=[flag], was_cancelled=True, lead_time=2.0)
    assert _said(made)["pull"]["due"] == "2 tasks with newer work on the server"
    assert _said(made, "--offline")["pull"]["due"] == ""

    code, output = _run(made, "pull")
    assert code == 0, output
    assert _said(made)["pull"]["due"] == ""
    assert "newer work" in _said(made)["review"]["due"]
    pipeline.review(made)
    code, output = _run(made, "status")
    assert f"skipped ({labels.default().flags[0].name})" in output

    shown = _shown(first)
    entity = next(r for r in shown if r.get("from_name") == "entity")
    ben.annotations.create(first.id, result=[r for r in shown if r is not entity], lead_time=9.0)
    marked = {**flag, "value": {"choices": [labels.default().flags[1].name]}}
    ben.annotations.create(third.id, result=[*_shown(third), marked], lead_time=4.0)
    pipeline.pull(made)
    pipeline.review(made)
    said = _said(made)
    assert "disputed" in said["review"]["holds"]
    code, output = _run(made, "status")
    assert f": {labels.default().flags[1].name}" in output
    done = pipeline.release(made)
    assert any("differ" in reason for reason in done.left_out)
    assert _said(made)["release"]["due"] == ""

    with httpx.Client(base_url=str(sdk._client_wrapper._base_url), timeout=30) as http:
        token = http.post("/api/token/refresh/", json={"refresh": _key(made)}).json()["access"]
        http.headers["Authorization"] = f"Bearer {token}"
        body = {"result": [], "draft_id": 0, "lead_time": 1.0, "project": third.project}
        http.post(f"/api/tasks/{third.id}/drafts", json=body).raise_for_status()
    pipeline.pull(made)
    assert "1 draft" in _said(made)["pull"]["holds"]


def _key(workspace: Workspace) -> str:
    import os

    assert workspace
    return os.environ["LABEL_STUDIO_API_KEY"]


def test_a_server_that_is_not_there_is_said_to_be_unknown_within_seconds(
    workspace_of_server: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")
    assert "did not answer" in _said(workspace_of_server)["pull"]["unknown"]
    assert _said(workspace_of_server, "--offline")["pull"]["unknown"] == ""


def test_an_interface_changed_by_hand_loses_no_work_and_is_named_by_pull_and_push(
    workspace_of_server: Workspace, sdk: Any, people: list[Any]
) -> None:
    made, (ana, _) = workspace_of_server, people
    pipeline.ingest(made)
    pipeline.push(made)
    first, second, *_ = _tasks(sdk, made)
    project = sdk.projects.get(first.project)
    other = project.label_config.replace('value="ORG"', 'value="FIRM"')
    sdk.projects.update(first.project, label_config=other)
    place = {"start": 0, "end": 3, "text": first.data["text"][:3]}
    region = {"id": "x", "from_name": "entity", "to_name": "text", "type": "labels"}
    marked = [{**region, "value": {**place, "labels": ["FIRM"]}}]
    ana.annotations.create(first.id, result=marked, lead_time=5.0)
    fine = [{**region, "value": {**place, "labels": ["GPE"]}}]
    ana.annotations.create(second.id, result=fine, lead_time=5.0)
    code, output = _run(made, "pull")
    assert code == 1
    assert "entity FIRM is there alone" in output
    assert "entity ORG is missing there" in output
    assert "the interface there is not ours" in output
    (kept,) = made.corrections.load().values()
    assert (kept.task, len(kept.spans)) == (second.data["task_key"], 1)
    code, output = _run(made, "push")
    assert "in place of another: entity FIRM is there alone" in output


def test_a_newer_interface_is_due(workspace_of_server: Workspace) -> None:
    made = workspace_of_server
    pipeline.ingest(made)
    pipeline.push(made)
    path = made.root / labels.FILE_NAME
    path.write_text(path.read_text("utf-8").replace("#E69F00", "#E69F01"), "utf-8")
    assert "annotators have an older interface" in _said(made)["push"]["due"]
    pipeline.push(open_workspace(made.root))
    assert _said(made)["push"]["due"] == ""
    shutil.rmtree(made.state / "cache", ignore_errors=True)
    assert _said(made)["push"]["due"] == ""
