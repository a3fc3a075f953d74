"""Push and pull, killed around any POST and any file move, lose nothing and double nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from builder import pipeline
from builder.studio.convert import fingerprint
from builder.studio.server import Running
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.test_faults import Killed, Killer, contents, deaths

_WRITES = ("POST", "PATCH", "DELETE")


class Line:
    """Counts the requests that change something, and is cut before or after the one it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen = 0
        self.fatal: tuple[int, str] | None = None
        send = httpx.HTTPTransport.handle_request

        def handle(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            if request.method not in _WRITES:
                return send(transport, request)
            self.seen += 1
            if self.fatal == (self.seen, "before"):
                raise Killed
            answer = send(transport, request)
            if self.fatal == (self.seen, "after"):
                answer.close()
                raise Killed
            return answer

        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)


@pytest.fixture
def pushed_to(
    small: Workspace, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Workspace]]:
    """Return the workspace under another project title, with suggestions, nothing pushed yet."""
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    pipeline.ingest(small)
    pipeline.annotate(small)
    config = small.root / "builder.toml"
    original = config.read_text("utf-8")

    def titled(title: str) -> Workspace:
        config.write_text(original.replace('"workspace"', f'"{title}"'), "utf-8")
        return open_workspace(small.root)

    yield titled
    for project in list(sdk.projects.list()):
        if project.title.startswith("Fault"):
            sdk.projects.delete(project.id)


def _tasks(sdk: Any, title: str) -> list[Any]:
    (project,) = [p for p in sdk.projects.list() if p.title == title]
    return list(sdk.tasks.list(project=project.id, fields="all"))


def test_a_push_cut_off_around_any_request_leaves_each_task_once(
    pushed_to: Callable[[str], Workspace], sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(monkeypatch)
    pipeline.push(pushed_to("Fault none"))
    requests, wanted = line.seen, len(_tasks(sdk, "Fault none"))
    assert requests >= 3
    for number in range(1, requests + 1):
        for moment in ("before", "after"):
            title = f"Fault {number} {moment}"
            workspace = pushed_to(title)
            line.seen, line.fatal = 0, (number, moment)
            with pytest.raises(Killed):
                pipeline.push(workspace)
            line.fatal = None
            pipeline.push(workspace)
            tasks = _tasks(sdk, title)
            assert len(tasks) == wanted
            assert set(Counter(t.data["task_key"] for t in tasks).values()) == {1}
            assert all(t.total_predictions == 1 for t in tasks)


def test_a_refresh_cut_off_around_any_request_leaves_one_suggestion_a_task(
    pushed_to: Callable[[str], Workspace], sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(monkeypatch)
    workspace = pushed_to("Fault refresh")
    pipeline.push(workspace)
    number = 1
    while True:
        for moment in ("before", "after"):
            _shrink(workspace)
            line.seen, line.fatal = 0, (number, moment)
            try:
                pipeline.push(workspace)
            except Killed:
                line.fatal = None
                pipeline.push(workspace)
            line.fatal = None
            for task in _tasks(sdk, "Fault refresh"):
                (shown,) = sdk.predictions.list(task=task.id)
                assert task.data["suggestion"] == fingerprint(shown.result), (number, moment)
        if line.seen < number:
            return
        number += 1


def _shrink(workspace: Workspace) -> None:
    """Take the first span from a suggestion, so that a task has to be refreshed."""
    first, *others = workspace.suggestions.load().values()
    less = first.model_copy(update={"spans": first.spans[1:], "relations": ()})
    making.put_suggestions(workspace, [less, *others])


def test_a_pull_cut_off_around_any_file_move_loses_no_correction_and_withdraws_none_twice(
    pushed_to: Callable[[str], Workspace], sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = pushed_to("Fault pull")
    pipeline.push(workspace)
    deleted, edited, *others = _tasks(sdk, "Fault pull")
    shown = {t.id: t.predictions[0].result for t in (deleted, edited, *others)}
    made = {
        t.id: sdk.annotations.create(t.id, result=shown[t.id][1:], lead_time=1.0)
        for t in (deleted, edited)
    }
    pipeline.pull(workspace)
    sdk.annotations.delete(made[deleted.id].id)
    sdk.annotations.update(made[edited.id].id, result=shown[edited.id][2:])
    for task in others:
        sdk.annotations.create(task.id, result=shown[task.id][1:], lead_time=1.0)
    before = contents(workspace.root)
    done = pipeline.pull(workspace)
    wanted = contents(workspace.data)
    assert (done.new, done.withdrawn) == (2 + len(others), 1)
    killer = Killer(monkeypatch)
    _restore(workspace, before)
    killer.seen = 0
    killer.folders.clear()
    pipeline.pull(workspace)
    for number, moment in deaths(list(killer.folders)):
        _restore(workspace, before)
        killer.seen, killer.fatal = 0, (number, moment)
        with pytest.raises(Killed):
            pipeline.pull(workspace)
        killer.fatal = None
        with workspace.lock():
            pipeline.pull(workspace)
        assert contents(workspace.data) == wanted, (number, moment)


def _restore(workspace: Workspace, before: dict[str, bytes]) -> None:
    """Put the workspace back as it was before the pull; the annotators stay known."""
    for name in contents(workspace.root):
        if name not in before and not name.startswith(".builder/annotators"):
            (workspace.root / name).unlink()
    for name, content in before.items():
        (workspace.root / name).write_bytes(content)
