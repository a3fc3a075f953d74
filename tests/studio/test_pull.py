"""Whatever people do on a real server, a pull keeps it, says it, and takes nothing back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from builder import pipeline
from builder.corrections import standing
from builder.records import Correction
from builder.status import status
from builder.studio import seen
from builder.studio.held import waiting
from builder.studio.server import Running
from builder.studio.stage import Pulled
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.conftest import Copies

_FLAGS = {"id": "f", "from_name": "flags", "to_name": "text", "type": "choices"}


@dataclass
class Project:
    """A workspace whose tasks are on the server, and what was asked of the server since."""

    workspace: Workspace
    sdk: Any
    title: str
    asked: list[str] = field(default_factory=list)

    @property
    def tasks(self) -> dict[str, int]:
        """The ids of the tasks by key."""
        return {t.data["task_key"]: t.id for t in self.sdk.tasks.list(project=self.id)}

    @property
    def id(self) -> int:
        """The project's id on the server."""
        return next(int(p.id) for p in self.sdk.projects.list() if p.title == self.title)

    def annotate(self, task: int, *, spans: int = 1, **more: Any) -> Any:
        """Send an annotation that keeps so many of the suggested regions."""
        given: dict[str, Any] = {"result": [], "lead_time": 2.0}
        for shown in self.sdk.tasks.get(str(task)).predictions:
            given["result"] = [r for r in shown.result if r["type"] == "labels"][:spans]
            given["parent_prediction"] = shown.id
        return self.sdk.annotations.create(task, **{**given, **more})

    def pull(self) -> Pulled:
        """Pull, and note what is asked of the server meanwhile."""
        self.asked.clear()
        return pipeline.pull(self.workspace)

    def stands(self) -> list[Correction]:
        """Return everyone's last revision."""
        return standing(self.workspace.corrections.load().values())

    def holds(self) -> str:
        """Return what status says of the pull."""
        return next(stage.holds for stage in status(self.workspace).stages if stage.name == "pull")


