"""What annotators are shown of suggestions: nothing in the test split."""

from functools import partial
from pathlib import Path

from builder.corrections import unsuggested
from builder.records import Suggestion
from builder.workspace.folder import Workspace
from builder.workspace.store import View


def shown_suggestions(workspace: Workspace) -> dict[str, Suggestion]:
    """Return what annotators are shown, by article: nothing where the split is test.

    Test rows are annotated blind, so that they favour no pipeline.
    """
    own = workspace.suggestions.load()
    shown = own | {i: s for i, s in workspace.aligned.load().items() if i in own}
    articles, blind = View(workspace.articles), blinded(workspace)
    hidden = blind & shown.keys() & articles.keys()
    return shown | {i: unsuggested(articles[i], workspace.labels) for i in hidden}


def blinded(workspace: Workspace) -> set[str]:
    """Return the articles whose annotators are shown no suggestions: those of the test split."""
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
