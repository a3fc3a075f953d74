"""Label Studio is disposable: what people have done goes back to a fresh server, and is theirs."""

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from builder import labels, pipeline
from builder.studio import keys, server
from builder.studio.server import Running
from builder.workspace.folder import Workspace, open_workspace
from tests.conftest import Copies
from tests.studio import browser
from tests.studio.people import user_of

_TITLE = "Refill"
SignUp = Callable[[Running, str | None], Any]


@pytest.fixture(scope="module")
def other_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on which nobody has ever signed up."""
    state = tmp_path_factory.mktemp("fresh") / "state"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    yield server.start(state, port=port, report=print)
    server.stop(state, print)


@pytest.fixture
def sign_up() -> Iterator[SignUp]:
    """Return the SDK as a person uses it who has just signed up; None is the server's owner."""
    with ExitStack() as ending:
        yield lambda running, email: ending.enter_context(user_of(running, email))


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Running], None]:
    """Name a server as users do."""

    def name(running: Running) -> None:
        monkeypatch.setenv("LABEL_STUDIO_URL", running.url)
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", running.token)

    return name


@pytest.fixture
def pushed(
    copy_of: Copies, label_studio: Running, sdk: Any, use: Callable[[Running], None]
) -> Iterator[Workspace]:
    """The workspace, its tasks on the shared server."""
    use(label_studio)
    annotated = copy_of(_annotate)
    pushed = _titled(annotated, f"{_TITLE} {annotated.root.parent.name}"[:50])
    pipeline.push(pushed)
    yield pushed
    for project in list(sdk.projects.list()):
        if project.title.startswith(_TITLE):
            sdk.projects.delete(project.id)


