"""The stage that builds gold from suggestions and people's corrections."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from builder.contract import sound
from builder.corrections import latest, standing, unsuggested
from builder.dataset.rows import weakest
from builder.lint import slips
from builder.phrasing import count
from builder.progress import Track, untracked
from builder.records import Correction, Gold, Rejection
from builder.review.gold import build, by_people_alone
from builder.review.quality import LabelQuality, suggestion_quality, summed
from builder.tasks.dealing import counted
from builder.variants.stage import suggestion_files, suggestions_of
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined
from builder.workspace.ledger import replaced
from builder.workspace.store import RecordError

STAGE = "review"
# Raise it when the same suggestions and corrections give other gold.
_RULE = "gold-3"


@dataclass(frozen=True)
class Reviewed:
    """How far people have come: sentences by status, and what they changed in suggestions.

    ``quality`` says how good the suggestions were that they started from, label by label.
    ``rejected`` names corrections that break the text contract: their articles get no gold.
    ``to_look_at`` names flagged and skipped tasks, and likely slips, with person and place.
    """

    changed: int
    sentences: dict[str, int]
    changes: dict[str, int]
    quality: tuple[LabelQuality, ...]
    rejected: list[Rejection] = field(default_factory=list)
    to_look_at: list[str] = field(default_factory=list)


def review(workspace: Workspace, track: Track = untracked, *, force: bool = False) -> Reviewed:
    """Build the gold of every article from its suggestion and people's corrections.

    Args:
        workspace: the workspace; its suggestions have to be up to date.
        track: shows the progress, file by file.
        force: build everything again.

    """
    fresh, work = workspace.freshness, workspace.corrections_by_prefix()
    changed = sum(
        _write(workspace, name, work.get(name, ()))
        for name in track(list(_stale(workspace, work, force)), "Building gold")
    )
    changes = Counter[str]()
    quality: list[LabelQuality] = []
    rejected: list[Rejection] = []
    looks: list[str] = []
    anew = replaced(workspace)
    for name, paths in sorted(work.items()):
        # What was carried over to another article counts there.
        told = _told(workspace, name, [path for path in paths if path.stem not in anew])
        looks += told["to_look_at"]
        changes.update(told["changes"])
        quality = summed([*quality, *(LabelQuality(*row) for row in told["quality"])])
        rejected += [Rejection.model_validate(refused) for refused in told["refused"]]
    there = workspace.prefixes()
    for path in workspace.gold.files():
        if path.stem not in there:
            path.unlink()
    fresh.forget(STAGE, keep=there)
    workspace.reject(STAGE, rejected)
    done = Reviewed(
        changed=changed,
        sentences=summary(workspace),
        changes=dict(changes.most_common()),
        quality=tuple(sorted(quality, key=_order(workspace))),
        rejected=rejected,
        to_look_at=looks,
    )
    fresh.save()
    return done


def to_look_at(workspace: Workspace) -> list[str]:
    """Return what people should look at: flagged and skipped tasks, and likely slips."""
    work, anew = workspace.corrections_by_prefix(), replaced(workspace)
    told = (
        _told(workspace, name, [path for path in paths if path.stem not in anew])
        for name, paths in sorted(work.items())
    )
    return [line for of_file in told for line in of_file["to_look_at"]]


def holds(workspace: Workspace) -> str:
    """Say how many sentences have which status."""
    counts = sorted(summary(workspace).items(), key=lambda item: -item[1])
    refused = len(workspace.rejected.read(workspace.rejected.file(STAGE)))
    told = ", ".join(f"{number} {status}" for status, number in counts) or "0"
    return f"sentences: {told}" + (f"; {count(refused, 'correction')} refused" if refused else "")


def due(workspace: Workspace) -> str:
    """Say for how many articles the gold is not what follows from the work as it is now."""
    work = workspace.corrections_by_prefix()
    stale = list(_stale(workspace, work, force=False))
    changed = sum(len(_differing(workspace, name, work.get(name, ()))) for name in stale)
    if changed:
        return f"{count(changed, 'article')} with newer work"
    unread = sum(_unreadable(workspace, workspace.gold.file(name)) for name in stale)
    return f"{count(unread, 'file')} of gold that cannot be read" if unread else ""


def _unreadable(workspace: Workspace, path: Path) -> bool:
    """Tell whether a file of gold holds something, but no gold."""
    return path.exists() and path.stat().st_size > 0 and not workspace.gold.read(path)


def summary(workspace: Workspace) -> dict[str, int]:
    """Return how many sentences of the gold have which status, as it lies in its files.

    Those of an article that was frozen anew count in the one that took its place.
    """
    fresh, total, anew = workspace.freshness, Counter[str](), replaced(workspace)
    gone = workspace.by_prefix(anew)

    def counts(path: Path) -> dict[str, int]:
        read = [g for g in workspace.gold.read(path).values() if g.article not in anew]
        return dict(Counter(weakest((s.entity, s.claim)) for gold in read for s in gold.status))

    for path in workspace.gold.files():
        inputs = joined([fresh.digest(path), *gone.get(path.stem, ())])
        total.update(fresh.worked_out("gold-2", path.stem, inputs, partial(counts, path)))
    return dict(total)


def _stale(workspace: Workspace, work: Mapping[str, Sequence[Path]], force: bool) -> Iterator[str]:
    """Yield the names of the files whose gold is not known to follow from what is there now."""
    fresh = workspace.freshness
    for name in workspace.prefixes():
        now = (
            _inputs(workspace, name, work.get(name, ())),
            fresh.digest(workspace.gold.file(name)),
        )
        if force or fresh.made(STAGE, name) != now:
            yield name


def _inputs(workspace: Workspace, name: str, work: Iterable[Path]) -> str:
    fresh = workspace.freshness
    derived = (workspace.articles.file(name), *suggestion_files(workspace, name))
    digests = [*map(fresh.digest, derived), fresh.digests(work), *_dealt(workspace, name)]
    return joined([_rule(workspace), *digests])


def _dealt(workspace: Workspace, name: str) -> list[str]:
    """Return the digest of what was dealt of the articles of one file; nothing if nothing was."""
    path = workspace.deals.file(name)
    return [workspace.freshness.digest(path)] if path.exists() else []


def _order(workspace: Workspace) -> Callable[[LabelQuality], int]:
    """Return the key that puts the rows of quality into the order of the labels."""
    order = {label.name: number for number, label in enumerate(workspace.labels.labels)}
    return lambda row: order.get(row.label, len(order))


def _rule(workspace: Workspace) -> str:
    """Return what stands for how gold is built: the rule, who is one, what labels are called."""
    known = workspace.labels.labels
    return joined(
        [
            _RULE,
            workspace.people.digest,
            *(f"{x.layer} {x.name} {x.retired} {x.alias_of}" for x in known),
        ]
    )


def _sound(
    workspace: Workspace, name: str, paths: Iterable[Path]
) -> tuple[list[Correction], list[Rejection]]:
    """Return the work that counts on the articles of one file, and what breaks the contract."""
    articles = workspace.articles.read(workspace.articles.file(name))
    placed = workspace.corrections.placed(paths)
    kept, refused = sound(placed, articles, workspace.labels, STAGE)
    return counted(kept, workspace.deals.read(workspace.deals.file(name)).values()), refused


def _built(workspace: Workspace, name: str, paths: Iterable[Path]) -> dict[str, Gold]:
    """Return the gold of the articles of one file; none for one whose work cannot be read.

    An article that people have looked at whole needs no suggestion; others wait for one.
    """
    labels = workspace.labels
    articles = workspace.articles.read(workspace.articles.file(name))
    suggestions = suggestions_of(workspace, name)
    corrections, refused = _sound(workspace, name, paths)
    broken = {Path(rejection.path).stem for rejection in refused}
    of_article: dict[str, list[Correction]] = {}
    for correction in corrections:
        of_article.setdefault(correction.article, []).append(correction)
    found: dict[str, Gold] = {}
    for identity, article in articles.items():
        suggested, work = suggestions.get(identity), of_article.get(identity, ())
        gold = build(article, suggested or unsuggested(article, labels), work, labels)
        if identity not in broken and (suggested is not None or by_people_alone(gold)):
            found[identity] = gold
    return found


def _differing(workspace: Workspace, name: str, paths: Sequence[Path]) -> set[str]:
    """Return the articles of a file whose gold would change."""
    new = _built(workspace, name, paths)
    old = workspace.gold.read(workspace.gold.file(name))
    return {i for i in new.keys() | old.keys() if new.get(i) != old.get(i)}


def altered(workspace: Workspace) -> Iterator[tuple[Path, str]]:
    """Yield the articles whose gold this stage has not made, and would make otherwise.

    Gold that it has made from other suggestions or work than there are now is not among them, nor
    is gold of what cannot be read.
    """
    fresh, work = workspace.freshness, workspace.corrections_by_prefix()
    for path in workspace.gold.files():
        made = fresh.made(STAGE, path.stem)
        if made is None or made[1] != fresh.digest(path):
            with suppress(RecordError, OSError):
                differing = _differing(workspace, path.stem, work.get(path.stem, ()))
                yield from ((path, article) for article in sorted(differing))


def _write(workspace: Workspace, name: str, paths: Sequence[Path]) -> int:
    """Write the gold of the articles of one file; return for how many it has changed."""
    path = workspace.gold.file(name)
    old = workspace.gold.read(path)
    new = _built(workspace, name, paths)
    workspace.gold.write(name, new.values())
    digest = workspace.freshness.digest(path)
    workspace.freshness.make(STAGE, name, _inputs(workspace, name, paths), digest)
    return sum(new.get(i) != old.get(i) for i in new.keys() | old.keys())


def _told(workspace: Workspace, name: str, paths: Sequence[Path]) -> dict[str, Any]:
    """Return what the result of a review says of the work on the articles of one file."""
    fresh = workspace.freshness

    def tell() -> dict[str, Any]:
        corrections, refused = _sound(workspace, name, paths)
        last = latest(corrections)
        return {
            "changes": dict(Counter(change.action for c in last for change in c.changes)),
            "quality": [astuple(row) for row in suggestion_quality(corrections, workspace.labels)],
            "to_look_at": list(_to_look_at(workspace, name, corrections)),
            "refused": [rejection.model_dump(mode="json") for rejection in refused],
        }

    articles = fresh.digest(workspace.articles.file(name))
    digests = [articles, fresh.digests(paths), *_dealt(workspace, name)]
    return fresh.worked_out("told-3", name, joined([_rule(workspace), *digests]), tell)


def _to_look_at(
    workspace: Workspace, name: str, corrections: Iterable[Correction]
) -> Iterator[str]:
    """Yield what people should look at in the work on the articles of one file."""
    articles = workspace.articles.read(workspace.articles.file(name))
    for correction in sorted(standing(corrections), key=lambda c: c.key):
        if correction.state == "withdrawn" or correction.article not in articles:
            continue
        flags = ", ".join(correction.flags)
        where = f"{correction.task} by {correction.producer.name}"
        if correction.state == "skipped":
            yield f"{where}: skipped ({flags or 'no reason is given'})"
        elif flags:
            yield f"{where}: {flags}"
        for slip in slips(correction, articles[correction.article]):
            if slip.rule.severity != "mended":
                yield str(slip)
