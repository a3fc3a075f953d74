"""Say whose work is in a workspace, and what was decided about them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.phrasing import count

if TYPE_CHECKING:
    from builder.studio.keys import KeyFile
    from builder.studio.membership import Everybody, Forgotten, Merged


def known(result: "Everybody") -> Iterator[str]:
    """List the people, with how much they have done."""
    for person in result.people:
        also = f", also {', '.join(person.aliases)}" if person.aliases else ""
        left = ", has left" if person.left else ""
        yield f"{person.name}: {count(person.tasks, 'task')}{also}{left}"
    if not result.people:
        yield "Nobody has worked here yet."


def merged(result: "Merged") -> Iterator[str]:
    """Say that two pseudonyms count as one."""
    work = count(result.corrections, "correction")
    yield f"{result.old} counts as {result.name} from now on: {work}"


def forgotten(result: "Forgotten") -> Iterator[str]:
    """Say what became of a person's work."""
    work = count(result.corrections, "correction")
    kept = f"kept as those of {result.now}" if result.now else "removed"
    yield f"{result.name} has left: {work} {kept}"
    yield "On the server, their account and annotations stay: remove them there."


def key_file(result: "KeyFile") -> Iterator[str]:
    """Say where the key of pseudonyms is now."""
    yield f"{result.file}: the key of the pseudonyms ({result.fingerprint})"
