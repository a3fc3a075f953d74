"""A release is loaded checked, and what has no rows is an empty table, not an error."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset, DatasetDict, load_dataset

from builder import labels
from builder.dataset import check, compare, manifest
from builder.dataset.read import load_release
from builder.errors import BuilderError
from builder.labels import LabelSet
from builder.release import write
from builder.release.story_shard import StoryShard
from tests import making
from tests.making import Row
from tests.release.conftest import CONFIG, Made, parts

_ROOT = Path(__file__).parents[2]


def _plain() -> LabelSet:
    """Return a label set of three names, without claims."""
    declared = labels.default()
    kept = tuple(x for x in declared.labels if x.name in ("PERSON", "GPE", "ORG"))
    return replace(
        declared, layers={"entity": "Three names"}, labels=kept, attributes=(), relations=()
    )


def _released(releases: Path, shards: list[StoryShard], declared: LabelSet) -> Path:
    done = write.release(
        releases, shards, CONFIG, declared, inputs={}, token_bounds=making.token_bounds
    )
    return Path(done.path)


@pytest.fixture
def claimless(tmp_path: Path) -> Path:
    """A release of a workspace whose label set has no claims."""
    article = making.article("Kim left Paris.")
    made = making.machine_gold(
        article, making.span(article, "Kim", "PERSON"), making.span(article, "Paris", "GPE")
    )
    shards = making.story_shards((article, made, making.story(article)))
    return _released(tmp_path, shards, _plain())


@pytest.mark.parametrize("config", ["sentences", "articles", "claims"])
def test_a_loaded_split_is_what_datasets_loads(released: Path, config: str) -> None:
    for split, wanted in load_dataset(str(released), config).items():
        found = load_release(released, config, split)
        assert isinstance(found, Dataset)
        assert found.features == wanted.features
        assert found.to_list() == wanted.to_list()


def test_without_a_split_all_that_have_rows_are_loaded(released: Path) -> None:
    assert isinstance(load_release(released), DatasetDict)
    assert list(load_release(released)) == ["train", "validation", "test"]
    assert list(load_release(released, "articles")) == ["train", "test"]


def test_a_split_without_rows_is_an_empty_table_with_the_features(released: Path) -> None:
    empty = load_release(released, "articles", "validation")
    assert len(empty) == 0
    assert empty.features == making.features()["articles"]


@pytest.mark.parametrize(("config", "split"), [("claims", "dev"), ("names", None)])
def test_what_is_no_config_or_split_is_named_with_those_there_are(
    released: Path, config: str, split: str | None
) -> None:
    with pytest.raises(BuilderError, match=r"no (config 'names'|split 'dev'); there are .*tr|cl"):
        load_release(released, config, split)


@pytest.mark.parametrize(("version", "configs"), [
    ("0.1.0", ["articles", "sentences"]), ("1.0.0", ["articles", "claims", "sentences"]),
])  # fmt: skip
def test_releases_of_older_builders_load_and_are_intact(version: str, configs: list[str]) -> None:
    folder = _ROOT / "data" / "releases" / version
    assert list(check.problems(folder)) == []
    for config in configs:
        assert len(load_release(folder, config, "train")) > 0


def test_an_older_release_is_compared_with_one_of_today(dataset: Made, tmp_path: Path) -> None:
    new = making.write(tmp_path / "2.0.0", *dataset, CONFIG)
    found = compare.diff(_ROOT / "data" / "releases" / "1.0.0", new)
    assert found.schema.added == [
        "articles.claims[].speaker", "articles.language", "articles.licence", "articles.url",
        "claims.licence", "claims.sources[].speaker",
        "sentences.claims[].speaker", "sentences.licence", "variants",
    ]  # fmt: skip


# --- a label set without claims --------------------------------------------------------------


def test_a_config_without_rows_is_in_the_manifest_and_the_card_and_not_on_disk(
    claimless: Path,
) -> None:
    said = manifest.read(claimless)
    assert said.configs is not None
    assert (said.configs["claims"].files, said.rows["claims"]) == (0, {})
    assert not (claimless / "claims").exists()
    card = (claimless / "README.md").read_text("utf-8")
    assert "Without rows: `claims` and `variants`." in card
    assert "claims = load_dataset" not in card
    assert "- Claims: none, as the label set has none." in card
    assert list(check.problems(claimless)) == []


def test_a_release_without_claims_loads_and_its_claims_are_an_empty_table(claimless: Path) -> None:
    (row,) = load_dataset(str(claimless), split="train")
    assert (row["claims"], [e["label"] for e in row["entities"]]) == ([], ["PERSON", "GPE"])
    assert [*load_dataset(str(claimless), split="train").features["ner_tags"].feature.names] == [
        "O", "B-PERSON", "I-PERSON", "B-ORG", "I-ORG", "B-GPE", "I-GPE",
    ]  # fmt: skip
    empty = load_release(claimless, "claims", "train")
    assert (len(empty), list(empty.features)) == (0, list(making.features()["claims"]))
    assert list(load_release(claimless, "claims")) == ["train"]


def test_a_release_carries_its_label_set_as_it_is(released: Path) -> None:
    assert (released / "labels.toml").read_bytes() == (labels.SCHEMAS / "labels.toml").read_bytes()


# --- the text contract ------------------------------------------------------------------------


def _over_russia(**wrong: Any) -> making.Part:
    """Return an article whose gold has a span that was edited by hand."""
    article = making.article("Russia has hired Kim.")
    made = making.machine_gold(
        article, making.span(article, "Russia", "GPE"), making.span(article, "Kim", "PERSON")
    )
    edited = made.spans[0].model_copy(update=wrong)
    gold = made.model_copy(update={"spans": (edited, made.spans[1])})
    return article, gold, making.story(article)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"text": "Norway"}, "breaks the text contract: span 0:6 reads 'Russia', not 'Norway'"),
        ({"end": 99, "text": "Russia"}, "is not inside the text"),
        ({"label": "PLANET"}, "PLANET is no label of the layer entity in labels.toml"),
        ({"attributes": {"size": "big"}}, "GPE has no attribute size = big in labels.toml"),
    ],
)
def test_a_span_that_breaks_the_contract_is_refused_with_a_reason_and_the_rest_released(
    wrong: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    part = _over_russia(**wrong)
    done = write.release(
        tmp_path, making.story_shards(part, parts()["bare"]), CONFIG, labels.default(),
        inputs={}, token_bounds=making.token_bounds,
    )  # fmt: skip
    (refused,) = done.refused
    assert (refused.article, refused.span) == (part[0].id, part[1].spans[0].id)
    assert reason in refused.reason
    assert (list(done.left_out.values()), done.rows["articles"]) == ([1], 2)
    folder = Path(done.path)
    assert reason in (folder / "left_out.jsonl").read_text("utf-8")
    entities = [e["text"] for row in load_release(folder, split="train") for e in row["entities"]]
    assert entities == ["Kim"]


def test_an_article_whose_gold_is_of_other_sentences_is_refused_whole(tmp_path: Path) -> None:
    article, gold, story = _over_russia()
    broken = (article, gold.model_copy(update={"status": gold.status * 2}), story)
    done = write.release(
        tmp_path, making.story_shards(broken, parts()["bare"]), CONFIG, labels.default(),
        inputs={}, token_bounds=making.token_bounds,
    )  # fmt: skip
    (refused,) = done.refused
    assert (refused.article, refused.span) == (article.id, "")
    assert "2 statuses for 1 sentences" in refused.reason


def _misread(row: Row) -> None:
    row["entities"][0]["text"] = "other"


def _outside(row: Row) -> None:
    row["entities"][0]["end"] = 9999


@pytest.mark.parametrize("damage", [_misread, _outside])
def test_a_release_with_a_span_that_does_not_read_its_text_does_not_load(
    damage: Callable[[Row], None], dataset: Made, tmp_path: Path
) -> None:
    rows: making.Rowed = json.loads(json.dumps(dataset[0]))
    row = next(r for r in rows["sentences"] if r["entities"])
    damage(row)
    release = making.write(tmp_path / "0.1.0", rows, [], CONFIG)
    with pytest.raises(BuilderError, match=rf"parquet: row {row['id']}: entities\.0: span"):
        load_release(release, split=row["split"])
