"""The stages that meet the Label Studio server: push what annotators see, pull what they did."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from builder.corrections import standing, unsuggested
from builder.records import Article, Correction, Rejection, Suggestion, Task
from builder.studio import seen
from builder.studio.people import Annotators
from builder.studio.pull import pull as pull_changes
from builder.studio.push import push as push_tasks
from builder.studio.retracted import take_off
from builder.studio.session import connected, own_account
from builder.workspace.store import View
from builder.workspace.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pushed:
    """What is on the server now, and what this run sent.

    ``made_again`` counts those of the ``created`` tasks that had been pushed before: they were
    deleted on the server, or it is another one. The other counts are those of ``studio.push``.
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
    relabelled: dict[str, int]
    kept: dict[str, int]


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
    suggestions = shown_suggestions(workspace)
    ready = [article for article in _in_story_order(workspace) if article.id in suggestions]
    corrections = workspace.corrections.load()
    with connected(workspace, log.info) as client:
        pseudonym = Annotators(workspace.state, own_account(workspace)).pseudonym
        users = {pseudonym(email): user for user, email in client.users().items()}
        title = workspace.config.studio.project
        retracted = take_off(client, title, workspace.tombstones.load().keys())
        done = push_tasks(client, title, ready, suggestions, corrections.values(), users)
    before = {task.key for task in workspace.tasks.records()} if done.created else set()
    workspace.tasks.save(done.tasks)
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
        relabelled=done.relabelled,
        kept=done.kept,
    )


def shown_suggestions(workspace: Workspace) -> dict[str, Suggestion]:
    """Return what annotators are shown, by article: nothing where the split is test.

    Test rows are annotated blind, so that they favour no pipeline.
    """
    shown, articles, blind = workspace.suggestions.load(), View(workspace.articles), blinded(workspace)
    return shown | {i: unsuggested(articles[i]) for i in blind & shown.keys() & articles.keys()}


def blinded(workspace: Workspace) -> set[str]:
    """Return the articles whose annotators are shown no suggestions: those of the test split."""
    stories = workspace.stories.records()
    return {i for story in stories if story.split == "test" for i in story.articles}


def _in_story_order(workspace: Workspace) -> list[Article]:
    """Return the articles as annotators meet them: story by story, withdrawn ones left out."""
    articles = View(workspace.articles)
    return [
        articles[i]
        for _, story in sorted(workspace.stories.load().items())
        for i in story.articles
        if i in articles and i not in {w.article for w in story.withdrawn}
    ]


def pull(workspace: Workspace) -> Pulled:
    """Fetch what annotators have submitted since the last pull."""
    known = workspace.corrections.load()
    with connected(workspace, log.info) as client:
        project = client.project(workspace.config.studio.project)
        if project is None:
            return Pulled(0, 0, 0, 0, 0, [], [], len(known))
        before = seen.of(workspace.state, client.url, project, known)
        annotators = Annotators(workspace.state, own_account(workspace))
        articles = View(workspace.articles)
        pulled, now = pull_changes(client, project, before, articles, known, annotators)
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


def waiting(tasks: Iterable[Task], corrections: Iterable[Correction]) -> int:
    """Return how many tasks nobody has submitted or skipped."""
    done = {c.task for c in standing(corrections) if c.state != "withdrawn"}
    return sum(task.key not in done for task in tasks)
