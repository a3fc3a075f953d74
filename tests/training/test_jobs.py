"""builder evaluate and builder train as their users meet them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import spacy
from click.testing import CliRunner
from spacy.language import Language
from spacy.tokens import Doc, Span

from builder.annotate.pipelines import load_pipeline
from builder.annotate.tagger import inference
from builder.cli import main
from builder.workspace.folder import Workspace

_TEXT = "Angela Merkel said that Microsoft had left London."
_NAMES = [("PER", "Angela Merkel"), ("ORG", "Microsoft"), ("LOC", "London")]
_CLAIMS = [
    ("SOURCE", "Angela Merkel"),
    ("CUE", "said"),
    ("CONTENT", "that Microsoft had left London"),
]


def _file(folder: Path, spans: list[tuple[str, str]], text: str = _TEXT) -> Path:
    path = folder / "gold.jsonl"
    found = [
        {"start": text.index(s), "end": text.index(s) + len(s), "label": label}
        for label, s in spans
    ]
    path.write_text(json.dumps({"text": text, "spans": found}) + "\n", encoding="utf-8")
    return path


def _evaluate(*words: str, code: int = 0) -> Any:
    done = CliRunner().invoke(main, ["evaluate", *words, "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if code == 0 else done.stderr


def test_the_report_has_the_documented_form(tmp_path: Path) -> None:
    report = _evaluate(str(_file(tmp_path, _NAMES)), "--task", "entities")
    assert list(report) == [
        "task", "file", "documents", "seconds", "words_per_second", "strict", "partial",
    ]  # fmt: skip
    for kind in ("strict", "partial"):
        assert set(report[kind]) == {"micro", "labels"}
        for row in (report[kind]["micro"], *report[kind]["labels"].values()):
            assert set(row) == {"precision", "recall", "f1", "ci95"}
            assert all(0 <= row[name] <= 1 for name in ("precision", "recall", "f1"))


def test_names_are_compared_in_the_labels_of_the_file(tmp_path: Path) -> None:
    report = _evaluate(str(_file(tmp_path, _NAMES)), "--task", "entities")
    assert set(report["strict"]["labels"]) == {"PER", "ORG", "LOC"}
    assert report["strict"]["micro"]["f1"] == 1


def test_contents_are_claims(tmp_path: Path) -> None:
    report = _evaluate(str(_file(tmp_path, _CLAIMS)), "--task", "claims")
    assert report["strict"]["micro"]["f1"] == 1


def test_wrong_bounds_count_partly_and_a_wrong_label_not_at_all(tmp_path: Path) -> None:
    path = _file(tmp_path, [("PER", "Merkel"), ("PER", "Microsoft")])
    report = _evaluate(str(path), "--task", "entities")
    assert report["strict"]["micro"]["f1"] == 0
    assert report["partial"]["micro"]["recall"] == 0.5


def test_sentences_are_compared_by_their_bounds(tmp_path: Path) -> None:
    path = tmp_path / "sentences.jsonl"
    text = "One is here. Two is there."
    path.write_text(json.dumps({"text": text, "starts": [0, 13], "ends": [12, 26]}) + "\n")
    assert _evaluate(str(path), "--task", "sentences")["strict"]["micro"]["f1"] == 1


def test_errors_are_listed_in_their_context(tmp_path: Path) -> None:
    path = _file(tmp_path, [("PER", "Merkel")])
    done = CliRunner().invoke(main, ["evaluate", str(path), "--task", "entities", "--errors"])
    assert "missed PER" in done.stdout
    assert "Angela [Merkel] said" in done.stdout


def test_a_bad_line_is_named_with_its_file(tmp_path: Path) -> None:
    path = _file(tmp_path, _NAMES)
    path.write_text(path.read_text("utf-8") + '{"text": "x"}\n', encoding="utf-8")
    message = _evaluate(str(path), "--task", "entities", code=1)
    assert f"{path}:2" in message
    assert "Traceback" not in message


def test_a_missing_file_and_an_unknown_pipeline_are_said_plainly(tmp_path: Path) -> None:
    assert "no.jsonl" in _evaluate(str(tmp_path / "no.jsonl"), "--task", "entities", code=1)
    path = str(_file(tmp_path, _NAMES))
    message = _evaluate(path, "--task", "entities", "--pipeline", "no_such", code=1)
    assert "no_such" in message


@pytest.mark.parametrize("command", ["evaluate", "train"])
def test_the_command_has_help(command: str) -> None:
    done = CliRunner().invoke(main, [command, "--help"])
    assert done.exit_code == 0
    assert "Usage" in done.stdout


def test_a_file_in_ontonotes_labels_is_compared_label_by_label(tmp_path: Path) -> None:
    text = "Angela Merkel paid $3 million in London on Friday."
    spans = [
        ("PERSON", "Angela Merkel"),
        ("MONEY", "$3 million"),
        ("GPE", "London"),
        ("DATE", "Friday"),
    ]
    report = _evaluate(str(_file(tmp_path, spans, text)), "--task", "entities")
    assert set(report["strict"]["labels"]) == {"PERSON", "MONEY", "GPE", "DATE"}
    assert report["strict"]["micro"]["f1"] == 1


def test_a_file_with_nothing_to_compare_is_an_error_and_no_perfect_score(tmp_path: Path) -> None:
    message = _evaluate(
        str(_file(tmp_path, [("Weapon", "Microsoft")])), "--task", "entities", code=1
    )
    assert "holds no label to compare entities with; its labels: Weapon" in message


def test_a_model_that_the_workspace_names_is_found_from_anywhere(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(inference.MODEL, workspace.root / "models" / "tagger-1")
    settings = '[annotate]\npipeline = "models/tagger-1"\n'
    (workspace.root / "builder.toml").write_text(settings, encoding="utf-8")
    path = str(_file(tmp_path, _NAMES))
    monkeypatch.chdir(tmp_path)
    report = _evaluate(path, "--task", "entities", "--workspace", str(workspace.root))
    assert report["strict"]["micro"]["f1"] == 1


@pytest.mark.parametrize("named", [[], ["--pipeline", "builder"]])
def test_a_workspace_that_does_not_exist_is_an_error(tmp_path: Path, named: list[str]) -> None:
    words = ["--task", "entities", "--workspace", str(tmp_path / "nowhere"), *named]
    assert "nowhere/builder.toml: not found" in _evaluate(
        str(_file(tmp_path, _NAMES)), *words, code=1
    )


@pytest.mark.parametrize("exported", [False, True])
def test_claims_in_the_newspapers_own_voice_are_left_out_for_every_pipeline(
    tmp_path: Path, exported: bool
) -> None:
    text = f"{_TEXT} Russia approved 806 work permits for North Koreans this year."
    name = "builder"
    if exported:
        name = str(tmp_path / "exported")
        load_pipeline("builder").to_disk(name)
    path = str(_file(tmp_path, _CLAIMS, text))
    report = _evaluate(path, "--task", "claims", "--pipeline", name)
    assert report["strict"]["micro"]["f1"] == 1


def test_errors_are_in_the_json_when_they_are_asked_for(tmp_path: Path) -> None:
    path = str(_file(tmp_path, [("PER", "Merkel")]))
    assert "errors" not in _evaluate(path, "--task", "entities")
    assert _evaluate(path, "--task", "entities", "--errors")["errors"] == [
        {
            "kind": kind,
            "label": "PER",
            "document": "gold:1",
            "start": start,
            "end": 13,
            "context": context + " said that Microsoft had left London.",
        }
        for kind, start, context in (
            ("wrong", 0, "[Angela Merkel]"),
            ("missed", 7, "Angela [Merkel]"),
        )
    ]


@Language.component("says_nothing")
def _says_nothing(doc: Doc) -> Doc:
    """Find names as GLiNER's component does: any case, and without saying what it fills."""
    doc.ents = [
        Span(doc, 0, 2, label="person"),
        Span(doc, 4, 5, label="organization"),
        Span(doc, 7, 8, label="Location"),
    ]
    return doc


