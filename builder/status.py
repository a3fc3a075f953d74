"""A workspace in, each stage's counts and whether it is due, at a glance, out."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from builder import labels
from builder.corrections import standing
from builder.dataset import manifest
from builder.dataset.rows import weakest
from builder.ingest.articles import Cleaned, clean
from builder.ingest.folder import File, files, survey
from builder.phrasing import count
from builder.pipeline import (
    built_gold,
    last_annotated,
    shown_suggestions,
    story_shards,
    token_bounds,
    waiting,
)
from builder.records import Correction
from builder.release.content import Content, due
from builder.studio import seen
from builder.tasks.windows import part
from builder.workspace.store import Workspace


@dataclass(frozen=True)
class Stage:
    """One stage: what it holds, and why it is due (empty if it is not)."""

    name: str
    holds: str
    due: str


@dataclass(frozen=True)
class Status:
    """All stages in the order in which data flows."""

    stages: list[Stage]


def status(workspace: Workspace) -> Status:
    """Return how far the workspace has come; nothing is changed and no server is asked."""
    return Status(
        [
            _seeds(workspace),
            _suggestions(workspace),
            _tasks(workspace),
            _corrections(workspace),
            _gold(workspace),
            _release(workspace),
        ]
    )


def _seeds(workspace: Workspace) -> Stage:
    seeds, articles = workspace.seeds.load(), workspace.articles.load()
    tombstones = workspace.tombstones.load()
    found = survey(files(workspace.seed_folder), workspace.root, seeds, articles, tombstones)
    copies = {copy.path for copy in found.copies}
    noted = {r.path for r in workspace.rejected.load().values() if r.stage == "ingest"}
    rejected = noted - copies - {r.path for r in found.retracted}
    holds = [
        count(len(seeds), "seed"),
        count(len(articles), "article"),
        count(len(workspace.stories.load()), "story"),
        f"{len(rejected)} rejected",
    ]
    holds += [count(len(copies), "copy")] if copies else []
    holds += [f"{len(tombstones)} retracted"] if tombstones else []
    holds += [f"{len(found.gone)} gone from the folder"] if found.gone else []
    holds += [f"{len(found.changed)} changed since read"] if found.changed else []
    new = sum(_unread(file, rejected) for file in found.new)
    new += sum(r.path not in rejected for r in found.unreadable)
    return Stage("ingest", ", ".join(holds), f"{count(new, 'seed')} not read" if new else "")


def _unread(file: File, rejected: Collection[str]) -> bool:
    """Tell whether ingest would find something new; a rejected seed is new once it is mended."""
    return file.name not in rejected or isinstance(clean(file.path, file.name, file.id), Cleaned)


def _suggestions(workspace: Workspace) -> Stage:
    suggestions = workspace.suggestions.load()
    missing = len(workspace.articles.load().keys() - suggestions.keys())
    spans = sum(len(s.spans) for s in suggestions.values())
    makers = sorted({f"{s.producer.name} {s.producer.version}" for s in suggestions.values()})
    holds = f"{count(spans, 'span')} in {count(len(suggestions), 'suggestion')}"
    by = f" by {', '.join(makers)}" if makers else ""
    due = f"{count(missing, 'article')} without suggestion" if missing else ""
    pipeline = last_annotated(workspace).partition(" ")[2]
    if suggestions and pipeline and pipeline != workspace.config.annotate.pipeline:
        due = f"the pipeline is {workspace.config.annotate.pipeline} now"
    return Stage("annotate", holds + by, due)


def _tasks(workspace: Workspace) -> Stage:
    tasks, suggestions = workspace.tasks.load(), shown_suggestions(workspace)
    corrections = workspace.corrections.load().values()
    open_tasks = waiting(tasks.values(), corrections)
    missing = len(suggestions.keys() - {task.article for task in tasks.values()})
    worked_on = {correction.task for correction in corrections}
    older = sum(
        task.suggestion != part(suggestions[task.article], task.start, task.end)
        for task in tasks.values()
        if task.article in suggestions and task.key not in worked_on
    )
    due = f"{count(missing, 'article')} not on the server" if missing else ""
    due = due or (f"{count(older, 'task')} with a newer suggestion" if older else "")
    return Stage("push", f"{count(len(tasks), 'task')}, {open_tasks} waiting", due)


def _corrections(workspace: Workspace) -> Stage:
    """Count people's work as it stands, and the server as the last pull saw it."""
    last = standing(workspace.corrections.load().values())
    states = Counter(c.state for c in last)
    people = {c.producer.name for c in last}
    holds = [
        f"{count(states['submitted'], 'correction')} by {count(len(people), 'annotator')}",
        f"{states['skipped']} skipped{_reasons(last)}",
    ]
    holds += [f"{states['withdrawn']} withdrawn"] if states["withdrawn"] else []
    rejected = sum(r.stage == "pull" for r in workspace.rejected.load().values())
    holds += [f"{rejected} rejected"] if rejected else []
    server = seen.read(workspace.state)
    if server is not None:
        holds += [*_unsent(server)]
        holds += [f"{server.several()} more than once by one person"] if server.several() else []
        gone = count(len(server.deleted), "task")
        holds += [f"{gone} deleted on the server"] if server.deleted else []
    return Stage("pull", ", ".join(holds), "")


def _reasons(corrections: Iterable[Correction]) -> str:
    flags = Counter(flag for c in corrections if c.state == "skipped" for flag in c.flags)
    named = [f"{name} {number}" for name, number in sorted(flags.items())]
    return f" ({', '.join(named)})" if named else ""


def _unsent(server: seen.Seen) -> Iterator[str]:
    drafts = Counter(name for names in server.drafts.values() for name in names)
    if drafts:
        by = ", ".join(f"{name} {number}" for name, number in sorted(drafts.items()))
        yield f"{count(drafts.total(), 'draft')} ({by})"


def _gold(workspace: Workspace) -> Stage:
    gold = workspace.gold.load()
    counts = Counter(weakest((s.entity, s.claim)) for g in gold.values() for s in g.status)
    holds = ", ".join(f"{n} {name}" for name, n in counts.most_common()) or "0"
    changed = sum(gold.get(g.article) != g for g in built_gold(workspace))
    due = f"{count(changed, 'article')} with newer work" if changed else ""
    lacking = len(workspace.articles.load()) - len(gold)
    due = due or (f"{count(lacking, 'article')} without gold" if lacking else "")
    return Stage("review", f"sentences: {holds}", due)


def _release(workspace: Workspace) -> Stage:
    newest = manifest.latest(workspace.releases)
    if newest is None:
        return Stage("release", "none yet", "nothing is released")
    rows = manifest.read(newest).rows
    counts = ", ".join(f"{sum(by.values())} {name}" for name, by in rows.items())
    return Stage("release", f"{newest.name}: {counts}", _release_due(workspace, newest.name))


def _release_due(workspace: Workspace, newest: str) -> str:
    if not workspace.gold.files():
        return "review comes first"
    content = Content(
        story_shards(workspace, workspace.gold.load()),
        workspace.config.release,
        labels.load(),
        {},
        token_bounds,
    )
    changed = due(manifest.read(workspace.releases / newest), content)
    return f"gold has changed since {newest}" if changed else ""
