"""What a correction says of itself fits together, and retracted text is found wherever it lies."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from builder import pipeline
from builder.validate.levels import validate
from builder.workspace.folder import Workspace, open_workspace
from tests.test_validate import edit, filled, first_file  # noqa: F401

_FAR = {"start": 99_999, "end": 100_000}


def _blind(record: dict[str, Any]) -> None:
    assert any(change["before"] for change in record["changes"])
    record |= {"suggestion": None, "suggested_by": None}


WORK: dict[str, tuple[Callable[[Any], object], str, str]] = {
    "a stretch noticed outside of the text": (
        lambda r: r.update(noticed=[{"kind": "trimmed", **_FAR}]), "text", "noticed.0"
    ),
    "a sentence unseen that is none": (
        lambda r: r.update(unseen=[{"start": 0, "end": 3}]), "text", "unseen.0"
    ),
    "a layer twice": (
        lambda r: r["scope"]["layers"].append(r["scope"]["layers"][0]), "text", "scope.layers"
    ),
    "blind work on a suggestion": (lambda r: r.update(arm="blind"), "changes", "arm"),
    "changes of what was not shown": (_blind, "changes", "changes.0.before"),
    "a time without its zone": (
        lambda r: r.update(updated="2026-03-01T09:00:00"), "history", "updated"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WORK)
def test_work_that_does_not_fit_together_is_found(filled: Workspace, what: str) -> None:  # noqa: F811
    change, rule, field = WORK[what]
    edit(first_file(filled, "corrections"), change)
    assert (rule, field) in {(f.rule, f.field) for f in validate(filled).findings}


def test_a_relation_that_stands_twice_is_found(filled: Workspace) -> None:  # noqa: F811
    def twice(record: dict[str, Any]) -> None:
        first = record["spans"][0]
        record["spans"] = [
            first | {"layer": "claim", "label": label, "id": of * 8}
            for label, of in (("CLAIM", "ab"), ("CUE", "cd"))
        ]
        link = {"label": "introduced_by", "head": "ab" * 8, "tail": "cd" * 8, "by": None}
        record["relations"] = [link, link]

    edit(first_file(filled, "corrections"), twice)
    assert ("span", "relations") in {(f.rule, f.field) for f in validate(filled).findings}


def test_an_article_that_came_from_nowhere_is_found(filled: Workspace) -> None:  # noqa: F811
    edit(first_file(filled, "articles"), lambda r: r.update(seeds=[]))
    assert ("reference", "seeds") in {(f.rule, f.field) for f in validate(filled).findings}


@pytest.mark.parametrize("path", ["/etc/passwd", "../elsewhere.txt"])
def test_a_seed_outside_of_the_workspace_is_found_and_not_read(
    filled: Workspace,  # noqa: F811
    path: str,
) -> None:
    edit(first_file(filled, "seeds"), lambda r: r.update(path=path))
    assert ("seed", "path") in {(f.rule, f.field) for f in validate(filled).findings}


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b"])
def test_a_seed_that_no_file_can_be_called_like_stops_nothing(
    filled: Workspace,  # noqa: F811
    path: str,
) -> None:
    edit(first_file(filled, "seeds"), lambda r: r.update(path=path))
    (filled.data / "notes.txt").write_text("x", "utf-8")
    assert "data/notes.txt" in {f.path for f in validate(filled).findings}


def test_a_retracted_text_is_found_under_another_name(filled: Workspace) -> None:  # noqa: F811
    seed = next(iter(filled.seeds.load().values()))
    source = filled.root / seed.path
    with filled.lock():
        pipeline.retract(filled, seed.article, "asked to", date(2026, 3, 1))
    moved = source.with_name("a-copy.txt")
    source.rename(moved)
    found = {(f.path, f.rule) for f in validate(open_workspace(filled.root)).findings}
    assert ("seeds/a-copy.txt", "retracted") in found


def test_a_file_beside_the_releases_is_found(filled: Workspace) -> None:  # noqa: F811
    filled.releases.mkdir()
    (filled.releases / "notes.txt").write_text("x", "utf-8")
    assert [(f.path, f.rule) for f in validate(filled).findings] == [
        ("data/releases/notes.txt", "file")
    ]


def test_what_a_killed_command_leaves_is_no_fault(filled: Workspace) -> None:  # noqa: F811
    first_file(filled, "stories").with_suffix(".jsonl.partial").write_text("{", "utf-8")
    (filled.releases / ".1-ab.partial" / "sentences").mkdir(parents=True)
    (filled.releases / ".1-ab.partial" / "README.md").write_text("x", "utf-8")
    assert validate(filled).findings == []
