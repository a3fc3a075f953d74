"""Publish a release into a folder of versions: on a disk, in a bucket, wherever fsspec reaches."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from builder.dataset import manifest
from builder.dataset.version import is_version
from builder.errors import BuilderError
from builder.extras import command
from builder.phrasing import count
from builder.publish.intact import IntactRelease
from builder.publish.plan import Plan, Published
from builder.publish.scrub import printable, scrubbed
from builder.publish.targets import FolderTarget

log = logging.getLogger(__name__)
_CHUNK = 1 << 20
_FEW = 3


class Folder:
    """A folder that holds a folder a version; whatever goes wrong there is told by its address."""

    def __init__(self, target: FolderTarget) -> None:
        import fsspec

        self.address = target.address
        with self._told("be reached"):
            # What was listed before may have changed since.
            self._system, self._path = fsspec.core.url_to_fs(
                target.address, use_listings_cache=False, skip_instance_cache=True
            )

    def versions(self) -> list[str]:
        """Return the versions that are there whole."""
        with self._told("be listed"):
            if not self._system.isdir(self._path):
                return []
            names = [p.rstrip("/").rpartition("/")[2] for p in self._system.ls(self._path, False)]
            return sorted(
                name
                for name in names
                if is_version(name)
                and self._system.exists(f"{self._path}/{name}/{manifest.FILE_NAME}")
            )

    def sizes(self, version: str) -> dict[str, int]:
        """Return the sizes of the files in a version's folder, by path."""
        base = f"{self._path}/{version}"
        with self._told("be listed"):
            if not self._system.exists(base):
                return {}
            found = self._system.find(base, detail=True)
        return {path[len(base) :].lstrip("/"): int(of["size"]) for path, of in found.items()}

    def read(self, version: str, name: str) -> bytes | None:
        """Return the content of a small file; None if it is not there."""
        with self._told(f"read {version}/{name}"):
            try:
                content: bytes = self._system.cat_file(f"{self._path}/{version}/{name}")
            except FileNotFoundError:
                return None
            return content

    def sha256(self, version: str, name: str) -> str:
        """Return the SHA-256 of a file, read to its end."""
        sha = hashlib.sha256()
        with (
            self._told(f"read {version}/{name}"),
            self._system.open(f"{self._path}/{version}/{name}", "rb") as file,
        ):
            while chunk := file.read(_CHUNK):
                sha.update(chunk)
        return sha.hexdigest()

    def put(self, release: IntactRelease, name: str) -> None:
        """Write a file of a release to its place."""
        from fsspec.implementations.local import LocalFileSystem

        place = f"{self._path}/{release.version}/{name}"
        with self._told(f"write {release.version}/{name}"):
            # A bucket that is not there is an error, and is not made.
            if isinstance(self._system, LocalFileSystem):
                self._system.makedirs(place.rpartition("/")[0], exist_ok=True)
            self._system.put_file(str(release.folder / name), place)

    @contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        try:
            yield
        except BuilderError:
            raise
        except ImportError as error:
            raise BuilderError(
                f"{self.address}: {error}. For buckets of S3: {command('s3')}"
            ) from None
        except Exception as error:  # What stores of files raise is of many kinds.
            told = printable(" ".join(str(error).split())) or type(error).__name__
            raise BuilderError(
                scrubbed(
                    f"{self.address}: cannot {doing}: {told}. Run the same command again: "
                    "what is there is not sent twice"
                )
            ) from None


def plan(target: FolderTarget, release: IntactRelease) -> Plan:
    """Return what a publication would do; nothing is changed.

    Raises:
        BuilderError: another release lies there under this version, or other files do.

    """
    return _plan(Folder(target), release)


def _plan(folder: Folder, release: IntactRelease) -> Plan:
    sizes = folder.sizes(release.version)
    there = folder.read(release.version, manifest.FILE_NAME)
    _check_same(folder, release, there)
    strange = sorted(sizes.keys() - release.files.keys())
    if strange:
        names = ", ".join(map(printable, strange[:_FEW]))
        whose = (
            "which is no part of this release"
            if there
            else "which may be left of another form of it that was cut off"
        )
        raise BuilderError(
            f"{folder.address}/{release.version}: holds {names}, {whose}: move it away"
        )
    same = [
        name
        for name, size in sizes.items()
        if size == release.files[name].bytes and _is_same(folder, release, name)
    ]
    whole = there is not None and len(same) == len(release.files)
    return Plan(
        folder.address,
        release.version,
        release.manifest,
        "as the folder is",
        new_place=not sizes,
        send={n: f.bytes for n, f in release.files.items() if n not in same},
        there=sorted(same),
        published=whole,
        versions=folder.versions(),
    )


def _check_same(folder: Folder, release: IntactRelease, there: bytes | None) -> None:
    """Refuse a version that is there as another release."""
    if there is None or hashlib.sha256(there).hexdigest() == release.manifest:
        return
    if (release.folder / manifest.FILE_NAME).read_bytes().startswith(there):
        return  # a run was cut off while it wrote it
    raise BuilderError(
        f"{folder.address}/{release.version}: another release lies there under this version. One "
        "that was published is never changed: make a new version with builder release"
    )


def _is_same(folder: Folder, release: IntactRelease, name: str) -> bool:
    return folder.sha256(release.version, name) == release.files[name].sha256


def publish(target: FolderTarget, release: IntactRelease) -> Published:
    """Write the files that are not there, the manifest last, and read all that was written back.

    A folder without a manifest is a version that was not written to its end.

    Raises:
        BuilderError: as ``plan``; or a file cannot be written, or reads otherwise than it should.

    """
    folder = Folder(target)
    planned = _plan(folder, release)
    if planned.send:
        log.info("Writing %s, %d bytes", count(len(planned.send), "file"), planned.bytes)
    for name in sorted(planned.send, key=lambda name: (name == manifest.FILE_NAME, name)):
        folder.put(release, name)
        if not _is_same(folder, release, name):
            raise BuilderError(
                f"{folder.address}/{release.version}/{name}: reads otherwise than it was written. "
                "Run the same command again"
            )
    if folder.sizes(release.version) != {n: file.bytes for n, file in release.files.items()}:
        raise BuilderError(
            f"{folder.address}/{release.version}: holds other files than those of the release; "
            "somebody else is at work there. Run the same command again"
        )
    checked = [f"each of {count(len(release.files), 'file')} read back with its SHA-256"]
    done = replace(planned, versions=sorted({*planned.versions, release.version}))
    return Published(done, None, None, bool(planned.send), planned.bytes, checked, "")
