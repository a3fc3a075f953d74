"""No story is ever parted, no split ever changes, whatever comes in and in whatever order."""

import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import pipeline
from builder.ingest.stories import assign as ledger_of
from builder.ingest.stories import splits
from builder.ingest.stories.contradictions import LedgerBesideDecisions, compared
from builder.ingest.stories.decisions import Decided
from builder.ingest.stories.index import PassageIndex
from builder.ingest.stories.links import find
from builder.records import Split, Story, StoryDecision
from builder.text import article_id, short_hash
from builder.validate.levels import validate
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace

_NAMES = ["train", "validation", "test"]


def words(topic: int, first: int = 0, last: int = 40) -> str:
    """Return a stretch of the only text that there is about a topic."""
    return " ".join(f"w{topic}x{n}" for n in range(first, last))


def texts(*contents: str) -> dict[str, str]:
    return {article_id(text): text for text in contents}


def talk(first: int = 0, last: int = 40) -> str:
    """Return a stretch of an article whose subject comes up again and again."""
    return " ".join(f"Harbour{n % 20} said n{n}" for n in range(first, last))


def assign(
    ledger: Iterable[Story],
    known: Mapping[str, str],
    decisions: Iterable[StoryDecision] = (),
    released: Mapping[str, str] = MappingProxyType({}),
) -> list[Story]:
    """Return the ledger with these texts (by id) in stories, new ones compared with all."""
    with tempfile.TemporaryDirectory() as folder:
        before = list(ledger)
        story_of = {article: story.id for story in before for article in story.articles}
        digests = {a for story in before if story.mentions for a in story.articles}
        index = PassageIndex(Path(folder))
        compared = story_of.keys() & known.keys()
        read = partial(_texts_of, known)
        links = find(index, known, compared, read, story_of, digests)
        return ledger_of.assign(before, known, links, Decided(decisions), lambda: released)


