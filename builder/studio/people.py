"""Give people pseudonyms for their e-mail addresses; the map stays on this machine."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from builder.workspace.store import write_bytes

MAINTAINER = "maintainer"
_KEY_BYTES = 32


class Annotators:
    """The pseudonyms of one workspace; ``annotators.json`` tells its owner who is who.

    ``own`` is the address of the embedded server's own account, which the builder made itself:
    whoever works with it maintains the workspace, and is called so.
    """

    def __init__(self, state: Path, own: str | None = None) -> None:
        self._own = own
        self._map = state / "annotators.json"
        self._key = _key(state / "annotators.key")

    def pseudonym(self, email: str) -> str:
        """Return the pseudonym of an address: always the same, and no way back without the key."""
        if email == self._own:
            return MAINTAINER
        mac = hmac.new(self._key, email.strip().casefold().encode(), hashlib.sha256)
        return f"annotator-{mac.hexdigest()[:8]}"

    def remember(self, emails: Mapping[int, str]) -> dict[int, str]:
        """Write down whose pseudonym is whose, for the owner's eyes; return them by user id."""
        names = {user: self.pseudonym(email) for user, email in emails.items()}
        known = json.loads(self._map.read_text("utf-8")) if self._map.exists() else {}
        known |= {names[user]: email for user, email in emails.items()}
        text = json.dumps(known, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        write_bytes(self._map, text.encode("utf-8"), mode=0o600)
        return names


def _key(path: Path) -> bytes:
    if not path.exists():
        write_bytes(path, secrets.token_hex(_KEY_BYTES).encode(), mode=0o600)
    return path.read_bytes()
