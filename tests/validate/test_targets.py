"""Files, folders, releases and published datasets are checked wherever they lie."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from builder import pipeline
from builder.cli import main
from builder.errors import BuilderError
from builder.validate.targets import validate_targets
from builder.workspace.folder import Workspace
from tests.test_validate import edit, filled, first_file  # noqa: F401


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def released(filled: Workspace) -> Workspace:  # noqa: F811
    """A workspace with a release."""
    with filled.lock():
        pipeline.release(filled)
    return filled


def rules(target: Path | str) -> list[str]:
    return [finding.rule for finding in validate_targets([str(target)]).findings]


def test_what_is_sound_has_no_findings(released: Workspace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "anything.jsonl"
    shutil.copy(first_file(released, "corrections"), elsewhere)
    targets = [released.root, released.data, released.releases / "0.1.0", elsewhere]
    for target in map(str, (*targets, f"file://{released.releases}@0.1.0")):
        assert rules(target) == []
    assert validate_targets([str(elsewhere)]).records == 1


@pytest.mark.parametrize("kind", ["articles", "seeds", "gold", "stories"])
def test_a_file_is_known_by_its_folder_or_by_its_fields(
    released: Workspace, tmp_path: Path, kind: str
) -> None:
    path = first_file(released, kind)
    copy = tmp_path / "anything.jsonl"
    for place in (path, copy):
        shutil.copy(path, copy)
        edit(place, lambda r: r.update(more=1))
        assert rules(place) == ["schema"]


def test_a_file_of_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text('{"name": "x", "value": 1}\n', "utf-8")
    assert rules(path) == ["schema"]


def test_a_release_that_was_changed_is_found_and_its_files_are_named(released: Workspace) -> None:
    folder, whole = released.releases / "0.1.0", released.root / "README.md"
    shutil.copy(folder / "README.md", whole)
    (folder / "README.md").write_text("---\n---\n")
    found = validate_targets([str(folder)]).findings
    assert {f.rule for f in found} == {"release"}
    assert {f.path for f in found} == {f"{folder}/README.md"}
    # What came changed is not kept, so that it is right once the place is.
    for _ in range(2):
        with pytest.raises(BuilderError, match=r"README\.md: was changed"):
            validate_targets([f"file://{released.releases}@0.1.0"])
    shutil.copy(whole, folder / "README.md")
    assert rules(f"file://{released.releases}@0.1.0") == []


@pytest.mark.parametrize(
    ("target", "told"),
    [("nothing", "is no file of records"), ("hf://datasets/a/b", "say which version")],
)
def test_a_target_that_is_nothing_is_refused(tmp_path: Path, target: str, told: str) -> None:
    with pytest.raises(BuilderError, match=told):
        validate_targets([target if "://" in target else str(tmp_path / target)])
    with pytest.raises(BuilderError, match="holds no file of records"):
        validate_targets([str(tmp_path)])


def test_the_command_checks_targets_and_what_has_changed(released: Workspace) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["validate", *words])
        return done.exit_code, done.stdout + done.stderr

    root = ("--workspace", str(released.root))
    assert run(*root, "--against", "0.1.0")[0] == 0
    assert run(str(released.data))[0] == 0
    path = first_file(released, "gold")
    edit(path, lambda r: r.pop("status"))
    code, said = run(str(path))
    assert code == 1 and f"{path}:1:" in said
    assert run(str(path), "--against", "main")[0] == 2
    assert run(*root, "--against", "nothing")[0] == 1
