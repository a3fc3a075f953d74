"""A release has a row for each pair of aligned sentences of two articles of a story."""

import copy
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset

from builder import pipeline
from builder.dataset import check, compare, manifest
from builder.dataset.read import load_release
from builder.records import Article, Gold, Split, Story
from builder.release import variants
from builder.text import sentence_id
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.making import Row
from tests.release.conftest import CONFIG

LEFT = making.article(
    "The bridge of Halvren needs 40 new cables, Ruth Ilves said.",
    "Buses take another road until Friday.",
    "Nobody knows who pays.",
    outlet="Halvren Post",
)
RIGHT = making.article(
    "The bridge of Halvren needs 60 new cables, Ilves told reporters.",
    "Buses take another road until Friday.",
    "A diver has looked at the pillars.",
    outlet="Senne Courier",
)


def golds() -> dict[str, Gold]:
    found = {}
    for article, cue in ((LEFT, "said"), (RIGHT, "told reporters")):
        name = "Ruth Ilves" if article is LEFT else "Ilves"
        number = "40" if article is LEFT else "60"
        content = making.span(
            article, f"The bridge of Halvren needs {number} new cables", "CLAIM",
            attribution="attributed", quote_type="indirect",
        )  # fmt: skip
        source = making.span(article, name, "SOURCE", source_type="named")
        said = making.span(article, cue, "CUE")
        found[article.id] = making.machine_gold(
            article, content, source, said,
            relations=[making.link(content, "attributed_to", source),
                       making.link(content, "introduced_by", said)],
        )  # fmt: skip
    return found


def tables(split: Split = "train", withdrawn: dict[str, str] | None = None) -> making.Rowed:
    story = making.story(LEFT, RIGHT, split=split, withdrawn=withdrawn)
    return making.rows_of({a.id: a for a in (LEFT, RIGHT)}, golds(), [story])[0]


def sides(row: Row) -> Iterator[tuple[str, Article]]:
    for side in ("left", "right"):
        yield side, next(a for a in (LEFT, RIGHT) if a.id == row[f"{side}_article_id"])


def test_each_aligned_pair_has_a_row_with_its_kind() -> None:
    rows = tables()["variants"]
    assert {row["kind"] for row in rows} == {"conflicting", "identical"}
    assert len(rows) == 2
    assert all(row["left_article_id"] < row["right_article_id"] for row in rows)
    assert {row["split"] for row in tables("validation")["variants"]} <= {"validation"}


def test_places_words_ids_and_values_are_those_of_both_articles() -> None:
    for row in tables()["variants"]:
        for side, article in sides(row):
            start, end = row[f"{side}_start"], row[f"{side}_end"]
            assert article.text[start:end] == row[f"{side}_text"]
            assert row[f"{side}_sentence_ids"] == [sentence_id(article.id, start, end)]
            assert row[f"{side}_outlet"] == article.metadata.first("outlet")
            for one in row["differences"]:
                first, last = one[f"{side}_start"], one[f"{side}_end"]
                assert article.text[first:last] == one[f"{side}_text"]
    conflicting = next(row for row in tables()["variants"] if row["kind"] == "conflicting")
    number = next(one for one in conflicting["differences"] if one["type"] == "number")
    assert {number["left_value"], number["right_value"]} == {"40", "60"}


def test_claims_of_both_sentences_are_aligned_by_their_ids() -> None:
    made = tables()
    by_article = {row["article_id"]: row["id"] for row in made["claims"]}
    row = next(row for row in made["variants"] if row["aligned_claims"])
    assert row["aligned_claims"] == [
        {f"{side}_claim_id": by_article[row[f"{side}_article_id"]] for side in ("left", "right")}
    ]


def test_of_an_article_that_is_not_in_the_release_there_is_no_row() -> None:
    assert tables(withdrawn={LEFT.id: "its publisher asked"})["variants"] == []


def test_of_a_sentence_that_may_not_enter_its_split_there_is_no_row() -> None:
    # Nobody has looked at anything, so nothing enters the test split.
    assert tables("test")["variants"] == []


def test_a_single_article_has_no_rows() -> None:
    story = making.story(LEFT)
    rows, _ = making.rows_of({LEFT.id: LEFT}, golds(), [story])
    assert rows["variants"] == []


