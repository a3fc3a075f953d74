"""A server on which people are at work is not stopped unasked."""

import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builder import pipeline
from builder.studio import presence, process, server, session
from builder.studio.client import Client, Connection
from builder.studio.server import Running
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.conftest import SEEDS
from tests.studio.people import user_of

BUILDER = Path(sys.executable).with_name("builder")
_EMAIL = "second@example.org"
_PORT = 8180


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace whose own server runs for annotators and holds its tasks."""
    root = tmp_path_factory.mktemp("stopping") / "workspace"
    init.init(root)
    shutil.copy(min(SEEDS.glob("*.txt")), root / "seeds")
    state = session.folder(open_workspace(root))
    server.start(state, port=_PORT, report=_quiet)
    workspace = open_workspace(root)
    pipeline.ingest(workspace)
    making.put_suggestions(workspace, map(making.suggestion, workspace.articles.load().values()))
    pipeline.push(workspace)
    yield workspace
    server.stop(state, _quiet)


def _quiet(_: str) -> None:
    pass


@pytest.fixture
def running(workspace: Workspace) -> Running:
    found = server.status(session.folder(workspace))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def person(workspace: Workspace) -> Iterator[Any]:
    """Somebody who has just signed up, as they use the server."""
    found = server.status(session.folder(workspace))
    assert found is not None
    with user_of(found, _EMAIL) as sdk:
        yield sdk


def task_of(workspace: Workspace, running: Running) -> int:
    with Client(Connection(running.url, running.token)) as client:
        project = client.project(workspace.config.studio.project)
        assert project is not None
        return int(next(client.tasks(project.id))["id"])


def draft(sdk: Any, task: int) -> None:
    request = sdk._client_wrapper.httpx_client.request
    body = {"result": [], "lead_time": 1}
    assert request(f"api/tasks/{task}/drafts", method="POST", json=body).is_success


def stop(workspace: Workspace, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [BUILDER, "studio", "stop", *words, "--workspace", workspace.root],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_what_the_builder_itself_does_is_nobodys_work(workspace: Workspace) -> None:
    assert not presence.at_work(workspace)


def test_the_maintainers_draft_counts(workspace: Workspace, running: Running) -> None:
    task = task_of(workspace, running)
    with user_of(running, None) as own:
        draft(own, task)
        found = presence.at_work(workspace)
        request = own._client_wrapper.httpx_client.request
        (made,) = request(f"api/tasks/{task}/drafts", method="GET").json()
        request(f"api/drafts/{made['id']}/", method="DELETE")
    ((name, number),) = found.drafts.items()
    assert re.fullmatch(r"maintainer-[0-9a-f]{4}", name)
    assert (number, found.active) == (1, [])
    assert not presence.at_work(workspace)


def test_somebody_who_was_active_is_named_and_the_server_goes_on(
    workspace: Workspace, person: Any
) -> None:
    found = presence.at_work(workspace)
    assert found.drafts == {}
    (name,) = found.active
    assert re.fullmatch(r"annotator-[0-9a-f]{8}|account \d+", name)
    done = stop(workspace)
    assert done.returncode == 1
    assert f"1 active in the last 10 minutes: {name}\n" in done.stderr
    assert "builder studio stop --force stops it" in done.stderr
    assert server.status(session.folder(workspace)) is not None


def test_who_was_active_an_hour_ago_is_not_at_work_but_their_draft_is_told(
    workspace: Workspace, running: Running, person: Any
) -> None:
    draft(person, task_of(workspace, running))
    (name,) = presence.at_work(workspace).active
    database = process.data_in(session.folder(workspace)) / "label_studio.sqlite3"
    with sqlite3.connect(database, timeout=30) as connection:
        before = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
        connection.execute(
            "UPDATE htx_user SET last_activity = ? WHERE email = ?", (before, _EMAIL)
        )
    connection.close()
    found = presence.at_work(workspace)
    assert (found.active, found.drafts) == ([], {name: 1})
    assert f"1 draft not sent: {name} 1" in stop(workspace).stderr


@pytest.mark.parametrize(("answer", "code", "there"), [("n", 1, True), ("y", 0, False)])
def test_at_a_terminal_it_asks(
    workspace: Workspace, person: Any, answer: str, code: int, there: bool
) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [BUILDER, "studio", "stop", "--workspace", workspace.root],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        os.write(ours, f"{answer}\n".encode())
        _, err = command.communicate(timeout=120)
    os.close(ours)
    os.close(theirs)
    assert "Stop it all the same?" in err
    assert command.returncode == code
    assert (server.status(session.folder(workspace)) is not None) == there


def test_a_server_that_hangs_is_stopped_by_force_alone(workspace: Workspace) -> None:
    state = session.folder(workspace)
    server.start(state, port=None, report=_quiet)
    found = process.find(state)
    assert found is not None
    os.killpg(found.pid, signal.SIGSTOP)
    try:
        told = presence.at_work(workspace, patience=1)
        assert told.unanswered == f"Label Studio at {found.url} does not say who is at work"
        done = stop(workspace)
        assert (done.returncode, told.unanswered in done.stderr) == (1, True)
    finally:
        os.killpg(found.pid, signal.SIGCONT)
    assert process.find(state) == found
    assert stop(workspace, "--force").returncode == 0
    assert process.find(state) is None
    assert stop(workspace).returncode == 0
