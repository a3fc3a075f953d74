"""Load what was published as a reader does, and compare it with what the release says."""

import tempfile
from pathlib import Path
from typing import Any

from builder.dataset import check, manifest
from builder.errors import BuilderError
from builder.publish.intact import IntactRelease


def check_copy(copy: Path, release: IntactRelease, where: str) -> list[str]:
    """Check a copy that was fetched; return in words what was compared.

    Every config is loaded into an empty cache, as caches tell versions apart badly.

    Raises:
        BuilderError: files, rows or their numbers are not those of the release.

    """
    if manifest.sha256(copy / manifest.FILE_NAME) != release.manifest:
        raise BuilderError(f"{where}: {manifest.FILE_NAME} is not that of the release")
    for path, field, reason in check.problems(copy):
        named = path.relative_to(copy)
        raise BuilderError(f"{where}: {named}: {field}: {reason}; what lies there is damaged")
    found = _counted(copy, release, where)
    if found != release.said.rows:
        raise BuilderError(f"{where}: loads as {found} rows, not as {release.said.rows}")
    told = ", ".join(f"{config} {sum(by.values())}" for config, by in found.items() if by)
    return [
        f"loaded from there into an empty cache: {told} rows, as the manifest says",
        f"the digest of the rows is sha256:{release.said.digest}",
    ]


def _counted(copy: Path, release: IntactRelease, where: str) -> dict[str, dict[str, int]]:
    """Return how many rows each split of each config loads; one without rows cannot be loaded."""
    import datasets

    datasets.disable_progress_bars()
    counted: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as cache:
        for config, splits in release.said.rows.items():
            counted[config] = {}
            if not splits:
                continue
            try:
                loaded: Any = datasets.load_dataset(str(copy), config, cache_dir=cache)
            except Exception as error:  # The library raises errors of many kinds.
                raise BuilderError(f"{where}: {config} cannot be loaded: {error}") from None
            counted[config] = {split: rows.num_rows for split, rows in loaded.items()}
    return counted
