"""How well the text of pages is cleaned, on outlets that the model did not learn from.

    .venv/bin/python -m benchmarks.cleaning CORPUS_FOLDER [--folds 5] [--scores FILE.jsonl]

Cross-validation by outlet over the pages of :mod:`benchmarks.cleaning_corpus`: of each fold the
outlets are left out of learning, and read. Prints the F1 of runs of four words (mean and median
over texts; the mean's 95% interval from a bootstrap over outlets) of the rules alone, of the model
with the rules, and, where a page is there as HTML, of trafilatura; by rendering, by source, and for
the outlets whose pages may be looked at and those that may not. ``--scores`` writes the F1 of each
text; the last line tells the speed. Needs the extra ``train``.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import html_corpus
from benchmarks.cleaning_corpus import SEVEN, Dump, marked, read
from benchmarks.html_corpus import f1
from builder.ingest.cleaning import lines
from builder.training import line_folds
from builder.training.line_material import LineMaterial, prepare
from builder.training.line_trees import TreeSettings
from builder.training.marked_pages import interval

_EVERY = 40
Scores = dict[str, float]
Value = Callable[[Scores], float]


def main() -> None:
    """Cross-validate and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--folds", type=int, default=5, choices=(2, 5, 10))
    parser.add_argument("--scores", type=Path)
    options = parser.parse_args()
    dumps = list(read(options.corpus))
    material = prepare(map(marked, dumps), _say)
    chances = line_folds.cross_validated(material, options.folds, TreeSettings(), _tell)
    scores = scored(material, chances)
    html = _of_html(options.corpus)
    rows = [(dump, scores[marked(dump)]) for dump in dumps if marked(dump) in scores]
    for dump, found in rows:
        if dump.page in html:
            found["trafilatura"] = html[dump.page]
    report([(dump, found) for dump, found in rows if dump.english])
    print("speed: " + _speed(dumps))
    if options.scores:
        with options.scores.open("w", encoding="utf-8") as file:
            for dump, found in rows:
                key = {"page": dump.page, "rendering": dump.rendering, "outlet": dump.outlet}
                file.write(json.dumps(key | found) + "\n")


def scored(material: LineMaterial, chances: NDArray[np.float64]) -> dict[object, Scores]:
    """Return for each page how well the rules read it, and the model with the rules."""
    found: dict[object, Scores] = {}
    for number, page in enumerate(material.pages):
        by_rules = line_folds.votes_of(material, number)["rules' body"] > 0
        found[page] = {
            "rules": f1(page.body, line_folds.text_of(material, number, by_rules)),
            "model and rules": f1(page.body, line_folds.text_found(material, number, chances)),
        }
    return found


def _of_html(corpus: Path) -> dict[str, float]:
    from trafilatura import extract

    return {
        page.id: f1(page.body, extract(page.html, url=page.url, include_comments=False) or "")
        for page in html_corpus.read(corpus)
    }


def report(rows: Sequence[tuple[Dump, Scores]]) -> None:
    """Print the tables of English pages."""
    seven = [(dump, found) for dump, found in rows if dump.rendering in SEVEN]
    parts: Mapping[str, Sequence[tuple[Dump, Scores]]] = {
        "seven renderings": seven,
        "  outlets looked at": [row for row in seven if row[0].is_development],
        "  other outlets": [row for row in seven if not row[0].is_development],
    }
    names = ("rules", "model and rules", "trafilatura")
    print(f"{'':24} {'texts':>6} " + " ".join(f"{name:>30}" for name in names))
    for name, part in {**parts, **_by(rows, "rendering"), **_by(seven, "source")}.items():
        cells = [_cell(part, system) for system in names]
        print(f"{name:24} {len(part):6} " + " ".join(f"{cell:>30}" for cell in cells))
    low, high = _interval(seven, lambda found: found["model and rules"] - found["rules"])
    print(f"gain over the rules, seven renderings: [{low:+.4f}, {high:+.4f}]")


def _speed(dumps: Sequence[Dump]) -> str:
    """Return how much text the embedded model cleans in a second of one core's time."""
    pages = [dump.dump.split("\n") for dump in dumps[::_EVERY]]
    lines.judge(pages[0])
    began = time.process_time()
    for page in pages:
        lines.judge(page)
    seconds = time.process_time() - began
    size = sum(len(dump.dump.encode()) for dump in dumps[::_EVERY])
    return f"{size / 1e6 / seconds:.2f} MB/s, {len(pages) / seconds:.0f} texts/s"


def _by(
    rows: Sequence[tuple[Dump, Scores]], field: str
) -> Mapping[str, Sequence[tuple[Dump, Scores]]]:
    found: dict[str, list[tuple[Dump, Scores]]] = defaultdict(list)
    for dump, scores in rows:
        found[f"{field} {getattr(dump, field)}"].append((dump, scores))
    return dict(sorted(found.items()))


def _cell(rows: Sequence[tuple[Dump, Scores]], system: str) -> str:
    held = [(dump, found) for dump, found in rows if system in found]
    if not held:
        return "-"
    values = [found[system] for _, found in held]
    low, high = _interval(held, lambda found: found[system])
    return f"{np.mean(values):.4f}/{np.median(values):.4f} [{low:.3f}, {high:.3f}]"


def _interval(rows: Sequence[tuple[Dump, Scores]], value: Value) -> tuple[float, float]:
    """Return the 95% interval of a mean over texts, outlets being drawn again."""
    return interval([value(found) for _, found in rows], [dump.outlet for dump, _ in rows])


def _say(number: int) -> None:
    if number % 500 == 0:
        _tell(f"{number} texts prepared")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
