"""The README of a release: metadata that loads, and a card that tells the truth."""

from pathlib import Path
from typing import Any

import yaml
from datasets import Features

from builder.release import manifest, tables
from builder.release.folder import read_rows
from builder.release.rows import Row
from builder.release.splits import LeftOut
from tests.release.conftest import CONFIG

Made = tuple[dict[str, list[Row]], list[LeftOut]]


def _head(folder: Path) -> dict[str, Any]:
    _, head, _ = (folder / "README.md").read_text("utf-8").split("---\n", 2)
    found: dict[str, Any] = yaml.safe_load(head)
    return found


def _text(folder: Path) -> str:
    return (folder / "README.md").read_text("utf-8").split("---\n", 2)[2]


def test_features_of_readme_parquet_and_code_are_the_same_in_the_same_order(released: Path) -> None:
    for info in _head(released)["dataset_info"]:
        declared = tables.features()[info["config_name"]]
        assert info["features"] == declared._to_yaml_list()
        said = Features._from_yaml_list(info["features"])
        for path in (released / info["config_name"]).glob("*.parquet"):
            assert list(tables.read_features(path).items()) == list(said.items())
            assert list(said.items()) == list(declared.items())


def test_sentences_are_the_default_config_and_articles_the_other(released: Path) -> None:
    configs = _head(released)["configs"]
    assert [(c["config_name"], c.get("default")) for c in configs] == [
        ("sentences", True), ("articles", None),
    ]  # fmt: skip
    assert {c["version"] for c in configs} == {"0.1.0"}


def test_splits_without_rows_are_not_named_and_the_others_are_counted(released: Path) -> None:
    counted = {
        info["config_name"]: {s["name"]: s["num_examples"] for s in info["splits"]}
        for info in _head(released)["dataset_info"]
    }
    assert counted == manifest.read(released)["rows"]
    assert list(counted["sentences"]) == ["train", "validation", "test"]
    assert list(counted["articles"]) == ["train", "test"]
    named = {c["config_name"]: [f["split"] for f in c["data_files"]]
             for c in _head(released)["configs"]}  # fmt: skip
    assert named == {name: list(splits) for name, splits in counted.items()}
    for name, splits in counted.items():
        rows = read_rows(released)[name]
        for split, number in splits.items():
            assert sum(r["split"] == split for r in rows) == number > 0


def test_the_digest_separates_rebuilds_in_the_readers_cache(released: Path) -> None:
    digest = manifest.read(released)["digest"]
    assert {i["description"] for i in _head(released)["dataset_info"]} == {f"sha256:{digest}"}
    assert f"`sha256:{digest}`" in _text(released)


def test_a_title_with_quotes_and_colons_stays_as_it_is(released: Path) -> None:
    assert _head(released)["pretty_name"] == CONFIG.title
    assert _text(released).lstrip().startswith(f"# {CONFIG.title} 0.1.0\n")


def test_the_card_counts_what_people_have_looked_at(released: Path, dataset: Made) -> None:
    sentences = dataset[0]["sentences"]
    machine = sum(r["status"] == "machine" for r in sentences)
    text = " ".join(_text(released).split())
    assert f"looked at {len(sentences) - machine} of the sentences" in text
    assert f"| machine | {machine} |" in text
    assert "| single | 1 |" in text
    assert "| agreed | 2 |" in text
    assert "| adjudicated | 0 |" in text
    assert "| SOURCE | 2 | 1 |" in text, "one of two SOURCE spans is a person's"
    assert "expert-generated" in _head(released)["annotations_creators"]


def test_every_field_that_the_card_names_is_in_a_row(released: Path) -> None:
    paths = {word for path in tables.fields(tables.features()) for word in path.split(".")}
    fields = {word.rstrip("[]") for word in paths}
    for name in ("part", "parts", "article_start", "alignment", "by", "status", "attributed_to"):
        assert f"`{name}`" in _text(released)
        assert name in fields
