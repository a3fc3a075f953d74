"""A workspace in, a client of its Label Studio server out: yours, or the embedded one."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from builder.errors import BuilderError
from builder.store import Workspace
from builder.studio import credentials, server
from builder.studio.client import Client, Connection

log = logging.getLogger(__name__)

_URL, _KEY = "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"


def external() -> Connection | None:
    """Return the server that the environment names, or None.

    Raises:
        BuilderError: only one of the two variables is set.

    """
    url, key = os.environ.get(_URL), os.environ.get(_KEY)
    if url and key:
        return Connection(url, key)
    if url or key:
        raise BuilderError(f"set both {_URL} and {_KEY}, or neither to use the embedded server")
    return None


@dataclass(frozen=True)
class Address:
    """Where Label Studio is and how a person signs in; the password stays in its file."""

    url: str | None
    embedded: bool
    email: str | None = None
    password_file: str | None = None


def start(workspace: Workspace) -> Address:
    """Start the embedded server, or say that an external one is used."""
    if external() is None:
        server.start(folder(workspace), port=workspace.config.studio.port, report=log.info)
    return status(workspace)


def stop(workspace: Workspace) -> Address:
    """Stop the embedded server."""
    server.stop(folder(workspace), log.info)
    return status(workspace)


def status(workspace: Workspace) -> Address:
    """Return where the server is, with no address if none runs."""
    named = external()
    if named is not None:
        return Address(named.url, embedded=False)
    running = server.status(folder(workspace))
    secrets = str(credentials.path_in(folder(workspace)))
    if running is None:
        return Address(None, embedded=True, password_file=secrets)
    return Address(running.url, embedded=True, email=running.email, password_file=secrets)


@contextmanager
def connected(workspace: Workspace, report: Callable[[str], None]) -> Iterator[Client]:
    """Yield a client; an embedded server that was not running is stopped again at the end."""
    named = external()
    if named is not None:
        with Client(named) as client:
            yield client
        return
    state = folder(workspace)
    found = server.status(state)
    running = found or server.start(state, port=workspace.config.studio.port, report=report)
    try:
        with Client(Connection(running.url, running.token)) as client:
            yield client
    finally:
        if found is None:
            server.stop(state, report)


def folder(workspace: Workspace) -> Path:
    """Return where the embedded server keeps its state."""
    return workspace.state / "studio"
