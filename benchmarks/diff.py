"""How long `builder diff` takes, on two synthetic releases that it makes itself.

    .venv/bin/python benchmarks/diff.py [--rows 100000]

Of every hundred sentences of the newer release one is new, one is gone, and one each has a
relabelled, a moved and a removed span; in a second pair every span was made by another version,
so that every row differs.
"""

import argparse
import hashlib
import tempfile
import time
from pathlib import Path
from typing import Any

from builder import labels
from builder.dataset import compare, manifest, notes, tables
from builder.dataset.schema import VERSION, features
from builder.dataset.shards import file_name, shard_count, shard_of

_SENTENCES = 20  # in an article
_TEXT = "the bank of new york said on friday that prices rose by three per cent in march"


def main() -> None:
    """Make the releases, compare them, print the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    number: int = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as place:
        old = _release(Path(place), "1.0.0", [_row(n) for n in range(number)])
        new = _release(Path(place), "2.0.0", [_edited(n) for n in range(number) if n % 100 != 1])
        all_other = _release(Path(place), "1.0.1", [_row(n, by="names@2") for n in range(number)])
        for name, other in (("5% differ", new), ("all differ", all_other)):
            started = time.perf_counter()
            found = compare.diff(old, other)
            compared = time.perf_counter() - started
            lines = len(list(notes.lines(found)))
            seconds = time.perf_counter() - started
            changed = len(found.tables["sentences"].changed)
            print(
                f"{number} rows, {name} ({changed} changed rows, {found.bump}): "
                f"{compared:.2f} s to compare, {seconds:.2f} s with {lines} lines of notes"
            )


def _row(n: int, by: str = "names@1") -> dict[str, Any]:
    text = f"{_TEXT} {n}"
    spans = [_span(n, i, by) for i in range(4)]
    part = {"part": 0, "parts": 1, "article_start": 0, "article_end": 4}
    claim = {"attribution": None, "quote_type": None, "check_worthy": None, "source_type": None}
    claim["speaker"] = None
    links: dict[str, list[str]] = {"attributed_to": [], "introduced_by": [], "continues": []}
    return {
        "id": _id(n),
        "story_id": _id(n // 100),
        "split": "train",
        "article_id": _id(n // _SENTENCES),
        "index": n % _SENTENCES,
        "start": 0,
        "end": len(text),
        "text": text,
        "tokens": text.split(),
        "ner_tags": [0] * len(text.split()),
        "entities": [{**s, **part, "alignment": "exact"} for s in spans[:3]],
        "claims": [{**s, **part, **claim, **links, "label": "CUE"} for s in spans[3:]],
        "status": "single",
        "entity_status": "single",
        "claim_status": "single",
        "annotators": ["annotator-1"],
        "headline": "Prices rose",
        "outlet": "The Times",
        "published": "2018-09-07",
    }


def _span(n: int, i: int, by: str) -> dict[str, Any]:
    return {
        "id": _id(n, i),
        "label": "ORG",
        "start": 4 * i,
        "end": 4 * i + 4,
        "text": "bank",
        "origin": "suggested",
        "by": by,
        "suggested_by": by,
        "score": 0.5,
        "annotators": ["annotator-1"],
        "status": "single",
    }


def _edited(n: int) -> dict[str, Any]:
    row = _row(n)
    if n % 100 == 0:
        row["id"] = _id(n, 99)
    elif n % 100 == 10:
        row["entities"][0]["label"] = "FAC"
    elif n % 100 == 20:
        row["entities"][1]["end"] += 1
    elif n % 100 == 30:
        row["entities"].pop()
    return row


def _id(*of: int) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()[:16]


def _release(place: Path, version: str, rows: list[dict[str, Any]]) -> Path:
    folder = place / version
    declared, count = labels.default(), shard_count(len(rows) // _SENTENCES)
    of: list[list[dict[str, Any]]] = [[] for _ in range(count)]
    for row in rows:
        of[shard_of(row["story_id"], count)].append(row)
    typed = features("sentences", declared)
    for number, part in enumerate(of):
        path = folder / "sentences" / file_name("train", number, count)
        if part:
            tables.write(path, part, typed)  # type: ignore[arg-type]
    said = manifest.Manifest(
        name="diff",
        version=version,
        digest=version,
        lasting=version,
        about={},
        labels="1.0",
        form=VERSION,
        configs={"sentences": manifest.ConfigSaid(features=typed, files=count)},
        rows={"sentences": {"train": len(rows)}},
        shards=tuple(
            manifest.ShardSaid(inputs="", digest=f"{version} {number}", lasting="")
            for number in range(count)
        ),
        files={},
    )
    manifest.write(folder, said)
    return folder


if __name__ == "__main__":
    main()
