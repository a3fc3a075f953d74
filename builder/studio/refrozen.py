"""Delete the tasks of articles that were frozen anew, as long as no work is lost with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.records import Correction
from builder.studio import convert, projects, refill, seen
from builder.studio.annotation import time
from builder.studio.client import Client, Project
from builder.studio.seen import Mark
from builder.workspace.folder import Workspace


@dataclass(frozen=True)
class Cleared:
    """How many tasks were deleted, and the keys of those that hold work nobody has pulled yet."""

    deleted: int = 0
    left: list[str] = field(default_factory=list)


def clear(
    workspace: Workspace, client: Client, articles: Collection[str], known: Collection[Correction]
) -> Cleared:
    """Delete the tasks of these articles; one with a draft, or with work to be pulled, stays."""
    if not articles:
        return Cleared()
    deleted, left = 0, list[str]()
    for project, _ in projects.of_workspace(client, workspace.config.studio.project):
        wanted = [
            task
            for task in client.tasks(project.id)
            if (place := convert.parse_key(task["data"].get("task_key"))) and place[0] in articles
        ]
        gone, stay = delete_fetched(workspace, client, project, wanted, known)
        deleted, left = deleted + gone, left + stay
    return Cleared(deleted, sorted(left))


def delete_fetched(
    workspace: Workspace,
    client: Client,
    project: Project,
    tasks: Collection[Mapping[str, Any]],
    known: Collection[Correction],
) -> tuple[int, list[str]]:
    """Delete tasks of a project with all that was done on them, as far as the files hold it.

    Returns how many were deleted, and the keys of those with a draft or with work to be pulled.
    """
    drafted = client.drafted(project.id) if tasks else set()
    before = seen.of(workspace.state, client.url, project, {c.key for c in known})
    refilled = {refill.number(correction): correction for correction in known}
    left = []
    for task in tasks:
        identity = task["id"]
        marks = before.work.get(identity, {})
        if identity in drafted or not _is_fetched(client.annotations(identity), marks, refilled):
            left.append(str(task["data"]["task_key"]))
        else:
            client.delete_task(identity)
    return len(tasks) - len(left), left


def _is_fetched(
    annotations: Collection[Mapping[str, Any]],
    marks: Mapping[int, Mark],
    refilled: Mapping[int, Correction],
) -> bool:
    """Tell whether the files hold all work on a task as it is now."""
    return all(
        not refill.is_new(annotation, refilled)
        or (
            (mark := marks.get(int(annotation["id"]))) is not None
            and mark.updated == time(annotation["updated_at"])
        )
        for annotation in annotations
    )
