"""Judge a page by rules alone, and say in numbers what they say of each line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from builder.ingest.cleaning import head, inside, region, tail
from builder.ingest.cleaning.page import Block, Verdict

# The order is part of the trees: it says by which number each role goes.
_ROLE_NAMES = """
body headline byline date outlet breadcrumb caption credit nav ad related paywall share footer
comment blank
"""
_ROLES = _ROLE_NAMES.split()
_CERTAIN = ("ad", "share", "paywall", "comment")


@dataclass(frozen=True)
class Votes:
    """What the rules say of each block of a page, and which stretch they take for the article.

    ``is_plain`` tells if the page shows no furniture, so that its sentences are the article.
    """

    verdicts: Sequence[Verdict]
    scores: Sequence[float]
    stretch: tuple[int, int] | None
    is_plain: bool

    def numbers(self) -> dict[str, NDArray[np.float64]]:
        """Return what the rules say, by name, a number a block."""
        size = len(self.verdicts)
        inside_stretch = np.full(size, -1.0)
        if self.stretch is not None:
            inside_stretch[:] = 0.0
            inside_stretch[self.stretch[0] : self.stretch[1] + 1] = 1.0
        roles = [_ROLES.index(verdict.role) for verdict in self.verdicts]
        return {
            "rules' score": np.array(self.scores, np.float64),
            "rules' body": np.array([role == 0 for role in roles], np.float64),
            "rules' role": np.array(roles, np.float64),
            "rules' stretch": inside_stretch,
            "plain": np.full(size, float(self.is_plain)),
        }


def cast(page: Sequence[Block]) -> Votes:
    """Return what the rules say of a page."""
    texts = [block.text for block in page]
    scores = [region.score(text) for text in texts]
    plain = region.is_plain(texts)
    found = region.sentences(texts) if plain else region.find(texts, scores)
    if found is None:
        return Votes(tail.judge(page), scores, None, plain)
    start, end = found
    above, headline = head.judge(page, start)
    article = inside.judge(page[start : end + 1], headline, plain)
    verdicts = above + article + tail.judge(page[end + 1 :])
    return Votes(verdicts, scores, found, plain)


def certain(votes: Mapping[str, NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Return which blocks the rules know not to be the article's: comments, tools and notices."""
    return np.isin(votes["rules' role"].astype(int), [_ROLES.index(role) for role in _CERTAIN])
