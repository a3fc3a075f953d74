"""What the embedded model is trained on: which corpora, in what parts and proportions.

Corpora are told apart by their schemes, that is by their files' names up to the first underscore,
and by the labels they hold.
"""

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from builder.annotate.names import gazetteer
from builder.training.corpora import Document, LabelledSpan
from builder.training.replace import name_pool, with_other_names

# The corpus that knows the whole scheme, whose guidelines the embedded model follows.
WHOLE = "train"
# What part of the words in a round is that corpus, and what parts of the rest are the others.
_WHOLE_SHARE = 0.7
_SHARES = {
    **{"uner": 0.24, "gum": 0.24, "men": 0.11, "news": 0.11, "crossner": 0.10, "wikigold": 0.07},
    **{"ewt": 0.05, "btc": 0.04, "wnut17": 0.02, "meantime": 0.02},
}
# Of each corpus that is parted: what part is held out, half to choose by and half to report.
_HELD_OUT = {WHOLE: 1 / 6, "gum": 1 / 6, "men": 1 / 6, "uner": 1 / 12}
# News on which the rules for claims were written, and which no network has learned: reported.
JUDGED = frozenset({"GUM_news_asylum", "GUM_news_flag", "GUM_news_imprisoned", "GUM_news_korea"})
_TWEETS = frozenset({"btc", "wnut17"})
# Of tweets without a name, which look different from news, this part is kept.
_NAMELESS_TWEETS = 0.25
# Well edited, so that their names are good ones to swap in.
_EDITED = frozenset({WHOLE, "uner", "wikigold", "men"})
_SWAPPED = 0.35
_ARTICLE = re.compile("the ", re.IGNORECASE)
_GENITIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True)
class Parts:
    """Documents to learn from, to choose and calibrate by, and to report figures on."""

    train: tuple[Document, ...]
    chosen_by: tuple[Document, ...]
    reported: tuple[Document, ...]


def parts(documents: Iterable[Document]) -> Parts:
    """Part the corpora by a hash of the documents' names; no text is in two of the parts.

    What is not held out is left out altogether if one of its lines is in a text that is.
    """
    found: dict[str, list[Document]] = {"train": [], "chosen_by": [], "reported": []}
    for document in documents:
        found[_part(document)].append(document)
    held = {
        line
        for document in (*found["chosen_by"], *found["reported"])
        for line in document.text.split("\n")
        if len(line) > _TELLING
    }
    found["train"] = [d for d in found["train"] if held.isdisjoint(d.text.split("\n"))]
    return Parts(*(tuple(found[name]) for name in ("train", "chosen_by", "reported")))


# Shorter lines may stand in two texts by chance.
_TELLING = 60


def _part(document: Document) -> str:
    share = _HELD_OUT.get(document.scheme, 0.0)
    place = int(hashlib.sha256(document.name.encode()).hexdigest()[:8], 16) / 16**8
    if document.name in JUDGED:
        return "reported"
    if place >= share:
        return "train"
    return "chosen_by" if place < share / 2 else "reported"


def tidied(document: Document) -> Document:
    """Return the document with its names bounded alike in all corpora.

    Names of persons and places begin without "the"; in wikigold and the tweets names also end
    without the genitive, and peoples are no places.
    """
    spans = (_tidied(document, span) for span in document.spans)
    return replace(document, spans=tuple(span for span in spans if span is not None))


def _tidied(document: Document, span: LabelledSpan) -> LabelledSpan | None:
    start, end, label = span
    article = _ARTICLE.match(document.text, start, end)
    if article and label in ("PERSON", "ORG", "PLACE") and article.end() < end:
        start = article.end()
    genitive = _GENITIVE.search(document.text[start:end])
    if genitive and genitive.start() and document.scheme in ("btc", "wikigold"):
        end = start + genitive.start()
    people = gazetteer.load().label(document.text[start:end]) == "NORP"
    if people and label == "PLACE" and document.scheme in _TWEETS:
        return None
    return start, end, label


def rounds(documents: Sequence[Document], seed: int) -> Callable[[int], list[Document]]:
    """Return what gives the documents of a round by its number.

    A round holds every article of the whole scheme once, and as many documents of other corpora,
    drawn anew, as leave it its share of the words. In a third of the documents names are swapped.
    """
    tidy = [d if d.scheme == WHOLE else tidied(d) for d in documents]
    pool = name_pool(d for d in tidy if d.scheme in _EDITED)
    others: dict[str, list[Document]] = defaultdict(list)
    for document in tidy:
        others[document.scheme].append(document)
    whole = others.pop(WHOLE, [])
    budget = _words(whole) * (1 / _WHOLE_SHARE - 1)

    def of(number: int) -> list[Document]:
        rng = random.Random(f"{seed}:{number}")
        chosen = list(whole)
        for scheme, some in sorted(others.items()):
            chosen += _drawn(some, budget * _SHARES.get(scheme, 0.0), rng)
        return [with_other_names(d, pool, rng) if rng.random() < _SWAPPED else d for d in chosen]

    return of


def _drawn(documents: Sequence[Document], words: float, rng: random.Random) -> list[Document]:
    """Return documents in a new order up to so many words."""
    drawn: list[Document] = []
    for document in rng.sample(documents, len(documents)):
        if words <= 0:
            break
        tweet = document.scheme in _TWEETS and not document.spans
        if not tweet or rng.random() < _NAMELESS_TWEETS:
            drawn.append(document)
            words -= len(document.text.split())
    return drawn


def _words(documents: Iterable[Document]) -> int:
    return sum(len(document.text.split()) for document in documents)
