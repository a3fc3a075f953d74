"""Tell which seeds were edited after their article was frozen: their article stays as it is."""

import shlex
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from builder.ingest.articles import Cleaned, rejected
from builder.ingest.folder import KnownSeed, Survey
from builder.ingest.seed_cleaning import cleaned
from builder.records import Article, Rejection
from builder.workspace.folder import Workspace


@dataclass(frozen=True)
class Frozen:
    """What is frozen of the seeds' articles, to hold an edited seed against.

    ``live`` holds, by the path of a seed that was changed, the articles that were frozen of it and
    that nothing has replaced; ``replaced`` what was replaced by what, ``begun`` the articles whose
    seeds are being frozen anew.
    """

    live: Mapping[str, list[str]]
    articles: Collection[str]
    replaced: Mapping[str, str]
    begun: Collection[str]

    def heir(self, article: str) -> str:
        """Return the article that has the place of another one now."""
        seen = set[str]()
        while article in self.replaced and article not in seen:
            seen.add(article)
            article = self.replaced[article]
        return article


def frozen(
    found: Survey, articles: Collection[str], replaced: Mapping[str, str], begun: Collection[str]
) -> Frozen:
    """Return what is frozen of the seeds that a look at the folder has found changed."""
    live: dict[str, list[str]] = {}
    for seed in found.changed:
        there = live.setdefault(seed.path, [])
        if seed.article in articles and seed.article not in {*replaced, *there}:
            there.append(seed.article)
    return Frozen({path: of for path, of in live.items() if of}, articles, replaced, begun)


def kept(name: str) -> Rejection:
    """Return the record of a seed whose article stays as it was frozen."""
    command = f"builder ingest --refreeze {shlex.quote(name)}"
    return rejected(name, f"its article is frozen as it was; {command} takes the new text")


def edited(workspace: Workspace, there: Frozen, cleaned: Cleaned, path: str) -> str | None:
    """Return the frozen article of which a changed seed is an edit, None if it is another text.

    An edit tells the same story by the rule that groups articles.
    """
    live, new = there.live.get(path, []), cleaned.seed.article
    if not live or new in live or new in there.begun:
        return None
    if new in there.articles and new not in there.replaced:
        return None
    best = likest(workspace, live, cleaned.text)
    return best if best is not None or new not in there.replaced else live[0]


def likest(workspace: Workspace, articles: Iterable[str], text: str) -> str | None:
    """Return which of some articles is most like a text, None if none tells the same story."""
    from builder.ingest.stories.likeness import likeness

    found = {i: likeness(_text(workspace, i), text) for i in articles}
    best = max(found, key=lambda i: found[i], default=None)
    return best if best is not None and found[best] else None


def _text(workspace: Workspace, article: str) -> str:
    there: dict[str, Article] = workspace.articles.read(
        workspace.articles.file(article[: workspace.form.digits])
    )
    return there[article].text


def gone_back(there: Frozen, found: Survey, known: Mapping[str, KnownSeed]) -> dict[str, str]:
    """Return the files that hold again what was replaced since, each with its article now."""
    back = {}
    for file in found.read:
        article, live = known[file.id].article, there.live.get(file.name, [])
        if article in there.replaced and live:
            heir = there.heir(article)
            back[file.name] = heir if heir in live else live[0]
    return back


def differing(
    workspace: Workspace, there: Frozen, found: Survey, known: Mapping[str, KnownSeed]
) -> set[str]:
    """Return the paths of the seeds that differ from their frozen article, and stay unread."""
    differ = set(gone_back(there, found, known))
    for file, result in cleaned(workspace, (f for f in found.new if f.name in there.live)):
        if isinstance(result, Cleaned) and edited(workspace, there, result, file.name):
            differ.add(file.name)
    return differ
