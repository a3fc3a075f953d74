"""Whose work it is: nobody is credited with another's, nobody counts twice, nobody is lost."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from builder import pipeline
from builder.cli import main
from builder.status import status
from builder.studio.server import Running
from builder.workspace.folder import Workspace, open_workspace
from tests.studio.people import user_of


@pytest.fixture
def pushed(
    workspace: Workspace, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """The workspace, its tasks on the shared server."""
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    title = f"Who {workspace.root.parent.name}"[:50]
    config = workspace.root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"workspace"', f'"{title}"'), "utf-8")
    pushed = open_workspace(workspace.root)
    pipeline.ingest(pushed)
    pipeline.push(pushed)
    yield pushed
    (project,) = [p.id for p in sdk.projects.list() if p.title == title]
    sdk.projects.delete(project)


@pytest.fixture
def people(label_studio: Running, request: pytest.FixtureRequest) -> Iterator[list[Any]]:
    """Two people who have just signed up, each with the SDK under an account of their own."""
    with ExitStack() as ending:
        name = request.node.name[:30].replace("_", "")
        emails = [f"{who}.{name}@example.org" for who in ("ana", "ben")]
        yield [ending.enter_context(user_of(label_studio, email)) for email in emails]


def _tasks(sdk: Any, workspace: Workspace) -> list[Any]:
    (project,) = [p for p in sdk.projects.list() if p.title == workspace.config.studio.project]
    return list(sdk.tasks.list(project=project.id, fields="all"))


def _shown(task: Any) -> list[Any]:
    return list(task.predictions[0].result)


def _less(task: Any) -> list[Any]:
    """Return what is shown in a task without its first entity."""
    shown = _shown(task)
    first = next(r for r in shown if r.get("from_name") == "entity")
    return [r for r in shown if r is not first]


def _run(workspace: Workspace, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, [*words, "--workspace", str(workspace.root)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_an_update_of_a_colleagues_work_is_the_work_of_who_made_it(
    pushed: Workspace, sdk: Any, people: list[Any]
) -> None:
    ana, ben = people
    first, second, *_ = _tasks(sdk, pushed)
    anas = ana.annotations.create(first.id, result=_shown(first), lead_time=5.0)
    assert pipeline.pull(pushed).new == 1
    (before,) = pushed.corrections.load().values()
    ben.annotations.update(anas.id, result=_less(first), lead_time=7.0)
    lost = ana.annotations.create(second.id, result=_shown(second), lead_time=5.0)
    ben.annotations.update(lost.id, result=_less(second), lead_time=7.0)

    pulled = pipeline.pull(pushed)
    assert (pulled.new, pulled.withdrawn, pulled.rejected) == (2, 0, [])
    by = {(c.task, c.producer.name): c for c in pushed.corrections.load().values()}
    assert by[before.task, before.producer.name] == before, "the first opinion stays"
    theirs = {name for _, name in by} - {before.producer.name}
    assert len(theirs) == 1, "both updates are one person's"
    (told,) = pulled.passed_over
    assert f"{before.producer.name}'s own version is lost" in told.reason
    assert second.data["task_key"] in told.path
    pipeline.review(pushed)
    disputed = next(s for s in status(pushed).stages if s.name == "review").holds
    assert "disputed" in disputed
    again = pipeline.pull(pushed)
    assert (again.new, again.passed_over) == (0, [])


def test_annotations_made_of_suggestions_in_the_list_of_tasks_are_nobodys_work(
    pushed: Workspace, sdk: Any
) -> None:
    tasks = _tasks(sdk, pushed)
    action, project = "predictions_to_annotations", tasks[0].project
    chosen = {"selectedItems": {"all": True, "excluded": []}, "project": str(project)}
    request = sdk._client_wrapper.httpx_client.request
    done = request(
        "api/dm/actions", method="POST", params={"id": action, "project": project}, json=chosen
    )
    assert done.is_success, done.text
    code, output = _run(pushed, "pull")
    assert (code, output.count("nobody has read it")) == (0, len(tasks))
    assert pushed.corrections.load() == {}
    held = next(s for s in status(pushed).stages if s.name == "pull").holds
    assert f"{len(tasks)} passed over" in held


def test_a_second_laptop_makes_nobody_two_people(
    pushed: Workspace, sdk: Any, people: list[Any], tmp_path: Path
) -> None:
    ana, _ = people
    task = _tasks(sdk, pushed)[0]
    ana.annotations.create(task.id, result=_shown(task), lead_time=5.0)
    pipeline.pull(pushed)
    clone = tmp_path / "clone"
    shutil.copytree(pushed.root, clone, ignore=shutil.ignore_patterns(".builder"))
    other = open_workspace(clone)
    for command in ("pull", "push"):
        code, output = _run(other, command)
        assert (code, "builder studio key export FILE" in output) == (1, True), output
        assert other.corrections.load() == pushed.corrections.load()
    key = tmp_path / "key"
    assert _run(pushed, "studio", "key", "export", str(key))[0] == 0
    assert key.stat().st_mode & 0o077 == 0
    assert _run(other, "studio", "key", "import", str(key))[0] == 0
    assert pipeline.pull(open_workspace(clone)).new == 0
    assert open_workspace(clone).corrections.load() == pushed.corrections.load()


def test_who_has_left_is_forgotten_here_and_no_more_of_that_work_is_fetched(
    pushed: Workspace, sdk: Any, people: list[Any]
) -> None:
    ana, ben = people
    first, second, *_ = _tasks(sdk, pushed)
    for who, task in ((ana, first), (ben, first), (ana, second)):
        who.annotations.create(task.id, result=_shown(task), lead_time=5.0)
    pipeline.pull(pushed)
    names = (pushed.state / "annotators.json").read_text("utf-8")
    anas = next(c.producer.name for c in pushed.corrections.load().values()
                if c.task == second.data["task_key"])  # fmt: skip
    code, output = _run(pushed, "people", "forget", anas, "--keep")
    assert code == 0, output
    left = open_workspace(pushed.root)
    assert anas in names
    assert anas not in (pushed.state / "annotators.json").read_text("utf-8")
    assert anas not in "".join(c.model_dump_json() for c in left.corrections.load().values())
    assert len(left.corrections.load()) == 3
    ana.annotations.create(second.id, result=[], lead_time=9.0)
    pulled = pipeline.pull(left)
    assert (pulled.new, pulled.rejected) == (0, [])
    assert {"has left" in item.reason for item in pulled.passed_over} == {True}
