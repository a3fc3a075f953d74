"""Write a release whose rows come from another form of it: what is left is to count and to say."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from builder.dataset import manifest, tables
from builder.dataset.digest import both_digests, composed
from builder.dataset.manifest import Manifest, ShardSaid
from builder.dataset.worded import TEXT_FREE, without_words
from builder.labels import LabelSet
from builder.release import shards as shard_files
from builder.release import words
from builder.release.shards import ShardSums, Written
from builder.release.summed import Summed
from builder.workspace.config import Release as ReleaseConfig


def rows_without_words(folder: Path, config: str, number: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of a shard of a release, in their order, without the articles' words."""
    for path in sorted((folder / config).glob(f"*-{number:05d}-of-*.parquet")):
        for row in tables.read(path):
            yield without_words(row, TEXT_FREE[config])


def write_shard(
    folder: Path,
    sums_file: TextIO,
    place: tuple[int, int],
    rows: Mapping[str, Sequence[Any]],
    labels: LabelSet,
    sums: ShardSums,
    *,
    inputs: str,
    text: bool,
) -> Written:
    """Write the rows of a shard and what is counted over them; ``place`` is its number of how many.

    Of ``sums``, the sizes are counted anew.
    """
    sizes, files = shard_files.write_tables(folder, place, rows, labels, text=text)
    digest, lasting = both_digests(rows)
    done = Written(
        said=ShardSaid(inputs=inputs, digest=digest, lasting=lasting),
        sums=sums.model_copy(update={"sizes": sizes}),
        left_out=[],
        files=files,
    )
    sums_file.write(shard_files.line(done.sums))
    return done


def finish(folder: Path, said: Manifest, made: Summed, labels: LabelSet, notes: str) -> Manifest:
    """Write all that a release says in words; ``said`` is the manifest of its other form."""
    made.behind = made.behind.in_order(labels)
    now = said.model_copy(
        update={
            "digest": composed([shard.digest for shard in made.shards]),
            "lasting": composed([shard.lasting for shard in made.shards]),
            "shards": tuple(made.shards),
            "rows": {
                name: {split: size.rows for split, size in by.items()}
                for name, by in made.sizes.items()
            },
        }
    )
    config = ReleaseConfig.model_validate(said.about)
    told = words.Told(now, config, labels, made.sizes, made.tally, made.behind)
    words.write(folder, told, notes, dict(sorted(made.files.items())))
    now = now.model_copy(update={"files": manifest.file_hashes(folder, made.files)})
    manifest.write(folder, now)
    return now
