"""Data of an older form are brought to the present one whole; those of a newer one are refused."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builder import pipeline
from builder.errors import BuilderError
from builder.validate.levels import validate
from builder.workspace.folder import Workspace, open_workspace
from tests.test_faults import Killed, Killer, contents

_FORM_1 = Path(__file__).parent / "data" / "form_1"
_FORMAT = b"form = 2\nshards = 256\n"
# What form 2 has of each shelf that form 1 has not.
_NEW = {"seeds": {"reader", "record"}, "corrections": {"round", "arm"}}


@pytest.fixture
def old(tmp_path: Path) -> Workspace:
    """A copy of the workspace whose data are in form 1."""
    return open_workspace(shutil.copytree(_FORM_1, tmp_path / "old"))


def lines(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each record below a folder with the name of its file."""
    for path in sorted(folder.rglob("*.jsonl")):
        name = path.relative_to(folder).as_posix()
        yield from ((name, json.loads(line)) for line in path.read_text("utf-8").splitlines())


def as_in_form_1(name: str, record: dict[str, Any]) -> dict[str, Any]:
    """Return a record of form 2 without what that form has brought."""
    gone = _NEW.get(name.split("/")[0], set())
    links = [{k: v for k, v in r.items() if k != "by"} for r in record.get("relations", ())]
    kept = {k: v for k, v in record.items() if k not in gone}
    return kept | ({"relations": links} if "relations" in record else {})


def test_the_first_command_that_writes_brings_form_1_to_form_2_and_changes_nothing_else(
    old: Workspace,
) -> None:
    with old.lock():
        pass
    data = contents(old.data)
    assert data.pop("format") == _FORMAT
    assert data.keys() == contents(_FORM_1 / "data").keys()
    now = list(lines(old.data))
    assert [(name, as_in_form_1(name, record)) for name, record in now] == list(
        lines(_FORM_1 / "data")
    )
    seeds = [record for name, record in now if name.startswith("seeds/")]
    assert {(seed["reader"], seed["record"]) for seed in seeds} == {("text", None)}
    work = [record for name, record in now if name.startswith("corrections/")]
    assert {(c["round"], c["arm"]) for c in work} == {(1, None)}
    assert {link["by"] for c in work for link in c["relations"]} == {None}
    assert validate(open_workspace(old.root)).findings == []


def test_data_that_were_brought_to_form_2_are_not_written_again(old: Workspace) -> None:
    with old.lock():
        pass
    times = {path: path.stat().st_mtime_ns for path in old.data.rglob("*")}
    with open_workspace(old.root).lock():
        pass
    assert {path: path.stat().st_mtime_ns for path in old.data.rglob("*")} == times


def test_a_look_at_form_1_changes_nothing_and_finds_nothing(old: Workspace) -> None:
    assert validate(old).findings == []
    assert contents(old.data) == contents(_FORM_1 / "data")


def test_a_kill_around_any_file_move_of_the_migration_changes_no_final_byte(
    old: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    killer = Killer(monkeypatch)
    with old.lock():
        pass
    wanted, moves = contents(old.data), killer.seen
    assert moves > 4
    for number in range(1, moves + 1):
        for moment in ("before", "after"):
            root = tmp_path / f"{number}-{moment}"
            shutil.copytree(_FORM_1, root)
            killer.seen, killer.fatal = 0, (number, moment)
            with pytest.raises(Killed), open_workspace(root).lock():
                pass
            killer.fatal = None
            with open_workspace(root).lock():
                pass
            assert contents(root / "data") == wanted, (number, moment)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"form = 3\nshards = 256\n", "form 3 is of a newer builder, and this one knows 2"),
        (b"form = 2\nshards = 100\n", "shards: 100 is neither 256 nor 4096; restore it"),
        (b"form = 2\n", "cannot be read"),
        (b"", "cannot be read"),
        (b"form = []\nshards = 256\n", "cannot be read"),
        (b"form == 2", "cannot be read"),
        (b"\xff", "cannot be read"),
    ],
)
def test_a_form_that_this_builder_cannot_read_is_refused_and_left_alone(
    old: Workspace, said: bytes, reason: str
) -> None:
    (old.data / "format").write_bytes(said)
    before = contents(old.data)
    with (
        pytest.raises(BuilderError, match=f"data/format: {reason}"),
        open_workspace(old.root).lock(),
    ):
        pass
    assert contents(old.data) == before


def test_4096_files_a_shelf_hold_from_seed_to_release_and_retraction(old: Workspace) -> None:
    shutil.rmtree(old.data)
    old.data.mkdir()
    (old.data / "format").write_bytes(b"form = 2\nshards = 4096\n")
    fine = open_workspace(old.root)
    with fine.lock():
        pipeline.ingest(fine)
        done = pipeline.release(fine)
        assert pipeline.verify(fine, done.version).verdict == "identical"
    files = [path for shelf in ("seeds", "articles", "stories", "suggestions", "gold")
             for path in (fine.data / shelf).iterdir()]  # fmt: skip
    assert len(files) == 10
    assert {len(path.stem) for path in files} == {3}
    assert validate(fine).findings == []
    article = next(iter(fine.articles.load()))
    with fine.lock():
        for path in pipeline.retract(fine, article, "asked to", date(2026, 3, 2)).files:
            (fine.root / path).unlink()
        pipeline.release(fine)
    assert article not in fine.articles.load()
    assert validate(fine).findings == []
    assert (fine.data / "format").read_bytes() == b"form = 2\nshards = 4096\n"


def test_an_empty_workspace_says_its_form_with_its_first_command(tmp_path: Path) -> None:
    (tmp_path / "builder.toml").write_text("")
    with open_workspace(tmp_path).lock():
        pass
    assert (tmp_path / "data" / "format").read_bytes() == _FORMAT
