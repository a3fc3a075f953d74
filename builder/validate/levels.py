"""Check the files under data/ against their schemas, the text contract and each other."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from builder.records import Article, Correction, Deal, Suggestion, Task, Window
from builder.validate import against as changes
from builder.validate import whole
from builder.validate.beside_article import faults
from builder.validate.derived import derived, other_than_shown
from builder.validate.findings import Finding, Placed
from builder.validate.lines import read_lines
from builder.validate.people import History, maker_faults, times
from builder.validate.releases import release_findings
from builder.validate.seed_files import metadata_faults, seed_faults
from builder.workspace import form
from builder.workspace.folder import Workspace
from builder.workspace.store import TEMPORARY

# What lies beside the articles in files of the same names, and is checked against them.
_ABOUT_ARTICLES = ("window", "deal", "imported", "suggestion", "aligned", "task", "gold")
_ALONE = ("rejection", "person", "publication", "tombstone", "decision", "round", "story", "seed")


@dataclass(frozen=True)
class Validated:
    """How much was checked, and what was found, in order of place."""

    files: int
    releases: int
    records: int
    findings: list[Finding]


class _Check:
    """One validation of a workspace: what was read so far, and what was found."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.shelves = workspace.all_shelves()
        self.files = self.records = 0
        self.findings: list[Finding] = []
        self.known = whole.KnownRecords()
        self.published: list[Placed] = []
        self.pushed = bool(self.shelves["window"].files())

    def placed(self, name: str, paths: Iterable[Path]) -> Iterator[Placed]:
        """Yield the records of some files of a shelf, and note what is wrong with their lines."""
        for path in paths:
            if not os.path.lexists(path):
                continue
            self.files += 1
            where = path.relative_to(self.workspace.root).as_posix()
            for item in read_lines(path, where, self.shelves[name]):
                if isinstance(item, Finding):
                    self.findings.append(item)
                else:
                    self.records += 1
                    self.findings += item.findings("history", times(item.record))
                    yield item

    def unreadable(self, error: OSError) -> None:
        """Note a folder that cannot be listed."""
        where = Path(error.filename).relative_to(self.workspace.root).as_posix()
        self.findings.append(Finding(where, 0, "", f"cannot be read: {error.strerror}", "file"))


def validate(
    workspace: Workspace, *, allow_empty: bool = False, against: str | None = None
) -> Validated:
    """Check every file under data/; nothing is changed, and one file is held at a time.

    Args:
        workspace: the workspace.
        allow_empty: a workspace in which there is nothing yet is no finding.
        against: a commit, a release or a folder: then what has changed since is checked too.

    Raises:
        BuilderError: ``against`` names nothing that is there.

    """
    check = _Check(workspace)
    _check_alone(check)
    work = workspace.corrections_by_prefix()
    for name in sorted(_prefixes(check) | work.keys()):
        _check_articles_of(check, name, work.get(name, ()))
    check.findings += _places(check)
    check.findings += whole.problems(check.known, workspace.root, workspace.seed_folder)
    check.findings += derived(workspace)
    releases = sorted(
        p for p in workspace.releases.glob("*") if p.is_dir() and p.suffix != TEMPORARY
    )
    check.findings += release_findings(workspace, releases, check.published, check.known.stories)
    if against is not None:
        check.findings += changes.against(workspace, against)
    if not (check.files or releases or allow_empty):
        told = "holds no data: nothing was validated"
        check.findings.append(Finding("data", 0, "", told, "empty"))
    return Validated(check.files, len(releases), check.records, sorted(set(check.findings)))


# --- records on their own -----------------------------------------------------------------------


def _check_alone(check: _Check) -> None:
    """Check the records that are about no article's text, and keep what others name of them."""
    known = check.known
    for name in _ALONE:
        for item in check.placed(name, check.shelves[name].files()):
            if name == "seed":
                known.add_seed(item)
                check.findings += item.findings(
                    "seed", seed_faults(item.record, check.workspace.root)
                )
            elif name == "story":
                known.stories.append(item)
            elif name == "decision":
                known.decisions.append(item)
            elif name == "tombstone":
                known.tombstones[item.record.article] = item
            elif name == "person":
                known.people[item.record.name] = item
            elif name == "publication":
                check.published.append(item)
            elif name == "round":
                known.rounds[item.record.number] = item


# --- articles, and all that is about them -------------------------------------------------------


