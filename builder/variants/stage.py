"""Keep the suggestions of articles in which identical sentences of variants have the same ones.

An article's own suggestion depends on that article alone and stays as the pipeline has made it. A
record lies here only where an article takes something over from its variants; readers take it
instead of the article's own (``suggestions_of``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from builder.corrections import latest, settle
from builder.phrasing import count
from builder.records import Correction, Story, Suggestion
from builder.tasks.dealing import counted
from builder.variants.consistency import consistent
from builder.variants.same_names import same_names
from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined
from builder.workspace.store import View, parse

STAGE = "align"
# Raise it when the same suggestions are aligned otherwise.
_RULE = "aligned-4"
# So many files are written at once; a story whose articles lie in several of them is read once.
_AT_ONCE = 64

_Stories = dict[str, list[str]]


def align(workspace: Workspace, *, force: bool = False) -> int:
    """Bring up to date what articles take over from their variants; return how many changed.

    Only the stories are read again of which an article, its suggestion or the story has changed.

    Args:
        workspace: the workspace; its suggestions have to be up to date.
        force: align everything again.

    """
    stories, changed = _Several(workspace), 0
    stale = [name for name in _names(workspace, stories) if force or stories.stale(name)]
    for start in range(0, len(stale), _AT_ONCE):
        changed += _write(workspace, stories, stale[start : start + _AT_ONCE])
        workspace.freshness.save()
    workspace.freshness.forget(STAGE, keep=stories.by_file)
    workspace.freshness.save()
    return changed


def due(workspace: Workspace) -> str:
    """Say how many stories have articles whose suggestions were not aligned yet."""
    several = _Several(workspace)
    stale = [name for name in _names(workspace, several) if several.stale(name)]
    touched = {story for name in stale for story in several.by_file.get(name, ())}
    if stale and not touched:
        return f"{count(len(stale), 'file')} of aligned suggestions to remove"
    return f"suggestions of {_stories(len(touched))} not aligned" if touched else ""


def holds(workspace: Workspace) -> str:
    """Say how many articles take suggestions over from variants; nothing if none does."""
    fresh = workspace.freshness

    def number(path: Path) -> int:
        return len(workspace.aligned.read(path))

    total = sum(
        fresh.worked_out("aligned-count-1", path.stem, fresh.digest(path), partial(number, path))
        for path in workspace.aligned.files()
    )
    return f"{total} aligned with variants" if total else ""


def suggestions_of(workspace: Workspace, name: str) -> dict[str, Suggestion]:
    """Return the suggestions of the articles of one file, aligned where variants differed."""
    own = workspace.suggestions.read(workspace.suggestions.file(name))
    aligned = workspace.aligned.read(workspace.aligned.file(name))
    return own | {i: suggestion for i, suggestion in aligned.items() if i in own}


def suggestion_files(workspace: Workspace, name: str) -> list[Path]:
    """Return the files that the suggestions of the articles of one file are read from."""
    return [workspace.suggestions.file(name), workspace.aligned.file(name)]


def altered(workspace: Workspace) -> Iterator[Path]:
    """Yield the files that were changed since they were made from what there is now."""
    several, fresh = _Several(workspace), workspace.freshness
    for path in workspace.aligned.files():
        made = fresh.made(STAGE, path.stem)
        if made and made[0] == several.inputs(path.stem) and made[1] != fresh.digest(path):
            yield path


def _names(workspace: Workspace, several: "_Several") -> list[str]:
    """Return the names of the files that hold something, or may have to."""
    return sorted({*several.by_file, *(path.stem for path in workspace.aligned.files())})


class _Several:
    """The stories of several articles, and by file those that have an article in it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._stories = _of_several(workspace)
        self.by_file: dict[str, list[str]] = defaultdict(list)
        for story, articles in self._stories.items():
            for name in sorted({article[: workspace.form.digits] for article in articles}):
                self.by_file[name].append(story)
        # Who has no variants waits for nothing.
        self._lines = {
            name: workspace.line_digests(name) if self._stories else {}
            for name in ("article", "suggestion")
        }

    def articles(self, story: str) -> list[str]:
        """Return the articles of a story that are in the dataset."""
        return self._stories[story]

    def inputs(self, name: str) -> str:
        """Return what stands for all that a file is made from; nothing if it follows from none."""
        stories = self.by_file.get(name)
        if not stories:
            return ""
        known = self._workspace.labels.labels
        names = (f"{x.layer} {x.name} {x.alias_of}" for x in known)
        return joined([_RULE, *names, *self._parts(stories)])

    def _parts(self, stories: Iterable[str]) -> Iterator[str]:
        for story in sorted(stories):
            yield story
            for article in self._stories[story]:
                yield article
                yield from (lines.get(article, "") for lines in self._lines.values())
                yield from self._work_on(article)

    def _work_on(self, article: str) -> Iterator[str]:
        """Yield the digests of people's work on an article, and of what was dealt of it."""
        work = self._workspace.corrections.file(article)
        if work.exists():
            dealt = self._workspace.deals.file(article[: self._workspace.form.digits])
            yield from map(self._workspace.freshness.digest, (work, dealt))
            yield self._workspace.people.digest

    def stale(self, name: str) -> bool:
        """Tell whether a file is not what follows from what there is now."""
        fresh, digest = self._workspace.freshness, ""
        digest = fresh.digest(self._workspace.aligned.file(name))
        inputs = self.inputs(name)
        return bool(digest) if not inputs else fresh.made(STAGE, name) != (inputs, digest)