def _pipeline(folder: Path, pipe: str, config: dict[str, str]) -> list[str]:
    nlp = spacy.blank("en")
    nlp.add_pipe(pipe, config=config)
    nlp.to_disk(folder / "pipeline")
    return ["--pipeline", str(folder / "pipeline")]


def test_labels_of_any_case_are_compared_and_a_silent_component_is_taken_for_entities(
    tmp_path: Path,
) -> None:
    named = _pipeline(tmp_path, "says_nothing", {})
    report = _evaluate(str(_file(tmp_path, _NAMES)), "--task", "entities", *named)
    assert report["strict"]["micro"]["f1"] == 1


@pytest.mark.filterwarnings("ignore:.*W036")
@pytest.mark.parametrize(
    ("task", "pipe", "config", "fault"),
    [
        ("claims", "entity_ruler", {}, "suggests no claims"),
        ("entities", "span_ruler", {"spans_key": "claim"}, "suggests no entities"),
        ("sentences", "entity_ruler", {}, "sets no sentence boundaries"),
    ],
)
def test_a_pipeline_that_does_not_do_the_task_is_an_error_and_no_zero(
    tmp_path: Path,
    task: str,
    pipe: str,
    config: dict[str, str],
    fault: str,
) -> None:
    named = _pipeline(tmp_path, pipe, config)
    path = _file(tmp_path, _NAMES)
    if task == "sentences":
        path.write_text('{"text": "One. Two.", "starts": [0, 5], "ends": [4, 9]}\n')
    message = _evaluate(str(path), "--task", task, *named, code=1)
    assert fault in message
    assert f"/pipeline' are {pipe}" in message


def test_labels_left_out_of_account_are_said_on_stderr(tmp_path: Path) -> None:
    path = str(_file(tmp_path, [*_NAMES, ("MISC", "left")]))
    done = CliRunner().invoke(main, ["evaluate", path, "--task", "entities", "--json"])
    assert "gold labels left out of account: MISC" in done.stderr
    json.loads(done.stdout)
