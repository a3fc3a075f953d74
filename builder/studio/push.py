"""Put tasks on the server, each once, however often it is run."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from builder.labels import LabelSet
from builder.records import Article, Correction, Suggestion, Task, Window
from builder.studio import convert, refill, renaming
from builder.studio.asking import persistently
from builder.studio.client import PAGE, Client
from builder.studio.project import ReadyProject, ensure_project
from builder.tasks.windows import tasks_of


@dataclass(frozen=True)
class Sent:
    """What a push did: the tasks as they are on the server now, and what it touched.

    ``created`` holds the keys of the tasks it made, ``refilled`` counts the corrections it put
    into them, ``unplaced`` those whose window is cut differently there, ``removed`` the tasks that
    stood there twice. ``overwritten`` says how the interface there differed from ours, which took
    its place. ``kept`` counts the spans of retired labels in corrections, by label, where
    the interface is new: they stay as they are. ``taken_off`` counts tasks that are asked of nobody
    any more.
    """

    tasks: tuple[Task, ...]
    created: tuple[str, ...]
    refreshed: int
    in_work: int
    refilled: int = 0
    unplaced: int = 0
    removed: int = 0
    interface_updated: bool = False
    overwritten: tuple[str, ...] = ()
    kept: dict[str, int] = field(default_factory=dict)
    taken_off: int = 0


def push(
    client: Client,
    title: str,
    articles: Sequence[Article],
    suggestions: Mapping[str, Suggestion],
    recorded: Iterable[Window],
    corrections: Iterable[Correction],
    users: Mapping[str, int],
    labels: LabelSet,
) -> Sent:
    """Make the project ``title`` hold every article's tasks with their current suggestion.

    A task is known by its key, which is looked up before anything is sent. A task that somebody
    has worked on keeps the suggestion it was opened with, and windows that are ``recorded``, have
    ``corrections`` or stand on the server are never cut anew. A task that has to be made gets the
    last correction of each person as an annotation; ``users`` gives the user ids of those who have
    an account.
    """
    project = ensure_project(client, title, labels)
    work = refill.latest(corrections)
    there, removed = _once(client, project.id, work)
    fixed = fixed_windows([*(window.key for window in recorded), *work, *there])
    wanted = {
        task.key: task
        for article in articles
        for task in tasks_of(article, suggestions[article.id], fixed.get(article.id, ()))
    }
    sent = _filled(client, project, there, list(map(Asked, wanted.values())), work, users, labels)
    placed = {article.id for article in articles}
    return replace(
        sent,
        unplaced=sum(
            len(found)
            for key, found in work.items()
            if key not in wanted and found[0].article in placed
        ),
        removed=sent.removed + removed,
    )


@dataclass(frozen=True)
class Asked:
    """A task of a project, with a note beside spans by their ids, and what else its data hold."""

    task: Task
    notes: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


# Deletes tasks whose work is fetched; returns the keys of those that stay.
Clear = Callable[[Sequence[Mapping[str, Any]]], Collection[str]]


def push_asked(
    client: Client,
    title: str,
    description: str,
    asked: Sequence[Asked],
    corrections: Iterable[Correction],
    users: Mapping[str, int],
    labels: LabelSet,
    *,
    again: Collection[str] = (),
    clear: Clear = lambda _: (),
    finished: Collection[str] = (),
) -> Sent:
    """Make the project ``title`` hold these tasks in this order, and no other one of ours.

    A task that is not asked any more is taken off, unless somebody has worked on it or is doing so.
    What is asked ``again`` and in other words is made anew, so that it stands in the queue. Tasks
    that are ``finished`` get what they show now although somebody has worked on them.
    """
    project = ensure_project(client, title, labels, description)
    work = refill.latest(corrections)
    there, removed = _once(client, project.id, work)
    other = [
        there[one.task.key]
        for one in asked
        if one.task.key in again
        and one.task.key in there
        and payload(one, labels)["data"] != there[one.task.key]["data"]
    ]
    stay = clear(other) if other else ()
    gone = {task["data"]["task_key"] for task in other} - set(stay)
    there = {key: task for key, task in there.items() if key not in gone}
    keys = {one.task.key for one in asked}
    taken_off = _take_off(client, project.id, {k: t for k, t in there.items() if k not in keys})
    sent = _filled(client, project, there, asked, work, users, labels, finished)
    return replace(sent, removed=sent.removed + removed, taken_off=taken_off)


def _take_off(client: Client, project: int, tasks: Mapping[str, Mapping[str, Any]]) -> int:
    """Delete the tasks that nobody has touched; return how many they were."""
    drafted = client.drafted(project) if tasks else set()
    idle = [t["id"] for t in tasks.values() if t["id"] not in drafted and not _touched(t)]
    for task in idle:
        client.delete_task(task)
    return len(idle)


def _filled(
    client: Client,
    project: ReadyProject,
    there: Mapping[str, dict[str, Any]],
    asked: Sequence[Asked],
    work: Mapping[str, Sequence[Correction]],
    users: Mapping[str, int],
    labels: LabelSet,
    finished: Collection[str] = (),
) -> Sent:
    """Send the tasks that are not there, and bring the others up to date."""
    wanted = {one.task.key: one for one in asked}
    new = [key for key in wanted if key not in there]
    failures = [
        # A page at a time: all at once they would take gigabytes.
        _send(
            client,
            project.id,
            {k: payload(wanted[k], labels, work.get(k, ()), users) for k in page},
        )
        for page in (new[first : first + PAGE] for first in range(0, len(new), PAGE))
    ]
    removed = _once(client, project.id, work)[1] if any(failures) else 0
    refreshed, in_work = _refresh(client, project.id, there, wanted, labels, finished)
    current = wanted.keys() - in_work - work.keys()
    _show_suggestions(client, project.id, [wanted[key].task for key in current])
    return Sent(
        tasks=tuple(one.task for one in asked),
        created=tuple(new),
        refreshed=len(refreshed),
        in_work=len(in_work),
        refilled=sum(len(work.get(key, ())) for key in new),
        removed=removed,
        interface_updated=project.updated,
        overwritten=project.overwritten,
        kept=_kept(work, labels) if project.updated else {},
    )


def payload(
    asked: Asked,
    labels: LabelSet,
    work: Sequence[Correction] = (),
    users: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Return what the import call takes for a task, with the corrections that go into it.

    Where nothing is suggested, there is nothing to see on the server either.
    """
    task = asked.task
    shown = renaming.offered(refill.started_from(work, task.suggestion), labels)
    prediction = convert.to_prediction(task.model_copy(update={"suggestion": shown}), asked.notes)
    data = {
        "text": task.text,
        "title": task.title,
        "source_line": task.source_line,
        "task_key": task.key,
        "suggestion": convert.fingerprint(prediction["result"]),
        "suggested_by": prediction["model_version"],
        **asked.data,
    }
    annotations = [refill.annotation(correction, task, users or {}, labels) for correction in work]
    predictions = [prediction] if prediction["result"] else []
    return {"data": data, "predictions": predictions, "annotations": annotations}


