"""Opinions as data: whose, on which sentences, with what; only of those who agreed."""

import copy
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset

from builder import labels, pipeline
from builder.dataset import check, compare, digest, manifest
from builder.dataset.read import load_release
from builder.errors import BuilderError
from builder.records import ADJUDICATION, CALIBRATION, Correction, Person, Split
from builder.release.agreed import Agreed
from builder.release.earlier import Earlier
from builder.release.select import Selection, select
from builder.review import gold
from builder.text import sentence_id
from builder.workspace import init
from builder.workspace.config import NOTHING_SAID
from builder.workspace.folder import Workspace, open_workspace
from builder.workspace.shelves import PEOPLE
from tests import making
from tests.making import Row
from tests.release.conftest import CONFIG

_ARTICLE = making.article(
    "Ruth Ilves said the bridge of Halvren is closed. It is old.",
    "Nobody knows who pays for Senne.",
    outlet="Halvren Post",
)
_CLAIM = making.span(
    _ARTICLE, "the bridge of Halvren is closed. It is old.", "CLAIM",
    attribution="attributed", quote_type="indirect",
)  # fmt: skip
_ILVES = making.span(_ARTICLE, "Ruth Ilves", "PERSON")
_SOURCE = making.span(_ARTICLE, "Ruth Ilves", "SOURCE", source_type="named")
_SAID = making.span(_ARTICLE, "said", "CUE")
_SENNE = making.span(_ARTICLE, "Senne", "GPE")
_SUGGESTED = making.suggestion(_ARTICLE, _ILVES, _CLAIM, _SOURCE, _SAID, _SENNE)
_LINKS = [
    making.link(_CLAIM, "attributed_to", _SOURCE),
    making.link(_CLAIM, "introduced_by", _SAID),
]
_ALL = Agreed(frozenset({"anna", "ben"}), frozenset({"anna"}))


def anna(**more: Any) -> Correction:
    """Anna leaves everything as it was suggested."""
    return making.correction(
        _SUGGESTED, _SUGGESTED.spans, relations=_LINKS, by="anna", **more
    ).model_copy(update={"arm": "assisted", "seconds": 90.0, "flags": ("bad_text",)})


def ben(**more: Any) -> Correction:
    """Ben works blind, and takes Senne for an organisation."""
    other = making.span(_ARTICLE, "Senne", "ORG", by="ben", score=None)
    spans = [_ILVES, _CLAIM, _SOURCE, _SAID, other]
    return making.correction(
        _SUGGESTED, spans, relations=_LINKS, by="ben", blind=True, minute=5, **more
    ).model_copy(update={"arm": "blind"})


def chosen(
    *work: Correction, agreed: Agreed = _ALL, split: Split = "train", held: str | None = None
) -> Selection:
    built = gold.build(_ARTICLE, _SUGGESTED, work, labels.default())
    story = making.story(_ARTICLE, split=split).model_copy(update={"held": held})
    return select(
        {_ARTICLE.id: _ARTICLE}, {_ARTICLE.id: built}, [story], making.token_bounds,
        labels.default(), refused={}, earlier=Earlier(None), rights=NOTHING_SAID,
        work=work, agreed=agreed,
    )  # fmt: skip


def opinions(*work: Correction, **more: Any) -> list[Row]:
    return [{**row} for row in chosen(*work, **more).tables.opinions]


def tables(*work: Correction, **more: Any) -> making.Rowed:
    found = chosen(*work, **more).tables
    return {name: [{**row} for row in rows] for name, rows in found.items()}


def of(rows: Sequence[Row], person: str, index: int) -> Row:
    return next(r for r in rows if (r["annotator"], r["index"]) == (person, index))


# --- which rows -------------------------------------------------------------------------------


def test_there_is_a_row_for_each_sentence_and_person_in_the_order_of_the_text() -> None:
    rows = opinions(anna(), ben())
    assert [(row["index"], row["annotator"]) for row in rows] == [
        (index, person) for index in range(3) for person in ("anna", "ben")
    ]
    first = of(rows, "anna", 0)
    bounds = _ARTICLE.sentences[0]
    assert first["sentence_id"] == sentence_id(_ARTICLE.id, bounds.start, bounds.end)
    assert (first["arm"], first["round"], first["flags"]) == ("assisted", 1, ["bad_text"])
    assert (first["guidelines"], first["layers"]) == ("1.0", ["entity", "claim"])
    assert of(rows, "ben", 0)["arm"] == "blind"


