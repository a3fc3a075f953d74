"""The release of the seeds' data that lies in the repository can be built again from it."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from datasets import load_dataset

from builder.cli import main
from builder.dataset import manifest

pytestmark = pytest.mark.no_cover

_ROOT = Path(__file__).parents[2]
_IN_GIT = ("seeds", "articles", "stories", "corrections", "releases")


def test_the_newest_release_is_what_the_corrections_in_git_give(tmp_path: Path) -> None:
    shutil.copy(_ROOT / "builder.toml", tmp_path)
    for name in _IN_GIT:
        shutil.copytree(_ROOT / "data" / name, tmp_path / "data" / name)
    newest = manifest.latest(tmp_path / "data" / "releases")
    assert newest is not None
    given = ["release", "--verify", newest.name, "--json", "--workspace", str(tmp_path)]
    done = CliRunner().invoke(main, given, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["inputs"] == []


def test_the_newest_release_loads_in_one_line_and_holds_peoples_work_alone() -> None:
    newest = manifest.latest(_ROOT / "data" / "releases")
    rows = load_dataset(str(newest), split="train")
    assert set(rows["status"]) == {"single"}
