"""Splits keep their promises whatever comes in, day by day and on several branches.

A history is a list of days. On a day articles come in, people annotate some (with suggestions in
view or blind), some are retracted, and now and then two branches are joined as git joins them.
Every day ends with a release.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder import labels
from builder.dataset.left_out import LeftOut
from builder.ingest import retraction
from builder.records import Article, Correction, Gold, Story
from builder.review import gold
from tests import making
from tests.ingest.test_stories import assign as assign_texts
from tests.ingest.test_stories import words
from tests.making import Row

_LOOSE_TO_STRICT = ["train", "validation", "test"]
Topics = tuple[int, ...]


@dataclass(frozen=True)
class Day:
    """What happens on one day; numbers choose among the articles that are there."""

    mine: tuple[Topics, ...]
    theirs: tuple[Topics, ...] = ()
    seen: tuple[int, ...] = ()
    blind: tuple[int, ...] = ()
    retracted: tuple[int, ...] = ()


@dataclass
class World:
    """The workspace as far as splits are concerned."""

    articles: dict[str, Article] = field(default_factory=dict)
    ledger: list[Story] = field(default_factory=list)
    work: dict[str, list[Correction]] = field(default_factory=dict)
    retracted: set[str] = field(default_factory=set)


def _article(topics: Topics, number: int) -> Article:
    paragraphs = [f"{words(topic, 0, 30)} end{number}x{topic}." for topic in topics]
    return making.article(*paragraphs, f"Nothing else on {number}.")


def _live(
    world: World, days: Sequence[Day]
) -> Iterable[tuple[dict[str, list[Row]], list[LeftOut]]]:
    """Yield what is released and left out at the end of each day."""
    for number, day in enumerate(days):
        mine, theirs = (
            {a.id: a for a in (_article(topics, number) for topics in group)}
            for group in (day.mine, day.theirs)
        )
        _come_in(world, mine, theirs)
        _annotate(world, day)
        for chosen in day.retracted:
            _retract(world, chosen)
        golds = {i: _gold(world, a) for i, a in world.articles.items()}
        yield making.rows_of(world.articles, golds, world.ledger)


def _come_in(world: World, mine: dict[str, Article], theirs: dict[str, Article]) -> None:
    """Ingest on two branches that know nothing of each other, join them as git does, ingest."""
    new = {i: a for i, a in {**mine, **theirs}.items() if i not in world.retracted}
    base, branches = world.ledger, []
    for branch in (mine, theirs):
        known = {**world.articles, **{i: a for i, a in branch.items() if i in new}}
        branches.append(assign_texts(base, {i: a.text for i, a in known.items()}))
    world.articles |= new
    one, other = branches
    gone = [line for line in base if line not in one or line not in other]
    lines = [*one, *(line for line in other if line not in one)]
    joined = [line for line in lines if line not in gone]
    world.ledger = assign_texts(joined, {i: a.text for i, a in world.articles.items()})
    for branch_ledger in branches:
        _check_ledger(branch_ledger, world.ledger)


def _check_ledger(before: Iterable[Story], after: Sequence[Story]) -> None:
    home = {article: story for story in after for article in story.articles}
    assert len(home) == sum(len(story.articles) for story in after), "an article is in two stories"
    for old in before:
        homes = {home[article].id for article in old.articles}
        assert len(homes) == 1, "a story was parted"
        new = home[old.articles[0]]
        assert old.id in (new.id, *new.aliases), "a story's id was forgotten"
        gone = {w.article for w in new.withdrawn}
        assert {w.article for w in old.withdrawn} <= gone, "a withdrawn article came back"
        assert new.split == old.split or set(old.articles) <= gone, "an article moved"
        assert _LOOSE_TO_STRICT.index(new.split) >= _LOOSE_TO_STRICT.index(old.split)


def _annotate(world: World, day: Day) -> None:
    for chosen, blind in [*((n, False) for n in day.seen), *((n, True) for n in day.blind)]:
        if world.articles:
            article = sorted(world.articles.values(), key=lambda a: a.id)[
                chosen % len(world.articles)
            ]
            done = world.work.setdefault(article.id, [])
            name = f"annotator-{len(done)}"
            suggested = making.suggestion(article)
            done.append(making.correction(suggested, [], by=name, blind=blind, minute=len(done)))


def _retract(world: World, chosen: int) -> None:
    if world.articles:
        article = sorted(world.articles)[chosen % len(world.articles)]
        stone = retraction.tombstone(article, (), "its publisher asked", date(2026, 3, 1))
        world.ledger = retraction.withdrawn(world.ledger, stone)
        world.retracted.add(article)
        del world.articles[article]
        world.work.pop(article, None)


def _gold(world: World, article: Article) -> Gold:
    return gold.build(
        article, making.suggestion(article), world.work.get(article.id, ()), labels.default()
    )


def _made_of(row: Row) -> list[str]:
    """Return the article of a row, or both articles and the sentences of a pair."""
    sides = [row.get(f"{side}_article_id", "") for side in ("left", "right")]
    sentences = [row.get(f"{side}_sentence_ids", []) for side in ("left", "right")]
    return [row.get("article_id", ""), *sides, *sentences[0], *sentences[1]]


def _topics() -> st.SearchStrategy[Topics]:
    """Articles about few topics, some about two of them: many variants, many merges."""
    return st.lists(st.integers(0, 25), min_size=1, max_size=2, unique=True).map(tuple)


def _days() -> st.SearchStrategy[list[Day]]:
    some = st.lists(_topics(), max_size=5).map(tuple)
    chosen = st.lists(st.integers(0, 40), max_size=5).map(tuple)
    few = st.lists(st.integers(0, 40), max_size=1).map(tuple)
    return st.lists(st.builds(Day, some, some, chosen, chosen, few), min_size=1, max_size=6)


# Twenty-six stories of one article each: validation and test are there from the start.
_MANY = Day(mine=tuple((n,) for n in range(26)), blind=tuple(range(26)))


@settings(max_examples=3000 if os.environ.get("BUILDER_SOAK") else 15)
@given(_days())
@example([_MANY, Day(mine=((0, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 11), (12, 13)))])
@example([_MANY, Day(mine=((30,),), theirs=((30,), (30, 31), (30, 32)))])
@example([_MANY, Day(mine=((0, 1),), theirs=((1, 2), (3, 4)), retracted=(5,))])
def test_no_story_is_parted_no_row_moves_and_nothing_goes_without_a_reason(
    days: list[Day],
) -> None:
    world = World()
    before: dict[str, dict[str, Row]] = {}
    blind_only: set[str] = set()
    for rows, left_out in _live(world, [_MANY, *days]):
        reasons = {item.id: item.reason for item in left_out}
        splits: dict[str, set[str]] = {}
        for name, table in rows.items():
            after = {row["id"]: row for row in table}
            for row in table:
                splits.setdefault(row["story_id"], set()).add(row["split"])
            for key, old in before.get(name, {}).items():
                if key in after:
                    assert after[key]["split"] == old["split"], "a released row moved"
                else:
                    assert reasons.keys() & {key, *_made_of(old)}, "no reason"
            before[name] = after
        assert all(len(found) == 1 for found in splits.values()), "a story was parted"
        released = {r["article_id"] for r in rows["sentences"]}
        assert released <= world.articles.keys(), "a retracted article was released"
        assert released | reasons.keys() >= world.articles.keys(), "an article vanished"
        blind_only = {
            i for i, work in world.work.items() if all(c.suggestion is None for c in work)
        }
        for row in rows["sentences"]:
            assert row["split"] == "train" or row["status"] != "machine"
            assert row["split"] != "test" or row["article_id"] in blind_only


def test_the_histories_reach_every_split_and_withdraw_rows() -> None:
    merged = Day(mine=tuple((n, n + 1) for n in range(0, 24, 2)))
    days = list(_live(World(), [_MANY, merged, Day(mine=(), retracted=(3,))]))
    assert {r["split"] for r in days[0][0]["sentences"]} == set(_LOOSE_TO_STRICT)
    assert any("joined" in item.reason for item in days[1][1])
    assert any(item.reason.startswith("retracted on 2026-03-01: ") for item in days[2][1])
