"""Keep the secrets of an embedded server in one file, and make its access token.

``credentials.json`` is readable by its owner alone. It is written before the server first runs and
is complete when it holds a token.
"""

import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from builder.studio.asking import trusted
from builder.studio.install import StudioError
from builder.workspace.store import write_bytes

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True)
class Credentials:
    """How to sign in as administrator; what the server signs with; the access token once made."""

    email: str
    password: str = field(repr=False)
    secret_key: str = field(repr=False)
    token: str | None = field(repr=False)


def path_in(state: Path) -> Path:
    """Return where the credentials of a state directory lie."""
    return state / "credentials.json"


def new() -> Credentials:
    """Return credentials that nobody can guess, for a server that does not exist yet."""
    password, secret_key = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
    return Credentials("admin@localhost", password, secret_key, token=None)


def read(state: Path) -> Credentials | None:
    """Return the credentials of a state directory, None where there are none yet."""
    path = path_in(state)
    try:
        return Credentials(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise StudioError(
            f"{path}: cannot be read ({type(error).__name__}): put back the file as it was"
        ) from None


def write(state: Path, credentials: Credentials) -> None:
    """Keep the credentials; at no moment can anybody else read them."""
    content = json.dumps(asdict(credentials), indent=2) + "\n"
    write_bytes(path_in(state), content.encode(), mode=0o600)


def with_token(state: Path, url: str) -> Credentials:
    """Return the credentials with a token that the server at ``url`` accepts.

    One is made, without a browser, where there is none or it was revoked.

    Raises:
        StudioError: the credentials are lost or the server does not let us in.

    """
    import httpx

    credentials = read(state)
    if credentials is None:
        raise StudioError(f"{path_in(state)}: missing: put the file back")
    try:
        with httpx.Client(base_url=url, timeout=60, verify=trusted(), trust_env=False) as client:
            if credentials.token is None or not _accepts(client, credentials.token):
                credentials = replace(credentials, token=_new_token(client, credentials))
                write(state, credentials)
    except httpx.HTTPError as error:
        raise StudioError(f"Label Studio at {url} gave no access token: {error}") from error
    return credentials


def _accepts(client: "httpx.Client", token: str) -> bool:
    return client.post("/api/token/refresh/", json={"refresh": token}).status_code == HTTPStatus.OK


def _new_token(client: "httpx.Client", credentials: Credentials) -> str:
    """Sign in as a browser does and return a new personal access token.

    Label Studio keeps one token a user and shows it once, so those made before are revoked.
    """
    client.get("/user/login/").raise_for_status()
    form = {"email": credentials.email, "password": credentials.password}
    form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
    if client.post("/user/login/", data=form).status_code != HTTPStatus.FOUND:
        raise StudioError(
            f"Label Studio does not let {credentials.email} in with the password in "
            "credentials.json: put there the one that was set in Label Studio"
        )
    client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
    for old in client.get("/api/token/").raise_for_status().json():
        client.post("/api/token/blacklist/", json={"refresh": old["token"]}).raise_for_status()
    made = client.post("/api/token/", json={}).raise_for_status()
    return str(made.json()["token"])
