"""The README of a release: metadata that loads, and a card that tells the truth."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from datasets import Features
from datasets.utils.resources import __file__ as hub_lists

from builder import labels
from builder.dataset import features, schema
from builder.release.card import readme
from builder.release.card.metadata import Card
from builder.release.card.origins import Effort, Origins
from builder.release.card.statements import statements
from builder.release.tally import SplitSize
from builder.review.quality import LabelQuality
from builder.workspace.config import Rights
from tests import making
from tests.release.conftest import CONFIG, Made


def _head(folder: Path) -> dict[str, Any]:
    _, head, _ = (folder / "README.md").read_text("utf-8").split("---\n", 2)
    found: dict[str, Any] = yaml.safe_load(head)
    return found


def _text(folder: Path) -> str:
    return (folder / "README.md").read_text("utf-8").split("---\n", 2)[2]


def test_features_of_readme_parquet_and_code_are_the_same_in_the_same_order(released: Path) -> None:
    for info in _head(released)["dataset_info"]:
        declared = making.features()[info["config_name"]]
        assert info["features"] == declared._to_yaml_list()
        said = Features._from_yaml_list(info["features"])
        for path in (released / info["config_name"]).glob("*.parquet"):
            assert list(making.read_features(path).items()) == list(said.items())
            assert list(said.items()) == list(declared.items())


def test_sentences_are_the_default_config_beside_articles_and_claims(released: Path) -> None:
    configs = _head(released)["configs"]
    assert [(c["config_name"], c.get("default")) for c in configs] == [
        ("sentences", True), ("articles", None), ("claims", None),
    ]  # fmt: skip
    assert {c["version"] for c in configs} == {"0.1.0"}


def test_splits_without_rows_are_not_named_and_the_others_are_counted(released: Path) -> None:
    counted = {
        info["config_name"]: {s["name"]: s["num_examples"] for s in info["splits"]}
        for info in _head(released)["dataset_info"]
    }
    assert counted == {name: of for name, of in making.said(released)["rows"].items() if of}
    assert list(counted["sentences"]) == ["train", "validation", "test"]
    assert list(counted["articles"]) == ["train", "test"]
    named = {c["config_name"]: [f["split"] for f in c["data_files"]]
             for c in _head(released)["configs"]}  # fmt: skip
    assert named == {name: list(splits) for name, splits in counted.items()}
    for name, splits in counted.items():
        rows = making.read_rows(released)[name]
        for split, number in splits.items():
            assert sum(r["split"] == split for r in rows) == number > 0


def test_the_digest_separates_rebuilds_in_the_readers_cache(released: Path) -> None:
    digest = making.said(released)["digest"]
    assert {i["description"] for i in _head(released)["dataset_info"]} == {f"sha256:{digest}"}
    assert f"`sha256:{digest}`" in _text(released)


def test_a_title_with_quotes_and_colons_stays_as_it_is(released: Path) -> None:
    assert _head(released)["pretty_name"] == CONFIG.title
    assert _text(released).lstrip().startswith(f"# {CONFIG.title} 0.1.0\n")


def test_the_card_counts_what_people_have_looked_at(released: Path, dataset: Made) -> None:
    sentences = dataset[0]["sentences"]
    machine = sum(r["status"] == "machine" for r in sentences)
    text = _text(released)
    assert f"looked at {len(sentences) - machine} of the sentences" in text
    assert "| sentences that are | machine | disputed | single | agreed | adjudicated |" in text
    assert f"| | {machine} | 0 | 1 | 2 | 0 |" in text
    assert "| SOURCE | 2 | 1 |" in text, "one of two SOURCE spans is a person's"
    assert "other" in _head(released)["annotations_creators"]


def test_every_field_that_the_card_names_is_in_a_row(released: Path) -> None:
    schema_of = {name: schema.features(name, labels.default()) for name in schema.CONFIGS}
    named = {word for path in features.paths(schema_of) for word in path.split(".")}
    fields = {word.rstrip("[]") for word in named}
    for name in ("part", "parts", "article_start", "alignment", "by", "status", "attributed_to"):
        assert f"`{name}`" in _text(released)
        assert name in fields


# --- the Hub's fixed lists ------------------------------------------------------------------

# What the Hub calls tasks, of its list for all libraries: huggingface.js,
# packages/tasks/src/pipelines.ts. Those that name entities and claims in text could take.
_TASKS = {"token-classification": {"named-entity-recognition"}, "text-classification": set[str]()}


def _hub_list(name: str) -> Any:
    """Return a list of the Hub's that ``datasets`` brings along."""
    return json.loads((Path(hub_lists).parent / f"{name}.json").read_text("utf-8"))


