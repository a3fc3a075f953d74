"""Take the pictures of the annotator's screen in docs/: run by ``make screenshots``.

A server of its own, with the seeds' tasks as a newcomer gets them, light and dark.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from builder import pipeline
from builder.studio import session
from builder.studio.client import Client, Connection
from builder.studio.server import Running, used
from builder.workspace import init
from builder.workspace.folder import open_workspace
from tests.studio import browser

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


def _open_first(page: Page, running: Running, project: str) -> None:
    with Client(Connection(running.url, running.token)) as client:
        found = client.project(project)
        assert found is not None
        first = min(client.tasks(found.id), key=lambda task: int(task["id"]))
    browser.open_stream(page, running, found.id)
    browser.click_region(page, first["data"]["text"].index(_IN_CLAIM) + 1)


if __name__ == "__main__":
    main()