def _texts_of(known: Mapping[str, str], ids: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((identity, known[identity]) for identity in ids)


def story_of(ledger: Iterable[Story], text: str) -> Story:
    (found,) = [s for s in ledger if article_id(text) in s.articles]
    return found


def split_text(split: Split) -> str:
    """Return a text whose story of its own gets this split in a large workspace."""
    return next(
        words(n)
        for n in range(1000, 2000)
        if splits.split_of(short_hash("story", article_id(words(n)))) == split
    )


def many(count: int, start: int = 0) -> list[str]:
    return [words(n) for n in range(start, start + count)]


def test_a_reprint_that_is_a_part_of_the_article_is_in_its_story() -> None:
    whole, part, other = talk(0, 300), talk(100, 200), words(2)
    ledger = assign([], texts(whole, part, other))
    assert len(ledger) == 2
    assert story_of(ledger, whole) == story_of(ledger, part) != story_of(ledger, other)


def test_a_reprint_with_other_quotation_marks_and_capitals_is_in_the_story() -> None:
    text = "The minister said it’s time to act on rising rents in all large cities this year"
    other = "THE MINISTER said it's time to act on rising rents in all large cities this year!"
    assert len(assign([], texts(text, other))) == 1


def test_two_articles_that_share_one_stock_phrase_are_two_stories() -> None:
    phrase = "sign up here for our daily news letter and never miss a thing"
    assert len(assign([], texts(f"{words(1)} {phrase}", f"{words(2)} {phrase}"))) == 2


@pytest.mark.parametrize("count", [5, 60, 150])
def test_a_story_that_very_many_papers_print_is_one_story(count: int) -> None:
    reprints = [f"{words(1, 0, 200)} {words(100 + n, 0, 10)}" for n in range(count)]
    assert len(assign([], texts(*reprints))) == 1


def test_a_reprint_that_comes_after_very_many_others_joins_their_story() -> None:
    reprints = [f"{words(1, 0, 200)} {words(100 + n, 0, 10)}" for n in range(80)]
    ledger: list[Story] = []
    for count in (1, 39, 40, 41, 42, 80):
        ledger = assign(ledger, texts(*reprints[:count], *many(12, 500)))
        assert len(ledger) == 13


def test_a_stock_phrase_in_very_many_articles_joins_none_of_them() -> None:
    phrase = "sign up here for our daily news letter and never miss a thing"
    found = assign([], texts(*(f"{text} {phrase}" for text in many(100))))
    assert len(found) == 100


def test_very_short_articles_are_stories_of_their_own() -> None:
    assert len(assign([], texts("", "one", "one two three four", "one two three"))) == 4


def test_with_fewer_than_ten_stories_all_is_train() -> None:
    assert {s.split for s in assign([], texts(*many(9)))} == {"train"}


def test_about_one_story_in_ten_is_for_validation_and_one_for_test() -> None:
    found = assign([], texts(*many(1000)))
    shares = {name: sum(s.split == name for s in found) for name in _NAMES}
    assert 750 < shares["train"] < 850
    assert 70 < shares["validation"] < 130
    assert 70 < shares["test"] < 130


def test_the_split_of_a_story_is_that_of_the_first_release() -> None:
    """A change of the scheme would move the rows of stories that are still to come."""
    ledger = assign([], texts(*many(40)))
    found = [story_of(ledger, words(n)) for n in (1, 19, 0)]
    assert [(story.id, story.split) for story in found] == [
        ("012d077e758eaf5f", "train"),
        ("e885585c404835d1", "validation"),
        ("8951ca936a89d828", "test"),
    ]


@given(st.permutations([*many(12), words(3, 5, 30), words(4, 5, 30)]))
def test_the_order_of_articles_changes_nothing(order: list[str]) -> None:
    assert assign([], texts(*order)) == assign([], texts(*sorted(order)))


@given(st.data())
def test_the_order_of_the_ledger_changes_nothing(data: st.DataObject) -> None:
    given_texts = texts(*many(14))
    ledger = assign([], given_texts)
    shuffled = data.draw(st.permutations(ledger))
    bridge = f"{words(3)} {words(4)} {words(5)}"
    more = {**given_texts, **texts(bridge)}
    assert assign(shuffled, more) == assign(ledger, more)


_SPLITS = [("train", "validation"), ("validation", "test"), ("train", "test")]


def decision(says: str, ones: Iterable[str], others: Iterable[str] = ()) -> StoryDecision:
    """Return a decision on articles, given by their texts."""
    return StoryDecision.model_validate(
        {
            "says": says,
            "articles": sorted(article_id(text) for text in ones),
            "others": sorted(article_id(text) for text in others),
            "by": "lead",
            "why": "read both",
            "when": datetime(2026, 5, 1, 12, tzinfo=UTC),
        },
        strict=False,
    )


def two_stories(one: Split, other: Split) -> tuple[dict[str, str], list[Story], str, str, str]:
    """Return texts and their ledger, two texts of such splits, and one that holds both."""
    first, second = split_text(one), split_text(other)
    known = texts(*many(12), first, second)
    return known, assign([], known), first, second, f"{first} {second}"


@pytest.mark.parametrize(("looser", "stricter"), _SPLITS)
def test_stories_of_which_nothing_is_released_join_in_the_stricter_split(
    looser: Split, stricter: Split
) -> None:
    known, ledger, one, two, bridge = two_stories(looser, stricter)
    loose, strict = story_of(ledger, one), story_of(ledger, two)
    merged = story_of(assign(ledger, {**known, **texts(bridge)}), bridge)
    assert (merged.id, merged.split) == (strict.id, stricter)
    assert merged.aliases == (loose.id,)
    assert merged.withdrawn == ()


@pytest.mark.parametrize(("looser", "stricter"), _SPLITS)
def test_a_newcomer_that_would_join_released_stories_of_two_splits_is_held(
    looser: Split, stricter: Split
) -> None:
    known, ledger, one, two, bridge = two_stories(looser, stricter)
    rows = {article_id(one): looser, article_id(two): stricter}
    after = assign(ledger, {**known, **texts(bridge)}, released=rows)
    assert [story for story in after if article_id(bridge) not in story.articles] == ledger
    held = story_of(after, bridge)
    assert held.articles == (article_id(bridge),)
    assert set(held.undecided) == {story_of(ledger, one).id, story_of(ledger, two).id}
    assert held.held is not None
    assert story_of(ledger, one).id in held.held


@pytest.mark.parametrize(("looser", "stricter"), _SPLITS)
def test_a_merge_that_somebody_decided_keeps_the_stricter_split_and_withdraws_released_rows(
    looser: Split, stricter: Split
) -> None:
    known, ledger, one, two, bridge = two_stories(looser, stricter)
    rows = {article_id(one): looser, article_id(two): stricter}
    known |= texts(bridge)
    ledger = assign(ledger, known, released=rows)
    loose, strict = story_of(ledger, one), story_of(ledger, two)
    merged = story_of(assign(ledger, known, [decision("same", [one, two, bridge])], rows), bridge)
    assert (merged.id, merged.split, merged.held) == (strict.id, stricter, None)
    assert [w.article for w in merged.withdrawn] == [article_id(one)]
    assert (
        merged.withdrawn[0].reason == f"story {loose.id} ({looser}) joined {strict.id} ({stricter})"
    )


def test_a_held_newcomer_joins_the_story_that_it_was_not_kept_apart_from() -> None:
    known, ledger, one, two, bridge = two_stories("train", "test")
    rows = {article_id(one): "train", article_id(two): "test"}
    known |= texts(bridge)
    ledger = assign(ledger, known, released=rows)
    apart = [decision("apart", [bridge], [one])]
    after = assign(ledger, known, apart, rows)
    assert story_of(after, bridge) == story_of(after, two)
    assert story_of(after, bridge).held is None
    assert story_of(after, one).articles == (article_id(one),)
    assert assign(after, known, apart, rows) == after


def test_a_story_that_somebody_parts_keeps_its_split_and_does_not_grow_together_again() -> None:
    known = texts(*many(12), talk(0, 60), talk(0, 50), talk(0, 55))
    ledger = assign([], known)
    whole = story_of(ledger, talk(0, 60))
    assert len(whole.articles) == 3
    parted = [decision("apart", [talk(0, 50)], [talk(0, 60), talk(0, 55)])]
    after = assign(ledger, known, parted)
    alone, others = story_of(after, talk(0, 50)), story_of(after, talk(0, 60))
    assert alone.articles == (article_id(talk(0, 50)),)
    assert len(others.articles) == 2
    assert {alone.split, others.split} == {whole.split}
    assert whole.id in (alone.id, others.id)
    assert assign(after, known, parted) == after
    for story in after:
        assert splits.problems(story) == []


def test_a_decision_that_knows_an_older_one_overrules_it() -> None:
    known = texts(*many(12))
    ledger = assign([], known)
    same = decision("same", [words(1), words(2)])
    apart = decision("apart", [words(1)], [words(2)])
    for first, second, stories in ((same, apart, 12), (apart, same, 11)):
        later = second.model_copy(
            update={"when": first.when + timedelta(days=1), "overrules": (first.key,)}
        )
        after = assign(assign(ledger, known, [first]), known, [first, later])
        assert len(after) == stories
        assert compared(after, [first, later]) == LedgerBesideDecisions([], [])


def test_two_decisions_that_know_nothing_of_each_other_wait_for_a_third() -> None:
    known = texts(*many(12))
    ledger = assign([], known)
    same = decision("same", [words(1), words(2)])
    apart = decision("apart", [words(1)], [words(2)])
    for later in (same, apart):
        both = [
            d.model_copy(update={"when": d.when + timedelta(days=d is later)})
            for d in (same, apart)
        ]
        joined = assign(ledger, known, [both[0]])
        assert compared(joined, both).unapplied == [both[1].key]
        after = assign(joined, known, both)
        (found,) = compared(after, both).contradictions
        assert {d.says for d in found.decisions} == {"same", "apart"}
        one, other = story_of(after, words(1)), story_of(after, words(2))
        assert (one.undecided, other.undecided) == ((other.id,), (one.id,))
        assert one.held, "it may be released beside a variant of another split"
        assert other.held
        assert compared(after, both).unapplied == []
        assert assign(after, known, both) == after
        third = decision("same", [words(1), words(2)]).model_copy(
            update={"when": same.when + timedelta(days=2), "overrules": (both[1].key,)}
        )
        settled = story_of(assign(after, known, [*both, third]), words(1))
        assert (len(settled.articles), settled.held, settled.undecided) == (2, None, ())


def test_of_two_released_stories_that_people_disagree_on_none_moves() -> None:
    known, ledger, one, two, _ = two_stories("train", "test")
    rows = {article_id(one): "train", article_id(two): "test"}
    both = [decision("same", [one, two]), decision("apart", [one], [two])]
    joined = assign(ledger, known, both[:1], rows)
    assert story_of(joined, one).withdrawn
    after = assign(joined, known, both, rows)
    for text, split in ((one, "train"), (two, "test")):
        found = story_of(after, text)
        assert (found.split, found.held, found.withdrawn) == (split, None, ())
        assert found.waits() is not None, "nobody is asked"


def test_decisions_that_contradict_each_other_only_together_are_asked_about() -> None:
    known = texts(*many(12))
    said = [
        decision("same", [words(1), words(2)]),
        decision("same", [words(2), words(3)]),
        decision("apart", [words(1)], [words(3)]),
    ]
    after = assign([], known, said)
    assert story_of(after, words(1)).id != story_of(after, words(3)).id
    (found,) = compared(after, said).contradictions
    assert len(found.decisions) == 2
    assert compared(after, said).unapplied == []
    assert assign(after, known, said) == after


def test_a_digest_is_a_story_of_its_own_that_names_what_it_holds_pieces_of() -> None:
    articles = [f"{words(n, 0, 30)} {words(n, 30, 90)}" for n in range(16)]
    digest = " ".join(words(n, 0, 30) for n in range(16))
    known = texts(*articles, *many(12, 500))
    ledger = assign([], known)
    after = assign(ledger, {**known, **texts(digest)})
    found = story_of(after, digest)
    assert [story for story in after if story.id != found.id] == ledger
    assert set(found.mentions) == {story_of(ledger, text).id for text in articles}
    assert len({story_of(ledger, text).split for text in articles}) > 1
    assert found.held == "it shares passages with stories of different splits"


def test_an_article_with_a_piece_of_another_gets_its_split() -> None:
    for split in ("train", "validation", "test"):
        piece = split_text(split)
        holder = f"{words(1)} {words(2, 0, 80)} {piece} {words(3, 0, 60)}"
        after = assign([], texts(*many(12, 500), piece, holder))
        found = story_of(after, holder)
        assert (found.mentions, found.split) == ((story_of(after, piece).id,), split)
        assert splits.problems(found) == []


def test_a_merge_within_one_split_withdraws_nothing() -> None:
    known = texts(*many(3))
    ledger = assign([], known)
    bridge = f"{words(0)} {words(1)}"
    merged = story_of(assign(ledger, {**known, **texts(bridge)}), bridge)
    assert merged.withdrawn == ()
    assert len(merged.articles) == 3


def test_a_story_whose_article_is_no_longer_here_stays_in_the_ledger() -> None:
    known = texts(*many(3))
    ledger = assign([], known)
    known.pop(article_id(words(1)))
    assert assign(ledger, known) == ledger


def _articles() -> st.SearchStrategy[str]:
    """Articles about few topics, some about two of them: many variants, many merges."""
    part = st.tuples(st.integers(0, 15), st.integers(0, 10), st.integers(20, 40))
    return st.lists(part, min_size=1, max_size=2).map(
        lambda parts: " ".join(words(*p) for p in parts)
    )


@given(st.lists(st.lists(_articles(), max_size=8), max_size=8))
def test_whatever_comes_in_day_by_day_the_ledger_keeps_its_promises(days: list[list[str]]) -> None:
    known: dict[str, str] = {}
    ledger: list[Story] = []
    for day in days:
        known |= texts(*day)
        after = assign(ledger, known)
        _check_promises(ledger, after, known)
        assert assign(after, known) == after, "running again changed something"
        ledger = after


def _check_promises(
    before: Iterable[Story], after: Iterable[Story], known: Mapping[str, str]
) -> None:
    placed = [article for story in after for article in story.articles]
    assert sorted(placed) == sorted(known), "an article is in no story, or in two"
    home = {article: story for story in after for article in story.articles}
    for old in before:
        homes = {home[article].id for article in old.articles}
        assert len(homes) == 1, "a story was parted"
        new = home[old.articles[0]]
        assert old.id in (new.id, *new.aliases), "a story's id was forgotten"
        assert set(old.aliases) <= set(new.aliases)
        assert {w.article for w in old.withdrawn} <= {w.article for w in new.withdrawn}
        if new.split != old.split:
            assert old.held or new.held or new.split_of or new.aliases, "a split changed"
    ids = [name for story in after for name in (story.id, *story.aliases)]
    assert len(ids) == len(set(ids)), "an id names two stories"


# --- two ledgers that a merge in git has joined ----------------------------------------------


def test_a_story_that_stands_twice_after_a_merge_in_git_is_one_again() -> None:
    first, mine, theirs = words(1, 0, 40), words(1, 5, 40), words(1, 0, 35)
    base = assign([], texts(first))
    lines = [
        *assign(base, texts(first, mine)),
        *assign(base, texts(first, theirs)),
    ]
    (joined,) = assign(lines, texts(first, mine, theirs))
    assert joined.id == base[0].id
    assert set(joined.articles) == set(texts(first, mine, theirs))


def _in_two() -> tuple[dict[str, str], list[Story]]:
    """Return texts, and a ledger as two branches leave it that put one text into two stories."""
    known, ledger, one, two, bridge = two_stories("train", "test")
    lines = [
        story.model_copy(update={"articles": tuple(sorted([*story.articles, article_id(bridge)]))})
        if {article_id(one), article_id(two)} & {*story.articles}
        else story
        for story in ledger
    ]
    return {**known, **texts(bridge)}, lines


def test_an_article_that_two_branches_put_into_two_stories_joins_them() -> None:
    known, lines = _in_two()
    one, two = split_text("train"), split_text("test")
    for ledger in (lines, lines[::-1]):
        joined = story_of(assign(ledger, known), one)
        assert (joined.split, joined.withdrawn) == ("test", ())
        assert article_id(two) in joined.articles
        assert len(joined.articles) == 3


def test_an_article_in_two_released_stories_stays_in_the_one_that_it_was_released_with() -> None:
    known, lines = _in_two()
    one, two = split_text("train"), split_text("test")
    (bridge,) = known.keys() - {a for n in many(12) for a in texts(n)} - texts(one, two).keys()
    for split in ("train", "test"):
        rows = {article_id(one): "train", article_id(two): "test", bridge: split}
        after = assign(lines, known, released=rows)
        assert len([story for story in after if bridge in story.articles]) == 1
        (story,) = [story for story in after if bridge in story.articles]
        assert (story.split, story.withdrawn) == (split, ())
        assert {i for story in after for i in story.undecided}, "nobody is asked to decide"
        assert assign(after, known, released=rows) == after


def _git(folder: Path, *words: str) -> str:
    settings = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", "-C", str(folder), *settings, *words], check=True, capture_output=True, text=True
    ).stdout


