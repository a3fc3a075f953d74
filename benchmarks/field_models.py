"""Learn the embedded models of headline, authors, date and outlet, and write them.

    .venv/bin/python -m benchmarks.field_models CORPUS_FOLDER [OUT_FOLDER]

The pages are those of :mod:`benchmarks.metadata_corpus`, of all outlets; how well fields of outlets
that no model learned from are found, :mod:`benchmarks.metadata` says. Needs the extra ``train``.
"""

import argparse
from pathlib import Path

from benchmarks.cleaning_corpus import SOURCES
from benchmarks.metadata_corpus import FIELDS, read
from benchmarks.metadata_texts import FieldLearner, copies_of, texts_of
from builder.ingest.fields.trees import FOLDER
from builder.training.field_trees import write


def main() -> None:
    """Read the pages, learn from them and write the models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path, nargs="?", default=FOLDER)
    options = parser.parse_args()
    pages = [page for page in read(options.corpus) if page.language == "en"]
    texts = texts_of(pages)
    learner = FieldLearner([*texts, *copies_of(texts)])
    sources = {page.id.split("/")[0] for page in pages}
    card = {
        "name": "fields of articles",
        "sources": {name: SOURCES[name] for name in sorted(sources)},
        "pages": len(pages),
        "texts": len(texts),
        "outlets": len({page.outlet for page in pages}),
    }
    write({field: learner.model(field) for field in FIELDS}, options.out, card)


if __name__ == "__main__":
    main()
