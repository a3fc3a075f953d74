"""What ingest has made so far, read file by file; what a file held is remembered."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from builder.ingest.folder import KnownSeed
from builder.records import Story
from builder.workspace.folder import Workspace
from builder.workspace.store import Shelf, parse


def story_articles(workspace: Workspace) -> dict[str, list[str]]:
    """Return the articles of each story, by the story's id."""

    def of(path: Path) -> dict[str, Any]:
        # Line by line: a merge in git may have left a story twice.
        return {story.id: list(story.articles) for _, story in parse(path, Story)}

    return _of_all(workspace, workspace.stories, "story-articles-1", of)


def article_splits(workspace: Workspace) -> dict[str, str]:
    """Return the split of each article that is not out of the dataset."""

    def of(path: Path) -> dict[str, Any]:
        stories = [story for _, story in parse(path, Story)]
        return {a: s.split for s in stories for a in s.articles if a not in s.out()}

    return _of_all(workspace, workspace.stories, "article-splits-1", of)


def of_test_split(workspace: Workspace) -> set[str]:
    """Return the articles of the test split, whose annotators are shown no suggestions."""
    fresh = workspace.freshness

    def of(path: Path) -> list[str]:
        stories = workspace.stories.read(path).values()
        return [i for story in stories if story.split == "test" for i in story.articles]

    def of_all() -> set[str]:
        return {
            article
            for path in workspace.stories.files()
            for article in fresh.worked_out(
                "blind-1", path.stem, fresh.digest(path), partial(of, path)
            )
        }

    return fresh.once("blind", of_all)


def held_stories(workspace: Workspace) -> dict[str, str]:
    """Return the stories that wait for somebody or enter no release, by id, with the reason."""

    def of(path: Path) -> dict[str, Any]:
        found = ((story.id, story.waits()) for _, story in parse(path, Story))
        return {identity: reason for identity, reason in found if reason}

    return _of_all(workspace, workspace.stories, "held-stories-2", of)


def known_seeds(workspace: Workspace) -> dict[str, KnownSeed]:
    """Return the seeds that were read, by SHA-256."""

    def of(path: Path) -> dict[str, Any]:
        read = workspace.seeds.read(path)
        return {seed.id: [seed.name, seed.article, seed.given] for seed in read.values()}

    told = _of_all(workspace, workspace.seeds, "seeds-2", of)

    def as_known() -> dict[str, KnownSeed]:
        return {identity: KnownSeed(identity, *of_seed) for identity, of_seed in told.items()}

    return workspace.freshness.once("known seeds", as_known)


def article_seeds(workspace: Workspace) -> dict[str, list[str]]:
    """Return the seeds of each article, by the article's id."""

    def of(path: Path) -> dict[str, Any]:
        return {a.id: list(a.seeds) for a in workspace.articles.read(path).values()}

    return _of_all(workspace, workspace.articles, "article-seeds-1", of)


def outlets(workspace: Workspace) -> set[str]:
    """Return the outlets of all articles, of each the one that counts."""

    def of(path: Path) -> dict[str, Any]:
        found = (a.metadata.first("outlet") for a in workspace.articles.read(path).values())
        return {outlet: 1 for outlet in found if outlet}

    return set(_of_all(workspace, workspace.articles, "outlets-1", of))


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


def successors_begun(workspace: Workspace) -> set[str]:
    """Return the articles that are about to replace others, as a killed command leaves it."""

    def of(path: Path) -> dict[str, Any]:
        return {str(w.successor): 1 for _, story in parse(path, Story) for w in story.begun()}

    return set(_of_all(workspace, workspace.stories, "begun-1", of))


def _of_all(
    workspace: Workspace, shelf: Shelf[Any], what: str, of: Callable[[Path], dict[str, Any]]
) -> dict[str, Any]:
    """Return what ``of`` makes of all files of a shelf, in one."""

    def work_out() -> dict[str, Any]:
        found: dict[str, Any] = {}
        for of_file in _of_each_file(workspace, shelf.files(), what, of):
            found |= of_file
        return found

    return workspace.freshness.once(what, work_out)


def _of_each_file(
    workspace: Workspace, files: Iterable[Path], what: str, of: Callable[[Path], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    fresh = workspace.freshness
    for path in files:
        yield fresh.worked_out(what, path.stem, fresh.digest(path), partial(of, path))
