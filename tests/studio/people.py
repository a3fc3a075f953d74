"""People who sign up by invitation and use the server each with a token of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from label_studio_sdk import LabelStudio

from builder.studio.asking import trusted
from builder.studio.client import Client, Connection
from builder.studio.server import Running


@contextmanager
def user_of(running: Running, email: str | None) -> Iterator[Any]:
    """Yield the SDK as a person uses it who has just signed up; None is the server's owner."""
    token = _signed_up(running, email) if email else running.token
    sdk: Any = LabelStudio
    with httpx.Client(timeout=60, verify=trusted(), trust_env=False) as http:
        yield sdk(base_url=running.url, api_key=token, httpx_client=http)


def password_of(email: str) -> str:
    """Return the password with which somebody signs up here."""
    return f"secret of {email}"


def _signed_up(running: Running, email: str) -> str:
    """Return the access token of a new account."""
    with Client(Connection(running.url, running.token)) as client:
        link = client.invitation(new=False)
    with httpx.Client(base_url=running.url, timeout=60, verify=trusted(), trust_env=False) as http:
        http.get(link).raise_for_status()
        form = {"email": email, "password": password_of(email)}
        http.post(link, data={**form, "csrfmiddlewaretoken": http.cookies["csrftoken"]})
        http.headers["X-CSRFToken"] = http.cookies["csrftoken"]
        return str(http.post("/api/token/", json={}).raise_for_status().json()["token"])
