"""builder train up to where it needs torch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builder import pipeline
from builder.cli import main
from builder.workspace.folder import Workspace
from tests import making
from tests.making import article, correction, span, story, suggestion


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
