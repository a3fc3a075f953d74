"""THE page: seeds -> articles -> suggestions -> tasks -> corrections -> gold -> release.

Each stage is a function over a workspace. It reads what the stage before wrote, does what is not
done yet, and says what it did; running it again changes nothing.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from builder import labels
from builder.errors import BuilderError
from builder.outcomes import (
    Annotated,
    Ingested,
    Pulled,
    Pushed,
    Retracted,
    Reviewed,
    Run,
)
from builder.records import (
    Article,
    Correction,
    Gold,
    Record,
    Rejection,
    Story,
    Suggestion,
    Task,
)
from builder.workspace.store import Shelf, Workspace, parse, write_bytes

if TYPE_CHECKING:
    from builder.formats.files import Export, Format
    from builder.release.shards import ShardRecords, StoryShard
    from builder.release.verify import Verified
    from builder.release.write import Released

log = logging.getLogger(__name__)

T = TypeVar("T")
Track = Callable[[Sequence[T], str], Iterable[T]]


def untracked(items: Sequence[T], what: str) -> Iterable[T]:
    """Show no progress."""
    return items


# --- seeds -> articles and stories ----------------------------------------------------------


def ingest(workspace: Workspace, track: Track[Any] = untracked) -> Ingested:
    """Clean new seeds, freeze their articles with their sentences, and group them into stories."""
    from builder.annotate.sentences import sentence_bounds
    from builder.ingest import articles as cleaning
    from builder.ingest import folder

    known, before = workspace.seeds.load(), workspace.articles.load()
    tombstones = workspace.tombstones.load()
    paths = track(folder.files(workspace.seed_folder), "Looking at seeds")
    found = folder.survey(paths, workspace.root, known, before, tombstones)
    seeds = {**known, **{seed.id: seed for seed in found.renamed}}
    cleaned: list[cleaning.Cleaned] = []
    rejected = list(found.unreadable)
    for file in track(found.new, "Reading seeds"):
        result = cleaning.clean(file.path, file.name, file.id)
        if isinstance(result, Rejection):
            rejected.append(result)
            seeds.pop(file.id, None)
            continue
        seeds[file.id] = result.seed
        if result.seed.article in tombstones:
            reason = tombstones[result.seed.article].told()
            found.retracted.append(cleaning.rejected(file.name, reason))
        else:
            cleaned.append(result)
    frozen = cleaning.freeze(cleaned, before.values(), sentence_bounds)
    ledger = _grouped(workspace, frozen)
    # The map from seed to article comes last: a seed in it is never read again.
    workspace.articles.save(frozen)
    workspace.stories.save(ledger)
    workspace.seeds.save(seeds.values())
    others = _rejections_of_others(workspace, "ingest")
    workspace.rejected.save([*others, *rejected, *found.copies, *found.retracted])
    edited = {seed.path for seed in found.changed}
    roles = Counter[str]()
    for run in (run for seed in seeds.values() for run in seed.lines):
        roles[run.role] += run.last - run.first + 1
    return Ingested(
        new_seeds=len(cleaned),
        new_articles=len(frozen) - len(before),
        seeds=len(seeds),
        articles=len(frozen),
        stories=len(ledger),
        lines_kept=roles["body"],
        lines_dropped={role: n for role, n in roles.most_common() if role not in ("body", "blank")},
        rejected=rejected,
        copies=found.copies,
        retracted=found.retracted,
        renamed=[seed.path for seed in found.renamed],
        gone=[seed.path for seed in found.gone],
        changed=[
            item.seed.path
            for item in cleaned
            if item.seed.path in edited and item.seed.article not in before
        ],
    )


def _grouped(workspace: Workspace, articles: Iterable[Article]) -> list[Story]:
    """Return the ledger with every article in a story.

    Articles are compared only where the ledger or the articles are not those of the last time:
    new ones, or two ledgers that a merge in git has joined.
    """
    from builder.ingest import stories

    texts = {article.id: article.text for article in articles}
    # Read line by line: a merge in git may have left a story twice.
    files = workspace.stories.files()
    ledger = [story for path in files for _, story in parse(path, Story)]
    mark = workspace.state / "grouped"
    if mark.exists() and mark.read_text("utf-8") == stories.state(ledger, texts):
        return ledger
    ledger = stories.assign(ledger, texts)
    write_bytes(mark, stories.state(ledger, texts).encode())
    return ledger


def _rejections_of_others(workspace: Workspace, stage: str) -> list[Rejection]:
    return [r for r in workspace.rejected.load().values() if r.stage != stage]


# --- what is taken back ---------------------------------------------------------------------


def retract(workspace: Workspace, target: str, reason: str, day: date) -> Retracted:
    """Take an article out of the workspace and all future releases; a tombstone stays."""
    from builder.dataset import manifest
    from builder.ingest import retraction

    seeds, stones = workspace.seeds.load(), workspace.tombstones.load()
    known = workspace.articles.load().keys() | stones.keys()
    article = retraction.article_of(target, workspace.root, seeds, known)
    new = retraction.tombstone(article, seeds.values(), reason, day)
    stone = stones.setdefault(article, new)
    # The tombstone comes first: what a killed command left is taken out by the next one.
    workspace.tombstones.save(stones.values())
    ledger = retraction.withdrawn(workspace.stories.load().values(), stone)
    workspace.stories.save(ledger)
    about_it: tuple[Shelf[Any], ...] = (
        workspace.gold,
        workspace.tasks,
        workspace.suggestions,
        workspace.corrections,
    )
    for shelf in about_it:
        shelf.save(record for record in shelf.load().values() if record.article != article)
    rejected = workspace.rejected.load().values()
    workspace.rejected.save(r for r in rejected if not r.path.startswith(article))
    workspace.articles.save(a for a in workspace.articles.load().values() if a.id != article)
    return Retracted(
        article=article,
        told=stone.told(),
        files=[seeds[i].path for i in new.seeds if (workspace.root / seeds[i].path).exists()],
        variants=[
            a for s in ledger if article in s.articles for a in s.articles if a not in stones
        ],
        releases=manifest.holding(workspace.releases, article),
    )


# --- articles -> suggestions ----------------------------------------------------------------


def annotate(workspace: Workspace, track: Track[Any] = untracked) -> Annotated:
    """Write a suggestion for every article that has none of the current pipeline."""
    from builder.annotate import suggest

    articles = workspace.articles.load()
    wanted = workspace.config.annotate
    nlp = suggest.load_pipeline(
        wanted.pipeline, root=workspace.root, author_claims=wanted.author_claims
    )
    producer, fingerprint = suggest.producer(nlp), suggest.fingerprint(nlp)
    mark = f"{fingerprint} {wanted.pipeline}"
    same = last_annotated(workspace) == mark
    old = workspace.suggestions.load() if same else {}
    current = {i: s for i, s in old.items() if i in articles}
    missing = [article for i, article in sorted(articles.items()) if i not in current]
    rejected: list[Rejection] = []
    results = suggest.suggest_all(missing, nlp)
    for _, made in zip(track(missing, "Annotating"), results, strict=True):
        if isinstance(made, Rejection):
            rejected.append(made)
        else:
            current[made.article] = made
    workspace.suggestions.save(current.values())
    workspace.rejected.save([*_rejections_of_others(workspace, "annotate"), *rejected])
    write_bytes(_mark_file(workspace), mark.encode())
    spans = Counter(span.label for s in current.values() for span in s.spans)
    return Annotated(
        new=len(missing) - len(rejected),
        articles=len(articles),
        producer=f"{producer.name} {producer.version}",
        spans=dict(spans.most_common()),
        rejected=rejected,
    )


def last_annotated(workspace: Workspace) -> str:
    """Return the fingerprint and the name of the pipeline that wrote the suggestions."""
    path = _mark_file(workspace)
    return path.read_text("utf-8") if path.exists() else ""


def _mark_file(workspace: Workspace) -> Path:
    return workspace.state / "annotated"


# --- suggestions -> tasks -> corrections ----------------------------------------------------


def push(workspace: Workspace) -> Pushed:
    """Put every article's tasks on the Label Studio server, each once, with people's work."""
    from builder.studio.people import Annotators
    from builder.studio.push import push as push_tasks
    from builder.studio.retracted import take_off
    from builder.studio.session import connected, own_account

    articles = _in_story_order(workspace)
    suggestions = shown_suggestions(workspace)
    corrections = workspace.corrections.load()
    ready = [article for article in articles if article.id in suggestions]
    with connected(workspace, log.info) as client:
        pseudonym = Annotators(workspace.state, own_account(workspace)).pseudonym
        users = {pseudonym(email): user for user, email in client.users().items()}
        title = workspace.config.studio.project
        retracted = take_off(client, title, workspace.tombstones.load().keys())
        done = push_tasks(client, title, ready, suggestions, corrections.values(), users)
    before = workspace.tasks.load() if done.created else {}
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
    from builder.review.gold import unsuggested

    shown, stories = workspace.suggestions.load(), workspace.stories.load().values()
    blind = {i for story in stories if story.split == "test" for i in story.articles}
    articles = workspace.articles.load() if blind else {}
    return shown | {i: unsuggested(articles[i]) for i in blind & shown.keys() & articles.keys()}


def _in_story_order(workspace: Workspace) -> list[Article]:
    """Return the articles as annotators meet them: story by story, withdrawn ones left out."""
    articles = workspace.articles.load()
    return [
        articles[i]
        for _, story in sorted(workspace.stories.load().items())
        for i in story.articles
        if i in articles and i not in {w.article for w in story.withdrawn}
    ]


def pull(workspace: Workspace) -> Pulled:
    """Fetch what annotators have submitted since the last pull."""
    from builder.studio import seen
    from builder.studio.people import Annotators
    from builder.studio.pull import pull as pull_changes
    from builder.studio.session import connected, own_account

    articles, known = workspace.articles.load(), workspace.corrections.load()
    with connected(workspace, log.info) as client:
        project = client.project(workspace.config.studio.project)
        if project is None:
            return Pulled(0, 0, 0, 0, 0, [], [], len(known))
        before = seen.of(workspace.state, client.url, project, known)
        annotators = Annotators(workspace.state, own_account(workspace))
        pulled, now = pull_changes(client, project, before, articles, known, annotators)
        workspace.corrections.save([*known.values(), *pulled.corrections])
        old = workspace.rejected.load()
        rejected = {r.key: r for r in pulled.rejected}
        workspace.rejected.save([*pulled.still_rejected(old.values()), *rejected.values()])
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


# --- corrections -> gold -> release ---------------------------------------------------------


def review(workspace: Workspace) -> Reviewed:
    """Build the gold of every article from its suggestion and people's corrections."""
    from builder.corrections import latest
    from builder.dataset.rows import weakest
    from builder.review.quality import suggestion_quality

    built, old = built_gold(workspace), workspace.gold.load()
    workspace.gold.save(built)
    corrections = workspace.corrections.load().values()
    last = latest(corrections)
    return Reviewed(
        changed=sum(old.get(g.article) != g for g in built),
        sentences=dict(Counter(weakest((s.entity, s.claim)) for g in built for s in g.status)),
        changes=dict(Counter(change.action for c in last for change in c.changes).most_common()),
        quality=suggestion_quality(corrections),
    )


