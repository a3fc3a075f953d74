"""Annotators sign up by a link, and only by the link that is in force."""

import json
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from builder.cli import main
from builder.studio.server import Running
from builder.workspace.folder import Workspace


@pytest.fixture
def named(label_studio: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    return label_studio


def _link(workspace: Workspace, *words: str) -> str:
    given = ["studio", "invite", *words, "--json", "--workspace", str(workspace.root)]
    done = CliRunner().invoke(main, given, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(json.loads(done.stdout)["link"])


def _sign_up(link: str, email: str) -> None:
    with httpx.Client(timeout=60, trust_env=False) as http:
        http.get(link)
        form = {"email": email, "password": "long enough to do"}
        csrf = http.cookies.get("csrftoken", "")
        http.post(link, data={**form, "csrfmiddlewaretoken": csrf})


def test_who_has_the_link_can_sign_up_and_nobody_with_an_old_one_or_none(
    workspace: Workspace, named: Running, sdk: Any
) -> None:
    link = _link(workspace)
    assert link == _link(workspace)
    assert link.startswith(f"{named.url}/user/signup/?token=")
    _sign_up(link, "by.link@example.org")
    newer = _link(workspace, "--new")
    assert newer == _link(workspace) != link
    _sign_up(link, "by.old.link@example.org")
    _sign_up(link.partition("?")[0], "without.link@example.org")
    _sign_up(newer, "by.new.link@example.org")
    emails = {user.email for user in sdk.users.list()}
    assert {"by.link@example.org", "by.new.link@example.org"} <= emails
    assert not {"by.old.link@example.org", "without.link@example.org"} & emails


def test_an_embedded_server_that_does_not_run_invites_nobody_and_says_how_to_start_it(
    workspace: Workspace,
) -> None:
    done = CliRunner().invoke(main, ["studio", "invite", "--workspace", str(workspace.root)])
    assert done.exit_code == 1
    assert "builder studio start" in done.output