def _once(
    client: Client, project: int, work: Mapping[str, Sequence[Correction]]
) -> tuple[dict[str, dict[str, Any]], int]:
    """Return the project's tasks by key, and how many were deleted because they stood there twice.

    Tasks without a key were made by hand in Label Studio; they are none of ours. A request that
    was cut off, or two people who push at once, can leave twins: one that nobody has worked on
    goes, as long as another stays.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for task in client.tasks(project):
        if convert.parse_key(task["data"].get("task_key")):
            found.setdefault(task["data"]["task_key"], []).append(task)
    twins = {key: tasks for key, tasks in found.items() if len(tasks) > 1}
    drafted = client.drafted(project) if twins else set()
    removed = 0
    for key, tasks in twins.items():
        ours = {refill.number(correction): correction for correction in work.get(key, ())}
        idle = [task for task in tasks if not _in_work(client, task, drafted, ours)]
        for task in idle[len(idle) == len(tasks) :]:
            client.delete_task(task["id"])
            tasks.remove(task)
            removed += 1
    return {key: tasks[0] for key, tasks in found.items()}, removed


def _in_work(
    client: Client,
    task: Mapping[str, Any],
    drafted: Collection[int],
    refilled: Mapping[int, Correction],
) -> bool:
    """Tell whether a person has worked on a task, beside what was refilled."""
    if task["id"] in drafted:
        return True
    return _touched(task) and any(
        refill.is_new(annotation, refilled) for annotation in client.annotations(task["id"])
    )


def _touched(task: Mapping[str, Any]) -> bool:
    return bool(task.get("total_annotations") or task.get("cancelled_annotations"))


def _send(client: Client, project: int, tasks: dict[str, dict[str, Any]]) -> bool:
    """Import tasks, each once; tell whether the server failed in between."""
    tries = 0

    def send() -> None:
        nonlocal tries
        tries += 1
        if tries > 1:  # what was sent before may have arrived
            for task in client.tasks(project):
                tasks.pop(task["data"].get("task_key"), None)
        if tasks:
            client.import_tasks(project, list(tasks.values()))

    persistently(send)
    return tries > 1


def _refresh(
    client: Client,
    project: int,
    there: Mapping[str, Mapping[str, Any]],
    wanted: Mapping[str, Asked],
    labels: LabelSet,
    finished: Collection[str],
) -> tuple[list[str], set[str]]:
    """Give every task its current suggestion and title; leave those that are being worked on.

    Returns the keys of the tasks that were changed, and of those that were left.
    """
    stale = {
        key: sent
        for key, task in wanted.items()
        if key in there and (sent := payload(task, labels))["data"] != there[key]["data"]
    }
    drafted = client.drafted(project) if stale else set()
    idle = [
        key
        for key in stale
        if there[key]["id"] not in drafted and (key in finished or not _touched(there[key]))
    ]
    for key in idle:
        client.replace_predictions(there[key]["id"], stale[key]["predictions"])
        client.update_task_data(there[key]["id"], stale[key]["data"])
    return idle, stale.keys() - idle


def _show_suggestions(client: Client, project: int, tasks: Iterable[Task]) -> None:
    """Have the queue show the current suggestions; it shows those of one version alone."""
    shown = (task.suggestion for task in tasks if task.suggestion.spans)
    versions = Counter(convert.model_version(suggestion.producer) for suggestion in shown)
    if versions:
        client.show_version(project, versions.most_common(1)[0][0])


def _kept(work: Mapping[str, Iterable[Correction]], labels: LabelSet) -> dict[str, int]:
    old = renaming.retired(labels)
    return dict(
        Counter(
            span.label
            for corrections in work.values()
            for correction in corrections
            for span in correction.spans
            if span.label in old
        )
    )


def fixed_windows(keys: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
    """Return each article's windows by their task keys; of two that overlap the first stands."""
    fixed: dict[str, list[tuple[int, int]]] = {}
    for place in map(convert.parse_key, keys):
        if place is not None:
            article, start, end = place
            windows = fixed.setdefault(article, [])
            if not any(first < end and start < last for first, last in windows):
                windows.append((start, end))
    return {article: sorted(windows) for article, windows in fixed.items()}
