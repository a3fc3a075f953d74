"""The embedded server, for real: how it starts, what it lets in, how it ends."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from builder.studio import credentials, process, server
from builder.studio.server import Running, StudioError
from tests.studio.conftest import Started


def _quiet(_: str) -> None:
    pass


def _access(running: Running) -> httpx.Response:
    return httpx.post(
        f"{running.url}/api/token/refresh/", json={"refresh": running.token}, trust_env=False
    )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _pid_of(state: Path) -> int:
    return int(json.loads((state / "server.json").read_text(encoding="utf-8"))["pid"])


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state directory of a server of its own, whose first start was killed at once."""
    state = tmp_path_factory.mktemp("own") / "state"
    code = "import sys; from pathlib import Path; from builder.studio import server; "
    code += "server.start(Path(sys.argv[1]), port=None, report=print)"
    with subprocess.Popen([sys.executable, "-c", code, str(state)]) as command:
        _wait_until(lambda: process.find(state) is not None)
        command.kill()
    os.killpg(_pid_of(state), signal.SIGKILL)
    server.stop(state, _quiet)  # waits until it is gone
    yield state
    server.stop(state, _quiet)


def test_the_token_made_at_the_start_opens_the_api(label_studio: Running) -> None:
    header = {"Authorization": f"Bearer {_access(label_studio).json()['access']}"}
    answer = httpx.get(f"{label_studio.url}/api/projects/", headers=header, trust_env=False)
    assert answer.status_code == 200


def test_a_busy_port_gives_the_next_free_one_and_says_so(started: Started) -> None:
    assert int(started.running.url.rsplit(":", 1)[1]) > started.busy_port
    assert any(f"Port {started.busy_port} is busy" in line for line in started.reports)


def test_starting_a_running_server_returns_it(started: Started) -> None:
    assert server.start(started.state, port=None, report=_quiet) == started.running
    assert server.status(started.state) == started.running


def test_only_the_loopback_address_is_listened_on(label_studio: Running) -> None:
    port = int(label_studio.url.rsplit(":", 1)[1])
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    with pytest.raises(OSError, match=r"refused|assign|timed out"):
        socket.create_connection(("127.0.0.2", port), timeout=5).close()


def test_nobody_signs_up_without_an_invitation(label_studio: Running) -> None:
    with httpx.Client(base_url=label_studio.url, trust_env=False) as client:
        client.get("/user/login/")
        form = {"email": "x@localhost", "password": "a-long-password"}
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        assert client.post("/user/signup/", data=form).status_code == 403


def test_the_secrets_are_for_their_owner_alone(started: Started) -> None:
    assert stat.S_IMODE((started.state / "credentials.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((started.state / "data").stat().st_mode) == 0o700
    running, access = started.running, credentials.read(started.state)
    assert access is not None
    told = [
        repr(running),
        repr(access),
        *started.reports,
        (started.state / "server.log").read_text(encoding="utf-8"),
        Path(f"/proc/{running.pid}/cmdline").read_text(encoding="utf-8"),
    ]
    for secret in (running.password, running.token, access.secret_key):
        assert not any(secret in text for text in told)


def test_starts_killed_before_the_first_token_lose_nothing_but_time(state: Path) -> None:
    assert _access(server.start(state, port=None, report=_quiet)).status_code == 200


def test_a_revoked_token_is_made_anew(state: Path) -> None:
    first = server.start(state, port=None, report=_quiet)
    header = {"Authorization": f"Bearer {_access(first).json()['access']}"}
    revoked = httpx.post(
        f"{first.url}/api/token/rotate/",
        json={"refresh": first.token},
        headers=header,
        trust_env=False,
    )
    assert revoked.status_code == 200
    second = server.start(state, port=None, report=_quiet)
    assert second.pid == first.pid
    assert second.token != first.token
    assert _access(second).status_code == 200


def test_a_killed_server_starts_again_and_is_no_longer_kept(state: Path) -> None:
    first = server.start(state, port=None, report=_quiet)
    os.killpg(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    assert server.status(state) is None

    with server.used(state, port=None, report=_quiet) as second:
        assert (second.token, second.password) == (first.token, first.password)
        assert _access(second).status_code == 200
    assert not _is_alive(second.pid)
    assert not (state / "server.json").exists()
    assert server.status(state) is None
    assert not server.stop(state, _quiet)


def test_data_whose_credentials_are_lost_is_never_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(StudioError, match=r"credentials\.json is missing"):
        server.start(tmp_path, port=None, report=_quiet)
    assert (tmp_path / "data").exists()


@pytest.mark.soak
def test_two_servers_started_at_the_same_moment_both_get_a_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    code = "import sys; from pathlib import Path; from builder.studio import server; "
    code += "print(server.start(Path(sys.argv[1]), port=int(sys.argv[2]), report=print).url)"
    states = [tmp_path / "one", tmp_path / "two"]
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(state), str(port)], stdout=subprocess.PIPE, text=True
        )
        for state in states
    ]
    try:
        urls = {start.communicate(timeout=900)[0].splitlines()[-1] for start in starts}
        assert len(urls) == 2
        assert all(server.status(state) for state in states)
    finally:
        for state in states:
            server.stop(state, _quiet)


def test_a_request_that_names_another_host_is_refused(label_studio: Running) -> None:
    named = {"Host": "evil.example"}
    answer = httpx.get(f"{label_studio.url}/api/version", headers=named, trust_env=False)
    assert answer.status_code == httpx.codes.BAD_REQUEST
