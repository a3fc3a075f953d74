"""Connect to the Label Studio server of a workspace: your own, or the embedded one."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from builder.errors import BuilderError
from builder.studio import answering, credentials, server
from builder.studio.asking import UnreachableError
from builder.studio.client import Client, Connection
from builder.workspace.folder import Workspace

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
    """Start the embedded server and keep it running, or say that an external one is used."""
    if external() is None:
        server.start(folder(workspace), port=workspace.config.studio.port, report=log.info)
    return status(workspace)


def stop(workspace: Workspace) -> Address:
    """Stop the embedded server.

    Raises:
        BuilderError: none runs, and the external one is not ours to stop.

    """
    stopped = server.stop(folder(workspace), log.info)
    named = external()
    if named is not None and not stopped:
        raise BuilderError(
            f"{named.url} ({_URL}) is not ours to stop: whoever runs that server stops it"
        )
    return _embedded(workspace)


def status(workspace: Workspace) -> Address:
    """Return where the server is, with no address if none runs.

    Raises:
        UnreachableError: the external server does not answer like Label Studio.

    """
    named = external()
    if named is None:
        return _embedded(workspace)
    if answering.version_at(named.url) is None:
        raise UnreachableError(
            f"{named.url} does not answer like Label Studio: set {_URL} to the address of a "
            f"running server, or unset {_URL} and {_KEY} to use the embedded one"
        )
    return Address(named.url, embedded=False)


def own_account(workspace: Workspace) -> str | None:
    """Return the address of the embedded server's own account; None where another one is used."""
    return None if external() else _embedded(workspace).email


def _embedded(workspace: Workspace) -> Address:
    running = server.status(folder(workspace))
    secrets = str(credentials.path_in(folder(workspace)))
    if running is None:
        return Address(None, embedded=True, password_file=secrets)
    return Address(running.url, embedded=True, email=running.email, password_file=secrets)


@dataclass(frozen=True)
class Invitation:
    """The link by which people sign up: whoever has it can, until a new one is asked for."""

    link: str


def invite(workspace: Workspace, *, new: bool) -> Invitation:
    """Return the link by which annotators sign up; a ``new`` one ends the link given out before.

    Raises:
        BuilderError: the embedded server does not run, or the external one cannot be reached.

    """
    connection = external()
    if connection is None:
        running = server.status(folder(workspace))
        if running is None:
            raise BuilderError("Label Studio is not running. Start it first: builder studio start")
        connection = Connection(running.url, running.token)
    with Client(connection) as client:
        return Invitation(client.invitation(new=new))


@contextmanager
def connected(workspace: Workspace, report: Callable[[str], None]) -> Iterator[Client]:
    """Yield a client; the embedded server runs afterwards only if it is kept or in use."""
    named = external()
    if named is not None:
        with Client(named) as client:
            yield client
        return
    port = workspace.config.studio.port
    with (
        server.used(folder(workspace), port=port, report=report) as running,
        Client(Connection(running.url, running.token)) as client,
    ):
        yield client


def folder(workspace: Workspace) -> Path:
    """Return where the embedded server keeps its state."""
    return workspace.state / "studio"
