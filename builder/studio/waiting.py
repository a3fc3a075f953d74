"""Ask the server, for a second at most, what people have submitted since the last pull."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from builder.errors import BuilderError
from builder.extras import need
from builder.phrasing import count
from builder.studio import projects, queries, seen
from builder.studio.asking import trusted
from builder.studio.session import external, folder
from builder.workspace.folder import Workspace

if TYPE_CHECKING:
    import httpx

_SECONDS = 1.0
# The server gives no more projects at once.
_PROJECTS = 100


@dataclass(frozen=True)
class Answer:
    """What the server says: tasks that people have changed since the last pull, or why it does not.

    Both are empty where no server is in use.
    """

    due: str = ""
    unknown: str = ""


def since_the_last_pull(workspace: Workspace) -> Answer:
    """Return what has changed on the server since the last pull; nothing is fetched or changed."""
    try:
        place = _place(workspace)
    except BuilderError as error:
        return Answer(unknown=f"the server was not asked: {error}")
    if place is None:
        before = seen.read_all(workspace.state)
        return Answer(unknown="the server was not asked: it does not run" if before else "")
    try:
        need("the server", "studio")
    except BuilderError as error:
        return Answer(unknown=f"the server was not asked: {error}")
    import httpx

    url, key = place
    ends = time.monotonic() + _SECONDS

    def left() -> float:
        return max(0.01, ends - time.monotonic())

    try:
        with httpx.Client(
            base_url=url, timeout=_SECONDS, verify=trusted(), trust_env=False
        ) as http:
            number = _changed(http, workspace, url, key, left)
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return Answer(unknown=f"{url} did not answer within a second: what is there is not known")
    return Answer(due=f"{count(number, 'task')} with newer work on the server" if number else "")


def _place(workspace: Workspace) -> tuple[str, str] | None:
    """Return address and key of the server in use, None where the embedded one does not run."""
    named = external()
    if named is not None:
        return named.url, named.key
    from builder.studio import credentials, process

    state = folder(workspace)
    found, access = process.find(state), credentials.read(state)
    if found is None or access is None or access.token is None:
        return None
    return found.url, access.token


def _changed(
    http: "httpx.Client",
    workspace: Workspace,
    url: str,
    key: str,
    left: Callable[[], float],
) -> int:
    """Return how many tasks of the projects people have changed since the last pull."""
    refreshed = http.post("/api/token/refresh/", json={"refresh": key}, timeout=left())
    access = f"Bearer {refreshed.json()['access']}" if refreshed.is_success else f"Token {key}"
    headers = {"Authorization": access}

    def get(path: str, **params: str | int) -> Any:
        answer = http.get(path, params=params, headers=headers, timeout=left())
        return answer.raise_for_status().json()

    def titled(title: str) -> Iterator[Any]:
        page, more = 1, True
        while more:
            found = get("/api/projects", title=title, page=page, page_size=_PROJECTS)
            yield from found["results"]
            page, more = page + 1, bool(found.get("next"))

    title = workspace.config.studio.project
    ours = projects.titles_of(title)
    changed = 0
    for project in titled(title):
        if not ours(project["title"]):
            continue
        before = seen.read(workspace.state, project["id"])
        reached = before.reached if before and before.url == url.rstrip("/") else None
        query = queries.query("tasks:id", [queries.touched(reached)])
        changed += int(get("/api/tasks", project=project["id"], page_size=1, query=query)["total"])
    return changed