def test_of_very_many_reprints_each_is_compared_with_the_first_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    articles = [
        making.article("The bridge of Halvren needs new cables.", f"Said in paper {n}.")
        for n in range(6)
    ]
    found = {a.id: making.machine_gold(a) for a in articles}
    made = ({a.id: a for a in articles}, found, [making.story(*articles)])
    everybody = making.rows_of(*made)[0]["variants"]
    assert len({(r["left_article_id"], r["right_article_id"]) for r in everybody}) == 15
    monkeypatch.setattr(variants, "MOST_COMPARED", 5)
    few = making.rows_of(*made)[0]["variants"]
    assert {r["left_article_id"] for r in few} == {min(found)}
    assert len({r["right_article_id"] for r in few}) == 5


def test_stories_are_compared_each_by_itself() -> None:
    other = making.article("The bridge of Halvren needs 50 new cables, Ruth Ilves said.")
    articles = {a.id: a for a in (LEFT, RIGHT, other)}
    found = {**golds(), other.id: making.machine_gold(other)}
    stories = [making.story(LEFT, RIGHT), making.story(other)]
    rows, _ = making.rows_of(articles, found, stories)
    named = {row[f"{side}_article_id"] for row in rows["variants"] for side in ("left", "right")}
    assert named == {LEFT.id, RIGHT.id}


# --- on disk ----------------------------------------------------------------------------------


def test_rows_load_with_their_features(tmp_path: Path) -> None:
    release = making.write(tmp_path / "0.1.0", tables(), [], CONFIG)
    assert list(check.problems(release)) == []
    loaded = load_dataset(str(release), "variants", split="train", cache_dir=str(tmp_path / "c"))
    assert loaded.features == making.features()["variants"]
    assert [row["kind"] for row in loaded] == [row["kind"] for row in tables()["variants"]]
    assert list(load_release(release, "variants", "train")) == list(loaded)
    card = (release / "README.md").read_text("utf-8")
    assert 'load_dataset(release, "variants", split="train")' in card
    assert "Here: 1 identical, 1 conflicting." in card


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda r: r.update(kind="reworded"), "kind: is reworded"),
        (lambda r: r.update(left_text="other"), "left_text: is not what the article reads"),
        (lambda r: r.update(right_start=1), "right_start: the bounds are not those"),
        (lambda r: r.update(left_sentence_ids=["0" * 16]), "name a sentence that is not"),
        (lambda r: r.update(left_sentence_ids=[]), "name a sentence that is not"),
        (lambda r: r.update(right_sentence_ids=r["left_sentence_ids"]), "are not of the article"),
        (lambda r: r.update(story_id="0" * 16), "story_id: is not that of the sentences"),
        (lambda r: r.update(right_article_id="0" * 16), "does not come after"),
        (lambda r: r["differences"][0].update(left_end=9999), "is not what the text reads"),
        (lambda r: r["differences"][0].update(left_start=9999), "does not lie in the sentences"),
        (lambda r: r["differences"][0].update(right_text="x"), "is not what the text reads"),
        (lambda r: r["differences"][0].update(kind="identical"), "is no kind of difference"),
        (lambda r: r["differences"][0].update(type="mood"), "is no type of difference"),
        (lambda r: r["aligned_claims"][0].update(left_claim_id="0" * 16), "is no claim"),
    ],
)
def test_a_row_that_is_not_true_is_found(
    edit: Callable[[Row], Any], reason: str, tmp_path: Path
) -> None:
    rows = copy.deepcopy(tables())
    edit(next(row for row in rows["variants"] if row["kind"] == "conflicting"))
    release = making.write(tmp_path / "0.1.0", rows, [], CONFIG)
    found = "\n".join(f"{field}: {why}" for _, field, why in check.problems(release))
    assert reason in found


def test_a_pair_twice_is_found(tmp_path: Path) -> None:
    rows = tables()
    rows["variants"].append(rows["variants"][0])
    found = [why for _, _, why in check.problems(making.write(tmp_path / "a", rows, [], CONFIG))]
    assert "stands twice" in found


