"""Read people's work from a workspace, file by file, and measure what it took."""

from collections.abc import Collection, Iterator

from builder.contract import sound
from builder.progress import Track, untracked
from builder.review.effort import EffortFigures, effort_figures
from builder.review.worked import Worked, worked
from builder.tasks.dealing import counted
from builder.workspace.folder import Workspace
from builder.workspace.ledger import read_ledger, replaced, taken_out


def measure_effort(workspace: Workspace, track: Track = untracked) -> EffortFigures:
    """Return what people's work took, over all of the workspace.

    Of an article that was frozen anew the one in its place counts, to which the work was copied.
    """
    return effort_figures(all_work(workspace, track, without=replaced(workspace)))


def released_work(workspace: Workspace) -> list[Worked]:
    """Return the work on articles that releases may hold, as it follows from what is in git.

    Blind work is held against suggestions alone that other people's work records.
    """
    return list(all_work(workspace, without=taken_out(workspace), in_git_alone=True))


def all_work(
    workspace: Workspace,
    track: Track = untracked,
    *,
    without: Collection[str] = (),
    in_git_alone: bool = False,
    undealt_too: bool = False,
) -> Iterator[Worked]:
    """Yield the pieces of people's work, but for that on some articles; calibration is none.

    What somebody did that was not dealt to them is work that does not count: it is left out unless
    it is asked for, as ``undealt_too``.

    Blind work is held against the suggestion of its article too, unless it is ``in_git_alone`` that
    counts: suggestions are not in git.
    """
    stories = {article: s.id for s in read_ledger(workspace) for article in s.articles}
    files = sorted(workspace.corrections_by_prefix().items())
    for name, paths in track(files, "Measuring"):
        articles = workspace.articles.read(workspace.articles.file(name))
        # What review refuses is in no gold, and in no figure.
        placed = workspace.corrections.placed(paths)
        corrections, _ = sound(placed, articles, workspace.labels, "review")
        deals = workspace.deals.read(workspace.deals.file(name)).values()
        yield from worked(
            corrections if undealt_too else counted(corrections, deals),
            {i: article for i, article in articles.items() if i not in without},
            stories,
            {} if in_git_alone else workspace.suggestions.read(workspace.suggestions.file(name)),
            workspace.labels,
        )
