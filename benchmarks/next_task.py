"""How long an annotator waits from Submit to the next task, in windows of two lengths, in one run.

    .venv/bin/python -m benchmarks.next_task [--steps 7] [--before 800]

Shows the longest article of this repository with its corrected spans, over and over: once cut into
windows of at most ``--before`` words, as many paragraphs as go in, and once as push cuts it now. A
browser submits task after task in both projects by turns, so that whatever else the machine does
meets both alike. A step ends when the next task's text and all its regions are painted.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Page

from builder import labels
from builder.corrections import unsuggested
from builder.records import Article, Gold, GoldSpan, Relation
from builder.review import gold
from builder.studio import convert, session
from builder.studio.client import Client, Connection
from builder.studio.project import ensure_project
from builder.studio.server import Running, used
from builder.tasks.windows import windows
from builder.text import paragraph_bounds
from builder.workspace import init
from builder.workspace.folder import open_workspace
from tests.studio import browser

_ROOT = Path(__file__).parents[1]
_PORT = 8095
_PAINTED = """
([title, regions]) =>
  document.querySelector(".article h3")?.textContent === title &&
  document.querySelectorAll(".story [data-label][data-end]").length === regions
"""


@dataclass
class Queue:
    """A project of equal tasks, each open in a page of its own, and the steps taken so far."""

    page: Page
    words: int
    regions: int
    steps: list[float]

    def step(self) -> None:
        """Submit the task and wait for the next."""
        began = time.perf_counter()
        self.page.keyboard.press("Control+Enter")
        self.settle(len(self.steps) + 1)
        self.steps.append(time.perf_counter() - began)
        self.page.wait_for_load_state("networkidle")

    def settle(self, number: int) -> None:
        """Wait until the task with this number is painted."""
        wanted = [f"Task {number}", self.regions]
        self.page.wait_for_function(_PAINTED, arg=wanted, timeout=90_000)


def main() -> None:
    """Print the times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=7)
    parser.add_argument("--before", type=int, default=800)
    given = parser.parse_args()
    article, work = _longest()
    before = max(_greedy(article.text, given.before), key=lambda w: w[1] - w[0])
    now = max(windows(article.text), key=lambda w: w[1] - w[0])
    with tempfile.TemporaryDirectory() as folder:
        init.init(Path(folder))
        state = session.folder(open_workspace(folder))
        with used(state, port=_PORT, report=print) as running, browser.launched() as chromium:
            queues = []
            for name, window in (("before", before), ("now", now)):
                project = _project(running, name, article, work, window, given.steps + 1)
                page = chromium.new_context(viewport={"width": 1366, "height": 768}).new_page()
                browser.sign_in(page, running)
                browser.open_stream(page, running, project)
                text = article.text[slice(*window)]
                queue = Queue(page, len(text.split()), len(_inside(work, window)[0]), [])
                queue.settle(0)
                queues.append(queue)
            for _ in range(given.steps):
                for queue in queues:
                    queue.step()
    _report(*queues)


def _longest() -> tuple[Article, Gold]:
    """Return the longest article, with people's work on all of it."""
    workspace = open_workspace(_ROOT)
    article = max(workspace.articles.load().values(), key=lambda a: len(a.text))
    work = [c for c in workspace.corrections.load().values() if c.article == article.id]
    built = gold.build(article, unsuggested(article, workspace.labels), work, workspace.labels)
    assert gold.by_people_alone(built)
    return article, built


def _greedy(text: str, most: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in paragraph_bounds(text):
        if found and len(text[found[-1][0] : end].split()) <= most:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _inside(work: Gold, window: tuple[int, int]) -> tuple[list[GoldSpan], list[Relation]]:
    """Return what of the work lies in a window."""
    spans = [s for s in work.spans if window[0] <= s.start and s.end <= window[1]]
    ids = {span.id for span in spans}
    return spans, [r for r in work.relations if r.head in ids and r.tail in ids]


def _project(
    running: Running,
    name: str,
    article: Article,
    work: Gold,
    window: tuple[int, int],
    tasks: int,
) -> int:
    """Make a project of equal tasks that differ in their titles alone; return its id."""
    result = convert.to_result(*_inside(work, window), window[0])
    text = article.text[slice(*window)]
    with Client(Connection(running.url, running.token)) as client:
        project = ensure_project(client, f"Windows {name}", labels.default()).id
        client.import_tasks(
            project,
            [
                {
                    "data": {"text": text, "title": f"Task {number}", "source_line": name},
                    "predictions": [{"model_version": "gold", "result": result}],
                }
                for number in range(tasks)
            ],
        )
        client.show_version(project, "gold")
    return project


def _report(before: Queue, now: Queue) -> None:
    for name, queue in (("before", before), ("now", now)):
        times: Sequence[float] = sorted(queue.steps)
        print(
            f"{name:6} {queue.words} words, {queue.regions} regions: {median(times):.2f} s "
            f"from Submit to the next task ({times[0]:.2f} to {times[-1]:.2f})"
        )
    ratio = median(now.steps) / median(before.steps)
    per_word = ratio * before.words / now.words
    print(f"a step now takes {ratio:.2f} of what it took; for the same text {per_word:.2f}")


if __name__ == "__main__":
    main()