def test_a_pair_that_is_gone_is_a_patch_and_told_with_the_reason(tmp_path: Path) -> None:
    """What follows from other configs asks for no larger version than they do."""
    old = making.write(tmp_path / "0.1.0", tables(), [], CONFIG)
    rows = tables()
    rows["variants"] = rows["variants"][:1]
    new = making.write(tmp_path / "0.1.1", rows, [], CONFIG)
    found = compare.diff(old, new)
    assert len(found.tables["variants"].removed) == 1
    assert found.bump == "patch"


def test_a_reader_of_an_older_release_sees_that_the_config_was_added(tmp_path: Path) -> None:
    old = Path(__file__).parents[2] / "data" / "releases" / "1.2.0"
    new = making.write(tmp_path / "2.0.0", tables(), [], CONFIG)
    assert "variants" in compare.diff(old, new).schema.added


# --- in a workspace ---------------------------------------------------------------------------

_FIRST = (
    "The bridge of Halvren needs 40 new cables, Ruth Ilves said on Monday.\n\n"
    "Buses take another road until the end of the week, as the town has no second bridge.\n\n"
    "Nobody knows yet who is going to pay for steel and for work.\n"
)
_SECOND = _FIRST.replace("40", "60").replace("Nobody knows yet", "No one knows") + (
    "\nDivers looked at all seven pillars in the afternoon and found a crack in the third one.\n\n"
    "The carnival of the fishermen was moved to the meadow behind the brewery for this year.\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("variants") / "made"
    init.init(root)
    config = root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"builder"', '"rules"'), "utf-8")
    for name, text in (("a.txt", _FIRST), ("b.txt", _SECOND)):
        (root / "seeds" / name).write_text(text, "utf-8")
    workspace = open_workspace(root)
    pipeline.ingest(workspace)
    pipeline.release(workspace)
    pipeline.release_without_text(workspace)
    return workspace


def test_without_text_there_are_no_words_and_filled_in_they_are_the_same(
    made: Workspace, tmp_path: Path
) -> None:
    free = made.releases / "0.1.0-no-text"
    assert list(check.problems(free)) == []
    row = load_release(free, "variants", "train")[0]
    assert not {"left_text", "right_text"} & row.keys()
    assert "left_text" not in row["differences"][0]
    done = pipeline.hydrate(free, made.seed_folder, tmp_path / "full")
    assert (done.same, done.rows["variants"]["exact"]) == (True, 3)
    assert list(check.problems(tmp_path / "full")) == []


def test_a_pair_of_which_a_copy_has_other_words_is_not_filled_in_and_told(
    made: Workspace, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "a.txt").write_text(_FIRST, "utf-8")
    (copies / "b.txt").write_text(_SECOND.replace("no second", "another"), "utf-8")
    done = pipeline.hydrate(made.releases / "0.1.0-no-text", copies, tmp_path / "full")
    kept = load_release(tmp_path / "full", "variants", "train")
    assert 0 < len(kept) < 3
    assert done.rows["variants"]["missing"] == done.lost["variants"] == 3 - len(kept)
    assert not any("Buses" in row["left_text"] for row in kept)
    assert list(check.problems(tmp_path / "full")) == []


def test_with_one_copy_alone_there_is_no_pair(made: Workspace, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "a.txt").write_text(_FIRST, "utf-8")
    done = pipeline.hydrate(made.releases / "0.1.0-no-text", copies, tmp_path / "full")
    assert done.rows["variants"] == {"exact": 0, "carried": 0, "missing": 3}
    assert list(check.problems(tmp_path / "full")) == []


def test_built_again_it_is_the_same(made: Workspace) -> None:
    assert pipeline.verify(made, "0.1.0").verdict == "identical"


def test_rows_stand_in_the_order_of_the_left_text(made: Workspace) -> None:
    starts = load_release(made.releases / "0.1.0", "variants", "train")["left_start"]
    assert all(one < other for one, other in pairwise(starts))
    assert manifest.read(made.releases / "0.1.0").rows["variants"] == {"train": 3}


def story_of(made: Workspace) -> Story:
    (story,) = made.stories.records()
    return story


def test_the_split_of_a_pair_is_that_of_its_story(made: Workspace) -> None:
    for row in load_release(made.releases / "0.1.0", "variants", "train"):
        assert (row["story_id"], row["split"]) == (story_of(made).id, story_of(made).split)
