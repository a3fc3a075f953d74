"""The corpora in, the parts the embedded model is made of out: to learn, to choose by, to judge by.

Corpora are told apart by their schemes, that is by their files' names, and by the labels they hold.
"""

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass

from builder.training.corpora import Document
from builder.training.replace import name_pool, with_other_names

# The guidelines that the embedded model follows for names and, three times, for claims.
READERS = ("uner", "gum", "gum", "gum")
# News whose claims nobody has trained on or chosen by: they give the figures for claims.
JUDGED = frozenset({"GUM_news_asylum", "GUM_news_flag", "GUM_news_imprisoned", "GUM_news_korea"})
_TWEETS = frozenset({"btc", "wnut17"})
_SWAPPED = frozenset({"uner", "wikigold", "crossner"})
_SPOKEN = ("GUM_interview", "GUM_court")


@dataclass(frozen=True)
class Parts:
    """Documents to learn from, to choose and calibrate by, and to judge claims by."""

    train: tuple[Document, ...]
    held_out: tuple[Document, ...]
    judged: tuple[Document, ...]


def parts(documents: Iterable[Document]) -> Parts:
    """Part the corpora by a hash of the documents' names.

    GUM's names are left out: they were made of nested mentions by rule, so that of the United
    Nations "Nations" is left. So no sentence of the judged news is learned.
    """
    found: dict[str, list[Document]] = {"train": [], "held_out": [], "judged": []}
    for document in documents:
        if document.scheme != "gum" or "CLAIM" in document.annotates:
            found[_part(document)].append(document)
    return Parts(*(tuple(found[name]) for name in ("train", "held_out", "judged")))


def _part(document: Document) -> str:
    if document.name in JUDGED:
        return "judged"
    spoken = document.name.startswith(_SPOKEN)
    shares = {"uner": 0.3, "gum": 0.3 if spoken else 0.0, "ewt": 0.06}
    place = int(hashlib.sha256(document.name.encode()).hexdigest()[:8], 16) / 16**8
    return "held_out" if place < shares.get(document.scheme, 0.0) else "train"


def balanced(documents: Iterable[Document], seed: int) -> list[Document]:
    """Return what an epoch is made of.

    The corpora whose guidelines the model follows come twice, the first time of two in five with
    other names. Of the tweets, which look different from news, half of those with a name and one
    in seven of the others are kept.
    """
    rng = random.Random(seed)
    kept = [d for d in documents if d.scheme not in _TWEETS or rng.random() < _share(d)]
    followed = [d for d in kept if d.scheme in ("uner", "gum")]
    pool = name_pool([d for d in kept if d.scheme in _SWAPPED])
    return followed + [
        with_other_names(d, pool, rng) if d.scheme in _SWAPPED and rng.random() < 0.4 else d
        for d in kept
    ]


def _share(tweet: Document) -> float:
    return 0.5 if tweet.spans else 0.15
