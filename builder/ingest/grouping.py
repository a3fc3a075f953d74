"""Bring the ledger of stories up to date with the frozen articles."""

import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from builder.ingest import stories
from builder.ingest.held import article_seeds
from builder.records import Story
from builder.workspace.folder import Workspace
from builder.workspace.store import parse, write_bytes


def grouped(workspace: Workspace) -> list[Story]:
    """Bring the ledger up to date, with every article in a story, and return it.

    Articles are compared with each other once: those that were compared before with each other
    alone are left out, as long as the rule is the same and the ledger holds them. An article that
    was frozen anew stays in the story of the one that it replaces.
    """
    from builder.ingest import grams

    articles = article_seeds(workspace)
    # Read line by line: a merge in git may have left a story twice.
    files = workspace.stories.files()
    ledger = [story for path in files for _, story in parse(path, Story)]
    mark = workspace.state / "cache" / "grouped.json"
    compared = _compared(mark, ledger, grams.rule())
    twice = len({a for s in ledger for a in s.articles}) < sum(len(s.articles) for s in ledger)
    anew = [
        (w.article, str(w.successor))
        for story in ledger
        for w in story.begun()
        if w.successor in articles
    ]
    if set(articles) <= compared and not twice and not anew:
        return ledger

    def texts(wanted: Collection[str]) -> Iterator[tuple[str, str]]:
        asked = set(wanted)
        for name in sorted({identity[: workspace.form.digits] for identity in asked}):
            read = workspace.articles.read(workspace.articles.file(name))
            yield from ((i, article.text) for i, article in read.items() if i in asked)

    links = grams.links(mark.parent, articles, compared & articles.keys(), texts)
    ledger = stories.assign(ledger, articles, [*links, *anew])
    workspace.stories.save(ledger)
    write_bytes(mark, json.dumps({"rule": grams.rule(), "articles": sorted(articles)}).encode())
    return ledger


def _compared(mark: Path, ledger: Iterable[Story], rule: str) -> set[str]:
    """Return the articles that this machine has compared by the present rule, and are grouped."""
    try:
        said = json.loads(mark.read_bytes())
        compared = set(said["articles"]) if said["rule"] == rule else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return compared & {article for story in ledger for article in story.articles}
