"""Start, look at and stop the embedded Label Studio server of a state directory.

What lies in the state directory:

- ``credentials.json``: secrets, readable by the owner alone. Written before the server first runs,
  and complete when it holds a token; before that nobody can have worked on the server, so whatever
  a killed start left in ``data`` is thrown away.
- ``server.json``: process id and address. The server holds a lock on this file as long as it
  lives, so a process id that belongs to somebody else by now is never taken for it.
- ``kept``: there once ``start`` has returned the server; only ``stop`` ends it then.
- ``users``: locked, shared, by everyone within ``used``. Locks end with their process, so after a
  killed command the next one is the last to leave and ends the server.
- ``data``: Label Studio's own files. ``server.log``: what it printed since its last start.
"""

import fcntl
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from builder.studio import answering, credentials, install, process
from builder.studio.credentials import Credentials
from builder.studio.install import StudioError
from builder.studio.process import HOST, Process

__all__ = ["Running", "StudioError", "is_starting", "start", "status", "stop", "used"]

_PORT = 8080
# From another program's answer until our own server has ended for want of its port.
_LOST_SECONDS = 90


@dataclass(frozen=True)
class Running:
    """A server that answers, and how to sign in: as a person, or with an access token."""

    url: str
    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    pid: int
    version: str


def start(state: Path, *, port: int | None, report: Callable[[str], None]) -> Running:
    """Return the server of a state directory, started where none runs, and keep it running.

    The server listens on the loopback address only, outlives the caller and needs no network. Its
    administrator, password and access token are made on the first start. One that somebody else
    started, or is starting, is kept from now on.

    Args:
        state: the directory that holds everything the server keeps.
        port: the port to use, 8080 if None; where it is busy, the next free one.
        report: told what happens.

    Raises:
        StudioError: Label Studio could not be installed, did not start or does not let us in.

    """
    return _started(state, port, report, keep=True)


@contextmanager
def used(state: Path, *, port: int | None, report: Callable[[str], None]) -> Iterator[Running]:
    """Yield the server of a state directory, started where none runs; the last user ends it.

    It goes on running for those who use it at the same time, and where ``start`` has kept it.
    Takes and raises what ``start`` does.
    """
    state.mkdir(parents=True, exist_ok=True)
    with (state / "users").open("w") as user:
        fcntl.flock(user, fcntl.LOCK_SH)
        try:
            yield status(state) or _started(state, port, report, keep=False)
        finally:
            _leave(state, user, report)


def _leave(state: Path, user: IO[str], report: Callable[[str], None]) -> None:
    with _start_lock(state):
        if (state / "kept").exists():
            return
        try:
            fcntl.flock(user, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # somebody else uses it
        _end(state, report)


def _start_lock(state: Path) -> FileLock:
    return FileLock(state / "start.lock")


def is_starting(state: Path) -> bool:
    """Tell whether somebody is starting or stopping the server of a state directory just now."""
    try:
        with _start_lock(state).acquire(timeout=0):
            return False
    except Timeout:
        return True


def _started(
    state: Path, port: int | None, report: Callable[[str], None], *, keep: bool
) -> Running:
    """Return a server that answers; one launched here does not outlive an error or a signal."""
    state.mkdir(parents=True, exist_ok=True)
    with _start_lock(state):
        if process.find(state) is not None:
            running = _answering(state, report)
        else:
            (state / "kept").unlink(missing_ok=True)  # it spoke of a server that has ended
            try:
                running = _launched(state, install.python(report), port or _PORT, report)
            except BaseException:
                _end(state, report)
                raise
        if keep:
            (state / "kept").touch()
    report(f"Label Studio {running.version} answers at {running.url}")
    return running


def _launched(state: Path, python: Path, wanted: int, report: Callable[[str], None]) -> Running:
    """Launch a server on the first free port from ``wanted`` on and return it once it answers."""
    access = _prepare(state, report)
    port = _free_port(wanted, report)
    url = f"http://{HOST}:{port}"
    report(f"Starting Label Studio at {url}")
    process.launch(state, python, url, access)
    return _launched_at(state, port, report) or _launched(state, python, port, report)


def _launched_at(state: Path, port: int, report: Callable[[str], None]) -> Running | None:
    """Return the server just launched once it answers, None if another program took its port.

    That program may answer in the server's place, but does not let us in; the server itself ends
    when it finds the port taken, and answers after all where the other has gone.
    """
    deadline = None
    while True:
        try:
            return _answering(state, report)
        except StudioError:
            deadline = deadline or time.monotonic() + _LOST_SECONDS
            ended = process.find(state) is None
            if ended and not process.is_free(port):
                return None
            if ended or time.monotonic() > deadline:
                raise
        time.sleep(1)


def _answering(state: Path, report: Callable[[str], None]) -> Running:
    found, version = answering.wait(state, report)
    return _running(found, credentials.with_token(state, found.url), version)


def stop(state: Path, report: Callable[[str], None]) -> bool:
    """End the server of a state directory with all its processes; tell whether there was one.

    A server that is being started is waited for, then ended.

    Raises:
        StudioError: the server does not end.

    """
    if not state.is_dir():
        return False
    with _start_lock(state):
        (state / "kept").unlink(missing_ok=True)
        return _end(state, report)


def _end(state: Path, report: Callable[[str], None]) -> bool:
    found = process.find(state)
    if found is not None:
        process.terminate(state, found.pid)
        report(f"Label Studio at {found.url} is stopped")
    (state / "server.json").unlink(missing_ok=True)
    return found is not None


def status(state: Path) -> Running | None:
    """Return the server of a state directory if it answers and can be used, else None."""
    found, access = process.find(state), credentials.read(state)
    if found is None or access is None or access.token is None:
        return None
    version = answering.version_at(found.url)
    return _running(found, access, version) if version else None


def _running(found: Process, access: Credentials, version: str) -> Running:
    return Running(
        url=found.url,
        email=access.email,
        password=access.password,
        token=access.token or "",
        pid=found.pid,
        version=version,
    )


def _prepare(state: Path, report: Callable[[str], None]) -> Credentials:
    """Return the credentials for a server about to be launched, with ``data`` fit for them."""
    data, access = process.data_in(state), credentials.read(state)
    if access is None:
        if data.exists():
            raise StudioError(
                f"{data} belongs to a server whose {credentials.path_in(state)} is missing: put "
                f"that file back, or move {data} away to start with an empty server"
            )
        access = credentials.new()
        credentials.write(state, access)
    elif access.token is None:
        shutil.rmtree(data, ignore_errors=True)
    if not process.database_in(state).exists():
        data.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(install.empty_database(report), process.database_in(state))
        process.database_in(state).chmod(0o600)
    return access


def _free_port(wanted: int, report: Callable[[str], None]) -> int:
    for port in range(wanted, min(wanted + 100, 65536)):
        if process.is_free(port):
            if port != wanted:
                report(f"Port {wanted} is busy: using port {port}")
            return port
    raise StudioError(f"No free port from {wanted} on: name another [studio] port in builder.toml")
