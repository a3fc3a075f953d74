"""Check the rows of the config ``opinions``: whose they are, their place, and what they say."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from builder.dataset.fields import ARMS
from builder.records import ADJUDICATION, CALIBRATION, LAYERS

Row = Mapping[str, Any]
# Of a sentence, its own row and the opinions on it say the same.
_SHARED = (
    "article_id", "story_id", "split", "index", "start", "end", "text", "status", "entity_status",
    "claim_status", "licence",
)  # fmt: skip


class OpinionCheck:
    """The check of one shard: which sentences it has, and who said what of them."""

    def __init__(self) -> None:
        self._sentences: dict[str, Row] = {}
        self._said: set[tuple[str, str]] = set()

    def note(self, config: str, rows: Sequence[Row]) -> None:
        """Keep the sentences that opinions are held against."""
        if config == "sentences":
            self._sentences |= {row["id"]: row for row in rows}

    def disagreeing(self, row: Row) -> Iterator[tuple[str, str]]:
        """Yield field and reason of what is wrong with an opinion."""
        said = (row["sentence_id"], row["annotator"])
        if said in self._said:
            yield "annotator", "has two opinions on one sentence"
        self._said.add(said)
        yield from self._beside_sentence(row)
        yield from _of_work(row)
        yield from _of_spans(row)

    def _beside_sentence(self, row: Row) -> Iterator[tuple[str, str]]:
        sentence = self._sentences.get(row["sentence_id"])
        if sentence is None:
            # Sentences on which people differ are in no other table.
            if row["split"] != "train":
                yield "sentence_id", f"is not in the release, and its split is {row['split']}"
            return
        for field in _SHARED:
            if field in row and field in sentence and row[field] != sentence[field]:
                yield field, "is not that of the sentence"


def _of_work(row: Row) -> Iterator[tuple[str, str]]:
    if row["arm"] not in (None, *ARMS):
        yield "arm", f"{row['arm']!r} is none of {', '.join(ARMS)}"
    if row["round"] < 1 or row["round"] in (ADJUDICATION, CALIBRATION):
        yield "round", f"is {row['round']}, in which nobody gives an opinion"
    if not row["layers"] or not {*LAYERS} >= {*row["layers"]}:
        yield "layers", f"are none of {', '.join(LAYERS)}"
    if row["seconds"] is not None and not row["seconds"] >= 0:
        yield "seconds", "are fewer than none"
    if row["task"].partition(":")[0] != row["article_id"]:
        yield "task", "is no task of the article"


def _of_spans(row: Row) -> Iterator[tuple[str, str]]:
    for layer, field in (("entity", "entities"), ("claim", "claims")):
        if row[field] and layer not in row["layers"]:
            yield field, "are marked in a layer that the person did not look at"
        ids = [span["id"] for span in row[field]]
        if len({*ids}) != len(ids):
            yield field, "name a span twice"
