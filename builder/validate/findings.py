"""What validation finds: where something is wrong, what, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong.

    ``path`` and ``line`` say where (line 0: the file as a whole), ``record`` and ``field`` in what,
    ``reason`` why, and ``rule`` which rule of ``rules.RULES`` is broken.
    """

    path: str
    line: int
    field: str
    reason: str
    rule: str
    record: str = ""

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        named = " ".join(filter(None, (self.record and f"[{self.record}]", self.field)))
        return f"{where}: {named}: {self.reason}" if named else f"{where}: {self.reason}"


@dataclass(frozen=True)
class Placed:
    """A record, or what is kept of it, where it stands, and its key."""

    path: str
    line: int
    record: Any
    key: str = ""

    def keeping(self, kept: Any) -> "Placed":
        """Return the place of the record with only this kept of it."""
        return Placed(self.path, self.line, kept, self.key)

    def findings(self, rule: str, faults: Iterable[tuple[str, str]]) -> list[Finding]:
        """Return what is wrong with the record by one rule, given as fields and reasons."""
        return [
            Finding(self.path, self.line, field, reason, rule, self.key) for field, reason in faults
        ]
