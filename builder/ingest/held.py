"""What ingest has made so far, read file by file; what a file held is remembered."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from builder.ingest.folder import KnownSeed
from builder.records import Story
from builder.workspace.folder import Workspace
from builder.workspace.store import parse


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


def known_seeds(workspace: Workspace) -> dict[str, KnownSeed]:
    """Return the seeds that were read, by SHA-256."""

    def of(path: Path) -> dict[str, Any]:
        read = workspace.seeds.read(path)
        return {seed.id: [seed.name, seed.article, seed.given] for seed in read.values()}

    return {
        identity: KnownSeed(identity, *told)
        for found in _of_each_file(workspace, workspace.seeds.files(), "seeds-2", of)
        for identity, told in found.items()
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


def roles(workspace: Workspace) -> Counter[str]:
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
