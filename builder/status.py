"""Say how far a workspace has come: each stage of the table, what it holds and why it is due."""

from dataclasses import dataclass, field, replace

from builder.ingest.held import held_stories
from builder.ingest.stories.contradictions import beside_decisions
from builder.pipeline import STAGES
from builder.review.stage import to_look_at
from builder.studio.waiting import since_the_last_pull
from builder.workspace.folder import Workspace


@dataclass(frozen=True)
class StageStatus:
    """One stage: what it holds, why it is due (empty if it is not), and what is not known."""

    name: str
    holds: str
    due: str
    unknown: str = ""


@dataclass(frozen=True)
class Status:
    """All stages in the order in which data flows, and what somebody has to look at.

    ``held_back`` are the stories of which no row enters a release, by id, each with the reason;
    ``to_look_at`` is about people's decisions and work.
    """

    stages: list[StageStatus]
    held_back: dict[str, str] = field(default_factory=dict)
    to_look_at: list[str] = field(default_factory=list)


def status(
    workspace: Workspace, last: str = STAGES[-1].name, *, ask_server: bool = False
) -> Status:
    """Return how far the workspace has come; no data are changed.

    Args:
        workspace: the workspace.
        last: the name of the last stage to look at; those before it are looked at too.
        ask_server: ask the server too what people have done, for a second at most.

    """
    with workspace.freshness.steady():
        return _status(workspace, last, ask_server)


def _status(workspace: Workspace, last: str, ask_server: bool) -> Status:
    number = [stage.name for stage in STAGES].index(last)
    stages = [
        StageStatus(s.name, s.holds(workspace), s.due(workspace)) for s in STAGES[: number + 1]
    ]
    if ask_server:
        answer = since_the_last_pull(workspace)
        stages = [
            replace(s, due=answer.due, unknown=answer.unknown) if s.name == "pull" else s
            for s in stages
        ]
    looks = [one.told() for one in beside_decisions(workspace).contradictions]
    looks += to_look_at(workspace) if STAGES[number].name in ("review", "release") else []
    held = held_stories(workspace)
    workspace.freshness.save()
    return Status(stages, held, looks)
