"""Prepare marked pages for learning which of their lines are body text."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from builder.ingest.cleaning import features, line_model, rule_votes, word_odds
from builder.ingest.cleaning.page import Block, blocks_of
from builder.ingest.cleaning.page_words import PageWords
from builder.ingest.cleaning.surroundings import Pages, WordPlaces
from builder.ingest.cleaning.word_odds import LineTokens, TokenNumbers
from builder.training.alignment import labels
from builder.training.marked_pages import MarkedPage

Array = NDArray[np.float64]
Matrix = NDArray[np.float32]

# Outlets are dealt to so many groups; the odds of a line's words are those of the other groups.
GROUPS = 10
# What is seen at fewer outlets says more of them than of articles.
_MIN_OUTLETS = 5
_MAX_WORDS, _PAGE_WORDS = 80, 50


@dataclass(frozen=True)
class LineMaterial:
    """The lines of all pages in one row after another, with what is known of them."""

    pages: Sequence[MarkedPage]
    blocks: Sequence[Sequence[Block]]
    starts: NDArray[np.int64]
    layout: Pages
    places: WordPlaces
    tokens: LineTokens
    names: Sequence[str]
    alone: Mapping[str, Matrix]
    votes: Mapping[str, Matrix]
    labels: NDArray[np.bool_]
    weights: Array
    groups: NDArray[np.int64]
    shares: Array

    def rows(self, number: int) -> slice:
        """Return the rows of a page."""
        return slice(self.starts[number], self.starts[number + 1])


def group_of(outlet: str) -> int:
    """Return the group that an outlet is in, whatever others there are."""
    return int(hashlib.sha256(outlet.encode()).hexdigest(), 16) % GROUPS


def prepare(
    pages: Iterable[MarkedPage],
    track: Callable[[int], None],
    groups: Mapping[str, int] | None = None,
) -> LineMaterial:
    """Return pages with the features and labels of their lines; those without text are left out.

    ``groups`` says which group each outlet is in, where that is not ``group_of``.
    """
    held = [(page, found) for page in pages if (found := blocks_of(page.dump.split("\n")))]
    kept, blocks = [page for page, _ in held], [found for _, found in held]
    words = [PageWords.of([block.text for block in found]) for found in blocks]
    names = _vocabulary(kept, [spoken.lines for spoken in words])
    numbers = TokenNumbers.of(names)
    alone, votes, places, tokens, is_body, weights = [], [], [], [], [], []
    for number, (page, found, spoken) in enumerate(zip(kept, blocks, words, strict=True)):
        track(number)
        alone.append(_small(features.of_lines(found, spoken)))
        votes.append(_small(rule_votes.cast(found).numbers()))
        places.append(WordPlaces.of(spoken))
        tokens.append(word_odds.tokens(spoken, numbers))
        is_body.append(np.array(labels([block.text for block in found], page.body)))
        weights.append(_weights(spoken.sizes, is_body[-1]))
    sizes = np.array([len(found) for found in blocks])
    dealt = [groups[page.outlet] if groups else group_of(page.outlet) for page in kept]
    per_page = Counter(page.page for page in kept)
    return LineMaterial(
        pages=kept,
        blocks=blocks,
        starts=np.concatenate([[0], np.cumsum(sizes)]),
        layout=_layout(blocks),
        places=WordPlaces.together(places),
        tokens=_together(tokens),
        names=names,
        alone=_joined(alone),
        votes=_joined(votes),
        labels=np.concatenate(is_body),
        weights=np.concatenate(weights),
        groups=np.repeat(dealt, sizes),
        shares=np.repeat([1 / per_page[page.page] for page in kept], sizes),
    )


def known(material: LineMaterial, odds: Mapping[str, Array]) -> dict[str, Array]:
    """Return all that the first trees look at, given what the odds of words say."""
    alone, votes = _large(material.alone), _large(material.votes)
    around = line_model.first_look(material.layout, material.places, alone, odds)
    return {**alone, **odds, **votes, **around}


def _vocabulary(pages: Sequence[MarkedPage], words: Sequence[Sequence[Sequence[str]]]) -> list[str]:
    outlets: dict[str, set[str]] = defaultdict(set)
    for page, lines in zip(pages, words, strict=True):
        for name in {name for line in lines for name in word_odds.names(line)}:
            outlets[name].add(page.outlet)
    return sorted(name for name, held in outlets.items() if name and len(held) >= _MIN_OUTLETS)


def _weights(sizes: NDArray[np.int64], is_body: NDArray[np.bool_]) -> Array:
    """Return how much each line counts: by its words, and more on a page with a short article."""
    weights: Array = (np.minimum(sizes, _MAX_WORDS) + 1) / (sizes[is_body].sum() + _PAGE_WORDS)
    return weights * 100


def _layout(blocks: Sequence[Sequence[Block]]) -> Pages:
    layouts = [line_model.pages_of(found) for found in blocks]
    above = np.cumsum([0, *(len(found) for found in blocks)])
    pairs = list(zip(layouts, above, strict=False))
    return Pages(
        np.concatenate([one.first + start for one, start in pairs]),
        np.concatenate([one.end + start for one, start in pairs]),
        np.concatenate([one.parted for one in layouts]),
    )


def _together(tokens: Sequence[LineTokens]) -> LineTokens:
    above = np.cumsum([0, *(one.size for one in tokens)])
    return LineTokens(
        words=np.concatenate([one.words for one in tokens]),
        word_rows=np.concatenate([o.word_rows + a for o, a in zip(tokens, above, strict=False)]),
        pairs=np.concatenate([one.pairs for one in tokens]),
        pair_rows=np.concatenate([o.pair_rows + a for o, a in zip(tokens, above, strict=False)]),
        opening=np.concatenate([one.opening for one in tokens]),
        ending=np.concatenate([one.ending for one in tokens]),
        line=np.concatenate([one.line for one in tokens]),
    )


def _small(known: Mapping[str, Array]) -> dict[str, Matrix]:
    return {name: value.astype(np.float32) for name, value in known.items()}


def _large(known: Mapping[str, Matrix]) -> dict[str, Array]:
    return {name: value.astype(np.float64) for name, value in known.items()}


def _joined(known: Sequence[Mapping[str, Matrix]]) -> dict[str, Matrix]:
    return {name: np.concatenate([one[name] for one in known]) for name in known[0]}
