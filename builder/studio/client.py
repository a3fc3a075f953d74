"""Call a Label Studio server through its SDK: projects, tasks and annotations.

The one room that imports the Label Studio SDK, lazily. Its own retries are off: they send a POST
again that may have been carried out, and have doubled tasks. What may be asked twice without harm
is asked again here; whoever sends what may not has to look first (``persistently``).
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

from builder.errors import BuilderError
from builder.studio import queries
from builder.studio.asking import UnreachableError, ask, persistently, trusted
from builder.studio.process import is_local

_TIMEOUT = 600.0
PAGE = 1000
# What push needs to know of a task; the rest costs the server three times as long.
_BRIEF = "id,data,total_annotations,cancelled_annotations"

_COLUMNS = {"fields": "task_only"}
_PROJECTS = 100

T = TypeVar("T")


@dataclass(frozen=True)
class Connection:
    """Where a Label Studio server is and the key that opens it; never printed."""

    url: str
    key: str

    def __repr__(self) -> str:
        return f"Connection({self.url})"


@dataclass(frozen=True)
class Project:
    """A project as the server has it now: how many tasks it holds, and its interface."""

    id: int
    created: datetime
    tasks: int
    interface: str


@dataclass(frozen=True)
class Account:
    """A user's number and e-mail address, and when they last sent anything."""

    id: int
    email: str
    active: datetime


@dataclass(frozen=True)
class _Page:
    """A page of tasks, and how many there are on all pages."""

    items: Sequence[Any]
    total: int


