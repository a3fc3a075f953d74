"""The commands about stories: the articles that tell the same."""

from pathlib import Path

import click

from builder.cli.group import Group, command, show
from builder.cli.lines import stories as lines


@click.group("story", cls=Group)
def story() -> None:
    """See the articles that tell the same story, and what differs between them."""


@command("show")
@click.argument("name", metavar="STORY")
def show_story(name: str, root: Path, as_json: bool) -> None:
    """Show the articles of a story side by side.

    STORY is the id of a story or of one of its articles, or the beginning of one, or the path of a
    seed.
    """
    from builder.variants import shown
    from builder.workspace.folder import open_workspace

    result = shown.show(open_workspace(root), name)
    show(result, as_json, lines.shown(result))


for _command in (show_story,):
    story.add_command(_command)
