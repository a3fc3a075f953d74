"""What splits and retractions ask of a real server: blind tasks, and tasks that are taken off."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from builder import pipeline
from builder.release import stage as releasing
from builder.release.earlier import Earlier
from builder.studio.server import Running
from builder.workspace.config import Rights
from builder.workspace.folder import Workspace, open_workspace
from tests import making

_TITLE = "Splits and retractions"


@pytest.fixture
def pushed(
    workspace: Workspace, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """A workspace whose tasks are on the server."""
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    config = workspace.root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"workspace"', f'"{_TITLE}"'), "utf-8")
    workspace = open_workspace(workspace.root)
    pipeline.ingest(workspace)
    articles = workspace.articles.load().values()
    # Every window shows something.
    making.put_suggestions(
        workspace,
        (
            making.suggestion(a, *(making.at(a, s.start, s.start + 1, "ORG") for s in a.sentences))
            for a in articles
        ),
    )
    pipeline.push(workspace)
    yield workspace
    for project in sdk.projects.list():
        if project.title == _TITLE:
            sdk.projects.delete(project.id)


def _tasks(sdk: Any) -> list[Any]:
    (project,) = [p for p in sdk.projects.list() if p.title == _TITLE]
    return list(sdk.tasks.list(project=project.id, fields="all"))


def _submit(sdk: Any, task: Any) -> None:
    """Submit what the task shows, as it is."""
    shown = next(iter(task.predictions), None)
    sdk.annotations.create(
        task.id,
        result=shown.result if shown else [],
        parent_prediction=shown.id if shown else None,
        lead_time=600.0,
    )


def test_the_next_push_takes_a_retracted_articles_tasks_off_the_server(
    pushed: Workspace, sdk: Any
) -> None:
    article = min(pushed.articles.load())
    others = [t.data["task_key"] for t in _tasks(sdk) if not t.data["task_key"].startswith(article)]
    assert len(others) < len(_tasks(sdk))
    _submit(sdk, next(t for t in _tasks(sdk) if t.data["task_key"].startswith(article)))
    pipeline.retract(pushed, article, "its publisher asked", date(2026, 3, 1))
    pulled = pipeline.pull(pushed)
    assert (pulled.new, pulled.rejected) == (0, []), "a pull brought a retracted text back"
    done = pipeline.push(pushed)
    assert done.retracted > 0
    assert sorted(t.data["task_key"] for t in _tasks(sdk)) == sorted(others)
    assert pipeline.push(pushed).retracted == 0


def test_a_test_story_is_annotated_without_suggestions_and_then_released(
    pushed: Workspace, sdk: Any
) -> None:
    assert all(t.predictions[0].result for t in _tasks(sdk))
    (story,) = pushed.stories.load().values()
    pushed.stories.save([story.model_copy(update={"split": "test"})])
    pipeline.push(pushed)
    tasks = _tasks(sdk)
    assert [t.predictions for t in tasks] == [[]] * len(tasks)
    for task in tasks:
        _submit(sdk, task)
    pipeline.pull(pushed)
    assert {c.suggestion for c in pushed.corrections.load().values()} == {None}
    pipeline.review(pushed)
    done = pipeline.release(pushed)
    assert (done.rows["articles"], done.left_out) == (2, {})


def test_work_with_suggestions_in_view_stays_out_of_test(pushed: Workspace, sdk: Any) -> None:
    for task in _tasks(sdk):
        _submit(sdk, task)
    pipeline.pull(pushed)
    (story,) = pushed.stories.load().values()
    pushed.stories.save([story.model_copy(update={"split": "test"})])
    pipeline.review(pushed)
    (shard,) = releasing.story_shards(pushed)
    chosen, _ = shard.make(releasing.token_bounds, pushed.labels, Rights(), Earlier(None))
    left_out = chosen.left_out
    assert not any(rows for _, rows in chosen.tables.items())
    assert "it was annotated with suggestions in view, and its split is test" in {
        item.reason for item in left_out
    }
