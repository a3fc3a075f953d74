"""The command that takes an article back: its text leaves the workspace, a tombstone stays."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from builder.dataset import manifest
from builder.ingest import retraction
from builder.records import Story, Tombstone
from builder.workspace.folder import Workspace
from builder.workspace.ledger import read_ledger, replaced
from builder.workspace.store import Shelf, parse


@dataclass(frozen=True)
class Retracted:
    """What is left of an article that was taken back.

    ``files`` are seeds that still lie in the workspace, ``variants`` the other articles of its
    story, ``releases`` those that still hold it.
    """

    article: str
    told: str
    files: list[str]
    variants: list[str]
    releases: list[str]


def retract(workspace: Workspace, target: str, reason: str, day: date) -> Retracted:
    """Take an article out of the workspace and all future releases; a tombstone stays.

    Other texts of the same seed, frozen before or after it, go with it.

    Args:
        workspace: the workspace.
        target: an article's id, or a seed's SHA-256 or path.
        reason: why; it stays in git.
        day: the day that the tombstone bears.

    Raises:
        BuilderError: the target names no article or several, or there is no reason.

    """
    seeds, stones = workspace.seeds.load(), workspace.tombstones.load()
    known = workspace.articles.places().keys() | stones.keys()
    anew = replaced(workspace)
    article = retraction.article_of(target, workspace.root, seeds, known, anew)
    family = retraction.with_replaced(article, anew)
    new = {i: retraction.tombstone(i, seeds.values(), reason, day) for i in family}
    # The tombstones come first: what a killed command left is taken out by the next one.
    for identity in family:
        workspace.tombstones.add([stones.setdefault(identity, new[identity])])
    for identity in family:
        ledger = _take_out(workspace, stones[identity])
    paths = sorted({seeds[i].path for stone in new.values() for i in stone.seeds})
    return Retracted(
        article=article,
        told=stones[article].told(),
        files=[path for path in paths if (workspace.root / path).exists()],
        variants=[
            a for s in ledger if article in s.articles for a in s.articles if a not in stones
        ],
        releases=list(
            dict.fromkeys(v for i in family for v in manifest.holding(workspace.releases, i))
        ),
    )


def unfinished(workspace: Workspace) -> list[Tombstone]:
    """Return the tombstones of articles that are still there, as a killed command leaves them.

    A merge in git may bring one back, too.
    """
    stones = workspace.tombstones.load()
    if not stones:
        return []
    digits = workspace.form.digits
    held = _held(workspace)
    for name in sorted({article[:digits] for article in stones}):
        path = workspace.articles.file(name)
        held |= workspace.articles.places(path).keys() if path.exists() else set()
        windows = workspace.windows.read(workspace.windows.file(name)).values()
        held |= {window.article for window in windows}
    held |= {path.stem for path in workspace.corrections.files()}
    return [stone for article, stone in stones.items() if article in held]


def finish(workspace: Workspace) -> None:
    """Take out what has a tombstone and is still there."""
    for stone in unfinished(workspace):
        _take_out(workspace, stone)


def _held(workspace: Workspace) -> set[str]:
    """Return the articles that stories hold and that are not withdrawn."""

    def of(path: Path) -> list[str]:
        # Line by line: a merge in git may have left a story twice.
        stories = [story for _, story in parse(path, Story)]
        gone = {w.article for story in stories for w in story.withdrawn}
        return sorted({a for story in stories for a in story.articles} - gone)

    fresh = workspace.freshness
    return {
        article
        for path in workspace.stories.files()
        for article in fresh.worked_out("held-1", path.stem, fresh.digest(path), partial(of, path))
    }


def _take_out(workspace: Workspace, stone: Tombstone) -> list[Story]:
    """Take a retracted article out of all shelves; return the ledger in which it is withdrawn."""
    article = stone.article
    ledger = retraction.withdrawn(read_ledger(workspace), stone)
    workspace.stories.save(ledger)
    name = article[: workspace.form.digits]
    shelves: tuple[Shelf[Any], ...] = (
        workspace.gold,
        workspace.tasks,
        workspace.windows,
        workspace.deals,
        workspace.suggestions,
        workspace.aligned,
        workspace.imported,
    )
    for shelf in shelves:
        kept = shelf.read(shelf.file(name)).values()
        shelf.write(name, (record for record in kept if record.article != article))
    workspace.corrections.write(article, ())
    for path in workspace.rejected.files():
        rejected = workspace.rejected.read(path).values()
        workspace.rejected.write(path.stem, (r for r in rejected if not _is_of(article, r.path)))
    articles = workspace.articles.read(workspace.articles.file(name))
    workspace.articles.write(name, (a for a in articles.values() if a.id != article))
    return ledger


def _is_of(article: str, path: str) -> bool:
    """Tell whether a rejection is of an article's task or of its corrections."""
    return path.startswith(article) or path == f"data/corrections/{article}.jsonl"
