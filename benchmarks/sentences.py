"""How well and how fast text is split into sentences, beside other splitters.

    .venv/bin/python benchmarks/sentences.py FOLDER

Each FILE.jsonl of FOLDER holds ``{"text", "starts", "ends"}``, a paragraph a line. Printed is, for
each file, the F1 of the boundaries inside paragraphs in per cent, of a splitter's own and of the
gold; and the speed in characters over articles of about 600 words, by CPU time, also as a ratio to
ours. Of the others those are measured that are installed: sentencex, nupunkt, spaCy's sentencizer.
"""

import argparse
import importlib
import json
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import spacy

from builder.annotate.boundaries import sentence_bounds

_WORDS = 600  # in an article
_CHARACTERS = 20_000_000  # of text to measure the speed on
_Split = Callable[[str], list[int]]


def main() -> None:
    """Measure every splitter on every file, print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--characters", type=int, default=_CHARACTERS, help="for the speed")
    options = parser.parse_args()
    files = {path.stem: _rows(path) for path in sorted(options.folder.glob("*.jsonl"))}
    articles = list(_articles([row["text"] for rows in files.values() for row in rows]))
    ours = 0.0
    for name, split in _splitters().items():
        scores = ", ".join(f"{file} {100 * _f1(rows, split):.2f}" for file, rows in files.items())
        # The slow ones are timed on less.
        speed = _speed(articles, split, options.characters // (1 if name == "ours" else 20))
        ours = ours or speed
        print(f"{name}: F1 {scores}; {speed:.1f} Mchar/s ({speed / ours:.2f} of ours)", flush=True)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _splitters() -> dict[str, _Split]:
    """Return what finds where the sentences of a text start, ours first."""
    found: dict[str, _Split] = {"ours": lambda text: [start for start, _ in sentence_bounds(text)]}
    if find_spec("sentencex"):
        found["sentencex"] = _sentencex(importlib.import_module("sentencex").segment)
    if find_spec("nupunkt"):
        model = importlib.import_module("nupunkt").load("default")
        found["nupunkt"] = lambda text: [start for start, _ in model.span_tokenize(text)]
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    found["sentencizer"] = lambda text: [sent.start_char for sent in nlp(text).sents]
    return found


def _sentencex(segment: Callable[[str, str], list[str]]) -> _Split:
    def starts(text: str) -> list[int]:
        found, at = [], 0
        for piece in segment("en", text):
            found.append(at + len(piece) - len(piece.lstrip()))
            at += len(piece)
        return found

    return starts


def _f1(rows: list[dict[str, Any]], split: _Split) -> float:
    right = found = gold = 0
    for row in rows:
        mine, theirs = set(split(row["text"])[1:]), set(row["starts"][1:])
        right, found, gold = right + len(mine & theirs), found + len(mine), gold + len(theirs)
    return 2 * right / (found + gold)


def _articles(paragraphs: list[str]) -> Iterator[str]:
    article: list[str] = []
    for paragraph in paragraphs:
        article.append(paragraph)
        if sum(len(part.split()) for part in article) >= _WORDS:
            yield "\n\n".join(article)
            article = []


def _speed(articles: list[str], split: _Split, characters: int) -> float:
    """Return millions of characters a second of CPU time; no text is measured twice."""
    done, seconds, turn = 0, 0.0, 0
    while done < characters:
        turn += 1
        for article in articles:
            text = article.replace(" the ", f" the {turn} ")
            started = time.process_time()
            split(text)
            seconds += time.process_time() - started
            done += len(text)
    return done / 1e6 / seconds


if __name__ == "__main__":
    main()
