"""How long a push takes beside the bare import call that it cannot do without, in one run.

    .venv/bin/python benchmarks/push.py [--tasks 10000] [--words 400] [--spans 40]

Makes a workspace of articles from random words, with random entities as suggestions, and starts an
embedded server for it; all of it goes when the run is over. The bare import posts the very tasks
that a push sends, made and encoded beforehand, to a project of its own. The push is the stage as
``builder push`` runs it, from the files to the files; its server has started already. The pushes
that follow have nothing to send, and one task with a newer suggestion.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from faker import Faker

from builder import labels, pipeline
from builder.records import LAYERS, Article, Bounds, Metadata, Producer, Scope, Span, Story
from builder.records import Suggestion as Suggested
from builder.studio import server, session
from builder.studio.client import PAGE, Client
from builder.studio.project import ensure_project
from builder.studio.push import Asked, payload
from builder.tasks.windows import tasks_of
from builder.text import article_id, join_paragraphs, paragraph_bounds, span_id
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making

_PRODUCER = Producer(kind="rule", name="random", version="1")


def main() -> None:
    """Print the times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--words", type=int, default=400)
    parser.add_argument("--spans", type=int, default=40)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = _filled(Path(folder), wanted.tasks, wanted.words, wanted.spans)
        with session.connected(workspace, print) as client:
            bare = _timed(_bare_import(client, workspace))
            print(f"bare import of {wanted.tasks} tasks: {bare:.1f} s")
            full = _timed(lambda: pipeline.push(workspace))
            print(f"push of the same tasks:      {full:.1f} s, {full / bare:.2f} times the import")
            print(f"push with nothing to send:   {_timed(lambda: pipeline.push(workspace)):.1f} s")
            _renew_one(workspace)
            print(f"push of one new suggestion:  {_timed(lambda: pipeline.push(workspace)):.1f} s")


def _timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _filled(root: Path, tasks: int, words: int, spans: int) -> Workspace:
    init.init(root)
    workspace = open_workspace(root)
    made = list(_articles(tasks, words, spans))
    workspace.articles.save(article for article, _ in made)
    making.put_suggestions(workspace, (suggestion for _, suggestion in made))
    workspace.stories.save(
        Story(id=article.id, articles=(article.id,), split="train") for article, _ in made
    )
    return workspace


def _articles(tasks: int, words: int, spans: int) -> Iterator[tuple[Article, Suggested]]:
    chance, fake = random.Random(1), Faker()
    Faker.seed(1)
    vocabulary = fake.words(nb=900, unique=True)
    names = [label.name for label in labels.default().active("entity")]
    for number in range(tasks):
        found = [str(number), *chance.choices(vocabulary, k=words - 1)]
        text = join_paragraphs(
            [" ".join(found[first : first + 60]) + "." for first in range(0, words, 60)]
        )
        article = Article(
            id=article_id(text),
            text=text,
            sentences=tuple(Bounds(start=a, end=b) for a, b in paragraph_bounds(text)),
            seeds=("ab" * 32,),
            metadata=Metadata(),
        )
        starts = [i + 1 for i, sign in enumerate(text) if sign == " "]
        marked = sorted(chance.sample(starts, spans))
        yield article, _suggestion(article, marked, chance.choices(names, k=spans))


def _suggestion(article: Article, starts: list[int], names: list[str]) -> Suggested:
    made = []
    for start, name in zip(starts, names, strict=True):
        word = article.text[start:].split(maxsplit=1)[0].rstrip(".")
        end = start + len(word)
        made.append(
            Span(
                id=span_id(article.id, "entity", name, start, end),
                layer="entity",
                label=name,
                start=start,
                end=end,
                text=word,
                by="random",
                score=0.5,
            )
        )
    return Suggested(
        article=article.id,
        scope=Scope(start=0, end=len(article.text), layers=LAYERS),
        producer=_PRODUCER,
        spans=tuple(made),
        relations=(),
    )


def _bare_import(client: Client, workspace: Workspace) -> Callable[[], None]:
    """Return what posts the encoded tasks; a token lasts five minutes, so each post has its own."""
    suggestions = workspace.suggestions.load()
    tasks: list[Any] = [
        payload(Asked(task), workspace.labels)
        for i, article in workspace.articles.load().items()
        for task in tasks_of(article, suggestions[i])
    ]
    bodies = [json.dumps(tasks[i : i + PAGE]) for i in range(0, len(tasks), PAGE)]
    project = ensure_project(client, "Bare import", workspace.labels).id
    running = server.status(session.folder(workspace))
    assert running is not None
    url = f"{running.url}/api/projects/{project}/import?return_task_ids=true"

    def send() -> None:
        with httpx.Client(timeout=600, trust_env=False) as http:
            for body in bodies:
                access = http.post(
                    f"{running.url}/api/token/refresh/", json={"refresh": running.token}
                )
                signed = {"Authorization": f"Bearer {access.json()['access']}"}
                signed["Content-Type"] = "application/json"
                http.post(url, content=body, headers=signed).raise_for_status()

    return send


def _renew_one(workspace: Workspace) -> None:
    first, *others = workspace.suggestions.load().values()
    making.put_suggestions(
        workspace, [first.model_copy(update={"spans": first.spans[1:]}), *others]
    )


if __name__ == "__main__":
    main()
