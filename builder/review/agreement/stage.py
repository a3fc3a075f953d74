"""Measure the agreement of a workspace's people; what has not changed is not measured again."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from builder.contract import sound
from builder.ingest.held import story_articles
from builder.records import Article, Correction, Deal
from builder.review.agreement.opinions import Passage, opinions, passages
from builder.review.agreement.results import Agreement
from builder.review.stage import STAGE, Reviewed
from builder.tasks.dealing import counted
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined
from builder.workspace.ledger import replaced

# Raise it when the same opinions give other figures.
_RULE = "agreement-2"
NOBODY = Agreement(
    0, (), "no passage was looked at by two people, so that there is no agreement to measure"
)
_STORED = TypeAdapter(Agreement)


@dataclass(frozen=True)
class ReviewedTogether(Reviewed):
    """What a review says where several people looked at the same passages."""

    agreement: Agreement = NOBODY


def agreement(workspace: Workspace, links: Mapping[str, str] | None = None) -> Agreement:
    """Return how far people agree who looked at the same passages.

    Args:
        workspace: the workspace.
        links: what opens a task, by its key; tasks that are not in it get no link.

    """
    paths = _paths(workspace)
    shared = [name for name in sorted(paths) if _shares(workspace, name, paths[name])]
    if not shared:
        workspace.freshness.save()
        return NOBODY
    story_of = {a: story for story, of in story_articles(workspace).items() for a in of}
    inputs = joined(_inputs(workspace, {name: paths[name] for name in shared}, story_of))

    def measured() -> Any:
        found = [
            passage
            for name in shared
            for passage in _passages(workspace, name, paths[name], story_of)
        ]
        return _STORED.dump_python(_measured(found), mode="json")

    told = workspace.freshness.worked_out(_RULE, "all", inputs, measured)
    workspace.freshness.save()
    found = _STORED.validate_python(told)
    known = links or {}
    return replace(
        found,
        contested=tuple(replace(c, link=known.get(c.task)) for c in found.contested),
    )


def _measured(found: Sequence[Passage]) -> Agreement:
    if not found:
        return NOBODY
    from builder.annotate.tokens import token_bounds
    from builder.review.agreement.contested import contested
    from builder.review.agreement.figures import figures
    from builder.review.agreement.sums import summed

    return Agreement(
        passages=len(found),
        people=tuple(sorted({o.producer.name for p in found for o in p.opinions})),
        why=None,
        figures=figures(summed(found, token_bounds, people=True)),
        contested=tuple(contested(found, {})),
    )


def _paths(workspace: Workspace) -> dict[str, list[Path]]:
    """Return the files of work by prefix, without what was carried over to another article."""
    anew = replaced(workspace)
    return {
        name: [path for path in paths if path.stem not in anew]
        for name, paths in workspace.corrections_by_prefix().items()
    }


def _shares(workspace: Workspace, name: str, paths: Sequence[Path]) -> bool:
    """Tell whether any task of some files has an opinion of more than one person."""

    def tell() -> int:
        read = (record for _, _, record in workspace.corrections.placed(paths))
        work = counted(read, _deals(workspace, name))
        return max(Counter(opinion.task for opinion in opinions(work)).values(), default=0)

    fresh = workspace.freshness
    dealt = fresh.digest(workspace.deals.file(name))
    inputs = joined([workspace.people.digest, fresh.digests(paths), dealt])
    return fresh.worked_out("most-opinions-2", name, inputs, tell) > 1


def _inputs(
    workspace: Workspace, paths: Mapping[str, Sequence[Path]], story_of: Mapping[str, str]
) -> Iterator[str]:
    """Yield digests of all that agreement follows from."""
    yield workspace.people.digest
    yield from (f"{x.layer} {x.name} {x.retired} {x.alias_of}" for x in workspace.labels.labels)
    for name, of_name in paths.items():
        yield workspace.freshness.digest(workspace.articles.file(name))
        yield workspace.freshness.digest(workspace.deals.file(name))
        yield workspace.freshness.digests(of_name)
        yield from (story_of.get(path.stem, "") for path in of_name)


def _passages(
    workspace: Workspace, name: str, paths: Sequence[Path], story_of: Mapping[str, str]
) -> Iterator[Passage]:
    """Yield the passages of one file of articles.

    Work that breaks the contract is left out, and what was not dealt to who did it.
    """
    labels = workspace.labels
    articles: Mapping[str, Article] = workspace.articles.read(workspace.articles.file(name))
    kept: list[Correction]
    kept, _ = sound(workspace.corrections.placed(paths), articles, labels, STAGE)
    work = counted(kept, _deals(workspace, name))
    return passages(map(labels.read, work), articles, story_of)


def _deals(workspace: Workspace, name: str) -> list[Deal]:
    """Return what was dealt of the articles of one file."""
    return list(workspace.deals.read(workspace.deals.file(name)).values())
