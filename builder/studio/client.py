"""A server's address and key in; projects, tasks and annotations through the SDK out.

The one room that imports the Label Studio SDK, lazily. A POST is never sent again by itself: the
SDK's own retries have doubled tasks.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

from builder.errors import BuilderError
from builder.studio.process import is_local

_ONCE = {"max_retries": 0}
_TIMEOUT = 600.0
PAGE = 1000

T = TypeVar("T")


class UnreachableError(BuilderError):
    """The server does not answer, or refuses the key."""


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
            lambda: sdk(base_url=self.url, api_key=connection.key, httpx_client=self._http)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def _call(self, send: Callable[[], T]) -> T:
        """Run one request and say in plain words what went wrong."""
        import httpx
        from label_studio_sdk.core.api_error import ApiError

        try:
            return send()
        except ApiError as error:
            if error.status_code in (401, 403):
                raise UnreachableError(
                    f"{self.url} refuses the key (HTTP {error.status_code}): "
                    "make a new token under Account & Settings > Personal Access Token"
                ) from None
            if not isinstance(error.body, dict | list):
                raise UnreachableError(
                    f"{self.url} does not answer like a Label Studio server "
                    f"(HTTP {error.status_code} and no JSON)"
                ) from None
            raise BuilderError(
                f"{self.url} answered HTTP {error.status_code}: {str(error.body)[:500]}"
            ) from None
        except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as error:
            raise UnreachableError(
                f"{self.url} does not answer like a Label Studio server ({type(error).__name__})"
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableError(
                f"{self.url} cannot be reached ({type(error).__name__}: {error}): "
                "is Label Studio running there? See: builder studio status"
            ) from None

    def find_project(self, title: str) -> int | None:
        """Return the id of the project with this title, or None.

        Raises:
            BuilderError: more than one project has the title.

        """
        found = [p for p in self._call(self._projects) if p.title == title]
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
                request_options=_ONCE,
            )
        )
        return int(project.id)

    def interface_of(self, project: int) -> str:
        """Return a project's labelling interface as the server keeps it."""
        return str(self._call(lambda: self._sdk.projects.get(project)).label_config)

    def update_project(self, project: int, interface: str, guidelines: str) -> None:
        """Give a project another labelling interface."""
        self._call(
            lambda: self._sdk.projects.update(
                project, label_config=interface, expert_instruction=guidelines
            )
        )

    def import_tasks(self, project: int, tasks: Sequence[dict[str, Any]]) -> None:
        """Send tasks with their predictions, once."""
        self._call(
            lambda: self._sdk.projects.import_tasks(
                project, request=tasks, return_task_ids=True, request_options=_ONCE
            )
        )

    def tasks(
        self, project: int, *, full: bool, updated_after: datetime | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield a project's tasks in the order of their last change.

        Args:
            project: the project's id.
            full: with annotations and predictions.
            updated_after: only tasks that changed later than this.

        """
        query: dict[str, Any] = {"ordering": ["tasks:updated_at"]}
        if updated_after is not None:
            query["filters"] = {
                "conjunction": "and",
                "items": [
                    {
                        "filter": "filter:tasks:updated_at",
                        "operator": "greater",
                        "type": "Datetime",
                        # Without microseconds the server's filter matches nothing.
                        "value": updated_after.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                    }
                ],
            }
        page, seen = 1, set[int]()
        while items := self._page(project, page, json.dumps(query), full=full):
            ids = {task.id for task in items}
            if ids <= seen:
                raise UnreachableError(f"{self.url} sends the same page of tasks again and again")
            seen |= ids
            yield from (task.dict() for task in items)
            if len(items) < PAGE:
                return
            page += 1

    def _page(self, project: int, page: int, query: str, *, full: bool) -> Sequence[Any]:
        """Return one page of tasks; the server answers 404 to a page past the end."""
        from label_studio_sdk.core.api_error import ApiError

        def send() -> Sequence[Any]:
            try:
                pager = self._sdk.tasks.list(
                    project=project,
                    fields="all" if full else "task_only",
                    page=page,
                    page_size=PAGE,
                    query=query,
                )
            except ApiError as error:
                if error.status_code == 404 and page > 1:
                    return []
                raise
            return pager.items or []

        return self._call(send)

    def replace_predictions(self, task: int, wanted: dict[str, Any]) -> None:
        """Make a task show ``wanted`` and no other prediction; may be cut off and run again."""
        old = self._call(lambda: list(self._sdk.predictions.list(task=task)))
        keep = next((p.id for p in old if p.result == wanted["result"]), None)
        if keep is None:
            self._call(
                lambda: self._sdk.predictions.create(task=task, **wanted, request_options=_ONCE)
            )
        for prediction in old:
            if prediction.id != keep:
                self._delete_prediction(prediction.id)

    def _delete_prediction(self, prediction: int) -> None:
        self._call(lambda: self._sdk.predictions.delete(prediction))

    def update_task_data(self, task: int, data: dict[str, Any]) -> None:
        """Replace the data of a task."""
        self._call(lambda: self._sdk.tasks.update(str(task), data=data))

    def delete_task(self, task: int) -> None:
        """Delete a task with all that people did on it."""
        self._call(lambda: self._sdk.tasks.delete(str(task)))

    def users(self) -> dict[int, str]:
        """Return the e-mail addresses of the server's users by id."""
        return {u.id: u.email for u in self._call(lambda: list(self._sdk.users.list()))}
