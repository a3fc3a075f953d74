"""The corpora in, the parts the embedded model is made of out: to learn, to choose by, to judge by.

Corpora are told apart by their schemes, that is by their files' names, and by the labels they hold.
"""

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass

from builder.training.corpora import Document

# The guidelines that the embedded model follows for names and, three times, for claims.
READERS = ("uner", "gum", "gum", "gum")
# News whose claims nobody has trained on or chosen by: they give the figures for claims.
JUDGED = frozenset({"GUM_news_asylum", "GUM_news_flag", "GUM_news_imprisoned", "GUM_news_korea"})
_TWEETS = frozenset({"btc", "wnut17"})
_SPOKEN = ("GUM_interview", "GUM_court")


@dataclass(frozen=True)
class Parts:
    """Documents to learn from, to choose and calibrate by, and to judge claims by."""

    train: tuple[Document, ...]
    held_out: tuple[Document, ...]
    judged: tuple[Document, ...]


def parts(documents: Iterable[Document]) -> Parts:
    """Part the corpora by a hash of the documents' names.

    Names of the judged news are chosen by, not learned from: no sentence of theirs is learned.
    """
    found: dict[str, list[Document]] = {"train": [], "held_out": [], "judged": []}
    for document in documents:
        found[_part(document)].append(document)
    return Parts(*(tuple(found[name]) for name in ("train", "held_out", "judged")))


def _part(document: Document) -> str:
    claims = "CLAIM" in document.annotates
    if document.name in JUDGED:
        return "judged" if claims else "held_out"
    share = {
        "uner": 0.0 if claims else 0.3,
        "gum": 0.3 if claims and document.name.startswith(_SPOKEN) else 0.0,
        "ewt": 0.06,
    }.get(document.scheme, 0.0)
    place = int(hashlib.sha256(document.name.encode()).hexdigest()[:8], 16) / 16**8
    return "held_out" if place < share else "train"


def balanced(documents: Iterable[Document], tweets: float, seed: int) -> list[Document]:
    """Return what an epoch is made of.

    The corpora whose guidelines the model follows come twice; of the tweets without any name only
    the share ``tweets`` is kept, as news looks different.
    """
    rng = random.Random(seed)
    kept = [
        document
        for document in documents
        if document.scheme not in _TWEETS or document.spans or rng.random() < tweets
    ]
    return kept + [
        document
        for document in kept
        if document.scheme == "uner" or (document.scheme == "gum" and "CLAIM" in document.annotates)
    ]
