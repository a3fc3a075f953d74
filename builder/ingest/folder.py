"""Look at the folder of seeds: what is new, copied, moved or gone since seeds were last read."""

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from builder.errors import BuilderError
from builder.ingest.articles import rejected, unreadable
from builder.ingest.listing import File, Listed
from builder.ingest.readers import kinds, sidecars
from builder.ingest.readers.content import SeedError
from builder.progress import Track, untracked
from builder.records import Rejection, Tombstone


@dataclass(frozen=True)
class KnownSeed:
    """A seed that was read before: its SHA-256, its name then, and its article.

    ``given`` is the SHA-256 of the sidecar that it had.
    """

    id: str
    path: str
    article: str
    given: str | None = None


@dataclass(frozen=True)
class Survey:
    """What lies in the folder, beside what was read before.

    ``new`` holds each seed to read once, ``read`` the seeds that were read; ``renamed`` where known
    seeds lie now, by SHA-256; ``restated`` known seeds whose sidecar says something else;
    ``gone`` known seeds whose file is no longer there; ``changed`` known seeds whose place holds
    other bytes now; ``retracted`` what was taken back; ``passed`` what is no article by its kind.
    """

    new: list[File]
    read: list[File]
    copies: list[Rejection]
    retracted: list[Rejection]
    unreadable: list[Rejection]
    passed: list[Rejection]
    renamed: dict[str, File]
    restated: list[File]
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
    found, folders = [], [os.fspath(folder)]
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
                (folders if is_folder else found).append(entry.path)
    return [Path(path) for path in sorted(found, key=lambda path: path.split("/"))]


def seed_name(path: Path, root: Path) -> str:
    """Return how records call a seed: its path in the workspace.

    What is not UTF-8 and what a terminal would obey is escaped.
    """
    start, whole = f"{root}{os.sep}", os.fspath(path)
    if not whole.startswith(start):
        raise ValueError(f"{path} is not below {root}")
    name = os.fsencode(whole[len(start) :].replace(os.sep, "/")).decode("utf-8", "backslashreplace")
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def check_file(path: Path) -> None:
    """Raise OSError if a path leads to a link, a folder, a pipe or a device."""
    # Opening a pipe would wait for its other end; a link may lead to a file that nobody gave away.
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(kind):
        raise OSError(errno.EINVAL, "a link, a folder, a pipe or a device is no file of text")


def survey(
    paths: Sequence[Path],
    root: Path,
    known: Mapping[str, KnownSeed],
    seeds_of: Mapping[str, Collection[str]],
    tombstones: Mapping[str, Tombstone],
    look: Callable[[Path, str, Collection[str]], Listed],
    track: Track = untracked,
) -> Survey:
    """Compare the files with the ``known`` seeds; one that its article does not know is new again.

    ``seeds_of`` gives the seeds of each article, ``look`` lists what a file holds, given its path,
    its name and the names of the files in its folder. What has a tombstone (by article) is never
    read again.
    """
    same: dict[str, list[File]] = {}
    names: set[str] = set()
    failed: list[Rejection] = []
    passed: list[Rejection] = []
    for path, beside in with_neighbours(paths, track):
        name = seed_name(path, root)
        names.add(name)
        try:
            check_file(path)
            found = look(path, name, beside)
        except OSError as error:
            failed.append(unreadable(name, error))
        except SeedError as error:
            failed.append(rejected(name, error.reason, error.line))
        else:
            failed += found.faults
            passed += found.passed
            for file in found.seeds:
                names.add(file.name)
                same.setdefault(file.id, []).append(file)
    chosen = {identity: _original(group, known.get(identity)) for identity, group in same.items()}
    read = {i for i, s in known.items() if i in seeds_of.get(s.article, ())}
    retracted = {seed: stone for stone in tombstones.values() for seed in stone.seeds}
    retracted |= {i: tombstones[s.article] for i, s in known.items() if s.article in tombstones}
    missing = [seed for seed in known.values() if seed.id not in chosen]
    return Survey(
        # Seeds of one file follow each other, so that it is gone through once.
        new=sorted(
            (f for f in chosen.values() if f.id not in read and f.id not in retracted),
            key=lambda file: file.path,
        ),
        read=[f for f in chosen.values() if f.id in read and f.id not in retracted],
        copies=[
            rejected(file.name, f"the same bytes as {chosen[identity].name}", file.line)
            for identity, group in same.items()
            for file in group
            if file is not chosen[identity] and identity not in retracted
        ],
        retracted=[
            rejected(file.name, retracted[identity].told())
            for identity, group in same.items()
            for file in group
            if identity in retracted
        ],
        unreadable=failed,
        passed=passed,
        renamed={
            seed.id: chosen[seed.id]
            for seed in known.values()
            if seed.id in chosen and chosen[seed.id].name != seed.path
        },
        restated=[
            chosen[seed.id]
            for seed in known.values()
            if seed.id in chosen and seed.id in read and chosen[seed.id].given != seed.given
        ],
        gone=[seed for seed in missing if seed.path not in names],
        changed=[seed for seed in missing if seed.path in names],
    )


def with_neighbours(
    paths: Sequence[Path], track: Track = untracked
) -> Iterator[tuple[Path, set[str]]]:
    """Yield each file that may hold articles, with the names of those in its folder.

    Sidecars are left out, and the pictures and styles of a saved page.
    """
    names: dict[Path, set[str]] = {}
    for path in paths:
        names.setdefault(path.parent, set()).add(path.name)
    parts = {folder for folder in names if kinds.belongs_to_page(folder) is not None}
    aside = {
        sidecar
        for path in paths
        if path.suffix != sidecars.ENDING and (sidecar := sidecars.beside(path, names[path.parent]))
    }
    for path in track(paths, "Looking at seeds"):
        if path not in aside and (not parts or parts.isdisjoint(path.parents)):
            yield path, names[path.parent]


def _original(group: list[File], known: KnownSeed | None) -> File:
    """Return which of the files with the same bytes is the seed: the one that was read before."""
    kept = [file for file in group if known is not None and file.name == known.path]
    return (kept or group)[0]
