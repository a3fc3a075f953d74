"""Files that nobody can read to their end are told, and never waited for."""

import os
from pathlib import Path

import pytest

from builder import pipeline
from builder.errors import BuilderError
from builder.validate.levels import validate
from builder.workspace.folder import Workspace, open_workspace
from tests.test_validate import filled  # noqa: F401

pytestmark = pytest.mark.no_cover

_DEEP = "a = " + "[" * 100_000


@pytest.mark.parametrize("name", ["builder.toml", "labels.toml", "data/format"])
def test_toml_that_is_nested_without_end_is_refused(filled: Workspace, name: str) -> None:  # noqa: F811
    (filled.root / name).write_text(_DEEP, "utf-8")
    with pytest.raises(BuilderError, match=Path(name).name):
        validate(open_workspace(filled.root))


@pytest.mark.parametrize(
    "name", ["builder.toml", "labels.toml", "data/format", "data/articles/zz.jsonl"]
)
def test_a_pipe_is_refused_and_not_waited_for(filled: Workspace, name: str) -> None:  # noqa: F811
    (filled.root / name).unlink(missing_ok=True)
    os.mkfifo(filled.root / name)
    with pytest.raises(BuilderError, match="is a pipe or a device"):
        validate(open_workspace(filled.root))


@pytest.mark.parametrize("name", ["manifest.json", "README.md", "croissant.json", "more"])
def test_a_device_in_a_release_is_found_and_not_read(filled: Workspace, name: str) -> None:  # noqa: F811
    with filled.lock():
        release = filled.releases / pipeline.release(filled).version
    (release / name).unlink(missing_ok=True)
    (release / name).symlink_to("/dev/zero")
    found = {(f.path, f.rule) for f in validate(filled).findings}
    assert (f"data/releases/{release.name}/{name}", "release") in found


def test_a_link_that_leads_in_a_circle_is_found(filled: Workspace) -> None:  # noqa: F811
    (filled.data / "articles" / "circle").symlink_to("circle")
    assert [(f.path, f.rule) for f in validate(filled).findings] == [
        ("data/articles/circle", "file")
    ]


def test_data_in_another_place_are_found(filled: Workspace, tmp_path: Path) -> None:  # noqa: F811
    outside = tmp_path / "outside"
    filled.data.rename(outside)
    filled.data.symlink_to(outside)
    assert ("data", "file") in {(f.path, f.rule) for f in validate(filled).findings}
