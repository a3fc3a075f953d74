"""How likely each line of a page is body text: trees that learned it from pages people marked.

A first set of trees looks at each line, at its words and at what stands around it; a second one
looks at the same and at what the first one says of the lines around.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from builder.ingest.cleaning import features, model_files, surroundings, word_odds
from builder.ingest.cleaning.model_files import FIRST, FOLDER, ODDS, SECOND
from builder.ingest.cleaning.page import Block
from builder.ingest.cleaning.page_words import PageWords
from builder.ingest.cleaning.surroundings import Pages, WordPlaces
from builder.ingest.cleaning.word_odds import TokenNumbers
from builder.ingest.sessions import open_model

Array = NDArray[np.float64]
Matrix = NDArray[np.float32]

_INPUT = "lines"
_MOST_LOGIT = 6.0
_LONG = 20


@dataclass(frozen=True)
class LineModel:
    """Both sets of trees, and the odds of words."""

    numbers: TokenNumbers
    odds: Array
    first: Any
    second: Any

    def probabilities(
        self, page: Sequence[Block], words: PageWords, votes: Mapping[str, Array]
    ) -> Array:
        """Return the probability of each line to be body text; ``votes`` are those of rules."""
        if not page:
            return np.zeros(0)
        pages, places = pages_of(page), WordPlaces.of(words)
        alone = features.of_lines(page, words)
        odds = word_odds.features(word_odds.tokens(words, self.numbers), self.odds)
        known = {**alone, **odds, **votes, **first_look(pages, places, alone, odds)}
        matrix = stacked(known)
        logits = _run(self.first, matrix)
        more = stacked(second_look(pages, places, np.expm1(alone["words"]), logits))
        return 1 / (1 + np.exp(-_run(self.second, np.concatenate([matrix, more], axis=1))))


@cache
def load(folder: Path = FOLDER) -> LineModel:
    """Return the model in a folder.

    Raises:
        BuilderError: one of its files is missing or damaged.

    """
    model_files.check(folder)
    with gzip.open(folder / ODDS, "rt", encoding="utf-8") as file:
        stored: dict[str, float] = json.load(file)
    numbers = TokenNumbers.of(stored)
    odds = np.array(list(stored.values()), np.float64)
    return LineModel(numbers, odds, open_model(folder / FIRST), open_model(folder / SECOND))


def _run(session: Any, matrix: Matrix) -> Array:
    found: Matrix = session.run(None, {_INPUT: matrix})[0]
    return found[:, 0].astype(np.float64)


def stacked(known: Mapping[str, Array]) -> Matrix:
    """Return features as a matrix, a row a line."""
    table = np.empty((len(next(iter(known.values()))), len(known)), np.float32)
    for number, value in enumerate(known.values()):
        table[:, number] = value
    return table


def pages_of(page: Sequence[Block]) -> Pages:
    """Return the places of one page's lines."""
    size = len(page)
    apart = [below.first - above.last > 1 for above, below in pairwise(page)]
    return Pages(np.zeros(size, np.int64), np.full(size, size), np.array([True, *apart]))


def first_look(
    pages: Pages, places: WordPlaces, alone: Mapping[str, Array], odds: Mapping[str, Array]
) -> dict[str, Array]:
    """Return what stands around each line."""
    words, common = np.expm1(alone["words"]), np.minimum(1.0, 4 * alone["common words"])
    closed = (alone["end"] > 0) & (alone["end"] < 3)
    text = np.log1p(words * closed * common)
    score = np.minimum(words, 60) * 0.05 * closed + 1.2 * closed + 0.625 * common - 1.9
    far = {"words": alone["words"], "text": text} | _of(odds, "odds", "pair odds")
    near = {"closed": closed.astype(float)} | _of(odds, "line odds")
    near |= _of(alone, "common words", "capitals", "taken off", "links", "dates", "bullet")
    near |= _of(alone, "indent apart")
    return {
        **surroundings.neighbours(pages, far, 3),
        **surroundings.windows(pages, far, (3, 10, 25)),
        **surroundings.neighbours(pages, near, 2),
        **surroundings.windows(pages, near, (10,)),
        **surroundings.runs(pages, far),
        **surroundings.stretches(pages, np.where(score < 0, 0.5 * score, score), places),
        **surroundings.distances(pages, (words >= _LONG) & closed),
    }


def second_look(pages: Pages, places: WordPlaces, words: Array, logits: Array) -> dict[str, Array]:
    """Return what the first look says of each line and of those around it."""
    logits = np.clip(logits, -_MOST_LOGIT, _MOST_LOGIT)
    chance = 1 / (1 + np.exp(-logits))
    mass = chance * words
    sums = np.concatenate([[0.0], np.cumsum(mass)])
    total = sums[pages.end] - sums[pages.first] + 1e-9
    above = sums[pages.rows] - sums[pages.first]
    score = np.where(logits > 0, logits, 0.35 * logits) * np.sqrt(words)
    found = {
        "logit": logits,
        "page's text": np.log1p(total),
        "share of text": mass / total,
        "share above": above / total,
        "share below": 1 - (above + mass) / total,
        **surroundings.neighbours(pages, {"logit": logits}, 5),
        **surroundings.windows(pages, {"logit": logits}, (3, 10, 25)),
        **surroundings.runs(pages, {"logit": logits}),
    }
    looked = surroundings.stretches(pages, score, places)
    looked |= surroundings.distances(pages, (logits > 0) & (words > 5))
    return found | {f"looked {name}": value for name, value in looked.items()}


def _of(known: Mapping[str, Array], *wanted: str) -> dict[str, Array]:
    return {name: known[name] for name in wanted}