@pytest.fixture
def project(
    copy_of: Copies, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    workspace = copy_of(_suggest)
    title = f"Pull {workspace.root.parent.name}"[:50]
    config = workspace.root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"workspace"', f'"{title}"'), "utf-8")
    project = Project(open_workspace(workspace.root), sdk, title)
    pipeline.push(project.workspace)
    send = httpx.HTTPTransport.handle_request

    def noted(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        project.asked.append(f"{request.method} {request.url.path}")
        return send(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", noted)
    yield project
    sdk.projects.delete(project.id)


def _suggest(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    articles = workspace.articles.load().values()
    making.put_suggestions(
        workspace,
        (
            making.suggestion(a, making.span(a, "Russia", "GPE"), making.span(a, "Kim", "PERSON"))
            for a in articles
        ),
    )


@dataclass(frozen=True)
class Person:
    """Somebody who signed up through an invitation, with a session of their own."""

    id: int
    session: httpx.Client


@pytest.fixture
def second(label_studio: Running, sdk: Any, project: Project) -> Iterator[Person]:
    request = sdk._client_wrapper.httpx_client.request
    invitation = request("api/invite", method="GET").json()["invite_url"]
    email = f"second{project.id}@example.org"
    with httpx.Client(base_url=label_studio.url, timeout=60) as session:
        session.get(invitation)
        form = {"email": email, "password": "long-enough-for-a-test", "how_find_us": ""}
        form["csrfmiddlewaretoken"] = session.cookies["csrftoken"]
        session.post(invitation, data=form)
        session.headers["X-CSRFToken"] = session.cookies["csrftoken"]
        user = session.get("/api/current-user/whoami").raise_for_status().json()
        yield Person(int(user["id"]), session)


def test_a_pull_after_one_change_asks_for_the_project_and_for_one_page_of_tasks(
    project: Project,
) -> None:
    first, second, *_ = project.tasks.values()
    project.annotate(first)
    project.pull()
    project.annotate(second)
    assert project.pull().new == 1
    login = "POST /api/token/refresh/"
    asked = [line for line in project.asked if line != login]
    assert asked == ["GET /api/projects/", "GET /api/tasks/"]


def test_a_deleted_annotation_is_withdrawn_and_stays_on_record(project: Project) -> None:
    task, *_ = project.tasks.values()
    made = project.annotate(task)
    project.pull()
    project.sdk.annotations.delete(made.id)
    done = project.pull()
    assert (done.new, done.withdrawn, done.corrections) == (1, 1, 2)
    assert [c.state for c in project.stands()] == ["withdrawn"]
    assert project.holds() == "0 corrections by 1 annotator, 0 skipped, 1 withdrawn"
    assert project.pull().new == 0
    assert waiting(project.workspace) == len(project.tasks), "the task waits for somebody again"


def test_a_deleted_task_is_said_until_it_is_there_again_and_its_corrections_stay(
    project: Project,
) -> None:
    (lost, task), *_ = project.tasks.items()
    project.annotate(task)
    project.pull()
    project.sdk.tasks.delete(str(task))
    assert project.pull().deleted == [lost]
    assert project.holds().endswith(", 1 task deleted on the server")
    assert [c.state for c in project.stands()] == ["submitted"]
    pipeline.push(project.workspace)
    assert project.pull().deleted == []
    assert [(c.task, c.state) for c in project.stands()] == [(lost, "submitted")]


def test_a_skip_keeps_its_reason(project: Project) -> None:
    task, *_ = project.tasks.values()
    flags = {**_FLAGS, "value": {"choices": ["bad_text"]}}
    shown = project.sdk.tasks.get(str(task)).predictions[0].result
    project.annotate(task, result=[*shown, flags], was_cancelled=True)
    project.pull()
    (skipped,) = project.stands()
    assert (skipped.state, skipped.flags, skipped.spans) == ("skipped", ("bad_text",), ())
    assert project.holds() == "0 corrections by 1 annotator, 1 skipped (bad_text 1)"


def test_anybodys_draft_is_counted_and_never_pulled(project: Project, second: Person) -> None:
    task, *_ = project.tasks.values()
    for _ in range(2):
        draft = second.session.post(
            f"/api/tasks/{task}/drafts", json={"result": [], "lead_time": 1}
        )
        assert draft.is_success
    assert (project.pull().new, project.pull().drafts) == (0, 1)
    name = project.holds().removeprefix("0 corrections by 0 annotators, 0 skipped, 1 draft (")
    assert name.startswith("annotator-") and name.endswith(" 1)")


def test_of_two_annotations_by_one_person_the_latest_stands_and_status_says_so(
    project: Project,
) -> None:
    task, *_ = project.tasks.values()
    project.annotate(task, spans=2)
    project.annotate(task, spans=1)
    assert project.pull().new == 2
    assert [len(c.spans) for c in project.stands()] == [1]
    assert project.holds().endswith(", 1 more than once by one person")


@pytest.mark.parametrize("pulls", [1, 2])
def test_two_people_on_one_task_leave_the_same_whether_pulled_at_once_or_one_by_one(
    project: Project, second: Person, pulls: int
) -> None:
    task, *_ = project.tasks.values()
    made = project.annotate(task, spans=2)
    if pulls == 2:
        project.pull()
    session, shown = second.session, project.sdk.tasks.get(str(task)).predictions[0]
    sent = session.post(f"/api/tasks/{task}/annotations/", json={"result": shown.result[:1]})
    assert sent.is_success
    project.pull()
    project.sdk.annotations.update(made.id, result=shown.result)
    project.pull()
    assert [len(c.spans) for c in project.stands()] == [1, 2], "in the order of their work"


def test_a_server_that_never_had_the_work_withdraws_nothing(project: Project) -> None:
    task, *_ = project.tasks.values()
    project.annotate(task)
    project.pull()
    project.sdk.projects.delete(project.id)
    pipeline.push(project.workspace)
    done = project.pull()
    assert (done.new, done.corrections, done.deleted) == (0, 1, [])
    assert [c.state for c in project.stands()] == ["submitted"]


def test_a_backup_that_was_put_back_withdraws_nothing_and_is_read_from_the_start(
    project: Project,
) -> None:
    task, other, *_ = project.tasks.values()
    made = project.annotate(task)
    project.pull()
    project.sdk.annotations.delete(made.id)
    (before,) = seen.read_all(project.workspace.state)
    assert before.reached is not None
    # As if the server had been ahead of what it holds now.
    later = before.model_copy(update={"reached": before.reached + timedelta(hours=1)})
    seen.write(project.workspace.state, later)
    assert project.pull().new == 0
    assert [c.state for c in project.stands()] == ["submitted"]
    project.annotate(other)
    assert project.pull().new == 1


def test_files_that_were_put_back_get_the_servers_work_again(project: Project) -> None:
    task, *_ = project.tasks.values()
    project.annotate(task)
    project.pull()
    wanted = project.workspace.corrections.load()
    project.workspace.corrections.save([])
    assert project.pull().new == 1
    assert project.workspace.corrections.load() == wanted