def _ingested(workspace: Workspace, name: str, text: str) -> None:
    """Put a seed into the workspace, ingest it and commit."""
    (workspace.root / "seeds" / name).write_text(f"{text.capitalize()}.\n\n{text.capitalize()}.\n")
    pipeline.ingest(workspace)
    _git(workspace.root, "add", "-A")
    _git(workspace.root, "commit", "-m", name)


def test_two_branches_that_added_to_one_story_merge_without_conflict_and_lose_nothing(
    tmp_path: Path,
) -> None:
    mine = tmp_path / "mine"
    init.init(mine)
    _git(tmp_path, "init", "-b", "main", str(mine))
    workspace = open_workspace(mine)
    _ingested(workspace, "first.txt", words(1))
    _git(tmp_path, "clone", str(mine), "theirs")
    theirs = open_workspace(tmp_path / "theirs")
    _ingested(workspace, "mine.txt", words(1, 5))
    _ingested(theirs, "theirs.txt", words(1, 0, 35))
    _git(mine, "pull", "--no-rebase", "--no-edit", str(theirs.root), "main")
    assert validate(workspace).findings, "a story that stands twice is not reported"
    pipeline.ingest(workspace)
    assert validate(workspace).findings == []
    (story,) = workspace.stories.load().values()
    assert set(story.articles) == set(workspace.articles.load())
    assert len(story.articles) == 3