def built_gold(workspace: Workspace) -> list[Gold]:
    """Return the gold that follows from the suggestions and corrections as they are now.

    An article that people have looked at whole needs no suggestion; others wait for one.
    """
    from builder.review.gold import build, by_people_alone, unsuggested

    articles, suggestions = workspace.articles.load(), workspace.suggestions.load()
    of_article: dict[str, list[Correction]] = {}
    for correction in workspace.corrections.load().values():
        of_article.setdefault(correction.article, []).append(correction)
    built = (
        build(article, suggestions.get(i) or unsuggested(article), of_article.get(i, ()))
        for i, article in sorted(articles.items())
    )
    return [gold for gold in built if gold.article in suggestions or by_people_alone(gold)]


def release(
    workspace: Workspace, version: str | None = None, track: Track[Any] = untracked
) -> "Released":
    """Write the next release, unless the newest one holds exactly the current gold."""
    from builder.release import inputs, write

    declared = labels.load()
    done = write.release(
        workspace.releases,
        story_shards(workspace, workspace.gold.load()),
        workspace.config.release,
        declared,
        inputs=inputs.digests(workspace, declared),
        wanted=version,
        token_bounds=token_bounds,
        track=track,
    )
    return replace(done, path=Path(done.path).relative_to(workspace.root).as_posix())


