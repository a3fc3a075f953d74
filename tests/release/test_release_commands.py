"""The commands diff, release --version and release --verify, as people and CI call them."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builder import corrections, pipeline
from builder.cli import main
from builder.workspace.folder import Workspace
from tests import making
from tests.conftest import Copies


def _run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def looked_at(copy_of: Copies) -> Workspace:
    """A workspace with a first release; one person has looked at all of it."""
    return copy_of(_release)


def _release(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    suggested = [
        making.suggestion(a, making.span(a, "Russia", "GPE"))
        for a in workspace.articles.load().values()
    ]
    workspace.corrections.save(making.correction(s, s.spans) for s in suggested)
    pipeline.review(workspace)
    pipeline.release(workspace)


def _correct_one_label(workspace: Workspace) -> None:
    """Do what an annotator does who takes one country for a political group."""
    kept = workspace.corrections.load()
    old = kept[min(kept)]
    (span,) = old.spans
    better = span.model_copy(update={"label": "NORP", "by": old.producer.name, "score": None})
    new = {
        "revision": 2,
        "spans": (better,),
        "changes": tuple(corrections.compare([span], [better])),
    }
    workspace.corrections.save([*kept.values(), old.model_copy(update=new)])


def test_one_corrected_label_is_a_patch_whose_notes_say_what_changed(looked_at: Workspace) -> None:
    _correct_one_label(looked_at)
    assert _run("review", "--workspace", looked_at.root).exit_code == 0
    done = _run("release", "--workspace", looked_at.root)
    assert done.stdout.startswith("release   data/releases/0.1.1: ")
    notes = (looked_at.releases / "0.1.1" / "CHANGES.md").read_text("utf-8")
    assert "The changes ask for a patch step:" in notes
    assert "- relabelled: GPE “Russia”" in notes
    assert "-> NORP “Russia”" in notes
    told = _run("diff", "0.1.0", "0.1.1", "--workspace", looked_at.root)
    assert (told.exit_code, told.stdout) == (0, notes)
    found = json.loads(
        _run("diff", "0.1.0", "0.1.1", "--workspace", looked_at.root, "--json").stdout
    )
    assert found["tables"]["articles"]["labels"] == {"GPE": {"relabelled": 1}}


def test_diff_takes_folders_and_needs_no_workspace(looked_at: Workspace, tmp_path: Path) -> None:
    copy = shutil.copytree(looked_at.releases / "0.1.0", tmp_path / "copy")
    done = _run("diff", looked_at.releases / "0.1.0", copy, "--workspace", tmp_path / "none")
    assert done.exit_code == 0
    assert "Nothing differs" in done.stdout


def test_diff_of_what_is_no_release_names_those_there_are(looked_at: Workspace) -> None:
    done = _run("diff", "0.1.0", "7.0.0", "--workspace", looked_at.root)
    assert done.exit_code == 1
    assert "7.0.0: no release" in done.stderr
    assert "(0.1.0)" in done.stderr


def test_a_version_by_hand_is_given_and_a_smaller_one_refused(looked_at: Workspace) -> None:
    words = ("release", "--workspace", looked_at.root, "--version")
    assert _run(*words, "1.0.0").stdout.startswith("release   data/releases/1.0.0: ")
    _correct_one_label(looked_at)
    pipeline.review(looked_at)
    refused = _run(*words, "0.9.0")
    assert refused.exit_code == 1
    assert "too small, for users of 1.0.0 this is a patch change" in refused.stderr
    assert "take 1.0.1 or a larger one" in refused.stderr
    assert sorted(p.name for p in looked_at.releases.iterdir()) == ["0.1.0", "1.0.0"]


@pytest.mark.parametrize("version", ["1.0", "v1.0.0", "1.0.0-rc1", "../1.0.0", ""])
def test_what_is_no_version_is_wrong_usage(looked_at: Workspace, version: str) -> None:
    done = _run("release", "--workspace", looked_at.root, "--version", version)
    assert (done.exit_code, "is not of the form 1.2.3" in done.stderr) == (2, True)


def test_verify_exits_with_0_for_the_same_and_with_1_for_another(looked_at: Workspace) -> None:
    words = ("release", "--workspace", looked_at.root, "--verify")
    same = _run(*words, looked_at.releases / "0.1.0")
    assert (same.exit_code, "every file is the same byte for byte" in same.stdout) == (0, True)
    (looked_at.releases / "0.1.0" / "README.md").write_text("x")
    other = _run(*words, "0.1.0", "--json")
    assert (other.exit_code, json.loads(other.stdout)["verdict"]) == (1, "different")


def test_verify_and_version_exclude_each_other(looked_at: Workspace) -> None:
    words = ("--verify", "0.1.0", "--version", "1.0.0", "--workspace", looked_at.root)
    assert _run("release", *words).exit_code == 2
