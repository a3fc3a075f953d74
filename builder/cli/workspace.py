"""The commands that make a workspace, check it and say how far it has come."""

import sys
from pathlib import Path

import click

from builder.cli.group import command, show, show_due, strict_option
from builder.cli.lines import workspace as lines


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
def init(folder: Path) -> None:
    """Make FOLDER a workspace: builder.toml and seeds/."""
    from builder.workspace.init import init as make

    for line in make(folder):
        click.echo(line)


@command("validate")
def validate(root: Path, as_json: bool) -> None:
    """Check every file under data/; exit 1 on findings."""
    from builder.validate.levels import validate as check
    from builder.workspace.folder import open_workspace

    result = check(open_workspace(root))
    show(result, as_json, lines.validated(result))
    if result.findings:
        sys.exit(1)


@command("status")
@strict_option
@click.option("--offline", is_flag=True, help="Ask no server what people have submitted.")
def status(root: Path, strict: bool, offline: bool, as_json: bool) -> None:
    """Show every stage's counts and what is due.

    Asks the server, for a second at most, what people have submitted since the last pull.
    """
    show_due(root, "release", as_json, strict=strict, ask_server=not offline)
