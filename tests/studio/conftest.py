"""One real Label Studio and one real Chromium for all tests of the studio."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from label_studio_sdk import LabelStudio
from playwright.sync_api import Browser, Page

from builder.studio import server
from builder.studio.asking import trusted
from builder.studio.server import Running
from tests.studio import browser


@dataclass(frozen=True)
class Started:
    """A server as its start left it: the port asked for was busy."""

    state: Path
    busy_port: int
    reports: list[str]
    running: Running


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    state = tmp_path_factory.mktemp("studio") / "state"
    reports: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = int(busy.getsockname()[1])
        running = server.start(state, port=port, report=reports.append)
    yield Started(state, port, reports, running)
    server.stop(state, print)


@pytest.fixture(scope="session")
def label_studio(started: Started) -> Running:
    """A running server that all tests share: each makes a project of its own."""
    return started.running


@pytest.fixture(scope="session")
def sdk(label_studio: Running) -> Iterator[Any]:
    """The SDK, for what a test has to see or do behind the builder's back."""
    client: Any = LabelStudio
    with httpx.Client(timeout=60, verify=trusted()) as http:
        yield client(base_url=label_studio.url, api_key=label_studio.token, httpx_client=http)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browser.launched() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def tab(chromium: Browser) -> Iterator[Page]:
    """One tab for all tests, so that Label Studio's scripts are fetched and compiled once."""
    with chromium.new_context() as context:
        yield context.new_page()


@pytest.fixture
def page(tab: Page) -> Page:
    """A page with nothing that another test has left: cookies, settings or a size of the window."""
    browser.forget(tab)
    return tab
