"""What is remembered of files never hides a change, and never changes a result."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from builder import pipeline
from builder.status import status
from builder.workspace import freshness
from builder.workspace.folder import Workspace, open_workspace
from builder.workspace.freshness import Freshness
from tests.test_faults import contents

_SEED = "Maria Lopez said on Monday that Acme Corp. will open a plant in Norway.\n"


class Reads:
    """Counts how often the content of a file is read for its digest."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number = 0
        real = hashlib.file_digest

        def counted(*given: Any) -> Any:
            self.number += 1
            return real(*given)

        monkeypatch.setattr(hashlib, "file_digest", counted)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    # Files of a test are younger than those that are trusted.
    monkeypatch.setattr(freshness, "_SETTLED_NS", -1)
    return Reads(monkeypatch)


def fresh(root: Path) -> Freshness:
    return Freshness(root, root / "cache")


def remembered(path: Path) -> str:
    """Return the digest of a file, after it was remembered on disk."""
    looked = fresh(path.parent)
    digest = looked.digest(path)
    looked.save()
    return digest


def test_an_unchanged_file_is_read_once_and_for_all(tmp_path: Path, reads: Reads) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"one")
    assert remembered(path) == remembered(path)
    assert reads.number == 1


def test_an_edit_that_keeps_size_and_time_is_noticed(tmp_path: Path, reads: Reads) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"one")
    os.utime(path, ns=(1, 1))
    before = remembered(path)
    changed = path.stat().st_ctime_ns
    while path.stat().st_ctime_ns == changed:
        path.write_bytes(b"two")
        os.utime(path, ns=(1, 1))
    assert path.stat().st_mtime_ns == 1
    assert remembered(path) != before


def test_a_file_that_another_one_took_the_place_of_is_noticed(tmp_path: Path, reads: Reads) -> None:
    path, other = tmp_path / "x", tmp_path / "y"
    path.write_bytes(b"one")
    other.write_bytes(b"two")
    before = remembered(path)
    other.replace(path)
    assert remembered(path) != before


def test_a_file_rewritten_with_the_same_bytes_is_not_taken_for_changed(
    tmp_path: Path, reads: Reads
) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"one")
    before, made = remembered(path), []
    for _ in range(2):
        path.unlink()
        path.write_bytes(b"one")
        looked = fresh(tmp_path)
        assert looked.digest(path) == before
        looked.worked_out("what", "x", looked.digest(path), lambda: made.append(1))
        looked.save()
    assert made == [1]


def test_a_file_changed_a_moment_ago_is_not_trusted_to_be_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, path = Reads(monkeypatch), tmp_path / "x"
    path.write_bytes(b"one")
    remembered(path)
    remembered(path)
    assert reads.number == 2


def test_a_strict_look_reads_what_was_remembered_and_remembers_it(
    tmp_path: Path, reads: Reads
) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"one")
    remembered(path)
    strict = Freshness(tmp_path, tmp_path / "cache", strict=True)
    strict.digest(path)
    strict.digest(path)
    assert reads.number == 2


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"[]", b"null", b'"x"', b'{"x": 1}', b'{"x": []}', b'{"x":{}}']
)
def test_a_broken_file_of_the_cache_is_passed_over(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"one")
    wanted = remembered(path)
    for name in ("files", "what", "made-stage"):
        (tmp_path / "cache").mkdir(exist_ok=True)
        (tmp_path / "cache" / f"{name}.json").write_bytes(content)
    looked = fresh(tmp_path)
    assert looked.digest(path) == wanted
    assert looked.worked_out("what", "x", "in", lambda: 1) == 1
    assert looked.made("stage", "x") is None


def _small(workspace: Workspace) -> Workspace:
    for path in workspace.seed_folder.glob("*"):
        path.unlink()
    (workspace.seed_folder / "a.txt").write_text(_SEED)
    (workspace.root / "builder.toml").write_text('[annotate]\npipeline = "rules"\n')
    return open_workspace(workspace.root)


@pytest.mark.parametrize("broken", [None, b"", b"[]", b'{"rule": []}', b"\x93NUMPY"])
def test_without_the_cache_or_with_a_broken_one_every_result_is_the_same(
    workspace: Workspace, broken: bytes | None
) -> None:
    small = _small(workspace)
    for stage in (pipeline.ingest, pipeline.annotate, pipeline.review, pipeline.release):
        with small.lock():
            stage(small)
    before, told = contents(small.data), [s.holds for s in status(small).stages]
    for path in sorted(p for p in (small.state / "cache").rglob("*") if p.is_file()):
        if broken is None:
            path.unlink()
        else:
            path.write_bytes(broken)
    again = open_workspace(small.root)
    assert [s.holds for s in status(again).stages] == told
    for stage in (pipeline.ingest, pipeline.annotate, pipeline.review, pipeline.release):
        with again.lock():
            stage(again)
    assert contents(again.data) == before
    assert not any(s.due for s in status(again).stages if s.name != "push")