def verify(workspace: Workspace, name: str, track: Track[Any] = untracked) -> "Verified":
    """Check a release and build it again from what is in git; only suggestions may be written."""
    from builder.dataset import manifest
    from builder.release import inputs
    from builder.release import verify as rebuilding
    from builder.review.gold import by_people_alone

    release_folder = manifest.find(name, workspace.releases)
    gold = built_gold(workspace)
    if len(gold) < len(workspace.articles.load()) or not all(map(by_people_alone, gold)):
        annotate(workspace, track)
        gold = built_gold(workspace)
    declared = labels.load()
    return rebuilding.verify(
        release_folder,
        workspace.releases,
        story_shards(workspace, {g.article: g for g in gold}),
        workspace.config.release,
        declared,
        inputs=inputs.digests(workspace, declared),
        token_bounds=token_bounds,
        track=track,
    )


def token_bounds(text: str) -> list[tuple[int, int]]:
    """Return the bounds of a text's tokens; spaCy is imported when the first text is cut."""
    from builder.annotate import tokens

    return tokens.token_bounds(text)


def story_shards(workspace: Workspace, gold: Mapping[str, Gold]) -> "list[StoryShard]":
    """Return all stories with all that is theirs, in the shards of a release."""
    from builder.dataset.shards import shard_count, shard_of
    from builder.release.shards import ShardRecords, StoryShard

    articles, stories = workspace.articles.load(), workspace.stories.load().values()
    count = shard_count(sum(len(story.articles) for story in stories))
    home = {a: shard_of(s.id, count) for s in stories for a in s.articles}
    of: list[list[Any]] = [[[], {}, {}, [], []] for _ in range(count)]
    for story in stories:
        of[shard_of(story.id, count)][0].append(story)
    for identity in articles.keys() & home.keys():
        of[home[identity]][1][identity] = articles[identity]
    for identity in gold.keys() & home.keys():
        of[home[identity]][2][identity] = gold[identity]
    for seed in workspace.seeds.load().values():
        if seed.article in home:
            of[home[seed.article]][3].append(seed)
    for correction in workspace.corrections.load().values():
        if correction.article in home:
            of[home[correction.article]][4].append(correction)
    shards = [ShardRecords(*parts) for parts in of]
    return [
        StoryShard(number, count, _digest(records), lambda records=records: records)  # type: ignore[misc]
        for number, records in enumerate(shards)
    ]


