"""A server that is none, or a bad one: an error that says so, and nothing is written."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from builder import pipeline
from builder.cli import main
from builder.studio import asking
from builder.workspace.folder import Workspace
from tests import making
from tests.conftest import Copies
from tests.test_faults import contents

_KEY = "a-key-that-must-never-be-printed"
_HTML = b"<!DOCTYPE html><title>Sign in</title><script>alert(1)</script>"


@contextmanager
def _answering(status: int, kind: str, body: bytes) -> Iterator[str]:
    """Run a server that gives one answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def suggested(copy_of: Copies) -> Workspace:
    return copy_of(_suggest)


def _suggest(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    making.put_suggestions(workspace, map(making.suggestion, workspace.articles.records()))


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", _HTML),
        (200, "application/json", _HTML),
        (200, "application/json", b""),
        (200, "application/json", b"[1, 2, 3]"),
        (200, "application/json", json.dumps({"results": [{"id": "x"}], "count": -1}).encode()),
        (200, "application/json", b'{"results": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        (200, "application/octet-stream", bytes(range(256)) * 4000),
        (302, "text/html", _HTML),
        (404, "text/html", _HTML),
        (500, "application/json", b'{"detail": "' + b"x" * 1_000_000 + b'"}'),
    ],
    ids=[
        "html",
        "html as json",
        "empty",
        "list",
        "no project",
        "deep",
        "bytes",
        "302",
        "404",
        "500",
    ],
)
@pytest.mark.parametrize("command", ["push", "pull", "studio status"])
def test_an_answer_that_is_no_label_studios_is_an_error_and_changes_nothing(
    suggested: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    status: int,
    kind: str,
    body: bytes,
) -> None:
    before = contents(suggested.data)
    monkeypatch.setattr(asking, "PAUSES", (0.01, 0.01))
    with _answering(status, kind, body) as url:
        monkeypatch.setenv("LABEL_STUDIO_URL", url)
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", _KEY)
        given = [*command.split(), "--workspace", str(suggested.root)]
        done = CliRunner().invoke(main, given)
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.stderr.startswith("Error: ")
    assert url in done.stderr
    assert len(done.stderr) < 2000
    assert _KEY not in done.output
    assert contents(suggested.data) == before
