"""Keep retracted articles out of what is published, and tell which published versions hold them."""

from collections.abc import Iterable

from builder.dataset import manifest
from builder.errors import BuilderError
from builder.publish.intact import IntactRelease
from builder.workspace.folder import Workspace


def check(workspace: Workspace, release: IntactRelease) -> None:
    """Raise BuilderError if a release holds an article that was retracted since it was made."""
    retracted = workspace.tombstones.load()
    if not retracted:
        return
    held = sorted(retracted.keys() & manifest.articles(release.folder))
    if held:
        stone = retracted[held[0]]
        raise BuilderError(
            f"{release.folder}: holds article {held[0]}, {stone.told()}. Make a release without "
            "it (builder release) and publish that"
        )


def still_held(workspace: Workspace, versions: Iterable[str]) -> list[str]:
    """Return in words which versions that are published hold retracted articles, or may do so."""
    retracted = workspace.tombstones.load().keys()
    told = []
    for version in versions if retracted else ():
        folder = workspace.releases / version
        if not (folder / manifest.FILE_NAME).is_file():
            told.append(f"{version}: is not in data/releases, so what it holds is not known here")
            continue
        held = sorted(retracted & manifest.articles(folder))
        if held:
            told.append(f"{version}: still holds {', '.join(held)}, which was retracted")
    return told
