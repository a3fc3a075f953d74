"""Say how far a workspace has come: each stage of the table, what it holds and why it is due."""

from dataclasses import dataclass

from builder.pipeline import STAGES
from builder.workspace.folder import Workspace


@dataclass(frozen=True)
class StageStatus:
    """One stage: what it holds, and why it is due (empty if it is not)."""

    name: str
    holds: str
    due: str


@dataclass(frozen=True)
class Status:
    """All stages in the order in which data flows."""

    stages: list[StageStatus]


def status(workspace: Workspace) -> Status:
    """Return how far the workspace has come; no data are changed and no server is asked."""
    stages = [StageStatus(s.name, s.holds(workspace), s.due(workspace)) for s in STAGES]
    workspace.freshness.save()
    return Status(stages)
