"""Dry runs change nothing, --force makes what is derived anew, --strict trusts no time stamp."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from builder import pipeline
from builder.cli import main
from builder.workspace import freshness
from builder.workspace.folder import Workspace, open_workspace
from tests.test_faults import contents

_SEED = "Maria Lopez said on Monday that Acme Corp. will open a plant in Norway.\n"


@pytest.fixture
def root(workspace: Workspace) -> Path:
    for path in workspace.seed_folder.glob("*"):
        path.unlink()
    (workspace.seed_folder / "a.txt").write_text(_SEED)
    (workspace.root / "builder.toml").write_text('[annotate]\npipeline = "rules"\n')
    return workspace.root


def builder(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--workspace", str(root)])


def said(root: Path, *words: str) -> Any:
    done = builder(root, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def due(root: Path, *words: str) -> dict[str, str]:
    return {stage["name"]: stage["due"] for stage in said(root, *words)["stages"]}


@pytest.mark.parametrize(
    ("command", "stages"),
    [
        ("annotate", ["ingest", "annotate"]),
        ("review", ["ingest", "annotate", "push", "pull", "review"]),
        ("release", ["ingest", "annotate", "push", "pull", "review", "release"]),
        ("run", ["ingest", "annotate", "push", "pull", "review", "release"]),
    ],
)
def test_a_dry_run_that_changed_data_or_hid_a_stage_would_fail(
    root: Path, command: str, stages: list[str]
) -> None:
    builder(root, "ingest")
    before = contents(root / "data")
    told = due(root, command, "--dry-run")
    assert list(told) == stages
    assert (told["ingest"], told["annotate"]) == ("", "1 article without suggestion")
    assert contents(root / "data") == before
    assert told.items() <= due(root, "status").items()


@pytest.mark.parametrize(
    "words",
    [
        ("annotate", "--dry-run", "--force"),
        ("review", "--dry-run", "--force"),
        ("run", "--dry-run", "--force"),
        ("release", "--dry-run", "--verify", "0.1.0"),
        ("release", "--dry-run", "--version", "0.1.0"),
    ],
)
def test_a_dry_run_with_an_option_that_it_would_pass_over_is_refused(
    root: Path, words: tuple[str, ...]
) -> None:
    done = builder(root, *words)
    assert done.exit_code == 2
    assert "--dry-run does nothing, so it takes no" in done.output


def test_annotate_with_force_makes_suggestions_again_that_are_up_to_date(root: Path) -> None:
    builder(root, "ingest")
    assert [said(root, "annotate", *force)["new"] for force in ((), (), ("--force",))] == [1, 0, 1]


def test_review_with_force_builds_gold_again_that_is_up_to_date(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from builder.review import stage

    builder(root, "ingest")
    builder(root, "review")
    built: list[str] = []
    real = stage._built

    def counted(workspace: Workspace, name: str, paths: Iterable[Path]) -> Any:
        built.append(name)
        return real(workspace, name, paths)

    monkeypatch.setattr(stage, "_built", counted)
    builder(root, "review")
    assert built == []
    assert said(root, "review", "--force")["changed"] == 0
    assert len(built) == 1


def test_run_passes_force_and_strict_to_what_it_runs(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, bool]] = []

    def run(workspace: Workspace, _: object, *, force: bool) -> None:
        seen.append((workspace.strict, force))
        raise RuntimeError

    monkeypatch.setattr(pipeline, "run", run)
    builder(root, "run")
    builder(root, "run", "--force")
    builder(root, "run", "--strict")
    assert seen == [(False, False), (False, True), (True, False)]


def test_strict_notices_an_edit_that_size_and_times_do_not_show(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "_SETTLED_NS", -(10**18))
    builder(root, "ingest")
    builder(root, "review")
    workspace = open_workspace(root)
    (gold,) = workspace.gold.files()
    workspace.freshness.digest(gold)
    # What was seen of it last is made to be what is to be seen of the edited one.
    content = gold.read_bytes()
    gold.write_bytes(content.replace(b"GPE", b"ORG"))
    table = workspace.state / "cache" / "files.json"
    remembered = json.loads(table.read_bytes())
    stat = gold.stat()
    name = gold.relative_to(workspace.root).as_posix()
    seen = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
    remembered[name] = [*seen, remembered[name][4]]
    table.write_text(json.dumps(remembered))
    assert due(root, "status")["review"] == ""
    assert due(root, "status", "--strict")["review"] == "1 article with newer work"
    assert due(root, "run", "--dry-run", "--strict")["review"] == "1 article with newer work"
