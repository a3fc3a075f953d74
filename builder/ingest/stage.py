"""The stage that reads seeds: clean them, freeze their articles, group them into stories."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from builder.ingest import carrying, refreezing
from builder.ingest.articles import Cleaned, SplitSentences, freeze
from builder.ingest.folder import Survey
from builder.ingest.held import (
    article_seeds,
    known_seeds,
    roles,
    story_articles,
)
from builder.ingest.looking import frozen, survey, way_of_reading
from builder.ingest.reading import SeedsRead, read_seeds
from builder.ingest.refreezing import Refrozen
from builder.ingest.restating import restate
from builder.ingest.retracting import finish
from builder.ingest.scratch import Scratch, scratch
from builder.ingest.stories.grouping import grouped
from builder.ingest.stories.held_back import HeldBack, held_back
from builder.phrasing import most_first
from builder.progress import Track, untracked
from builder.records import Rejection, Seed, Story, Withdrawal
from builder.workspace.folder import Workspace
from builder.workspace.ledger import read_ledger, taken_out


@dataclass(frozen=True)
class Variant:
    """A seed whose new article tells the same story as the article of another seed."""

    path: str
    like: str
    story: str


@dataclass(frozen=True)
class Ingested:
    """What became of the seeds: counts of this run, and of the whole workspace.

    ``passed`` is what is no article by its kind, such as a picture in a crawl; ``restated`` are
    seeds whose sidecar says something else than before.

    ``renamed``, ``gone`` and ``changed`` are names: known seeds under a new path, known seeds
    whose file is no longer there, and files that were edited and make a new article in this run.
    ``kept`` says which edited seeds were not read, because their article is frozen, ``refrozen``
    which were; ``carried`` counts the corrections that an article got from the one it replaced,
    ``lost`` says which of their marks it could not get. ``held_back`` are stories that enter no
    release, from this run; ``held_before`` counts those of earlier ones. ``withdrawn`` are the
    articles that the next release leaves out as people joined stories.
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
    passed: list[Rejection] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    restated: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[Rejection] = field(default_factory=list)
    refrozen: list[Refrozen] = field(default_factory=list)
    carried: int = 0
    lost: list[Rejection] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)
    held_before: int = 0
    withdrawn: list[Withdrawal] = field(default_factory=list)


def ingest(
    workspace: Workspace,
    split: SplitSentences,
    track: Track = untracked,
    refreeze: Sequence[str] = (),
) -> Ingested:
    """Clean new seeds, freeze their articles with their sentences, and group them into stories.

    Retractions that a killed command left half done are finished first. The seeds that
    ``refreeze`` names are frozen anew.
    """
    finish(workspace)
    tombstones = workspace.tombstones.load()
    seeds_of = article_seeds(workspace)
    found = survey(workspace, seeds_of, tombstones, track)
    with scratch(workspace.state / "ingest", way_of_reading(workspace)) as kept:
        read = read_seeds(
            workspace, found, frozen(workspace, found, seeds_of), tombstones, kept, refreeze, track
        )
        # The ledger comes first, then seeds: one that its article does not know yet is read again
        # by the next run.
        refreezing.begin(workspace, read.replaced)
        _write_seeds(workspace, kept, found, read.gone | _never_frozen(workspace, found, seeds_of))
        for name in kept.names("articles"):
            before = workspace.articles.read(workspace.articles.file(name)).values()
            workspace.articles.write(
                name, freeze(kept.read("articles", name, Cleaned), before, split)
            )
        told, wrong = restate(workspace, found.restated)
        refreezing.drop_unfrozen(workspace, article_seeds(workspace))
        ledger_before = read_ledger(workspace)
        ledger = grouped(workspace, ledger_before)
        carried = carrying.carry(workspace)
    read.refused.extend(wrong)
    refused = [*read.refused, *found.copies, *read.retracted, *read.kept]
    workspace.reject("ingest", [*refused, *found.passed])
    new = {article for _, article in read.read.values()} - seeds_of.keys()
    lines = roles(workspace)
    held = {story.id for story in ledger_before if story.waits()}
    out = {w.article for story in ledger_before for w in story.withdrawn}
    done = Ingested(
        new_seeds=len(read.read),
        new_articles=len(new),
        seeds=len(known_seeds(workspace)),
        articles=len(article_seeds(workspace)),
        stories=len(ledger),
        lines_kept=lines["body"],
        lines_dropped=_by_number(lines),
        rejected=read.refused,
        copies=found.copies,
        retracted=read.retracted,
        passed=found.passed,
        renamed=[file.name for file in found.renamed.values()],
        restated=told,
        gone=[seed.path for seed in found.gone],
        changed=_made_new(found, read, new),
        kept=read.kept,
        refrozen=read.refrozen,
        carried=len(carried.corrections),
        lost=carried.newly,
        variants=_variants(workspace, ledger, read, new),
        held_back=held_back(workspace, ledger, (s for s in ledger if s.id not in held)),
        held_before=sum(story.id in held and bool(story.waits()) for story in ledger),
        withdrawn=[w for s in ledger for w in s.withdrawn if w.by_joining and w.article not in out],
    )
    workspace.freshness.save()
    return done


def _made_new(found: Survey, read: SeedsRead, new: Collection[str]) -> list[str]:
    """Return the files that were edited and make a new article, which replaces none."""
    edited = {seed.path for seed in found.changed}
    anew = {item.path for item in read.refrozen}
    return [
        name for name, article in read.read.values() if name in edited - anew and article in new
    ]


def _variants(
    workspace: Workspace, ledger: Iterable[Story], read: SeedsRead, new: Collection[str]
) -> list[Variant]:
    """Return which new articles tell the story of another one."""
    out, paths = taken_out(workspace), dict[str, str]()
    for seed in known_seeds(workspace).values():
        paths.setdefault(seed.article, seed.path)
    story_of = {article: story for story in ledger for article in story.articles}
    later = {article: number for number, (_, article) in enumerate(read.read.values())}
    only_new, found = set(new) - set(out.values()), dict[str, Variant]()
    for name, article in read.read.values():
        if article in only_new:
            story = story_of[article]
            others = [
                paths[a]
                for a in story.articles
                if a in paths and a not in out and (a not in new or later[a] < later[article])
            ]
            if others and article not in found:
                found[article] = Variant(name, min(others), story.id)
    return list(found.values())


def _by_number(roles: Mapping[str, int]) -> dict[str, int]:
    """Return what was dropped, the commonest role first."""
    in_order = most_first(roles).items()
    return {role: number for role, number in in_order if role not in ("body", "blank")}


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
    workspace: Workspace, scratch: "Scratch", found: Survey, gone: Collection[str]
) -> None:
    """Add the new seeds to the map, move those that were renamed, drop those that went bad."""
    digits = workspace.form.digits
    touched = {i[:digits] for i in (*found.renamed, *gone)} | set(scratch.names("seeds"))
    for name in sorted(touched):
        seeds = workspace.seeds.read(workspace.seeds.file(name))
        seeds = {i: seed for i, seed in seeds.items() if i not in gone}
        for identity in seeds.keys() & found.renamed.keys():
            file = found.renamed[identity]
            seeds[identity] = seeds[identity].model_copy(
                update={"path": file.file_name, "record": file.record}
            )
        seeds |= {seed.id: seed for seed in scratch.read("seeds", name, Seed)}
        workspace.seeds.write(name, seeds.values())
