"""Give annotators pseudonyms; the map to their e-mail addresses stays on this machine."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from functools import cached_property

from builder.records import Correction
from builder.studio import keys
from builder.workspace.folder import Workspace
from builder.workspace.store import write_bytes

# What the embedded server's own account was called on every machine before each had its own name.
MAINTAINER = "maintainer"


class Annotators:
    """The pseudonyms of one workspace; ``annotators.json`` tells its owner who is who.

    ``own`` is the address of the embedded server's own account, which the builder made itself:
    whoever works with it maintains the workspace on this machine, and is called so.
    """

    def __init__(self, workspace: Workspace, own: str | None = None) -> None:
        self._workspace = workspace
        self._own = own
        self._map = workspace.state / "annotators.json"

    def pseudonym(self, email: str) -> str:
        """Return the pseudonym of an address: always the same, and no way back without the key.

        Raises:
            BuilderError: the key is not here that pseudonyms were made with.

        """
        if email == self._own:
            return self._workspace.people.name(self._maintainer)
        mac = hmac.new(self._key, email.strip().casefold().encode(), hashlib.sha256)
        return self._workspace.people.name(f"annotator-{mac.hexdigest()[:8]}")

    def has_left(self, name: str) -> bool:
        """Tell whether the owner of a pseudonym has left."""
        return self._workspace.people.has_left(name)

    def remember(self, emails: Mapping[int, str]) -> dict[int, str]:
        """Write down whose pseudonym is whose, for the owner's eyes; return them by user id."""
        names = {user: self.pseudonym(email) for user, email in emails.items()}
        known = json.loads(self._map.read_text("utf-8")) if self._map.exists() else {}
        known |= {
            names[user]: email
            for user, email in emails.items()
            if not self._workspace.people.has_left(names[user])
        }
        text = json.dumps(known, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        write_bytes(self._map, text.encode("utf-8"), mode=0o600)
        return names

    @cached_property
    def _key(self) -> bytes:
        return keys.key_of(self._workspace)

    @cached_property
    def _maintainer(self) -> str:
        """The name of this machine's own account: another one on every machine."""
        path = self._workspace.state / "maintainer"
        if not path.exists():
            write_bytes(path, f"{MAINTAINER}-{secrets.token_hex(2)}\n".encode())
        return path.read_text("ascii").strip()

    def once_called_maintainer(self, known: Iterable[Correction]) -> str | None:
        """Return what to do where all machines' accounts were called maintainer, or None.

        Nobody can tell on which machine that work was done; so this is said, and not guessed.
        """
        if self._own is None or MAINTAINER in self._workspace.people.decided:
            return None
        name = self.pseudonym(self._own)
        if not any(correction.written_by == MAINTAINER for correction in known):
            return None
        return (
            f"work on this machine's own account is that of {name} from now on; if the work of "
            f"{MAINTAINER} was done with it too: builder people merge {MAINTAINER} {name}"
        )
