"""A workspace with three short articles, and a command that takes files in."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from builder import pipeline
from builder.importing.stage import Imported
from builder.records import Article, Correction
from builder.workspace.folder import Workspace, open_workspace
from tests.conftest import Copies

WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
JANE = "jane@news.example"


def _ingest(workspace: Workspace) -> None:
    config = workspace.root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"builder"', '"rules"'), "utf-8")
    for path in workspace.seed_folder.iterdir():
        path.unlink()
    for number, text in enumerate(TEXTS):
        (workspace.seed_folder / f"{number}.txt").write_text(text, "utf-8")
    pipeline.ingest(open_workspace(workspace.root))


TEXTS = (
    "Maria Lopez said on Monday that Acme Corp. will open a plant in Norway.\n\n"
    "The mayor of Oslo, Ivar Berg, said “the plan is good” for the city and its people.\n",
    "Officials in Kenya warned on Monday that the river Tana may flood this week, and that "
    "families who live along its banks should move their goats to higher ground.\n\n"
    "John Otieno, a farmer, told Reuters that he has lost his maize and two goats.\n",
    "Officials in Kenya warned on Monday that the river Tana may flood this week, and that "
    "families who live along its banks should move their goats to higher ground.\n\n"
    "The Red Cross says that 300 people have left Garissa for camps in the hills.\n",
)


@pytest.fixture
def held(copy_of: Copies) -> Workspace:
    """A workspace that holds three articles in two stories, and nobody's work."""
    return copy_of(_ingest)


def article(workspace: Workspace, words: str) -> Article:
    """Return the first article that holds some words."""
    found = workspace.articles.load()
    return next(found[i] for i in sorted(found) if words in found[i].text)


def lines(path: Path, *records: dict[str, Any]) -> Path:
    """Write records as JSON Lines."""
    path.write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
    return path


def marked(text: str, *marks: tuple[str, str], **others: Any) -> dict[str, Any]:
    """Return a record of our own JSON Lines, with spans by words and label."""
    spans = [
        {"start": (at := text.index(words)), "end": at + len(words), "label": label}
        for words, label in marks
    ]
    return {"text": text, "spans": spans, **others}


def corrections(
    workspace: Workspace, *files: Path, form: Any = "jsonl", who: str = JANE, **others: Any
) -> Imported:
    """Take files in as the work of a person, in a workspace opened anew."""
    given = {"guidelines": "1.0", "when": WHEN, **others}
    opened = open_workspace(workspace.root)
    return pipeline.import_corrections(opened, files, form, who, **given)


def suggestions(
    workspace: Workspace, *files: Path, form: Any = "jsonl", producer: str = "llm@1"
) -> Imported:
    """Take files in as the suggestions of a machine, in a workspace opened anew."""
    return pipeline.import_suggestions(open_workspace(workspace.root), files, form, producer)


def work(workspace: Workspace) -> list[Correction]:
    """Return all corrections as they lie on disk."""
    return [*open_workspace(workspace.root).corrections.load().values()]


def reasons(result: Imported) -> list[str]:
    """Return why things were left out."""
    return [r.reason for r in result.rejected]


def contents(spans: Iterable[Any]) -> set[tuple[str, str]]:
    """Return the words and the labels of spans."""
    return {(s.text, s.label) for s in spans}


def prefer(workspace: Workspace, name: str) -> Workspace:
    """Make the workspace want another pipeline; return it opened anew."""
    config = workspace.root / "builder.toml"
    text = config.read_text("utf-8")
    before = next(line for line in text.splitlines() if line.startswith("pipeline = "))
    config.write_text(text.replace(before, f'pipeline = "{name}"'), "utf-8")
    return open_workspace(workspace.root)
