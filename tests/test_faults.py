"""Killed at any moment and run again, every command ends with the same bytes.

A fault is injected before and after each file move (and, in tests/studio, each POST); real SIGKILLs
hit real processes at odd moments.
"""

import multiprocessing
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder import pipeline
from builder.workspace.folder import Workspace, open_workspace

pytestmark = pytest.mark.no_cover

_MOVES = ("replace", "rename", "unlink")
_STAGES: tuple[Callable[[Workspace], Any], ...] = (
    pipeline.ingest,
    pipeline.annotate,
    pipeline.review,
    pipeline.release,
)


class Killed(BaseException):
    """Stands for a SIGKILL: nothing in the program may catch it."""


class Killer:
    """Counts file moves and dies before or after the one it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen = 0
        self.fatal: tuple[int, str] | None = None
        # The folder that each move was made in, move by move.
        self.folders: list[str] = []
        for name in _MOVES:
            monkeypatch.setattr(Path, name, self._deadly(getattr(Path, name)))

    def _deadly(self, move: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(path: Path, *args: Any, **options: Any) -> Any:
            if path.name.startswith("files.json"):
                # When files are settled enough to be remembered is a matter of seconds.
                return move(path, *args, **options)
            self.seen += 1
            self.folders.append(path.parent.name)
            if self.fatal == (self.seen, "before"):
                raise Killed
            done = move(path, *args, **options)
            if self.fatal == (self.seen, "after"):
                raise Killed
            return done

        return wrapped


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _run_all(workspace: Workspace) -> None:
    for stage in _STAGES:
        with workspace.lock():
            stage(workspace)


def test_a_kill_around_any_file_move_changes_no_final_byte(
    small: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    killer = Killer(monkeypatch)
    fresh = tmp_path / "fresh"
    shutil.copytree(small.root, fresh)
    _run_all(small)
    wanted, moves = contents(small.data), list(killer.folders)
    assert len(moves) > 8
    for number, moment in deaths(moves):
        root = tmp_path / f"{number}-{moment}"
        shutil.copytree(fresh, root)
        killer.seen, killer.fatal = 0, (number, moment)
        with pytest.raises(Killed):
            _run_all(open_workspace(root))
        killer.fatal = None
        _run_all(open_workspace(root))
        assert contents(root / "data") == wanted, f"killed {moment} move {number}"
        shutil.rmtree(root)


def deaths(folders: list[str]) -> list[tuple[int, str]]:
    """Return the moves to die at: of each folder the first and the last one; in a soak all."""
    if os.environ.get("BUILDER_SOAK"):
        return [(n, moment) for n in range(1, len(folders) + 1) for moment in ("before", "after")]
    first = {folder: number for number, folder in reversed([*enumerate(folders, start=1)])}
    last = {folder: number for number, folder in enumerate(folders, start=1)}
    return sorted({(n, "before") for n in first.values()} | {(n, "after") for n in last.values()})


@pytest.mark.parametrize("files", [0, 1, 3, 5, 8, 11, 14])
def test_a_real_kill_at_an_odd_moment_changes_no_final_byte(small: Workspace, files: int) -> None:
    killed = open_workspace(shutil.copytree(small.root, small.root.with_name("killed")))
    _run_all(small)
    # A fork has all that it needs loaded, so that it is killed at its work.
    process = multiprocessing.get_context("fork").Process(target=_run_all, args=(killed,))
    process.start()
    while process.is_alive() and sum(len(names) for *_, names in os.walk(killed.data)) < files:
        time.sleep(0.002)
    process.kill()
    process.join()
    _run_all(open_workspace(killed.root))
    assert contents(killed.data) == contents(small.data)
