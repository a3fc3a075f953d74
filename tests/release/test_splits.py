"""Which rows go into a release, and that nothing is left out without a reason."""

from typing import Any

from builder.dataset.digest import rows_digest
from builder.dataset.left_out import LeftOut
from builder.records import Split
from tests import making
from tests.making import Row
from tests.release.conftest import parts

Made = tuple[dict[str, list[Row]], list[LeftOut]]


def test_validation_and_test_never_hold_rows_that_nobody_has_looked_at(dataset: Made) -> None:
    for name in ("sentences", "articles", "claims"):
        table = dataset[0][name]
        assert {r["split"] for r in table if r["status"] == "machine"} == {"train"}


def test_what_people_looked_at_enters_every_split(dataset: Made) -> None:
    found = {(r["split"], r["status"]) for r in dataset[0]["sentences"]}
    assert found == {("train", "machine"), ("validation", "single"), ("test", "agreed")}


def test_each_row_is_released_or_left_out_with_a_reason(dataset: Made) -> None:
    rows, left_out = dataset
    half = parts()["half"][0]
    (paris,) = [x for x in left_out if x.id != half.id]
    assert paris.reason == "nobody has looked at it, and its split is validation"
    assert half.id in {x.id for x in left_out}, "the article as a whole is not looked at"
    sentences = sum(len(article.sentences) for article, _, _ in parts().values())
    assert len(rows["sentences"]) == sentences - 1
    assert len(rows["articles"]) == len(parts()) - 1


def test_a_withdrawn_article_is_left_out_with_its_reason() -> None:
    keep, gone = making.article("Stay here."), making.article("Go away.")
    story = making.story(keep, gone, withdrawn={gone.id: "its publisher asked"})
    golds = {a.id: making.machine_gold(a) for a in (keep, gone)}
    rows, left_out = making.rows_of({a.id: a for a in (keep, gone)}, golds, [story])
    assert [r["id"] for r in rows["articles"]] == [keep.id]
    assert {r["article_id"] for r in rows["sentences"]} == {keep.id}
    assert left_out == [LeftOut(gone.id, "its publisher asked")]


def test_an_article_without_gold_is_left_out_with_a_reason() -> None:
    article = making.article("Nobody knows.")
    rows, left_out = making.rows_of({article.id: article}, {}, [making.story(article)])
    assert not any(rows.values())
    assert [x.id for x in left_out] == [article.id]


def test_variants_of_a_story_have_its_split() -> None:
    split: Split = "train"
    variants = [making.article("One variant."), making.article("Another variant.")]
    story = making.story(*variants, split=split)
    golds = {a.id: making.machine_gold(a) for a in variants}
    rows, _ = making.rows_of({a.id: a for a in variants}, golds, [story])
    assert {(r["story_id"], r["split"]) for r in rows["sentences"]} == {(story.id, split)}


def test_rows_and_digest_do_not_depend_on_the_order_of_what_comes_in() -> None:
    one, other = making.article("One variant."), making.article("Another variant.")
    story = making.story(one, other)
    golds = {a.id: making.machine_gold(a) for a in (one, other)}
    mine: dict[str, Any] = {a.id: a for a in (one, other)}
    more = parts().values()
    articles = mine | {a.id: a for a, _, _ in more}
    golds |= {g.article: g for _, g, _ in more}
    stories = [story, *(s for _, _, s in more)]
    rows, left_out = making.rows_of(articles, golds, stories)
    turned = story.model_copy(update={"articles": story.articles[::-1]})
    again, left_again = making.rows_of(
        dict(reversed(articles.items())),
        dict(reversed(golds.items())),
        [*reversed(stories[1:]), turned],
    )
    assert (again, left_again) == (rows, left_out)
    assert rows_digest(again) == rows_digest(rows)


def test_rows_stand_by_story_article_and_position(dataset: Made) -> None:
    keys = [(r["story_id"], r["article_id"], r["index"]) for r in dataset[0]["sentences"]]
    assert keys == sorted(keys)
