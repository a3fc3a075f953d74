"""Take the pictures of people's screens in docs/: run by ``make screenshots``.

A server of its own, with the seeds' tasks as a newcomer gets them, light and dark; and a dispute as
an adjudicator meets it.
"""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from label_studio_sdk import LabelStudio
from playwright.sync_api import Browser, Page, ViewportSize

from builder import pipeline
from builder.records import ADJUDICATION
from builder.studio import session
from builder.studio.asking import trusted
from builder.studio.client import Client, Connection
from builder.studio.server import Running, used
from builder.workspace import init
from builder.workspace.folder import open_workspace
from tests.studio import browser
from tests.studio.crew import signed_up
from tests.studio.people import password_of

_ROOT = Path(__file__).parents[2]
_SIZE: ViewportSize = {"width": 1440, "height": 900}
_PORT = 8090
# The claim around these words is selected.
_IN_CLAIM = "has approved more jobs"


def main() -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        workspace_root = Path(folder) / "workspace"
        init.init(workspace_root)
        shutil.copytree(_ROOT / "seeds", workspace_root / "seeds", dirs_exist_ok=True)
        workspace = open_workspace(workspace_root)
        pipeline.ingest(workspace)
        pipeline.annotate(workspace)
        with used(session.folder(workspace), port=_PORT, report=print) as running:
            pipeline.push(workspace)
            with browser.launched() as chromium:
                for theme in ("Light", "Dark"):
                    page = chromium.new_context(viewport=_SIZE).new_page()
                    browser.sign_in(page, running)
                    browser.prefer(page, running, theme)
                    _open_first(page, running, workspace.config.studio.project)
                    browser.screenshot(page, _ROOT / "docs" / f"annotator-{theme.lower()}.png")
                _dispute(chromium, workspace_root, running)


def _dispute(chromium: Browser, root: Path, running: Running) -> None:
    """Let two people differ on a name, and take the picture of who decides."""
    with httpx.Client(timeout=60, verify=trusted(), trust_env=False) as http:
        sdk: Any = LabelStudio
        lead = sdk(base_url=running.url, api_key=running.token, httpx_client=http)
        workspace = open_workspace(root)
        with signed_up(workspace, running, lead, workspace.config.studio.project) as crew:
            crew.differ()
            crew.push()
            (task,) = crew.tasks("cleo", ADJUDICATION).values()
            page = chromium.new_context(viewport=_SIZE).new_page()
            email = crew.email("cleo")
            browser.sign_in(page, replace(running, email=email, password=password_of(email)))
            browser.prefer(page, running, "Light")
            browser.open_stream(page, running, task.project)
            browser.click_region(page, 1)
            browser.screenshot(page, _ROOT / "docs" / "adjudicator.png")


def _open_first(page: Page, running: Running, project: str) -> None:
    with Client(Connection(running.url, running.token)) as client:
        found = client.project(project)
        assert found is not None
        first = min(client.tasks(found.id), key=lambda task: int(task["id"]))
    browser.open_stream(page, running, found.id)
    browser.click_region(page, first["data"]["text"].index(_IN_CLAIM) + 1)


if __name__ == "__main__":
    main()
