"""The stages that meet the Label Studio server: push what annotators see, pull what they did."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from builder.contract import sound
from builder.corrections import standing
from builder.ingest.held import of_test_split
from builder.lint import Slip, slips
from builder.records import (
    ADJUDICATION,
    CALIBRATION,
    Article,
    Correction,
    Rejection,
    Task,
    Window,
)
from builder.studio import projects, seen
from builder.studio.held import INTERFACE, PASSED, interface_of
from builder.studio.shown import shown_suggestions
from builder.tasks.dealing import undealt
from builder.workspace.folder import Workspace
from builder.workspace.ledger import replaced
from builder.workspace.store import View, write_bytes

if TYPE_CHECKING:
    from builder.studio.pull import Fetched
    from builder.studio.team import Dealing

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
    overwritten: tuple[str, ...]
    kept: dict[str, int]
    rejected: list[Rejection] = field(default_factory=list)
    refrozen: int = 0
    unfetched: list[str] = field(default_factory=list)
    dealt: "Dealing | None" = None


@dataclass(frozen=True)
class Pulled:
    """What annotators have sent since the last pull, and what they have deleted or not sent yet.

    ``withdrawn`` counts new revisions that say so; ``drafts`` people's unsent work; ``deleted``
    names the tasks that are gone from the server; ``foreign`` tasks are none of ours. ``rejected``
    is what breaks the contract, ``passed_over`` what is nobody's work, or nobody's whose work is
    fetched. ``interface`` says how the one on the server differs from ours, ``slips`` are likely
    ones in what is new, ``advice`` says what a person has to decide.
    """

    new: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    foreign: int = 0
    drafts: int = 0
    deleted: list[str] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    passed_over: list[Rejection] = field(default_factory=list)
    corrections: int = 0
    interface: list[str] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
    advice: str | None = None


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
        account, people = own_account(workspace), client.users()
        pseudonym = Annotators(workspace, account).pseudonym
        users = {pseudonym(email): user for user, email in people.items()}
        title = workspace.config.studio.project
        retracted = take_off(client, title, workspace.tombstones.load().keys())
        cleared = clear(workspace, client, replaced(workspace).keys(), corrections)
        dealt, done = None, None
        if workspace.config.team is None:
            done = push_tasks(
                client,
                title,
                ready,
                suggestions,
                workspace.windows.load().values(),
                # Of what there was while there was a team, opinions alone belong to everybody.
                [c for c in corrections if c.round not in (ADJUDICATION, CALIBRATION)],
                users,
                workspace.labels,
            )
            _record_windows(workspace, done.tasks)
        else:
            from builder.studio.team import Member, push_team

            accounts = {pseudonym(email): Member(i, email) for i, email in people.items()}
            own = None if account is None else pseudonym(account)
            test = of_test_split(workspace)
            done, dealt = push_team(
                workspace, client, ready, suggestions, corrections, accounts, own, test
            )
    before = workspace.tasks.load()
    left = (task for task in before.values() if task.article in broken)
    workspace.tasks.save([*done.tasks, *left])
    workspace.reject("push", rejected)
    write_bytes(workspace.state / INTERFACE, interface_of(workspace).encode())
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
        overwritten=done.overwritten,
        kept=done.kept,
        rejected=rejected,
        refrozen=cleared.deleted,
        unfetched=cleared.left,
        dealt=dealt,
    )


def _record_windows(workspace: Workspace, tasks: Iterable[Task]) -> None:
    """Write down the windows of tasks that were pushed for the first time: they never move."""
    known = {window.key for window in workspace.windows.load().values()}
    workspace.windows.add(
        Window(article=task.article, start=task.start, end=task.end)
        for task in tasks
        if task.key not in known
    )


def _sound(workspace: Workspace) -> tuple[list[Correction], list[Rejection]]:
    """Return people's work that keeps the contract, and why the rest is left out."""
    placed = workspace.corrections.placed(workspace.corrections.files())
    return sound(placed, View(workspace.articles), workspace.labels, "push")


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
    from builder.studio.interface import differences, interface
    from builder.studio.people import MAINTAINER, Annotators
    from builder.studio.pull import pull as pull_changes
    from builder.studio.session import connected, own_account

    advice = None
    known = workspace.corrections.load()
    labels, articles = workspace.labels, View(workspace.articles)
    anew = replaced(workspace)
    every: list[tuple[Fetched, seen.Seen]] = []
    interfaces: list[str] = []
    with connected(workspace, log.info) as client:
        annotators = Annotators(workspace, own_account(workspace))
        found = list(projects.of_workspace(client, workspace.config.studio.project))
        for project, number in found:
            before = seen.of(workspace.state, client.url, project, known, workspace.people.name)
            pulled, now = pull_changes(
                client, project, before, articles, known, annotators, labels, number
            )
            # Push has deleted these; nobody is to be asked to send them again.
            deleted = tuple(key for key in now.deleted if key.partition(":")[0] not in anew)
            now = now.model_copy(update={"deleted": deleted})
            workspace.corrections.add(pulled.corrections)
            known |= {c.key: c for c in pulled.corrections}
            every.append((pulled, now))
            interfaces += differences(project.interface, interface(labels))
    if not every:
        return Pulled(corrections=len(known))
    new = [c for pulled, _ in every for c in pulled.corrections]
    rejected = _recorded(workspace, "pull", every, [r for p, _ in every for r in p.rejected])
    passed = [r for p, _ in every for r in p.passed_over] + _not_dealt(workspace, new)
    passed_over = _recorded(workspace, PASSED, every, passed)
    if any(c.producer.name.startswith(MAINTAINER) for c in new):
        advice = annotators.once_called_maintainer(known.values())
    for _, now in every:
        # What was seen comes last: whatever is not on disk yet is fetched again.
        seen.write(workspace.state, now)
    return Pulled(
        new=len(new),
        unchanged=sum(pulled.unchanged for pulled, _ in every),
        withdrawn=sum(c.state == "withdrawn" for c in new),
        foreign=sum(pulled.foreign for pulled, _ in every),
        drafts=sum(len(names) for _, now in every for names in now.drafts.values()),
        deleted=sorted({key for _, now in every for key in now.deleted}),
        rejected=rejected,
        passed_over=passed_over,
        corrections=len(known),
        interface=sorted(set(interfaces)),
        slips=[slip for c in standing(new) for slip in slips(c, articles[c.article])],
        advice=advice,
    )


def _not_dealt(workspace: Workspace, new: Iterable[Correction]) -> list[Rejection]:
    """Say which new work was not dealt to who did it: it is kept, and counts for nothing."""
    deals = workspace.deals.load().values()
    return [
        Rejection(
            stage=PASSED,
            path=f"{c.task} by {c.producer.name}",
            reason="was not dealt to them: the work is kept, but does not count; to let it count: "
            f"builder round deal {c.task} --to {c.producer.name} --round {c.round}",
        )
        for c in undealt(new, deals)
    ]


def _recorded(
    workspace: Workspace,
    stage: str,
    every: Iterable[tuple["Fetched", seen.Seen]],
    found: Iterable[Rejection],
) -> list[Rejection]:
    """Record what a pull did not take, beside what stands from earlier ones; return what is new."""
    old = workspace.rejected.read(workspace.rejected.file(stage))
    now = {r.key: r for r in found}
    still = list(old.values())
    for pulled, _ in every:
        still = pulled.still(still)
    workspace.reject(stage, [*still, *now.values()])
    return [r for key, r in now.items() if key not in old]
