"""The stage that writes a release: the next version of the dataset, if anything has changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.dataset import manifest
from builder.dataset.rights import unknown_outlets
from builder.dataset.shards import shard_count, shard_of
from builder.errors import BuilderError
from builder.ingest.held import article_splits, known_seeds, outlets, story_articles
from builder.progress import Track, untracked
from builder.records import Rejection, Story
from builder.release import content, inputs
from builder.release.agreed import agreed, tell_unknown
from builder.release.card.origins import made_by
from builder.release.content import Content
from builder.release.effort import effort_said
from builder.release.story_shard import ShardRecords, StoryShard
from builder.tasks.dealing import counted
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined
from builder.workspace.store import RecordError, Shelf, View

if TYPE_CHECKING:
    from builder.release.verify import Verified
    from builder.release.write import Released


def release(
    workspace: Workspace, version: str | None = None, track: Track = untracked
) -> "Released":
    """Write the next release, unless the newest one holds exactly what there is now.

    Raises:
        BuilderError: people's work on a released article cannot be read, the ledger has moved one
            to another split, there is nothing to release, or the wanted version is too small or
            taken.

    """
    from builder.release import write

    _refuse_to_lose_work(workspace)
    _refuse_to_move_rows(workspace)
    tell_unknown(workspace)
    done = write.release(
        workspace.releases,
        story_shards(workspace),
        workspace.config.release,
        workspace.labels,
        inputs=inputs.digests(workspace, workspace.labels),
        wanted=version,
        left=workspace.people.left(),
        rights=workspace.config.rights,
        rounds=_rounds(workspace),
        effort=effort_said(workspace),
        token_bounds=token_bounds,
        track=track,
    )
    workspace.freshness.save()
    return replace(
        done,
        path=Path(done.path).relative_to(workspace.root).as_posix(),
        unknown_outlets=_unknown_outlets(workspace),
    )


def _unknown_outlets(workspace: Workspace) -> list[str]:
    """Return the outlets that builder.toml gives a licence; articles are read only if it does."""
    rights = workspace.config.rights
    return unknown_outlets(rights, outlets(workspace)) if rights.outlets else []


def verify(workspace: Workspace, name: str, track: Track = untracked) -> "Verified":
    """Check a release, build it again and compare; suggestions and gold have to be up to date."""
    from builder.release import verify as rebuilding

    return rebuilding.verify(
        manifest.find(name, workspace.releases),
        workspace.releases,
        story_shards(workspace),
        workspace.config.release,
        workspace.labels,
        inputs=inputs.digests(workspace, workspace.labels),
        left=workspace.people.left(),
        rights=workspace.config.rights,
        rounds=_rounds(workspace),
        effort=effort_said(workspace),
        token_bounds=token_bounds,
        track=track,
    )


def _rounds(workspace: Workspace) -> tuple[str, ...]:
    """Return why tasks were looked at again, for each round in which somebody has done so."""
    opened = workspace.rounds.load()
    if not opened:
        return ()
    done = {c.round for c in workspace.corrections.records() if c.state == "submitted"}
    return tuple(one.told() for one in opened.values() if one.number in done)


def holds(workspace: Workspace) -> str:
    """Say which release is the newest, and what it holds."""
    newest = manifest.latest(workspace.releases)
    if newest is None:
        return "none yet"
    rows = manifest.read(newest).rows
    return f"{newest.name}: " + ", ".join(f"{sum(by.values())} {name}" for name, by in rows.items())


def due(workspace: Workspace) -> str:
    """Say whether the next release would be another one."""
    newest = manifest.latest(workspace.releases)
    if newest is None:
        return "nothing is released"
    try:
        changed = _changed(workspace, newest)
    except RecordError as error:
        if error.path.parent != workspace.gold.folder:
            raise
        return f"{error.path.relative_to(workspace.root)} has to be built again"
    return f"gold has changed since {newest.name}" if changed else ""


def _changed(workspace: Workspace, newest: Path) -> bool:
    """Tell whether what would be released now is something else than the newest release."""
    said, shards = manifest.read(newest), story_shards(workspace)
    config, labels = workspace.config, workspace.labels
    now = Content(
        shards, config.release, labels, {}, token_bounds, rights=config.rights,
        effort=effort_said(workspace),
    )  # fmt: skip
    if content.unchanged(said, now):
        return False
    fresh = workspace.freshness
    made_from = joined(
        [
            fresh.digest(newest / manifest.FILE_NAME),
            labels.source,
            config.release.model_dump_json(),
            config.rights.model_dump_json(),
            *(() if now.effort is None else (repr(now.effort),)),
            *(shard.inputs for shard in shards),
        ]
    )
    return fresh.worked_out("due-1", "release", made_from, lambda: content.due(newest, said, now))


def token_bounds(text: str) -> list[tuple[int, int]]:
    """Return the bounds of a text's tokens; spaCy is imported when the first text is cut."""
    from builder.annotate import tokens

    return tokens.token_bounds(text)


def _refuse_to_lose_work(workspace: Workspace) -> None:
    """Raise BuilderError where people's work on a released article breaks the contract."""
    newest = manifest.latest(workspace.releases)
    for refused in _refused_work(workspace):
        holding = manifest.holding(workspace.releases, Path(refused.path).stem)
        if newest is not None and newest.name in holding:
            raise BuilderError(
                f"{workspace.root / refused.path}:{refused.line}: {refused.field}: "
                f"{refused.reason}; release {newest.name} holds its article, so mend the line, or "
                "restore it from git, before the next release"
            )


