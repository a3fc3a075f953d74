"""Delete the tasks of retracted articles from the server."""

from collections.abc import Collection

from builder.studio import convert, projects
from builder.studio.client import Client


def take_off(client: Client, title: str, articles: Collection[str]) -> int:
    """Delete the tasks of these articles from all projects of a workspace, with all work on them.

    ``title`` is that of its project.
    """
    if not articles:
        return 0
    places = {
        task["id"]: convert.parse_key(task["data"].get("task_key"))
        for project, _ in projects.of_workspace(client, title)
        for task in client.tasks(project.id)
    }
    gone = [task for task, place in places.items() if place and place[0] in articles]
    for task in gone:
        client.delete_task(task)
    return len(gone)
