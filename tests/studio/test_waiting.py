"""Status counts newer work in all projects of a team, however many the server has."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from builder.studio.waiting import since_the_last_pull
from builder.workspace import init
from builder.workspace.folder import open_workspace

_MANY = 130


def _answer(request: httpx.Request) -> httpx.Response:
    """Answer as a server with many projects and a changed task in each."""
    asked = request.url.params
    if request.url.path == "/api/tasks":
        return httpx.Response(200, json={"total": 1})
    if request.url.path != "/api/projects":
        return httpx.Response(404)
    size, page = int(asked.get("page_size", 30)), int(asked.get("page", 1))
    inside = range((page - 1) * size, min(page * size, _MANY))
    found = [{"id": n, "title": f"{asked['title']}: first opinion {n}"} for n in inside]
    return httpx.Response(200, json={"results": found, "next": page * size < _MANY or None})


def test_newer_work_is_counted_in_all_projects_of_a_large_team(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://team.example")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "key")
    client = httpx.Client

    def answered(**given: Any) -> httpx.Client:
        return client(**given, transport=httpx.MockTransport(_answer))

    monkeypatch.setattr(httpx, "Client", answered)
    init.init(tmp_path)
    found = since_the_last_pull(open_workspace(tmp_path))
    assert found.due == f"{_MANY} tasks with newer work on the server"
