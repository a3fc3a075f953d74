"""Find out who is at work on the embedded server before it is stopped."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from builder.errors import BuilderError
from builder.studio import process, server, session
from builder.studio.client import Account, Client, Connection
from builder.studio.people import Annotators
from builder.studio.server import Running
from builder.workspace.folder import Workspace

# A screen that is open saves a draft every few seconds of work.
ACTIVE = timedelta(minutes=10)
# A person waits for the answer; a server that takes longer may well have people at work.
_PATIENCE = 10.0


@dataclass(frozen=True)
class AtWork:
    """Who would be cut off: drafts by person, and who has done something in the last minutes.

    ``unanswered`` says why nobody can tell, where the server does not answer.
    """

    drafts: dict[str, int] = field(default_factory=dict)
    active: list[str] = field(default_factory=list)
    unanswered: str = ""

    def __bool__(self) -> bool:
        """Tell whether there may be anybody."""
        return bool(self.drafts or self.active or self.unanswered)


def at_work(workspace: Workspace, *, patience: float = _PATIENCE) -> AtWork:
    """Return who is at work on the embedded server; nobody where none runs or one is starting.

    The builder itself uses the server's own account, so of that account drafts alone count.
    """
    state = session.folder(workspace)
    found = process.find(state)
    if found is None or server.is_starting(state):
        return AtWork()
    answer: list[AtWork] = []

    def ask() -> None:
        running = server.status(state)
        if running is not None:
            answer.append(_asked(workspace, running))

    thread = threading.Thread(target=_quietly(ask), daemon=True)
    thread.start()
    thread.join(patience)
    if answer:
        return answer[0]
    return AtWork(unanswered=f"Label Studio at {found.url} does not say who is at work")


def _quietly(ask: Callable[[], None]) -> Callable[[], None]:
    def asked() -> None:
        try:
            ask()
        except BuilderError:
            return

    return asked


def _asked(workspace: Workspace, running: Running) -> AtWork:
    with Client(Connection(running.url, running.token)) as client:
        accounts = client.accounts()
        tasks = [task for project in client.projects() for task in client.drafted(project)]
        emails = Counter(email for task in tasks for email in set(client.drafts(task)))
    name = _names(workspace, accounts, running.email)
    since = datetime.now(UTC) - ACTIVE
    active = {name(a.email) for a in accounts if a.active > since and a.email != running.email}
    drafts = Counter[str]()
    for email, number in emails.items():
        drafts[name(email)] += number
    return AtWork(dict(sorted(drafts.items())), sorted(active))


def _names(workspace: Workspace, accounts: list[Account], own: str) -> Callable[[str], str]:
    """Return what gives a person's pseudonym; the number of their account before any are given."""
    numbers = {account.email: account.id for account in accounts}
    annotators = Annotators(workspace, own)
    # Pseudonyms need a key, which is made when people's work is first pulled.
    has_key = (workspace.state / "annotators.key").exists()

    def name(email: str) -> str:
        if email == own or has_key:
            with suppress(BuilderError):  # it is not the key that pseudonyms were made with
                return annotators.pseudonym(email)
        return f"account {numbers.get(email, '?')}"

    return name
