"""Read pages as text together with the text of their article, and compare what is found with it.

A line of the file is ``{"dump": the page's text, "body": the article's}``; ``outlet`` tells whose
page it is, and ``id`` which one: other texts of the same page have the same.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from builder.errors import BuilderError

_GRAM = 4
_WORD = re.compile(r"\w+")
_DRAWS = 1000


@dataclass(frozen=True)
class MarkedPage:
    """The text of a whole page, that of its article, and whose page it is.

    Pages of one ``outlet`` are never parted; ``page`` is the same for all texts of one page.
    """

    dump: str
    body: str
    outlet: str
    page: str


def read_pages(path: Path) -> Iterator[MarkedPage]:
    """Yield the pages of a file of JSON Lines.

    Raises:
        BuilderError: a line is no such record; it names file, line and field.

    """
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _page(path, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise BuilderError(f"{path}: cannot be read: {error}") from None


def _page(path: Path, number: int, line: str) -> MarkedPage:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise BuilderError(f"{path}:{number}: no JSON: {error}") from None
    if not isinstance(record, dict):
        raise BuilderError(f"{path}:{number}: no object with dump and body")
    for field in ("dump", "body"):
        if not isinstance(record.get(field), str) or not record[field].strip():
            raise BuilderError(f"{path}:{number}: {field}: must be the text of a page or article")
    page = record.get("id", f"{path.name}:{number}")
    outlet = record.get("outlet", page)
    if not isinstance(page, str) or not isinstance(outlet, str):
        raise BuilderError(f"{path}:{number}: id, outlet: must be text where they are given")
    return MarkedPage(record["dump"], record["body"], outlet, page)


def grams(text: str) -> Counter[tuple[str, ...]]:
    """Return the runs of four words of a text."""
    words = _WORD.findall(text)
    last = max(1, len(words) - _GRAM + 1)
    return Counter(tuple(words[i : i + _GRAM]) for i in range(last)) if words else Counter()


def likeness(gold: str, found: str) -> dict[str, float]:
    """Return precision, recall and F1 of a text's runs of four words."""
    wanted, got = grams(gold), grams(found)
    shared = (wanted & got).total()
    return {
        "precision": shared / got.total() if got else 0.0,
        "recall": shared / wanted.total() if wanted else 0.0,
        "f1": 2 * shared / (wanted.total() + got.total()) if shared else 0.0,
    }


def interval(values: Sequence[float], outlets: Sequence[str]) -> tuple[float, float]:
    """Return the 95% interval of a mean, from a bootstrap over outlets."""
    by_outlet: dict[str, list[float]] = defaultdict(list)
    for value, outlet in zip(values, outlets, strict=True):
        by_outlet[outlet].append(value)
    sums = np.array([(sum(held), len(held)) for held in by_outlet.values()])
    random = np.random.default_rng(1)
    drawn = sums[random.integers(0, len(sums), (_DRAWS, len(sums)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return float(low), float(high)


def figures(pages: Sequence[MarkedPage], scores: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """Return means and median over texts, with the interval of the mean F1 over outlets."""
    f1 = [score["f1"] for score in scores]
    return {
        "texts": len(pages),
        "outlets": len({page.outlet for page in pages}),
        "precision": float(np.mean([score["precision"] for score in scores])),
        "recall": float(np.mean([score["recall"] for score in scores])),
        "f1": float(np.mean(f1)),
        "median": float(np.median(f1)),
        "ci95": list(interval(f1, [page.outlet for page in pages])),
    }
