"""A server's address and key in; projects, tasks and annotations through the SDK out.

The one room that imports the Label Studio SDK, lazily. Its own retries are off: they send a POST
again that may have been carried out, and have doubled tasks. What may be asked twice without harm
is asked again here; whoever sends what may not has to look first (``persistently``).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

from builder.errors import BuilderError
from builder.studio.asking import UnreachableError, ask, persistently
from builder.studio.process import is_local

_TIMEOUT = 600.0
PAGE = 1000
# What push needs to know of a task; the rest costs the server three times as long.
_BRIEF = "id,data,total_annotations,cancelled_annotations"

T = TypeVar("T")


@dataclass(frozen=True)
class Connection:
    """Where a Label Studio server is and the key that opens it; never printed."""

    url: str
    key: str

    def __repr__(self) -> str:
        return f"Connection({self.url})"


class Client:
    """The calls that push and pull need, with errors that a person can act on."""

    def __init__(self, connection: Connection) -> None:
        import httpx
        from label_studio_sdk.client import LabelStudio

        self.url = connection.url.rstrip("/")
        self._http = httpx.Client(
            timeout=_TIMEOUT, follow_redirects=True, trust_env=not is_local(self.url)
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

    def find_project(self, title: str) -> int | None:
        """Return the id of the project with this title, or None.

        Raises:
            BuilderError: more than one project has the title.

        """
        found = [p for p in self._again(self._projects) if p.title == title]
        if len(found) > 1:
            raise BuilderError(
                f"{self.url}: {len(found)} projects are called {title!r}; rename all but one, "
                "or give [studio] project in builder.toml another title"
            )
        return found[0].id if found else None

    def _projects(self) -> list[Any]:
        """Return all projects; raise ValueError where the pages of their list never end."""
        found: dict[int, Any] = {}
        for count, project in enumerate(self._sdk.projects.list(), start=1):
            found[project.id] = project
            if count > 2 * len(found):
                raise ValueError("the same projects again and again")
        return list(found.values())

    def create_project(self, title: str, interface: str, guidelines: str) -> int:
        """Create a project and return its id."""
        project = self._call(
            lambda: self._sdk.projects.create(
                title=title,
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

    def interface_of(self, project: int) -> str:
        """Return a project's labelling interface as the server keeps it."""
        return str(self._again(lambda: self._sdk.projects.get(project)).label_config)

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
        from label_studio_sdk.core.api_error import ApiError

        answer = self._sdk._client_wrapper.httpx_client.request(
            path, method="POST", content=body, headers={"content-type": "application/json"}
        )
        if not answer.is_success:
            raise ApiError(status_code=answer.status_code, body=_said(answer))

    def tasks(
        self, project: int, *, full: bool, updated_after: datetime | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield a project's tasks in the order of their last change.

        Args:
            project: the project's id.
            full: with annotations and predictions.
            updated_after: only tasks that changed later than this.

        """
        fields = {"fields": "all"} if full else {"fields": "task_only", "include": _BRIEF}
        if updated_after is None:
            return self._pages(project, fields)
        # Without microseconds the server's filter matches nothing.
        moment = updated_after.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return self._pages(project, fields, ("updated_at", "greater", "Datetime", moment))

    def drafted(self, project: int) -> set[int]:
        """Return the ids of the tasks that somebody has opened and not submitted yet."""
        brief = {"fields": "task_only", "include": "id"}
        found = self._pages(project, brief, ("draft_exists", "equal", "Boolean", True))
        return {task["id"] for task in found}

    def _pages(
        self,
        project: int,
        fields: dict[str, str],
        wanted: tuple[str, str, str, object] | None = None,
    ) -> Iterator[dict[str, Any]]:
        query: dict[str, Any] = {"ordering": ["tasks:updated_at"]}
        if wanted is not None:
            column, operator, kind, value = wanted
            item = {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind}
            query["filters"] = {"conjunction": "and", "items": [item | {"value": value}]}
        page, seen = 1, set[int]()
        while items := self._page(project, page, json.dumps(query), fields):
            ids = {task.id for task in items}
            if ids <= seen:
                raise UnreachableError(f"{self.url} sends the same page of tasks again and again")
            seen |= ids
            yield from (task.dict() for task in items)
            if len(items) < PAGE:
                return
            page += 1

    def _page(self, project: int, page: int, query: str, fields: dict[str, str]) -> Sequence[Any]:
        """Return one page of tasks; the server answers 404 to a page past the end."""
        from label_studio_sdk.core.api_error import ApiError

        def send() -> Sequence[Any]:
            try:
                pager = self._sdk.tasks.list(
                    project=project, page=page, page_size=PAGE, query=query, **fields
                )
            except ApiError as error:
                if error.status_code == 404 and page > 1:
                    return []
                raise
            return pager.items or []

        return self._again(send)

    def annotations(self, task: int) -> list[dict[str, Any]]:
        """Return the annotations of a task."""
        return [a.dict() for a in self._again(lambda: self._sdk.annotations.list(task))]

    def replace_predictions(self, task: int, wanted: dict[str, Any]) -> None:
        """Make a task show ``wanted`` and no other prediction; may be cut off and run again."""
        persistently(lambda: self._replace_predictions(task, wanted))

    def _replace_predictions(self, task: int, wanted: dict[str, Any]) -> None:
        old = self._call(lambda: list(self._sdk.predictions.list(task=task)))
        keep = next((p.id for p in old if {k: getattr(p, k) for k in wanted} == wanted), None)
        if keep is None:
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
        return {u.id: u.email for u in self._again(lambda: list(self._sdk.users.list()))}

    def invitation(self, *, new: bool) -> str:
        """Return the link by which people sign up; a ``new`` one ends all that were given out."""
        organisation = self._sdk.organizations
        ask = organisation.reset_token if new else organisation.invites.get_invite_link
        link = self._again(ask)
        return f"{self.url}/{str(link.invite_url).lstrip('/')}"


def _said(answer: Any) -> Any:
    """Return the body of an answer, as JSON if it is."""
    try:
        return answer.json()
    except ValueError:
        return answer.text