def _prefixes(check: _Check) -> set[str]:
    names = ("article", *_ABOUT_ARTICLES)
    return {path.stem for name in names for path in check.shelves[name].files()}


def _check_articles_of(check: _Check, name: str, work: Sequence[Path]) -> None:
    """Check the articles of one file, and all that is about them."""
    articles: dict[str, Article] = {}
    for item in check.placed("article", [check.shelves["article"].file(name)]):
        articles[item.record.id] = item.record
        check.known.add_article(item)
        for seed in check.known.seeds_of(item.record):
            wrong = metadata_faults(item.record, seed, check.workspace.root)
            check.findings += item.findings("seed", wrong)
    beside = _Beside(articles, History(check.pushed))
    files = {kind: [check.shelves[kind].file(name)] for kind in _ABOUT_ARTICLES}
    for kind, paths in {**files, "correction": list(work)}.items():
        for item in check.placed(kind, paths):
            check.findings += _about_article(check, item, beside)
    check.findings += beside.history.problems()


@dataclass
class _Beside:
    """What the records about the articles of one file are checked beside.

    ``reached`` is where the last window of each article ends.
    """

    articles: dict[str, Article]
    history: History
    suggested: dict[str, Suggestion] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)


def _about_article(check: _Check, item: Placed, beside: _Beside) -> Iterator[Finding]:
    """Yield what is wrong with a record that is about an article, and keep what others need."""
    record = item.record
    if isinstance(record, Window) and not isinstance(record, Task):
        yield from item.findings("text", _overlap(record, beside.reached))
        beside.history.windows.setdefault(record.article, set()).add(record.key)
    yield from item.findings("person", maker_faults(record))
    article = beside.articles.get(record.article)
    if article is None:
        check.known.orphans.append(item.keeping(record.article))
        return
    if isinstance(record, Deal):
        beside.history.deal(item)
        yield from item.findings("reference", check.known.unopened(record))
        return
    carried = article.id in check.known.refrozen
    found = faults(record, article, check.workspace.labels, carried=carried)
    for rule, where, reason in found:
        yield from item.findings(rule, [(where, reason)])
    if isinstance(record, Suggestion):
        beside.suggested[record.article] = record
    elif article.id in beside.suggested:
        shown = beside.suggested[article.id]
        yield from item.findings("derived", other_than_shown(record, shown))
    if isinstance(record, Correction):
        beside.history.add(item, carried=carried)


def _overlap(window: Window, reached: dict[str, int]) -> list[tuple[str, str]]:
    """Return what is wrong if a window starts before the one before it ends; note its own end."""
    before = reached.get(window.article, 0)
    reached[window.article] = window.end
    if window.start >= before:
        return []
    return [("start", f"the window before it ends at {before}: they overlap")]


# --- where files lie ----------------------------------------------------------------------------


def _places(check: _Check) -> Iterator[Finding]:
    """Yield the files that no stage writes, and links that lead out of the workspace."""
    workspace = check.workspace
    known = {path for shelf in check.shelves.values() for path in shelf.files()}
    known |= {workspace.data / form.FILE_NAME, workspace.fingerprint_file}
    if not workspace.data.resolve().is_relative_to(workspace.root):
        told = "is a link out of the workspace: put the folder itself here"
        yield Finding("data", 0, "", told, "file")
    for folder, folders, files in os.walk(workspace.data, onerror=check.unreadable):
        here = Path(folder)
        for name in sorted([*folders, *files]):
            path = here / name
            where = path.relative_to(workspace.root).as_posix()
            if path.is_symlink() and not _leads_inside(path, workspace):
                told = "is a link out of the workspace, or to nothing: put the file itself here"
                yield Finding(where, 0, "", told, "file")
            elif path.suffix == TEMPORARY:
                continue  # a command is at work, or was killed: the next one removes it
            elif name in files and path not in known and not _in_a_release(path, workspace):
                told = "no stage writes this file: remove it, or restore its name"
                yield Finding(where, 0, "", told, "file")


def _leads_inside(link: Path, workspace: Workspace) -> bool:
    try:
        return link.resolve().is_relative_to(workspace.root)
    except RuntimeError:  # it leads in a circle, before Python 3.13
        return False


def _in_a_release(path: Path, workspace: Workspace) -> bool:
    return workspace.releases in path.parents and path.parent != workspace.releases
