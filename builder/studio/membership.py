"""Say that two pseudonyms are one person, and let a person leave."""

import json
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from builder.errors import BuilderError
from builder.people import FORMER, People
from builder.records import Correction, Person
from builder.studio import seen
from builder.workspace.folder import Workspace
from builder.workspace.shelves import CORRECTIONS, DEALS, PEOPLE
from builder.workspace.store import write_bytes


@dataclass(frozen=True)
class Known:
    """A person who has worked here or was dealt a task: pseudonyms that count as this one, tasks.

    ``tasks`` counts those that they have worked on.
    """

    name: str
    aliases: list[str]
    tasks: int
    left: bool


@dataclass(frozen=True)
class Everybody:
    """The people whose work is in a workspace, by pseudonym."""

    people: list[Known]


@dataclass(frozen=True)
class Merged:
    """Two pseudonyms that count as one from now on, and how many corrections that touches."""

    old: str
    name: str
    corrections: int


@dataclass(frozen=True)
class Forgotten:
    """A person who has left: the new pseudonym of the work, or None where it was dropped."""

    name: str
    now: str | None
    corrections: int


def people(workspace: Workspace) -> Everybody:
    """Return who has worked here or was dealt a task, and of whom something was decided."""
    tasks: dict[str, set[str]] = {}
    aliases: dict[str, set[str]] = {}
    for correction in workspace.corrections.records():
        tasks.setdefault(correction.producer.name, set()).add(correction.task)
    for deal in workspace.deals.records():
        tasks.setdefault(deal.annotator, set())
    decided = workspace.people
    for name in decided.decided:
        if decided.name(name) != name:
            aliases.setdefault(decided.name(name), set()).add(name)
    names = {*tasks, *aliases, *(n for n in decided.decided if decided.has_left(n))}
    return Everybody(
        [
            Known(
                name=name,
                aliases=sorted(aliases.get(name, ())),
                tasks=len(tasks.get(name, ())),
                left=decided.has_left(name),
            )
            for name in sorted(names)
        ]
    )


def merge(workspace: Workspace, old: str, name: str) -> Merged:
    """Let the work of one pseudonym count as that of another; no correction is written anew.

    Raises:
        BuilderError: they are one already, or one of them is unknown or has left.

    """
    known = {person.name for person in people(workspace).people}
    decided = workspace.people
    for one in (old, name):
        if decided.has_left(one):
            raise BuilderError(f"{one} has left; nothing can be merged with that")
    if decided.name(old) == decided.name(name):
        raise BuilderError(f"{old} and {name} count as one already")
    if old not in known:
        raise BuilderError(f"{old}: nobody of that name has worked here: see builder people list")
    if name not in known and not _is_own(workspace, name):
        raise BuilderError(f"{name}: nobody of that name has worked here: see builder people list")
    workspace.shelf(PEOPLE).add([Person(name=old, same_as=name)])
    touched = [c for c in workspace.corrections.records() if c.producer.name == old]
    return Merged(old, name, len(touched))


def forget(workspace: Workspace, name: str, today: date, *, keep: bool) -> Forgotten:
    """Remove all that tells who a person was; their work stays under a new pseudonym, or goes.

    No more of their work is fetched. What is in git's history and in earlier releases stays there.

    Raises:
        BuilderError: nobody of that name has worked here or was dealt anything.

    """
    pending = workspace.state / "leaving.json"
    under = {n for n in workspace.people.decided if workspace.people.name(n) == name} | {name}
    files = [
        path
        for path in workspace.corrections.files()
        if any(c.written_by in under for c in workspace.corrections.read(path).values())
    ]
    dealt = any(deal.annotator in under for deal in workspace.deals.records())
    if not (files or dealt or pending.exists()):
        raise BuilderError(f"{name}: nobody of that name has worked here: see builder people list")
    # Kept until all is done, so that a command that was killed goes on with the same pseudonym.
    new = _pending(pending, name) if keep else None
    count = sum(_rewrite(workspace, path, under, new) for path in files)
    _rewrite_deals(workspace, under, new)
    left = [Person(name=one, left=today, kept=keep) for one in sorted(under)]
    workspace.shelf(PEOPLE).add(left)
    _take_off_the_map(workspace.state / "annotators.json", under)
    # It holds addresses, and is made again by the next pull.
    seen.forget(workspace.state)
    pending.unlink(missing_ok=True)
    return Forgotten(name, new, count)


def _pending(path: Path, name: str) -> str:
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if name not in known:
        known = {name: f"{FORMER}{secrets.token_hex(4)}"}
        write_bytes(path, json.dumps(known).encode(), mode=0o600)
    return str(known[name])


def _rewrite(workspace: Workspace, path: Path, under: Iterable[str], new: str | None) -> int:
    """Put a new pseudonym into the corrections of one file, or take them out; return how many."""
    shelf, names = workspace.shelf(CORRECTIONS), set(under)
    lying = shelf.read(path).values()
    theirs = sorted((c for c in lying if c.written_by in names), key=lambda c: (c.updated, c.key))
    others = [c for c in lying if c.written_by not in names]
    renamed = [] if new is None else list(_renamed(theirs, names, new))
    shelf.write(path.stem, [*others, *renamed])
    return len(theirs)


def _rewrite_deals(workspace: Workspace, names: Collection[str], new: str | None) -> None:
    """Put a new pseudonym into what was dealt to a person, or take it out."""
    shelf = workspace.shelf(DEALS)
    for path in shelf.files():
        lying = shelf.read(path).values()
        theirs = [d for d in lying if (d.alias or d.annotator) in names]
        if theirs:
            renamed = {"annotator": new, "alias": None}
            kept = [] if new is None else [d.model_copy(update=renamed) for d in theirs]
            # Two of their pseudonyms may have been dealt the same task.
            one_each = {d.key: d for d in kept}.values()
            shelf.write(path.stem, [*(d for d in lying if d not in theirs), *one_each])


def _renamed(theirs: Iterable[Correction], names: Iterable[str], new: str) -> Iterable[Correction]:
    """Yield corrections under another pseudonym, with their revisions in the order of time."""
    anew = People({name: Person(name=name, same_as=new) for name in names})
    number: dict[tuple[str, int], int] = {}
    for correction in theirs:
        identity = (correction.task, correction.round)
        number[identity] = number.get(identity, 0) + 1
        read = anew.read(correction)
        producer = read.producer.model_copy(update={"alias": None})
        yield read.model_copy(update={"producer": producer, "revision": number[identity]})


def _take_off_the_map(path: Path, names: Iterable[str]) -> None:
    if path.exists():
        known = json.loads(path.read_text("utf-8"))
        for name in names:
            known.pop(name, None)
        text = json.dumps(known, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        write_bytes(path, text.encode(), mode=0o600)


def _is_own(workspace: Workspace, name: str) -> bool:
    """Tell whether a pseudonym is that of this machine's own account."""
    path = workspace.state / "maintainer"
    return path.exists() and path.read_text("ascii").strip() == name