def _of_several(workspace: Workspace) -> _Stories:
    """Return the stories that have several articles in the dataset, each with these."""

    def of(path: Path) -> _Stories:
        found = {}
        for _, story in parse(path, Story):
            articles = sorted({*story.articles} - story.out().keys())
            if len(articles) > 1:
                found[story.id] = articles
        return found

    fresh, found = workspace.freshness, dict[str, list[str]]()
    for path in workspace.stories.files():
        found |= fresh.worked_out("of-several-1", path.stem, fresh.digest(path), partial(of, path))
    return found


def _write(workspace: Workspace, several: _Several, names: Sequence[str]) -> int:
    """Write some files; return how many articles take over something else than before."""
    aligned: dict[str, dict[str, Suggestion]] = {name: {} for name in names}
    views = View(workspace.articles), View(workspace.suggestions)
    for story in sorted({s for name in names for s in several.by_file.get(name, ())}):
        for identity, suggestion in _aligned(workspace, several.articles(story), *views).items():
            if identity[: workspace.form.digits] in aligned:
                aligned[identity[: workspace.form.digits]][identity] = suggestion
    changed, fresh = 0, workspace.freshness
    for name, new in aligned.items():
        path = workspace.aligned.file(name)
        old = workspace.aligned.read(path)
        changed += sum(new.get(i) != old.get(i) for i in new.keys() | old.keys())
        workspace.aligned.write(name, new.values())
        fresh.make(STAGE, name, several.inputs(name), fresh.digest(path))
    return changed


def _aligned(
    workspace: Workspace,
    ids: Collection[str],
    articles: Mapping[str, Any],
    suggestions: Mapping[str, Suggestion],
) -> dict[str, Suggestion]:
    there = [identity for identity in ids if identity in articles and identity in suggestions]
    read = [articles[identity] for identity in there]
    own = {identity: suggestions[identity] for identity in there}
    work = {identity: _work_on(workspace, identity) for identity in there}
    aligned = consistent(read, own, workspace.labels, work)
    return aligned | same_names(read, own | aligned, workspace.labels, work)


def _work_on(workspace: Workspace, article: str) -> list[Correction]:
    """Return what people have done on an article that counts, under the labels in use.

    Where somebody has decided on a task, or looked at it again, that stands alone.
    """
    path = workspace.corrections.file(article)
    if not path.exists():
        return []
    deals = workspace.deals.read(workspace.deals.file(article[: workspace.form.digits])).values()
    work = latest(counted(workspace.corrections.read(path).values(), deals))
    return [workspace.labels.read(c) for c in settle(work)[0]]


def _stories(number: int) -> str:
    return "1 story" if number == 1 else f"{number} stories"
