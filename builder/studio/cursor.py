"""How far a server's changes have been read: one small file of this machine's state."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from builder.errors import BuilderError
from builder.store import write_bytes

# The server's clock decides what is new; a little overlap costs nothing.
_OVERLAP = timedelta(seconds=5)


def read(state: Path, url: str, project: int) -> datetime | None:
    """Return from when on a project's changes are to be read; None for all of them."""
    path = _path(state)
    if not path.exists():
        return None
    try:
        saved = json.loads(path.read_text("utf-8"))
        if (saved["url"], saved["project"]) != (url, project):
            return None
        return datetime.fromisoformat(saved["reached"]).astimezone(UTC) - _OVERLAP
    except (ValueError, KeyError, TypeError) as error:
        raise BuilderError(
            f"{path}: cannot be read ({error}): remove it, and the next pull reads everything again"
        ) from None


def write(state: Path, url: str, project: int, reached: datetime) -> None:
    """Keep how far a project has been read."""
    content = {"url": url, "project": project, "reached": reached.isoformat()}
    write_bytes(_path(state), (json.dumps(content) + "\n").encode())


def _path(state: Path) -> Path:
    return state / "pulled.json"
