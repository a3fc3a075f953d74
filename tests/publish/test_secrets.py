"""The token is where it belongs, and nowhere else: not in errors, logs, files or other requests."""

import logging
import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from builder import pipeline
from builder.errors import BuilderError
from builder.publish.scrub import scrubbed
from builder.workspace.folder import Workspace
from tests.publish.conftest import REPOSITORY, TARGET, WHEN
from tests.publish.hub import IDENTITY, IDENTITY_REQUEST, TOKEN, StandIn
from tests.publish.test_cut_off import STEPS

pytestmark = pytest.mark.no_cover

SECRETS = (TOKEN, IDENTITY, IDENTITY_REQUEST)


def contents(root: Path) -> bytes:
    return b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", ["400", "403", "500"])
def test_no_fault_of_any_step_brings_the_token_to_light(
    news: Workspace, hub: StandIn, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The stand-in quotes in its refusals what it was sent."""
    caplog.set_level(logging.INFO)
    for step in STEPS:
        hub.fail(step, kind, 9999)
        try:
            pipeline.publish(news, TARGET, "0.1.0", when=WHEN, public=True, gated=True)
        except BuilderError as error:
            told = "".join(traceback.format_exception(error))
            assert TOKEN not in told
            assert "signature=" not in told
        hub.faults.clear()
    assert TOKEN not in caplog.text
    assert TOKEN.encode() not in contents(news.root)
    assert hub.unauthorised == []


def test_a_workflow_that_may_publish_needs_no_token_and_tells_none(
    news: Workspace, hub: StandIn, tmp_path: Path
) -> None:
    kept = {k: v for k, v in os.environ.items() if k not in ("HF_TOKEN", "PYTEST_CURRENT_TEST")}
    done = subprocess.run(
        [sys.executable, "-c", "from builder.cli import main; main()", "publish", TARGET],
        env={
            **kept,
            "GITHUB_ACTIONS": "true",
            "HF_OIDC_RESOURCE": f"datasets/{REPOSITORY}",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{hub.endpoint}/identity",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": IDENTITY_REQUEST,
            "HF_HOME": str(tmp_path / "home"),
        },
        cwd=news.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, list(hub.repos[REPOSITORY].tags)) == (0, ["0.2.0"]), done.stderr
    assert "sentences 7, articles 3, claims 1 rows" in done.stdout
    for secret in SECRETS:
        assert secret not in done.stdout + done.stderr
        assert secret.encode() not in contents(tmp_path)


def test_a_workflow_that_may_not_publish_is_told_what_it_lacks(
    news: Workspace, hub: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_OIDC_RESOURCE", f"datasets/{REPOSITORY}")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.delenv("ACTIONS_ID_TOKEN_REQUEST_URL", raising=False)
    with pytest.raises(BuilderError, match="id-token: write"):
        pipeline.publish(news, TARGET, "0.1.0", when=WHEN)
    assert hub.calls == []


def test_what_is_secret_is_taken_out_of_any_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_STORE_SECRET", "a-word-nobody-knows")
    monkeypatch.setenv("SHORT_KEY", "en")
    text = (
        "a-word-nobody-knows, hf_abcdefghijkl and Bearer eyJ.x.y stand in "
        "https://store.example/x?X-Amz-Signature=abc&y=1 when given-away is sent"
    )
    clean = scrubbed(text, "given-away")
    for secret in ("nobody-knows", "hf_abc", "eyJ.x.y", "Signature", "given-away"):
        assert secret not in clean
    assert "when *** is sent" in clean


@pytest.mark.parametrize("cut", range(0, len(TOKEN), 5))
def test_a_secret_at_the_end_of_what_is_quoted_is_not_cut_and_shown_in_part(
    news: Workspace, hub: StandIn, cut: int
) -> None:
    hub.fail("info", "400")
    hub.before_quote = "x" * (490 - cut)
    with pytest.raises(BuilderError) as caught:
        pipeline.publish(news, TARGET, "0.1.0", when=WHEN)
    assert TOKEN[:6] not in str(caught.value)


@pytest.mark.parametrize("text", ["https://x?" * 50_000, "hf_" * 200_000, "Bearer " * 100_000])
def test_a_hostile_answer_is_cleaned_in_a_moment(text: str) -> None:
    assert len(scrubbed(text)) <= len(text) + 10
