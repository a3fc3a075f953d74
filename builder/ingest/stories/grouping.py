"""Bring the ledger of stories up to date with the frozen articles."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from pathlib import Path

from builder.ingest.held import article_seeds
from builder.ingest.stories.assign import assign
from builder.ingest.stories.contradictions import compared, successors
from builder.ingest.stories.decisions import Decided
from builder.ingest.stories.linked import RULE, Links
from builder.records import Story
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined
from builder.workspace.store import write_bytes


def grouped(workspace: Workspace, ledger: list[Story]) -> list[Story]:
    """Bring the ledger, as it was read, up to date, with every article in a story; return it.

    Articles are compared with each other once: those that were compared before with each other
    alone are left out, as long as the rule is the same and the ledger holds them. An article that
    was frozen anew stays in the story of the one that it replaces.
    """
    articles = article_seeds(workspace)
    mark = workspace.state / "cache" / "grouped.json"
    told = workspace.decisions.load().values()
    # What is decided and what is retracted; the ledger may have come back from git since.
    out = sorted(article for story in ledger for article in story.out())
    decisions = joined([workspace.freshness.digests(workspace.decisions.files()), *out])
    already, same_decisions = _compared(mark, ledger, RULE, decisions)
    same_decisions = same_decisions and not compared(ledger, told).unapplied
    twice = len({a for s in ledger for a in s.articles}) < sum(len(s.articles) for s in ledger)
    anew = [
        (w.article, str(w.successor))
        for story in ledger
        for w in story.begun()
        if w.successor in articles
    ]
    new = set(articles) - already
    if not new and not twice and not anew and same_decisions:
        return ledger
    found = _links(workspace, articles, already, ledger) if new else Links()
    decided = Decided(told, successors(ledger))
    ledger = assign(ledger, articles, found, decided, lambda: released(workspace), anew)
    workspace.stories.save(ledger)
    said = {"rule": RULE, "articles": sorted(articles), "decisions": decisions}
    write_bytes(mark, json.dumps(said).encode())
    return ledger


def released(workspace: Workspace) -> dict[str, str]:
    """Return the split of every article of which the newest release has rows."""
    from builder.dataset import manifest, splits

    newest = manifest.latest(workspace.releases)
    return {} if newest is None else splits.of_articles(newest)


def _links(
    workspace: Workspace,
    articles: Collection[str],
    already: Collection[str],
    ledger: Iterable[Story],
) -> Links:
    """Return which new articles tell the same as others, or hold pieces of them."""
    from builder.ingest.stories import links
    from builder.ingest.stories.index import PassageIndex

    stories = list(ledger)
    index = PassageIndex(workspace.state / "cache" / "passages")
    found = links.find(
        index,
        articles,
        already,
        partial(_texts, workspace),
        story_of={article: story.id for story in stories for article in story.articles},
        digests={a for story in stories if story.mentions for a in story.articles},
    )
    index.save()
    return found


def _texts(workspace: Workspace, wanted: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield id and text of some articles."""
    by_file: dict[Path, list[str]] = defaultdict(list)
    for identity in sorted(wanted):
        by_file[workspace.articles.file(identity[: workspace.form.digits])].append(identity)
    for path, ids in by_file.items():
        there = workspace.articles.places(path)
        yield from ((identity, workspace.articles.at(there[identity]).text) for identity in ids)


def _compared(
    mark: Path, ledger: Iterable[Story], rule: str, decisions: str
) -> tuple[set[str], bool]:
    """Return the articles that this machine has compared by the present rule, and are grouped.

    Beside it stands whether they were grouped by the present decisions and retractions.
    """
    try:
        said = json.loads(mark.read_bytes())
        there = set(said["articles"]) if said["rule"] == rule else set()
        same = said["decisions"] == decisions
    except (OSError, ValueError, KeyError, TypeError):
        return set(), False
    return there & {article for story in ledger for article in story.articles}, same
