"""Wrong labels are found by what a model that has not learned them says, or a variant."""

import random

from builder import labels
from builder.records import Article, Gold, Span, Suggestion
from builder.review import gold
from builder.review.contradicted import contradicted
from tests import making

_NAMES = ("Acme", "Borealis", "Cedar", "Dorn", "Elm", "Fjord", "Garnet", "Heron", "Iris", "Juniper")


def _article(number: int) -> Article:
    first, second = _NAMES[number % 10], _NAMES[(number // 10 + number + 1) % 10]
    return making.article(f"In report {number} {first} praised {second} for its work.")


def _seen(of: Article, *spans: Span) -> Gold:
    suggested = making.suggestion(of)
    return gold.build(of, suggested, [making.correction(suggested, spans)], labels.default())


def _suggested(of: Article, label: str, score: float) -> Suggestion:
    names = [name for name in _NAMES if name in of.text]
    return making.suggestion(of, *(making.span(of, n, label, score=score) for n in names))


def test_errors_put_into_gold_are_found_before_anything_that_is_right() -> None:
    dice = random.Random(7)
    articles = [_article(number) for number in range(200)]
    wrong = {a.id for a in dice.sample(articles, 20)}
    found = []
    for article in articles:
        names = [name for name in _NAMES if name in article.text]
        label = "PERSON" if article.id in wrong else "ORG"
        made = _seen(article, *(making.span(article, n, label) for n in names))
        # The model is right nine times in ten, and mostly surer then.
        right = dice.random() < 0.9
        said = _suggested(
            article, "ORG" if right else "GPE", dice.uniform(0.85, 1.0 if right else 0.9)
        )
        found += contradicted({article.id: article}, {article.id: made}, {article.id: said})
    found.sort(key=lambda c: -c.doubt)
    first = list(dict.fromkeys(c.article for c in found))[:20]
    precision = len(wrong & set(first)) / len(first)
    # Chance would find one in ten; this finds five times as many among the first.
    assert precision >= 0.5
    assert wrong <= {c.article for c in found}


def test_a_model_that_is_not_sure_or_agrees_contradicts_nobody() -> None:
    article = _article(1)
    made = _seen(article, *(making.span(article, n, "ORG") for n in _NAMES if n in article.text))
    for said in (_suggested(article, "GPE", 0.5), _suggested(article, "ORG", 0.99)):
        assert contradicted({article.id: article}, {article.id: made}, {article.id: said}) == []


def test_what_nobody_has_looked_at_is_not_contradicted() -> None:
    article = _article(1)
    made = gold.build(article, making.suggestion(article), [], labels.default())
    said = _suggested(article, "ORG", 0.99)
    assert contradicted({article.id: article}, {article.id: made}, {article.id: said}) == []


def test_the_same_sentence_marked_otherwise_in_a_variant_is_contradicted() -> None:
    sentence = "Acme praised Borealis for its work."
    one, other = making.article(sentence, "One."), making.article(sentence, "Two.")
    golds = {
        one.id: _seen(one, making.span(one, "Acme", "ORG")),
        other.id: _seen(other, making.span(other, "Acme", "PERSON")),
    }
    found = contradicted({a.id: a for a in (one, other)}, golds, {})
    assert {c.article for c in found} == {one.id, other.id}
    assert {c.why for c in found} == {"a variant is marked otherwise"}
