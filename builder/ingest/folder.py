"""Compare the folder of seeds with the seeds that were read before."""

import errno
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.errors import BuilderError
from builder.ingest.articles import rejected, unreadable
from builder.ingest.readers import SeedError, check_size
from builder.records import Article, Rejection, Seed, Tombstone


@dataclass(frozen=True)
class File:
    """A file that may be a seed: where it lies, how records call it, and its SHA-256."""

    path: Path
    name: str
    id: str


@dataclass(frozen=True)
class Survey:
    """What lies in the folder, beside what was read before.

    ``new`` holds one file for each seed to read; ``renamed`` known seeds with the path that they
    have now; ``gone`` known seeds whose file is no longer there; ``changed`` known seeds whose
    file holds other bytes now; ``retracted`` files that hold what was taken back.
    """

    new: list[File]
    copies: list[Rejection]
    retracted: list[Rejection]
    unreadable: list[Rejection]
    renamed: list[Seed]
    gone: list[Seed]
    changed: list[Seed]


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


def seed_id(path: Path) -> str:
    """Return the SHA-256 of a file's bytes.

    Raises:
        OSError: the file cannot be opened, or is a link, a folder, a pipe or a device.
        SeedError: it is larger than a seed may be.

    """
    # Opening a pipe would wait for its other end; a link may lead to a file that nobody gave away.
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise OSError(errno.EINVAL, "a link, a folder, a pipe or a device is no file of text")
    check_size(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def survey(
    paths: Iterable[Path],
    root: Path,
    known: Mapping[str, Seed],
    articles: Mapping[str, Article],
    tombstones: Mapping[str, Tombstone],
) -> Survey:
    """Compare the files with the ``known`` seeds; one that its article does not know is new again.

    What has a tombstone (by article) is never read again.
    """
    same: dict[str, list[File]] = {}
    names: set[str] = set()
    failed: list[Rejection] = []
    for path in paths:
        name = seed_name(path, root)
        names.add(name)
        try:
            file = File(path, name, seed_id(path))
        except OSError as error:
            failed.append(unreadable(name, error))
        except SeedError as error:
            failed.append(rejected(name, error.reason))
        else:
            same.setdefault(file.id, []).append(file)
    chosen = {identity: _original(group, known.get(identity)) for identity, group in same.items()}
    read = {i for i, s in known.items() if s.article in articles and i in articles[s.article].seeds}
    retracted = {seed: stone for stone in tombstones.values() for seed in stone.seeds}
    retracted |= {i: tombstones[s.article] for i, s in known.items() if s.article in tombstones}
    missing = [seed for seed in known.values() if seed.id not in chosen]
    return Survey(
        new=[f for f in chosen.values() if f.id not in read and f.id not in retracted],
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
        renamed=[
            seed.model_copy(update={"path": chosen[seed.id].name})
            for seed in known.values()
            if seed.id in chosen and chosen[seed.id].name != seed.path
        ],
        gone=[seed for seed in missing if seed.path not in names],
        changed=[seed for seed in missing if seed.path in names],
    )


def _original(group: list[File], known: Seed | None) -> File:
    """Return which of the files with the same bytes is the seed: the one that was read before."""
    kept = [file for file in group if known is not None and file.name == known.path]
    return (kept or group)[0]
