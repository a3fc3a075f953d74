"""The stages that meet the Label Studio server: push what annotators see, pull what they did."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from builder.contract import sound
from builder.corrections import standing, unsuggested
from builder.phrasing import count
from builder.records import Article, Correction, Rejection, Suggestion
from builder.studio import seen
from builder.tasks.windows import part
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined
from builder.workspace.ledger import replaced, taken_out
from builder.workspace.store import Shelf, View

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pushed:
    """What is on the server now, and what this run sent.

    ``refrozen`` counts the tasks that were deleted because their article was frozen anew, and
    ``unfetched`` names those that hold work to be pulled first, or a draft.
    ``made_again`` counts those of the ``created`` tasks that had been pushed before: they were
    deleted on the server, or it is another one. ``rejected`` says which corrections break the
    contract: their articles are left as they are on the server. The other counts are those of
    ``studio.push``.
    """

    url: str
    tasks: int
    created: int
    refreshed: int
    in_work: int
    retracted: int
    made_again: int
    refilled: int
    unplaced: int
    removed: int
    interface_updated: bool
    kept: dict[str, int]
    rejected: list[Rejection] = field(default_factory=list)
    refrozen: int = 0
    unfetched: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Pulled:
    """What annotators have sent since the last pull, and what they have deleted or not sent yet.

    ``withdrawn`` counts new revisions that say so; ``drafts`` people's unsent work; ``deleted``
    names the tasks that are gone from the server; ``foreign`` tasks are none of ours.
    """

    new: int
    unchanged: int
    withdrawn: int
    foreign: int
    drafts: int
    deleted: list[str]
    rejected: list[Rejection]
    corrections: int


def push(workspace: Workspace) -> Pushed:
    """Put every article's tasks on the Label Studio server, each once, with people's work."""
    from builder.studio.people import Annotators
    from builder.studio.push import push as push_tasks
    from builder.studio.refrozen import clear
    from builder.studio.retracted import take_off
    from builder.studio.session import connected, own_account

    corrections, rejected = _sound(workspace)
    broken = {Path(rejection.path).stem for rejection in rejected}
    suggestions = shown_suggestions(workspace)
    in_order = _in_story_order(workspace)
    ready = [a for a in in_order if a.id in suggestions and a.id not in broken]
    with connected(workspace, log.info) as client:
        pseudonym = Annotators(workspace.state, own_account(workspace)).pseudonym
        users = {pseudonym(email): user for user, email in client.users().items()}
        title = workspace.config.studio.project
        retracted = take_off(client, title, workspace.tombstones.load().keys())
        cleared = clear(workspace, client, replaced(workspace).keys(), corrections)
        done = push_tasks(client, title, ready, suggestions, corrections, users, workspace.labels)
    before = workspace.tasks.load()
    left = (task for task in before.values() if task.article in broken)
    workspace.tasks.save([*done.tasks, *left])
    workspace.reject("push", rejected)
    return Pushed(
        url=client.url,
        tasks=len(done.tasks),
        created=len(done.created),
        refreshed=done.refreshed,
        in_work=done.in_work,
        retracted=retracted,
        made_again=sum(key in before for key in done.created),
        refilled=done.refilled,
        unplaced=done.unplaced,
        removed=done.removed,
        interface_updated=done.interface_updated,
        kept=done.kept,
        rejected=rejected,
        refrozen=cleared.deleted,
        unfetched=cleared.left,
    )


def _sound(workspace: Workspace) -> tuple[list[Correction], list[Rejection]]:
    """Return people's work that keeps the contract, and why the rest is left out."""
    placed = workspace.corrections.placed(workspace.corrections.files())
    return sound(placed, View(workspace.articles), workspace.labels, "push")


def shown_suggestions(workspace: Workspace) -> dict[str, Suggestion]:
    """Return what annotators are shown, by article: nothing where the split is test.

    Test rows are annotated blind, so that they favour no pipeline.
    """
    shown, articles, blind = (
        workspace.suggestions.load(),
        View(workspace.articles),
        blinded(workspace),
    )
    hidden = blind & shown.keys() & articles.keys()
    return shown | {i: unsuggested(articles[i], workspace.labels) for i in hidden}


