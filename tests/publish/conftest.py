"""A workspace with two small releases, and a stand-in for the Hub that is reached as the Hub is."""

import hashlib
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import certifi
import pytest

from builder.dataset import check
from builder.publish import hub as hub_client
from builder.publish import loading
from builder.workspace import init
from builder.workspace.config import Rights, TextLicence
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.publish.hub import ORGANISATION, TOKEN, StandIn
from tests.release.conftest import CONFIG, parts

REPOSITORY = f"{ORGANISATION}/small-news"
TARGET = f"hf://datasets/{REPOSITORY}"
# Rights that let the texts of these releases go.
FREE = Rights(text=TextLicence(licence="CC0-1.0"))
WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workspace's releases: 0.1.0, and 0.2.0 with an article more."""
    releases = tmp_path_factory.mktemp("published") / "releases"
    found = parts()
    bare = found.pop("bare")
    first = making.write(
        releases / "0.1.0", *making.rows(*found.values(), rights=FREE), CONFIG, rights=FREE
    )
    every = making.rows(*found.values(), bare, rights=FREE)
    making.write(releases / "0.2.0", *every, CONFIG, previous=first, rights=FREE)
    return releases


@pytest.fixture
def news(tmp_path: Path, two_releases: Path) -> Workspace:
    """A workspace that holds both releases."""
    root = tmp_path / "news"
    init.init(root)
    shutil.copytree(two_releases, root / "data" / "releases")
    return open_workspace(root)


@pytest.fixture
def loads() -> None:
    """Ask for it to have rows loaded through ``datasets``, as every real publication does."""


@pytest.fixture(autouse=True)
def _quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check the same bytes once, and take the numbers of rows as given: no step of the Hub."""
    if "loads" not in request.fixturenames:
        monkeypatch.setattr(check, "problems", _remembered)
        monkeypatch.setattr(loading, "_counted", lambda _, release, __: release.said.rows)


_problems, _found = check.problems, dict[str, list[check.Problem]]()


def _remembered(folder: Path) -> Iterator[check.Problem]:
    """Yield what is wrong with a release, as found when the same bytes were looked at before."""
    said = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    key = hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()
    if key not in _found:
        _found[key] = [(p.relative_to(folder), f, told) for p, f, told in _problems(folder)]
    return ((folder / path, field, reason) for path, field, reason in _found[key])


@pytest.fixture(scope="session")
def one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one of the certificates by which servers are known; the stand-in needs none.

    Each publication reads what certificates there are, and all of them take longer than the rest.
    """
    end = "-----END CERTIFICATE-----\n"
    place = tmp_path_factory.mktemp("certificates") / "one.pem"
    place.write_text(Path(certifi.where()).read_text("utf-8").partition(end)[0] + end, "utf-8")
    return place


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, one_certificate: Path) -> Iterator[StandIn]:
    """The stand-in, without repositories; the log-in may write."""
    monkeypatch.setenv("SSL_CERT_FILE", str(one_certificate))
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr(hub_client, "PAUSES", (0.0, 0.0))
    impatient = SimpleNamespace(**{**vars(time), "sleep": lambda _: None})
    for module in ("utils._http", "file_download"):
        monkeypatch.setattr(f"huggingface_hub.{module}.time", impatient)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def release_files(news: Workspace, version: str) -> dict[str, bytes]:
    """Return the files of a release of a workspace, by path."""
    folder = news.releases / version
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }
