"""A state directory in, a Label Studio server of our own out: started, looked at, stopped.

What lies in the state directory:

- ``credentials.json``: secrets, readable by the owner alone. Written before the server first runs,
  and complete when it holds a token; before that nobody can have worked on the server, so whatever
  a killed start left in ``data`` is thrown away.
- ``server.json``: process id and address. The server holds a lock on this file as long as it
  lives, so a process id that belongs to somebody else by now is never taken for it.
- ``data``: Label Studio's own files. ``server.log``: what it printed since its last start.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from filelock import FileLock

from builder.studio import credentials, install
from builder.studio.credentials import Credentials
from builder.studio.install import StudioError

__all__ = ["Running", "StudioError", "start", "status", "stop"]

_HOST = "127.0.0.1"
_PORT = 8080
_READY_SECONDS = 180
_STOP_SECONDS = 10
# From another program's answer until our own server has ended for want of its port.
_LOST_SECONDS = 90
_LOG_LINES = 20

# The server itself writes down who it is, into the locked file it inherits: there is no moment in
# which it runs and nobody knows.
_LAUNCH = """
import json, os, sys
holder, url = int(sys.argv.pop(1)), sys.argv.pop(1)
os.write(holder, json.dumps({"pid": os.getpid(), "url": url}).encode())
os.umask(0o077)
from label_studio.server import main
sys.exit(main())
"""


@dataclass(frozen=True)
class Running:
    """A server that answers, and how to sign in: as a person, or with an access token."""

    url: str
    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    pid: int
    version: str


@dataclass(frozen=True)
class _Process:
    pid: int
    url: str


def start(state: Path, *, port: int | None, report: Callable[[str], None]) -> Running:
    """Return the running server of a state directory, started first where there is none.

    The server listens on the loopback address only, outlives the caller and needs no network. Its
    administrator, password and access token are made on the first start.

    Args:
        state: the directory that holds everything the server keeps.
        port: the port to use, 8080 if None; where it is busy, the next free one.
        report: told what happens.

    Raises:
        StudioError: Label Studio could not be installed, did not start or does not let us in.

    """
    state.mkdir(parents=True, exist_ok=True)
    with FileLock(state / "start.lock"):
        if _process(state) is not None:
            running = _answering(state)
        else:
            running = _launched(state, install.python(report), port or _PORT, report)
    report(f"Label Studio {running.version} answers at {running.url}")
    return running


def _launched(state: Path, python: Path, wanted: int, report: Callable[[str], None]) -> Running:
    """Launch a server on the first free port from ``wanted`` on and return it once it answers."""
    access = _prepare(state)
    port = _free_port(wanted, report)
    url = f"http://{_HOST}:{port}"
    report(f"Starting Label Studio at {url} (the first time takes about half a minute)")
    _launch(state, python, url, access)
    try:
        return _answering(state)
    except StudioError:
        if not _lost_port(state, port):
            raise
    return _launched(state, python, port, report)


def _answering(state: Path) -> Running:
    process, version = _wait_until_ready(state)
    return _running(process, credentials.with_token(state, process.url), version)


def _lost_port(state: Path, port: int) -> bool:
    """Tell whether another program took the port while the server started.

    That program may answer in the server's place, but does not let us in; the server itself ends
    when it finds the port taken.
    """
    deadline = time.monotonic() + _LOST_SECONDS
    while _process(state) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.25)
    return not _is_free(port)


def stop(state: Path, report: Callable[[str], None]) -> bool:
    """End the server of a state directory with all its processes; tell whether there was one.

    Raises:
        StudioError: the server does not end.

    """
    if not (state / "server.json").exists():
        return False
    with FileLock(state / "start.lock"):
        process = _process(state)
        if process is not None:
            _terminate(state, process.pid)
            report(f"Label Studio at {process.url} is stopped")
        (state / "server.json").unlink(missing_ok=True)
    return process is not None


def status(state: Path) -> Running | None:
    """Return the server of a state directory if it answers and can be used, else None."""
    process, access = _process(state), credentials.read(state)
    if process is None or access is None or access.token is None:
        return None
    version = _answered_version(process.url)
    return _running(process, access, version) if version else None


def _running(process: _Process, access: Credentials, version: str) -> Running:
    return Running(
        url=process.url,
        email=access.email,
        password=access.password,
        token=access.token or "",
        pid=process.pid,
        version=version,
    )


def _prepare(state: Path) -> Credentials:
    """Return the credentials for a server about to be launched, with ``data`` fit for them."""
    data, access = state / "data", credentials.read(state)
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
    return access


# --- the process ----------------------------------------------------------------------------


def _process(state: Path) -> _Process | None:
    """Return the process that holds the lock on server.json."""
    for _ in range(100):
        try:
            with (state / "server.json").open(encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            written = (state / "server.json").read_text(encoding="utf-8")
            if written:
                return _Process(**json.loads(written))
            time.sleep(0.1)  # it was launched this very moment
        else:
            return None
    raise StudioError(f"{state / 'server.json'} is held by a process that is not Label Studio")


def _launch(state: Path, python: Path, url: str, access: Credentials) -> None:
    data = state / "data"
    data.mkdir(mode=0o700, exist_ok=True)
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    holder = os.open(state / "server.json", write, 0o600)
    log = os.open(state / "server.log", write, 0o600)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX)
        os.set_inheritable(holder, True)
        port = url.rsplit(":", 1)[1]
        # --debug only keeps Label Studio from moving to another port without a word.
        options = ["start", "--no-browser", "--debug", "--internal-host", _HOST, "--port", port]
        os.posix_spawn(
            python,
            [str(python), "-c", _LAUNCH, str(holder), url, *options],
            _environment(data, url, access),
            setsid=True,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
        )
    finally:
        os.close(holder)
        os.close(log)


def _environment(data: Path, url: str, access: Credentials) -> dict[str, str]:
    """Return all that the server sees: nothing of the caller's but the path and the language.

    Label Studio also reads names such as PORT, HOST and DEBUG, with and without a prefix.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | {
        "HOME": str(data),
        "LABEL_STUDIO_BASE_DATA_DIR": str(data),
        "LABEL_STUDIO_USERNAME": access.email,
        "LABEL_STUDIO_PASSWORD": access.password,
        "SECRET_KEY": access.secret_key,
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "LABEL_STUDIO_ALLOWED_HOSTS": f"{_HOST},localhost",
        "LABEL_STUDIO_CORS_ALLOWED_ORIGINS": url,
        "LABEL_STUDIO_SSRF_PROTECTION_ENABLED": "true",
        "LABEL_STUDIO_ENABLE_LOCAL_FILES_STORAGE": "false",
        "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
        "LABEL_STUDIO_SENTRY_DSN": "",
        "LABEL_STUDIO_FRONTEND_SENTRY_DSN": "",
        "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
        # Shows annotators "3 of 40" in place of how many tasks they have opened.
        "fflag_fix_all_optic_79_task_count_is_wrong_short": "true",
    }


