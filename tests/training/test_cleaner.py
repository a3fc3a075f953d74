"""The cleaner learns from a user's pages, is judged by outlets left out, and is used by ingest."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from builder import pipeline
from builder.cli import main
from builder.ingest import looking
from builder.ingest.cleaning import lines, model_files
from builder.training import cleaner
from builder.training.cleaner import TrainedCleaner
from builder.validate import levels
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests.training.marking import page, written

PAGES = [page(number, outlets=12) for number in range(36)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, TrainedCleaner]:
    root = tmp_path_factory.mktemp("trained")
    init.init(root / "w")
    workspace = open_workspace(root / "w")
    strange = {
        **PAGES[0],
        "id": "strange",
        "body": "Quite another text stands here, not the page's.",
    }
    path = written(root / "pages.jsonl", [*PAGES, strange])
    return workspace, cleaner.train(workspace, path, 1, lambda _: None)


def test_the_model_lies_in_the_workspace_with_a_card_that_says_what_it_learned_from(
    trained: tuple[Workspace, TrainedCleaner],
) -> None:
    workspace, result = trained
    assert result.folder == "models/cleaner-1"
    card = json.loads((workspace.root / result.folder / model_files.META).read_text("utf-8"))
    assert (card["name"], card["pages"], card["outlets"], card["texts"]) == (
        "cleaner-1",
        36,
        12,
        36,
    )
    assert list(card["sources"]) == ["pages.jsonl"]
    assert card["evaluation"] == result.evaluation


def test_a_page_whose_article_does_not_stand_on_it_is_left_out_and_named(
    trained: tuple[Workspace, TrainedCleaner],
) -> None:
    (left_out,) = trained[1].left_out
    assert left_out["id"] == "strange" and "of its article stand on it" in left_out["reason"]


def test_it_is_better_only_if_the_whole_interval_of_the_gain_says_so(
    trained: tuple[Workspace, TrainedCleaner],
) -> None:
    result = trained[1]
    low, high = result.evaluation["gain"]["ci95"]
    assert (result.better, result.worse) == (low > 0, high < 0)
    assert result.evaluation["new"]["texts"] == result.evaluation["packaged"]["texts"] == 36
    assert result.evaluation["new"]["f1"] > 0.9


def test_the_same_pages_and_seed_give_the_same_model(
    trained: tuple[Workspace, TrainedCleaner], tmp_path: Path
) -> None:
    workspace, first = trained
    path = written(tmp_path / "pages.jsonl", PAGES)
    second = cleaner.train(workspace, path, 1, lambda _: None)
    assert second.folder == "models/cleaner-2"
    for name in (model_files.ODDS, model_files.FIRST, model_files.SECOND):
        one, other = (workspace.root / made.folder / name for made in (first, second))
        assert one.read_bytes() == other.read_bytes()


def test_ingest_uses_the_model_that_builder_toml_names_and_records_it(
    trained: tuple[Workspace, TrainedCleaner],
) -> None:
    workspace, result = trained
    before = looking.way_of_reading(workspace)
    with (workspace.root / "builder.toml").open("a") as file:
        file.write(f'\n[ingest]\ncleaner = "{result.folder}"\n')
    workspace = open_workspace(workspace.root)
    assert looking.way_of_reading(workspace) != before
    (workspace.seed_folder / "a.txt").write_text(page(99, 12)["dump"], "utf-8")
    assert pipeline.ingest(workspace).new_seeds == 1
    (seed,) = workspace.seeds.load().values()
    assert seed.reader == f"text, {model_files.identity(workspace.root / result.folder)}"
    assert seed.reader.startswith("text, cleaner-1 ")
    (article,) = workspace.articles.load().values()
    assert article.text.split("\n\n") == page(99, 12)["body"].split("\n")
    assert not levels.validate(workspace).findings


def test_two_models_of_lines_say_other_things_of_the_same_page(
    trained: tuple[Workspace, TrainedCleaner],
) -> None:
    workspace, result = trained
    dump = page(98, 12)["dump"].split("\n")
    ours, theirs = lines.judge(dump, workspace.root / result.folder), lines.judge(dump)
    assert ours.scores != theirs.scores


def test_the_command_says_whether_the_model_is_better_and_how_to_use_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = written(tmp_path / "pages.jsonl", PAGES)
    words = ["train", "--task", "cleaning", str(path), "--workspace", str(workspace.root)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert "models/cleaner-1: learned from 36 pages of 12 outlets" in done.stdout
    assert "95% interval" in done.stdout
    assert "keep" in done.stdout or "[ingest] cleaner" in done.stdout


def test_dumps_that_are_articles_alone_teach_nothing(workspace: Workspace, tmp_path: Path) -> None:
    rows = [{**row, "dump": row["body"]} for row in PAGES]
    done = CliRunner().invoke(
        main,
        ["train", "--task", "cleaning", str(written(tmp_path / "a.jsonl", rows)), "--workspace",
         str(workspace.root)],
    )  # fmt: skip
    assert done.exit_code == 1
    assert "nothing but their articles" in done.stderr
    assert not (workspace.root / "models").exists()
