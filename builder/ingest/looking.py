"""Look at a workspace's folder of seeds, beside what was read of it before."""

from collections.abc import Collection, Mapping
from functools import partial
from importlib.metadata import version

from builder.ingest import edits, folder
from builder.ingest.folder import Survey
from builder.ingest.held import known_seeds, successors_begun
from builder.ingest.listing import listed
from builder.progress import Track, untracked
from builder.records import Tombstone
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined
from builder.workspace.ledger import replaced


def survey(
    workspace: Workspace,
    seeds_of: Mapping[str, Collection[str]],
    tombstones: Mapping[str, Tombstone],
    track: Track = untracked,
) -> Survey:
    """Return what lies in the folder of seeds, beside what was read before."""
    return folder.survey(
        folder.files(workspace.seed_folder),
        workspace.root,
        known_seeds(workspace),
        seeds_of,
        tombstones,
        partial(listed, workspace),
        track,
    )


def way_of_reading(workspace: Workspace) -> str:
    """Return what tells this way to read and clean seeds from others."""
    config = workspace.config
    ours = version("labelled-dataset-builder")
    return joined([ours, config.release.language, repr(config.records)])


def frozen(workspace: Workspace, found: Survey, articles: Collection[str]) -> edits.Frozen:
    """Return what is frozen of the seeds that were changed."""
    begun = successors_begun(workspace)
    return edits.frozen(found, articles, replaced(workspace), begun)
