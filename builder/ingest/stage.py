"""The stage that reads seeds: clean them, freeze their articles, group them into stories."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from builder.errors import BuilderError
from builder.ingest import folder, stories
from builder.ingest.articles import Cleaned, SplitSentences, clean, freeze, rejected
from builder.ingest.folder import KnownSeed, Survey
from builder.ingest.retracting import finish, unfinished
from builder.phrasing import count, most_first
from builder.progress import Track, untracked
from builder.records import Rejection, Seed, Story, Tombstone
from builder.workspace.folder import Workspace
from builder.workspace.store import dump, parse, write_bytes


@dataclass(frozen=True)
class Ingested:
    """What became of the seeds: counts of this run, and of the whole workspace.

    ``renamed``, ``gone`` and ``changed`` are paths: known seeds under a new path, known seeds
    whose file is no longer there, and files that were edited and make a new article in this run.
    """

    new_seeds: int
    new_articles: int
    seeds: int
    articles: int
    stories: int
    lines_kept: int
    lines_dropped: dict[str, int]
    rejected: list[Rejection] = field(default_factory=list)
    copies: list[Rejection] = field(default_factory=list)
    retracted: list[Rejection] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def ingest(workspace: Workspace, split: SplitSentences, track: Track = untracked) -> Ingested:
    """Clean new seeds, freeze their articles with their sentences, and group them into stories.

    Retractions that a killed command left half done are finished first.
    """
    finish(workspace)
    tombstones = workspace.tombstones.load()
    seeds_of = article_seeds(workspace)
    found = survey(workspace, seeds_of, tombstones, track)
    refused, retracted = list(found.unreadable), list(found.retracted)
    gone: set[str] = set()
    read: dict[str, tuple[str, str]] = {}
    with _scratch(workspace.state / "ingest") as scratch:
        for file in track(found.new, "Reading seeds"):
            result = clean(file.path, file.name, file.id)
            if isinstance(result, Rejection):
                refused.append(result)
                gone.add(file.id)
                continue
            scratch.keep("seeds", file.id[: workspace.form.digits], result.seed)
            stone = tombstones.get(result.seed.article)
            if stone is not None:
                retracted.append(rejected(file.name, stone.told()))
                continue
            scratch.keep("articles", result.seed.article[: workspace.form.digits], result)
            read[file.id] = (file.name, result.seed.article)
        # Seeds come first: one that its article does not know yet is read again by the next run.
        gone |= _never_frozen(workspace, found, seeds_of)
        _write_seeds(workspace, scratch, found, gone)
        for name in scratch.names("articles"):
            before = workspace.articles.read(workspace.articles.file(name)).values()
            frozen = freeze(scratch.read("articles", name, Cleaned), before, split)
            workspace.articles.write(name, frozen)
        ledger = _grouped(workspace)
    workspace.reject("ingest", [*refused, *found.copies, *retracted])
    new = {article for _, article in read.values()} - seeds_of.keys()
    edited = {seed.path for seed in found.changed}
    roles = _roles(workspace)
    done = Ingested(
        new_seeds=len(read),
        new_articles=len(new),
        seeds=len(known_seeds(workspace)),
        articles=len(article_seeds(workspace)),
        stories=len(ledger),
        lines_kept=roles["body"],
        lines_dropped=_by_number(roles),
        rejected=refused,
        copies=found.copies,
        retracted=retracted,
        renamed=list(found.renamed.values()),
        gone=[seed.path for seed in found.gone],
        changed=[name for name, article in read.values() if name in edited and article in new],
    )
    workspace.freshness.save()
    return done


def _by_number(roles: Mapping[str, int]) -> dict[str, int]:
    """Return what was dropped, the commonest role first."""
    in_order = most_first(roles).items()
    return {role: number for role, number in in_order if role not in ("body", "blank")}


def holds(workspace: Workspace) -> str:
    """Say what was read, and what lies in the folder of seeds beside it."""
    found, rejected = _survey_and_rejected(workspace)
    tombstones = workspace.tombstones.load()
    parts = [
        count(len(known_seeds(workspace)), "seed"),
        count(len(article_seeds(workspace)), "article"),
        count(len(story_articles(workspace)), "story"),
        f"{len(rejected)} rejected",
    ]
    copies = {copy.path for copy in found.copies}
    parts += [count(len(copies), "copy")] if copies else []
    parts += [f"{len(tombstones)} retracted"] if tombstones else []
    parts += [f"{len(found.gone)} gone from the folder"] if found.gone else []
    parts += [f"{len(found.changed)} changed since read"] if found.changed else []
    return ", ".join(parts)


def due(workspace: Workspace) -> str:
    """Say how many seeds nobody has read; a rejected one is new once it is mended."""
    left = unfinished(workspace)
    if left:
        return f"{count(len(left), 'retraction')} not finished"
    found, rejected = _survey_and_rejected(workspace)
    new = sum(
        file.name not in rejected or isinstance(clean(file.path, file.name, file.id), Cleaned)
        for file in found.new
    )
    new += sum(refused.path not in rejected for refused in found.unreadable)
    if new:
        return f"{count(new, 'seed')} not read"
    grouped = {a for articles in story_articles(workspace).values() for a in articles}
    loose = article_seeds(workspace).keys() - grouped
    return f"{count(len(loose), 'article')} in no story" if loose else ""


def _survey_and_rejected(workspace: Workspace) -> tuple[Survey, set[str]]:
    """Return what lies in the folder, and the paths of the seeds that ingest has rejected."""
    found = survey(workspace, article_seeds(workspace), workspace.tombstones.load())
    noted = {r.path for r in workspace.rejected.read(workspace.rejected.file("ingest")).values()}
    others = {r.path for r in (*found.copies, *found.retracted)}
    return found, noted - others


def story_articles(workspace: Workspace) -> dict[str, list[str]]:
    """Return the articles of each story, by the story's id."""

    def of(path: Path) -> dict[str, Any]:
        # Line by line: a merge in git may have left a story twice.
        return {story.id: list(story.articles) for _, story in parse(path, Story)}

    return {
        story: articles
        for found in _of_each_file(workspace, workspace.stories.files(), "story-articles-1", of)
        for story, articles in found.items()
    }


