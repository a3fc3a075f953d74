"""Whatever goes wrong at any step, the next run ends with one commit, one tag, the right bytes."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from builder import pipeline
from builder.errors import BuilderError
from builder.publish import hub as hub_client
from builder.publish import to_hub
from builder.workspace.folder import Workspace
from tests.publish.conftest import REPOSITORY, TARGET, WHEN, release_files
from tests.publish.hub import TOKEN, StandIn

pytestmark = pytest.mark.no_cover

FIRST, SECOND = "0.1.0", "0.2.0"
# Every step at which the Hub is asked for something, in the order of a first publication.
STEPS = (
    "info",
    "create",
    "settings",
    "tags",
    "tree",
    "preupload",
    "batch",
    "put",
    "verify",
    "yaml",
    "commit",
    "tag",
    "load",
    "store",
)
# Those that change something there; a lost answer of the others is one that fails.
CHANGING = ("create", "settings", "preupload", "batch", "put", "verify", "commit", "tag")
# So many answers go wrong that no client's patience helps.
ALWAYS = 9999


@pytest.fixture(autouse=True)
def _unfetched(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetch nothing by the tag where a fault meets another step: the bytes are compared anyway."""
    params = getattr(request.node, "callspec", None)
    if params is not None and params.params["step"] not in ("load", "store"):
        monkeypatch.setattr(to_hub, "load_by_tag", lambda *_: [])


def attempt(news: Workspace, version: str = FIRST) -> BuilderError | None:
    """Publish, as a person who wants it gated and public; return what was said if it failed."""
    try:
        pipeline.publish(news, TARGET, version, when=WHEN, public=True, gated=True)
    except BuilderError as error:
        return error
    return None


def check_published(news: Workspace, hub: StandIn, *versions: str) -> None:
    """Check that the Hub holds these versions, each by one commit and one tag, and no more."""
    repo = hub.repos[REPOSITORY]
    titles = [commit.title for commit in repo.commits]
    assert titles == ["initial commit", *(f"Release {version}" for version in versions)]
    assert list(repo.tags) == list(versions)
    for version in versions:
        assert repo.files(version) == release_files(news, version)
    assert (repo.private, repo.gated) == (False, "manual")
    kept = news.publications.load().values()
    assert {(p.version, p.commit) for p in kept} == set(repo.tags.items())


@contextlib.contextmanager
def interrupted() -> Iterator[None]:
    """Expect that the program is interrupted, as by Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("step", STEPS)
def test_what_fails_before_a_step_is_done_is_told_and_goes_on_the_next_time(
    news: Workspace, hub: StandIn, step: str
) -> None:
    for kind in ("503", "cut"):
        hub.fail(step, kind, ALWAYS)
        error = attempt(news)
        if error is None and step == "verify":
            break  # What lies there since the first run is not asked after again.
        assert error is not None, f"{step} {kind} was not told"
        assert TARGET in str(error) and TOKEN not in str(error)
        assert "Run the same command again" in str(error)
        assert not news.publications.load()
        hub.faults.clear()
    assert attempt(news) is None
    check_published(news, hub, FIRST)
    assert set(hub.sent.values()) == {1}


@pytest.mark.parametrize("step", (*CHANGING, "load"))
def test_a_run_that_was_interrupted_after_a_step_is_finished_by_the_next(
    news: Workspace, hub: StandIn, step: str
) -> None:
    hub.fail(step, "stopped after")
    with interrupted():
        attempt(news)
    assert attempt(news) is None
    check_published(news, hub, FIRST)


@pytest.mark.parametrize("step", CHANGING)
@pytest.mark.parametrize("kind", ["lost", "twice"])
def test_an_answer_that_was_lost_or_came_twice_makes_nothing_twice(
    news: Workspace, hub: StandIn, step: str, kind: str
) -> None:
    hub.fail(step, kind)
    attempt(news)
    assert attempt(news) is None
    check_published(news, hub, FIRST)


@pytest.mark.parametrize("step", ["commit", "tag", "put"])
@pytest.mark.parametrize("kind", ["lost", "twice"])
def test_after_an_answer_was_lost_the_same_run_looks_and_goes_on(
    news: Workspace, hub: StandIn, step: str, kind: str
) -> None:
    hub.fail(step, kind)
    assert attempt(news) is None
    check_published(news, hub, FIRST)


def test_questions_that_fail_once_are_asked_again_in_the_same_run(
    news: Workspace, hub: StandIn
) -> None:
    for step in ("info", "write right", "tags", "tree", "load"):
        hub.fail(step, "503")
    assert attempt(news) is None
    check_published(news, hub, FIRST)


def test_a_second_version_that_was_cut_off_sends_what_is_new_once(
    news: Workspace, hub: StandIn
) -> None:
    assert attempt(news) is None
    for kind in ("cut", "500"):
        hub.fail("commit", kind)
        assert attempt(news, SECOND) is not None
    assert hub.repos[REPOSITORY].files() == release_files(news, FIRST)
    assert attempt(news, SECOND) is None
    check_published(news, hub, FIRST, SECOND)
    assert set(hub.sent.values()) == {1}


def test_a_download_that_ends_halfway_is_taken_up_where_it_ended(
    news: Workspace, hub: StandIn
) -> None:
    hub.fail("load", "half", 12)
    hub.fail("store", "half", 12)
    assert attempt(news) is None
    check_published(news, hub, FIRST)


def test_a_slow_server_is_waited_for_and_a_silent_one_is_not(
    news: Workspace, hub: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.fail("commit", "slow")
    monkeypatch.setattr(hub_client, "PATIENCE", 0.1)
    assert attempt(news) is not None
    monkeypatch.setattr(hub_client, "PATIENCE", 20.0)
    hub.fail("tag", "slow")
    assert attempt(news) is None
    check_published(news, hub, FIRST)


@pytest.mark.parametrize("step", ["batch", "put", "commit", "tag"])
def test_a_long_wait_that_the_hub_asks_for_is_told_and_not_waited(
    news: Workspace, hub: StandIn, step: str
) -> None:
    hub.fail(step, "wait 3600")
    told = attempt(news)
    assert told is not None and "same command again in 3600 seconds, as it asks" in str(told)
    assert attempt(news) is None
    check_published(news, hub, FIRST)


def test_a_short_wait_that_the_hub_asks_for_is_waited(news: Workspace, hub: StandIn) -> None:
    hub.fail("batch", "wait 0")
    assert attempt(news) is None
    check_published(news, hub, FIRST)


@pytest.mark.parametrize("step", ["put", "commit"])
def test_a_process_that_was_killed_after_a_step_is_finished_by_the_next(
    news: Workspace, hub: StandIn, step: str
) -> None:
    hub.fail(step, "killed after")
    code = "import sys; sys.stdin.readline(); from builder.cli import main; main()"
    options = ("--version", FIRST, "--public", "--gated", "--workspace", str(news.root))
    with subprocess.Popen(
        [sys.executable, "-c", code, "publish", TARGET, *options],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ,
    ) as process:
        hub.victim = process.pid
        process.communicate(b"\n")
    assert process.returncode == -signal.SIGKILL
    assert attempt(news) is None
    check_published(news, hub, FIRST)
