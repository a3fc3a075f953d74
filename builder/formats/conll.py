"""Write the sentences of a release as CoNLL-2003, one file a split.

Four columns, of which part of speech and chunk are unknown; ``-DOCSTART-`` opens each article.
The format holds one flat layer: entities that have tags, and nothing of claims.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import cast

from builder.dataset.read import rows_of
from builder.dataset.row_types import SentenceRow
from builder.formats.converted import Part
from builder.labels import LabelSet

_REASONS = (
    "entities inside longer ones",
    "entities widened to whole tokens",
    "claims, sources and cues",
)
_DOCUMENT = "-DOCSTART- -X- O O\n\n"


def export(release: Path, labels: LabelSet) -> Iterator[Part]:
    """Yield the articles of one file a split."""
    tags = labels.bio_tags()
    rows = cast(Iterable[SentenceRow], rows_of(release, "sentences"))
    for _, sentences in groupby(rows, key=lambda row: row["article_id"]):
        found = list(sentences)
        lines = [_DOCUMENT, *(_sentence(row, tags) for row in found)]
        yield Part(f"{found[0]['split']}.conll", "".join(lines).encode(), _left_out(found))


def _sentence(row: SentenceRow, names: list[str]) -> str:
    lines = zip(row["tokens"], row["ner_tags"], strict=True)
    return "".join(f"{token} -X- _ {names[tag]}\n" for token, tag in lines) + "\n"


def _left_out(rows: Iterable[SentenceRow]) -> Counter[str]:
    left_out = Counter[str]()
    for row in rows:
        fits = Counter(entity["alignment"] for entity in row["entities"])
        left_out[_REASONS[0]] += fits["nested"]
        left_out[_REASONS[1]] += fits["expanded"]
        left_out[_REASONS[2]] += sum(part["part"] == 0 for part in row["claims"])
    return left_out
