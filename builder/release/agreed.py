"""Tell who of a team agreed that figures of their work, or their opinions, stand in releases."""

from dataclasses import dataclass

from builder.workspace.folder import Workspace


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
