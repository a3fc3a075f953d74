"""Find, launch and end an embedded server's process."""

import fcntl
import json
import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from builder.studio.credentials import Credentials
from builder.studio.install import DATABASE, StudioError, bare_environment

HOST = "127.0.0.1"
_STOP_SECONDS = 10
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
class Process:
    """A server's process, leader of its own group, and the address that it was given."""

    pid: int
    url: str


def data_in(state: Path) -> Path:
    """Return where Label Studio keeps its own files."""
    return state / "data"


def database_in(state: Path) -> Path:
    """Return Label Studio's database."""
    return data_in(state) / DATABASE


def log_in(state: Path) -> Path:
    """Return the file that holds what the server printed since its last start."""
    return state / "server.log"


def find(state: Path) -> Process | None:
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
                return Process(**json.loads(written))
            time.sleep(0.1)  # it was launched this very moment
        else:
            return None
    raise StudioError(f"{state / 'server.json'} is held by a process that is not Label Studio")


def launch(state: Path, python: Path, url: str, access: Credentials) -> None:
    """Start a server in a session of its own; ``find`` finds it from now on."""
    data = data_in(state)
    data.mkdir(mode=0o700, exist_ok=True)
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    holder = os.open(state / "server.json", write, 0o600)
    log = os.open(log_in(state), write, 0o600)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX)
        os.set_inheritable(holder, True)
        port = url.rsplit(":", 1)[1]
        # --debug only keeps Label Studio from moving to another port without a word.
        options = ["start", "--no-browser", "--debug", "--internal-host", HOST, "--port", port]
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
    """Return all that the server sees."""
    return bare_environment() | {
        "HOME": str(data),
        "LABEL_STUDIO_BASE_DATA_DIR": str(data),
        "LABEL_STUDIO_USERNAME": access.email,
        "LABEL_STUDIO_PASSWORD": access.password,
        "SECRET_KEY": access.secret_key,
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "LABEL_STUDIO_ALLOWED_HOSTS": f"{HOST},localhost",
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


def terminate(state: Path, pid: int) -> None:
    """End the process group; it has ended when nothing holds server.json any more.

    Raises:
        StudioError: it does not end, not even when it is killed.

    """
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(pid, number)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if find(state) is None:
                with suppress(ChildProcessError):  # raised where another process started it
                    os.waitpid(pid, 0)
                return
            time.sleep(0.05)
    raise StudioError(f"Label Studio (process {pid}) does not end: end it, then try again")


def last_lines(state: Path) -> str:
    """Return the end of server.log, with a line that says so."""
    log = log_in(state)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:]
    return "\n".join([f" The end of {log}:", *lines])


def processor_seconds(session: int) -> float:
    """Return how long the processes of a session have run on a processor; 0 where none can see.

    ``session`` is the id of the server's process, its leader. Systems without /proc do not say.
    """
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # What follows the command's name, which may hold anything: proc_pid_stat(5).
            values = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it ended this very moment
        if int(values[3]) == session:
            ticks += sum(map(int, values[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def is_local(url: str) -> bool:
    """Tell whether a URL means this machine, whose servers no outside proxy knows."""
    return urlsplit(url).hostname in (HOST, "localhost", "::1")


def is_free(port: int) -> bool:
    """Tell whether nothing listens on a port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
