"""What annotators are shown of suggestions: nothing in the test split."""

from builder.corrections import unsuggested
from builder.ingest.held import of_test_split
from builder.records import Suggestion
from builder.workspace.folder import Workspace
from builder.workspace.store import View


def shown_suggestions(workspace: Workspace) -> dict[str, Suggestion]:
    """Return what annotators are shown, by article: nothing where the split is test.

    Test rows are annotated blind, so that they favour no pipeline.
    """
    own = workspace.suggestions.load()
    shown = own | {i: s for i, s in workspace.aligned.load().items() if i in own}
    articles, blind = View(workspace.articles), of_test_split(workspace)
    hidden = blind & shown.keys() & articles.keys()
    return shown | {i: unsuggested(articles[i], workspace.labels) for i in hidden}