def blinded(workspace: Workspace) -> set[str]:
    """Return the articles whose annotators are shown no suggestions: those of the test split."""
    fresh = workspace.freshness

    def of(path: Path) -> list[str]:
        stories = workspace.stories.read(path).values()
        return [i for story in stories if story.split == "test" for i in story.articles]

    return {
        article
        for path in workspace.stories.files()
        for article in fresh.worked_out("blind-1", path.stem, fresh.digest(path), partial(of, path))
    }


def _in_story_order(workspace: Workspace) -> list[Article]:
    """Return the articles as annotators meet them: story by story, withdrawn ones left out."""
    articles = View(workspace.articles)
    return [
        articles[i]
        for _, story in sorted(workspace.stories.load().items())
        for i in story.articles
        if i in articles and i not in story.out()
    ]


def pull(workspace: Workspace) -> Pulled:
    """Fetch what annotators have submitted since the last pull."""
    from builder.studio.people import Annotators
    from builder.studio.pull import pull as pull_changes
    from builder.studio.session import connected, own_account

    known = workspace.corrections.load()
    with connected(workspace, log.info) as client:
        project = client.project(workspace.config.studio.project)
        if project is None:
            return Pulled(0, 0, 0, 0, 0, [], [], len(known))
        before = seen.of(workspace.state, client.url, project, known)
        annotators = Annotators(workspace.state, own_account(workspace))
        articles = View(workspace.articles)
        labels = workspace.labels
        pulled, now = pull_changes(client, project, before, articles, known, annotators, labels)
        anew = replaced(workspace)
        # Push has deleted these; nobody is to be asked to send them again.
        deleted = tuple(key for key in now.deleted if key.partition(":")[0] not in anew)
        now = now.model_copy(update={"deleted": deleted})
        workspace.corrections.add(pulled.corrections)
        old = workspace.rejected.read(workspace.rejected.file("pull"))
        rejected = {r.key: r for r in pulled.rejected}
        workspace.reject("pull", [*pulled.still_rejected(old.values()), *rejected.values()])
        # What was seen comes last: whatever is not on disk yet is fetched again.
        seen.write(workspace.state, now)
    return Pulled(
        new=len(pulled.corrections),
        unchanged=pulled.unchanged,
        withdrawn=sum(c.state == "withdrawn" for c in pulled.corrections),
        foreign=pulled.foreign,
        drafts=sum(len(names) for names in now.drafts.values()),
        deleted=list(now.deleted),
        rejected=[r for key, r in rejected.items() if key not in old],
        corrections=len(known) + len(pulled.corrections),
    )


# --- what status says -----------------------------------------------------------------------


def tasks_held(workspace: Workspace) -> str:
    """Say how many tasks were pushed, and how many of them wait for annotators."""
    told = list(_of_each_file(workspace))
    tasks, waiting = (sum(of[what] for of in told) for what in ("tasks", "waiting"))
    return f"{count(tasks, 'task')}, {waiting} waiting"


def push_due(workspace: Workspace) -> str:
    """Say how many articles are not on the server, or lie there with an older suggestion."""
    told = list(_of_each_file(workspace))
    missing, older = (sum(of[what] for of in told) for what in ("missing", "older"))
    if missing:
        return f"{count(missing, 'article')} not on the server"
    return f"{count(older, 'task')} with a newer suggestion" if older else ""


def waiting(workspace: Workspace) -> int:
    """Return how many tasks nobody has submitted or skipped."""
    return sum(told["waiting"] for told in _of_each_file(workspace))


