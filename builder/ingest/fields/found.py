"""Find the fields of a page: headline, authors, date and outlet, each empty where it is unsure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from builder.ingest.cleaning import headline as title_rules
from builder.ingest.fields import authors, choice, days, headlines, outlets
from builder.ingest.fields.authors import AuthorCandidate
from builder.ingest.fields.days import DayCandidate
from builder.ingest.fields.headlines import TitleCandidate
from builder.ingest.fields.outlets import OutletCandidate
from builder.ingest.fields.trees import Array, FieldName, load
from builder.ingest.fields.view import PageView


class Ranker(Protocol):
    """What says how likely each candidate of a field is to be right."""

    def chances(self, numbers: Sequence[Mapping[str, float]]) -> Array:
        """Return how likely each candidate is to be right."""
        ...


Rankers = Callable[[FieldName], Ranker]


@dataclass(frozen=True)
class FieldsFound:
    """What was taken of each field's candidates."""

    headline: TitleCandidate | None
    authors: Sequence[AuthorCandidate]
    published: DayCandidate | None
    outlet: OutletCandidate | None


def find(page: PageView, rankers: Rankers = load) -> FieldsFound:
    """Return what a page states of its article."""
    title = headline(page, rankers("headline"))
    index = title.index if title else None
    return FieldsFound(
        headline=title,
        authors=_authors(page, index, rankers("authors")),
        published=_published(page, index, rankers("published")),
        outlet=_outlet(page, title, rankers("outlet")),
    )


def headline(page: PageView, ranker: Ranker) -> TitleCandidate | None:
    """Return the page's headline."""
    some = headlines.candidates(page)
    if page.is_copy:
        # Above the article as people copy it stands one line, which is the headline or is none.
        place = title_rules.choose(page.blocks, page.start)
        return next((one for one in some if one.index == place), None)
    chances = ranker.chances([one.numbers for one in some])
    chosen = choice.choose("headline", [one.text for one in some], chances)
    return some[chosen.place] if chosen and chosen.taken else None


def _authors(page: PageView, index: int | None, ranker: Ranker) -> Sequence[AuthorCandidate]:
    some = authors.candidates(page, index)
    taken = [some[i] for i in choice.several(ranker.chances([one.numbers for one in some]))]
    # Who signs off below an article with a byline has helped to report it; the author is who signs
    # off where nobody else is named.
    named = [one for one in taken if one.how != authors.SIGNED_OFF]
    return named or [one for one in some if one.how == authors.SIGNED_OFF]


def _published(page: PageView, index: int | None, ranker: Ranker) -> DayCandidate | None:
    some = days.candidates(page, index)
    chances = ranker.chances([one.numbers for one in some])
    texts = [one.dated.day.isoformat() for one in some]
    chosen = choice.choose("published", texts, chances)
    return some[chosen.place] if chosen and chosen.taken else None


def _outlet(page: PageView, title: TitleCandidate | None, ranker: Ranker) -> OutletCandidate | None:
    some = outlets.candidates(page, title.index if title else None)
    chances = ranker.chances([one.numbers for one in some])
    chosen = choice.choose("outlet", [one.name for one in some], chances)
    if chosen and chosen.taken:
        return some[chosen.place]
    framed = [one for one, chance in zip(some, chances, strict=True) if chance >= choice.FRAMED]
    return next((one for one in framed if page.frames(one.name)), None)
