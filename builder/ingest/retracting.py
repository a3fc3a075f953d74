"""The command that takes an article back: its text leaves the workspace, a tombstone stays."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from builder.dataset import manifest
from builder.ingest import retraction
from builder.ingest.stage import article_seeds
from builder.workspace.folder import Workspace
from builder.workspace.store import Shelf


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

    Args:
        workspace: the workspace.
        target: an article's id, or a seed's SHA-256 or path.
        reason: why; it stays in git.
        day: the day that the tombstone bears.

    Raises:
        BuilderError: the target names no article or several, or there is no reason.

    """
    seeds, stones = workspace.seeds.load(), workspace.tombstones.load()
    known = article_seeds(workspace).keys() | stones.keys()
    article = retraction.article_of(target, workspace.root, seeds, known)
    new = retraction.tombstone(article, seeds.values(), reason, day)
    stone = stones.setdefault(article, new)
    # The tombstone comes first: what a killed command left is taken out by the next one.
    workspace.tombstones.add([stone])
    ledger = retraction.withdrawn(workspace.stories.load().values(), stone)
    workspace.stories.save(ledger)
    name = article[: workspace.form.digits]
    shelves: tuple[Shelf[Any], ...] = (workspace.gold, workspace.tasks, workspace.suggestions)
    for shelf in shelves:
        kept = shelf.read(shelf.file(name)).values()
        shelf.write(name, (record for record in kept if record.article != article))
    workspace.corrections.write(article, ())
    for path in workspace.rejected.files():
        rejected = workspace.rejected.read(path).values()
        workspace.rejected.write(path.stem, (r for r in rejected if not _is_of(article, r.path)))
    articles = workspace.articles.read(workspace.articles.file(name))
    workspace.articles.write(name, (a for a in articles.values() if a.id != article))
    return Retracted(
        article=article,
        told=stone.told(),
        files=[seeds[i].path for i in new.seeds if (workspace.root / seeds[i].path).exists()],
        variants=[
            a for s in ledger if article in s.articles for a in s.articles if a not in stones
        ],
        releases=manifest.holding(workspace.releases, article),
    )


def _is_of(article: str, path: str) -> bool:
    """Tell whether a rejection is of an article's task or of its corrections."""
    return path.startswith(article) or path == f"data/corrections/{article}.jsonl"
