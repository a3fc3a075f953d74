"""Remember what a server was last seen to hold, in small files of this machine's state.

Only what this very server held and has lost counts as deleted there; a server that never had it
says nothing about it. So this is kept per project and never goes into git.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import Field, ValidationError

from builder.errors import BuilderError
from builder.records import Record
from builder.studio.client import Project
from builder.workspace.store import write_bytes

# A change bears the time at which it was asked for, and is seen when the database has written it;
# behind a busy one that has taken more than half a minute.
_OVERLAP = timedelta(minutes=5)


class Mark(Record):
    """An annotation as it was pulled, and the revision of whose correction holds it."""

    correction: str
    by: str
    created: datetime
    updated: datetime


class Seen(Record):
    """A project of a server as the last pull left it.

    ``created`` tells the project from one that has the same number on a fresh server. ``reached``
    is how far its changes were read, ``newest`` the task a person changed last. ``people`` holds
    e-mail addresses by user id, ``tasks`` task keys by task id (empty: none of ours), ``work`` the
    annotations by id, task by task. ``drafts`` holds who has unsent work, by task key, and
    ``deleted`` the keys of tasks that are gone from the server.
    """

    url: str
    project: int
    created: datetime | None = None
    reached: datetime | None = None
    newest: int | None = None
    people: dict[int, str] = Field(default_factory=dict)
    tasks: dict[int, str] = Field(default_factory=dict)
    work: dict[int, dict[int, Mark]] = Field(default_factory=dict)
    drafts: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    deleted: tuple[str, ...] = ()

    @property
    def since(self) -> datetime | None:
        """From when on changes are to be read; None for all of them."""
        return self.reached and self.reached - _OVERLAP

    def several(self) -> int:
        """Return how often one person has more than one annotation on one task."""
        authors = [[mark.by for mark in marks.values()] for marks in self.work.values()]
        return sum(len(by) > len(set(by)) for by in authors)


def of(
    state: Path,
    url: str,
    project: Project,
    corrections: Collection[str],
    name: Callable[[str], str] = str,
) -> Seen:
    """Return what is known of a project: nothing, if it is another one or the files are others.

    Args:
        state: the folder of this machine's state.
        url: the server's address.
        project: the project as the server has it now.
        corrections: the keys of the workspace's corrections.
        name: gives the pseudonym that counts for one that was written down.

    """
    saved = read(state, project.id)
    fresh = Seen(url=url, project=project.id, created=project.created)
    if saved is None or saved.url != url:
        return fresh
    marks = (mark for marks in saved.work.values() for mark in marks.values())
    same = saved.created == project.created and all(m.correction in corrections for m in marks)
    if not same:
        return fresh
    work = {
        task: {i: m.model_copy(update={"by": name(m.by)}) for i, m in marks.items()}
        for task, marks in saved.work.items()
    }
    return saved.model_copy(update={"work": work})


def read(state: Path, project: int) -> Seen | None:
    """Return what the last pull saw of a project; None before the first."""
    path = _path(state, project)
    return _read(path) if path.exists() else None


def read_all(state: Path) -> list[Seen]:
    """Return what the last pull saw of all projects."""
    return [_read(path) for path in sorted(_folder(state).glob("*.json"))]


def links(state: Path) -> dict[str, str]:
    """Return by task key the address of the task on the server, as the last pull saw it.

    Of a task in several projects it is that of the latest one, as an adjudicator's is.
    """
    return {
        key: f"{one.url}/projects/{one.project}/data?task={number}"
        for one in sorted(read_all(state), key=lambda seen: seen.project)
        for number, key in one.tasks.items()
        if key
    }


def forget(state: Path) -> None:
    """Remove what was seen: the next pull reads everything again."""
    # Before there were several projects, it stood in one file.
    for path in [state / "pulled.json", *_folder(state).glob("*.json")]:
        path.unlink(missing_ok=True)


def write(state: Path, seen: Seen) -> None:
    """Keep what was seen, for the owner's eyes: it names people."""
    content = (seen.model_dump_json() + "\n").encode()
    write_bytes(_path(state, seen.project), content, mode=0o600)


def _read(path: Path) -> Seen:
    try:
        return Seen.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise BuilderError(
            f"{path}: cannot be read ({error.errors()[0]['msg']}): remove it, and the next pull "
            "reads everything again"
        ) from None


def _folder(state: Path) -> Path:
    return state / "pulled"


def _path(state: Path, project: int) -> Path:
    return _folder(state) / f"{project}.json"
