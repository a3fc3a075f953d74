"""Keep the key that pseudonyms are made with, and make sure that it is the workspace's own.

The key belongs to this machine's state and never goes into git. Its fingerprint does: with another
key every person would get a second pseudonym, and so count as two.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from builder.errors import BuilderError
from builder.workspace.folder import Workspace
from builder.workspace.store import write_bytes

_BYTES = 32
_KEY = re.compile(r"[0-9a-f]{64}")
_PSEUDONYM = re.compile(r"annotator-[0-9a-f]{8}")
_HOW = (
    "where the pseudonyms were made, write it into a file: builder studio key export FILE; "
    "here, take it over: builder studio key import FILE"
)


def key_of(workspace: Workspace) -> bytes:
    """Return the key of a workspace; a new one is made only where no pseudonym was made before.

    Raises:
        BuilderError: the key is missing here, or is not the one that pseudonyms were made with.

    """
    path, known = _path(workspace), fingerprint_in(workspace)
    if path.exists():
        key = path.read_bytes()
        if known not in (None, _fingerprint(key)):
            raise BuilderError(
                f"{path}: is another key than the one that the pseudonyms in data/ were made with "
                f"({_fingerprint(key)}, not {known}): everybody would count as two people; {_HOW}"
            )
    elif known is not None or _has_pseudonyms(workspace):
        raise BuilderError(
            f"{path}: is missing, and pseudonyms in data/ were made with it: with a new key "
            f"everybody would count as two people; {_HOW}"
        )
    else:
        key = secrets.token_hex(_BYTES).encode()
        write_bytes(path, key, mode=0o600)
    _write_fingerprint(workspace, key)
    return key


@dataclass(frozen=True)
class KeyFile:
    """A key that was written to a file or taken over from one: which file, which key."""

    file: str
    fingerprint: str


def export_key(workspace: Workspace, file: Path) -> KeyFile:
    """Write the key into a file that its owner alone may read.

    Raises:
        BuilderError: there is no key, or the file is there already.

    """
    path = _path(workspace)
    if not path.exists():
        raise BuilderError(f"{path}: there is no key here: no annotator was given a pseudonym yet")
    if file.exists():
        raise BuilderError(f"{file}: is there already; name another file")
    write_bytes(file, path.read_bytes() + b"\n", mode=0o600)
    return KeyFile(str(file), _fingerprint(path.read_bytes()))


def import_key(workspace: Workspace, file: Path) -> KeyFile:
    """Take over the key that was exported on another machine.

    Raises:
        BuilderError: the file holds no key, or not the one that pseudonyms were made with.

    """
    try:
        text = file.read_text("ascii").strip()
    except (OSError, ValueError):
        text = ""
    if not _KEY.fullmatch(text):
        raise BuilderError(f"{file}: holds no key: write one with builder studio key export FILE")
    key, known = text.encode(), fingerprint_in(workspace)
    if known not in (None, _fingerprint(key)):
        raise BuilderError(
            f"{file}: is not the key that the pseudonyms in data/ were made with "
            f"({_fingerprint(key)}, not {known})"
        )
    path = _path(workspace)
    if known is None and path.exists() and path.read_bytes() != key:
        raise BuilderError(
            f"{path}: another key is here already; remove it if no pseudonym was made with it"
        )
    write_bytes(path, key, mode=0o600)
    _write_fingerprint(workspace, key)
    return KeyFile(str(path), _fingerprint(key))


def fingerprint_in(workspace: Workspace) -> str | None:
    """Return the fingerprint of the key that pseudonyms were made with, as it stands in data/."""
    path = workspace.fingerprint_file
    return path.read_text("ascii").strip() if path.exists() else None


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(b"annotators.key " + key).hexdigest()[:16]


def _write_fingerprint(workspace: Workspace, key: bytes) -> None:
    write_bytes(workspace.fingerprint_file, f"{_fingerprint(key)}\n".encode())


def _has_pseudonyms(workspace: Workspace) -> bool:
    """Tell whether work under a pseudonym that a key has made lies in data/."""
    return any(_PSEUDONYM.fullmatch(c.written_by) for c in workspace.corrections.records())


def _path(workspace: Workspace) -> Path:
    return workspace.state / "annotators.key"