def test_every_value_of_the_metadata_is_one_that_the_hub_knows(released: Path) -> None:
    head, creators = _head(released), _hub_list("creators")
    assert set(head["annotations_creators"]) <= set(creators["annotations"])
    assert set(head["multilinguality"]) <= _hub_list("multilingualities").keys()
    assert set(head["size_categories"]) <= set(_hub_list("size_categories"))
    assert set(head["language"]) <= _hub_list("languages").keys()
    assert set(head["task_categories"]) <= _TASKS.keys()
    assert set(head["task_ids"]) <= set().union(*(_TASKS[x] for x in head["task_categories"]))
    assert head["license"] == "unknown"


@pytest.mark.parametrize(
    ("rows", "category"), [(1, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**6, "1M<n<10M")]
)
def test_the_size_is_in_the_category_that_holds_it(dataset: Made, rows: int, category: str) -> None:
    sizes = {"sentences": {"train": SplitSize(rows, 1)}}
    tally, declared = making.tally(dataset[0]), labels.default()
    said = statements(CONFIG, "0.1.0", tally, Origins(), declared, Rights(), {})
    card = Card(CONFIG, "0.1.0", "", sizes, tally, said, (), declared, Rights())
    text = readme.render(card)
    assert yaml.safe_load(text.split("---\n")[1])["size_categories"] == [category]


# --- what a reader wants to know ------------------------------------------------------------


@pytest.fixture(scope="session")
def worked_card(dataset: Made, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The card of a release behind which a person's work stands."""
    behind = Origins(
        quality=(LabelQuality("GPE", 4, 5, 3), LabelQuality("NORP", 0, 1, 0)),
        tasks={"annotator-1": 2},
        assisted=Effort(2, 600, 400),
        guidelines=("1.0",),
    )
    path = tmp_path_factory.mktemp("worked") / "0.1.0"
    return _text(making.write(path, *dataset, CONFIG, behind))


def test_what_it_is_bad_at_stands_before_what_is_in_it(released: Path) -> None:
    text = _text(released)
    assert text.index("what it is bad at") < text.index("What is in a row")


def test_figures_of_suggestions_stand_beside_the_labels(worked_card: str) -> None:
    lines = worked_card.splitlines()
    assert "| label | spans | people's | precision | recall | F1 |" in lines
    assert "| GPE | 1 | 0 | 75.0% | 60.0% | 66.7% |" in lines
    assert "| NORP | 1 | 1 | - | 0.0% | 0.0% |" in lines
    assert "| **entity** | 5 | 2 | 75.0% | 50.0% | 60.0% |" in lines
    assert "| **claim** | 3 | 1 | - | - | - |" in lines


def test_a_baseline_says_how_much_it_is_worth(worked_card: str, released: Path) -> None:
    assert "It is the baseline to beat, and flattered" in worked_card
    assert "flattered" not in _text(released), "nothing is measured there"


def test_tables_of_the_card_are_whole(worked_card: str) -> None:
    for block in re.findall(r"(?:^\|.*\n)+", worked_card, re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1, block
    assert worked_card.count("|---") > 3


def test_files_that_the_card_links_to_are_there(released: Path) -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", _text(released))
    assert sorted(linked) == ["LICENSE", "croissant.json", "labels.svg"]
    assert all((released / name).is_file() for name in linked)


def test_the_card_is_short_enough_to_be_read(worked_card: str) -> None:
    assert len(worked_card.split()) < 1400


def test_a_claim_is_shown_as_it_is_in_the_data(tmp_path: Path) -> None:
    article = making.article("Kim said it rained.", "Long ago, in a town, Lee said it snowed.")
    spans = [
        making.span(article, words, label)
        for words, label in (("it rained", "CLAIM"), ("Kim", "SOURCE"), ("said", "CUE"))
    ]
    links = [
        making.link(spans[0], "attributed_to", spans[1]),
        making.link(spans[0], "introduced_by", spans[2]),
    ]
    made = making.machine_gold(article, *spans, relations=links)
    rows = making.rows((article, made, making.story(article)))
    text = _text(making.write(tmp_path / "0.1.0", *rows, CONFIG))
    assert 'text: "it rained"\n' in text
    assert 'context: "Kim said it rained."\n' in text
    assert 'sources: ["Kim"]\ncues: ["said"]\n' in text
