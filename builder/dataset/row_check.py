"""Check that the rows of a release agree with each other: ids, places, statuses and tags."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from builder.dataset.fields import STATUSES
from builder.dataset.opinion_check import OpinionCheck
from builder.dataset.variant_check import VariantCheck

Row = Mapping[str, Any]
# Which row, its field, and what is wrong with it.
Disagreeing = tuple[str, str, str]
_STATUSES = ("status", "entity_status", "claim_status")
# Of an article, its sentences and claims say the same.
_SHARED = ("story_id", "split", "outlet", "published", "licence")


class RowCheck:
    """The check of a release, shard by shard: the ids that were seen, and the articles.

    Ids are not made anew: in a release that was filled in from edited copies they are those of the
    full one. ``tags`` are the names of BIO tags by their numbers.
    """

    def __init__(self, tags: Sequence[str]) -> None:
        self._tags = tags
        self._seen: dict[str, set[str]] = {}
        self._articles: dict[str, Row] = {}
        self._variants = VariantCheck()
        self._opinions = OpinionCheck()

    def shard(self) -> None:
        """Begin another shard: an article and all that is of it lie in one."""
        self._articles = {}
        self._variants = VariantCheck()
        self._opinions = OpinionCheck()

    def disagreeing(self, config: str, split: str, rows: Sequence[Row]) -> Iterator[Disagreeing]:
        """Yield what is wrong with the rows of one file; those of articles have to come first.

        Those of opinions and variants come last, after the sentences and claims that they name.
        """
        self._variants.note(config, rows)
        self._opinions.note(config, rows)
        seen = self._seen.setdefault(config, set())
        for row in rows:
            identity = row["id"]
            if identity in seen:
                yield identity, "id", "stands twice"
            seen.add(identity)
            found = [*_alone(row, split)]
            if config == "articles":
                self._articles[identity] = row
            elif config == "variants":
                found += self._variants.disagreeing(row)
            else:
                found += self._beside_article(row)
            if config == "sentences":
                found += self._of_sentence(row)
            elif config == "opinions":
                found += self._opinions.disagreeing(row)
            yield from ((identity, field, reason) for field, reason in found)

    def _beside_article(self, row: Row) -> Iterator[tuple[str, str]]:
        # Of an article of which not all may be released, sentences are, and it itself is not.
        article = self._articles.get(row["article_id"], row)
        for field in _SHARED:
            if field in row and field in article and row[field] != article[field]:
                yield field, f"is {row[field]}, and that of the article {article[field]}"

    def _of_sentence(self, row: Row) -> Iterator[tuple[str, str]]:
        tags, tokens = row["ner_tags"], row.get("tokens")
        if tokens is not None and len(tokens) != len(tags):
            yield "ner_tags", f"are {len(tags)} for {len(tokens)} tokens"
        if tokens is not None and "".join(tokens) != "".join(row["text"].split()):
            yield "tokens", "are not those of the text"
        begun = Counter(t[2:] for t in (self._tags[n] for n in tags) if t.startswith("B-"))
        tagged = Counter(e["label"] for e in row["entities"] if e["alignment"] != "nested")
        if begun != tagged:
            yield "ner_tags", "are not those of the entities"


def _alone(row: Row, split: str) -> Iterator[tuple[str, str]]:
    if row["split"] != split:
        yield "split", f"is {row['split']} in a file of {split}"
    for field in _STATUSES:
        if row.get(field) not in (None, *STATUSES):
            yield field, f"{row[field]!r} is none of {', '.join(STATUSES)}"
