"""Wait for a starting Label Studio for as long as it lives and moves.

A start takes a quarter of a minute, several minutes where others use the machine or where a newer
version brings its database to another form, and its log says nothing of it. So no time is set for
it: it is given up when its process has ended, or when nothing has moved for a long while.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from builder.studio import process
from builder.studio.asking import trusted
from builder.studio.install import DATABASE, StudioError
from builder.studio.process import Process, is_local

# Seconds without any movement until a server is given up.
PATIENCE = 180.0
_TOLD_EVERY = 15.0
_LOOK_EVERY = 0.25
# A server that uses less of a processor than this has its timers run and nothing else.
_IDLE = 0.005


@dataclass(frozen=True)
class _Signs:
    """What changes while a server works: its files and the time it has spent on a processor."""

    files: dict[str, tuple[int, int]]
    seconds: float

    def differ(self, before: "_Signs", idle_seconds: float) -> bool:
        used = abs(self.seconds - before.seconds)
        return self.files != before.files or used > idle_seconds


def wait(
    state: Path,
    report: Callable[[str], None],
    *,
    patience: float = PATIENCE,
    told_every: float = _TOLD_EVERY,
) -> tuple[Process, str]:
    """Return the server of a state directory and its version once it answers.

    Args:
        state: the server's state directory.
        report: told now and then what the server is doing.
        patience: for how many seconds nothing may move.
        told_every: how many seconds lie between two reports.

    Raises:
        StudioError: the server has ended, or was stopped because nothing moved.

    """
    begun = moved = told = time.monotonic()
    first = last = None
    while (found := process.find(state)) is not None:
        version = version_at(found.url)
        if version:
            return found, version
        now, signs = time.monotonic(), _signs(state, found.pid)
        first = first or signs
        if last is None or signs.differ(last, patience * _IDLE):
            moved, last = now, signs
        if now - moved > patience:
            process.terminate(state, found.pid)
            raise StudioError(
                f"Label Studio did not answer in {now - begun:.0f} seconds. Nothing has moved for "
                f"{patience:.0f} seconds, so it was stopped.{process.last_lines(state)}"
            )
        if now - told >= told_every:
            told = now
            report(f"Label Studio is {_doing(first, signs)} ({now - begun:.0f} s)")
        time.sleep(_LOOK_EVERY)
    raise StudioError(f"Label Studio ended while it started.{process.last_lines(state)}")


def _signs(state: Path, pid: int) -> _Signs:
    files = {}
    for path in (process.log_in(state), *process.data_in(state).glob(f"{DATABASE}*")):
        try:
            seen = path.stat()
        except FileNotFoundError:
            continue  # a database's journal comes and goes
        files[path.name] = (seen.st_size, seen.st_mtime_ns)
    return _Signs(files, process.processor_seconds(pid))


def _doing(first: _Signs, now: _Signs) -> str:
    """Say what a server that does not answer yet is doing, by the growth of its database."""
    size, before = (signs.files.get(DATABASE, (0, 0))[0] for signs in (now, first))
    if size > before:
        return f"preparing its database, {size / 1e6:.1f} MB so far"
    return "starting"


def version_at(url: str) -> str | None:
    """Return the version of the Label Studio that answers at ``url``, None if none does."""
    import httpx

    try:
        answer = httpx.get(
            f"{url.rstrip('/')}/api/version",
            timeout=10,
            verify=trusted(),
            follow_redirects=True,
            trust_env=not is_local(url),
        )
        return str(answer.raise_for_status().json()["release"])
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, RecursionError):
        return None
