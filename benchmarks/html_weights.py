"""Set the weights of a line's features on the development pages, and print their module.

    .venv/bin/python -m benchmarks.html_weights CORPUS_FOLDER > builder/ingest/html/weights.py

A logistic regression with a penalty on large weights; every page counts the same, every line by its
words. The name of an element can only speak against a line: where a few pages say otherwise, it is
left out. No page of a held-out outlet is read.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import html_corpus
from builder.ingest.html import extraction, scoring
from builder.ingest.html.matching import kept, words
from builder.ingest.html.rendering import parse, render

_PENALTY, _STEPS = 10.0, 25
_MIN_PAGES = 10
_MAX_WORDS = 60

Array = NDArray[np.float64]


def main() -> None:
    """Read the pages, fit the weights and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    pages = [p for p in html_corpus.read(parser.parse_args().corpus) if p.is_development]
    seen: dict[str, int] = {}
    rows: list[scoring.Features] = []
    labels: list[bool] = []
    weights: list[float] = []
    for page in pages:
        tree = parse(page.html)
        lines = render(tree)
        texts = [words(line.text) for line in lines]
        known = scoring.features(lines, extraction.extractions(tree, texts, page.url))
        sizes = np.minimum([len(text) for text in texts], _MAX_WORDS).astype(float)
        rows += known
        labels += [share > 0.5 for share in kept(texts, page.body)]
        weights += list(sizes * 100 / max(100.0, sizes.sum()) + 0.02)
        for name in {name for line in known for name in line}:
            seen[name] = seen.get(name, 0) + 1
    names = sorted(name for name, count in seen.items() if count >= _MIN_PAGES)
    wanted, sizes_of_lines = np.array(labels, float), np.array(weights)
    fitted = fit(_matrix(rows, names), wanted, sizes_of_lines)
    names = [
        name
        for name, weight in zip(names, fitted, strict=False)
        if weight < 0 or not name.startswith("in ")
    ]
    fitted = fit(_matrix(rows, names), wanted, sizes_of_lines)
    print(
        '"""The weights of what is known of a line, as set by ``benchmarks/html_weights.py``."""\n'
    )
    print(f"BIAS = {fitted[-1]:.2f}\nWEIGHTS = {{")
    for name, weight in sorted(zip(names, fitted, strict=False), key=lambda item: -item[1]):
        if abs(weight) >= 0.05:
            print(f'    "{name}": {weight:.2f},')
    print("}")


def _matrix(rows: Sequence[scoring.Features], names: Sequence[str]) -> Array:
    place = {name: number for number, name in enumerate(names)}
    matrix = np.zeros((len(rows), len(names) + 1))
    matrix[:, -1] = 1.0
    for number, line in enumerate(rows):
        for name, value in line.items():
            if name in place:
                matrix[number, place[name]] = value
    return matrix


def fit(matrix: Array, labels: Array, weights: Array) -> Array:
    """Return the weights of a logistic regression, the last one being the constant."""
    found = np.zeros(matrix.shape[1])
    penalty = np.full(matrix.shape[1], _PENALTY)
    penalty[-1] = 1e-3
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(matrix @ found, -30, 30)))
        slope = matrix.T @ (weights * (chance - labels)) + penalty * found
        curve = (matrix * (weights * chance * (1 - chance) + 1e-9)[:, None]).T @ matrix
        step = np.linalg.solve(curve + np.diag(penalty), slope)
        found -= step
        if np.abs(step).max() < 1e-5:
            break
    return found


if __name__ == "__main__":
    main()
