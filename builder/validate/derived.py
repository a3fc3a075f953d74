"""Check what stages have made of other records: that nobody has changed it since."""

from collections.abc import Iterator

from builder.validate.findings import Finding
from builder.workspace.folder import Workspace


def derived(workspace: Workspace) -> Iterator[Finding]:
    """Yield the suggestions and the gold that are not what their stage has made.

    What a stage has to make anew, because what it is made from has changed, is no finding.
    """
    if workspace.gold.files():
        from builder.review import stage as reviewing

        for path, article in reviewing.altered(workspace):
            told = "is not what follows from the suggestion and people's work"
            yield _finding(workspace, path.relative_to(workspace.root).as_posix(), told, article)
    if workspace.suggestions.files():
        from builder.annotate import stage as annotating

        for path in annotating.altered(workspace):
            told = "is not as the pipeline has made it"
            yield _finding(workspace, path.relative_to(workspace.root).as_posix(), told, "")


def _finding(workspace: Workspace, where: str, told: str, article: str) -> Finding:
    return Finding(where, 0, "", told, "derived", article)
