"""A workspace: the folder where everything of one dataset lives, and its lock."""

import logging
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from builder import labels, records
from builder.errors import BuilderError
from builder.people import People, as_written
from builder.phrasing import count
from builder.workspace import config, form, shelves
from builder.workspace.freshness import Freshness
from builder.workspace.migrate import migrate
from builder.workspace.store import TEMPORARY, R, Shelf

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Workspace:
    """A folder with builder.toml, seeds/ and data/: where everything of one dataset lives.

    ``strict`` tells that files are compared by their contents, whatever their sizes and times say.
    """

    root: Path
    config: config.Config
    strict: bool = False

    @property
    def data(self) -> Path:
        """The folder that holds one folder a stage."""
        return self.root / "data"

    @property
    def state(self) -> Path:
        """What belongs to this machine alone: server, secrets, cursors; never in git."""
        return self.root / ".builder"

    @property
    def seed_folder(self) -> Path:
        """Where the seeds lie."""
        return self.root / self.config.seeds

    @property
    def releases(self) -> Path:
        """Where the releases lie, a folder a version."""
        return self.data / "releases"

    @property
    def fingerprint_file(self) -> Path:
        """Where the fingerprint of the key stands that pseudonyms are made with."""
        return self.data / "annotators.fingerprint"

    @cached_property
    def labels(self) -> labels.LabelSet:
        """The labels of its own ``labels.toml``, or the default ones."""
        own = self.root / labels.FILE_NAME
        return labels.read(own) if own.exists() else labels.default()

    @cached_property
    def form(self) -> form.Form:
        """The form of data/: its number, and into how many files a shelf is divided."""
        return form.read(self.data)

    @cached_property
    def freshness(self) -> Freshness:
        """What this machine remembers of the files, so that unchanged ones are not read again."""
        return Freshness(self.root, self.state / "cache", strict=self.strict)

    def shelf(self, row: shelves.Row[R]) -> Shelf[R]:
        """Return the shelf that a row of the table of shelves describes."""
        digits = self.form.digits
        return Shelf(
            self.data / row.folder,
            row.kind,
            row.key,
            lambda record: row.file_of(record, digits),
            made_again=row.made_again,
        )

    def all_shelves(self) -> dict[str, Shelf[Any]]:
        """Return every shelf by its name in the table."""
        return {name: self.shelf(row) for name, row in shelves.ALL.items()}

    @cached_property
    def seeds(self) -> Shelf[records.Seed]:
        """Seeds by sha256: the map from seed to article."""
        return self.shelf(shelves.SEEDS)

    @cached_property
    def articles(self) -> Shelf[records.Article]:
        """Frozen articles by id."""
        return self.shelf(shelves.ARTICLES)

    @cached_property
    def stories(self) -> Shelf[records.Story]:
        """The ledger of stories and their splits."""
        return self.shelf(shelves.STORIES)

    @cached_property
    def decisions(self) -> Shelf[records.StoryDecision]:
        """What people decided on stories."""
        return self.shelf(shelves.DECISIONS)

    @cached_property
    def tombstones(self) -> Shelf[records.Tombstone]:
        """What was taken back, by article."""
        return self.shelf(shelves.TOMBSTONES)

    @cached_property
    def windows(self) -> Shelf[records.Window]:
        """The windows that were ever pushed, by article and start: they never move."""
        return self.shelf(shelves.WINDOWS)

    @cached_property
    def rounds(self) -> Shelf[records.Round]:
        """The rounds that somebody opened, by number."""
        return self.shelf(shelves.ROUNDS)

    @cached_property
    def deals(self) -> Shelf[records.Deal]:
        """Which tasks were dealt to whom, under the pseudonyms that count."""
        shelf = self.shelf(shelves.DEALS)
        return replace(shelf, reading=self.people.read_deal, writing=as_written)

    @cached_property
    def suggestions(self) -> Shelf[records.Suggestion]:
        """The current suggestion of each article."""
        return self.shelf(shelves.SUGGESTIONS)

    @cached_property
    def imported(self) -> Shelf[records.Suggestion]:
        """Suggestions of machines that the builder does not run, by article and machine."""
        return self.shelf(shelves.IMPORTED)

    @cached_property
    def aligned(self) -> Shelf[records.Suggestion]:
        """The suggestions of articles that take something over from their variants."""
        return self.shelf(shelves.ALIGNED)

    @cached_property
    def tasks(self) -> Shelf[records.Task]:
        """What was last pushed, by task key."""
        return self.shelf(shelves.TASKS)

    @cached_property
    def corrections(self) -> Shelf[records.Correction]:
        """People's work, under the pseudonyms that count."""
        return replace(self.shelf(shelves.CORRECTIONS), reading=self.people.read)

    @cached_property
    def people(self) -> People:
        """What was decided of pseudonyms."""
        return People(self.shelf(shelves.PEOPLE).load())

    @cached_property
    def gold(self) -> Shelf[records.Gold]:
        """The best annotation of each article."""
        return self.shelf(shelves.GOLD)

    @cached_property
    def publications(self) -> Shelf[records.Publication]:
        """Which versions were published, where and when."""
        return self.shelf(shelves.PUBLICATIONS)

    @cached_property
    def rejected(self) -> Shelf[records.Rejection]:
        """What went no further, and why, a file a stage."""
        return self.shelf(shelves.REJECTED)

    def reject(self, stage: str, items: "list[records.Rejection]") -> None:
        """Make what a stage has rejected exactly these records."""
        self.rejected.write(stage, {self.rejected.key(item): item for item in items}.values())

    def prefixes(self) -> list[str]:
        """Return the names of the files into which articles are divided, and all that follows."""
        return [path.stem for path in self.articles.files()]

    def by_prefix(self, articles: Iterable[str]) -> dict[str, list[str]]:
        """Return articles in order, by the name of the file that each lies in."""
        found: dict[str, list[str]] = {}
        for article in sorted(articles):
            found.setdefault(article[: self.form.digits], []).append(article)
        return found

    def corrections_by_prefix(self) -> dict[str, list[Path]]:
        """Return the files of people's work by the name of the file that their articles lie in."""
        found: dict[str, list[Path]] = {}
        for path in self.shelf(shelves.CORRECTIONS).files():
            found.setdefault(path.stem[: self.form.digits], []).append(path)
        return found

    def line_digests(self, name: str) -> dict[str, str]:
        """Return the digest of each record's line on a shelf of the table, by its key."""
        shelf, found = self.all_shelves()[name], dict[str, str]()

        def of(path: Path) -> dict[str, str]:
            return {key: place.digest for key, place in shelf.places(path).items()}

        for path in shelf.files():
            inputs = self.freshness.digest(path)
            found |= self.freshness.worked_out(
                f"lines-{name}-1", path.stem, inputs, partial(of, path)
            )
        return found

    @contextmanager
    def lock(self, wait: int = 0) -> Iterator[None]:
        """Keep other commands from writing this workspace; clear what a killed one left.

        Data in an older form are brought to the present one first.

        Args:
            wait: for how many seconds another command is waited for.

        Raises:
            BuilderError: another command is at work, or data/ is in a form of a newer builder.

        """
        self.state.mkdir(parents=True, exist_ok=True)
        with self._held(wait):
            if not form.is_written(self.data):
                in_git = (self.shelf(row) for row in shelves.ALL.values() if row.in_git)
                migrate(self.data, self.form, in_git)
            for partial in sorted(self.data.rglob(f"*{TEMPORARY}")):
                if partial.is_dir():
                    shutil.rmtree(partial)
                else:
                    partial.unlink(missing_ok=True)
            yield

    def _held(self, wait: int) -> AbstractContextManager[object]:
        lock = FileLock(self.state / "lock")
        at_work = f"{self.root}: another builder command is at work here"
        with suppress(Timeout):
            return lock.acquire(timeout=0)
        if not wait:
            raise BuilderError(f"{at_work}. Wait for it (--wait SECONDS), or stop it")
        log.info("%s; it is waited for", at_work)
        try:
            return lock.acquire(timeout=wait)
        except Timeout:
            raise BuilderError(
                f"{at_work}, and was so for {count(wait, 'second')}. "
                "Wait longer (--wait SECONDS), or stop it"
            ) from None


def open_workspace(root: Path | str = ".", *, strict: bool = False) -> Workspace:
    """Return the workspace at ``root``, which must hold a builder.toml.

    Args:
        root: the folder.
        strict: compare files by their contents, whatever their sizes and times say.

    Raises:
        BuilderError: builder.toml is missing or wrong, or data/ is in a form of a newer builder.

    """
    workspace = Workspace(Path(root).resolve(), config.read(Path(root)), strict)
    form.check(workspace.form, workspace.data)
    return workspace
