"""Dumps of web pages with the text of their article, read from a folder of corpora."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.html_corpus import is_development, outlet_key, rows
from builder.training.marked_pages import MarkedPage

# Where the pages are from, and the licences of the collections; the pages are their publishers'.
SOURCES = {
    "scrapinghub": "article-extraction-benchmark by Scrapinghub (MIT)",
    "fundus": "test pages of fundus (MIT)",
    "np3k": "test pages of newspaper3k (MIT)",
    "np4k": "test pages of newspaper4k (MIT)",
    "readability": "test pages of readability (Apache-2.0)",
    "wcxb": "Web Content Extraction Benchmark (CC BY 4.0)",
    "misinfo": "test pages of misinformation-crawler (MIT)",
    "postlight": "fixtures of postlight/parser (Apache-2.0 or MIT)",
    "fundeval": "fundus-evaluation (MIT)",
}
SEVEN = ("bs4", "html2text", "html2text_nolinks", "inscriptis", "lynx", "resiliparse", "w3m")
# A rendering in which less of the article than this can be found says nothing of a cleaner.
_MIN_FOUND = 0.8


@dataclass(frozen=True)
class Dump:
    """One rendering of a page as text, and the text of the page's article."""

    page: str
    source: str
    outlet: str
    rendering: str
    english: bool
    dump: str
    body: str

    @property
    def is_development(self) -> bool:
        """Tell whether the page's outlet may be looked at; the others are only measured on."""
        return is_development(self.outlet)


def read(folder: Path) -> Iterator[Dump]:
    """Yield the dumps of a folder, page by page."""
    with (folder / "dumps.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            host = urlsplit(row["url"]).hostname or row["id"]
            english = _is_english(row["body"])
            yield Dump(
                row["id"], "scrapinghub", outlet_key(host), row["renderer"], english,
                row["dump"], row["body"],
            )  # fmt: skip
    for name in ("pages", "pages_more"):
        for row in rows(folder / f"{name}.jsonl.gz"):
            body = "\n".join(row.get("gold_body") or [*(row.get("summary") or []), *row["body"]])
            found = row.get("found") or {}
            for rendering, dump in row["dumps"].items():
                if found.get(rendering, 1.0) >= _MIN_FOUND:
                    source = row.get("source") or row["id"].split("/")[0]
                    yield Dump(
                        row["id"], source, outlet_key(row["outlet"]), rendering,
                        row["lang"] == "en", dump, body,
                    )  # fmt: skip


def chosen(folder: Path, texts: int) -> list[Dump]:
    """Return so many of the seven renderings of each English page, one after the other in turn."""
    by_page: dict[str, list[Dump]] = defaultdict(list)
    for dump in read(folder):
        if dump.rendering in SEVEN and dump.english:
            by_page[dump.page].append(dump)
    return [
        found[(number + step * len(found) // texts) % len(found)]
        for number, found in enumerate(by_page.values())
        for step in range(min(texts, len(found)))
    ]


def marked(dump: Dump) -> MarkedPage:
    """Return a dump as training wants it."""
    return MarkedPage(dump.dump, dump.body, dump.outlet, dump.page)


def _is_english(text: str) -> bool:
    words = text.lower().split()
    return sum(word in {"the", "of", "and", "to"} for word in words) > 0.05 * len(words)
