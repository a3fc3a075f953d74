"""builder train from its command line to its model."""

import json
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner, Result

from builder.annotate.tagger import inference
from builder.cli import main
from builder.cli.lines import model as lines
from builder.workspace.folder import Workspace

torch.set_num_threads(1)
TEXT = "Ann Lee of Acme came to Oslo, in its {}th year."
SPANS = [("PER", "Ann Lee"), ("ORG", "Acme"), ("LOC", "Oslo")]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    spans = [
        {"start": TEXT.index(s), "end": TEXT.index(s) + len(s), "label": label}
        for label, s in SPANS
    ]
    lines = [json.dumps({"text": TEXT.format(n), "spans": spans}) for n in range(12)]
    (folder / "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def train(workspace: Workspace, *arguments: str) -> Result:
    done = CliRunner().invoke(
        main, ["train", *arguments, "--epochs", "1", "--workspace", str(workspace.root)]
    )
    assert done.exit_code == 0, done.output
    return done


def test_the_new_model_is_written_and_compared_with_the_one_it_started_from(
    workspace: Workspace, corpus: Path
) -> None:
    result = json.loads(train(workspace, str(corpus), "--json").stdout)
    assert result["folder"] == "models/tagger-1"
    low, high = result["evaluation"]["gain"]["names"]["ci95"]
    assert (result["better"], result["worse"]) == (low > 0, high < 0)
    meta = inference.load(workspace.root / "models" / "tagger-1").meta
    assert meta["evaluation"] == result["evaluation"]
    assert meta["version"] == "1"
    assert meta["sources"][-1]["files"][0]["name"] == "news.jsonl"
    assert [p.name for p in (workspace.root / "models").iterdir()] == ["tagger-1"]


def test_what_is_learned_from_is_said_before_training(workspace: Workspace, corpus: Path) -> None:
    lines = train(workspace, str(corpus)).stderr.splitlines()
    counts = [line.split()[2] for line in lines[:2]]
    assert sum(map(int, counts)) == 12
    assert lines[0] == (
        f"learning from {counts[0]} documents with these spans: "
        f"ORG {counts[0]}, PERSON {counts[0]}, PLACE {counts[0]}"
    )
    assert lines[1].startswith("holding out ")
    assert "step 1 of 1 (100%)" in lines[2] and "best so far" in lines[2]


def test_a_curve_starts_without_documents_and_tells_the_last_doubling(
    workspace: Workspace, corpus: Path
) -> None:
    done = train(workspace, str(corpus), "--curve")
    lines = done.stdout.splitlines()
    assert lines[1].split()[0] == "0"
    assert lines[-1].startswith("From ") and "F1 changed by" in lines[-1]
    assert "an eighth: step" in done.stderr
    assert not (workspace.root / "models").exists()


def test_other_commands_can_work_while_a_model_is_trained(
    workspace: Workspace, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = lines.progress

    def locked(progress: object) -> str:
        with workspace.lock():
            return said(progress)  # type: ignore[arg-type]

    monkeypatch.setattr(lines, "progress", locked)
    assert "step 1 of 1" in train(workspace, str(corpus)).stderr


def test_a_training_that_fails_leaves_no_folder_and_takes_no_number(
    workspace: Workspace, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(lines, "progress", lambda _: 1 / 0)
        command = ["train", str(corpus), "--workspace", str(workspace.root)]
        assert CliRunner().invoke(main, command).exit_code == 1
    assert not list((workspace.root / "models").iterdir())
    (workspace.root / "models" / ".tagger-1.partial").mkdir()
    assert "models/tagger-2: trained on" in train(workspace, str(corpus)).stdout
