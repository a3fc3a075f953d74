"""Readers get the version that they ask for, whole, or an error: on the Hub as on a disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from datasets import DatasetDict

from builder import load_release, pipeline
from builder.errors import BuilderError
from builder.workspace.folder import Workspace
from tests.publish.conftest import REPOSITORY, TARGET, WHEN
from tests.publish.hub import TOKEN, StandIn

ROWS = {"0.1.0": 6, "0.2.0": 7}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the Hub's library."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def both(news: Workspace, hub: StandIn, cache: Path) -> StandIn:
    """The Hub with two versions, of which nothing was read yet."""
    for version in ROWS:
        pipeline.publish(news, TARGET, version, when=WHEN)
    return hub


def number_of_rows(version: str) -> int:
    loaded = load_release(TARGET, version=version)
    assert isinstance(loaded, DatasetDict)
    return sum(split.num_rows for split in loaded.values())


def test_each_version_is_read_as_it_was_published(both: StandIn) -> None:
    assert {version: number_of_rows(version) for version in ROWS} == ROWS
    empty = load_release(TARGET, "claims", "test", version="0.2.0")
    assert empty.num_rows == 0


def test_without_the_hub_the_version_that_was_read_is_read_again_and_no_other(
    both: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {version: number_of_rows(version) for version in ROWS} == ROWS
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert {version: number_of_rows(version) for version in ROWS} == ROWS
    with pytest.raises(BuilderError, match=r"version 0\.3\.0 cannot be fetched"):
        number_of_rows("0.3.0")


def test_a_version_that_is_not_there_or_not_named_is_told(both: StandIn) -> None:
    with pytest.raises(BuilderError, match=r"version 9\.9\.9 cannot be fetched") as caught:
        number_of_rows("9.9.9")
    assert TOKEN not in str(caught.value)
    with pytest.raises(BuilderError, match="say which version is wanted"):
        load_release(TARGET)


def test_a_tag_that_was_set_to_another_version_is_found(both: StandIn) -> None:
    repo = both.repos[REPOSITORY]
    repo.tags["0.1.0"] = repo.tags["0.2.0"]
    with pytest.raises(BuilderError, match=r"holds 0\.2\.0 where 0\.1\.0 was asked for"):
        number_of_rows("0.1.0")


def test_a_copy_that_was_spoilt_in_the_cache_is_found(both: StandIn, cache: Path) -> None:
    number_of_rows("0.1.0")
    [path] = cache.rglob("sentences/test-00000-of-00001.parquet")
    path.resolve().write_bytes(b"PAR1")
    with pytest.raises(BuilderError, match=r"test-00000-of-00001\.parquet.*load it again"):
        number_of_rows("0.1.0")


def test_a_manifest_that_names_files_elsewhere_writes_nothing_there(
    news: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    share = tmp_path / "share"
    pipeline.publish(news, str(share), "0.1.0", when=WHEN)
    path = share / "0.1.0" / "manifest.json"
    path.write_text(path.read_text().replace('"README.md"', '"../../../README.md"'))
    with pytest.raises(BuilderError, match="outside of the release"):
        load_release(f"file://{share}", version="0.1.0")
    assert not list(tmp_path.glob("**/README.md.partial"))


_STRANGERS = """
import spacy
from datasets import load_dataset
from spacy.training import Example
rows = load_dataset("{repository}", split="train+validation+test", revision="{version}")
print(rows.num_rows)
checked = rows.filter(lambda row: row["status"] != "machine")
nlp = spacy.blank("en")
nlp.add_pipe("ner")
of = lambda row: [(e["start"], e["end"], e["label"]) for e in row["entities"]]
gold = [Example.from_dict(nlp.make_doc(r["text"]), {{"entities": of(r)}}) for r in checked]
nlp.initialize(lambda: gold)
print(checked.num_rows, nlp.update(gold)["ner"] > 0)
"""


def test_a_strangers_script_loads_an_older_version_filters_peoples_work_and_trains(
    both: StandIn, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _STRANGERS.format(repository=REPOSITORY, version="0.1.0")],
        env={**os.environ, "HF_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["6", "3", "True"], done.stderr[-2000:]
