"""Say what was read of the seeds, and what nobody has read yet."""

from collections.abc import Sequence
from functools import partial

from builder.ingest import carrying, edits
from builder.ingest.articles import Cleaned
from builder.ingest.folder import Survey
from builder.ingest.held import article_seeds, known_seeds, story_articles, successors_begun
from builder.ingest.listing import File
from builder.ingest.looking import frozen, survey, way_of_reading
from builder.ingest.retracting import unfinished
from builder.ingest.seed_cleaning import cleaned
from builder.ingest.stories.contradictions import beside_decisions
from builder.phrasing import count
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined
from builder.workspace.ledger import replaced


def holds(workspace: Workspace) -> str:
    """Say what was read, and what lies in the folder of seeds beside it."""
    found, refused = _survey_and_rejected(workspace)
    tombstones = workspace.tombstones.load()
    parts = [
        count(len(known_seeds(workspace)), "seed"),
        count(len(article_seeds(workspace)), "article"),
        count(len(story_articles(workspace)), "story"),
        f"{len(refused)} rejected",
    ]
    copies = {copy.path for copy in found.copies}
    parts += [count(len(copies), "copy")] if copies else []
    parts += [f"{len(tombstones)} retracted"] if tombstones else []
    parts += [f"{len(found.gone)} gone from the folder"] if found.gone else []
    differ, anew = _differing(workspace, found), replaced(workspace)
    parts += [_edited(len(differ))] if differ else []
    changed = [s for s in found.changed if s.path not in differ and s.article not in anew]
    parts += [f"{len(changed)} changed since read"] if changed else []
    lost = len(workspace.rejected.read(workspace.rejected.file(carrying.STAGE)))
    parts += [f"{count(lost, 'mark')} not carried over"] if lost else []
    return ", ".join(parts)


def _edited(number: int) -> str:
    if number == 1:
        return "1 seed differs from its frozen article"
    return f"{number} seeds differ from their frozen articles"


def due(workspace: Workspace) -> str:
    """Say how many seeds nobody has read; a rejected one is new once it is mended."""
    left = unfinished(workspace)
    if left:
        return f"{count(len(left), 'retraction')} not finished"
    begun, uncarried = successors_begun(workspace), len(carrying.missing(workspace).corrections)
    if begun:
        return f"{count(len(begun), 'seed')} not frozen anew to the end"
    if uncarried:
        return f"{count(uncarried, 'correction')} to carry over to a refrozen article"
    found, refused = _survey_and_rejected(workspace)
    differ = _differing(workspace, found)
    unread = [file for file in found.new if file.name not in differ]
    new = sum(file.name not in refused for file in unread)
    new += _readable(workspace, [file for file in unread if file.name in refused])
    new += sum(fault.path not in refused for fault in found.unreadable)
    new += len(found.restated)
    if new:
        return f"{count(new, 'seed')} not read"
    grouped = {a for articles in story_articles(workspace).values() for a in articles}
    loose = article_seeds(workspace).keys() - grouped
    if loose:
        return f"{count(len(loose), 'article')} in no story"
    unapplied = beside_decisions(workspace).unapplied
    return f"{count(len(unapplied), 'decision')} on stories not applied" if unapplied else ""


def _readable(workspace: Workspace, files: Sequence[File]) -> int:
    """Return how many seeds that were rejected could be read now; what they were is remembered."""
    fresh, way = workspace.freshness, way_of_reading(workspace)
    inputs = {file.name: joined([way, file.id, str(file.given)]) for file in files}
    unknown = [f for f in files if fresh.known("readable-1", f.name, inputs[f.name]) is None]
    for file, result in cleaned(workspace, unknown):
        good = isinstance(result, Cleaned)
        fresh.worked_out("readable-1", file.name, inputs[file.name], partial(bool, good))
    return sum(bool(fresh.known("readable-1", file.name, inputs[file.name])) for file in files)


def _differing(workspace: Workspace, found: Survey) -> set[str]:
    """Return the paths of the seeds that differ from their frozen article, and stay unread."""
    there = frozen(workspace, found, article_seeds(workspace))
    return edits.differing(workspace, there, found, known_seeds(workspace))


def _survey_and_rejected(workspace: Workspace) -> tuple[Survey, set[str]]:
    """Return what lies in the folder, and the paths of the seeds that ingest has rejected."""
    return workspace.freshness.once("survey", lambda: _looked_at(workspace))


def _looked_at(workspace: Workspace) -> tuple[Survey, set[str]]:
    found = survey(workspace, article_seeds(workspace), workspace.tombstones.load())
    read = workspace.rejected.read(workspace.rejected.file("ingest")).values()
    noted = {r.path for r in read if r != edits.kept(r.path)}
    others = {r.path for r in (*found.copies, *found.retracted)}
    return found, noted - others
