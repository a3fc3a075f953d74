"""A release is built again, elsewhere and by somebody else, and what differs is named."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder import pipeline
from builder.dataset import manifest, schema
from builder.errors import BuilderError
from builder.records import Article, Correction, Gold
from builder.release import content
from builder.release.verify import Verified
from builder.review import gold
from builder.review import stage as reviewing
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.conftest import Copies

pytestmark = pytest.mark.no_cover

_ROOT = Path(__file__).parents[2]


def _corrected(article: Article, minute: int = 0) -> Correction:
    """Return one person's look at a whole article, blind, with one name in it."""
    russia = making.span(article, "Russia", "GPE", by="annotator-1", score=None)
    revision = 1 if minute == 0 else 2
    return making.correction(
        making.suggestion(article), [russia] if minute == 0 else [], blind=True,
        minute=minute, revision=revision,
    )  # fmt: skip


@pytest.fixture
def made(copy_of: Copies) -> Workspace:
    """A workspace with a release of articles that a person has looked at whole."""
    return copy_of(_release)


def _release(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    articles = workspace.articles.load().values()
    workspace.corrections.save(_corrected(a) for a in articles)
    pipeline.review(workspace)
    pipeline.release(workspace)


def _verify(workspace: Workspace, name: str = "0.1.0") -> Verified:
    return pipeline.verify(workspace, name)


def test_a_release_is_built_again_where_no_suggestion_lies(made: Workspace) -> None:
    shutil.rmtree(made.suggestions.folder)
    assert {s.entity for g in made.gold.load().values() for s in g.status} == {"single"}
    assert _verify(made).verdict == "identical"


def test_suggestions_change_no_byte_of_a_release_that_people_made_alone(made: Workspace) -> None:
    pipeline.annotate(made)
    assert made.suggestions.files()
    assert _verify(made).verdict == "identical"


def test_what_nobody_has_looked_at_is_suggested_again_in_a_fresh_clone(
    workspace: Workspace, tmp_path: Path
) -> None:
    pipeline.ingest(workspace)
    pipeline.annotate(workspace)
    pipeline.review(workspace)
    pipeline.release(workspace)
    clone = _cloned(workspace, tmp_path / "clone")
    assert not (clone.data / "suggestions").exists()
    assert _verify(clone).verdict == "identical"


def _cloned(workspace: Workspace, to: Path) -> Workspace:
    """Return the workspace as git would give it to somebody else."""
    ignored = shutil.ignore_patterns(".builder", "suggestions", "tasks", "gold", "rejected")
    shutil.copytree(workspace.root, to, ignore=ignored)
    return open_workspace(to)


_ELSEWHERE = """
import os, random, sys
from pathlib import Path
# Folders are listed in another order.
glob, rglob, scandir = Path.glob, Path.rglob, os.scandir
def shuffled(listing):
    found = list(listing)
    random.Random(7).shuffle(found)
    return iter(found)
Path.glob = lambda self, *a, **k: shuffled(glob(self, *a, **k))
Path.rglob = lambda self, *a, **k: shuffled(rglob(self, *a, **k))
os.umask(0o077)
from builder import pipeline
from builder.workspace.folder import open_workspace
workspace = open_workspace(Path(sys.argv[1]))
pipeline.ingest(workspace)
pipeline.annotate(workspace)
pipeline.review(workspace)
print(pipeline.release(workspace).digest)
"""


def test_another_machine_makes_the_same_bytes_from_the_same_inputs(
    workspace: Workspace, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "Übers Meer" / "w"
    init.init(elsewhere)
    for seed in sorted(workspace.seed_folder.iterdir(), reverse=True):
        shutil.copy(seed, elsewhere / "seeds")
    shutil.copy(workspace.root / "builder.toml", elsewhere)
    for stage in (pipeline.ingest, pipeline.annotate, pipeline.review, pipeline.release):
        stage(workspace)
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "4242",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "LANG": "tr_TR.UTF-8",
        "PYTHONUTF8": "0",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(_ROOT),
        "HF_HOME": str(tmp_path / "hub"),
    }
    command = [sys.executable, "-c", _ELSEWHERE, str(elsewhere)]
    subprocess.run(command, cwd="/", env=environment, check=True, capture_output=True)
    for kept in ("seeds", "articles", "stories", "releases"):
        assert _bytes(elsewhere / "data" / kept) == _bytes(workspace.data / kept), kept


def _bytes(place: Path) -> dict[str, bytes]:
    return {str(p.relative_to(place)): p.read_bytes() for p in place.rglob("*") if p.is_file()}


# --- what differs is named ------------------------------------------------------------------


def _touch_card(release: Path) -> None:
    (release / "README.md").write_text("Other words.")


def _lose_notes(release: Path) -> None:
    (release / "CHANGES.md").unlink()


def _sign(release: Path) -> None:
    """Change a file and have the manifest agree, as somebody would who covers their tracks."""
    _touch_card(release)
    said = making.said(release) | {"files": making.hashes(release)}
    (release / manifest.FILE_NAME).write_text(json.dumps(said, indent=2) + "\n")


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (_touch_card, ("README.md", "was changed after the release: not the manifest's sha256")),
        (_lose_notes, ("CHANGES.md", "is missing")),
        (_sign, ("README.md", "the rebuild gives other bytes")),
        (_sign, ("manifest.json", "other files")),
    ],
)
def test_a_release_that_was_touched_does_not_pass(
    made: Workspace, damage: Callable[[Path], None], expected: tuple[str, str]
) -> None:
    damage(made.releases / "0.1.0")
    found = _verify(made)
    assert found.verdict == "different"
    assert expected in [(d.file, d.reason) for d in found.differences]


