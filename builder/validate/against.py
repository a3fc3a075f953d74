"""Check what has changed since another state: a commit, a release, another folder.

Texts, splits, people's work and releases are never changed once they are there, and the version of
the newest release has to allow what changed since the one before.
"""

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from builder import labels
from builder.errors import BuilderError
from builder.records import Article, Correction, Story
from builder.validate.findings import Finding
from builder.workspace import config, shelves
from builder.workspace.folder import Workspace, open_workspace
from builder.workspace.store import RecordError

_MANIFEST = "manifest.json"
# Of these shelves, a record that is there stays there.
_LASTING = (
    "article", "story", "decision", "correction", "tombstone", "window", "round",
    "publication",
)  # fmt: skip


def against(workspace: Workspace, other: str) -> list[Finding]:
    """Return what was changed since another state that must not be, or that no version tells.

    Args:
        workspace: the workspace as it is now.
        other: a commit, branch or tag of git; a version in data/releases; or the folder of a
            release or of a workspace.

    Raises:
        BuilderError: it is none of these, or git does not have it.

    """
    version = workspace.releases / other
    for folder in (version, Path(other)):
        if (folder / _MANIFEST).is_file():
            return list(_release(workspace, folder))
        if (folder / config.FILE_NAME).is_file():
            return list(_state(workspace, open_workspace(folder)))
    with _at(workspace, other) as root:
        return list(_state(workspace, open_workspace(root)))


@contextmanager
def _at(workspace: Workspace, commit: str) -> Iterator[Path]:
    """Yield a folder with the workspace as it was at a commit, without its seeds."""
    here = workspace.root
    prefix = _git(here, commit, "rev-parse", "--show-prefix").decode().strip()
    # Elsewhere git would take all names as those of files below the current folder.
    top = Path(_git(here, commit, "rev-parse", "--show-toplevel").decode().strip())
    named = f"{commit}^{{commit}}"
    found = _git(top, commit, "rev-parse", "--verify", "--quiet", named).decode()
    tree = f"{found.strip()}:{prefix}"
    names = _git(top, commit, "ls-tree", "--name-only", tree).decode().splitlines()
    wanted = [n for n in (config.FILE_NAME, labels.FILE_NAME, "data") if n in names]
    if config.FILE_NAME not in wanted:
        raise BuilderError(f"--against {commit}: no {prefix}{config.FILE_NAME} is there")
    with tempfile.TemporaryDirectory() as place:
        archive = Path(place) / "archive.tar"
        archive.write_bytes(_git(top, commit, "archive", tree, "--", *wanted))
        with tarfile.open(archive) as packed:
            packed.extractall(Path(place) / "workspace", filter="data")
        yield Path(place) / "workspace"


def _git(root: Path, commit: str, *words: str) -> bytes:
    if commit.startswith("-"):
        raise BuilderError(f"--against {commit}: names no commit")
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words], capture_output=True, check=False, timeout=600
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuilderError(f"--against {commit}: git cannot be asked: {error}") from None
    if done.returncode:
        raise BuilderError(
            f"--against {commit}: is no release, no folder of one, and no commit that git has. "
            "A shallow clone has to fetch it first: git fetch --depth 1 origin COMMIT"
        )
    return done.stdout


# --- a workspace and its older state ------------------------------------------------------------


def _state(now: Workspace, before: Workspace) -> Iterator[Finding]:
    """Yield the records and releases that have gone or changed, and what no version tells."""
    yield from _labels(now, before)
    for name in _LASTING:
        row = shelves.ALL[name]
        yield from _changed(now, before, name, row)
    released = sorted(p.name for p in before.releases.glob("*") if (p / _MANIFEST).is_file())
    for version in released:
        old, new = (w.releases / version / _MANIFEST for w in (before, now))
        where = new.relative_to(now.root).as_posix()
        if not new.is_file():
            yield Finding(where, 0, "", "was released, and is gone", "kept", version)
        elif old.read_bytes() != new.read_bytes():
            yield Finding(where, 0, "", "was released, and is another one now", "kept", version)
    from builder.dataset import manifest

    latest = manifest.latest(before.releases)
    if latest is not None:
        yield from _release(now, latest)


