"""What a publication would send, keep and delete, and what it did."""

from dataclasses import dataclass, field
from typing import Literal

Visibility = Literal["private", "public", "gated", "as the folder is"]


@dataclass(frozen=True)
class Wishes:
    """What a person has asked for.

    That is the form without text, who may read, and whether others' changes may be replaced.
    """

    no_text: bool = False
    public: bool = False
    gated: bool = False
    overwrite: bool = False


@dataclass(frozen=True)
class Plan:
    """What would go where.

    ``send`` has the size of each file that is new or other there, ``there`` the files that are
    there already, ``delete`` those of an earlier version that go, and ``replaced`` what others
    have changed there and is replaced. ``no_text`` tells that it is the form without text. ``head``
    is the newest commit there, and ``commit`` the one that holds this version already. ``versions``
    are those that are there; ``history`` says in words which of them still hold articles that were
    retracted.
    """

    target: str
    version: str
    manifest: str
    visibility: Visibility
    no_text: bool = False
    new_place: bool = False
    send: dict[str, int] = field(default_factory=dict)
    there: list[str] = field(default_factory=list)
    delete: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    tag: str | None = None
    head: str | None = None
    commit: str | None = None
    published: bool = False
    versions: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """Return how many bytes would be sent."""
        return sum(self.send.values())


@dataclass(frozen=True)
class Published:
    """What was published: the plan that was carried out, and what was found to be true of it.

    ``new`` tells whether anything was sent or tagged; ``checked`` says in words what was compared,
    and ``record`` is the file that keeps the publication.
    """

    plan: Plan
    commit: str | None
    tag: str | None
    new: bool
    bytes: int
    checked: list[str]
    record: str
