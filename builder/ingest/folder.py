"""Look at the folder of seeds: what is new, copied, moved or gone since seeds were last read."""

import errno
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.errors import BuilderError
from builder.ingest.articles import rejected, unreadable
from builder.ingest.readers import SeedError, check_size
from builder.records import Rejection, Tombstone


@dataclass(frozen=True)
class File:
    """A file that may be a seed: where it lies, how records call it, and its SHA-256."""

    path: Path
    name: str
    id: str


@dataclass(frozen=True)
class KnownSeed:
    """A seed that was read before: its SHA-256, its path then, and its article."""

    id: str
    path: str
    article: str


@dataclass(frozen=True)
class Survey:
    """What lies in the folder, beside what was read before.

    ``new`` holds one file for each seed to read, ``read`` the files of seeds that were read;
    ``renamed`` the paths that known seeds have now, by SHA-256; ``gone`` known seeds whose file is
    no longer there; ``changed`` known seeds whose file holds other bytes now; ``retracted`` files
    that hold what was taken back.
    """

    new: list[File]
    read: list[File]
    copies: list[Rejection]
    retracted: list[Rejection]
    unreadable: list[Rejection]
    renamed: dict[str, str]
    gone: list[KnownSeed]
    changed: list[KnownSeed]


def files(folder: Path) -> list[Path]:
    """Return what lies below ``folder`` in order, without folders; hidden files are not seeds.

    Links, pipes and the like are among them, so that none is passed over in silence.

    Raises:
        BuilderError: the folder is not there.

    """
    if not folder.is_dir():
        raise BuilderError(f"{folder}: no such folder. Make it, or mend `seeds` in builder.toml")
    found, folders = [], [folder]
    while folders:
        here = folders.pop()
        try:
            inside = list(os.scandir(here))
        except OSError:
            found.append(here)  # rejected with the system's reason where it is read
            continue
        for entry in inside:
            if not entry.name.startswith("."):
                is_folder = entry.is_dir(follow_symlinks=False)
                (folders if is_folder else found).append(Path(entry.path))
    return sorted(found)


def seed_name(path: Path, root: Path) -> str:
    """Return how records call a seed: its path in the workspace.

    What is not UTF-8 and what a terminal would obey is escaped.
    """
    name = os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def check_file(path: Path) -> None:
    """Raise an error unless a path leads to a file that may be a seed.

    Raises:
        OSError: the file cannot be opened, or is a link, a folder, a pipe or a device.
        SeedError: it is larger than a seed may be.

    """
    # Opening a pipe would wait for its other end; a link may lead to a file that nobody gave away.
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise OSError(errno.EINVAL, "a link, a folder, a pipe or a device is no file of text")
    check_size(path)


def survey(
    paths: Iterable[Path],
    root: Path,
    known: Mapping[str, KnownSeed],
    seeds_of: Mapping[str, Collection[str]],
    tombstones: Mapping[str, Tombstone],
    digest: Callable[[Path], str],
) -> Survey:
    """Compare the files with the ``known`` seeds; one that its article does not know is new again.

    ``seeds_of`` gives the seeds of each article, ``digest`` the SHA-256 of a file's bytes. What has
    a tombstone (by article) is never read again.
    """
    same: dict[str, list[File]] = {}
    names: set[str] = set()
    failed: list[Rejection] = []
    for path in paths:
        name = seed_name(path, root)
        names.add(name)
        try:
            check_file(path)
            file = File(path, name, digest(path))
        except OSError as error:
            failed.append(unreadable(name, error))
        except SeedError as error:
            failed.append(rejected(name, error.reason))
        else:
            same.setdefault(file.id, []).append(file)
    chosen = {identity: _original(group, known.get(identity)) for identity, group in same.items()}
    read = {i for i, s in known.items() if i in seeds_of.get(s.article, ())}
    retracted = {seed: stone for stone in tombstones.values() for seed in stone.seeds}
    retracted |= {i: tombstones[s.article] for i, s in known.items() if s.article in tombstones}
    missing = [seed for seed in known.values() if seed.id not in chosen]
    return Survey(
        new=[f for f in chosen.values() if f.id not in read and f.id not in retracted],
        read=[f for f in chosen.values() if f.id in read and f.id not in retracted],
        copies=[
            rejected(file.name, f"the same bytes as {chosen[identity].name}")
            for identity, group in same.items()
            for file in group
            if file != chosen[identity] and identity not in retracted
        ],
        retracted=[
            rejected(file.name, retracted[identity].told())
            for identity, group in same.items()
            for file in group
            if identity in retracted
        ],
        unreadable=failed,
        renamed={
            seed.id: chosen[seed.id].name
            for seed in known.values()
            if seed.id in chosen and chosen[seed.id].name != seed.path
        },
        gone=[seed for seed in missing if seed.path not in names],
        changed=[seed for seed in missing if seed.path in names],
    )


def _original(group: list[File], known: KnownSeed | None) -> File:
    """Return which of the files with the same bytes is the seed: the one that was read before."""
    kept = [file for file in group if known is not None and file.name == known.path]
    return (kept or group)[0]
