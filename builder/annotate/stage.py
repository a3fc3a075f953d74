"""The stage that writes suggestions: one for each article, of the pipeline that is wanted now."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.annotate import imported
from builder.annotate.label_map import LabelMap
from builder.annotate.pipelines import BUILDER, RULES, identity, load_pipeline
from builder.phrasing import count, most_first
from builder.progress import Track, untracked
from builder.records import Rejection, Suggestion
from builder.workspace.folder import Workspace

if TYPE_CHECKING:
    from spacy.language import Language

STAGE = "annotate"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Annotated:
    """How many articles got a suggestion, and the spans of all suggestions by label.

    ``left_out`` names the labels of the pipeline that are none of the workspace's, with how many
    spans of how many articles they are; ``rejected`` the articles on which the pipeline fails.
    """

    new: int
    articles: int
    producer: str
    spans: dict[str, int]
    left_out: dict[str, dict[str, int]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True)
class Suggested:
    """What the suggestions hold: how many they are, who made them, and their spans by label.

    ``left_out`` counts spans and articles of each label of the pipeline that is none of ours.
    """

    suggestions: int
    producers: list[str]
    spans: dict[str, int]
    left_out: dict[str, dict[str, int]]


def annotate(workspace: Workspace, track: Track = untracked, *, force: bool = False) -> Annotated:
    """Write a suggestion for every article that has none of the current pipeline.

    What lies in a file is kept only where this stage has put it there for the same pipeline.

    Args:
        workspace: the workspace.
        track: shows the progress, article by article.
        force: make every suggestion again.

    """
    wanted, fresh = fingerprint(workspace), workspace.freshness
    due = {
        name: list(workspace.articles.places(workspace.articles.file(name)).keys() - kept.keys())
        for name, kept in _stale(workspace, wanted, force)
    }
    steps = iter(track([article for missing in due.values() for article in missing], "Annotating"))
    rejected: list[Rejection] = []
    for name in due:
        rejected += _write(workspace, name, wanted, steps, force)
        fresh.save()
    next(steps, None)
    there = workspace.prefixes()
    for path in workspace.suggestions.files():
        if path.stem not in there:
            path.unlink()
    fresh.forget(STAGE, keep=there)
    workspace.reject(STAGE, rejected)
    found = summary(workspace)
    _tell_missing(workspace, found.suggestions)
    fresh.save()
    return Annotated(
        new=sum(map(len, due.values())) - len(rejected),
        articles=found.suggestions + len(rejected),
        producer=", ".join(found.producers),
        spans=found.spans,
        left_out=found.left_out,
        rejected=rejected,
    )


def _tell_missing(workspace: Workspace, articles: int) -> None:
    """Say of how many articles nothing was imported, where that is what suggests."""
    machine = imported.wanted(workspace)
    name = machine and f"{machine.name}@{machine.version}"
    missing = articles - imported.held(workspace).get(name, 0) if name else 0
    if missing:
        number = count(missing, "article")
        log.info("%s without an imported suggestion of %s: people begin with none", number, name)


def fingerprint(workspace: Workspace) -> str:
    """Return what stands for the pipeline that is wanted: another value, other suggestions."""
    machine = imported.wanted(workspace)
    if machine is not None:
        return imported.identity(workspace, machine)
    return identity(workspace.config, workspace.root, workspace.labels)


def _pipeline(workspace: Workspace, wanted: str) -> "Language":
    said = workspace.config.annotate
    # The embedded pipelines are the same for every workspace.
    root = None if said.pipeline in (BUILDER, RULES) else workspace.root
    return _loaded(said.pipeline, root, said.author_claims, wanted)


@lru_cache(maxsize=4)
def _loaded(name: str, root: Path | None, author_claims: bool, fingerprint: str) -> "Language":
    """Return a pipeline, loaded once; the fingerprint tells one trained anew from the old one.

    A process that works on workspaces with several pipelines loads each of a few once.
    """
    return load_pipeline(name, root=root, author_claims=author_claims)


def holds(workspace: Workspace) -> str:
    """Say how many suggestions there are, and who made them."""
    found = summary(workspace)
    number = count(sum(found.spans.values()), "span")
    by = f" by {', '.join(found.producers)}" if found.producers else ""
    there = imported.told(workspace)
    return f"{number} in {count(found.suggestions, 'suggestion')}{by}{there}"


def due(workspace: Workspace) -> str:
    """Say how many articles have no suggestion of the pipeline that is wanted now."""
    if not workspace.prefixes():
        return ""
    missing = other = 0
    for name, kept in _stale(workspace, fingerprint(workspace), force=False):
        number = len(workspace.articles.places(workspace.articles.file(name)).keys() - kept.keys())
        if workspace.suggestions.file(name).exists() and not kept:
            other += number
        else:
            missing += number
    parts = [f"{count(missing, 'article')} without suggestion"] if missing else []
    if other:
        parts += [f"{count(other, 'article')} with suggestions of another pipeline or version"]
    return ", ".join(parts)


def summary(workspace: Workspace) -> Suggested:
    """Return what the suggestions hold, as they lie in their files."""
    fresh = workspace.freshness
    spans, makers, number = Counter[str](), set[str](), 0
    lost, losing = Counter[str](), Counter[str]()
    for path in workspace.suggestions.files():
        found = fresh.worked_out(
            "suggested-2", path.stem, fresh.digest(path), partial(_counts, workspace, path)
        )
        spans.update(found["spans"])
        makers.update(found["producers"])
        number += found["suggestions"]
        lost.update(found["left_out"])
        losing.update(found["losing"])
    left_out = {x: {"spans": n, "articles": losing[x]} for x, n in lost.most_common()}
    return Suggested(
        number,
        sorted(makers),
        most_first(spans),
        left_out,
    )


def _counts(workspace: Workspace, path: Path) -> dict[str, Any]:
    read = workspace.suggestions.read(path).values()
    left_out = Counter[str]()
    for suggestion in read:
        left_out.update(suggestion.left_out)
    return {
        "left_out": dict(left_out),
        "losing": dict(Counter(label for s in read for label in s.left_out)),
        "suggestions": len(read),
        "producers": sorted({f"{s.producer.name} {s.producer.version}" for s in read}),
        "spans": dict(sorted(Counter(span.label for s in read for span in s.spans).items())),
    }


def _stale(
    workspace: Workspace, wanted: str, force: bool
) -> Iterator[tuple[str, dict[str, Suggestion]]]:
    """Yield the names of the files that are not up to date, with what of them can stay."""
    for name in workspace.prefixes():
        path, fresh = workspace.suggestions.file(name), workspace.freshness
        made, now = fresh.made(STAGE, name), inputs(workspace, name, wanted)
        if not force and made == (now, fresh.digest(path)):
            continue
        yield name, {} if force else _kept(workspace, name, wanted)


def altered(workspace: Workspace) -> Iterator[Path]:
    """Yield the files of suggestions that were changed since the wanted pipeline has made them."""
    wanted, fresh = fingerprint(workspace), workspace.freshness
    for path in workspace.suggestions.files():
        made = fresh.made(STAGE, path.stem)
        if (
            made
            and made[0] == inputs(workspace, path.stem, wanted)
            and made[1] != fresh.digest(path)
        ):
            yield path


def inputs(workspace: Workspace, name: str, wanted: str) -> str:
    """Return what stands for all that the suggestions of one file are made from."""
    return f"{wanted} {workspace.freshness.digest(workspace.articles.file(name))}"


def _kept(workspace: Workspace, name: str, wanted: str) -> dict[str, Suggestion]:
    """Return the suggestions of a file that this stage has made with the wanted pipeline."""
    path = workspace.suggestions.file(name)
    made = workspace.freshness.made(STAGE, name)
    if made is None or made[0].split(" ")[0] != wanted:
        return {}
    return workspace.suggestions.read(path) if made[1] == workspace.freshness.digest(path) else {}


def _write(
    workspace: Workspace, name: str, wanted: str, steps: Iterable[object], force: bool
) -> list[Rejection]:
    """Write the suggestions of the articles of one file; return those that are not to be had."""
    articles = workspace.articles.read(workspace.articles.file(name))
    kept = {} if force else _kept(workspace, name, wanted)
    current = {i: s for i, s in kept.items() if i in articles}
    todo = [article for i, article in articles.items() if i not in current]
    rejected: list[Rejection] = []
    machine = imported.wanted(workspace)
    if machine is not None:
        found = imported.suggestions(workspace, todo, name, machine, wanted)
        current |= {made.article: made for made, _ in zip(found, steps, strict=False)}
    elif todo:  # metadata alone may have changed: then nothing has to be loaded
        from builder.annotate.suggest import suggest_all

        labels = LabelMap(workspace.labels, workspace.config.labels.map)
        results = suggest_all(todo, _pipeline(workspace, wanted), labels, wanted)
        for made, _ in zip(results, steps, strict=False):
            if isinstance(made, Rejection):
                rejected.append(made)
            else:
                current[made.article] = made
    workspace.suggestions.write(name, current.values())
    # A pipeline that fails on an article is tried again the next time.
    made_from = f"{wanted} incomplete" if rejected else inputs(workspace, name, wanted)
    digest = workspace.freshness.digest(workspace.suggestions.file(name))
    workspace.freshness.make(STAGE, name, made_from, digest)
    return rejected
