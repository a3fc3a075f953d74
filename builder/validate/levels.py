"""Check the files under data/ against their schemas, the text contract and each other."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from builder import contract
from builder.records import Article, Story, Window
from builder.validate.findings import Finding, Placed
from builder.validate.lines import read_lines
from builder.workspace import form
from builder.workspace.folder import Workspace

# What lies beside the articles in files of the same names, and is checked against them.
_ABOUT_ARTICLES = ("window", "suggestion", "task", "gold")


@dataclass(frozen=True)
class Validated:
    """How much was checked, and what was found."""

    files: int
    releases: int
    records: int
    findings: list[Finding]


@dataclass
class _Known:
    """What of the records is kept until all files are read: ids, and who names whom."""

    seeds: dict[str, Placed] = field(default_factory=dict)
    articles: dict[str, Placed] = field(default_factory=dict)
    stories: list[Placed] = field(default_factory=list)
    retracted: set[str] = field(default_factory=set)
    orphans: list[Placed] = field(default_factory=list)


class _Check:
    """One validation of a workspace: what was read so far, and what was found."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.shelves = workspace.all_shelves()
        self.files = self.records = 0
        self.findings: list[Finding] = []

    def placed(self, name: str, paths: Iterable[Path]) -> Iterator[Placed]:
        """Yield the records of some files of a shelf, and note what is wrong with their lines."""
        for path in paths:
            if not os.path.lexists(path):
                continue
            self.files += 1
            for item in read_lines(path, name, self.workspace, self.shelves[name]):
                if isinstance(item, Finding):
                    self.findings.append(item)
                else:
                    self.records += 1
                    yield item


def validate(workspace: Workspace) -> Validated:
    """Check every file under data/; nothing is changed, and one file is held at a time."""
    check, known = _Check(workspace), _Known()
    for item in check.placed("seed", workspace.seeds.files()):
        known.seeds[item.record.id] = Placed(item.path, item.line, item.record.article)
    for item in check.placed("tombstone", workspace.tombstones.files()):
        known.retracted.add(item.record.article)
    known.stories += check.placed("story", workspace.stories.files())
    for name in ("rejection", "person"):
        for _ in check.placed(name, check.shelves[name].files()):
            pass
    work = workspace.corrections_by_prefix()
    published = list(check.placed("publication", workspace.publications.files()))
    for name in sorted(_prefixes(check) | work.keys()):
        _check_articles_of(check, known, name, work.get(name, ()))
    check.findings += _unknown_files(check)
    check.findings += _cross_checks(known)
    releases = sorted(p for p in workspace.releases.glob("*") if p.is_dir())
    for folder in releases:
        check.findings += _release_findings(workspace, folder)
    for item in published:
        check.findings += _other_than_published(workspace, item)
    return Validated(check.files, len(releases), check.records, check.findings)


def _prefixes(check: _Check) -> set[str]:
    names = ("article", *_ABOUT_ARTICLES)
    return {path.stem for name in names for path in check.shelves[name].files()}


def _check_articles_of(check: _Check, known: _Known, name: str, work: Iterable[Path]) -> None:
    """Check the articles of one file, and all that is about them."""
    articles: dict[str, Article] = {}
    for item in check.placed("article", [check.shelves["article"].file(name)]):
        articles[item.record.id] = item.record
        known.articles[item.record.id] = Placed(item.path, item.line, item.record.seeds)
    files = {kind: [check.shelves[kind].file(name)] for kind in _ABOUT_ARTICLES}
    labels = check.workspace.labels
    reached: dict[str, int] = {}
    for kind, paths in {**files, "correction": list(work)}.items():
        for item in check.placed(kind, paths):
            if kind == "window":
                check.findings += _overlap(item, reached)
            article = articles.get(item.record.article)
            if article is None:
                known.orphans.append(Placed(item.path, item.line, item.record.article))
            else:
                check.findings += item.findings(contract.problems(item.record, article, labels))


def _overlap(item: Placed, reached: dict[str, int]) -> list[Finding]:
    """Return what is wrong if a window starts before the one before it ends; note its own end."""
    window: Window = item.record
    before = reached.get(window.article, 0)
    reached[window.article] = window.end
    if window.start >= before:
        return []
    return list(item.findings([("start", f"the window before it ends at {before}: they overlap")]))


def _unknown_files(check: _Check) -> Iterator[Finding]:
    workspace = check.workspace
    known = {path for shelf in check.shelves.values() for path in shelf.files()}
    known |= {workspace.data / form.FILE_NAME, workspace.fingerprint_file}
    for path in sorted(workspace.data.rglob("*")):
        if path.is_file() and path not in known and workspace.releases not in path.parents:
            where = path.relative_to(workspace.root).as_posix()
            yield Finding(where, 0, "", "no stage writes this file: remove it, or restore its name")


# --- one record against another -------------------------------------------------------------


def _cross_checks(known: _Known) -> Iterator[Finding]:
    there = known.articles.keys() | known.retracted
    for item in known.seeds.values():
        if item.record not in there:
            yield from item.findings([("article", f"{item.record} is no article here")])
    for identity, item in known.articles.items():
        faults = [("seeds", f"{i} is no seed here") for i in item.record if i not in known.seeds]
        if identity in known.retracted:
            faults.append(("id", f"was retracted: run builder retract {identity} again"))
        yield from item.findings(faults)
    for item in known.orphans:
        # An article in the wrong file was found there already.
        if item.record not in known.articles:
            yield from item.findings([("article", f"{item.record} is no article here")])
    yield from _check_stories(known, there)


def _check_stories(known: _Known, there: Iterable[str]) -> Iterator[Finding]:
    story_of: dict[str, str] = {}
    for item in known.stories:
        story: Story = item.record
        withdrawn = {w.article for w in story.withdrawn}
        retracted = sorted((known.retracted & set(story.articles)) - withdrawn)
        faults = [("withdrawn", f"lacks {article}, which was retracted") for article in retracted]
        for article in story.articles:
            if article not in there:
                faults.append(("articles", f"{article} is no article here"))
            if article in story_of:
                faults.append(("articles", f"{article} is in story {story_of[article]} too"))
            story_of[article] = story.id
        yield from item.findings(faults)
    for article in sorted(known.articles.keys() - story_of.keys()):
        yield Finding("data/stories", 0, "articles", f"article {article} is in no story")


# --- releases -------------------------------------------------------------------------------


def _release_findings(workspace: Workspace, folder: Path) -> Iterator[Finding]:
    from builder.dataset.check import problems

    for path, field_, reason in problems(folder):
        yield Finding(path.relative_to(workspace.root).as_posix(), 0, field_, reason)


def _other_than_published(workspace: Workspace, item: Placed) -> list[Finding]:
    """Return what is wrong if the release that lies here is not the one that was published."""
    from builder.dataset.manifest import FILE_NAME, sha256
    from builder.dataset.text_sources import TEXT_FREE_ENDING

    folder = workspace.releases / item.record.version
    both = (folder, folder.with_name(f"{folder.name}{TEXT_FREE_ENDING}"))
    there = [form / FILE_NAME for form in both if (form / FILE_NAME).exists()]
    if len(there) < 2 and not (folder / FILE_NAME).exists():
        return []
    if any(sha256(path) == item.record.manifest for path in there):
        return []
    reason = f"is not that of {folder.relative_to(workspace.root)}: restore the release from git"
    return list(item.findings([("manifest", reason)]))
