"""How well pages are cleaned by what was learned from an eighth, a quarter, half and all of them.

    .venv/bin/python -m benchmarks.cleaning_growth CORPUS_FOLDER [--texts 7]

Pages of three tenths of the outlets are read by what was learned from growing shares of the other
outlets, in so many of their seven renderings. Prints the mean and median F1 over texts, with the
95% interval from a bootstrap over outlets. Needs the extra ``train``.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np

from benchmarks.cleaning_corpus import Dump, chosen, marked
from benchmarks.html_corpus import f1
from builder.training import line_folds, line_trees
from builder.training.line_material import group_of, prepare
from builder.training.line_trees import TreeSettings
from builder.training.marked_pages import interval

_HELD_OUT = (0, 1, 2)
_SHARES = {"an eighth": 1 / 8, "a quarter": 1 / 4, "half": 1 / 2, "all": 1.0}


def main() -> None:
    """Learn from growing shares, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--texts", type=int, default=7, choices=range(1, 8))
    options = parser.parse_args()
    dumps = chosen(options.corpus, options.texts)
    print(f"{'learned from':14} {'pages':>6} {'outlets':>8} {'texts read':>11} {'F1':>14}")
    for name, share in _SHARES.items():
        print(f"{name:14} {_row([dump for dump in dumps if _is_wanted(dump, share)])}", flush=True)


def _is_held_out(dump: Dump) -> bool:
    return group_of(dump.outlet) in _HELD_OUT


def _is_wanted(dump: Dump, share: float) -> bool:
    """Tell whether a page is read, or learned from where only a share of the outlets is."""
    if _is_held_out(dump):
        return True
    place = int(hashlib.sha256(f"share {dump.outlet}".encode()).hexdigest()[:8], 16)
    return place < share * 16**8


def _row(dumps: list[Dump]) -> str:
    seen = [dump for dump in dumps if not _is_held_out(dump)]
    material = prepare(map(marked, dumps), lambda _: None)
    learned = line_trees.learn(material, _HELD_OUT, TreeSettings())
    wanted = np.isin(material.groups, _HELD_OUT)
    chances = line_trees.predict(material, learned, wanted)
    scores, outlets = [], []
    for number, page in enumerate(material.pages):
        if group_of(page.outlet) in _HELD_OUT:
            scores.append(f1(page.body, line_folds.text_found(material, number, chances)))
            outlets.append(page.outlet)
    low, high = interval(scores, outlets)
    middle = f"{np.mean(scores):.3f}/{np.median(scores):.3f}"
    return (
        f"{len({dump.page for dump in seen}):6} {len({dump.outlet for dump in seen}):8}"
        f" {len(scores):11} {middle:>14} [{low:.3f}, {high:.3f}]"
    )


if __name__ == "__main__":
    main()
