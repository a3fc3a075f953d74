"""Progress is an argument: whoever runs a stage says how its progress is shown."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Track(Protocol):
    """Goes through items and shows how far it is; ``what`` says in words what is being done."""

    def __call__(self, items: Sequence[T], what: str) -> Iterable[T]:
        """Return the items in their order."""


def untracked(items: Sequence[T], what: str) -> Iterable[T]:
    """Show no progress."""
    return items
