"""Check a release before it is sent, and know each of its files by size and digest."""

from dataclasses import dataclass
from pathlib import Path

from builder.dataset import check, manifest
from builder.dataset.manifest import FileSaid, Manifest
from builder.dataset.text_sources import TEXT_FREE_ENDING
from builder.errors import BuilderError
from builder.phrasing import count

_FEW = 5


@dataclass(frozen=True)
class IntactRelease:
    """A release that was found intact: its manifest, the digest of that, and all its files."""

    folder: Path
    said: Manifest
    manifest: str
    files: dict[str, FileSaid]

    @property
    def version(self) -> str:
        """Return the version."""
        return self.said.version

    def size(self) -> int:
        """Return how many bytes its files have."""
        return sum(file.bytes for file in self.files.values())


def find(releases: Path, version: str | None, *, no_text: bool = False) -> IntactRelease:
    """Return a release, the newest one if no version is named, that is as it was written.

    With ``no_text`` it is its form without text.

    Raises:
        BuilderError: there is no such release, or it is not intact.

    """
    folder = releases / version if version else manifest.latest(releases)
    if folder is not None and no_text:
        folder = folder.with_name(f"{folder.name}{TEXT_FREE_ENDING}")
    if folder is None or not (folder / manifest.FILE_NAME).is_file():
        how = "builder release --no-text" if no_text else "builder release"
        raise BuilderError(f"{folder or releases}: no release is there; make one: {how}")
    wrong = [
        f"{path.relative_to(folder)}: {': '.join(filter(None, (field, reason)))}"
        for path, field, reason in check.problems(folder)
    ]
    if wrong:
        more = f"; and {count(len(wrong) - _FEW, 'more problem')}" if len(wrong) > _FEW else ""
        told = "; ".join(wrong[:_FEW])
        raise BuilderError(
            f"{folder}: is not intact, so it is not published: {told}{more}. Restore it from git"
        )
    said = manifest.read(folder)
    if said.version != folder.name.removesuffix(TEXT_FREE_ENDING):
        raise BuilderError(f"{folder}: is release {said.version} by its manifest; restore its name")
    own = manifest.file_said(folder / manifest.FILE_NAME)
    return IntactRelease(folder, said, own.sha256, {**said.files, manifest.FILE_NAME: own})