def _annotate(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    pipeline.annotate(workspace)


def _titled(workspace: Workspace, title: str) -> Workspace:
    config = workspace.root / "builder.toml"
    old = open_workspace(workspace.root).config.studio.project
    config.write_text(config.read_text("utf-8").replace(f'"{old}"', f'"{title}"'), "utf-8")
    return open_workspace(workspace.root)


def _tasks(sdk: Any, workspace: Workspace) -> dict[str, Any]:
    """Return a project's tasks by key, as the server holds them."""
    (project,) = [p for p in sdk.projects.list() if p.title == workspace.config.studio.project]
    return {t.data["task_key"]: t for t in sdk.tasks.list(project=project.id, fields="all")}


def _at_work(tasks: dict[str, Any], anna: Any, ben: Any) -> None:
    """Have two people correct the first task, each in their way, and one skip the second."""
    first, second, *_ = tasks.values()
    shown = first.predictions[0].result
    spans = [r for r in shown if r["type"] == "labels" and r["from_name"] == "entity"]
    relabelled = json.loads(json.dumps([r for r in shown if r != spans[0]]))
    for region in relabelled:
        if region.get("id") == spans[1]["id"] and region["from_name"] == "entity":
            region["value"]["labels"] = ["EVENT"]
    flag = {"type": "choices", "from_name": "flags", "to_name": "text", "id": "f"}
    drawn = {"type": "labels", "from_name": "claim", "to_name": "text", "id": "drawn"}
    text = first.data["text"]
    place = {"start": 0, "end": text.index(" "), "labels": ["CUE"]}
    anna.annotations.create(first.id, result=relabelled, lead_time=61.5)
    ben.annotations.create(
        first.id,
        result=[
            *shown,
            {**drawn, "value": place},
            {**flag, "value": {"choices": [_a_flag()]}},
        ],
        lead_time=9.0,
    )
    ben.annotations.create(second.id, result=[], was_cancelled=True, lead_time=2.0)


def _a_flag() -> str:
    return labels.default().flags[0].name


def _labels(result: list[Any], region: str) -> list[str]:
    """Return the labels of a region."""
    found = [r for r in result if r.get("id") == region and r["type"] == "labels"]
    return [label for r in found for label in r["value"]["labels"]]


def test_a_fresh_server_is_refilled_from_a_fresh_clone_and_goes_on_from_there(
    pushed: Workspace,
    label_studio: Running,
    other_server: Running,
    sdk: Any,
    use: Callable[[Running], None],
    sign_up: SignUp,
    page: Page,
    tmp_path: Path,
) -> None:
    anna, ben = (sign_up(label_studio, f"{who}.cycle@example.org") for who in ("anna", "ben"))
    _at_work(_tasks(sdk, pushed), anna, ben)
    assert pipeline.pull(pushed).new == 3
    before = pushed.corrections.load()

    clone = tmp_path / "clone"
    shutil.copytree(pushed.root, clone, ignore=shutil.ignore_patterns(".builder"))
    for made_again in ("suggestions", "tasks"):
        shutil.rmtree(clone / "data" / made_again)
    fresh = open_workspace(clone)
    keys.export_key(pushed, tmp_path / "key")
    keys.import_key(fresh, tmp_path / "key")
    use(other_server)
    pipeline.annotate(fresh)
    done = pipeline.push(fresh)
    assert (done.created, done.refilled, done.unplaced) == (done.tasks, 3, 0)

    tasks = _tasks(sign_up(other_server, None), fresh)
    for correction in before.values():
        shown = [
            {
                (r["from_name"], r["value"]["start"], r["value"]["end"], *r["value"]["labels"])
                for r in annotation["result"]
                if r["type"] == "labels"
            }
            for annotation in tasks[correction.task].annotations
            if annotation["was_cancelled"] == (correction.state == "skipped")
        ]
        start = correction.scope.start
        assert {
            (s.layer, s.start - start, s.end - start, s.label) for s in correction.spans
        } in shown
    annas = next(c for c in before.values() if any(s.label == "EVENT" for s in c.spans))
    event = next(s for s in annas.spans if s.label == "EVENT")
    task = tasks[annas.task]
    browser.sign_in(page, other_server)
    browser.open_task(page, other_server, task.project, task.id)
    expect(browser.regions(page).first).to_be_attached(timeout=30_000)
    shown_labels = browser.regions(page).evaluate_all("all => all.map(one => one.dataset.label)")
    assert len(shown_labels) >= len(annas.spans)

    assert pipeline.pull(fresh).new == 0
    assert pipeline.push(fresh).created == 0
    assert fresh.corrections.load() == before

    cleo = sign_up(other_server, "cleo@example.org")
    (edited,) = [a for a in task.annotations if "EVENT" in _labels(a["result"], event.id)]
    kept = [r for r in edited["result"] if r.get("id") != event.id]
    cleo.annotations.update(edited["id"], result=kept)
    assert pipeline.pull(fresh).new == 1
    (new,) = (c for key, c in fresh.corrections.load().items() if key not in before)
    assert (new.task, new.revision) == (annas.task, 1)
    assert new.producer.name not in {c.producer.name for c in before.values()}
    assert {s.id: s.content() for s in new.spans} == {
        s.id: s.content() for s in annas.spans if s.id != event.id
    }
    assert {c.action for c in new.changes} == {"removed"}
    assert pipeline.pull(fresh).new == 0


def test_who_has_an_account_gets_their_own_work_back_and_edits_it_as_their_next_revision(
    pushed: Workspace, label_studio: Running, sdk: Any, sign_up: SignUp
) -> None:
    anna, ben = (sign_up(label_studio, f"{who}.again@example.org") for who in ("anna", "ben"))
    _at_work(_tasks(sdk, pushed), anna, ben)
    pipeline.pull(pushed)
    before = pushed.corrections.load()
    moved = _titled(pushed, f"{pushed.config.studio.project[:40]} moved")
    assert pipeline.push(moved).refilled == 3
    assert pipeline.pull(moved).new == 0
    annas = next(c for c in before.values() if any(s.label == "EVENT" for s in c.spans))
    annotations = _tasks(sdk, moved)[annas.task].annotations
    who = {user.email: user.id for user in sdk.users.list()}
    (own,) = [a for a in annotations if a["completed_by"] == who["anna.again@example.org"]]
    changed = {c.before.id for c in annas.changes if c.before}
    gone = next(s.id for s in annas.spans if s.layer == "entity" and s.id not in changed)
    anna.annotations.update(own["id"], result=[r for r in own["result"] if r.get("id") != gone])
    assert pipeline.pull(moved).new == 1
    (new,) = (c for key, c in moved.corrections.load().items() if key not in before)
    assert (new.task, new.producer, new.revision) == (annas.task, annas.producer, 2)
    assert (new.suggestion, new.suggested_by) == (annas.suggestion, annas.suggested_by)
    told = {c.before.id: c.action for c in new.changes if c.before}
    assert told == {**{c.before.id: c.action for c in annas.changes if c.before}, gone: "removed"}


def test_a_task_that_was_deleted_on_the_server_is_made_again_with_everyones_work(
    pushed: Workspace, label_studio: Running, sdk: Any, sign_up: SignUp
) -> None:
    tasks = _tasks(sdk, pushed)
    anna, ben = (sign_up(label_studio, f"{who}.gone@example.org") for who in ("anna", "ben"))
    _at_work(tasks, anna, ben)
    pipeline.pull(pushed)
    key = next(iter(tasks))
    sdk.tasks.delete(str(tasks[key].id))
    done = pipeline.push(pushed)
    assert (done.created, done.made_again, done.refilled) == (1, 1, 2)
    assert len(_tasks(sdk, pushed)[key].annotations) == 2
    assert pipeline.pull(pushed).new == 0
