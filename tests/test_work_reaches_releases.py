"""People's work goes into the next release, or is refused by name; what a hand made never does."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pyarrow import parquet

from builder.cli import main
from builder.dataset import left_out
from builder.records import Article
from builder.workspace.folder import Workspace, open_workspace
from tests import making

_ONE = "Russia said on Monday that Acme Corp. will open a plant in Norway.\n"
_TWO = "The central bank of Chile kept its rate at 5 percent, and prices are calm.\n"


@pytest.fixture
def root(workspace: Workspace) -> Path:
    for path in workspace.seed_folder.glob("*"):
        path.unlink()
    (workspace.seed_folder / "one.txt").write_text(_ONE)
    (workspace.seed_folder / "two.txt").write_text(_TWO)
    (workspace.root / "builder.toml").write_text('[annotate]\npipeline = "rules"\n')
    assert builder(workspace.root, "ingest").exit_code == 0
    return workspace.root


def builder(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--workspace", str(root)])


def article(root: Path, words: str) -> Article:
    found = open_workspace(root).articles.load().values()
    return next(article for article in found if words in article.text)


def correct(root: Path, words: str, label: str, revision: int = 1) -> Path:
    """Write a correction as pull does: one span over ``words``; return its file."""
    workspace, of = open_workspace(root), article(root, words)
    span = making.span(of, words, label)
    made = making.correction(making.suggestion(of), [span], revision=revision, minute=revision)
    workspace.corrections.add([made])
    return workspace.corrections.file(of.id)


def spoil(path: Path) -> None:
    """Let the spans of the last correction in a file read "Norway", wherever they lie."""
    *before, last = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for span in last["spans"]:
        span["text"] = "Norway"
    for change in last["changes"]:
        change["after"]["text"] = "Norway"
    path.write_text("".join(json.dumps(r) + "\n" for r in (*before, last)), "utf-8")


def entities(root: Path, version: str) -> list[tuple[str, str]]:
    """Return text and label of every entity of a release."""
    folder = root / "data" / "releases" / version / "sentences"
    rows = [
        row for path in folder.glob("*.parquet") for row in parquet.read_table(path).to_pylist()
    ]
    return [(span["text"], span["label"]) for row in rows for span in row["entities"]]


def test_a_correction_that_was_pulled_is_in_the_next_release_without_another_command(
    root: Path,
) -> None:
    assert builder(root, "release").exit_code == 0
    correct(root, "Russia", "ORG")
    done = builder(root, "release")
    assert (done.exit_code, "nothing has changed" in done.output) == (0, False)
    assert ("Russia", "ORG") in entities(root, "1.0.0" if "1.0.0" in done.output else "0.1.1")
    assert builder(root, "release", "--verify", "0.1.1").exit_code in (0, 1)


def test_a_new_revision_that_was_pulled_replaces_the_old_one_in_the_next_release(
    root: Path,
) -> None:
    correct(root, "Russia", "ORG")
    builder(root, "release")
    correct(root, "Russia", "PERSON", revision=2)
    version = json.loads(builder(root, "release", "--json").stdout)["version"]
    found = entities(root, version)
    assert ("Russia", "PERSON") in found and ("Russia", "ORG") not in found


def test_a_correction_over_other_words_than_it_says_is_refused_by_name_and_others_go_on(
    root: Path,
) -> None:
    path = correct(root, "Russia", "GPE")
    spoil(path)
    correct(root, "Chile", "ORG")
    done = builder(root, "review")
    assert done.exit_code == 1
    place = f"data/corrections/{path.name}:1"
    assert f"rejected: {place}: spans.0: span 0:6 reads 'Russia', not 'Norway'" in done.output
    assert f"{place}: changes.0.after: span 0:6 reads 'Russia', not 'Norway'" in done.output
    gold = open_workspace(root).gold.load()
    assert article(root, "Russia").id not in gold
    assert [s.label for s in gold[article(root, "Chile").id].spans] == ["ORG"]


def test_an_article_with_broken_work_that_was_never_released_is_left_out_and_said_to_be(
    root: Path,
) -> None:
    spoil(correct(root, "Russia", "GPE"))
    done = builder(root, "release", "--json")
    assert done.exit_code == 1, done.output
    version = json.loads(done.stdout)["version"]
    gone = {x.id: x.reason for _, x in left_out.read(root / "data" / "releases" / version)}
    identity = article(root, "Russia").id
    assert gone[identity].startswith(f"data/corrections/{identity}.jsonl:1: changes.0.after: ")
    assert gone[identity].endswith("span 0:6 reads 'Russia', not 'Norway'")
    assert builder(root, "release", "--verify", version).exit_code == 0
    assert not any("Norway" in text for text, _ in entities(root, version))


def test_a_release_does_not_drop_a_released_article_because_its_work_is_broken(root: Path) -> None:
    path = correct(root, "Russia", "GPE")
    builder(root, "release")
    spoil(path)
    correct(root, "Chile", "ORG")
    before = sorted((root / "data" / "releases").iterdir())
    done = builder(root, "release")
    assert done.exit_code == 1
    assert f"data/corrections/{path.name}:1: " in done.output
    assert "mend the line, or restore it from git" in done.output
    assert sorted((root / "data" / "releases").iterdir()) == before


def test_status_says_that_gold_cannot_be_read_where_there_is_nothing_to_build_it_from(
    root: Path,
) -> None:
    (root / "data" / "gold").mkdir()
    name = next((root / "data" / "articles").iterdir()).name
    (root / "data" / "gold" / name).write_text("garbage")
    assert "1 file of gold that cannot be read" in builder(root, "status").output


def _text(record: dict[str, Any]) -> None:
    record["spans"][0]["text"] = "Norway"


def _label(record: dict[str, Any]) -> None:
    record["spans"][0]["label"] = "KING"


def _maker(record: dict[str, Any]) -> None:
    record["spans"][0]["by"] = "by-hand"


def _all(record: dict[str, Any]) -> None:
    record["spans"] = []


@pytest.mark.parametrize("edit", [_text, _label, _maker, _all])
@pytest.mark.parametrize("folder", ["suggestions", "gold"])
@pytest.mark.parametrize("cached", [True, False])
def test_what_a_hand_wrote_into_suggestions_or_gold_never_survives(
    root: Path, folder: str, edit: Callable[[dict[str, Any]], None], cached: bool
) -> None:
    assert builder(root, "review").exit_code == 0
    path = next(
        path for path in sorted((root / "data" / folder).iterdir()) if "Acme" in path.read_text()
    )
    wanted = path.read_bytes()
    record = json.loads(wanted)
    edit(record)
    path.write_text(json.dumps(record) + "\n")
    if not cached:
        shutil.rmtree(root / ".builder" / "cache")
    done = builder(root, "release")
    assert done.exit_code == 0, done.output
    assert path.read_bytes() == wanted
    verified = builder(root, "release", "--verify", "0.1.0")
    assert "every file is the same byte for byte" in verified.output