def _refuse_to_move_rows(workspace: Workspace) -> None:
    """Raise BuilderError where the ledger has an article in another split than it was released in.

    No command does that: the ledger was edited by hand, or a merge in git spoiled it.
    """
    from builder.dataset import splits

    newest = manifest.latest(workspace.releases)
    if newest is None:
        return
    now = article_splits(workspace)
    for article, split in splits.of_articles(newest).items():
        if now.get(article, split) != split:
            raise BuilderError(
                f"data/stories: article {article} is in {now[article]}, and release {newest.name} "
                f"has it in {split}: a released row never moves. Restore data/stories from git; "
                "builder validate names the lines"
            )


def _refused_work(workspace: Workspace) -> list[Rejection]:
    """Return what review has refused of people's work."""
    return list(workspace.rejected.read(workspace.rejected.file("review")).values())


# --- all that a shard is made from ----------------------------------------------------------


def story_shards(workspace: Workspace) -> list[StoryShard]:
    """Return all stories with all that is theirs, in the shards of a release.

    What a shard is made from is known by digests of lines; records are read where it is built.
    """
    stories = story_articles(workspace)
    count = shard_count(sum(map(len, stories.values())))
    source = _Source(workspace)
    of_shard: dict[int, list[str]] = defaultdict(list)
    for story in sorted(stories):
        of_shard[shard_of(story, count)].append(story)
    made = []
    for number in range(count):
        articles = {story: stories[story] for story in of_shard[number]}
        digest = source.digest(articles) if articles else "empty"
        made.append(StoryShard(number, count, digest, partial(source.load, articles)))
    return made


class _Source:
    """The records of a workspace by story: their digests at once, themselves when asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._digests = {name: workspace.line_digests(name) for name in _sources(workspace)}
        self._seeds_of: dict[str, list[str]] = defaultdict(list)
        for seed in known_seeds(workspace).values():
            self._seeds_of[seed.article].append(seed.id)
        self._work: dict[str, Path] = {p.stem: p for p in workspace.corrections.files()}
        self._views: dict[str, View[Any]] = {}
        self._agreed = agreed(workspace)
        self._refused = {
            Path(r.path).stem: f"{r.path}:{r.line}: {r.field}: {r.reason}"
            for r in reversed(_refused_work(workspace))
        }

    def digest(self, stories: Mapping[str, Iterable[str]]) -> str:
        """Return the digest of everything that is made of some stories."""
        return joined(self._parts(stories))

    def _parts(self, stories: Mapping[str, Iterable[str]]) -> Iterator[str]:
        known, fresh = self._digests, self._workspace.freshness
        for story, articles in sorted(stories.items()):
            yield known["story"][story]
            for article in articles:
                yield known["article"].get(article, "")
                yield known["gold"].get(article, "")
                yield from (known["seed"][seed] for seed in sorted(self._seeds_of[article]))
                if article in self._work:
                    yield self._workspace.people.digest
                    yield fresh.digest(self._work[article])
                    yield from self._dealt(article)
                    yield from filter(None, [self._agreed.told()])

    def _dealt(self, article: str) -> Iterator[str]:
        """Yield the digest of the file of an article's deals, if there is one."""
        path = self._deals_of(article)
        if path.exists():
            yield self._workspace.freshness.digest(path)

    def _deals_of(self, article: str) -> Path:
        return self._workspace.deals.file(article[: self._workspace.form.digits])

    def load(self, stories: Mapping[str, Iterable[str]]) -> ShardRecords:
        """Return the records of some stories."""
        articles = [article for of_story in stories.values() for article in of_story]
        worked_on = [article for article in sorted(articles) if article in self._work]
        work = self._workspace.corrections.read(*(self._work[article] for article in worked_on))
        deals = self._workspace.deals.read(*{self._deals_of(article) for article in worked_on})
        seeds = sorted(seed for article in articles for seed in self._seeds_of[article])
        records: list[Story] = [self._view("story")[story] for story in sorted(stories)]
        there = [article for article in sorted(articles) if article in self._view("article")]
        gold = [article for article in there if article in self._view("gold")]
        return ShardRecords(
            stories=records,
            articles={article: self._view("article")[article] for article in there},
            gold={article: self._view("gold")[article] for article in gold},
            refused={i: self._refused[i] for i in there if i in self._refused},
            seeds=[self._view("seed")[seed] for seed in seeds],
            corrections=counted(work.values(), deals.values()),
            pipeline=self._pipeline,
            agreed=self._agreed,
        )

    @cached_property
    def _pipeline(self) -> str:
        """Return who made the suggestions; they are all of one pipeline, as they are up to date."""
        made = next(self._workspace.suggestions.records(), None)
        return "" if made is None else made_by(made.producer)

    def _view(self, name: str) -> View[Any]:
        if name not in self._views:
            self._views[name] = View(_sources(self._workspace)[name])
        return self._views[name]


def _sources(workspace: Workspace) -> dict[str, Shelf[Any]]:
    return {
        "story": workspace.stories,
        "article": workspace.articles,
        "gold": workspace.gold,
        "seed": workspace.seeds,
    }
