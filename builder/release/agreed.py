"""Tell who of a team agreed that figures of their work, or their opinions, stand in releases."""

import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from builder.workspace.folder import Workspace
from builder.workspace.freshness import joined

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Agreed:
    """Pseudonyms of those who agreed that their ``opinions`` or figures of their ``effort`` stand.

    ``effort`` is None where there is no team: then the sum over everybody is told, and no person.
    """

    opinions: frozenset[str] = frozenset()
    effort: frozenset[str] | None = None

    def told(self) -> str:
        """Return what rows depend on, spelled in one way; empty where there is no team."""
        if self.effort is None:
            return ""
        return f"effort {' '.join(sorted(self.effort))} opinions {' '.join(sorted(self.opinions))}"


# Nobody was asked.
NOBODY = Agreed()


def agreed(workspace: Workspace) -> Agreed:
    """Return who agreed to what, by builder.toml, under the pseudonyms that count."""
    team = workspace.config.team
    if team is None:
        return NOBODY
    name = workspace.people.name
    return Agreed(
        opinions=frozenset(map(name, team.publish_opinions)),
        effort=frozenset(map(name, team.publish_effort)),
    )


def tell_unknown(workspace: Workspace) -> None:
    """Tell which pseudonyms of those who agreed have no work here: they may be misspelt."""
    named = agreed(workspace)
    wanted = named.opinions | (named.effort or frozenset())
    if not wanted:
        return
    fresh, shelf = workspace.freshness, workspace.corrections

    def of(path: Path) -> list[str]:
        return sorted({c.producer.name for c in shelf.read(path).values()})

    there = {
        name
        for path in shelf.files()
        for name in fresh.worked_out(
            "workers-1",
            path.stem,
            joined([fresh.digest(path), workspace.people.digest]),
            partial(of, path),
        )
    }
    for name in sorted(wanted - there):
        log.warning(
            "builder.toml: [team] lets work of %s be published, and there is none under that "
            "pseudonym: builder people list has all",
            name,
        )
