"""Check the rows of the config ``variants``: their ids, their places and their words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from builder.dataset.fields import DIFFERENCE_KINDS, DIFFERENCE_TYPES

Row = Mapping[str, Any]
# The number of a row in its table, the field, and what is wrong with it.
Broken = tuple[int, str, str]
_SIDES = ("left", "right")


def broken(rows: Sequence[Row], articles: Mapping[str, str]) -> Iterator[Broken]:
    """Yield where words of a pair are not those of their place; ``articles`` are texts by id."""
    for number, row in enumerate(rows):
        for side in _SIDES:
            start, end, text = (row[f"{side}_{name}"] for name in ("start", "end", "text"))
            whole = articles.get(row[f"{side}_article_id"])
            if whole is not None and whole[max(0, start) : end] != text:
                yield number, f"{side}_text", "is not what the article reads there"
            for at, one in enumerate(row["differences"]):
                first, last = one[f"{side}_start"] - start, one[f"{side}_end"] - start
                inside = 0 <= first < last <= len(text)
                if not inside or text[first:last] != one[f"{side}_text"]:
                    yield (
                        number,
                        f"differences.{at}.{side}_text",
                        "is not what the text reads there",
                    )


class VariantCheck:
    """The check of one shard: which sentences and claims it has, by article."""

    def __init__(self) -> None:
        self._sentences: dict[str, Row] = {}
        self._claims: set[str] = set()

    def note(self, config: str, rows: Sequence[Row]) -> None:
        """Keep what rows of pairs are held against: sentences and claims."""
        if config == "sentences":
            self._sentences |= {row["id"]: row for row in rows}
        elif config == "claims":
            self._claims |= {row["id"] for row in rows}

    def disagreeing(self, row: Row) -> Iterator[tuple[str, str]]:
        """Yield field and reason of what is wrong with the row of a pair."""
        if row["left_article_id"] >= row["right_article_id"]:
            yield "right_article_id", "does not come after that on the left"
        for side in _SIDES:
            yield from self._of_side(row, side)
        for at, pair in enumerate(row["aligned_claims"]):
            for side in _SIDES:
                if pair[f"{side}_claim_id"] not in self._claims:
                    yield f"aligned_claims.{at}.{side}_claim_id", "is no claim of this shard"
        yield from _of_differences(row)

    def _of_side(self, row: Row, side: str) -> Iterator[tuple[str, str]]:
        field = f"{side}_sentence_ids"
        there = [self._sentences.get(identity) for identity in row[field]]
        if not there or None in there:
            yield field, "name a sentence that is not in this shard, or none"
            return
        known = [sentence for sentence in there if sentence is not None]
        if {sentence["article_id"] for sentence in known} != {row[f"{side}_article_id"]}:
            yield field, "are not of the article"
        for name in ("story_id", "split"):
            if {sentence[name] for sentence in known} != {row[name]}:
                yield name, f"is not that of the sentences on the {side}"
        indices = [sentence["index"] for sentence in known]
        if indices != list(range(indices[0], indices[0] + len(indices))):
            yield field, "are not neighbours"
        bounds = (known[0]["start"], known[-1]["end"])
        if bounds != (row[f"{side}_start"], row[f"{side}_end"]):
            yield f"{side}_start", "the bounds are not those of the sentences"


def _of_differences(row: Row) -> Iterator[tuple[str, str]]:
    kinds = [one["kind"] for one in row["differences"]]
    for at, one in enumerate(row["differences"]):
        if one["type"] not in DIFFERENCE_TYPES:
            yield f"differences.{at}.type", f"{one['type']!r} is no type of difference"
        if one["kind"] not in DIFFERENCE_KINDS[1:]:
            yield f"differences.{at}.kind", f"{one['kind']!r} is no kind of difference"
        for side in _SIDES:
            start, end = one[f"{side}_start"], one[f"{side}_end"]
            if not row[f"{side}_start"] <= start < end <= row[f"{side}_end"]:
                yield f"differences.{at}.{side}_start", "does not lie in the sentences"
    strongest = max(
        (kind for kind in kinds if kind in DIFFERENCE_KINDS),
        key=DIFFERENCE_KINDS.index,
        default="identical",
    )
    if row["kind"] != strongest:
        yield "kind", f"is {row['kind']}, and the strongest difference {strongest}"
