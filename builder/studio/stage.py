"""The stages that meet the Label Studio server: push what annotators see, pull what they did."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.contract import sound
from builder.corrections import standing, unsuggested
from builder.lint import Slip, slips
from builder.phrasing import count
from builder.records import Article, Correction, Rejection, Suggestion, Task, Window
from builder.studio import projects, seen
from builder.tasks.dealing import done_places, place_of, undealt
from builder.tasks.windows import part
from builder.variants.stage import suggestion_files, suggestions_of
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined
from builder.workspace.ledger import replaced, taken_out
from builder.workspace.store import Shelf, View, write_bytes

if TYPE_CHECKING:
    from builder.studio.pull import Fetched
    from builder.studio.team import Dealing

# The file of what a pull passes over.
PASSED = "passed"
# The version of the interface that annotators were given last, in this machine's state.
_INTERFACE = "interface"
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
                corrections,
                users,
                workspace.labels,
            )
            _record_windows(workspace, done.tasks)
        else:
            from builder.studio.team import Member, push_team

            accounts = {pseudonym(email): Member(i, email) for i, email in people.items()}
            own = None if account is None else pseudonym(account)
            test = blinded(workspace)
            done, dealt = push_team(
                workspace, client, ready, suggestions, corrections, accounts, own, test
            )
    before = workspace.tasks.load()
    left = (task for task in before.values() if task.article in broken)
    workspace.tasks.save([*done.tasks, *left])
    workspace.reject("push", rejected)
    write_bytes(workspace.state / _INTERFACE, _interface_of(workspace).encode())
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


def shown_suggestions(workspace: Workspace) -> dict[str, Suggestion]:
    """Return what annotators are shown, by article: nothing where the split is test.

    Test rows are annotated blind, so that they favour no pipeline.
    """
    own = workspace.suggestions.load()
    shown = own | {i: s for i, s in workspace.aligned.load().items() if i in own}
    articles, blind = View(workspace.articles), blinded(workspace)
    hidden = blind & shown.keys() & articles.keys()
    return shown | {i: unsuggested(articles[i], workspace.labels) for i in hidden}


def blinded(workspace: Workspace) -> set[str]:
    """Return the articles whose annotators are shown no suggestions: those of the test split."""
    fresh = workspace.freshness

    def of(path: Path) -> list[str]:
        stories = workspace.stories.read(path).values()
        return [i for story in stories if story.split == "test" for i in story.articles]

    def of_all() -> set[str]:
        return {
            article
            for path in workspace.stories.files()
            for article in fresh.worked_out(
                "blind-1", path.stem, fresh.digest(path), partial(of, path)
            )
        }

    return fresh.once("blind", of_all)


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


# --- what status says -----------------------------------------------------------------------


def tasks_held(workspace: Workspace) -> str:
    """Say how many tasks were pushed, how often they were dealt, and how many wait for people."""
    told = _of_each_file(workspace)
    tasks, waiting = (sum(of[what] for of in told) for what in ("tasks", "waiting"))
    deals = sum(of["deals"] for of in told)
    dealt = f", dealt {deals} times" if deals else ""
    return f"{count(tasks, 'task')}{dealt}, {waiting} waiting"


def push_due(workspace: Workspace) -> str:
    """Say how many articles are not on the server, or lie there with an older suggestion."""
    told = _of_each_file(workspace)
    missing, older = (sum(of[what] for of in told) for what in ("missing", "older"))
    parts = [f"{count(missing, 'article')} not on the server"] if missing else []
    parts += [f"{count(older, 'task')} with a newer suggestion"] if older and not missing else []
    shown = workspace.state / _INTERFACE
    if shown.exists() and shown.read_text("ascii") != _interface_of(workspace):
        parts.append("annotators have an older interface")
    return ", ".join(parts)


def _interface_of(workspace: Workspace) -> str:
    """Return the version of the interface that annotators should have."""
    from builder.studio.interface import interface, interface_version

    return interface_version(interface(workspace.labels))


def waiting(workspace: Workspace) -> int:
    """Return how many tasks wait for a person; one that is dealt twice waits for two."""
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
    apart = sum(told["undealt"] for told in _of_each_file(workspace))
    parts += [f"{apart} not dealt to who did it: builder round list"] if apart else []
    rejected = len(workspace.rejected.read(workspace.rejected.file("pull")))
    parts += [f"{rejected} rejected"] if rejected else []
    passed_over = len(workspace.rejected.read(workspace.rejected.file(PASSED)))
    parts += [f"{passed_over} passed over"] if passed_over else []
    return ", ".join([*parts, *_on_the_server(seen.read_all(workspace.state))])


def unfetched(workspace: Workspace) -> str:
    """Say what work may lie on the server since the last pull; nothing if nobody has any to do."""
    servers = seen.read_all(workspace.state)
    if not servers:
        return ""
    drafts = sum(len(names) for server in servers for names in server.drafts.values())
    parts = [count(drafts, "draft")] if drafts else []
    tasks = waiting(workspace)
    parts += [f"what became of {count(tasks, 'task')}"] if tasks else []
    return f"{' and '.join(parts)} on the server, since the last builder pull" if parts else ""


def _on_the_server(servers: Sequence[seen.Seen]) -> Iterator[str]:
    drafts = Counter(n for server in servers for names in server.drafts.values() for n in names)
    if drafts:
        by = ", ".join(f"{name} {number}" for name, number in sorted(drafts.items()))
        yield f"{count(drafts.total(), 'draft')} ({by})"
    several = sum(server.several() for server in servers)
    if several:
        yield f"{several} more than once by one person"
    deleted = {key for server in servers for key in server.deleted}
    if deleted:
        yield f"{count(len(deleted), 'task')} deleted on the server"


def _of_each_file(workspace: Workspace) -> list[dict[str, Any]]:
    """Return what is to be said of the tasks and the work on the articles of each file."""
    return workspace.freshness.once("work", lambda: list(_work_of_files(workspace)))


def _work_of_files(workspace: Workspace) -> Iterator[dict[str, Any]]:
    fresh, work = workspace.freshness, workspace.corrections_by_prefix()
    layers, out = workspace.labels.layers, taken_out(workspace)
    blind, left = workspace.by_prefix(blinded(workspace)), workspace.by_prefix(out)
    names = {*workspace.prefixes(), *work, *(path.stem for path in workspace.tasks.files())}
    for name in sorted(names):
        # What was carried over to another article counts there.
        paths = [path for path in work.get(name, ()) if not out.get(path.stem)]
        hidden, gone = blind.get(name, []), left.get(name, [])
        shelves: tuple[Shelf[Any], ...] = (workspace.articles, workspace.tasks, workspace.deals)
        files = [*(shelf.file(name) for shelf in shelves), *suggestion_files(workspace, name)]
        digests = [*map(fresh.digest, files), fresh.digests(paths), workspace.people.digest]
        inputs = joined([*digests, *hidden, "out", *gone, *layers])
        yield fresh.worked_out(
            "work-5", name, inputs, partial(_told, workspace, name, paths, hidden, gone)
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
    suggested = suggestions_of(workspace, name)
    shown = {i: suggestion for i, suggestion in suggested.items() if i not in gone}
    articles = workspace.articles.read(workspace.articles.file(name)) if hidden else {}
    labels = workspace.labels
    shown |= {i: unsuggested(articles[i], labels) for i in hidden if i in shown and i in articles}
    done = {c.task for c in last if c.state != "withdrawn"}
    worked_on = {correction.task for correction in corrections}
    deals = workspace.deals.read(workspace.deals.file(name)).values()
    places = done_places(corrections)
    open_ = [d for d in deals if d.task in tasks and place_of(d) not in places]
    return {
        "tasks": len(tasks),
        "deals": len(deals),
        "waiting": len(open_) if deals else len(tasks.keys() - done),
        "undealt": len(undealt(last, deals)),
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