def test_a_sentence_on_which_people_differ_is_in_train_as_opinions_alone() -> None:
    made = chosen(anna(), ben())
    assert [row["index"] for row in made.tables.sentences] == [0, 1]
    rows = [row for row in made.tables.opinions if row["index"] == 2]
    assert [row["entities"][0]["label"] for row in rows] == ["GPE", "ORG"]
    assert {row["status"] for row in rows} == {"disputed"}


@pytest.mark.parametrize("split", ["validation", "test"])
def test_in_validation_and_test_only_released_sentences_have_opinions(split: Split) -> None:
    made = chosen(anna(), ben(), split=split)
    released = {row["id"] for row in made.tables.sentences}
    assert {row["sentence_id"] for row in made.tables.opinions} == released


def test_nobody_who_did_not_agree_has_a_row() -> None:
    alone = Agreed(frozenset({"ben"}), frozenset())
    assert {row["annotator"] for row in opinions(anna(), ben(), agreed=alone)} == {"ben"}
    assert opinions(anna(), ben(), agreed=Agreed(frozenset(), frozenset({"anna"}))) == []


def test_the_time_is_told_only_of_those_who_agreed_to_that_too() -> None:
    rows = opinions(anna(), ben())
    assert {row["seconds"] for row in rows if row["annotator"] == "anna"} == {90.0}
    assert {row["seconds"] for row in rows if row["annotator"] == "ben"} == {None}


def test_decisions_and_calibration_are_no_opinions_and_hide_none() -> None:
    later = [
        anna(revision=1, minute=9).model_copy(update={"round": number})
        for number in (ADJUDICATION, CALIBRATION)
    ]
    rows = opinions(anna(), *later)
    assert {row["round"] for row in rows} == {1}
    assert opinions(*later) == []


def test_of_revisions_and_rounds_the_last_opinion_of_a_person_counts_under_the_same_id() -> None:
    again = making.correction(_SUGGESTED, [_ILVES], by="anna", revision=2, minute=30).model_copy(
        update={"round": 5}
    )
    before, after = opinions(anna()), opinions(anna(), again)
    assert [row["id"] for row in before] == [row["id"] for row in after]
    assert of(after, "anna", 2)["entities"] == []
    assert {row["round"] for row in after} == {5}


def test_skipped_work_is_no_opinion() -> None:
    skipped = making.correction(_SUGGESTED, [], by="anna", skipped=True)
    assert opinions(skipped) == []


def test_a_person_has_rows_only_where_they_looked_and_in_the_layers_they_looked_at() -> None:
    begin = _ARTICLE.text.index("Nobody")
    part = making.correction(
        _SUGGESTED, [_SENNE], by="anna", window=(begin, len(_ARTICLE.text)), layers=("entity",)
    )
    [row] = opinions(part)
    assert (row["index"], row["layers"]) == (2, ["entity"])


def test_of_a_story_that_is_held_back_there_are_no_opinions() -> None:
    assert opinions(anna(), held="somebody has to decide") == []


# --- what a row says --------------------------------------------------------------------------


def test_a_claim_over_two_sentences_has_its_parts_and_its_links_as_in_sentences() -> None:
    rows = opinions(anna())
    first, second = (
        next(c for c in of(rows, "anna", index)["claims"] if c["label"] == "CLAIM")
        for index in (0, 1)
    )
    assert [(c["part"], c["parts"]) for c in (first, second)] == [(0, 2), (1, 2)]
    assert first["text"] == "the bridge of Halvren is closed."
    assert first["attributed_to"] == [_SOURCE.id]
    assert first["attribution"] == "attributed"
    assert (first["article_start"], first["article_end"]) == (_CLAIM.start, _CLAIM.end)


def test_spans_say_what_became_of_the_suggestion() -> None:
    moved = making.span(_ARTICLE, "Ilves", "PERSON", key=_ILVES.id, by="anna", score=None)
    own = making.span(_ARTICLE, "Halvren", "GPE", by="anna", score=None)
    rows = opinions(making.correction(_SUGGESTED, [moved, own, _SENNE], by="anna"))
    names = {e["text"]: e for index in (0, 2) for e in of(rows, "anna", index)["entities"]}
    said = {text: (e["origin"], e["suggested_by"], e["by"]) for text, e in names.items()}
    assert said == {
        "Ilves": ("changed", "names", "anna"),
        "Halvren": ("manual", None, "anna"),
        "Senne": ("suggested", "names", "names"),
    }


# --- on disk ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("opinions") / "0.1.0"
    return making.write(place, tables(anna(), ben()), [], CONFIG)


