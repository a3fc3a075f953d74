"""Build the files of one shard of a release, or copy those of the release before."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from builder.dataset import left_out, manifest
from builder.dataset.digest import both_digests
from builder.dataset.fields import SPLITS
from builder.dataset.left_out import LeftOut, Refused
from builder.dataset.manifest import FileSaid, Manifest, ShardSaid
from builder.dataset.rows import TokenBounds
from builder.dataset.schema import configs_of, features
from builder.dataset.shards import file_name
from builder.dataset.worded import layouts
from builder.errors import BuilderError
from builder.labels import LabelSet
from builder.release.card.origins import Origins
from builder.release.earlier import Earlier
from builder.release.story_shard import StoryShard
from builder.release.tally import SplitSize, Tally
from builder.workspace.config import Rights

FILE_NAME = "shards.jsonl"


class ShardSums(BaseModel):
    """What is counted over one shard, so that it need not be read again: a line of shards.jsonl."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    number: int
    sizes: dict[str, dict[str, SplitSize]]
    tally: Tally
    behind: Origins
    refused: tuple[Refused, ...]


@dataclass(frozen=True)
class Written:
    """A shard of a release on disk."""

    said: ShardSaid
    sums: ShardSums
    left_out: list[LeftOut]
    files: dict[str, FileSaid]


def build(
    folder: Path,
    shard: StoryShard,
    token_bounds: TokenBounds,
    labels: LabelSet,
    rights: Rights,
    earlier: Earlier,
) -> Written:
    """Make the rows of a shard and write them into a release folder."""
    chosen, behind = shard.make(token_bounds, labels, rights, earlier)
    place = (shard.number, shard.of)
    sizes, files = write_tables(folder, place, chosen.tables.as_dict(), labels)
    digest, lasting = both_digests(chosen.tables.as_dict())
    return Written(
        said=ShardSaid(inputs=shard.inputs, digest=digest, lasting=lasting),
        sums=ShardSums(
            number=shard.number,
            sizes=sizes,
            tally=Tally.of(chosen.tables),
            behind=behind,
            refused=tuple(chosen.refused),
        ),
        left_out=chosen.left_out,
        files=files,
    )


def write_tables(
    folder: Path,
    place: tuple[int, int],
    rows: Mapping[str, Sequence[Any]],
    labels: LabelSet,
    *,
    text: bool = True,
) -> tuple[dict[str, dict[str, SplitSize]], dict[str, FileSaid]]:
    """Write the rows of a shard, a file for each config and split, and return what they come to.

    ``place`` is the number of the shard and how many there are.
    """
    from builder.dataset import tables

    filled = [config for config, table in rows.items() if table]
    sizes: dict[str, dict[str, SplitSize]] = {name: {} for name in configs_of(filled)}
    files: dict[str, FileSaid] = {}
    for config, table in rows.items():
        for split in SPLITS:
            part = [row for row in table if row["split"] == split]
            # An empty table fails to load, so none is written.
            if part:
                path = folder / config / file_name(split, *place)
                declared = features(config, labels, of=layouts(text=text))
                nbytes = tables.write(path, part, declared)
                sizes[config][split] = SplitSize(len(part), nbytes)
                name = path.relative_to(folder).as_posix()
                files[name] = manifest.file_said(path)
    return sizes, files


class Before:
    """The shards of the release before, for those that need not be built again."""

    def __init__(self, folder: Path, said: Manifest) -> None:
        self._folder, self._said = folder, said
        self._sums = {sums.number: sums for sums in read_sums(folder)}
        self._left_out = left_out.by_shard(folder)
        self._next: tuple[int, list[LeftOut]] | None = next(self._left_out, None)

    def has(self, shard: StoryShard) -> bool:
        """Tell whether a shard would be made from the same again."""
        there = self._said.shards
        return (
            shard.of == len(there)
            and bool(shard.inputs)
            and shard.inputs == there[shard.number].inputs
            and shard.number in self._sums
        )

    def copy(self, folder: Path, shard: StoryShard) -> Written:
        """Copy the files of a shard into a release folder; shards are asked for in their order."""
        sums, files = self._sums[shard.number], {}
        for config, splits in sums.sizes.items():
            for split in splits:
                name = f"{config}/{file_name(split, shard.number, shard.of)}"
                files[name] = self._copy(name, folder / name)
        return Written(
            said=self._said.shards[shard.number],
            sums=sums,
            left_out=self._left_out_by(shard.number),
            files=files,
        )

    def _copy(self, name: str, to: Path) -> FileSaid:
        source, declared = self._folder / name, self._said.files.get(name)
        to.parent.mkdir(parents=True, exist_ok=True)
        sha, size = hashlib.sha256(), 0
        with source.open("rb") as old, to.open("wb") as new:
            while piece := old.read(1 << 20):
                sha.update(piece)
                size += len(piece)
                new.write(piece)
        found = FileSaid(bytes=size, sha256=sha.hexdigest())
        if found != declared:
            raise BuilderError(
                f"{source}: was changed after the release: its sha256 differs; restore it from git"
            )
        return found

    def _left_out_by(self, number: int) -> list[LeftOut]:
        while self._next is not None and self._next[0] < number:
            self._next = next(self._left_out, None)
        if self._next is None or self._next[0] != number:
            return []
        return self._next[1]


def read_sums(folder: Path) -> Iterator[ShardSums]:
    """Yield what a release counted over each of its shards; an older one did not."""
    path = folder / FILE_NAME
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                yield ShardSums.model_validate_json(line)


def line(sums: ShardSums) -> str:
    """Return what is counted over a shard as a line of shards.jsonl."""
    said = sums.model_dump(mode="json")
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"
