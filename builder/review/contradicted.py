"""Find people's labels that speak against what a model is sure of, or against their variants.

The idea is that of confident learning (Northcutt, Jiang and Chuang 2021): labels that a model which
has not learned them contradicts with confidence are wrong more often than others. The embedded
tagger has not learned a workspace's gold; a model that was trained on it says less.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from builder.records import Article, Gold, GoldSpan, Span, Suggestion
from builder.variants.spelling import typeset

# Less sure than this, a model contradicts nobody.
_SURE = 0.8
# How much a variant's gold counts that marks the same sentence otherwise.
_VARIANT = 1.0

_Marks = frozenset[tuple[str, int, int]]


@dataclass(frozen=True)
class Contradicted:
    """A place where something speaks against the gold: how much, from 0 to 1, and what."""

    article: str
    start: int
    end: int
    doubt: float
    why: str


def contradicted(
    articles: Mapping[str, Article],
    gold: Mapping[str, Gold],
    suggestions: Mapping[str, Suggestion],
) -> list[Contradicted]:
    """Return what speaks against names and values that people have seen, the most doubtful first.

    Args:
        articles: the articles of a story, by id.
        gold: their gold.
        suggestions: what a model suggests for each of them by itself.

    """
    found = list(_against_variants(articles, gold))
    for identity, one in gold.items():
        if identity in articles and identity in suggestions:
            found += _against_model(articles[identity], one, suggestions[identity])
    return sorted(found, key=lambda c: (-c.doubt, c.article, c.start, c.end, c.why))


def _against_model(article: Article, gold: Gold, suggestion: Suggestion) -> Iterable[Contradicted]:
    seen = _seen(article, gold)
    mine = [s for s in gold.spans if s.layer == "entity"]
    for span in suggestion.spans:
        sure = span.score or 0.0
        inside = any(start <= span.start and span.end <= end for start, end in seen)
        if span.layer != "entity" or sure < _SURE or not inside:
            continue
        over = [s for s in mine if s.start < span.end and span.start < s.end]
        if not over:
            yield _place(article, span, sure, f"{span.label} is suggested, nothing is marked")
        elif not any(_alike(s, span) for s in over):
            yield _place(article, span, sure, f"{span.label} is suggested, {over[0].label} marked")


def _place(article: Article, span: Span, doubt: float, why: str) -> Contradicted:
    return Contradicted(article.id, span.start, span.end, doubt, why)


def _alike(mine: GoldSpan, span: Span) -> bool:
    """Tell whether gold has the suggested span, or the same label at nearly the same place."""
    return mine.label == span.label


def _seen(article: Article, gold: Gold) -> list[tuple[int, int]]:
    """Return the bounds of the sentences whose names people have looked at and agree on."""
    pairs = zip(article.sentences, gold.status, strict=True)
    return [(b.start, b.end) for b, s in pairs if s.entity not in (None, "machine", "disputed")]


def _against_variants(
    articles: Mapping[str, Article], gold: Mapping[str, Gold]
) -> Iterable[Contradicted]:
    """Yield the sentences that people have marked otherwise in another article."""
    marked: dict[str, list[tuple[Article, int, int, _Marks]]] = {}
    for identity, one in gold.items():
        if identity not in articles:
            continue
        article = articles[identity]
        for start, end in _seen(article, one):
            marks = frozenset(
                (s.label, s.start - start, s.end - start)
                for s in one.spans
                if s.layer == "entity" and start <= s.start and s.end <= end
            )
            marked.setdefault(typeset(article.text[start:end]), []).append(
                (article, start, end, marks)
            )
    for places in marked.values():
        if len({marks for *_, marks in places}) > 1:
            for article, start, end, _ in places:
                yield Contradicted(
                    article.id, start, end, _VARIANT, "a variant is marked otherwise"
                )
