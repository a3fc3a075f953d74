"""What lies behind the rows is counted from people's work and from what cleaning did."""

from datetime import date

from builder import labels
from builder.records import Correction, LineRun, Seed
from builder.release.card.origins import UNKNOWN, origins
from tests import making

_ARTICLE = making.article("Russia has hired Kim.", "Nobody saw Paris.")
_RUSSIA, _PARIS = making.span(_ARTICLE, "Russia", "GPE"), making.span(_ARTICLE, "Paris", "GPE")
_SUGGESTED = making.suggestion(_ARTICLE, _RUSSIA, _PARIS)
_ARTICLES = {_ARTICLE.id: _ARTICLE}


def _seed(article: str, *roles: str) -> Seed:
    runs = [LineRun(first=i, last=i, role=role, reason="") for i, role in enumerate(roles, start=1)]  # type: ignore[arg-type]
    return Seed(id=making.SEED, path="seeds/a.txt", size=9, lines=tuple(runs), article=article)


def _blind(by: str) -> Correction:
    return making.correction(_SUGGESTED, [], by=by).model_copy(update={"suggestion": None})


def test_tasks_are_counted_by_annotator_with_the_last_revision_of_each() -> None:
    first = making.correction(_SUGGESTED, [_RUSSIA], revision=1)
    work = [
        first,
        making.correction(_SUGGESTED, [_RUSSIA, _PARIS], revision=2, minute=60 * 24),
        making.correction(_SUGGESTED, [], by="annotator-2", skipped=True),
    ]
    behind = origins(_ARTICLES, [], work, labels.default())
    assert behind.tasks == {"annotator-1": 1}
    assert behind.last == date(2026, 3, 2)
    assert behind.guidelines == ("1.0",)
    assert sum(row.right for row in behind.quality) == 2, "the first revision does not count"


def test_effort_counts_the_words_that_people_looked_at_and_parts_blind_work_from_assisted() -> None:
    start, end = 0, len("Russia has hired Kim.")
    half = making.correction(_SUGGESTED, [_RUSSIA], window=(start, end))
    untimed = making.correction(_SUGGESTED, [], by="annotator-3").model_copy(
        update={"seconds": None}
    )
    behind = origins(_ARTICLES, [], [half, _blind("annotator-2"), untimed], labels.default())
    assert (behind.assisted.tasks, behind.assisted.words, behind.assisted.seconds) == (1, 4, 1.5)
    assert behind.assisted.per_100_words == 37.5
    assert (behind.blind.tasks, behind.blind.words) == (1, 7)


def test_lines_of_seeds_are_counted_by_role() -> None:
    behind = origins(
        _ARTICLES, [_seed(_ARTICLE.id, "nav", "body", "nav", "blank", "ad")], [], labels.default()
    )
    assert list(behind.roles.items()) == [("nav", 2), ("ad", 1), ("blank", 1), ("body", 1)]


def test_work_and_seeds_of_articles_that_are_not_released_do_not_count() -> None:
    work = [making.correction(_SUGGESTED, [_RUSSIA])]
    assert origins({}, [_seed(_ARTICLE.id, "body")], work, labels.default()) == UNKNOWN