def _labels(now: Workspace, before: Workspace) -> Iterator[Finding]:
    """Yield the labels that are there no more, or in another order; both renumber a ClassLabel."""
    old, new = (
        [w.labels.first_name(label.name) for label in w.labels.labels] for w in (before, now)
    )
    gone = [name for name in old if name not in new]
    for name in gone:
        told = "was a label, and is gone: keep it, as retired"
        yield Finding(labels.FILE_NAME, 0, "", told, "kept", name)
    if not gone and [name for name in new if name in old] != old:
        told = "has the labels in another order: put new ones last"
        yield Finding(labels.FILE_NAME, 0, "", told, "kept")


def _changed(
    now: Workspace, before: Workspace, name: str, row: shelves.Row[Any]
) -> Iterator[Finding]:
    """Yield the records of a shelf that are there no more, or say something else."""
    old, new = before.shelf(row), now.shelf(row)
    excused, other = _excused(now, name), _other
    if name == "story":
        other = partial(_other_story, *_free(now))
    for path in old.files():
        try:
            was = old.read(path)
            names = {new.file_of(record) for record in was.values()}
            there = new.read(*(new.file(of) for of in sorted(names)))
        except RecordError:
            continue  # it is found where it stands
        for key, record in was.items():
            where = new.file(new.file_of(record)).relative_to(now.root).as_posix()
            if key not in there:
                if not excused(record):
                    yield Finding(where, 0, "", "was there, and is gone", "kept", key)
            else:
                for field, told in other(record, there[key]):
                    yield Finding(where, 0, field, told, "kept", key)


def _excused(now: Workspace, name: str) -> Any:
    """Return a function that tells whether a record may be gone, as what was taken back is."""
    try:
        gone = now.tombstones.load().keys()
        left = {p for p, person in now.people.decided.items() if person.left is not None}
        aliases = {a for story in now.stories.records() for a in story.aliases}
    except RecordError:
        return lambda _: True
    if name == "story":
        return lambda record: record.id in aliases
    if name == "correction":
        return lambda record: record.article in gone or record.written_by in left
    return lambda record: getattr(record, "article", getattr(record, "id", "")) in gone


def _other(old: Any, new: Any) -> Iterator[tuple[str, str]]:
    """Yield the fields of a record that must not change, and have."""
    if isinstance(old, Article):
        # Metadata may be stated later, in a sidecar.
        if old.sentences != new.sentences:
            yield "sentences", "were frozen, and are other ones now"
    elif old != new:
        what = "people's work is never changed" if isinstance(old, Correction) else "never changes"
        yield "", f"says something else than before: {what}"


def _free(now: Workspace) -> tuple[set[str], set[str]]:
    """Return the articles that were released, and those that people have parted from others."""
    from builder.ingest.stories.grouping import released

    try:
        decisions = [d for d in now.decisions.records() if d.says == "apart"]
    except RecordError:
        decisions = []  # it is found where it stands
    parted = {article for d in decisions for article in (*d.articles, *d.others)}
    return set(released(now)), parted


def _other_story(
    released: set[str], parted: set[str], old: Story, new: Story
) -> Iterator[tuple[str, str]]:
    """Yield what of a story must not change, and has."""
    if old.split != new.split and not released.isdisjoint(old.articles):
        yield "split", f"was {old.split}, and is {new.split}"
    for article in sorted(set(old.articles) - set(new.articles) - parted):
        yield "articles", f"{article} has left the story"
    for withdrawal in old.withdrawn:
        if withdrawal.article not in {w.article for w in new.withdrawn} | parted:
            yield "withdrawn", f"{withdrawal.article} was withdrawn, and is not now"


# --- the newest release and an older one --------------------------------------------------------


def _release(now: Workspace, before: Path) -> Iterator[Finding]:
    """Yield why the newest release needs a larger version than it has."""
    from builder.dataset import compare, manifest, version

    newest = manifest.latest(now.releases)
    if newest is None:
        return
    said = {folder: manifest.read(folder) for folder in (before, newest)}
    old, new = (version.parse(said[folder].version) for folder in (before, newest))
    where = (newest / _MANIFEST).relative_to(now.root).as_posix()
    if new < old:
        told = f"is older than {said[before].version}"
        yield Finding(where, 0, "version", told, "version", said[newest].version)
    if new <= old:
        return
    found = compare.diff(before.as_posix(), newest.as_posix(), now.releases)
    for reason in found.reasons:
        least = version.grown(said[before].version, reason.bump)
        if new < version.parse(least):
            told = (
                f"{reason.what} ({', '.join(reason.names[:3])}): after {said[before].version} this "
                f"needs {least} or larger"
            )
            yield Finding(where, 0, "version", told, "version", said[newest].version)
