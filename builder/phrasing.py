"""Say numbers: one with its noun, several in their order."""

from collections.abc import Mapping


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it has to be."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def most_first(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts with the largest first, and equal ones by name."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
