"""The commands that start, stop and see Label Studio."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.group import Group, command, opened, show
from builder.cli.lines import studio as lines
from builder.errors import BuilderError

if TYPE_CHECKING:
    from builder.studio.presence import AtWork


@click.group("studio", cls=Group)
def studio() -> None:
    """Start, stop and see Label Studio; invite annotators."""


@command("start")
def start(root: Path, as_json: bool) -> None:
    """Start the embedded server and leave it running for annotators."""
    from builder.studio import session
    from builder.workspace.folder import open_workspace

    result = session.start(open_workspace(root))
    show(result, as_json, lines.studio(result, root))


@command("stop")
@click.option("--force", is_flag=True, help="Stop it though people are at work.")
def stop(root: Path, force: bool, as_json: bool) -> None:
    """Stop the embedded server.

    While people have drafts or were active in the last ten minutes, or the server does not say, it
    asks first; where nobody can be asked it exits with 1.
    """
    from builder.studio import presence, session
    from builder.workspace.folder import open_workspace

    workspace = open_workspace(root)
    if not force:
        _ask_first(presence.at_work(workspace))
    result = session.stop(workspace)
    show(result, as_json, lines.studio(result, root))


def _ask_first(people: "AtWork") -> None:
    """Go on if nobody is at work, or a person at the terminal says so."""
    if not people:
        return
    for line in lines.at_work(people):
        click.echo(line, err=True)
    if not sys.stdin.isatty():
        raise BuilderError("Label Studio is not stopped; builder studio stop --force stops it")
    click.confirm("Stop it all the same?", abort=True, err=True)


@command("status")
def status(root: Path, as_json: bool) -> None:
    """Say where the server is and how to sign in."""
    from builder.studio import session
    from builder.workspace.folder import open_workspace

    result = session.status(open_workspace(root))
    show(result, as_json, lines.studio(result, root))


@command("invite")
@click.option("--new", is_flag=True, help="Make a new link; the one given out before ends.")
def invite(new: bool, root: Path, as_json: bool) -> None:
    """Print the link by which annotators sign up.

    Nobody can sign up without it on the embedded server.
    """
    from builder.studio import session
    from builder.workspace.folder import open_workspace

    result = session.invite(open_workspace(root), new=new)
    show(result, as_json, lines.invitation(result))


@click.group("key", cls=Group)
def key() -> None:
    """Bring the key of the pseudonyms to another machine."""


@command("export")
@click.argument("file", type=click.Path(path_type=Path))
def export_key(file: Path, root: Path, as_json: bool) -> None:
    """Write the key into FILE: with it, pseudonyms lead back to addresses."""
    from builder.cli.lines import people
    from builder.studio import keys
    from builder.workspace.folder import open_workspace

    result = keys.export_key(open_workspace(root), file)
    show(result, as_json, people.key_file(result))


@command("import", writes=True)
@click.argument("file", type=click.Path(path_type=Path))
def import_key(file: Path, root: Path, as_json: bool) -> None:
    """Take over the key in FILE; refused if pseudonyms were made with another one."""
    from builder.cli.lines import people
    from builder.studio import keys

    with opened(root) as workspace:
        result = keys.import_key(workspace, file)
    show(result, as_json, people.key_file(result))


for _command in (export_key, import_key):
    key.add_command(_command)
for _command in (start, stop, status, invite, key):
    studio.add_command(_command)
