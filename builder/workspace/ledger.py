"""Read the ledger of stories, and which articles are out of the dataset and what replaced them."""

from functools import partial
from pathlib import Path

from builder.records import Story
from builder.workspace.folder import Workspace
from builder.workspace.store import parse


def read_ledger(workspace: Workspace) -> list[Story]:
    """Return the stories line by line: a merge in git may have left one twice."""
    return [story for path in workspace.stories.files() for _, story in parse(path, Story)]


def taken_out(workspace: Workspace) -> dict[str, str]:
    """Return the articles that no future release holds.

    Each comes with the article that has taken its place, or an empty string.
    """

    def of(path: Path) -> dict[str, str]:
        # Line by line: a merge in git may have left a story twice.
        stories = [story for _, story in parse(path, Story)]
        return {i: w.successor or "" for story in stories for i, w in story.out().items()}

    fresh = workspace.freshness

    def of_all() -> dict[str, str]:
        return {
            article: successor
            for path in workspace.stories.files()
            for article, successor in fresh.worked_out(
                "taken-out-1", path.stem, fresh.digest(path), partial(of, path)
            ).items()
        }

    return fresh.once("taken-out", of_all)


def replaced(workspace: Workspace) -> dict[str, str]:
    """Return the articles whose seed was frozen anew, each with the article that has its place."""
    return {old: new for old, new in taken_out(workspace).items() if new}