def survey(
    workspace: Workspace,
    seeds_of: Mapping[str, Collection[str]],
    tombstones: Mapping[str, Tombstone],
    track: Track = untracked,
) -> Survey:
    """Return what lies in the folder of seeds, beside what was read before."""
    return folder.survey(
        track(folder.files(workspace.seed_folder), "Looking at seeds"),
        workspace.root,
        known_seeds(workspace),
        seeds_of,
        tombstones,
        workspace.freshness.digest,
    )


def known_seeds(workspace: Workspace) -> dict[str, KnownSeed]:
    """Return the seeds that were read, by SHA-256."""

    def of(path: Path) -> dict[str, Any]:
        read = workspace.seeds.read(path)
        return {seed.id: [seed.path, seed.article] for seed in read.values()}

    return {
        identity: KnownSeed(identity, path, article)
        for found in _of_each_file(workspace, workspace.seeds.files(), "seeds-1", of)
        for identity, (path, article) in found.items()
    }


def article_seeds(workspace: Workspace) -> dict[str, list[str]]:
    """Return the seeds of each article, by the article's id."""

    def of(path: Path) -> dict[str, Any]:
        return {a.id: list(a.seeds) for a in workspace.articles.read(path).values()}

    files = workspace.articles.files()
    return {
        article: seeds
        for found in _of_each_file(workspace, files, "article-seeds-1", of)
        for article, seeds in found.items()
    }


def _roles(workspace: Workspace) -> Counter[str]:
    """Return how many lines of all seeds were taken for what."""

    def of(path: Path) -> dict[str, Any]:
        counts = Counter[str]()
        for run in (run for seed in workspace.seeds.read(path).values() for run in seed.lines):
            counts[run.role] += run.last - run.first + 1
        return dict(counts)

    total = Counter[str]()
    for counts in _of_each_file(workspace, workspace.seeds.files(), "roles-1", of):
        total.update(counts)
    return total


