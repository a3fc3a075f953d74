"""Check what stages have made of other records: that nobody has changed it since."""

from collections.abc import Iterator
from contextlib import suppress

from builder.corrections import as_suggested, compare
from builder.errors import BuilderError
from builder.extras import MissingExtraError, need
from builder.records import Correction, Record, Suggestion, Task
from builder.tasks.windows import part
from builder.validate.findings import Finding
from builder.workspace.folder import Workspace


def derived(workspace: Workspace) -> Iterator[Finding]:
    """Yield the suggestions and the gold that are not what their stage has made.

    What a stage has to make anew, because what it is made from has changed, is no finding. Of what
    cannot be read, it is found elsewhere that it cannot.
    """
    if not (workspace.gold.files() or workspace.suggestions.files()):
        return
    try:
        need("builder validate of suggestions and gold", "annotate")
    except MissingExtraError as error:
        yield Finding("data", 0, "", str(error), "derived")
        return
    with suppress(BuilderError, OSError):
        yield from _altered(workspace)


def _altered(workspace: Workspace) -> Iterator[Finding]:
    if workspace.gold.files():
        from builder.review import stage as reviewing

        for path, article in reviewing.altered(workspace):
            told = "is not what follows from the suggestion and people's work"
            yield _finding(workspace, path.relative_to(workspace.root).as_posix(), told, article)
    if workspace.aligned.files():
        from builder.variants import stage as aligning

        for path in aligning.altered(workspace):
            told = "is not what follows from the suggestions of variants"
            yield _finding(workspace, path.relative_to(workspace.root).as_posix(), told, "")
    if workspace.suggestions.files():
        from builder.annotate import stage as annotating

        for path in annotating.altered(workspace):
            told = "is not as the pipeline has made it"
            yield _finding(workspace, path.relative_to(workspace.root).as_posix(), told, "")


def other_than_shown(record: Record, shown: Suggestion) -> Iterator[tuple[str, str]]:
    """Yield what a task or a correction says of a suggestion, and the suggestion does not.

    One that was made otherwise, by an older pipeline, is not compared.
    """
    if isinstance(record, Task) and record.suggestion.producer == shown.producer:
        if record.suggestion != part(shown, record.start, record.end):
            yield "suggestion", "is not what is suggested there"
    elif isinstance(record, Correction) and _is_of(record, shown):
        suggested = part(shown, record.scope.start, record.scope.end).spans
        if list(record.changes) != compare(suggested, record.spans):
            yield "changes", "do not lead from what was suggested to the spans"
        known = {span.id: span for span in suggested}
        for index, span in as_suggested(record):
            if span != known.get(span.id):
                yield f"spans.{index}", "is neither changed nor as it was suggested"


def _is_of(record: Correction, shown: Suggestion) -> bool:
    made = record.suggested_by
    known = made is not None and made.fingerprint is not None
    return known and record.state == "submitted" and made == shown.producer


def _finding(workspace: Workspace, where: str, told: str, article: str) -> Finding:
    return Finding(where, 0, "", told, "derived", article)
