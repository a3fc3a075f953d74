"""Write a release: an immutable folder that ``load_dataset`` reads.

The folder is written beside its place and moved there whole. Nothing in it depends on the clock,
so the same records give the same bytes, whether a shard is built or copied.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from builder.dataset import compare, left_out, manifest, notes, schema, version
from builder.dataset.digest import composed
from builder.dataset.effort_said import EffortSaid
from builder.dataset.left_out import Refused
from builder.dataset.manifest import Manifest
from builder.dataset.rows import TokenBounds
from builder.errors import BuilderError
from builder.labels import LabelSet
from builder.progress import Track, untracked
from builder.release import shards as shard_files
from builder.release import words
from builder.release.content import Content, same_bytes, same_words, unchanged
from builder.release.earlier import Earlier
from builder.release.shards import Before
from builder.release.story_shard import StoryShard
from builder.release.summed import Summed, manifest_of
from builder.workspace.config import NOTHING_SAID, Rights
from builder.workspace.config import Release as ReleaseConfig
from builder.workspace.store import partial_folder

LABELS_FILE = "labels.toml"


@dataclass(frozen=True)
class Released:
    """A release on disk, what it holds, and whether it is new.

    ``left_out`` counts articles, sentences and claims that are in no table, by the reason;
    ``refused`` names what breaks the text contract or the label set, and so is left out;
    ``waiting`` says in words what is not in it as nobody has read or fetched it yet, and
    ``unknown_outlets`` names those that builder.toml gives a licence, and that no article has.
    """

    path: str
    version: str
    digest: str
    new: bool
    rows: dict[str, int]
    left_out: dict[str, int]
    refused: list[Refused] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    unknown_outlets: list[str] = field(default_factory=list)


def release(
    releases: Path,
    shards: Sequence[StoryShard],
    config: ReleaseConfig,
    labels: LabelSet,
    *,
    inputs: Mapping[str, str],
    left: tuple[str, ...] = (),
    rights: Rights = NOTHING_SAID,
    rounds: tuple[str, ...] = (),
    effort: EffortSaid | None = None,
    wanted: str | None = None,
    token_bounds: TokenBounds,
    track: Track = untracked,
) -> Released:
    """Write the next release, unless the newest one holds the same work, fields and description.

    Suggestions that differ although their pipeline's version is the same make no release. Shards
    that were made from the same as those of the newest release are copied.

    Args:
        releases: the folder of all releases.
        shards: all stories, shard by shard.
        config: how the card describes the dataset.
        labels: the label set that the gold was made with.
        inputs: digests of what the rows are made from, for the manifest.
        left: which annotators have left, in words.
        rights: which licence labels and texts have.
        rounds: why tasks were looked at again, in words.
        effort: what is told of people's effort.
        wanted: the version to give; it may be larger than the changes ask for, never smaller.
        token_bounds: cuts a sentence into tokens.
        track: shows progress.

    Raises:
        BuilderError: there is nothing to release, or the wanted version is too small or taken.

    """
    content = Content(
        shards, config, labels, inputs, token_bounds, track, left, rights, rounds, effort
    )
    newest = manifest.latest(releases)
    said = None if newest is None else manifest.read(newest)
    may_be_same = said is not None and wanted in (None, said.version)
    if newest is not None and said is not None and may_be_same and unchanged(said, content):
        return _released(newest, said, new=False)
    before = Before(newest, said) if newest and said and same_bytes(said, content) else None
    with partial_folder(releases, releases / (wanted or "the next release")) as partial:
        made = _write_shards(partial, content, before, Earlier(newest))
        if newest is not None and said is not None and may_be_same and _same(said, made, content):
            return _released(newest, said, new=False)
        if not made.tally.articles:
            raise BuilderError(
                f"{releases}: there is nothing to release: no article has gold yet; "
                "run builder annotate and builder review"
            )
        if wanted is not None:
            refuse_taken(releases / wanted)
        written = _finish(partial, content, made, newest, wanted)
        folder = releases / written.version
        refuse_taken(folder)
        sync(partial)
        partial.rename(folder)
    return _released(folder, written, new=True)


def write(folder: Path, content: Content, previous: Path | None = None) -> Manifest:
    """Build a release folder from nothing; its name is the version, ``previous`` came before it.

    No shard is copied, and the version may be smaller than what changed asks for.
    """
    with partial_folder(folder.parent, folder) as partial:
        made = _write_shards(partial, content, None, Earlier(previous))
        said = _finish(partial, content, made, previous, folder.name, by_force=True)
        refuse_taken(folder)
        partial.rename(folder)
    return said


def _same(said: Manifest, made: "Summed", content: Content) -> bool:
    lasting = composed([shard.lasting for shard in made.shards])
    return said.lasting == lasting and said.form == schema.VERSION and same_words(said, content)


def _released(folder: Path, said: Manifest, *, new: bool) -> Released:
    return Released(
        path=folder.as_posix(),
        version=said.version,
        digest=said.digest,
        new=new,
        rows={name: sum(by.values()) for name, by in said.rows.items()},
        left_out=said.reasons(),
        refused=list(said.refused),
    )


# --- the folder -----------------------------------------------------------------------------


def refuse_taken(folder: Path) -> None:
    """Raise BuilderError if there is a release already, or a folder in its place."""
    if (folder / manifest.FILE_NAME).exists():
        raise BuilderError(f"{folder}: is there already, and releases are never changed")
    if folder.exists():
        raise BuilderError(
            f"{folder}: is there, but holds no whole release (no {manifest.FILE_NAME}); "
            "restore it from git, or remove it"
        )


def _write_shards(
    folder: Path, content: Content, before: Before | None, earlier: Earlier
) -> Summed:
    """Write the tables shard by shard, and beside them what is counted and what is left out.

    Shards that were made from the same are copied from ``before``; ``earlier`` has the rows of the
    release before, of which some may stay.
    """
    for what in _without_a_field(content.labels):
        raise BuilderError(f"labels.toml: {what}: a release has no field for it; leave it out")
    made = Summed()
    sums = (folder / shard_files.FILE_NAME).open("w", encoding="utf-8")
    gone = (folder / left_out.FILE_NAME).open("w", encoding="utf-8")
    with sums, gone:
        for number, shard in enumerate(content.track(content.shards, "Releasing")):
            if (shard.number, shard.of) != (number, len(content.shards)):
                raise ValueError(f"shard {shard.number} of {shard.of} is not the next one")
            if before is not None and before.has(shard):
                done = before.copy(folder, shard)
            else:
                cut, labels, rights = content.token_bounds, content.labels, content.rights
                done = shard_files.build(folder, shard, cut, labels, rights, earlier)
            made.add(done)
            sums.write(shard_files.line(done.sums))
            gone.write(left_out.lines(shard.number, done.left_out))
    if not made.left_out:
        (folder / left_out.FILE_NAME).unlink()
    made.behind = made.behind.in_order(content.labels)
    return made


def _without_a_field(labels: LabelSet) -> Iterator[str]:
    """Yield the attributes and relations of a label set for which a release has no field."""
    for attribute in labels.attributes:
        if attribute.name not in schema.attributes_of(attribute.label):
            yield f"attribute {attribute.name} of {attribute.label}"
    yield from (f"relation {r.name}" for r in labels.relations if r.name not in schema.LINKS)


def _finish(
    folder: Path,
    content: Content,
    made: Summed,
    previous: Path | None,
    wanted: str | None,
    *,
    by_force: bool = False,
) -> Manifest:
    """Give a release its version, and write all that says in words what its tables hold."""
    said = manifest_of(content, made, previous)
    number, changes = wanted or version.FIRST, None
    if previous is not None:
        changes = compare.against(previous, folder, said)
        if not by_force:
            why = "; ".join(f"{r.what}: {notes.some(r.names)}" for r in changes.reasons)
            number = version.following(previous.name, changes.bump, wanted, why)
    said = said.model_copy(update={"version": number})
    if content.labels.source:
        (folder / LABELS_FILE).write_bytes(content.labels.source.encode())
    told = words.Told(said, content.config, content.labels, made.sizes, made.tally, made.behind)
    words.write(folder, told, _notes(said, changes), dict(sorted(made.files.items())))
    hashes = manifest.file_hashes(folder, made.files)
    said = said.model_copy(update={"files": hashes})
    manifest.write(folder, said)
    return said


def _notes(said: Manifest, changes: compare.Diff | None) -> str:
    if changes is None:
        return notes.first(said.version, {name: sum(by.values()) for name, by in said.rows.items()})
    return notes.text(replace(changes, new=said.version))


def sync(folder: Path) -> None:
    """Wait until the files of a release are on the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
