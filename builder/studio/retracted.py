"""Take the tasks of retracted articles off the server."""

from collections.abc import Collection

from builder.studio import convert
from builder.studio.client import Client


def take_off(client: Client, title: str, articles: Collection[str]) -> int:
    """Delete the tasks of these articles from the project ``title``, with people's work on them."""
    project = client.project(title) if articles else None
    if project is None:
        return 0
    places = {
        task["id"]: convert.parse_key(task["data"].get("task_key"))
        for task in client.tasks(project.id)
    }
    gone = [task for task, place in places.items() if place and place[0] in articles]
    for task in gone:
        client.delete_task(task)
    return len(gone)
