"""Measure how well the cleaner finds articles in the texts of pages that people marked."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.errors import BuilderError
from builder.ingest.cleaning import lines
from builder.ingest.cleaning.model_files import FOLDER
from builder.ingest.readers.decoding import split_lines
from builder.training.marked_pages import figures, likeness, read_pages

# Below this F1 something of the article is missing, or something else is in it.
_POOR = 0.9


@dataclass(frozen=True)
class Cleaning:
    """The figures of a file of pages, and the texts that were cleaned poorly, the worst first."""

    report: dict[str, Any]
    poor: Sequence[dict[str, Any]]

    def shown(self, errors: bool) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return self.report | ({"errors": list(self.poor)} if errors else {})


def measure(path: Path, model: Path = FOLDER) -> Cleaning:
    """Clean the pages of a file, and compare what is found with their articles.

    Raises:
        BuilderError: the file holds no page, or a line that is none, or there is no such model.

    """
    pages = list(read_pages(path))
    if not pages:
        raise BuilderError(f'{path}: holds no page; a line is {{"dump": ..., "body": ...}}')
    lines.judge(["The builder reads what belongs to the model before the time counts."], model)
    began = time.perf_counter()
    found = [lines.judge(split_lines(page.dump), model).body for page in pages]
    seconds = time.perf_counter() - began
    texts = ["\n\n".join(block.text for block in body) for body in found]
    scores = [likeness(page.body, text) for page, text in zip(pages, texts, strict=True)]
    size = sum(len(page.dump.encode("utf-8", "surrogatepass")) for page in pages)
    report = {
        "task": "cleaning",
        "file": path.name,
        **figures(pages, scores),
        "seconds": seconds,
        "megabytes_per_second": size / 1e6 / max(seconds, 1e-9),
    }
    poor = [
        {"id": page.page, **score}
        for page, score in zip(pages, scores, strict=True)
        if score["f1"] < _POOR
    ]
    return Cleaning(report, sorted(poor, key=lambda page: page["f1"]))
