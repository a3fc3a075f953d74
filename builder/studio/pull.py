"""Fetch what annotators have done on the server as corrections; what cannot be kept is rejected."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from builder.labels import LabelSet
from builder.records import Article, Correction, Rejection
from builder.studio import convert, refill, revisions
from builder.studio.annotation import correction_of, first_author, nobodys, person, time
from builder.studio.client import Client, Project
from builder.studio.interface import differences, interface, interface_version
from builder.studio.people import Annotators
from builder.studio.revisions import Read
from builder.studio.seen import Mark, Seen

_BY = " by "


@dataclass
class Fetched:
    """New revisions of corrections, what could not be kept, and what the server holds.

    ``passed_over`` names annotations that are nobody's work, or nobody's whose work is fetched.
    ``read`` holds the keys of the tasks that were read, by task id (empty: none of this
    workspace's, which ``foreign`` counts), ``work`` the annotations on each of them and
    ``drafted`` those that have unsent work. ``reached`` is the last change that was seen,
    ``newest`` a person's last one and its task, ``first_refused`` that of the first task whose
    annotation was refused as a whole: from there the next pull has to read again.
    ``rolled_back`` says that the server has given ids to new annotations that it had given to
    others before.
    """

    corrections: list[Correction] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    passed_over: list[Rejection] = field(default_factory=list)
    read: dict[int, str] = field(default_factory=dict)
    work: dict[int, dict[int, Mark]] = field(default_factory=dict)
    drafted: dict[int, str] = field(default_factory=dict)
    foreign: int = 0
    unchanged: int = 0
    rolled_back: bool = False
    reached: datetime | None = None
    newest: tuple[datetime, int] | None = None
    first_refused: datetime | None = None

    def still(self, old: Iterable[Rejection]) -> list[Rejection]:
        """Return the old rejections that this pull did not look at again."""
        read = set(self.read.values())
        return [r for r in old if r.path.split(_BY)[0] not in read]


def pull(
    client: Client,
    project: Project,
    seen: Seen,
    articles: Mapping[str, Article],
    known: Mapping[str, Correction],
    annotators: Annotators,
    labels: LabelSet,
    number: int = 1,
) -> tuple[Fetched, Seen]:
    """Return what is new in a project since it was last seen, and what it holds now.

    ``number`` is that of the round which the project is for.

    One page of tasks is asked for where few have changed, who has unsent work task by task, the
    users where one is unknown, and all tasks only to find out which of them were deleted.
    """
    people = dict(seen.people)
    other = differences(project.interface, interface(labels))
    screen = Screen(interface_version(project.interface), labels, bool(other), number)

    def pseudonym(user: int) -> str:
        if user not in people:
            people.update(client.users())
            annotators.remember(people)
        return annotators.pseudonym(people[user])

    def read(since: Seen) -> Fetched:
        changed = client.changed_tasks(project.id, since.since)
        who = Who(pseudonym, annotators.has_left)
        return corrections_of(changed, articles, known, since, who, screen)

    pulled, there = read(seen), None
    # The task that changed last comes again, or is gone.
    lost = seen.newest is not None and seen.newest not in pulled.read
    if lost or len({**seen.tasks, **pulled.read}) != project.tasks:
        there = {task["id"]: _key(task, articles) for task in client.tasks(project.id)}
    if pulled.rolled_back or (lost and there is not None and seen.newest in there):
        # A backup was put back: what it lacks nobody has deleted.
        seen = Seen(url=seen.url, project=seen.project, created=seen.created)
        pulled = read(seen)
    drafts = {
        key: tuple(sorted({annotators.pseudonym(email) for email in client.drafts(task)}))
        for task, key in sorted(pulled.drafted.items())
    }
    return pulled, _seen_now(seen, pulled, people, drafts, there)


def _seen_now(
    seen: Seen,
    pulled: Fetched,
    people: dict[int, str],
    drafts: dict[str, tuple[str, ...]],
    there: dict[int, str] | None,
) -> Seen:
    """Return what the server holds after a pull; ``there`` are its tasks, if it was asked."""
    known = {**seen.tasks, **pulled.read}
    tasks = known if there is None else there
    deleted = {*seen.deleted, *(key for task, key in known.items() if task not in tasks and key)}
    reached = max(filter(None, (seen.reached, pulled.reached)), default=None)
    work = {**seen.work, **pulled.work}
    return seen.model_copy(
        update={
            "reached": pulled.first_refused or reached,
            "newest": pulled.newest and pulled.newest[1],
            "people": people,
            "tasks": tasks,
            "work": {task: marks for task, marks in work.items() if marks and task in tasks},
            "drafts": drafts,
            "deleted": tuple(sorted(deleted - set(tasks.values()))),
        }
    )


@dataclass(frozen=True)
class Screen:
    """What annotators worked with: the interface's version, and the labels of the workspace.

    ``foreign`` tells that the interface lets them choose other things than ours: an annotation of
    which something cannot be read is then refused as a whole. ``round`` is the one it was done in.
    """

    version: str
    labels: LabelSet
    foreign: bool = False
    round: int = 1


@dataclass(frozen=True)
class Who:
    """Who is who: the pseudonym of a user id (KeyError: unknown), and who has left."""

    pseudonym: Callable[[int], str]
    has_left: Callable[[str], bool] = lambda _: False


def corrections_of(
    tasks: Iterable[Mapping[str, Any]],
    articles: Mapping[str, Article],
    known: Mapping[str, Correction],
    seen: Seen,
    who: Who,
    screen: Screen,
) -> Fetched:
    """Return the corrections that the server's tasks hold and ``known`` does not.

    Args:
        tasks: tasks with annotations and predictions, as the server gives them, once or more.
        articles: the workspace's articles by id.
        known: the workspace's corrections by key.
        seen: what this server held at the last pull.
        who: tells who is who on the server.
        screen: what annotators worked with.

    """
    pulled = Fetched()
    refilled = {refill.number(correction): correction for correction in known.values()}
    history: dict[tuple[str, str], list[Correction]] = {}
    of_round = (c for c in known.values() if c.round == screen.round)
    for correction in sorted(of_round, key=lambda c: c.key):
        history.setdefault((correction.task, correction.producer.name), []).append(correction)
    for task in tasks:
        changed, number = time(task["updated_at"]), int(task["id"])
        pulled.reached = max(pulled.reached or changed, changed)
        if task.get("updated_by"):
            pulled.newest = max(pulled.newest or (changed, number), (changed, number))
        key = _key(task, articles)
        pulled.foreign += not key and number not in pulled.read
        pulled.read[number] = key
        if not key:
            continue
        if task.get("draft_exists"):
            pulled.drafted[number] = key
        marks = pulled.work.get(number, seen.work.get(number, {}))
        held = _held(task, articles[key.partition(":")[0]], refilled, who, screen, pulled)
        _tell_what_is_lost(task, marks, history, who, pulled)
        _add(task, held, marks, history, pulled)
    return pulled


def _key(task: Mapping[str, Any], articles: Collection[str]) -> str:
    """Return a task's key; an empty one for a task that is none of ours."""
    key = task["data"].get("task_key")
    place = convert.parse_key(key)
    return str(key) if place is not None and place[0] in articles else ""


def _held(
    task: Mapping[str, Any],
    article: Article,
    refilled: Mapping[int, Correction],
    who: Who,
    screen: Screen,
    pulled: Fetched,
) -> dict[str, list[Read]]:
    """Return a task's annotations by pseudonym; those that cannot be kept are rejected."""
    held: dict[str, list[Read]] = {}
    for annotation in task.get("annotations") or []:
        reason = _of_nobody(annotation, refilled)
        if reason is not None:
            _pass_over(pulled, task, f"annotation {annotation.get('id')}", reason)
            continue
        if not refill.is_new(annotation, refilled):
            correction = refilled[annotation["import_id"]]
            if correction.round != screen.round:  # its own project has the say
                continue
            read = Read(int(annotation["id"]), time(annotation["created_at"]), correction)
            held.setdefault(correction.producer.name, []).append(read)
            continue
        name = f"user {person(annotation)}"
        try:
            name = _name(person(annotation), who.pseudonym)
            if who.has_left(name):
                _pass_over(pulled, task, name, "has left: no more of this work is fetched")
                continue
            before = refilled.get(annotation.get("import_id"))
            correction, problems = correction_of(
                task, annotation, article, name, screen.version, screen.labels, before
            )
            correction = correction.model_copy(update={"round": screen.round})
            if screen.foreign and problems:
                raise ValueError(f"{'; '.join(problems)} (the interface there is not ours)")
            read = Read(int(annotation["id"]), time(annotation["created_at"]), correction)
        except (ValidationError, ValueError, KeyError, TypeError) as error:
            _reject(pulled, task, name, f"annotation {annotation.get('id')}: {error}")
            refused = time(task["updated_at"])
            pulled.first_refused = min(pulled.first_refused or refused, refused)
            continue
        for problem in problems:
            _reject(pulled, task, name, problem)
        held.setdefault(name, []).append(read)
    return held


def _add(
    task: Mapping[str, Any],
    held: Mapping[str, list[Read]],
    marks: Mapping[int, Mark],
    history: dict[tuple[str, str], list[Correction]],
    pulled: Fetched,
) -> None:
    """Add the revisions of everyone who has worked on a task, or has deleted what they did."""
    there = {int(annotation["id"]) for annotation in task.get("annotations") or []}
    gone = {i: mark for i, mark in marks.items() if i not in there}
    left = {i: mark for i, mark in marks.items() if i in there}
    for name in sorted({*held, *(mark.by for mark in gone.values())}):
        reads = held.get(name, [])
        pulled.rolled_back |= any(r.id in marks and marks[r.id].created != r.created for r in reads)
        mine = history.setdefault((task["data"]["task_key"], name), [])
        lost = {i: mark for i, mark in gone.items() if mark.by == name}
        new, kept = revisions.added(reads, marks, lost, mine, time(task["updated_at"]))
        pulled.unchanged += not new
        pulled.corrections += new
        mine += new
        left |= kept
    pulled.work[int(task["id"])] = left


def _of_nobody(annotation: Mapping[str, Any], refilled: Mapping[int, Correction]) -> str | None:
    """Return why an annotation is no work of a person, or None if it is."""
    if nobodys(annotation):
        return "was made of a suggestion in the list of tasks: nobody has read it"
    imported = annotation.get("import_id")
    if imported is not None and imported not in refilled and not annotation.get("updated_by"):
        return (
            "was put there from files that are not here: fetch data/corrections from git, and it "
            "is known whose it is"
        )
    return None


def _tell_what_is_lost(
    task: Mapping[str, Any],
    marks: Mapping[int, Mark],
    history: Mapping[tuple[str, str], Sequence[Correction]],
    who: Who,
    pulled: Fetched,
) -> None:
    """Say which annotations somebody else has changed before their authors' work was fetched."""
    for annotation in task.get("annotations") or []:
        first, last = first_author(annotation), person(annotation)
        if None in (first, last) or first == last or annotation.get("import_id") is not None:
            continue
        try:
            lost, by = (_name(user, who.pseudonym) for user in (first, last))
        except ValueError:  # the server no longer knows one of them
            continue
        mark = marks.get(int(annotation["id"]))
        if (mark is None or mark.by != lost) and not history.get((task["data"]["task_key"], lost)):
            reason = f"{by} changed this work before it was fetched: {lost}'s own version is lost"
            _pass_over(pulled, task, lost, reason)


def _name(user: int | None, pseudonym: Callable[[int], str]) -> str:
    if user is None:
        raise ValueError("it names no user")
    try:
        return pseudonym(user)
    except KeyError:
        raise ValueError("the server knows no such user") from None


def _reject(pulled: Fetched, task: Mapping[str, Any], name: str, reason: str) -> None:
    # It quotes the server, which may hold what no file can.
    written = reason.encode("utf-8", "backslashreplace").decode("utf-8")
    pulled.rejected.append(Rejection(stage="pull", path=_place(task, name), reason=written))


def _pass_over(pulled: Fetched, task: Mapping[str, Any], name: str, reason: str) -> None:
    pulled.passed_over.append(Rejection(stage="passed", path=_place(task, name), reason=reason))


def _place(task: Mapping[str, Any], name: str) -> str:
    return f"{task['data']['task_key']}{_BY}{name}"
