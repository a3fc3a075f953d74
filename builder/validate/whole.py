"""Check records against each other: what they name is there, in one place, and names them back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from builder.dataset.manifest import sha256
from builder.ingest.stories import splits
from builder.ingest.stories.contradictions import compared
from builder.phrasing import count
from builder.records import CALIBRATION, Article, Deal, Seed, Story, StoryDecision, Tombstone
from builder.text import paragraph_bounds
from builder.validate.findings import Finding, Placed
from builder.validate.people import cycles


@dataclass(frozen=True)
class CheckedSeed:
    """A seed without its lines, of which ``body`` are the article's, and where it stands."""

    item: Placed
    seed: Seed
    body: int


@dataclass(frozen=True)
class CheckedArticle:
    """Of an article its seeds, those that its metadata name, and its number of paragraphs."""

    item: Placed
    seeds: tuple[str, ...]
    named: frozenset[str]
    paragraphs: int


@dataclass
class KnownRecords:
    """What is kept of the records until all files are read: ids, and who names whom."""

    seeds: dict[str, CheckedSeed] = field(default_factory=dict)
    articles: dict[str, CheckedArticle] = field(default_factory=dict)
    stories: list[Placed] = field(default_factory=list)
    decisions: list[Placed] = field(default_factory=list)
    rounds: dict[int, Placed] = field(default_factory=dict)
    tombstones: dict[str, Placed] = field(default_factory=dict)
    people: dict[str, Placed] = field(default_factory=dict)
    orphans: list[Placed] = field(default_factory=list)

    def unopened(self, deal: Deal) -> list[tuple[str, str]]:
        """Return what is wrong with the round of a deal: nobody opened it, or for other tasks."""
        if deal.round <= CALIBRATION:
            return []
        opened = self.rounds.get(deal.round)
        if opened is None:
            return [("round", f"no round {deal.round} in data/rounds")]
        # Work that was done in it may have been carried over to an article frozen anew.
        asked = deal.task in opened.record.tasks or deal.article in self.refrozen
        return [] if asked else [("task", f"is none of those of round {deal.round}")]

    def add_seed(self, item: Placed) -> None:
        """Keep of a seed which article it became."""
        seed: Seed = item.record
        body = sum(run.role == "body" for run in seed.lines)
        bare = seed.model_copy(update={"lines": ()})
        self.seeds[seed.id] = CheckedSeed(item.keeping(None), bare, body)

    def add_article(self, item: Placed) -> None:
        """Keep of an article its seeds, and those that its metadata name."""
        article: Article = item.record
        named = frozenset(
            found.seed
            for name in type(article.metadata).model_fields
            for found in getattr(article.metadata, name)
        )
        paragraphs = len(paragraph_bounds(article.text))
        known = CheckedArticle(item.keeping(None), article.seeds, named, paragraphs)
        self.articles[article.id] = known

    def seeds_of(self, article: Article) -> list[Seed]:
        """Return those of an article's seeds that are known, without their lines."""
        return [self.seeds[seed].seed for seed in article.seeds if seed in self.seeds]

    @cached_property
    def refrozen(self) -> set[str]:
        """The articles whose seed was frozen anew, and those that have their place.

        All stories have to be known before it is asked for.
        """
        withdrawn = [w for item in self.stories for w in item.record.withdrawn if w.successor]
        return {article for w in withdrawn for article in (w.article, w.successor)}


def problems(known: KnownRecords, root: Path, seeds: Path) -> Iterator[Finding]:
    """Yield what does not fit together in the workspace at ``root``, with its folder of seeds."""
    there = known.articles.keys() | known.tombstones.keys()
    yield from _seeds(known, there)
    yield from _left_of_retracted(known, root, seeds)
    yield from _articles(known)
    for item in known.orphans:
        # An article in the wrong file was found there already.
        if item.record not in known.articles:
            told = f"{item.record} is no article here"
            yield from item.findings("reference", [("article", told)])
    yield from _stories(known, there)
    yield from _tombstones(known)
    yield from cycles(known.people)


# --- seeds, articles, stories -----------------------------------------------------------------


def _seeds(known: KnownRecords, there: Iterable[str]) -> Iterator[Finding]:
    for identity, one in known.seeds.items():
        item, name = one.item, one.seed.article
        article = known.articles.get(name)
        if name not in there:
            yield from item.findings("reference", [("article", f"{name} is no article here")])
        elif article is not None and identity not in article.seeds:
            told = f"{name} does not name this seed among its own"
            yield from item.findings("reference", [("article", told)])
        elif article is not None and one.body != article.paragraphs:
            told = f"hold {count(one.body, 'paragraph')} of the body, and the article has others"
            yield from item.findings("seed", [("lines", told)])


def _tombstones(known: KnownRecords) -> Iterator[Finding]:
    seeds_of: dict[str, list[str]] = {}
    for identity, one in sorted(known.seeds.items()):
        seeds_of.setdefault(one.seed.article, []).append(identity)
    in_stories = {article for item in known.stories for article in item.record.articles}
    for article, item in known.tombstones.items():
        stone: Tombstone = item.record
        others = sorted(set(stone.seeds) - {*seeds_of.get(article, [])})
        told = [("seeds", f"{seed} is no seed of the article") for seed in others]
        if not stone.seeds or len(set(stone.seeds)) < len(stone.seeds):
            told.append(("seeds", "are none, or name one twice"))
        yield from item.findings("reference", told)
        if article not in in_stories:
            yield from item.findings("reference", [("article", f"{article} is in no story")])


