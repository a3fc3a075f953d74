"""The command line: one thin function a command, listed here in the order in which data flows."""

from builder.cli import (
    importing,
    model,
    people,
    release,
    rounds,
    stages,
    stories,
    studio,
    workspace,
)
from builder.cli.group import main

__all__ = ["main"]

for _command in (
    workspace.init,
    stages.ingest,
    stories.story,
    stages.annotate,
    studio.studio,
    rounds.rounds,
    stages.push,
    stages.pull,
    importing.import_,
    people.people,
    stages.review,
    rounds.reopen,
    release.release,
    release.hydrate,
    release.diff,
    release.publish,
    release.retract,
    release.export,
    model.evaluate,
    model.train,
    workspace.validate,
    workspace.status,
    stages.run,
):
    main.add_command(_command)
