"""Take the suggestions that ``builder import`` has taken in for those of a pipeline."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from builder.errors import BuilderError
from builder.phrasing import count
from builder.records import Article, Producer, Scope, Suggestion
from builder.text import short_hash
from builder.workspace.folder import Workspace

PREFIX = "import:"
_PART = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,79}"
_PRODUCER = re.compile(f"({_PART})@({_PART})")
# These are made here.
_OWN = ("builder", "rules", "none")


def producer_named(name: str) -> Producer:
    """Return the machine that NAME@VERSION stands for.

    Raises:
        BuilderError: it is not of that form, or the builder's own.

    """
    found = _PRODUCER.fullmatch(name)
    if found is None:
        raise BuilderError(
            f"{name!r} is not of the form NAME@VERSION, of letters, digits and . _ + -, "
            "such as gliner-medium@2.1"
        )
    if found[1] in _OWN:
        raise BuilderError(f"{found[1]} is the builder's own: give the model another name")
    return Producer(kind="model", name=found[1], version=found[2])


def wanted(workspace: Workspace) -> Producer | None:
    """Return the machine whose imported suggestions the workspace wants; None for a pipeline."""
    pipeline = workspace.config.annotate.pipeline
    if not pipeline.startswith(PREFIX):
        return None
    return producer_named(pipeline.removeprefix(PREFIX))


def identity(workspace: Workspace, producer: Producer) -> str:
    """Return a hash of all that a machine has suggested: other suggestions, another value.

    Raises:
        BuilderError: nothing of it was taken in.

    """
    name = f"{producer.name}@{producer.version}"
    found = [(path.stem, of[name][1]) for path, of in _of_files(workspace) if name in of]
    if not found:
        there = ", ".join(held(workspace)) or "none"
        raise BuilderError(
            f"builder.toml: annotate.pipeline: no suggestions of {name} were imported "
            f"(builder import --as suggestions --producer {name}); there are: {there}"
        )
    return short_hash(PREFIX, name, *(f"{file} {digest}" for file, digest in found))


def held(workspace: Workspace) -> dict[str, int]:
    """Return of how many articles there are imported suggestions, by their machine."""
    number = Counter[str]()
    for _, of in _of_files(workspace):
        number.update({name: articles for name, (articles, _) in of.items()})
    return dict(sorted(number.items()))


def told(workspace: Workspace) -> str:
    """Say which imported suggestions there are; nothing if there are none."""
    found = held(workspace).items()
    parts = ", ".join(f"{name} of {count(number, 'article')}" for name, number in found)
    return f"; imported: {parts}" if parts else ""


def suggestions(
    workspace: Workspace, articles: list[Article], file: str, producer: Producer, fingerprint: str
) -> Iterator[Suggestion]:
    """Yield what a machine suggests for articles of one file.

    For one of which nothing was imported, that it has looked at no layer of it.
    """
    read = workspace.imported.read(workspace.imported.file(file))
    made_by = producer.model_copy(update={"fingerprint": fingerprint})
    for article in articles:
        found = read.get(f"{article.id}:{producer.name}@{producer.version}")
        if found is not None:
            yield found.model_copy(update={"producer": made_by})
        else:
            scope = Scope(start=0, end=len(article.text), layers=())
            yield Suggestion(
                article=article.id, scope=scope, producer=made_by, spans=(), relations=()
            )


def _of_files(workspace: Workspace) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield what lies in each file, by machine: the number of articles and a digest."""

    def of(path: Path) -> dict[str, Any]:
        found: dict[str, list[str]] = {}
        for suggestion in workspace.imported.read(path).values():
            name = f"{suggestion.producer.name}@{suggestion.producer.version}"
            found.setdefault(name, []).append(suggestion.digest())
        return {name: [len(lines), short_hash(*lines)] for name, lines in sorted(found.items())}

    fresh = workspace.freshness
    for path in workspace.imported.files():
        yield path, fresh.worked_out("imported-1", path.stem, fresh.digest(path), partial(of, path))
