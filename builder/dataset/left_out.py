"""Keep what is in no table of a release, with the reason for each."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

FILE_NAME = "left_out.jsonl"


@dataclass(frozen=True)
class LeftOut:
    """An article, sentence, claim or span that is in no table, and why."""

    id: str
    reason: str


@dataclass(frozen=True)
class Refused:
    """A span that breaks the text contract or the label set, and why; without one: an article."""

    article: str
    span: str
    reason: str


def lines(shard: int, items: Iterable[LeftOut]) -> str:
    """Return what a shard leaves out as JSON Lines."""
    return "".join(
        json.dumps({"shard": shard, "id": x.id, "reason": x.reason}, ensure_ascii=False) + "\n"
        for x in items
    )


def read(folder: Path) -> Iterator[tuple[int, LeftOut]]:
    """Yield the number of the shard and each thing that it leaves out."""
    path = folder / FILE_NAME
    if path.exists():
        with path.open(encoding="utf-8") as file:
            for line in file:
                said = json.loads(line)
                yield said["shard"], LeftOut(said["id"], said["reason"])


def by_shard(folder: Path) -> Iterator[tuple[int, list[LeftOut]]]:
    """Yield each shard that leaves something out with all of it, in the order of shards."""
    for number, items in groupby(read(folder), key=lambda item: item[0]):
        yield number, [item for _, item in items]


def reasons(folder: Path, wanted: Collection[str]) -> dict[str, str]:
    """Return the reasons for those of the ids that are left out."""
    return {item.id: item.reason for _, item in read(folder) if item.id in wanted}
