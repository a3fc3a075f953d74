"""Status says what each stage holds and what is due, and changes nothing."""

import os
from pathlib import Path

import pytest

from builder import pipeline
from builder.phrasing import count
from builder.status import status
from builder.workspace.folder import Workspace
from tests import making
from tests.conftest import Copies


def stages(workspace: Workspace) -> dict[str, tuple[str, str]]:
    return {stage.name: (stage.holds, stage.due) for stage in status(workspace).stages}


@pytest.fixture
def ingested(copy_of: Copies) -> Workspace:
    return copy_of(pipeline.ingest)


@pytest.fixture
def ready(copy_of: Copies) -> Workspace:
    """A workspace with one suggested span an article, of no pipeline."""
    return copy_of(_suggest)


def _suggest(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    making.put_suggestions(
        workspace,
        (
            making.suggestion(a, making.span(a, "Russia", "GPE"))
            for a in workspace.articles.load().values()
        ),
    )


def test_the_stages_stand_in_the_order_in_which_data_flows(workspace: Workspace) -> None:
    assert list(stages(workspace)) == ["ingest", "annotate", "push", "pull", "review", "release"]


def test_seeds_that_nobody_has_read_are_due(workspace: Workspace) -> None:
    assert stages(workspace)["ingest"] == (
        "0 seeds, 0 articles, 0 stories, 0 rejected",
        "3 seeds not read",
    )


def test_after_ingest_the_articles_wait_for_suggestions(ingested: Workspace) -> None:
    found = stages(ingested)
    assert found["ingest"] == ("3 seeds, 2 articles, 1 story, 0 rejected", "")
    assert found["annotate"] == ("0 spans in 0 suggestions", "2 articles without suggestion")


def test_after_suggesting_tasks_gold_and_release_are_due(ready: Workspace) -> None:
    found = stages(ready)
    assert found["annotate"] == ("2 spans in 2 suggestions by builder-rules 1.0", "")
    assert found["push"] == ("0 tasks, 0 waiting", "2 articles not on the server")
    assert found["review"] == ("sentences: 0", "2 articles with newer work")
    pipeline.review(ready)
    assert stages(ready)["review"][1] == ""
    assert stages(ready)["release"] == ("none yet", "nothing is released")


def test_after_a_release_nothing_is_due_until_gold_changes(ready: Workspace) -> None:
    pipeline.review(ready)
    pipeline.release(ready)
    holds, due = stages(ready)["release"]
    assert holds.startswith("0.1.0: ")
    assert due == ""
    some = next(iter(ready.suggestions.load().values()))
    ready.corrections.save([making.correction(some, ())])
    assert stages(ready)["pull"] == ("1 correction by 1 annotator, 0 skipped", "")
    assert stages(ready)["review"][1] == "1 article with newer work"
    pipeline.review(ready)
    assert stages(ready)["release"][1] == "gold has changed since 0.1.0"


def test_a_seed_that_was_renamed_is_not_due(ingested: Workspace) -> None:
    path = next(ingested.seed_folder.glob("000_*"))
    path.rename(path.with_name("renamed.txt"))
    assert stages(ingested)["ingest"][1] == ""


def test_a_seed_that_was_changed_in_place_is_due(ingested: Workspace) -> None:
    path = next(ingested.seed_folder.glob("000_*"))
    path.write_bytes(path.read_bytes() + b"\nOne more line.\n")
    assert stages(ingested)["ingest"][1] == "1 seed not read"


def test_a_rejected_seed_is_counted_and_not_due_until_it_is_mended(workspace: Workspace) -> None:
    path = workspace.seed_folder / "bad.txt"
    path.write_bytes(b"caf\xe9")
    (workspace.seed_folder / "dangling.txt").symlink_to("nothing")
    assert stages(workspace)["ingest"][1] == "5 seeds not read"
    pipeline.ingest(workspace)
    assert stages(workspace)["ingest"] == ("3 seeds, 2 articles, 1 story, 2 rejected", "")
    path.write_bytes(next(workspace.seed_folder.glob("000_*")).read_bytes() + b"\n\n")
    assert stages(workspace)["ingest"][1] == "1 seed not read"


def test_seeds_that_are_gone_changed_or_copied_are_told_from_rejected_ones(
    ingested: Workspace,
) -> None:
    one, two, three = sorted(ingested.seed_folder.glob("*.txt"))
    one.with_name("copy.txt").write_bytes(one.read_bytes())
    two.unlink()
    three.write_bytes(three.read_bytes() + b"\nOne more line.\n")
    pipeline.ingest(ingested)
    assert stages(ingested)["ingest"] == (
        "3 seeds, 2 articles, 1 story, 0 rejected, 1 copy, 1 gone from the folder, "
        "1 seed differs from its frozen article",
        "",
    )


def test_a_seed_whose_article_is_missing_is_due(ingested: Workspace) -> None:
    for path in ingested.articles.files():
        path.unlink()
    assert stages(ingested)["ingest"][1] == "3 seeds not read"


def test_a_pipe_among_the_seeds_does_not_make_status_wait(workspace: Workspace) -> None:
    os.mkfifo(workspace.seed_folder / "pipe.txt")
    assert stages(workspace)["ingest"][1] == "4 seeds not read"


def test_looking_changes_nothing_but_what_is_remembered_of_files(ready: Workspace) -> None:
    def times() -> dict[Path, int]:
        paths = (path for path in ready.root.rglob("*") if path.parent != ready.state)
        return {p: p.stat().st_mtime_ns for p in paths if ready.state / "cache" not in p.parents}

    before = times()
    status(ready)
    assert times() == before


def test_one_of_a_thing_is_not_said_in_the_plural() -> None:
    assert [count(n, "story") for n in (0, 1, 2)] == ["0 stories", "1 story", "2 stories"]
    assert count(1, "seed") == "1 seed"