def _wait_until_ready(state: Path) -> tuple[_Process, str]:
    deadline = time.monotonic() + _READY_SECONDS
    while (process := _process(state)) is not None:
        version = _answered_version(process.url)
        if version:
            return process, version
        if time.monotonic() > deadline:
            _terminate(state, process.pid)
            raise StudioError(
                f"Label Studio did not answer within {_READY_SECONDS} seconds and was stopped."
                f"{_last_lines(state)}"
            )
        time.sleep(0.25)
    raise StudioError(f"Label Studio ended while it started.{_last_lines(state)}")


def _answered_version(url: str) -> str | None:
    try:
        answer = httpx.get(f"{url}/api/version", timeout=10, trust_env=False)
        return str(answer.json()["release"])
    except (httpx.HTTPError, ValueError, KeyError):
        return None


def _terminate(state: Path, pid: int) -> None:
    """End the process group; it has ended when nothing holds server.json any more."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(pid, number)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if _process(state) is None:
                with suppress(ChildProcessError):  # raised where another process started it
                    os.waitpid(pid, 0)
                return
            time.sleep(0.05)
    raise StudioError(f"Label Studio (process {pid}) does not end: end it, then try again")


def _last_lines(state: Path) -> str:
    log = state / "server.log"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:]
    return "\n".join([f" The end of {log}:", *lines])


def _free_port(wanted: int, report: Callable[[str], None]) -> int:
    for port in range(wanted, min(wanted + 100, 65536)):
        if _is_free(port):
            if port != wanted:
                report(f"Port {wanted} is busy: using port {port}")
            return port
    raise StudioError(f"No free port from {wanted} on: name another [studio] port in builder.toml")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True