def corrections_held(workspace: Workspace) -> str:
    """Count people's work as it stands, and the server as the last pull saw it."""
    states, reasons = Counter[str](), Counter[str]()
    people: set[str] = set()
    for told in _of_each_file(workspace):
        states.update(told["states"])
        reasons.update(told["reasons"])
        people.update(told["people"])
    why = ", ".join(f"{name} {number}" for name, number in sorted(reasons.items()))
    parts = [
        f"{count(states['submitted'], 'correction')} by {count(len(people), 'annotator')}",
        f"{states['skipped']} skipped{f' ({why})' if why else ''}",
    ]
    parts += [f"{states['withdrawn']} withdrawn"] if states["withdrawn"] else []
    rejected = len(workspace.rejected.read(workspace.rejected.file("pull")))
    parts += [f"{rejected} rejected"] if rejected else []
    return ", ".join([*parts, *_on_the_server(seen.read(workspace.state))])


def unfetched(workspace: Workspace) -> str:
    """Say what work may lie on the server since the last pull; nothing if nobody has any to do."""
    server = seen.read(workspace.state)
    if server is None:
        return ""
    drafts = sum(map(len, server.drafts.values()))
    parts = [count(drafts, "draft")] if drafts else []
    tasks = waiting(workspace)
    parts += [f"what became of {count(tasks, 'task')}"] if tasks else []
    return f"{' and '.join(parts)} on the server, since the last builder pull" if parts else ""


def _on_the_server(server: seen.Seen | None) -> Iterator[str]:
    if server is None:
        return
    drafts = Counter(name for names in server.drafts.values() for name in names)
    if drafts:
        by = ", ".join(f"{name} {number}" for name, number in sorted(drafts.items()))
        yield f"{count(drafts.total(), 'draft')} ({by})"
    if server.several():
        yield f"{server.several()} more than once by one person"
    if server.deleted:
        yield f"{count(len(server.deleted), 'task')} deleted on the server"


def _of_each_file(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """Yield what is to be said of the tasks and the work on the articles of each file."""
    fresh, work = workspace.freshness, workspace.corrections_by_prefix()
    blind, layers = blinded(workspace), workspace.labels.layers
    out = taken_out(workspace)
    names = {*workspace.prefixes(), *work, *(path.stem for path in workspace.tasks.files())}
    for name in sorted(names):
        # What was carried over to another article counts there.
        paths = [path for path in work.get(name, ()) if not out.get(path.stem)]
        hidden = sorted(i for i in blind if i.startswith(name))
        gone = sorted(i for i in out if i.startswith(name))
        shelves: tuple[Shelf[Any], ...] = (
            workspace.articles,
            workspace.suggestions,
            workspace.tasks,
        )
        files = [shelf.file(name) for shelf in shelves]
        digests = [*map(fresh.digest, files), fresh.digests(paths)]
        inputs = joined([*digests, *hidden, "out", *gone, *layers])
        yield fresh.worked_out(
            "work-3", name, inputs, partial(_told, workspace, name, paths, hidden, gone)
        )


def _told(
    workspace: Workspace,
    name: str,
    paths: Sequence[Path],
    hidden: Sequence[str],
    gone: Sequence[str],
) -> dict[str, Any]:
    corrections = list(workspace.corrections.read(*paths).values())
    last = standing(corrections)
    read = workspace.tasks.read(workspace.tasks.file(name))
    tasks = {key: task for key, task in read.items() if task.article not in gone}
    suggested = workspace.suggestions.read(workspace.suggestions.file(name))
    shown = {i: suggestion for i, suggestion in suggested.items() if i not in gone}
    articles = workspace.articles.read(workspace.articles.file(name)) if hidden else {}
    labels = workspace.labels
    shown |= {i: unsuggested(articles[i], labels) for i in hidden if i in shown and i in articles}
    done = {c.task for c in last if c.state != "withdrawn"}
    worked_on = {correction.task for correction in corrections}
    return {
        "tasks": len(tasks),
        "waiting": len(tasks.keys() - done),
        "missing": len(shown.keys() - {task.article for task in tasks.values()}),
        "older": sum(
            task.suggestion != part(shown[task.article], task.start, task.end)
            for task in tasks.values()
            if task.article in shown and task.key not in worked_on
        ),
        "states": dict(Counter(c.state for c in last)),
        "people": sorted({c.producer.name for c in last}),
        "reasons": dict(Counter(flag for c in last if c.state == "skipped" for flag in c.flags)),
    }