def test_work_that_came_later_is_named_as_the_reason(made: Workspace) -> None:
    article = next(iter(made.articles.load().values()))
    made.corrections.save([*made.corrections.load().values(), _corrected(article, minute=9)])
    found = _verify(made)
    assert (found.verdict, found.inputs) == ("made otherwise", ["corrections"])
    assert (found.intact, found.failed) == (True, False)
    assert "verify it in a checkout of the commit that made it" in "\n".join(found.notes)


def test_each_release_of_several_can_be_verified_by_its_own_inputs(
    made: Workspace, tmp_path: Path
) -> None:
    then = _cloned(made, tmp_path / "then")
    article = next(iter(made.articles.load().values()))
    made.corrections.save([*made.corrections.load().values(), _corrected(article, minute=9)])
    pipeline.review(made)
    assert pipeline.release(made).version == "0.1.1"
    assert _verify(made, "0.1.1").verdict == "identical"
    assert _verify(then, "0.1.0").verdict == "identical"
    assert pipeline.verify(then, str(made.releases / "0.1.0")).verdict == "identical"
    shutil.rmtree(made.releases / "0.1.0")
    with pytest.raises(BuilderError, match=r"follows 0\.1\.0, which is not in .*restore it"):
        _verify(made, "0.1.1")


def _made_with(monkeypatch: pytest.MonkeyPatch, tool: str, version: str) -> None:
    monkeypatch.setattr(
        content,
        "installed_version",
        lambda name: version if name == tool else importlib.metadata.version(name),
    )


def test_with_another_pyarrow_the_same_rows_are_enough(
    made: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made_with(monkeypatch, "pyarrow", "99.0")
    found = _verify(made)
    assert found.verdict == "same rows"
    assert found.tools == {
        "pyarrow": [making.said(made.releases / "0.1.0")["tools"]["pyarrow"], "99.0"]
    }
    assert [d.file for d in found.differences] == ["manifest.json"]


def test_with_another_pyarrow_other_rows_are_not_enough(
    made: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made_with(monkeypatch, "pyarrow", "99.0")
    said: dict[str, Any] = making.said(made.releases / "0.1.0") | {"digest": "0" * 64}
    (made.releases / "0.1.0" / manifest.FILE_NAME).write_text(json.dumps(said))
    found = _verify(made)
    assert (found.intact, found.failed) == (False, True)
    assert ("manifest.json", "digest: is not the digest of the rows") in [
        (d.file, d.reason) for d in found.damage
    ]


def test_verifying_changes_no_data_that_are_up_to_date(made: Workspace) -> None:
    pipeline.review(made)
    before = _bytes(made.data)
    _verify(made)
    assert _bytes(made.data) == before


def test_a_release_of_an_older_builder_says_that_its_inputs_are_unknown(made: Workspace) -> None:
    said = making.said(made.releases / "0.1.0")
    del said["inputs"], said["previous"], said["models"]
    (made.releases / "0.1.0" / manifest.FILE_NAME).write_text(json.dumps(said))
    notes = _verify(made).notes
    assert any("does not say what it was made from" in note for note in notes)
    assert any("every row says what it said" in note for note in notes)


# --- intact, and reproduced -----------------------------------------------------------------


def _rows_of_another_mind(made: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the same inputs give other rows, as a fault in the builder would."""

    def empty(*given: Any) -> Gold:
        return gold.build(*given).model_copy(update={"spans": (), "relations": ()})

    monkeypatch.setattr(reviewing, "build", empty)
    shutil.rmtree(made.data / "gold")


def test_a_release_that_the_same_inputs_and_tools_do_not_give_again_fails_although_intact(
    made: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _rows_of_another_mind(made, monkeypatch)
    found = _verify(made)
    assert (found.intact, found.verdict, found.failed) == (True, "different", True)


def test_a_release_that_was_made_otherwise_is_intact_and_no_failure(
    made: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _rows_of_another_mind(made, monkeypatch)
    _made_with(monkeypatch, "pyarrow", "99.0")
    found = _verify(made)
    assert (found.intact, found.verdict, found.failed) == (True, "made otherwise", False)
    assert list(found.tools) == ["pyarrow"]


def test_a_release_of_another_form_is_intact_and_says_which_forms_they_are(
    made: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = schema.VERSION
    monkeypatch.setattr("builder.dataset.schema.VERSION", 99)
    found = _verify(made)
    assert (found.intact, found.verdict, found.failed) == (True, "made otherwise", False)
    assert (found.form, found.inputs) == ([now, 99], [])
    assert any("the builder that made it builds it again" in note for note in found.notes)


def test_a_damaged_release_fails_even_if_it_was_made_from_something_else(made: Workspace) -> None:
    article = next(iter(made.articles.load().values()))
    made.corrections.save([*made.corrections.load().values(), _corrected(article, minute=9)])
    _touch_card(made.releases / "0.1.0")
    found = _verify(made)
    assert (found.intact, found.verdict, found.failed) == (False, "made otherwise", True)
    assert ("README.md", "was changed after the release: its sha256 differs") in [
        (d.file, d.reason) for d in found.damage
    ]
