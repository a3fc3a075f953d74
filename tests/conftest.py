"""What all tests share: an empty workspace with the three seeds, and a clean environment."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace

SEEDS = Path(__file__).parents[1] / "seeds"
# Of two variants of one story, and of another.
_SHARED = (
    "Officials in Kenya warned on Monday that the river Tana may flood this week, and that "
    "families who live along its banks should move their goats to higher ground."
)
_SHORT_SEEDS = (
    f"{_SHARED}\n\nJohn Otieno, a farmer, told Reuters that he has lost his maize and two goats.\n",
    f"{_SHARED}\n\nThe Red Cross says that 300 people have left Garissa for camps in the hills.\n",
    "Maria Lopez said on Monday that Acme Corp. will open a plant in Norway.\n\n"
    "The mayor of Oslo, Ivar Berg, said the plan is good for the city and for its people.\n",
)
# Works on a workspace, and copies of what came of it.
Make = Callable[[Workspace], object]
Copies = Callable[[Make], Workspace]
# A file system in memory, and how much has to be free there for the tests' files.
_MEMORY, _ROOM = Path("/dev/shm"), 4 << 30
_HUB = pytest.StashKey[str]()
_SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)

settings.register_profile(
    "default", deadline=None, max_examples=50, suppress_health_check=_SLOW, derandomize=True
)
settings.register_profile(
    "soak", deadline=None, max_examples=3000, suppress_health_check=_SLOW, print_blob=True
)


def pytest_configure(config: pytest.Config) -> None:
    """Give the Hub's library an empty home; it reads these once, when it is imported.

    Files of tests lie in memory where that can be: every record is written through to the disk, and
    a test need not wait for that.
    """
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM and _runs_programs(_MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    config.stash[_HUB] = tempfile.mkdtemp(prefix="builder-tests-")
    os.environ["HF_HOME"] = config.stash[_HUB]
    for name in ("HF_DATASETS_CACHE", "HF_HUB_CACHE", "HF_TOKEN"):
        os.environ.pop(name, None)
    settings.load_profile("soak" if os.environ.get("BUILDER_SOAK") else "default")


def _runs_programs(folder: Path) -> bool:
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Trace no property: many examples take long to trace, and the other tests show as much."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("no_cover")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what the tests left in that home."""
    shutil.rmtree(config.stash[_HUB], ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests away from a server and from settings that the shell happens to name."""
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Serve S3 and yield a client; stands in for the real service, by its protocol."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "not-to-be-printed",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield boto3.client("s3")
    server.stop()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace with the three seeds."""
    return _seeded(tmp_path / "workspace")


def _seeded(root: Path) -> Workspace:
    init.init(root)
    for seed in sorted(SEEDS.glob("*.txt")):
        shutil.copy(seed, root / "seeds")
    return open_workspace(root)


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    """An empty workspace with three short seeds and no model: for what is done many times over."""
    root = tmp_path / "workspace"
    init.init(root)
    config = root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"builder"', '"rules"'), "utf-8")
    for number, seed in enumerate(_SHORT_SEEDS):
        (root / "seeds" / f"{number}.txt").write_text(seed, "utf-8")
    return open_workspace(root)


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Make], Path]:
    @cache
    def made(make: Make) -> Path:
        workspace = _seeded(tmp_path_factory.mktemp("made") / "workspace")
        make(workspace)
        return workspace.root

    return made


@pytest.fixture
def copy_of(tmp_path: Path, _made: Callable[[Make], Path]) -> Copies:
    """Return a copy of the workspace that a function makes of the three seeds.

    The function is called once for all tests that ask for a copy.
    """
    return lambda make: open_workspace(shutil.copytree(_made(make), tmp_path / "worked-on"))
