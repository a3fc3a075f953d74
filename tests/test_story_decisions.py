"""Nothing released is withdrawn unless somebody decided so, and what was decided stands."""

import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

from builder import pipeline
from builder.cli import main
from builder.dataset import manifest, splits
from builder.records import Story
from builder.release import stage as release_stage
from builder.validate.levels import validate
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making

# fmt: off
_TOWNS = [
    "Ashby", "Borden", "Corley", "Dunmow", "Elstead", "Farley", "Gorton", "Henley", "Ilkley",
    "Jarrow", "Kelso", "Leigh", "Malton", "Nelson", "Ormskirk", "Penrith", "Ripon", "Selby",
    "Thirsk", "Ulverston",
]
_WORDS = [
    "after", "amber", "basket", "before", "board", "carried", "carts", "castle", "copper", "corner",
    "decided", "dinner", "early", "evening", "farmer", "found", "garden", "gather", "hammer",
    "horses", "island", "jacket", "kitchen", "ladder", "little", "market", "meadow", "morning",
    "narrow", "never", "orange", "painted", "paper", "pepper", "quiet", "rather", "river", "saddle",
    "silver", "sister", "stable", "summer", "table", "timber", "under", "valley", "walked",
    "window", "winter", "yellow",
]
# fmt: on
_GROUNDS = ("--by", "lead", "--why", "read both")


def _paragraphs(number: int) -> list[str]:
    """Return an article of three paragraphs that name their town again and again."""
    chosen, town = Random(number), _TOWNS[number]
    sentences = [
        f"The {town} {' '.join(chosen.choices(_WORDS, k=12))} near {town} {chosen.choice(_WORDS)}."
        for _ in range(9)
    ]
    return [" ".join(sentences[n : n + 3]) for n in (0, 3, 6)]


def _run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--workspace", str(root)])


def _ok(root: Path, *words: str) -> str:
    done = _run(root, *words)
    assert done.exit_code == 0, done.output
    return done.stdout


def _seed(root: Path, name: str, *paragraphs: str) -> None:
    (root / "seeds" / name).write_text("\n\n".join(paragraphs) + "\n", "utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with twenty stories, all of which people read, and their release."""
    root = tmp_path_factory.mktemp("stories") / "news"
    init.init(root)
    for number in range(len(_TOWNS)):
        _seed(root, f"{_TOWNS[number]}.txt", *_paragraphs(number))
    workspace = open_workspace(root)
    pipeline.ingest(workspace)
    pipeline.annotate(workspace)
    suggested = workspace.suggestions.load().values()
    workspace.corrections.add(
        making.correction(s, [], by=name, blind=True) for s in suggested for name in ("a-1", "a-2")
    )
    _ok(root, "release")
    return root


@pytest.fixture
def news(made: Path, tmp_path: Path) -> Workspace:
    return open_workspace(Path(shutil.copytree(made, tmp_path / "news")))


def _released(workspace: Workspace) -> dict[str, str]:
    newest = manifest.latest(workspace.releases)
    assert newest is not None
    return splits.of_articles(newest)


def _story(workspace: Workspace, name: str) -> Story:
    seeds = {s.path: s.article for s in workspace.seeds.load().values()}
    article = seeds[f"seeds/{name}"]
    (found,) = [s for s in workspace.stories.load().values() if article in s.articles]
    return found


def _of_split(workspace: Workspace, split: str) -> str:
    """Return the seed of a story of this split."""
    return next(f"{t}.txt" for t in _TOWNS if _story(workspace, f"{t}.txt").split == split)


def _bridge(workspace: Workspace) -> tuple[str, str]:
    """Put in a seed that tells what a train and a test story tell; return the seeds of those."""
    ones, others = _of_split(workspace, "train"), _of_split(workspace, "test")
    texts = [(workspace.seed_folder / name).read_text("utf-8").strip() for name in (ones, others)]
    _seed(workspace.root, "both.txt", *texts)
    return ones, others


def test_the_release_has_rows_in_all_splits(news: Workspace) -> None:
    assert set(_released(news).values()) == {"train", "validation", "test"}
    assert len(_released(news)) == len(_TOWNS)


def test_a_digest_of_all_articles_withdraws_nothing_and_is_a_story_of_its_own(
    news: Workspace,
) -> None:
    before = _released(news)
    _seed(news.root, "digest.txt", *(_paragraphs(n)[0] for n in range(16)))
    told = _ok(news.root, "ingest")
    digest = _story(news, "digest.txt")
    assert len(digest.mentions) == 16
    assert f"held back: story {digest.id}: it shares passages with stories of" in told
    assert told.count("seeds/digest.txt shares with seeds/") == 5
    assert "and 11 more stories" in told
    _ok(news.root, "annotate")
    _ok(news.root, "release")
    assert _released(news) == before
    assert validate(open_workspace(news.root)).findings == []
    assert digest.id in _ok(news.root, "status")


def test_a_newcomer_that_would_move_released_rows_waits_and_says_by_which_passages(
    news: Workspace,
) -> None:
    before = _released(news)
    one, other = _bridge(news)
    told = _ok(news.root, "ingest")
    held = _story(news, "both.txt")
    assert held.articles == tuple(set(held.articles) - before.keys())
    assert set(held.undecided) == {_story(news, one).id, _story(news, other).id}
    assert f"seeds/both.txt shares with seeds/{one}" in told
    assert f"builder story merge or keep-apart {held.id}" in told
    _ok(news.root, "annotate")
    _ok(news.root, "release")
    assert _released(news) == before
    assert "nothing new" in _ok(news.root, "ingest")
    assert validate(open_workspace(news.root)).findings == []


def test_stories_that_somebody_merges_are_one_and_the_looser_rows_are_withdrawn(
    news: Workspace,
) -> None:
    before = _released(news)
    one, other = _bridge(news)
    _ok(news.root, "ingest")
    loose = _story(news, one)
    told = _ok(news.root, "story", "merge", "both.txt", one, other, *_GROUNDS)
    merged = _story(news, "both.txt")
    assert len(merged.articles) == 3
    assert (merged.split, merged.held) == ("test", None)
    assert f"the next release withdraws {loose.articles[0]}" in told
    _ok(news.root, "annotate")
    _ok(news.root, "release")
    assert before.keys() - _released(news).keys() == set(loose.articles)
    assert manifest.latest(news.releases) == news.releases / "1.0.0"
    assert validate(open_workspace(news.root)).findings == []


def test_a_newcomer_kept_apart_from_one_story_joins_the_other_and_stays_there(
    news: Workspace,
) -> None:
    before = _released(news)
    one, other = _bridge(news)
    _ok(news.root, "ingest")
    _ok(news.root, "story", "keep-apart", "both.txt", other, *_GROUNDS)
    assert _story(news, "both.txt") == _story(news, one)
    assert len(_story(news, other).articles) == 1
    shutil.rmtree(news.state)
    _ok(news.root, "ingest")
    assert _story(news, "both.txt") == _story(news, one)
    _ok(news.root, "annotate")
    _ok(news.root, "release")
    assert before.items() <= _released(news).items()


def test_a_story_is_split_by_hand_and_its_parts_stay_where_they_were_released(
    news: Workspace,
) -> None:
    name = _of_split(news, "validation")
    text = (
        (news.seed_folder / name)
        .read_text("utf-8")
        .replace(" under ", " beneath ")
        .replace(" never ", " hardly ")
    )
    _seed(news.root, "again.txt", text.strip())
    _ok(news.root, "ingest")
    assert _story(news, "again.txt") == _story(news, name)
    told = _ok(news.root, "story", "split", name, "again.txt", *_GROUNDS)
    alone = _story(news, "again.txt")
    assert alone.id in told
    assert len(alone.articles) == 1
    assert (alone.split, _story(news, name).split) == ("validation", "validation")
    _ok(news.root, "ingest")
    assert _story(news, "again.txt") == alone
    assert validate(open_workspace(news.root)).findings == []


def test_a_merge_that_was_taken_back_before_a_release_withdraws_nothing(news: Workspace) -> None:
    before = _released(news)
    one, other = _of_split(news, "train"), _of_split(news, "test")
    assert "the next release withdraws" in _ok(news.root, "story", "merge", one, other, *_GROUNDS)
    _ok(news.root, "story", "split", other, one, *_GROUNDS)
    assert (_story(news, one).split, _story(news, other).split) == ("train", "test")
    _ok(news.root, "release")
    assert _released(news) == before
    assert validate(open_workspace(news.root)).findings == []


def test_an_article_that_was_frozen_anew_goes_with_its_old_text_and_what_was_decided_on_it(
    news: Workspace,
) -> None:
    one, other = _bridge(news)
    _ok(news.root, "ingest")
    _ok(news.root, "story", "keep-apart", "both.txt", other, *_GROUNDS)
    old = {*_story(news, "both.txt").articles}
    text = (news.seed_folder / "both.txt").read_text("utf-8").replace(" near ", " close to ", 1)
    _seed(news.root, "both.txt", text.strip())
    _ok(news.root, "ingest", "--refreeze", str(news.seed_folder / "both.txt"))
    story = _story(news, one)
    (new,) = {*story.articles} - old
    assert story.held is None
    assert new not in _story(news, other).articles
    _ok(news.root, "story", "split", one, new[:12], *_GROUNDS)
    parted = next(s for s in news.stories.load().values() if new in s.articles)
    assert [w.successor for w in parted.withdrawn] == [new]
    assert len(_story(news, one).articles) == 1


def test_rows_that_people_differ_on_stay_when_their_story_is_parted_in_a_release_of_many_shards(
    news: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release_stage, "shard_count", lambda _: 16)
    name = _of_split(news, "validation")
    text = (news.seed_folder / name).read_text("utf-8").strip()
    for number in (1, 2):
        _seed(news.root, f"v{number}.txt", text.replace(" near ", " close to ", number))
    _ok(news.root, "ingest")
    _ok(news.root, "annotate")
    of = _story(news, name).articles
    suggested = [s for s in news.suggestions.load().values() if s.article in of]
    for who in ("a-1", "a-2"):
        news.corrections.add(making.correction(s, [], by=who, blind=True) for s in suggested)
    _ok(news.root, "release")
    before = _released(news)
    assert before.keys() >= {*of}
    article = news.articles.load()
    differing = [
        making.correction(s, [making.at(article[s.article], 0, 3, "ORG")], by="a-3", blind=True)
        for s in suggested
    ]
    news.corrections.add(differing)
    _ok(news.root, "story", "split", name, "v1.txt", "v2.txt", *_GROUNDS)
    _ok(news.root, "story", "split", "v1.txt", "v2.txt", *_GROUNDS)
    _ok(news.root, "release")
    assert _released(news) == before


def test_a_ledger_that_was_edited_by_hand_to_move_released_rows_is_not_released(
    news: Workspace,
) -> None:
    before, name = _released(news), _of_split(news, "train")
    story = _story(news, name)
    news.stories.add([story.model_copy(update={"split": "test"})])
    done = _run(news.root, "release")
    assert done.exit_code == 1
    assert f"article {story.articles[0]} is in test" in done.output
    assert "Restore data/stories from git" in done.output
    assert _released(news) == before


def test_two_clones_that_decide_otherwise_are_told_and_nothing_released_goes(
    news: Workspace, tmp_path: Path
) -> None:
    before = _released(news)
    one, other = _of_split(news, "train"), _of_split(news, "test")
    clone = open_workspace(Path(shutil.copytree(news.root, tmp_path / "clone")))
    _ok(news.root, "story", "merge", one, other, *_GROUNDS)
    _ok(clone.root, "story", "keep-apart", one, other, "--by", "desk", "--why", "two floods")
    for path in clone.decisions.files():
        shutil.copy(path, news.decisions.folder / path.name)
    told = [finding.reason for finding in validate(open_workspace(news.root)).findings]
    assert any("is not applied: run builder ingest" in reason for reason in told)
    said = _ok(news.root, "ingest")
    both = f"{_story(news, one).id} {_story(news, other).id}".split()
    for answer in (said, _ok(news.root, "status")):
        assert "desk said on" in answer
        assert "that they are to be kept apart (two floods)" in answer
        assert f"builder story merge or keep-apart {' '.join(sorted(both))}" in answer
    (finding,) = validate(open_workspace(news.root)).findings
    assert "contradict each other" in finding.reason
    _ok(news.root, "release")
    assert _released(news) == before
    words = ("story", "keep-apart", one, other, "--by", "lead", "--why", "they are two")
    assert "overrules data/decisions/" in _ok(news.root, *words)
    assert validate(open_workspace(news.root)).findings == []
    assert "contradict" not in _ok(news.root, "status")


def test_a_decision_says_which_earlier_ones_it_overrules(news: Workspace) -> None:
    one, other = _of_split(news, "train"), _of_split(news, "test")
    first = _ok(news.root, "story", "keep-apart", one, other, "--by", "desk", "--why", "two towns")
    assert "overrules" not in first
    told = _ok(news.root, "story", "merge", one, other, *_GROUNDS)
    assert "overrules data/decisions/" in told
    assert "desk said on" in told
    assert "that they are to be kept apart (two towns)" in told


def test_status_and_release_say_that_a_decision_is_not_applied_yet(news: Workspace) -> None:
    one, other = _of_split(news, "train"), _of_split(news, "test")
    ledger = {path: path.read_bytes() for path in news.stories.files()}
    _ok(news.root, "story", "merge", one, other, *_GROUNDS)
    for path in news.stories.files():
        path.unlink()
    for path, content in ledger.items():
        path.write_bytes(content)
    assert "1 decision on stories not applied" in _ok(news.root, "status")
    assert "1 decision on stories not applied" in _ok(news.root, "release")
    _ok(news.root, "ingest")
    assert "not applied" not in _ok(news.root, "status")
    assert _story(news, one) == _story(news, other)


def test_a_story_is_found_by_a_path_from_anywhere(
    news: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = json.loads(_ok(news.root, "story", "show", "Ashby.txt", "--json"))["id"]
    monkeypatch.chdir(news.root / "data")
    for name in ("../seeds/Ashby.txt", str(news.seed_folder / "Ashby.txt"), "seeds/Ashby.txt"):
        assert json.loads(_ok(news.root, "story", "show", name, "--json"))["id"] == wanted


def test_a_question_on_an_article_that_was_retracted_is_asked_no_more(news: Workspace) -> None:
    _bridge(news)
    _ok(news.root, "ingest")
    held = _story(news, "both.txt")
    _ok(news.root, "retract", held.articles[0], "--reason", "its publisher asked")
    assert "somebody has to decide" not in _ok(news.root, "status")
    (news.seed_folder / "both.txt").unlink()
    _ok(news.root, "ingest")
    assert "somebody has to decide" not in _ok(news.root, "status")
    assert validate(open_workspace(news.root)).findings == []


def test_an_article_joins_the_one_story_that_is_left_when_the_other_was_retracted(
    news: Workspace,
) -> None:
    one, other = _bridge(news)
    _ok(news.root, "ingest")
    gone = _story(news, one)
    _ok(news.root, "retract", gone.articles[0], "--reason", "its publisher asked")
    (news.seed_folder / one).unlink()
    _ok(news.root, "ingest")
    assert _story(news, "both.txt") == _story(news, other)
    assert "held back" not in _ok(news.root, "status")
    assert validate(open_workspace(news.root)).findings == []


def test_a_decision_is_a_record_with_who_when_and_why(news: Workspace) -> None:
    words = ["story", "keep-apart", "Ashby.txt", "Borden.txt", *_GROUNDS, "--json"]
    said: dict[str, Any] = json.loads(_ok(news.root, *words))
    (path,) = said["files"]
    record = json.loads((news.root / path).read_text("utf-8"))
    assert (record["says"], record["by"], record["why"]) == ("apart", "lead", "read both")
    assert record["when"].startswith("20")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("merge", "Ashby.txt", *_GROUNDS), "name two stories at least"),
        (("merge", "Ashby.txt", " ", *_GROUNDS), "an empty name: give the id"),
        (("merge", "Ashby.txt", "nowhere", *_GROUNDS), "nowhere: no story, article or seed"),
        (("keep-apart", "Ashby.txt", "Ashby.txt", *_GROUNDS), "this is one"),
        (("split", "Ashby.txt", "Ashby.txt", *_GROUNDS), "these are all its articles"),
        (("split", "Ashby.txt", "Borden.txt", *_GROUNDS), "no article is called so in story"),
        (("merge", "Ashby.txt", "Borden.txt", "--by", "a@b.example", "--why", "x"), "--by: an e-"),
        (("merge", "Ashby.txt", "Borden.txt", "--by", "lead", "--why", ""), "--why: "),
        (("merge", "Ashby.txt", "Borden.txt", "--by", "a\nb", "--why", "x"), "--by: "),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_and_nothing_is_written(
    news: Workspace, words: tuple[str, ...], told: str
) -> None:
    done = _run(news.root, "story", *words)
    assert done.exit_code == 1
    assert told in done.output
    assert news.decisions.files() == []
