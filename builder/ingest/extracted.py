"""Metadata as a seed states it: each value with the line that it stands on and how it was found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Stated(NamedTuple):
    """A value, the line (1-based) that states it, and the rule that found it."""

    value: str
    line: int
    how: str


class StatedCaption(NamedTuple):
    """A picture's caption, its credit, and the line (1-based) where it first stands."""

    text: str
    credit: str | None
    line: int


def distinct(stated: Iterable[Stated]) -> tuple[Stated, ...]:
    """Return each value once, as it is first stated."""
    first: dict[str, Stated] = {}
    for value in stated:
        first.setdefault(value.value, value)
    return tuple(first.values())


@dataclass(frozen=True, slots=True)
class Extracted:
    """What one seed says about its article; a field that it does not state is empty."""

    headline: tuple[Stated, ...] = ()
    authors: tuple[Stated, ...] = ()
    place: tuple[Stated, ...] = ()
    published: tuple[Stated, ...] = ()
    outlet: tuple[Stated, ...] = ()
    syndicated_from: tuple[Stated, ...] = ()
    section: tuple[Stated, ...] = ()
    url: tuple[Stated, ...] = ()
    language: tuple[Stated, ...] = ()
    licence: tuple[Stated, ...] = ()
    captions: tuple[StatedCaption, ...] = ()
