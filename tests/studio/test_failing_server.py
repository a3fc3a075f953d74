"""Push, refresh and pull behind a proxy that fails: each task once, each correction once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

import pytest

from builder import pipeline
from builder.errors import BuilderError
from builder.studio import asking
from builder.studio.convert import fingerprint
from builder.studio.server import Running
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.studio import proxy
from tests.studio.proxy import FAULTS, Fault, Proxy

_SIGN_IN = "/api/token/refresh"


@pytest.fixture
def failing(
    small: Workspace, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Proxy]:
    """A proxy to the shared server, named as the workspace's; suggestions are there to be sent."""
    config = small.root / "builder.toml"
    title = f"Failing {small.root.parent.name}"[:50]
    config.write_text(config.read_text("utf-8").replace('"workspace"', f'"{title}"'), "utf-8")
    monkeypatch.setattr(asking, "PAUSES", (0.1, 0.1, 0.1, 0.1))
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    with proxy.before(label_studio.url) as failing:
        monkeypatch.setenv("LABEL_STUDIO_URL", failing.url)
        pipeline.ingest(small)
        pipeline.annotate(small)
        yield failing
    for project in list(sdk.projects.list()):
        if project.title == title:
            sdk.projects.delete(project.id)


def _reopened(workspace: Workspace) -> Workspace:
    return open_workspace(workspace.root)


def _tasks(sdk: Any, workspace: Workspace) -> list[Any]:
    title = _reopened(workspace).config.studio.project
    (project,) = [p for p in sdk.projects.list() if p.title == title]
    return list(sdk.tasks.list(project=project.id, fields="all"))


def _first_time(faults: Sequence[Fault]) -> Any:
    """Let each request fail once, in turn; only who signs in is not kept waiting."""
    turn = cycle(faults)
    return lambda method, path, nth: None if nth or path.startswith(_SIGN_IN) else next(turn)


def _check(tasks: list[Any], wanted: int) -> None:
    assert len(tasks) == wanted
    assert set(Counter(t.data["task_key"] for t in tasks).values()) == {1}
    for task in tasks:
        (shown,) = task.predictions
        assert task.data["suggestion"] == fingerprint(shown.result)


@pytest.mark.parametrize(
    "faults", [FAULTS, *(pytest.param([fault], marks=pytest.mark.soak) for fault in FAULTS)]
)
def test_a_server_that_fails_once_for_each_request_gets_and_gives_everything_once(
    faults: Sequence[Fault], failing: Proxy, small: Workspace, sdk: Any
) -> None:
    workspace = _reopened(small)
    failing.fault = _first_time(faults)
    done = pipeline.push(workspace)
    assert (done.created, done.removed) == (len(workspace.tasks.load()), 0)
    assert failing.faults >= 4
    tasks = _tasks(sdk, workspace)
    _check(tasks, len(workspace.tasks.load()))

    first, *others = workspace.suggestions.load().values()
    less = first.model_copy(update={"spans": first.spans[1:], "relations": ()})
    making.put_suggestions(workspace, [less, *others])
    failing.seen.clear()
    assert pipeline.push(workspace).refreshed >= 1
    tasks = _tasks(sdk, workspace)
    _check(tasks, len(workspace.tasks.load()))

    sdk.annotations.create(tasks[0].id, result=tasks[0].predictions[0].result, lead_time=1.0)
    failing.seen.clear()
    assert pipeline.pull(workspace).new == 1
    assert pipeline.pull(workspace).new == 0


def test_a_server_that_dies_in_the_middle_of_a_push_is_named_and_the_next_push_goes_on(
    failing: Proxy, small: Workspace, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = _reopened(small)
    monkeypatch.setattr("builder.studio.push.PAGE", 1)
    imports = 0

    def dies(method: str, path: str, nth: int) -> Fault | None:
        nonlocal imports
        imports += path.endswith("/import")
        return "cut before" if imports > 1 else None

    failing.fault = dies
    with pytest.raises(BuilderError, match=f"{failing.url} cannot be reached"):
        pipeline.push(workspace)
    assert len(_tasks(sdk, workspace)) == 1
    failing.fault = lambda method, path, nth: None
    done = pipeline.push(workspace)
    assert done.created == done.tasks - 1
    _check(_tasks(sdk, workspace), done.tasks)


def test_tasks_that_arrive_after_they_were_sent_again_are_removed_and_worked_ones_stay(
    failing: Proxy, small: Workspace, sdk: Any
) -> None:
    workspace = _reopened(small)
    failing.fault = lambda method, path, nth: (
        "late" if path.endswith("/import") and nth == 0 else None
    )
    pipeline.push(workspace)
    for late in failing.late:
        late.join()
    wanted = len(workspace.tasks.load())
    tasks = _tasks(sdk, workspace)
    assert len(tasks) == 2 * wanted
    worked = max(tasks, key=lambda t: int(t.id))
    sdk.annotations.create(worked.id, result=worked.predictions[0].result, lead_time=1.0)
    done = pipeline.push(workspace)
    assert (done.created, done.removed) == (0, wanted)
    tasks = _tasks(sdk, workspace)
    _check(tasks, wanted)
    assert worked.id in {t.id for t in tasks}
