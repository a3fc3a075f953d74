"""Plain texts of pages with the candidates of each field, and models learned from them.

Models are learned from the outlets of all groups but one, which they then read, so that no value is
measured that a model has seen.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from benchmarks.metadata_corpus import GROUPS, KnownPage, is_stated, plain
from builder.ingest.cleaning import lines
from builder.ingest.cleaning.lines import JudgedPage
from builder.ingest.fields import authors, days, found, headlines, outlets
from builder.ingest.fields.found import Ranker
from builder.ingest.fields.trees import FieldName
from builder.ingest.fields.view import PageView
from builder.ingest.readers.decoding import split_lines
from builder.training.field_trees import Candidates, FieldModel, learn

_EVERY = 500
COPY = "copied article"


@dataclass(frozen=True)
class KnownText:
    """A page as one program prints it, with its lines judged."""

    page: KnownPage
    rendering: str
    judged: JudgedPage
    whole: str
    weight: float

    @cached_property
    def view(self) -> PageView:
        """The page as its fields are looked for in."""
        return PageView(self.judged)

    def states(self, field: FieldName) -> bool:
        """Tell whether the text holds all that is known of a field."""
        return all(is_stated(field, value, self.whole) for value in self.page.wanted(field))


def texts_of(pages: Iterable[KnownPage]) -> list[KnownText]:
    """Return the texts of pages, judged by the cleaner."""
    found_texts: list[KnownText] = []
    for page in pages:
        for rendering, text in sorted(page.dumps.items()):
            judged = lines.judge(split_lines(text))
            weight = 1 / len(page.dumps)
            found_texts.append(KnownText(page, rendering, judged, plain(text), weight))
            if len(found_texts) % _EVERY == 0:
                print(f"{len(found_texts)} texts judged", file=sys.stderr, flush=True)
    return found_texts


def copies_of(texts: Sequence[KnownText]) -> list[KnownText]:
    """Return articles as people copy them: from the headline on, or the text alone.

    Of each page one text is taken. Above some the outlet's name is put, as print versions have it.
    """
    first: dict[str, list[KnownText]] = {}
    for text in texts:
        first.setdefault(text.page.id, []).append(text)
    copies: list[KnownText] = []
    for number, some in enumerate(first.values()):
        text = some[number % len(some)]
        view = text.view
        titles = [i for i in range(view.start) if text.page.is_right("headline", view.plain[i])]
        if view.end < 0:
            continue
        if titles and number % 4:
            above = [text.page.site, ""] if text.page.site and number % 4 == 1 else []
            copies.append(_copy(text, view.blocks[titles[-1]].first, above))
        else:
            copies.append(_copy(text, view.blocks[view.start].first, []))
    return copies


def _copy(text: KnownText, first: int, above: list[str]) -> KnownText:
    lines_there = split_lines(text.page.dumps[text.rendering])
    kept = [*above, *lines_there[first - 1 : text.view.blocks[text.view.end].last]]
    return KnownText(text.page, COPY, lines.judge(kept), plain("\n".join(kept)), text.weight)


class FieldLearner:
    """The candidates of all fields of texts, from which models are learned."""

    def __init__(self, texts: Sequence[KnownText]) -> None:
        self.texts = texts
        self._known: dict[FieldName, list[Candidates | None]] = {}
        self._known["headline"] = [_of_headline(text) for text in texts]
        models = {group: self.model("headline", group) for group in range(GROUPS)}
        # The other fields are looked for beside the headline as a model finds it that has not
        # learned from the page.
        titles = [found.headline(text.view, models[text.page.group]) for text in texts]
        places = [title.index if title else None for title in titles]
        for field in ("authors", "published", "outlet"):
            pairs = zip(texts, places, strict=True)
            self._known[field] = [_of_field(field, text, place) for text, place in pairs]
        self._headlines = models

    def model(self, field: FieldName, held_out: int | None = None) -> FieldModel:
        """Return the model of a field, learned from all groups but the one held out."""
        known = [one for one in self._known[field] if one and one.group != held_out]
        return learn(field, known)

    def rankers(self, held_out: int) -> "dict[FieldName, Ranker]":
        """Return the models of all fields that have not learned from a group."""
        models: dict[FieldName, Ranker] = {"headline": self._headlines[held_out]}
        for field in ("authors", "published", "outlet"):
            models[field] = self.model(field, held_out)
        return models


def _of_headline(text: KnownText) -> Candidates | None:
    if not text.page.headline or not (text.rendering == COPY or text.states("headline")):
        return None
    some = headlines.candidates(text.view)
    page = text.page
    right = [page.is_right("headline", o.text) or page.is_other_title(o.text) for o in some]
    return Candidates([one.numbers for one in some], right, page.group, text.weight)


def _of_field(field: FieldName, text: KnownText, headline: int | None) -> Candidates | None:
    if not text.page.wanted(field):
        return None
    named: list[tuple[str, dict[str, float]]]
    if field == "authors":
        named = [(one.name, one.numbers) for one in authors.candidates(text.view, headline)]
    elif field == "published":
        some = days.candidates(text.view, headline)
        named = [(one.dated.day.isoformat(), one.numbers) for one in some]
    else:
        named = [(one.name, one.numbers) for one in outlets.candidates(text.view, headline)]
    right = [text.page.is_right(field, value) for value, _ in named]
    return Candidates([numbers for _, numbers in named], right, text.page.group, text.weight)