def test_the_config_loads_with_its_features_and_the_card_tells_of_it(
    released: Path, tmp_path: Path
) -> None:
    assert list(check.problems(released)) == []
    loaded = load_dataset(str(released), "opinions", split="train", cache_dir=str(tmp_path / "c"))
    assert loaded.features == making.features()["opinions"]
    assert len(loaded) == 6
    assert list(load_release(released, "opinions", "train")) == list(loaded)
    card = (released / "README.md").read_text("utf-8")
    assert 'load_dataset(release, "opinions", split="train")' in card
    assert "**`opinions`**: a row a sentence and person" in card
    assert "| `opinions` | 6 |" in card
    assert "opinions/train" in (released / "croissant.json").read_text("utf-8")


def test_where_nobody_agreed_there_is_no_such_config(tmp_path: Path) -> None:
    folder = making.write(tmp_path / "0.1.0", tables(anna(), agreed=Agreed()), [], CONFIG)
    said = manifest.read(folder)
    assert "opinions" not in {*(said.configs or {}), *said.rows}
    assert "opinions" not in (folder / "README.md").read_text("utf-8")
    with pytest.raises(BuilderError, match="no config 'opinions'"):
        load_release(folder, "opinions")
    assert list(check.problems(folder)) == []


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda r: r.update(arm="half"), "arm: 'half' is none of"),
        (lambda r: r.update(round=3), "round: is 3"),
        (lambda r: r.update(round=0), "round: is 0"),
        (lambda r: r.update(layers=[]), "layers: are none of"),
        (lambda r: r.update(layers=["claim"]), "entities: are marked in a layer"),
        (lambda r: r.update(seconds=-1.0), "seconds: are fewer"),
        (lambda r: r.update(task="0" * 16), "task: is no task of the article"),
        (lambda r: r.update(text="other"), "text: is not that of the sentence"),
        (lambda r: r.update(start=1), "start: is not that of the sentence"),
        (lambda r: r.update(status="single"), "status: is not that of the sentence"),
        (lambda r: r.update(story_id="0" * 16), "story_id: is"),
        (lambda r: r.update(annotator="ben"), "annotator: has two opinions"),
        (lambda r: r["entities"][0].update(text="Ruth"), "entities.0: span"),
        (lambda r: r["entities"][0].update(article_start=3), "is not where its article_start"),
        (lambda r: r["entities"].append(r["entities"][0]), "entities: name a span twice"),
    ],
)
def test_a_row_that_is_not_true_is_found(
    edit: Callable[[Row], Any], reason: str, tmp_path: Path
) -> None:
    rows = copy.deepcopy(tables(anna(), ben()))
    edit(of(rows["opinions"], "anna", 0))
    folder = making.write(tmp_path / "0.1.0", rows, [], CONFIG)
    found = "\n".join(f"{field}: {why}" for _, field, why in check.problems(folder))
    assert reason in found


def test_an_opinion_in_test_on_a_sentence_that_is_not_released_is_found(tmp_path: Path) -> None:
    rows = copy.deepcopy(tables(ben(), split="test"))
    rows["sentences"] = rows["sentences"][1:]
    folder = making.write(tmp_path / "0.1.0", rows, [], CONFIG)
    found = [why for _, _, why in check.problems(folder)]
    assert "is not in the release, and its split is test" in found


def test_a_manifest_that_hides_the_config_is_found(released: Path, tmp_path: Path) -> None:
    folder = tmp_path / "0.1.0"
    shutil.copytree(released, folder)
    said = making.said(folder)
    del said["configs"]["opinions"]
    (folder / manifest.FILE_NAME).write_text(json.dumps(said), "utf-8")
    found = [f"{field}: {why}" for _, field, why in check.problems(folder)]
    assert "configs: are not sentences, articles, claims, variants, opinions" in found


# --- versions ---------------------------------------------------------------------------------


def bump(old: making.Rowed, new: making.Rowed, place: Path) -> compare.Diff:
    before = making.write(place / "0.1.0", old, [], CONFIG)
    return compare.diff(before, making.write(place / "9.0.0", new, [], CONFIG))


def test_the_first_opinions_are_a_minor_version(tmp_path: Path) -> None:
    found = bump(tables(anna(), agreed=Agreed()), tables(anna()), tmp_path)
    assert found.bump == "minor"
    assert found.schema.added == ["opinions"]


def test_a_changed_opinion_is_a_patch(tmp_path: Path) -> None:
    flagged = anna().model_copy(update={"flags": ()})
    found = bump(tables(anna()), tables(flagged), tmp_path)
    assert (found.bump, found.tables["opinions"].fields) == ("patch", {"flags": 3})


