"""builder train up to where it needs torch."""

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from builder import pipeline
from builder.cli import main
from builder.workspace.folder import Workspace
from tests import making
from tests.making import article, correction, span, story, suggestion
from tests.training.marking import page, written


def _file(folder: Path) -> Path:
    path = folder / "gold.jsonl"
    record = {"text": "Ann left.", "spans": [{"start": 0, "end": 3, "label": "PER"}]}
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return path


def _train(workspace: Workspace, *words: str) -> Result:
    return CliRunner().invoke(main, ["train", *words, "--workspace", str(workspace.root)])


def test_training_without_corrections_says_what_is_missing(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    done = _train(workspace)
    assert done.exit_code == 1
    assert "too little to train on: 0 of at least two stories or documents" in done.stderr


@pytest.mark.parametrize(
    "option",
    [("--epochs", "0"), ("--epochs", "-1"), ("--epochs", "nan"), ("--epochs", "inf"),
     ("--epochs", "many"), ("--seed", "-1"), ("--seed", str(2**64))],
)  # fmt: skip
def test_epochs_and_seeds_that_make_no_sense_are_usage_errors(
    workspace: Workspace, option: tuple[str, str]
) -> None:
    done = _train(workspace, *option)
    assert done.exit_code == 2
    assert option[0] in done.stderr


def test_a_folder_that_is_missing_or_a_file_is_said_plainly(
    workspace: Workspace, tmp_path: Path
) -> None:
    done = _train(workspace, str(tmp_path / "nowhere"))
    assert done.exit_code == 1 and "nowhere: not found" in done.stderr
    done = _train(workspace, str(_file(tmp_path)))
    assert done.exit_code == 1 and "gold.jsonl: is a file: name its folder" in done.stderr


def test_training_reads_what_people_corrected_since_the_last_review(workspace: Workspace) -> None:
    news = article("Ann said that it rained.")
    suggested = suggestion(news, span(news, "Ann", "PERSON"))
    workspace.articles.save([news])
    workspace.stories.save([story(news)])
    making.put_suggestions(workspace, [suggested])
    workspace.corrections.save([correction(suggested, suggested.spans)])
    assert "1 of at least two stories" in _train(workspace).stderr
    assert workspace.gold.load()[news.id].status[0].entity == "single"


def test_without_torch_the_message_names_it_and_a_command(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = _file(tmp_path)
    path.write_text(path.read_text("utf-8") * 2, encoding="utf-8")
    program = "import sys; sys.modules['torch'] = None; from builder.cli import main; main()"
    words = ["train", str(path.parent), "--workspace", str(workspace.root)]
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True)
    assert done.returncode == 1
    assert "training needs torch" in done.stderr
    assert "uv pip install --python .venv/bin/python --torch-backend cpu torch" in done.stderr


@pytest.fixture
def with_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("lightgbm", "onnx"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))


@pytest.mark.usefixtures("with_trees")
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([page(n, 4) for n in range(40)], "40 pages of 4 outlets"),
        ([page(n, 12) for n in range(12)], "12 pages of 12 outlets"),
        ([*(page(n, 12) for n in range(40)), {"dump": "a"}], "pages.jsonl:41: body: must be"),
    ],
)
def test_too_few_or_wrong_pages_for_the_cleaner_are_a_clear_error(
    workspace: Workspace, tmp_path: Path, rows: list[dict[str, str]], said: str
) -> None:
    done = _train(workspace, "--task", "cleaning", str(written(tmp_path / "pages.jsonl", rows)))
    assert done.exit_code == 1
    assert said in done.stderr


@pytest.mark.usefixtures("with_trees")
def test_pages_of_which_too_few_hold_their_articles_are_counted(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = [page(n, 12) for n in range(40)]
    rows = [{**row, "body": "Another text than this page's."} if n < 20 else row
            for n, row in enumerate(rows)]  # fmt: skip
    done = _train(workspace, "--task", "cleaning", str(written(tmp_path / "pages.jsonl", rows)))
    assert done.exit_code == 1
    assert "holds 20 usable pages" in done.stderr


def test_training_the_cleaner_names_the_extra_that_it_lacks(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    done = _train(workspace, "--task", "cleaning", str(tmp_path / "pages.jsonl"))
    assert done.exit_code == 1
    assert "lightgbm" in done.stderr and "[train]" in done.stderr


@pytest.mark.parametrize(
    "words",
    [["--task", "cleaning"], ["--task", "cleaning", "a.jsonl", "--curve"],
     ["--task", "cleaning", "a.jsonl", "--epochs", "3"]],
)  # fmt: skip
def test_options_of_the_tagger_do_not_go_with_the_cleaner(
    workspace: Workspace, words: list[str]
) -> None:
    assert _train(workspace, *words).exit_code == 2


def test_a_cleaner_that_is_not_there_is_named_before_anything_is_read(workspace: Workspace) -> None:
    with (workspace.root / "builder.toml").open("a") as file:
        file.write('\n[ingest]\ncleaner = "models/cleaner-7"\n')
    done = CliRunner().invoke(main, ["ingest", "--workspace", str(workspace.root)])
    assert done.exit_code == 1
    assert "cleaner-7: no model of lines" in done.stderr
    assert "builder train --task cleaning" in done.stderr
