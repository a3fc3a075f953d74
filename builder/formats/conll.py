"""Write the sentences of a release as CoNLL-2003, one file a split.

Four columns, of which part of speech and chunk are unknown; ``-DOCSTART-`` opens each article.
The format holds one flat layer: entities that have tags, and nothing of claims.
"""

from collections import Counter
from itertools import groupby
from pathlib import Path

from builder import labels
from builder.dataset.read import read_rows
from builder.dataset.rows import Row
from builder.formats.exported import Exported

_DOCUMENT = "-DOCSTART- -X- O O\n\n"


def export(release: Path) -> Exported:
    """Return one file a split."""
    rows = read_rows(release)["sentences"]
    files: dict[str, str] = {}
    for _, sentences in groupby(rows, key=lambda row: row["article_id"]):
        found = list(sentences)
        name = f"{found[0]['split']}.conll"
        files[name] = files.get(name, "") + _DOCUMENT + "".join(map(_sentence, found))
    return Exported(
        {name: text.encode("utf-8") for name, text in files.items()},
        {reason: n for reason, n in _left_out(rows).items() if n},
    )


def _sentence(row: Row) -> str:
    names = labels.load().bio_tags()
    lines = zip(row["tokens"], row["ner_tags"], strict=True)
    return "".join(f"{token} -X- _ {names[tag]}\n" for token, tag in lines) + "\n"


def _left_out(rows: list[Row]) -> Counter[str]:
    left_out = Counter[str]()
    for row in rows:
        fits = Counter(entity["alignment"] for entity in row["entities"])
        left_out["entities inside longer ones"] += fits["nested"]
        left_out["entities widened to whole tokens"] += fits["expanded"]
        left_out["claims, sources and cues"] += sum(part["part"] == 0 for part in row["claims"])
    return left_out
