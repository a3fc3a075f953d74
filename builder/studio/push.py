"""Tasks in, the same tasks on the server out, each once, however often it is run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from builder import labels
from builder.records import Article, Correction, Suggestion, Task
from builder.studio import convert
from builder.studio.client import PAGE, Client
from builder.studio.interface import interface
from builder.studio.tasks import tasks_of


@dataclass(frozen=True)
class Pushed:
    """What a push did: the tasks as they are on the server now, and how many it touched."""

    tasks: tuple[Task, ...]
    created: int
    refreshed: int
    in_work: int


def push(
    client: Client,
    title: str,
    articles: Sequence[Article],
    suggestions: Mapping[str, Suggestion],
    corrections: Iterable[Correction],
) -> Pushed:
    """Make the project ``title`` hold every article's tasks with their current suggestion.

    A task is known by its key, which is looked up before anything is sent. A task that somebody
    has worked on keeps the suggestion it was opened with, and windows that have ``corrections``
    or stand on the server are never cut anew.
    """
    project = ensure_project(client, title)
    # Tasks without a key were made by hand in Label Studio; they are none of ours.
    found = [(task["data"].get("task_key"), task) for task in client.tasks(project, full=False)]
    there = {key: task for key, task in found if convert.parse_key(key)}
    fixed = _fixed_windows([*(c.task for c in corrections), *there])
    wanted = {
        task.key: (task, _payload(task))
        for article in articles
        for task in tasks_of(article, suggestions[article.id], fixed.get(article.id, ()))
    }
    new = [payload for key, (_, payload) in wanted.items() if key not in there]
    for first in range(0, len(new), PAGE):
        client.import_tasks(project, new[first : first + PAGE])
    refreshed = in_work = 0
    for key, (_, payload) in wanted.items():
        old = there.get(key)
        if old is None or old["data"] == payload["data"]:
            continue
        if _touched(old):
            in_work += 1
            continue
        client.replace_predictions(old["id"], payload["predictions"][0])
        client.update_task_data(old["id"], payload["data"])
        refreshed += 1
    return Pushed(tuple(task for task, _ in wanted.values()), len(new), refreshed, in_work)


def ensure_project(client: Client, title: str) -> int:
    """Return the project's id; create it, or give it the current interface, where needed."""
    declared = labels.load()
    xml, text = interface(declared), guidelines(declared)
    project = client.find_project(title)
    if project is None:
        return client.create_project(title, xml, text)
    if client.interface_of(project) != xml:
        client.update_project(project, xml, text)
    return project


def guidelines(declared: labels.LabelSet) -> str:
    """Return each label's one-line guideline as the HTML that Label Studio shows on demand."""
    rows = "".join(
        f"<li><b>{escape(label.name)}</b> ({escape(label.hotkey)}): {escape(label.hint)}</li>"
        for layer in declared.layers
        for label in declared.active(layer)
    )
    return f"<ul>{rows}</ul>"


def _fixed_windows(keys: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
    """Return each article's windows by their task keys; of two that overlap the first stands."""
    fixed: dict[str, list[tuple[int, int]]] = {}
    for place in map(convert.parse_key, keys):
        if place is not None:
            article, start, end = place
            windows = fixed.setdefault(article, [])
            if not any(first < end and start < last for first, last in windows):
                windows.append((start, end))
    return {article: sorted(windows) for article, windows in fixed.items()}


def _payload(task: Task) -> dict[str, Any]:
    prediction = convert.to_prediction(task)
    data = {
        "text": task.text,
        "title": task.title,
        "source_line": task.source_line,
        "task_key": task.key,
        "suggestion": convert.fingerprint(prediction["result"]),
    }
    return {"data": data, "predictions": [prediction]}


def _touched(task: Mapping[str, Any]) -> bool:
    return bool(
        task.get("total_annotations") or task.get("cancelled_annotations") or task.get("drafts")
    )
