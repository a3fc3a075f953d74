"""Read the rows of the release before, for those that stay as they were."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from builder.dataset import manifest
from builder.dataset.fields import FIELDS
from builder.dataset.rows import Marked, seen_sentences, weakest
from builder.dataset.schema import CONFIGS, Layout, article_of
from builder.records import Layer, Story

Row = dict[str, Any]
# The fields that hold spans, with their layer, None where a span's label tells it.
_SPANS: Mapping[str, Layer] = {
    "entities": "entity",
    "claims": "claim",
    "parts": "claim",
    "sources": "claim",
    "cues": "claim",
}


class Earlier:
    """The rows of the release before, by article; none where there is no such release."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        # Which shards have rows of an article, by config.
        self._shards_of: dict[str, Mapping[str, set[int]]] = {}
        # The shard that was read last, by config.
        self._last: dict[str, tuple[int, dict[str, list[Row]]]] = {}

    def rows(self, config: str, story: Story, article: str) -> dict[str, Row]:
        """Return the rows of an article in one config, by id, in the fields of today.

        Only those of the story's split: a row never moves. They are looked for wherever the release
        has them: the story may have been parted or joined since.
        """
        return {
            row["id"]: row
            for shard in sorted(self._places(config).get(article, ()))
            for row in self._of(config, shard).get(article, ())
            if row["split"] == story.split
        }

    def _places(self, config: str) -> Mapping[str, set[int]]:
        """Return the shards in which a config has rows of which articles."""
        if config not in self._shards_of:
            found: dict[str, set[int]] = defaultdict(set)
            folder = self._folder
            for path in () if folder is None else sorted((folder / config).glob("*.parquet")):
                shard = int(path.stem.split("-")[1])
                for article in manifest.articles_in(path):
                    found[article].add(shard)
            self._shards_of[config] = found
        return self._shards_of[config]

    def _of(self, config: str, shard: int) -> dict[str, list[Row]]:
        from builder.dataset import tables

        number, found = self._last.get(config, (None, {}))
        if number != shard and self._folder is not None:
            found = defaultdict(list)
            for path in sorted((self._folder / config).glob(f"*-{shard:05d}-of-*.parquet")):
                for row in tables.read(path):
                    found[article_of(row)].append(_today(row, CONFIGS[config]))
            self._last[config] = (shard, found)
        return found


def kept(config: str, row: Row, marked: Marked) -> Row:
    """Return a row of the release before with what is said of its sentences now.

    Its spans stay as they were released; their status, that of the row and its licence are those
    of today.
    """
    now: Row = {"story_id": marked.story.id, "licence": marked.licence}
    if config == "sentences":
        said = marked.gold.status[row["index"]]
        now |= {
            "status": weakest((said.entity, said.claim)),
            "entity_status": said.entity,
            "claim_status": said.claim,
            "annotators": list(said.annotators),
        }
    elif config == "articles":
        both = ((s.entity, s.claim) for s in marked.gold.status)
        now |= {"status": weakest(x for pair in both for x in pair)}
        now |= {"sentences": seen_sentences(marked)}
    else:
        now |= {"status": marked.reached("claim", context_of(row, marked))}
    for name, layer in _SPANS.items():
        if name in row:
            now[name] = [{**span, "status": _status(span, layer, marked)} for span in row[name]]
    return {**row, **now}


def context_of(row: Mapping[str, Any], marked: Marked) -> range:
    """Return the indices of the sentences that a claim's row shows."""
    start = row["context_start"]
    return marked.sentences_in(start, start + len(row["context"]))


def _status(span: Mapping[str, Any], layer: Layer, marked: Marked) -> str:
    start, end = (span.get(f"article_{edge}", span[edge]) for edge in ("start", "end"))
    return marked.reached(layer, marked.sentences_in(int(start), int(end)))


def _today(row: Mapping[str, Any], layout: Layout) -> Row:
    """Return a row with the fields of today: null or empty where an older release has none."""
    return {name: _value(name, row.get(name), inner) for name, inner in layout.items()}


def _value(name: str, value: object, inner: Layout | None) -> object:
    if inner is not None:
        structs: Iterable[Row] = value or ()  # type: ignore[assignment]
        return [_today(struct, inner) for struct in structs]
    if value is None and FIELDS[name].many:
        return []
    return value.isoformat() if isinstance(value, date) else value
