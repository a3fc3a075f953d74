"""Whose server it is: commands that run beside each other, and what is left when they end."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from builder.errors import BuilderError
from builder.studio import process, server, session
from builder.studio.server import Running
from builder.workspace.folder import Workspace

BUILDER = Path(sys.executable).with_name("builder")


def _quiet(_: str) -> None:
    pass


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Commands:
    """Runs builder commands beside each other in one workspace, as shells do."""

    def __init__(self, workspace: Workspace, ending: ExitStack) -> None:
        self.state = session.folder(workspace)
        self._root = workspace.root
        self._ending = ending

    def begin(self, *words: str, ignoring: Collection[int] = ()) -> "subprocess.Popen[str]":
        """Start a command that heeds signals, whatever the tests themselves were started with."""

        def heed() -> None:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN if number in ignoring else signal.SIG_DFL)

        return self._ending.enter_context(
            subprocess.Popen(
                [BUILDER, *words, "--json", "--workspace", self._root],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                preexec_fn=heed,
            )
        )

    def run(self, *words: str) -> str:
        """Run a command to its good end and return what it printed."""
        return ended(self.begin(*words))

    def begin_starting(
        self, *words: str, ignoring: Collection[int] = ()
    ) -> "subprocess.Popen[str]":
        """Return a command whose server is running, but does not answer yet."""
        command = self.begin(*words, ignoring=ignoring)
        _wait_until(self.is_running)
        assert server.status(self.state) is None
        return command

    def is_running(self) -> bool:
        return process.find(self.state) is not None


def ended(command: "subprocess.Popen[str]") -> str:
    out, err = command.communicate(timeout=300)
    assert command.returncode == 0, err
    return out


@pytest.fixture
def commands(workspace: Workspace) -> Iterator[Commands]:
    """Commands in a workspace that has never had a server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = workspace.root / "builder.toml"
    original = config.read_text("utf-8")
    config.write_text(original.replace("port = 8080", f"port = {port}"), "utf-8")
    assert config.read_text("utf-8") != original
    with ExitStack() as ending:
        yield Commands(workspace, ending)
        server.stop(session.folder(workspace), _quiet)


# --- a server that a command started --------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("pull", signal.SIGINT),
        ("pull", signal.SIGTERM),
        ("pull", signal.SIGHUP),
        ("studio start", signal.SIGINT),
    ],
)
def test_a_command_that_is_ended_while_its_server_starts_leaves_no_server(
    commands: Commands, words: str, number: signal.Signals
) -> None:
    command = commands.begin_starting(*words.split())
    command.send_signal(number)
    command.communicate(timeout=60)
    assert command.returncode != 0
    assert not commands.is_running()


def test_what_nohup_shields_from_a_hang_up_goes_on(commands: Commands) -> None:
    pull = commands.begin_starting("pull", ignoring=[signal.SIGHUP])
    pull.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        pull.wait(timeout=1)
    pull.terminate()


def test_the_server_of_a_killed_pull_is_used_and_stopped_by_the_next_user(
    commands: Commands, workspace: Workspace
) -> None:
    pull = commands.begin_starting("pull")
    left_over = process.find(commands.state)
    pull.kill()
    pull.wait()
    assert commands.is_running()
    with session.connected(workspace, _quiet):
        assert process.find(commands.state) == left_over
        with session.connected(workspace, _quiet):
            pass
        assert commands.is_running()  # the one who came last did not end it for the others
    assert not commands.is_running()


# --- a server that people want to stay ------------------------------------------------------


def test_studio_start_beside_a_starting_pull_keeps_its_server_until_studio_stop(
    commands: Commands,
) -> None:
    pull = commands.begin_starting("pull")
    starting = process.find(commands.state)
    assert json.loads(commands.run("studio", "start"))["url"] is not None
    ended(pull)
    commands.run("pull")
    assert process.find(commands.state) == starting
    assert json.loads(commands.run("studio", "stop"))["url"] is None
    assert not commands.is_running()


@pytest.mark.soak
def test_a_pull_beside_a_starting_studio_start_leaves_its_server_running(
    commands: Commands,
) -> None:
    start = commands.begin_starting("studio", "start")
    commands.run("pull")
    assert json.loads(ended(start))["url"] is not None
    assert server.status(commands.state) is not None


@pytest.mark.soak
def test_studio_stop_beside_a_starting_studio_start_stops_its_server(commands: Commands) -> None:
    start = commands.begin_starting("studio", "start")
    commands.run("studio", "stop")
    start.communicate(timeout=60)
    assert not commands.is_running()


# --- an external server ---------------------------------------------------------------------


class _Nonsense(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'["release"]')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def name_server(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Name an external server as users do."""

    def name(url: str) -> None:
        monkeypatch.setenv("LABEL_STUDIO_URL", url)
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", "key")

    return name


def test_an_external_label_studio_is_named_with_its_address(
    workspace: Workspace, name_server: Callable[[str], None], label_studio: Running
) -> None:
    name_server(label_studio.url)
    assert session.status(workspace) == session.Address(label_studio.url, embedded=False)


def test_an_external_server_that_is_no_label_studio_is_an_error(
    workspace: Workspace, name_server: Callable[[str], None]
) -> None:
    with HTTPServer(("127.0.0.1", 0), _Nonsense) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        name_server(f"http://127.0.0.1:{other.server_port}")
        with pytest.raises(BuilderError, match="does not answer like Label Studio"):
            session.status(workspace)
        other.shutdown()


def test_an_external_server_that_does_not_answer_is_an_error(
    workspace: Workspace, name_server: Callable[[str], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    name_server(f"http://127.0.0.1:{port}")
    for look in (session.status, session.start):
        with pytest.raises(BuilderError, match="does not answer like Label Studio"):
            look(workspace)


def test_an_external_server_is_not_ours_to_stop(
    workspace: Workspace, name_server: Callable[[str], None]
) -> None:
    name_server("http://127.0.0.1:1")
    with pytest.raises(BuilderError, match="not ours to stop"):
        session.stop(workspace)
