"""Splits keep their promises whatever comes in, day by day and on several branches.

A history is a list of days. On a day articles come in, people annotate some (with suggestions in
view or blind), some are retracted, and now and then two branches are joined as git joins them.
Every day ends with a release.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder import labels
from builder.dataset.left_out import LeftOut
from builder.ingest import retraction
from builder.ingest.stories.contradictions import compared
from builder.ingest.stories.decisions import Decided
from builder.records import Article, Correction, Gold, Story, StoryDecision
from builder.review import gold
from tests import making
from tests.ingest.test_stories import assign as assign_texts
from tests.ingest.test_stories import words
from tests.making import Row

_LOOSE_TO_STRICT = ["train", "validation", "test"]
Topics = tuple[int, ...]


@dataclass(frozen=True)
class Day:
    """What happens on one day; numbers choose among the articles that are there.

    ``aware`` tells whether those who decide know the earlier decisions.
    """

    mine: tuple[Topics, ...]
    theirs: tuple[Topics, ...] = ()
    seen: tuple[int, ...] = ()
    blind: tuple[int, ...] = ()
    retracted: tuple[int, ...] = ()
    same: tuple[tuple[int, int], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    aware: bool = True


@dataclass
class World:
    """The workspace as far as splits are concerned."""

    articles: dict[str, Article] = field(default_factory=dict)
    ledger: list[Story] = field(default_factory=list)
    work: dict[str, list[Correction]] = field(default_factory=dict)
    retracted: set[str] = field(default_factory=set)
    decisions: list[StoryDecision] = field(default_factory=list)
    released: dict[str, str] = field(default_factory=dict)


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
        _decide(world, day, number)
        golds = {i: _gold(world, a) for i, a in world.articles.items()}
        rows, left_out = making.rows_of(world.articles, golds, world.ledger)
        world.released = {row["article_id"]: row["split"] for row in rows["sentences"]}
        yield rows, left_out


def _come_in(world: World, mine: dict[str, Article], theirs: dict[str, Article]) -> None:
    """Ingest on two branches that know nothing of each other, join them as git does, ingest."""
    new = {i: a for i, a in {**mine, **theirs}.items() if i not in world.retracted}
    base, branches = world.ledger, []
    for branch in (mine, theirs):
        known = {**world.articles, **{i: a for i, a in branch.items() if i in new}}
        branches.append(_grouped(world, base, known))
    world.articles |= new
    one, other = branches
    gone = [line for line in base if line not in one or line not in other]
    lines = [*one, *(line for line in other if line not in one)]
    joined = [line for line in lines if line not in gone]
    world.ledger = _grouped(world, joined, world.articles)
    for branch_ledger in branches:
        _check_ledger(world, branch_ledger)


def _grouped(world: World, ledger: list[Story], known: Mapping[str, Article]) -> list[Story]:
    texts = {identity: article.text for identity, article in known.items()}
    return assign_texts(ledger, texts, world.decisions, world.released)


def _decide(world: World, day: Day, number: int) -> None:
    """Say of some stories that they are one, and of some that they are not, and group again."""
    for says, chosen in [*(("same", c) for c in day.same), *(("apart", c) for c in day.apart)]:
        one, other = (world.ledger[n % len(world.ledger)] for n in chosen)
        when = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=number)
        first, second = (one.articles, other.articles)
        if one is other:
            first, second = one.articles[:1], one.articles[1:]
        if second and says == "apart":
            told = {"says": says, "articles": first, "others": second}
        elif one is not other:
            told = {"says": "same", "articles": sorted({*first, *second})}
        else:
            continue
        said = {**told, "by": "lead", "why": "read both", "when": when}
        made = StoryDecision.model_validate(said, strict=False)
        if day.aware:
            known = Decided(world.decisions).against(made)
            made = made.model_copy(update={"overrules": tuple(d.key for d in known)})
        world.decisions.append(made)
    world.ledger = _grouped(world, world.ledger, world.articles)
    beside = compared(world.ledger, world.decisions)
    assert beside.unapplied == [], "a decision is not followed"
    for contradiction in beside.contradictions:
        asked = [story for story in world.ledger if story.id in contradiction.stories]
        assert all(story.undecided for story in asked), "a contradiction is asked of nobody"


def _check_ledger(world: World, before: Iterable[Story]) -> None:
    """Check the ledger against that of a branch that went into it."""
    after = world.ledger
    home = {article: story for story in after for article in story.articles}
    assert len(home) == sum(len(story.articles) for story in after), "an article is in two stories"
    names = {name for story in after for name in (story.id, *story.aliases)}
    for old in before:
        assert old.id in names, "a story's id was forgotten"
        if not world.decisions:
            # Two branches may each have put an article into a story of their own.
            rows = [article for article in old.articles if article in world.released]
            assert len({home[article].id for article in rows}) < 2, "a story was parted"
        gone = {a for article in old.articles for a in home[article].out()}
        assert set(old.out()) <= gone, "a withdrawn article came back"
    for article, split in world.released.items():
        if article in world.articles and article not in home[article].out():
            assert home[article].split == split, "an article moved"


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
    pairs = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=2).map(tuple)
    day = st.builds(Day, some, some, chosen, chosen, few, pairs, pairs, st.booleans())
    return st.lists(day, min_size=1, max_size=6)


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
                    found = [reasons[i] for i in (key, *_made_of(old)) if i in reasons]
                    assert found, "no reason"
                    assert not any(map(_held, found)), "a released row is held back"
                    asked = {
                        article
                        for decision in world.decisions
                        if decision.says == "same"
                        for article in decision.articles
                    }
                    assert not any("joined" in reason for reason in found) or (
                        asked & {key, *_made_of(old)}
                    ), "a released row went, and nobody asked for it"
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


def _held(reason: str) -> bool:
    return "somebody has to decide" in reason or "of different splits" in reason


def test_the_histories_reach_every_split_and_withdraw_what_people_asked_for() -> None:
    bridges = Day(mine=tuple((n, n + 1) for n in range(0, 24, 2)))
    every = Day(mine=(), same=tuple((n, n + 1) for n in range(0, 24, 2)))
    days = list(_live(World(), [_MANY, bridges, every, Day(mine=(), retracted=(3,))]))
    assert {r["split"] for r in days[0][0]["sentences"]} == set(_LOOSE_TO_STRICT)
    assert any(_held(item.reason) for item in days[1][1])
    assert any("joined" in item.reason for item in days[2][1])
    assert any(item.reason.startswith("retracted on 2026-03-01: ") for item in days[3][1])
