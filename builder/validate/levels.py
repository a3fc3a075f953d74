"""Check the files under data/ against their schemas, the text contract and each other."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from pydantic import ValidationError

from builder import contract
from builder.labels import LabelSet
from builder.records import Article, Record, Seed, Story
from builder.validate.json_schema import schema
from builder.workspace.store import Shelf
from builder.workspace.workspace import Workspace


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: file, line (0: the file as a whole), field and reason."""

    path: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.field}: {self.reason}" if self.field else f"{where}: {self.reason}"


@dataclass(frozen=True)
class Validated:
    """How much was checked, and what was found."""

    files: int
    releases: int
    records: int
    findings: list[Finding]


@dataclass(frozen=True)
class _Placed:
    """A record and where it stands."""

    path: str
    line: int
    record: Any

    def finding(self, field: str, reason: str) -> Finding:
        return Finding(self.path, self.line, field, reason)


def validate(workspace: Workspace) -> Validated:
    """Check every file under data/; nothing is changed."""
    findings: list[Finding] = []
    placed: dict[str, list[_Placed]] = {}
    shelves = _shelves(workspace)
    checked = 0
    for name, shelf in shelves.items():
        placed[name] = []
        for path in shelf.files():
            checked += 1
            for item in _lines(path, name, workspace, shelf):
                if isinstance(item, Finding):
                    findings.append(item)
                else:
                    placed[name].append(item)
    findings.extend(_unknown_files(workspace, shelves))
    findings.extend(_cross_checks(placed, workspace.labels))
    releases = _releases(workspace)
    for folder in releases:
        findings.extend(_release_findings(workspace, folder))
    total = sum(len(items) for items in placed.values())
    return Validated(checked, len(releases), total, findings)


def _shelves(workspace: Workspace) -> dict[str, Shelf[Any]]:
    return {
        "seed": workspace.seeds,
        "article": workspace.articles,
        "story": workspace.stories,
        "tombstone": workspace.tombstones,
        "rejection": workspace.rejected,
        "suggestion": workspace.suggestions,
        "task": workspace.tasks,
        "correction": workspace.corrections,
        "gold": workspace.gold,
    }


# --- one file at a time ---------------------------------------------------------------------


def _lines(
    path: Path, name: str, workspace: Workspace, shelf: Shelf[Any]
) -> Iterator[Finding | _Placed]:
    """Yield a record for each good line, and findings for the others."""
    where = path.relative_to(workspace.root).as_posix()
    validator = _validator(name)
    try:
        content = path.read_bytes()
    except OSError as error:
        yield Finding(where, 0, "", f"cannot be read: {error.strerror}")
        return
    if content and not content.endswith(b"\n"):
        yield Finding(
            where, content.count(b"\n") + 1, "", "the last line has no line end: cut off?"
        )
    last_key = ""
    for number, line in enumerate(content.splitlines(), start=1):
        record, findings = _record(line, validator, shelf.kind)
        if record is None:
            yield from (Finding(where, number, field, reason) for field, reason in findings)
            continue
        key = shelf.key(record)
        if key <= last_key:
            yield Finding(where, number, "", f"{key} stands twice or out of order")
        if shelf.file_of(record) != path.stem:
            yield Finding(where, number, "", f"belongs into {shelf.file_of(record)}.jsonl")
        last_key = key
        yield _Placed(where, number, record)


@cache
def _validator(name: str) -> Any:
    return jsonschema_rs.validator_for(json.loads(schema(name)))


def _record(
    line: bytes, validator: Any, kind: type[Record]
) -> tuple[Record | None, list[tuple[str, str]]]:
    """Return the record of a line, or what is wrong with it as fields and reasons."""
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return None, [("", f"not UTF-8 at byte {error.start}")]
    except json.JSONDecodeError as error:
        return None, [("", f"not JSON at column {error.colno}: {error.msg}")]
    except (ValueError, RecursionError) as error:
        return None, [("", f"JSON that no record can hold: {error}")]
    try:
        wrong = [
            (".".join(str(part) for part in e.instance_path), e.message)
            for e in validator.iter_errors(value)
        ]
    except ValueError:
        wrong = []  # a lone surrogate, or too deep: the record itself says where
    if wrong:
        return None, wrong
    try:
        return kind.model_validate_json(line), []
    except ValidationError as error:
        return None, [
            (".".join(str(part) for part in e["loc"]), str(e["msg"])) for e in error.errors()
        ]


def _unknown_files(workspace: Workspace, shelves: dict[str, Shelf[Any]]) -> Iterator[Finding]:
    known = {path for shelf in shelves.values() for path in shelf.files()}
    for path in sorted(workspace.data.rglob("*")):
        if path.is_file() and path not in known and workspace.releases not in path.parents:
            where = path.relative_to(workspace.root).as_posix()
            yield Finding(where, 0, "", "no stage writes this file: remove it, or restore its name")


# --- one record against another -------------------------------------------------------------


def _cross_checks(placed: dict[str, list[_Placed]], labels: LabelSet) -> Iterator[Finding]:
    articles = {p.record.id: p.record for p in placed["article"]}
    seeds = {p.record.id for p in placed["seed"]}
    retracted = {p.record.article for p in placed["tombstone"]}
    yield from _check_seeds(placed["seed"], articles.keys() | retracted)
    yield from _check_articles(placed["article"], seeds, retracted)
    yield from _check_stories(placed["story"], articles, retracted)
    for name in ("suggestion", "correction", "gold", "task"):
        for item in placed[name]:
            article = articles.get(item.record.article)
            if article is None:
                yield item.finding("article", f"{item.record.article} is no article here")
                continue
            faults = contract.problems(item.record, article, labels)
            yield from (item.finding(field, reason) for field, reason in faults)


def _check_seeds(placed: list[_Placed], articles: set[str]) -> Iterator[Finding]:
    for item in placed:
        seed: Seed = item.record
        if seed.article not in articles:
            yield item.finding("article", f"{seed.article} is no article here")


def _check_articles(
    placed: list[_Placed], seeds: set[str], retracted: set[str]
) -> Iterator[Finding]:
    for item in placed:
        if item.record.id in retracted:
            yield item.finding("id", f"was retracted: run builder retract {item.record.id} again")
        for seed in item.record.seeds:
            if seed not in seeds:
                yield item.finding("seeds", f"{seed} is no seed here")


def _check_stories(
    placed: list[_Placed], articles: dict[str, Article], retracted: set[str]
) -> Iterator[Finding]:
    story_of: dict[str, str] = {}
    for item in placed:
        story: Story = item.record
        for article in sorted(retracted & set(story.articles)):
            if article not in {w.article for w in story.withdrawn}:
                yield item.finding("withdrawn", f"lacks {article}, which was retracted")
        for article in story.articles:
            if article not in articles and article not in retracted:
                yield item.finding("articles", f"{article} is no article here")
            if article in story_of:
                yield item.finding("articles", f"{article} is in story {story_of[article]} too")
            story_of[article] = story.id
    for article in sorted(articles.keys() - story_of.keys()):
        yield Finding("data/stories", 0, "articles", f"article {article} is in no story")


# --- releases -------------------------------------------------------------------------------


def _releases(workspace: Workspace) -> list[Path]:
    return sorted(p for p in workspace.releases.glob("*") if p.is_dir())


def _release_findings(workspace: Workspace, folder: Path) -> Iterator[Finding]:
    from builder.dataset.check import problems

    for path, field, reason in problems(folder):
        yield Finding(path.relative_to(workspace.root).as_posix(), 0, field, reason)
