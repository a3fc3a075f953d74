"""What becomes of tasks on a real server when their article is frozen anew."""

from collections.abc import Iterator
from typing import Any

import pytest

from builder import pipeline
from builder.records import Article
from builder.status import status
from builder.studio.server import Running
from builder.workspace.folder import Workspace, open_workspace

_TITLE = "Refrozen"
_SEED = "seeds/plant.txt"
_TEXT = (
    "Maria Lopez said on Monday that Acme Corp. will open a plant in Norway.\n\n"
    "The mayor of Oslo, Ivar Berg, said the plan is good for the ctiy and for its people.\n"
)


@pytest.fixture
def pushed(
    workspace: Workspace, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """A workspace with one article, whose task is on the server."""
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    (workspace.root / "builder.toml").write_text(
        f'[annotate]\npipeline = "rules"\n[studio]\nproject = "{_TITLE}"\n'
    )
    for path in workspace.seed_folder.glob("*"):
        path.unlink()
    (workspace.root / _SEED).write_text(_TEXT)
    workspace = open_workspace(workspace.root)
    pipeline.ingest(workspace)
    pipeline.push(workspace)
    yield workspace
    for project in sdk.projects.list():
        if project.title == _TITLE:
            sdk.projects.delete(project.id)


def refrozen(workspace: Workspace) -> tuple[Workspace, Article]:
    """Return the workspace with the seed mended and frozen anew, and its new article."""
    (workspace.root / _SEED).write_text(_TEXT.replace("ctiy", "city"))
    again = open_workspace(workspace.root)
    pipeline.ingest(again, refreeze=[_SEED])
    (new,) = [a for a in again.articles.load().values() if "city" in a.text]
    return again, new


def tasks(sdk: Any) -> dict[str, Any]:
    (project,) = [p for p in sdk.projects.list() if p.title == _TITLE]
    found = sdk.tasks.list(project=project.id, fields="all")
    return {task.data["task_key"]: task for task in found}


def submit(sdk: Any, workspace: Workspace, words: str) -> Any:
    """Submit the one task with one region."""
    (task,) = tasks(sdk).values()
    start = _TEXT.index(words)
    value = {"start": start, "end": start + len(words), "text": words, "labels": ["GPE"]}
    region = {"id": "r1", "from_name": "entity", "to_name": "text", "type": "labels"}
    assert task.data["text"][start : start + len(words)] == words
    return sdk.annotations.create(task.id, result=[{**region, "value": value}], lead_time=1.0)


def test_work_that_was_pulled_goes_over_to_the_new_task_and_the_old_one_goes(
    pushed: Workspace, sdk: Any
) -> None:
    submit(sdk, pushed, "Oslo")
    assert pipeline.pull(pushed).new == 1
    again, new = refrozen(pushed)
    pipeline.annotate(again)
    assert {s.name: s.due for s in status(again).stages}["push"] == "1 article not on the server"
    done = pipeline.push(again)
    assert (done.refrozen, done.unfetched, done.created, done.refilled) == (1, [], 1, 1)
    assert {s.name: s.due for s in status(again).stages}["push"] == ""
    ((key, task),) = tasks(sdk).items()
    assert key == f"{new.id}:0-{len(new.text)}"
    ((annotation,),) = [task.annotations]
    assert [r["value"]["text"] for r in annotation["result"]] == ["Oslo"]
    before = again.corrections.load()
    for _ in range(2):
        pulled = pipeline.pull(again)
        assert (pulled.new, pulled.withdrawn, pulled.deleted, pulled.rejected) == (0, 0, [], [])
    assert again.corrections.load() == before
    assert pipeline.push(again).refrozen == 0


def test_work_that_nobody_has_pulled_stays_until_it_is_and_is_then_carried_over(
    pushed: Workspace, sdk: Any
) -> None:
    submit(sdk, pushed, "Oslo")
    (old,) = tasks(sdk)
    again, new = refrozen(pushed)
    done = pipeline.push(again)
    assert (done.refrozen, done.unfetched) == (0, [old])
    assert old in tasks(sdk)
    assert pipeline.pull(again).new == 1
    assert [s.text for c in again.corrections.load().values() for s in c.spans] == ["Oslo"] * 2
    assert {c.article for c in again.corrections.load().values()} >= {new.id}
    assert pipeline.push(again).refrozen == 1
    assert old not in tasks(sdk)
    assert pipeline.pull(again).new == 0


def test_a_task_with_a_draft_stays(pushed: Workspace, sdk: Any) -> None:
    ((old, task),) = tasks(sdk).items()
    request = sdk._client_wrapper.httpx_client.request
    body = {"result": [], "lead_time": 1}
    assert request(f"api/tasks/{task.id}/drafts", method="POST", json=body).is_success
    again, _ = refrozen(pushed)
    assert pipeline.push(again).unfetched == [old]
    assert old in tasks(sdk)


def test_an_edit_after_the_pull_keeps_the_task(pushed: Workspace, sdk: Any) -> None:
    made = submit(sdk, pushed, "Oslo")
    pipeline.pull(pushed)
    sdk.annotations.update(made.id, result=[], lead_time=2.0)
    again, _ = refrozen(pushed)
    (old,) = pipeline.push(again).unfetched
    assert old in tasks(sdk)
    assert pipeline.pull(again).new == 1
    assert pipeline.push(again).refrozen == 1