def _digest(records: "ShardRecords") -> str:
    """Return the digest of everything that a shard of a release is made from."""
    every: list[Iterable[Record]] = [
        records.stories,
        records.articles.values(),
        records.gold.values(),
        records.seeds,
        records.corrections,
    ]
    lines = [f"{type(r).__name__} {r.model_dump_json()}" for part in every for r in part]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def export(workspace: Workspace, form: "Format", out: Path, version: str | None) -> "Export":
    """Write a release, the newest unless ``version`` says another, in the form of another tool."""
    from builder.dataset import manifest
    from builder.formats import files

    folder = workspace.releases / version if version else manifest.latest(workspace.releases)
    if folder is None or not (folder / manifest.FILE_NAME).exists():
        raise BuilderError(f"{folder or workspace.releases}: no release is there")
    return files.export(folder, form, out, labels.load())


# --- the whole way --------------------------------------------------------------------------


def waiting(tasks: Iterable[Task], corrections: Iterable[Correction]) -> int:
    """Return how many tasks nobody has submitted or skipped."""
    from builder.corrections import standing

    done = {c.task for c in standing(corrections) if c.state != "withdrawn"}
    return sum(task.key not in done for task in tasks)


def run(workspace: Workspace, track: Track[Any] = untracked) -> Run:
    """Do everything that is due, from seeds to release; a server that it starts is stopped."""
    from builder.studio.session import connected, status

    ingested = ingest(workspace, track)
    if not ingested.articles:
        raise BuilderError(f"{workspace.seed_folder}: no article to work on; put UTF-8 text there")
    annotated = annotate(workspace, track)
    with connected(workspace, log.info):
        pushed = push(workspace)
        pulled = pull(workspace)
        address = status(workspace)
    reviewed = review(workspace)
    released = release(workspace)
    return Run(
        ingest=ingested,
        annotate=annotated,
        push=pushed,
        pull=pulled,
        review=reviewed,
        release=released,
        tasks_waiting=waiting(
            workspace.tasks.load().values(), workspace.corrections.load().values()
        ),
        studio=address,
    )
