"""What the embedded model is trained on: which corpora, in what parts and proportions.

Corpora are told apart by their schemes, that is by their files' names, and by the labels they hold.
"""

import hashlib
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from builder.annotate.names import gazetteer
from builder.training.corpora import Document, LabelledSpan
from builder.training.replace import name_pool, with_other_names

# The guidelines that the embedded model follows for names and, three times, for claims.
READERS = ("uner", "gum", "gum", "gum")
# News whose claims nobody has trained on or chosen by: they give the figures for claims.
JUDGED = frozenset({"GUM_news_asylum", "GUM_news_flag", "GUM_news_imprisoned", "GUM_news_korea"})
_TWEETS = frozenset({"btc", "wnut17"})
# Well edited, so that their names are good ones to swap in.
_EDITED = frozenset({"uner", "wikigold", "crossner"})
_SPOKEN = ("GUM_interview", "GUM_court")
_SWAPPED = 0.4
_ARTICLE = re.compile("the ", re.IGNORECASE)
_GENITIVE = re.compile(r"['’]s?$")


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


def tidied(document: Document) -> Document:
    """Return the document with its names as Universal NER bounds and labels them.

    Names begin without "the"; in wikigold and the tweets they also end without the genitive, and
    the tweets' peoples ("Iraqi") are no places.
    """
    if document.scheme == "uner" or "CLAIM" in document.annotates:
        return document
    spans = (_tidied(document, span) for span in document.spans)
    return replace(document, spans=tuple(span for span in spans if span is not None))


def _tidied(document: Document, span: LabelledSpan) -> LabelledSpan | None:
    start, end, label = span
    article = _ARTICLE.match(document.text, start, end)
    if article and label != "MISC" and article.end() < end:
        start = article.end()
    genitive = _GENITIVE.search(document.text[start:end])
    if genitive and genitive.start() and document.scheme in ("btc", "wikigold"):
        end = start + genitive.start()
    people = gazetteer.load().label(document.text[start:end]) == "NORP"
    if people and label == "LOC" and document.scheme in _TWEETS:
        return None
    return start, end, label


def balanced(documents: Iterable[Document], seed: int) -> list[Document]:
    """Return what an epoch is made of.

    Names by Universal NER's guidelines come three times and claims by GUM's twice; CrossNER and
    the derived claims are halved. Of the tweets, which look different from news, half of those
    with a name and one in seven of the others are kept. Two in five documents with names have
    other names.
    """
    rng = random.Random(seed)
    tidy = [tidied(document) for document in documents]
    pool = name_pool(d for d in tidy if d.scheme in _EDITED)
    epoch = [d for d in tidy for _ in range(_times(d, rng))]
    return [
        with_other_names(d, pool, rng)
        if d.spans and "CLAIM" not in d.annotates and rng.random() < _SWAPPED
        else d
        for d in epoch
    ]


def _times(document: Document, rng: random.Random) -> int:
    """Return how often a document comes in an epoch; a share is a chance."""
    claims = "CLAIM" in document.annotates
    if document.scheme in _TWEETS:
        share = 0.5 if document.spans else 0.15
    else:
        share = {"uner": 3, "gum": 2 * claims, "crossner": 0.5, "ewt": 0.5}.get(document.scheme, 1)
    return int(share) + (rng.random() < share % 1)
