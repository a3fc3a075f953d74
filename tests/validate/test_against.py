"""What was there is there still: texts, splits, work and releases, beside a commit or a release."""

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from builder import pipeline
from builder.errors import BuilderError
from builder.validate.against import against
from builder.workspace.folder import Workspace, open_workspace
from tests.test_validate import edit, filled, first_file  # noqa: F401


def git(root: Path, *words: str) -> None:
    who = ["-c", "user.name=tests", "-c", "user.email=tests@example.org"]
    subprocess.run(["git", "-C", root, *who, *words], check=True, capture_output=True)


@pytest.fixture
def repository(filled: Workspace) -> Workspace:  # noqa: F811
    """A workspace with a release, in a sub-folder of a repository, with all of it committed."""
    with filled.lock():
        pipeline.release(filled)
    root = filled.root.parent
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "The first release")
    return open_workspace(filled.root)


def told(workspace: Workspace, other: str = "main") -> list[tuple[str, str, str]]:
    found = against(open_workspace(workspace.root), other)
    return [(f.rule, f.path.removeprefix("data/").split("/")[0], f.field) for f in found]


def test_what_has_not_changed_has_no_findings(repository: Workspace) -> None:
    for other in (
        "main",
        "HEAD",
        "0.1.0",
        str(repository.root),
        str(repository.releases / "0.1.0"),
    ):
        assert told(repository, other) == []


def swap_label(record: dict[str, object]) -> None:
    record["spans"][0]["label"] = "GPE"  # type: ignore[index]


def test_work_that_was_changed_is_found_though_it_reads_well(repository: Workspace) -> None:
    edit(first_file(repository, "corrections"), swap_label)
    assert told(repository) == [("kept", "corrections", "")]


def test_work_that_is_gone_is_found_unless_its_article_was_retracted(repository: Workspace) -> None:
    article, *_ = repository.articles.load()
    with repository.lock():
        pipeline.retract(repository, article, "asked to", date(2026, 3, 1))
    assert told(repository) == []
    first_file(repository, "corrections").unlink()
    assert told(repository) == [("kept", "corrections", "")]


def test_a_story_that_moves_to_another_split_is_found(repository: Workspace) -> None:
    edit(first_file(repository, "stories"), lambda r: r.update(split="test"))
    assert told(repository) == [("kept", "stories", "split")]


def test_sentences_that_were_bounded_anew_are_found(repository: Workspace) -> None:
    def join(record: dict[str, list[dict[str, int]]]) -> None:
        first, second, *rest = record["sentences"]
        record["sentences"] = [{"start": first["start"], "end": second["end"]}, *rest]

    edit(first_file(repository, "articles"), join)
    assert told(repository) == [("kept", "articles", "sentences")]


def test_a_release_that_is_gone_or_was_made_again_is_found(repository: Workspace) -> None:
    manifest = repository.releases / "0.1.0" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"name"', b'"name" '))
    assert ("kept", "releases", "") in told(repository)
    shutil.rmtree(manifest.parent)
    assert told(repository) == [("kept", "releases", "")]


def test_a_label_that_is_gone_or_moved_is_found(repository: Workspace) -> None:
    default = Path(__file__).parents[2] / "schemas/labels.toml"
    own = repository.root / "labels.toml"
    parts = default.read_text("utf-8").split("[[labels]]")
    own.write_text("[[labels]]".join([parts[0], parts[2], parts[1], *parts[3:]]), "utf-8")
    assert told(repository) == [("kept", "labels.toml", "")]


def test_a_version_that_is_too_small_for_what_changed_is_found(repository: Workspace) -> None:
    newer = repository.releases / "0.1.1"
    shutil.copytree(repository.releases / "0.1.0", newer)
    said = json.loads((newer / "manifest.json").read_bytes())
    (newer / "manifest.json").write_text(json.dumps(said | {"version": "0.1.1"}))
    assert told(repository) == []
    for path in (newer / "claims").glob("*"):
        path.unlink()
    for path in (newer / "sentences").glob("*"):
        path.unlink()
    assert set(told(repository)) == {("version", "releases", "version")}


def test_a_shallow_clone_is_told_what_to_fetch(repository: Workspace, tmp_path: Path) -> None:
    root = repository.root.parent
    (root / "more.txt").write_text("more")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "More")
    done = subprocess.run(
        ["git", "-C", root, "rev-parse", "HEAD~1"], capture_output=True, check=True, text=True
    )
    base = done.stdout.strip()
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{root}", "clone")
    clone = open_workspace(tmp_path / "clone" / repository.root.name)
    with pytest.raises(BuilderError, match="git fetch --depth 1 origin"):
        against(clone, base)
    git(clone.root, "fetch", "-q", "--depth", "1", "origin", base)
    assert told(clone, base) == []


@pytest.mark.parametrize("other", ["nothing-like-it", "--output=x", "tests"])
def test_what_is_no_state_is_refused(repository: Workspace, other: str) -> None:
    with pytest.raises(BuilderError, match=f"--against {other}"):
        against(repository, other)
