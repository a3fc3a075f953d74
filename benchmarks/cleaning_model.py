"""Learn the embedded model of the cleaner's lines from a folder of pages, and write it.

    .venv/bin/python -m benchmarks.cleaning_model CORPUS_FOLDER [OUT_FOLDER]

The pages are those of :mod:`benchmarks.cleaning_corpus`, of all outlets; how well pages of outlets
that it did not learn from are read, :mod:`benchmarks.cleaning` says. Needs the extra ``train``.
"""

import argparse
import sys
from pathlib import Path

from benchmarks.cleaning_corpus import SOURCES, marked, read
from builder.ingest.cleaning.model_files import FOLDER
from builder.training import line_trees
from builder.training.line_material import prepare


def main() -> None:
    """Read the pages, learn from them and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path, nargs="?", default=FOLDER)
    options = parser.parse_args()
    material = prepare(map(marked, read(options.corpus)), _say)
    settings = line_trees.TreeSettings()
    learned = line_trees.learn(material, (), settings)
    card = {
        "name": "lines of articles",
        "sources": SOURCES,
        "pages": len({page.page for page in material.pages}),
        "texts": len(material.pages),
        "outlets": len({page.outlet for page in material.pages}),
        "seed": settings.seed,
    }
    line_trees.write(learned, material.names, options.out, card)


def _say(number: int) -> None:
    if number % 200 == 0:
        print(number, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