def _of_each_file(
    workspace: Workspace, files: Iterable[Path], what: str, of: Callable[[Path], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    fresh = workspace.freshness
    for path in files:
        yield fresh.worked_out(what, path.stem, fresh.digest(path), partial(of, path))


def _never_frozen(
    workspace: Workspace, found: Survey, seeds_of: Mapping[str, Collection[str]]
) -> set[str]:
    """Return seeds of which a killed run wrote the record alone, and whose file is gone since.

    One whose article is in a story was read whole: if the article is missing, that is a fault.
    """
    grouped = {a for articles in story_articles(workspace).values() for a in articles}
    tombstones = workspace.tombstones.load()
    return {
        seed.id
        for seed in (*found.gone, *found.changed)
        if seed.article not in tombstones
        and seed.id not in seeds_of.get(seed.article, ())
        and (seed.article in seeds_of or seed.article not in grouped)
    }


def _write_seeds(
    workspace: Workspace, scratch: "_Scratch", found: Survey, gone: Collection[str]
) -> None:
    """Add the new seeds to the map, move those that were renamed, drop those that went bad."""
    digits = workspace.form.digits
    touched = {i[:digits] for i in (*found.renamed, *gone)} | set(scratch.names("seeds"))
    for name in sorted(touched):
        seeds = workspace.seeds.read(workspace.seeds.file(name))
        seeds = {i: seed for i, seed in seeds.items() if i not in gone}
        for identity in seeds.keys() & found.renamed.keys():
            path = found.renamed[identity]
            seeds[identity] = seeds[identity].model_copy(update={"path": path})
        seeds |= {seed.id: seed for seed in scratch.read("seeds", name, Seed)}
        workspace.seeds.write(name, seeds.values())


# --- stories --------------------------------------------------------------------------------


def _grouped(workspace: Workspace) -> list[Story]:
    """Bring the ledger up to date, with every article in a story, and return it.

    Articles are compared with each other once: those that were compared before with each other
    alone are left out, as long as the rule is the same and the ledger holds them.
    """
    from builder.ingest import grams

    articles = article_seeds(workspace)
    # Read line by line: a merge in git may have left a story twice.
    files = workspace.stories.files()
    ledger = [story for path in files for _, story in parse(path, Story)]
    mark = workspace.state / "cache" / "grouped.json"
    compared = _compared(mark, ledger, grams.rule())
    twice = len({a for s in ledger for a in s.articles}) < sum(len(s.articles) for s in ledger)
    if set(articles) <= compared and not twice:
        return ledger

    def texts(wanted: Collection[str]) -> Iterator[tuple[str, str]]:
        asked = set(wanted)
        for name in sorted({identity[: workspace.form.digits] for identity in asked}):
            read = workspace.articles.read(workspace.articles.file(name))
            yield from ((i, article.text) for i, article in read.items() if i in asked)

    links = grams.links(mark.parent, articles, compared & articles.keys(), texts)
    ledger = stories.assign(ledger, articles, links)
    workspace.stories.save(ledger)
    write_bytes(mark, json.dumps({"rule": grams.rule(), "articles": sorted(articles)}).encode())
    return ledger


def _compared(mark: Path, ledger: Iterable[Story], rule: str) -> set[str]:
    """Return the articles that this machine has compared by the present rule, and are grouped."""
    try:
        said = json.loads(mark.read_bytes())
        compared = set(said["articles"]) if said["rule"] == rule else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return compared & {article for story in ledger for article in story.articles}


# --- what is read, until it is written ------------------------------------------------------


class _Scratch:
    """Files that hold what was read, by where it belongs, so that no run holds it all at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, shelf: str, name: str, record: Seed | Cleaned) -> None:
        """Put a record with those that belong in the same file of a shelf."""
        path = self._folder / shelf / f"{name}.jsonl"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(dump([record]))
        except OSError as error:
            raise BuilderError(f"{path}: cannot be written: {error.strerror}") from error

    def names(self, shelf: str) -> list[str]:
        """Return the names of a shelf's files for which something was read."""
        return sorted(path.stem for path in (self._folder / shelf).glob("*.jsonl"))

    def read(self, shelf: str, name: str, kind: type[Any]) -> Iterator[Any]:
        """Yield what was read for a file, in the order in which it was read."""
        path = self._folder / shelf / f"{name}.jsonl"
        if path.exists():
            yield from (record for _, record in parse(path, kind))


@contextmanager
def _scratch(folder: Path) -> Iterator[_Scratch]:
    """Yield an empty folder to put records into; what a killed run left is thrown away."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield _Scratch(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
