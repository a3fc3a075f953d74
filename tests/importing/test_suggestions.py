"""A machine that the builder does not run suggests: stored, shown where wanted, credited."""

import logging
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from builder import pipeline
from builder.annotate import stage
from builder.cli import main
from builder.dataset import manifest
from builder.errors import BuilderError
from builder.release import inputs
from builder.status import status
from builder.studio.shown import shown_suggestions
from builder.validate.levels import validate
from builder.workspace.folder import Workspace, open_workspace
from tests.importing.conftest import (
    TEXTS,
    article,
    contents,
    lines,
    marked,
    prefer,
    reasons,
    suggestions,
)

NORWAY = TEXTS[0].strip()
FIRST, SECOND = NORWAY.split("\n\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    record = marked(NORWAY, ("Maria Lopez", "person"), ("Oslo", "GPE"))
    record["spans"][0]["score"] = 0.7
    return lines(tmp_path / "llm.jsonl", record)


def suggested(workspace: Workspace, words: str = "Norway") -> set[tuple[str, str]]:
    return contents(workspace.suggestions.load()[article(workspace, words).id].spans)


def test_suggestions_of_a_machine_are_kept_apart_until_the_workspace_wants_them(
    held: Workspace, file: Path
) -> None:
    pipeline.annotate(held)
    before = held.suggestions.load()
    done = suggestions(held, file)
    assert (done.new, done.rejected) == (1, [])
    pipeline.annotate(open_workspace(held.root))
    assert held.suggestions.load() == before
    (kept,) = held.imported.load().values()
    assert (kept.producer.name, kept.producer.version) == ("llm", "1")
    assert [(s.text, s.by, s.score) for s in kept.spans] == [
        ("Maria Lopez", "llm@1", 0.7),
        ("Oslo", "llm@1", None),
    ]
    assert validate(open_workspace(held.root)).findings == []


def test_wanted_suggestions_are_what_annotators_and_gold_get(held: Workspace, file: Path) -> None:
    suggestions(held, file)
    wanted = prefer(held, "import:llm@1")
    assert pipeline.annotate(wanted).producer == "llm 1"
    assert suggested(wanted) == {("Maria Lopez", "PERSON"), ("Oslo", "GPE")}
    shown = shown_suggestions(wanted)[article(wanted, "Norway").id]
    assert shown.producer.fingerprint == stage.fingerprint(wanted)
    pipeline.review(wanted)
    gold = wanted.gold.load()[article(wanted, "Norway").id]
    assert {s.by for s in gold.spans} == {"llm@1"}
    assert validate(open_workspace(held.root)).findings == []


def test_annotate_finds_nothing_to_do_the_second_time_and_throws_nothing_away(
    held: Workspace, file: Path
) -> None:
    suggestions(held, file)
    wanted = prefer(held, "import:llm@1")
    pipeline.annotate(wanted)
    again = open_workspace(held.root)
    assert status(again).stages[1].due == ""
    assert pipeline.annotate(again).new == 0
    pipeline.annotate(open_workspace(held.root), force=True)
    assert suggested(again) == {("Maria Lopez", "PERSON"), ("Oslo", "GPE")}


def test_importing_more_of_the_machine_makes_its_suggestions_due(
    held: Workspace, file: Path, tmp_path: Path
) -> None:
    suggestions(held, file)
    wanted = prefer(held, "import:llm@1")
    pipeline.annotate(wanted)
    before = stage.fingerprint(wanted)
    assert suggestions(held, file).unchanged == 1
    assert stage.fingerprint(open_workspace(held.root)) == before
    later = lines(tmp_path / "more.jsonl", marked(SECOND, ("Ivar Berg", "PERSON")))
    assert suggestions(held, later).changed == 1
    again = open_workspace(held.root)
    assert stage.fingerprint(again) != before
    assert "another pipeline or version" in status(again).stages[1].due
    pipeline.annotate(again)
    assert suggested(again) == {("Maria Lopez", "PERSON"), ("Ivar Berg", "PERSON")}


def test_an_article_without_imported_suggestion_is_told_and_begins_with_none(
    held: Workspace, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    suggestions(held, file)
    wanted = prefer(held, "import:llm@1")
    with caplog.at_level(logging.INFO):
        done = pipeline.annotate(wanted)
    assert "2 articles without an imported suggestion of llm@1" in caplog.text
    assert done.articles == 3
    empty = wanted.suggestions.load()[article(wanted, "Garissa").id]
    assert (empty.spans, empty.scope.layers) == ((), ())


@pytest.mark.parametrize("name", ["import:llm@2", "import:llm", "import:", "import:a/b@1"])
def test_a_machine_of_which_nothing_was_imported_is_named(
    held: Workspace, file: Path, name: str
) -> None:
    suggestions(held, file)
    with pytest.raises(BuilderError, match=r"llm@1|NAME@VERSION"):
        pipeline.annotate(prefer(held, name))


@pytest.mark.parametrize("name", ["llm", "a/b@1", "a b@1", "@1", "llm@", "builder@1", "a@b@1"])
def test_a_producer_that_cannot_be_named_so_is_refused(
    held: Workspace, file: Path, name: str
) -> None:
    with pytest.raises(BuilderError, match=r"NAME@VERSION|builder's own"):
        suggestions(held, file, producer=name)


def test_status_counts_what_was_imported(held: Workspace, file: Path) -> None:
    suggestions(held, file)
    suggestions(held, file, producer="gliner@2.1")
    told = status(open_workspace(held.root)).stages[1].holds
    assert told.endswith("; imported: gliner@2.1 of 1 article, llm@1 of 1 article")


def test_a_release_names_the_machine_and_counts_its_files_among_its_inputs(
    held: Workspace, file: Path
) -> None:
    suggestions(held, file)
    wanted = prefer(held, "import:llm@1")
    made = pipeline.release(wanted)
    said = manifest.read(wanted.root / made.path)
    assert said.models == ("llm@1",)
    assert said.pipelines == (f"llm@1#{stage.fingerprint(wanted)}",)
    assert "imported" in (said.inputs or {})
    card = (wanted.root / made.path / "README.md").read_text("utf-8")
    assert "llm@1" in card
    assert "imported" not in inputs.digests(prefer(held, "rules"), wanted.labels)


def test_a_retracted_articles_suggestions_leave_the_workspace(held: Workspace, file: Path) -> None:
    suggestions(held, file)
    gone = article(held, "Norway").id
    pipeline.retract(open_workspace(held.root), gone, "asked for", date(2026, 3, 2))
    assert held.imported.load() == {}
    done = suggestions(held, file)
    assert done.new == 0 and len(reasons(done)) == 1


def test_validate_finds_an_imported_suggestion_that_was_changed_by_hand(
    held: Workspace, file: Path
) -> None:
    suggestions(held, file)
    (path,) = held.imported.files()
    path.write_text(path.read_text("utf-8").replace('"text":"Oslo"', '"text":"Rome"'), "utf-8")
    found = validate(open_workspace(held.root)).findings
    assert any("reads 'Oslo', not 'Rome'" in f.reason for f in found)


def test_the_command_says_how_the_suggestions_are_shown(held: Workspace, file: Path) -> None:
    words = ["import", str(file), "--format", "jsonl", "--as", "suggestions"]
    words += ["--producer", "llm@1", "--workspace", str(held.root)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0
    assert '[annotate] pipeline = "import:llm@1"' in done.stdout
