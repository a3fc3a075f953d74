"""Fit the weights by which the line of the headline is told, on development pages.

    .venv/bin/python -m benchmarks.fit_headline CORPUS_FOLDER

Prints the weights as they stand in ``builder/ingest/cleaning/headline.py``. The corpus is that of
``benchmarks/metadata_corpus.py``; a page counts once, however many renderings it has.
"""

import argparse
import pprint
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.metadata_corpus import read
from builder.ingest.cleaning import headline, rule_votes, wording
from builder.ingest.cleaning.page import blocks_of
from builder.ingest.readers.decoding import split_lines

_DECAY, _STEPS, _RATE = 0.002, 400, 2.0


def main() -> None:
    """Gather the candidates, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    rows = list(_rows(parser.parse_args().corpus))
    names = sorted({name for found, _, _ in rows for one in found for name in one.features})
    tables = [
        (np.array([[one.features[name] for name in names] for one in found]), right, weight)
        for found, right, weight in rows
    ]
    fitted = _fit(tables, len(names))
    pprint.pprint(dict(zip(names, (round(float(value), 2) for value in fitted[:-1]), strict=True)))
    print("none:", round(float(fitted[-1]), 2))


def _rows(corpus: Path) -> Iterator[tuple[list[headline.Candidate], Any, float]]:
    """Yield the candidates of each rendering, which are right, and how much it counts."""
    for page in read(corpus):
        if page.part != "dev" or page.language != "en" or not page.headline:
            continue
        for text in page.dumps.values():
            blocks = blocks_of(split_lines(text))
            bounds = rule_votes.cast(blocks).stretch
            if bounds is None:
                continue
            places = [i for i, block in enumerate(blocks) if wording.has_words(block.plain)]
            blocks, start = [blocks[i] for i in places], sum(i < bounds[0] for i in places)
            found = headline.candidates(blocks, start)
            right = [page.is_right("headline", blocks[one.index].plain) for one in found]
            if found:
                yield found, np.array(right), 1 / len(page.dumps)


def _fit(tables: list[tuple[Any, Any, float]], size: int) -> Any:
    """Return the weights, the last of which is the score of none, by gradient ascent."""
    weights = np.zeros(size + 1)
    total = sum(weight for _, _, weight in tables)
    for _ in range(_STEPS):
        gradient = -_DECAY * weights
        for table, right, weight in tables:
            scores = np.append(table @ weights[:-1], weights[-1])
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            hits = np.append(right, not right.any())
            wanted = shares * hits / (shares * hits).sum()
            change = (wanted - shares) * weight / total
            gradient[:-1] += change[:-1] @ table
            gradient[-1] += change[-1]
        weights += _RATE * gradient
    return weights


if __name__ == "__main__":
    main()