def test_opinions_that_are_gone_are_a_major_version_and_told_why(tmp_path: Path) -> None:
    alone = Agreed(frozenset({"ben"}), frozenset())
    found = bump(tables(anna(), ben()), tables(anna(), ben(), agreed=alone), tmp_path)
    assert found.bump == "major"
    gone = found.tables["opinions"].removed
    assert len(gone) == 3
    assert all("no longer agrees" in row.reason for row in gone)


def test_the_last_opinions_that_are_gone_take_the_config_with_them(tmp_path: Path) -> None:
    found = bump(tables(anna()), tables(anna(), agreed=Agreed()), tmp_path)
    assert (found.bump, found.schema.removed) == ("major", ["opinions"])


def test_opinions_count_in_what_does_not_hang_on_a_machine() -> None:
    one, other = tables(anna()), tables(anna().model_copy(update={"flags": ()}))
    assert digest.both_digests(one)[1] != digest.both_digests(other)[1]


# --- in a workspace ---------------------------------------------------------------------------

_TEXT = (
    "The bridge of Halvren needs 40 new cables, Ruth Ilves said on Monday.\n\n"
    "Buses take another road until the end of the week, as the town has no second bridge.\n\n"
    "Nobody knows yet who is going to pay for steel and for work.\n"
)
_TEAM = """
[team]
publish_opinions = ["anna", "benno"]
publish_effort = ["anna"]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which Anna worked with suggestions, Ben and Carla without."""
    root = tmp_path_factory.mktemp("opinions") / "made"
    init.init(root)
    config = root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"builder"', '"rules"') + _TEAM, "utf-8")
    (root / "seeds" / "a.txt").write_text(_TEXT, "utf-8")
    workspace = open_workspace(root)
    pipeline.ingest(workspace)
    pipeline.annotate(workspace)
    [suggested] = workspace.suggestions.records()
    [article] = workspace.articles.records()
    town = making.span(article, "Halvren", "GPE", by="x", score=None)
    own = [s for s in suggested.spans if s.label != "GPE"] + [town]
    workspace.corrections.save(
        [
            making.correction(suggested, suggested.spans, relations=suggested.relations, by="anna"),
            making.correction(suggested, own, by="ben", blind=True, minute=1),
            making.correction(suggested, own, by="carla", blind=True, minute=2),
        ]
    )
    workspace.shelf(PEOPLE).save([Person(name="benno", same_as="ben")])
    made = open_workspace(root)
    pipeline.release(made)
    pipeline.release_without_text(made)
    return made


def test_who_agreed_is_known_under_the_pseudonym_that_counts(made: Workspace) -> None:
    rows = load_release(made.releases / "0.1.0", "opinions", "train")
    assert set(rows["annotator"]) == {"anna", "ben"}


def test_a_release_with_opinions_and_effort_is_built_again_byte_for_byte(made: Workspace) -> None:
    assert pipeline.verify(made, "0.1.0").verdict == "identical"
    assert pipeline.release(made).new is False


def test_without_text_opinions_hold_no_words_and_filled_in_they_are_the_same(
    made: Workspace, tmp_path: Path
) -> None:
    free = made.releases / "0.1.0-no-text"
    assert list(check.problems(free)) == []
    row = load_release(free, "opinions", "train")[0]
    assert "text" not in row
    done = pipeline.hydrate(free, made.seed_folder, tmp_path / "full")
    assert (done.same, done.rows["opinions"]["exact"]) == (True, 6)
    assert list(check.problems(tmp_path / "full")) == []


def test_an_opinion_on_a_sentence_that_a_copy_does_not_have_is_told(
    made: Workspace, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "a.txt").write_text(_TEXT.replace("Nobody knows yet who", "Who"), "utf-8")
    done = pipeline.hydrate(made.releases / "0.1.0-no-text", copies, tmp_path / "full")
    assert done.rows["opinions"]["missing"] > 0
    assert done.rows["opinions"]["carried"] > 0
    assert list(check.problems(tmp_path / "full")) == []


def test_whoever_no_longer_agrees_is_gone_from_the_next_release(
    made: Workspace, tmp_path: Path
) -> None:
    root = tmp_path / "later"
    shutil.copytree(made.root, root)
    config = root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('["anna", "benno"]', '["anna"]'), "utf-8")
    done = pipeline.release(open_workspace(root))
    assert (done.new, done.version) == (True, "1.0.0")
    rows = load_release(root / "data" / "releases" / "1.0.0", "opinions", "train")
    assert set(rows["annotator"]) == {"anna"}
    assert pipeline.verify(open_workspace(root), "1.0.0").verdict == "identical"
