"""Fetch a release that was published, from the Hub or wherever fsspec reaches, and check it."""

import hashlib
import os
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from builder.dataset import check, manifest
from builder.errors import BuilderError

_HUB = "hf://datasets/"
# The Hub adds it, to say which files are large ones; it is no part of a release.
ATTRIBUTES = ".gitattributes"


def is_remote(path: Path | str) -> bool:
    """Tell whether a release is named by an address, and not by a path."""
    return "://" in str(path)


def fetch(address: str, version: str | None) -> Path:
    """Return the folder on this machine that holds a version of a published release.

    A version is fetched once. Caches tell versions apart by names alone, so what came is compared
    with its own manifest and with the version that was asked for.

    Args:
        address: ``hf://datasets/org/name``, or an address that fsspec knows.
        version: the version.

    Raises:
        BuilderError: it cannot be fetched, or is not that version or not whole.

    """
    if version is None:
        raise BuilderError(f'{address}: say which version is wanted: version="1.2.0"')
    try:
        if address.startswith(_HUB):
            folder = _from_hub(address.removeprefix(_HUB).rstrip("/"), version)
        else:
            folder = _from_folder(f"{address.rstrip('/')}/{version}")
    except BuilderError:
        raise
    except Exception as error:  # What libraries raise here is of many kinds.
        told = " ".join(str(error).split())[:500] or type(error).__name__
        raise BuilderError(f"{address}: version {version} cannot be fetched: {told}") from None
    said = manifest.read(folder)
    if said.version != version:
        raise BuilderError(f"{address}: holds {said.version} where {version} was asked for")
    _check_unchanged(
        folder, f"{address}: version {version}", f"; delete {folder} and load it again"
    )
    return folder


def _check_unchanged(folder: Path, called: str, what_to_do: str = "") -> None:
    """Raise BuilderError if a file is not the one that the release's manifest names."""
    for path, _, reason in check.changed_files(folder, manifest.read(folder).files):
        if path.name != ATTRIBUTES:
            raise BuilderError(f"{called}: {path.relative_to(folder)}: {reason}{what_to_do}")


def _from_hub(repository: str, version: str) -> Path:
    from huggingface_hub import snapshot_download

    found: str = snapshot_download(
        repository,
        repo_type="dataset",
        revision=version,
        endpoint=os.environ.get("HF_ENDPOINT"),
        ignore_patterns=[ATTRIBUTES],
    )
    return Path(found)


def _from_folder(address: str) -> Path:
    """Fetch a folder into this user's cache, where its manifest's digest is its name."""
    import fsspec
    from platformdirs import user_cache_path

    system, path = fsspec.core.url_to_fs(address, use_listings_cache=False)
    content: bytes = system.cat_file(f"{path}/{manifest.FILE_NAME}")
    kept = user_cache_path("labelled-dataset-builder") / "releases"
    folder = kept / hashlib.sha256(content).hexdigest()
    if not folder.exists():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as place:
            copy = Path(place) / folder.name
            _copy(system, path, copy, content)
            _check_unchanged(copy, address)
            copy.rename(folder)
    return folder


def _copy(system: Any, path: str, copy: Path, content: bytes) -> None:
    """Copy a manifest and the files that it names."""
    copy.mkdir()
    (copy / manifest.FILE_NAME).write_bytes(content)
    for name in manifest.read(copy).files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise BuilderError(f"{path}: its manifest names {name!r}, outside of the release")
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        system.get_file(f"{path}/{name}", str(copy / name))
