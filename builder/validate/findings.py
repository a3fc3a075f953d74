"""What validation finds: where something is wrong, what, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: file, line (0: the file as a whole), field and reason."""

    path: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.field}: {self.reason}" if self.field else f"{where}: {self.reason}"


@dataclass(frozen=True)
class Placed:
    """A record, or what is kept of it, and where it stands."""

    path: str
    line: int
    record: Any

    def findings(self, faults: Iterable[tuple[str, str]]) -> list[Finding]:
        """Return what is wrong with the record, given as fields and reasons."""
        return [Finding(self.path, self.line, field, reason) for field, reason in faults]
