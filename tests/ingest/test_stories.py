"""No story is ever parted, no split ever changes, whatever comes in and in whatever order."""

import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import pipeline
from builder.ingest import grams, stories
from builder.records import Split, Story
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


def assign(ledger: Iterable[Story], known: Mapping[str, str]) -> list[Story]:
    """Return the ledger with these texts (by id) in stories, all compared with each other."""
    with tempfile.TemporaryDirectory() as folder:
        links = grams.links(Path(folder), known, (), lambda ids: ((i, known[i]) for i in ids))
        return stories.assign(ledger, known, links)


def story_of(ledger: Iterable[Story], text: str) -> Story:
    (found,) = [s for s in ledger if article_id(text) in s.articles]
    return found


def split_text(split: Split) -> str:
    """Return a text whose story of its own gets this split in a large workspace."""
    return next(
        words(n)
        for n in range(1000, 2000)
        if stories._split(short_hash("story", article_id(words(n)))) == split
    )


def many(count: int, start: int = 0) -> list[str]:
    return [words(n) for n in range(start, start + count)]


def test_a_reprint_that_is_a_part_of_the_article_is_in_its_story() -> None:
    whole, part, other = words(1, 0, 300), words(1, 100, 130), words(2)
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


@pytest.mark.parametrize(
    ("looser", "stricter"), [("train", "validation"), ("validation", "test"), ("train", "test")]
)
def test_a_merge_keeps_the_stricter_split_and_withdraws_the_looser_articles(
    looser: Split, stricter: Split
) -> None:
    one, two = split_text(looser), split_text(stricter)
    known = texts(*many(12), one, two)
    ledger = assign([], known)
    loose, strict = story_of(ledger, one), story_of(ledger, two)
    assert (loose.split, strict.split) == (looser, stricter)
    bridge = f"{one} {two}"
    merged = story_of(assign(ledger, {**known, **texts(bridge)}), bridge)
    assert (merged.id, merged.split) == (strict.id, stricter)
    assert merged.aliases == (loose.id,)
    assert {w.article for w in merged.withdrawn} == set(loose.articles)
    assert (
        merged.withdrawn[0].reason == f"story {loose.id} ({looser}) joined {strict.id} ({stricter})"
    )


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
            assert _NAMES.index(new.split) > _NAMES.index(old.split), "a split became looser"
            gone = {w.article for w in new.withdrawn}
            assert set(old.articles) <= gone, "a row moved to another split"
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


def test_an_article_that_two_branches_put_into_two_stories_joins_them() -> None:
    one, two = split_text("train"), split_text("test")
    both = texts(one, two)
    story = Story(id="b" * 16, articles=(article_id(one),), split="test")
    other = Story(id="a" * 16, articles=tuple(sorted(both)), split="train")
    for lines in ([story, other], [other, story]):
        (joined,) = assign(lines, both)
        assert (joined.id, joined.split, joined.aliases) == (story.id, "test", (other.id,))
        assert [w.article for w in joined.withdrawn] == sorted(both)


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
