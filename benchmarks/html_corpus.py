"""Saved pages with the articles that people marked in them, and how texts are compared."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.training.marked_pages import likeness

_SECOND_LEVEL = {"co", "com", "org", "net", "ac", "gov", "edu"}


@dataclass(frozen=True)
class SavedPage:
    """One saved page, the text of its article, and its metadata where known."""

    id: str
    url: str | None
    outlet: str
    html: str
    body: str
    headline: str | None
    authors: list[str]
    published: str | None

    @property
    def is_development(self) -> bool:
        """Tell whether the page's outlet may be looked at; the others are only measured on."""
        return is_development(self.outlet)


def is_development(outlet: str) -> bool:
    """Tell whether an outlet's pages may be looked at."""
    return int(hashlib.sha256(outlet_key(outlet).encode()).hexdigest(), 16) % 2 == 0


def outlet_key(outlet: str) -> str:
    """Return an outlet's name, the same for ``www.example.co.uk`` and ``The Example``."""
    name = outlet.lower().strip()
    if "." in name:
        parts = [part for part in name.split(".") if part != "www"]
        place = len(parts) - 2
        if place > 0 and parts[place] in _SECOND_LEVEL:
            place -= 1
        name = parts[max(place, 0)]
    name = re.sub(r"[^a-z0-9]", "", name)
    return name[3:] if name.startswith("the") and len(name) > 6 else name


def read(folder: Path) -> Iterator[SavedPage]:
    """Yield the pages of a folder of corpora that are there as HTML.

    The dates of fundus-evaluation are left out: they say when its pages were saved.
    """
    for name in ("pages", "pages_more"):
        html = {row["id"]: row["html"] for row in rows(folder / f"{name}_html.jsonl.gz")}
        for row in rows(folder / f"{name}.jsonl.gz"):
            if row["id"] not in html:
                continue
            body = row.get("gold_body") or [*(row.get("summary") or []), *row["body"]]
            yield SavedPage(
                id=row["id"],
                url=row.get("url"),
                outlet=row["outlet"],
                html=html[row["id"]],
                body="\n".join(body),
                headline=row.get("headline") or None,
                authors=row.get("authors") or [],
                published=None
                if row["id"].startswith("fundeval/")
                else row.get("published") or row.get("date"),
            )


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a compressed file of JSON Lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def f1(gold: str, found: str) -> float:
    """Return the F1 of the runs of four words of two texts."""
    return likeness(gold, found)["f1"]