class Client:
    """The calls that push and pull need, with errors that a person can act on."""

    def __init__(self, connection: Connection) -> None:
        import httpx
        from label_studio_sdk.client import LabelStudio

        self.url = connection.url.rstrip("/")
        self._http = httpx.Client(
            timeout=_TIMEOUT,
            verify=trusted(),
            follow_redirects=True,
            trust_env=not is_local(self.url),
        )
        # The generated SDK is typed too loosely to be of use.
        sdk: Any = LabelStudio
        self._sdk = self._call(
            lambda: sdk(
                base_url=self.url, api_key=connection.key, httpx_client=self._http, max_retries=0
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def _call(self, send: Callable[[], T]) -> T:
        """Run a request that must not be carried out twice."""
        return ask(self.url, send)

    def _again(self, send: Callable[[], T]) -> T:
        """Run a request that may be carried out twice without harm."""
        return persistently(lambda: self._call(send))

    def project(self, title: str) -> Project | None:
        """Return the project with this title, or None.

        Raises:
            BuilderError: more than one project has the title.

        """
        return self.called(title, lambda called: called == title).get(title)

    def called(self, part: str, ours: Callable[[str], bool]) -> dict[str, Project]:
        """Return the projects with ``part`` in their title that are ``ours`` by it, by title.

        Raises:
            BuilderError: two of them have one title.

        """
        found = [p for p in self._titled(part) if ours(p.title)]
        for called, number in Counter(p.title for p in found).items():
            if number > 1:
                raise BuilderError(
                    f"{self.url}: {number} projects are called {called!r}; rename all but one, "
                    "or give [studio] project in builder.toml another title"
                )
        return {p.title: _project(p) for p in found}

    def _titled(self, title: str) -> Iterator[Any]:
        """Yield the projects whose title holds this one."""
        page, seen = 1, set[Any]()
        while items := self._projects(title, page):
            self._only_new(items, seen)
            yield from items
            if len(items) < _PROJECTS:
                return
            page += 1

    def _projects(self, title: str, page: int) -> Sequence[Any]:
        def send() -> Sequence[Any]:
            pager = self._sdk.projects.list(title=title, page=page, page_size=_PROJECTS)
            if not all(isinstance(project.id, int) for project in pager.items or []):
                raise ValueError("a project's id is no number")
            return pager.items or []

        return self._again(lambda: _up_to_the_end(send, page, []))

    def _only_new(self, items: Sequence[Any], seen: set[Any]) -> None:
        """Add a page's ids to those seen; raise UnreachableError if none of them is new."""
        ids = {item.id for item in items}
        if ids <= seen:
            raise UnreachableError(f"{self.url} sends the same page of a list again and again")
        seen |= ids

    def create_project(
        self, title: str, interface: str, guidelines: str, description: str = ""
    ) -> int:
        """Create a project and return its id."""
        project = self._call(
            lambda: self._sdk.projects.create(
                title=title,
                description=description,
                label_config=interface,
                expert_instruction=guidelines,
                show_instruction=False,
                show_collab_predictions=True,
                enable_empty_annotation=True,
                show_skip_button=True,
                sampling="Sequential sampling",
            )
        )
        return int(project.id)

    def update_project(self, project: int, interface: str, guidelines: str) -> None:
        """Give a project another labelling interface."""
        self._again(
            lambda: self._sdk.projects.update(
                project, label_config=interface, expert_instruction=guidelines
            )
        )

    def show_version(self, project: int, version: str) -> None:
        """Have the queue of tasks show the predictions of this version, if there are any."""
        from label_studio_sdk.core.api_error import ApiError

        def send() -> None:
            try:
                self._sdk.projects.update(project, model_version=version)
            except ApiError as error:
                # Refused where all predictions of this version were deleted in Label Studio.
                if error.status_code != 400:
                    raise

        if self._again(lambda: self._sdk.projects.get(project)).model_version != version:
            self._again(send)

    def import_tasks(self, project: int, tasks: Sequence[dict[str, Any]]) -> None:
        """Send tasks with their predictions and annotations, once.

        The body is encoded here: the SDK looks at every value of it and takes longer to do so than
        the server to import it.
        """
        body = json.dumps(tasks, ensure_ascii=False, separators=(",", ":")).encode()
        self._call(lambda: self._post(f"api/projects/{project}/import", body))

    def _post(self, path: str, body: bytes) -> None:
        headers = {"content-type": "application/json"}
        request = self._sdk._client_wrapper.httpx_client.request
        _checked(request(path, method="POST", content=body, headers=headers))

    def tasks(self, project: int) -> Iterator[dict[str, Any]]:
        """Yield what push needs to know of a project's tasks."""
        return self._brief(project, _BRIEF)

    def drafted(self, project: int) -> set[int]:
        """Return the ids of the tasks that somebody has opened and not submitted yet."""
        return {int(task["id"]) for task in self._brief(project, "id", queries.drafted())}

    def _brief(
        self, project: int, columns: str, *wanted: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        # In an order that work on the tasks does not change, or a page would miss some.
        query, page, seen = queries.query("tasks:id", wanted), 1, set[Any]()
        while items := self._page(project, page, query, _COLUMNS | {"include": columns}).items:
            self._only_new(items, seen)
            yield from (task.dict() for task in items)
            if len(items) < PAGE:
                return
            page += 1

    def changed_tasks(self, project: int, since: datetime | None) -> Iterator[dict[str, Any]]:
        """Yield the tasks that people changed after ``since`` or began, the latest first.

        All tasks where ``since`` is None. They come with annotations and predictions; a task may
        come twice. One that changes while pages are read moves to the front and pushes none out
        of sight; one that is deleted makes its followers move up, so all is read again then.
        """
        wanted = [] if since is None else [queries.touched(since), queries.drafted()]
        query = queries.query("-tasks:updated_at", wanted)
        whole = False
        while not whole:
            page, total, whole = 1, 0, True
            while (answer := self._page(project, page, query, {"fields": "all"})).items:
                whole &= answer.total >= total
                total = answer.total
                yield from (task.dict() for task in answer.items)
                if page * PAGE >= total:
                    break
                page += 1

    def _page(self, project: int, page: int, query: str, fields: dict[str, str]) -> _Page:
        def send() -> _Page:
            pager = self._sdk.tasks.list(
                project=project, page=page, page_size=PAGE, query=query, **fields
            )
            return _Page(pager.items or [], pager.response.total)

        return self._again(lambda: _up_to_the_end(send, page, _Page([], 0)))

    def drafts(self, task: int) -> list[str]:
        """Return the e-mail addresses of those who have unsent work on a task."""
        # Not in the SDK, whose tasks hold the drafts of the key's owner alone.
        request = self._sdk._client_wrapper.httpx_client.request
        answer = self._again(lambda: _checked(request(f"api/tasks/{task}/drafts", method="GET")))
        return [str(draft["user"]) for draft in answer]

    def annotations(self, task: int) -> list[dict[str, Any]]:
        """Return the annotations of a task."""
        return self._again(lambda: [a.dict() for a in self._sdk.annotations.list(task)])

    def replace_predictions(self, task: int, wanted: Sequence[dict[str, Any]]) -> None:
        """Make a task show ``wanted``, one or none, and no other prediction.

        May be cut off and run again.
        """
        persistently(lambda: self._replace_predictions(task, next(iter(wanted), None)))

    def _replace_predictions(self, task: int, wanted: dict[str, Any] | None) -> None:
        old = self._call(lambda: list(self._sdk.predictions.list(task=task)))
        keep = wanted and next(
            (p.id for p in old if {k: getattr(p, k) for k in wanted} == wanted), None
        )
        if wanted and keep is None:
            self._call(lambda: self._sdk.predictions.create(task=task, **wanted))
        for prediction in old:
            if prediction.id != keep:
                self._delete(self._sdk.predictions.delete, prediction.id)

    def _delete(self, delete: Callable[[Any], object], identity: object) -> None:
        """Delete what may be gone already."""
        from label_studio_sdk.core.api_error import ApiError

        def send() -> None:
            try:
                delete(identity)
            except ApiError as error:
                if error.status_code != 404:
                    raise

        self._again(send)

    def delete_task(self, task: int) -> None:
        """Delete a task with all that people did on it."""
        self._delete(self._sdk.tasks.delete, str(task))

    def update_task_data(self, task: int, data: dict[str, Any]) -> None:
        """Replace the data of a task."""
        self._again(lambda: self._sdk.tasks.update(str(task), data=data))

    def users(self) -> dict[int, str]:
        """Return the e-mail addresses of the server's users by id."""
        return self._again(lambda: {u.id: u.email for u in self._sdk.users.list()})

    def accounts(self) -> list[Account]:
        """Return the server's users, with when each of them was last active."""
        return self._again(
            lambda: [Account(u.id, u.email, u.last_activity) for u in self._sdk.users.list()]
        )

    def projects(self) -> list[int]:
        """Return the numbers of all projects."""
        return [int(project.id) for project in self._titled("")]

    def invitation(self, *, new: bool) -> str:
        """Return the link by which people sign up; a ``new`` one ends all that were given out."""
        organisation = self._sdk.organizations
        ask = organisation.reset_token if new else organisation.invites.get_invite_link
        link = self._again(ask)
        return f"{self.url}/{str(link.invite_url).lstrip('/')}"


def _project(it: Any) -> Project:
    return Project(it.id, it.created_at, it.task_number or 0, it.label_config or "")


def _up_to_the_end(send: Callable[[], T], page: int, nothing: T) -> T:
    """Return a page; the server answers 404 to one past the end."""
    from label_studio_sdk.core.api_error import ApiError

    try:
        return send()
    except ApiError as error:
        if error.status_code == 404 and page > 1:
            return nothing
        raise


def _checked(answer: Any) -> Any:
    """Return the JSON of an answer, or raise as the SDK does."""
    from label_studio_sdk.core.api_error import ApiError

    if not answer.is_success:
        raise ApiError(status_code=answer.status_code, body=_said(answer))
    return _said(answer)


def _said(answer: Any) -> Any:
    """Return the body of an answer, as JSON if it is."""
    try:
        return answer.json()
    except ValueError:
        return answer.text
