"""Say what lies with annotators: tasks that were pushed, work that was pulled, and what is due."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from builder.corrections import standing, unsuggested
from builder.ingest.held import of_test_split
from builder.phrasing import count
from builder.studio import seen
from builder.tasks.dealing import done_places, place_of, undealt
from builder.tasks.windows import part
from builder.variants.stage import suggestion_files, suggestions_of
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined
from builder.workspace.ledger import taken_out
from builder.workspace.store import Shelf

# The file of what a pull passes over.
PASSED = "passed"
# The version of the interface that annotators were given last, in this machine's state.
INTERFACE = "interface"


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
    shown = workspace.state / INTERFACE
    if shown.exists() and shown.read_text("ascii") != interface_of(workspace):
        parts.append("annotators have an older interface")
    return ", ".join(parts)


def interface_of(workspace: Workspace) -> str:
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
    blind, left = workspace.by_prefix(of_test_split(workspace)), workspace.by_prefix(out)
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
