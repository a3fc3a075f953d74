"""Look at a workspace's folder of seeds, beside what was read of it before."""

from collections.abc import Collection, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path

from builder.errors import BuilderError
from builder.ingest import edits, folder
from builder.ingest.cleaning.model_files import identity
from builder.ingest.folder import Survey, seed_name
from builder.ingest.held import known_seeds, successors_begun
from builder.ingest.listing import Listed, listed
from builder.ingest.readers.content import SeedError
from builder.ingest.seed_cleaning import line_model_folder
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


def one_file(workspace: Workspace, path: Path) -> tuple[str, Listed]:
    """Return how records call a file in the folder of seeds, and the seeds in it.

    Raises:
        BuilderError: it does not lie there, or it is not article text.

    """
    if not path.is_relative_to(workspace.seed_folder.resolve()) or not path.is_file():
        raise BuilderError(f"{path}: no file in {workspace.seed_folder}; put it there first")
    name = seed_name(path, workspace.root.resolve())
    try:
        return name, listed(workspace, path, name, {other.name for other in path.parent.iterdir()})
    except (SeedError, OSError) as error:
        raise BuilderError(f"{name}: {error}") from None


def way_of_reading(workspace: Workspace) -> str:
    """Return what tells this way to read and clean seeds from others."""
    config = workspace.config
    ours = version("labelled-dataset-builder")
    cleaner = identity(line_model_folder(workspace))
    return joined([ours, config.release.language, repr(config.records), cleaner])


def frozen(workspace: Workspace, found: Survey, articles: Collection[str]) -> edits.Frozen:
    """Return what is frozen of the seeds that were changed."""
    begun = successors_begun(workspace)
    return edits.frozen(found, articles, replaced(workspace), begun)