def _left_of_retracted(known: KnownRecords, root: Path, seeds: Path) -> Iterator[Finding]:
    """Yield the files that hold a seed whose article was retracted, whatever they are called."""
    article_of = {
        seed: stone.article
        for stone in (item.record for item in known.tombstones.values())
        for seed in stone.seeds
    }
    # Only a file of the same size can be the same: the others need not be read.
    sizes = {known.seeds[seed].seed.size for seed in article_of if seed in known.seeds}
    for path in sorted(seeds.rglob("*")) if sizes else ():
        if not path.is_file() or path.stat().st_size not in sizes:
            continue
        article = article_of.get(sha256(path))
        if article is not None:
            told = f"is the text of {article}, which was retracted: remove the file"
            yield Finding(path.relative_to(root).as_posix(), 0, "", told, "retracted", article)


def _articles(known: KnownRecords) -> Iterator[Finding]:
    refrozen = known.refrozen
    for identity, one in known.articles.items():
        item, seeds = one.item, one.seeds
        faults = [("seeds", f"{seed} is no seed here") for seed in seeds if seed not in known.seeds]
        faults += [
            ("seeds", f"{seed} became another article, {known.seeds[seed].seed.article}")
            for seed in seeds
            if seed in known.seeds
            and known.seeds[seed].seed.article != identity
            and identity not in refrozen
        ]
        faults += [("metadata", f"{s} is none of its seeds") for s in sorted(one.named - {*seeds})]
        if len(set(seeds)) < len(seeds) or not seeds:
            faults.append(("seeds", "are none, or name one twice"))
        yield from item.findings("reference", faults)
        if identity in known.tombstones:
            told = f"was retracted: run builder retract {identity} again"
            yield from item.findings("retracted", [("id", told)])


def _stories(known: KnownRecords, there: Iterable[str]) -> Iterator[Finding]:
    story_of: dict[str, str] = {}
    ids = {item.record.id for item in known.stories}
    names = ids | {alias for item in known.stories for alias in item.record.aliases}
    for item in known.stories:
        story: Story = item.record
        withdrawn = {w.article for w in story.withdrawn}
        lacking = sorted((known.tombstones.keys() & set(story.articles)) - withdrawn)
        yield from item.findings(
            "retracted", [("withdrawn", f"lacks {a}, which was retracted") for a in lacking]
        )
        yield from item.findings("story", _story_faults(story, ids, names))
        gone = [a for a in story.articles if a not in there]
        yield from item.findings(
            "reference", [("articles", f"{a} is no article here") for a in gone]
        )
        for article in story.articles:
            if article in story_of:
                told = f"{article} is in story {story_of[article]} too"
                yield from item.findings("story", [("articles", told)])
            story_of[article] = story.id
    for item in known.decisions:
        decision: StoryDecision = item.record
        gone = sorted({*decision.articles, *decision.others} - story_of.keys())
        yield from item.findings(
            "reference", [("articles", f"{a} is in no story here") for a in gone]
        )
    yield from _decisions(known)
    for article in sorted(known.articles.keys() - story_of.keys()):
        told = f"article {article} is in no story"
        yield Finding("data/stories", 0, "articles", told, "story", article)


def _decisions(known: KnownRecords) -> Iterator[Finding]:
    """Yield where decisions contradict each other, and which the ledger does not follow."""
    if not known.decisions:
        return
    by_key = {item.record.key: item for item in known.decisions}
    stories = [item.record for item in known.stories]
    beside = compared(stories, [item.record for item in known.decisions])
    for one in beside.contradictions:
        yield from by_key[one.decisions[-1].key].findings("decision", [("says", one.told())])
    for key in beside.unapplied:
        told = "is not applied: run builder ingest"
        yield from by_key[key].findings("decision", [("articles", told)])


def _story_faults(story: Story, ids: set[str], names: set[str]) -> Iterator[tuple[str, str]]:
    yield from splits.problems(story)
    for where, others in (("mentions", story.mentions), ("undecided", story.undecided)):
        for other in others:
            if other not in names or other == story.id:
                yield where, f"{other} is no other story here"
    if story.split_of is not None and story.split_of not in names:
        yield "split_of", f"{story.split_of} is no story here"
    if len(withdrawn := {w.article for w in story.withdrawn}) < len(story.withdrawn):
        yield "withdrawn", f"name one of {', '.join(sorted(withdrawn))} twice"
    for withdrawal in story.withdrawn:
        if withdrawal.article not in story.articles:
            yield "withdrawn", f"{withdrawal.article} is no article of the story"
        if withdrawal.successor == withdrawal.article:
            yield "withdrawn", f"{withdrawal.article} takes its own place"
    for alias in story.aliases:
        if alias in ids:
            yield "aliases", f"{alias} is a story of its own"
