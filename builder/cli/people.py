"""The commands about the people whose work is in a workspace."""

from datetime import UTC, datetime
from pathlib import Path

import click

from builder.cli.group import Group, command, opened, show
from builder.cli.lines import people as lines


@click.group("people", cls=Group)
def people() -> None:
    """See whose work is here, join two pseudonyms of one person, let a person leave."""


@command("list")
def listed(root: Path, as_json: bool) -> None:
    """List the pseudonyms under which people have worked.

    Whose they are is in .builder/annotators.json on the machine that pulled the work.
    """
    from builder.studio import membership
    from builder.workspace.folder import open_workspace

    result = membership.people(open_workspace(root))
    show(result, as_json, lines.known(result))


@command("merge", writes=True)
@click.argument("old")
@click.argument("name")
def merge(old: str, name: str, root: Path, as_json: bool) -> None:
    """Let the work of OLD count as that of NAME, as they are one person.

    No correction is changed: data/people says that they are the same, and deleting its file undoes
    it.
    """
    from builder.studio import membership

    with opened(root) as workspace:
        result = membership.merge(workspace, old, name)
    show(result, as_json, lines.merged(result))


@command("forget", writes=True)
@click.argument("name")
@click.option("--keep", "keep", flag_value=True, type=bool, help="Keep the work, renamed.")
@click.option("--drop", "keep", flag_value=False, type=bool, help="Remove the work too.")
def forget(name: str, keep: bool | None, root: Path, as_json: bool) -> None:
    """Remove what tells who NAME was, as that person leaves.

    The work stays under a new pseudonym that nothing leads back from, or goes. No more of it is
    fetched. The next release says so; git's history and earlier releases stay as they are.
    """
    from builder.studio import membership

    if keep is None:
        raise click.UsageError("say what becomes of the work: --keep or --drop")
    with opened(root) as workspace:
        today = datetime.now(UTC).date()
        result = membership.forget(workspace, name, today, keep=keep)
    show(result, as_json, lines.forgotten(result))


for _command in (listed, merge, forget):
    people.add_command(_command)
