"""A server that takes its time is waited for, one that hangs or dies is not."""

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from builder.studio import answering, credentials, process, server
from builder.studio.install import StudioError

# What stands in for Label Studio: launched like it, with the same arguments and environment.
STAND_IN = """
import json, os, subprocess, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

database = Path(os.environ["LABEL_STUDIO_BASE_DATA_DIR"]) / "label_studio.sqlite3"
SECONDS, BUSY = 3, "import time; end = time.time() + 3\\nwhile time.time() < end: pass"


def for_a_while(step):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        step()
        time.sleep(0.1)


def grow():
    with database.open("ab") as file:
        file.write(bytes(50_000))


def by_its_log():
    for_a_while(lambda: print("still here", flush=True))


def by_its_database():
    for_a_while(grow)


def by_its_processor():
    exec(BUSY)


def by_a_process_of_its_own():
    subprocess.run([sys.executable, "-c", BUSY], check=True)


def hangs():
    print("waiting for a lock", flush=True)
    time.sleep(600)


def dies():
    sys.exit("no such table: users")


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"release": "9.9"}).encode())


def main():
    BEHAVIOUR()
    port = int(sys.argv[sys.argv.index("--port") + 1])
    HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Launch a server that behaves so; return its state directory."""
    state = tmp_path / "state"
    state.mkdir()

    def launched(behaviour: str) -> Path:
        package = tmp_path / "packages" / "label_studio"
        package.mkdir(parents=True)
        (package / "server.py").write_text(STAND_IN.replace("BEHAVIOUR", behaviour), "utf-8")
        python = tmp_path / "python"
        python.write_text(f'#!/bin/sh\nPYTHONPATH={package.parent} exec {sys.executable} "$@"\n')
        python.chmod(0o755)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process.launch(state, python, f"http://127.0.0.1:{port}", credentials.new())
        return state

    yield launched
    server.stop(state, print)


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        ("by_its_log", "Label Studio is starting ("),
        ("by_its_database", "Label Studio is preparing its database, "),
        ("by_its_processor", "Label Studio is starting ("),
        ("by_a_process_of_its_own", "Label Studio is starting ("),
    ],
)
def test_a_server_that_moves_is_waited_for_beyond_all_patience(
    launch: Callable[[str], Path], behaviour: str, told: str
) -> None:
    state, reports, begun = launch(behaviour), list[str](), time.monotonic()
    found, version = answering.wait(state, reports.append, patience=1.5, told_every=1)
    assert time.monotonic() - begun > 2.5
    assert (found, version) == (process.find(state), "9.9")
    assert reports
    assert reports[-1].startswith(told)


def test_a_server_that_hangs_is_stopped_and_its_log_shown(launch: Callable[[str], Path]) -> None:
    state = launch("hangs")
    with pytest.raises(StudioError) as raised:
        answering.wait(state, print, patience=1)
    assert "Nothing has moved for 1 seconds, so it was stopped" in str(raised.value)
    assert f"The end of {state / 'server.log'}:" in str(raised.value)
    assert str(raised.value).endswith("waiting for a lock")
    assert process.find(state) is None


def test_a_server_that_dies_is_not_waited_for_and_its_log_shown(
    launch: Callable[[str], Path],
) -> None:
    state = launch("dies")
    with pytest.raises(StudioError) as raised:
        answering.wait(state, print)
    assert "Label Studio ended while it started" in str(raised.value)
    assert f"The end of {state / 'server.log'}:" in str(raised.value)
    assert str(raised.value).endswith("no such table: users")


def test_the_time_on_a_processor_is_that_of_the_whole_session() -> None:
    assert process.processor_seconds(os.getsid(0)) >= sum(os.times()[:2]) * 0.9
    assert process.processor_seconds(2**22 + 1) == 0
