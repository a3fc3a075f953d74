"""The commands about stories: the articles that tell the same."""

from datetime import UTC, datetime
from pathlib import Path

import click

from builder.cli.group import Group, command, opened, show
from builder.cli.lines import stories as lines


@click.group("story", cls=Group)
def story() -> None:
    """See what differs between the articles of a story, and decide which are one."""


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


_by = click.option("--by", required=True, metavar="NAME", help="Who decides; it stays in git.")
_why = click.option("--why", required=True, metavar="TEXT", help="Why; it stays in git.")


@command("merge", writes=True)
@click.argument("names", metavar="STORY...", nargs=-1, required=True)
@_by
@_why
def merge(names: tuple[str, ...], by: str, why: str, root: Path, as_json: bool) -> None:
    """Say that stories are one.

    The stricter of their splits wins. Where rows of both were released, the next release withdraws
    those of the other split, and says so.
    """
    from builder.ingest.stories import deciding

    with opened(root) as workspace:
        result = deciding.merge(workspace, names, deciding.Grounds(by, why, datetime.now(UTC)))
    show(result, as_json, lines.decided(result))


@command("keep-apart", writes=True)
@click.argument("names", metavar="STORY...", nargs=-1, required=True)
@_by
@_why
def keep_apart(names: tuple[str, ...], by: str, why: str, root: Path, as_json: bool) -> None:
    """Say that stories are not the same, whatever they share."""
    from builder.ingest.stories import deciding

    with opened(root) as workspace:
        grounds = deciding.Grounds(by, why, datetime.now(UTC))
        result = deciding.keep_apart(workspace, names, grounds)
    show(result, as_json, lines.decided(result))


@command("split", writes=True)
@click.argument("name", metavar="STORY")
@click.argument("articles", metavar="ARTICLE...", nargs=-1, required=True)
@_by
@_why
def split(
    name: str, articles: tuple[str, ...], by: str, why: str, root: Path, as_json: bool
) -> None:
    """Say that articles do not belong to STORY.

    They become a story of their own, in the same split. ARTICLE is an id, the beginning of one, or
    the path of a seed.
    """
    from builder.ingest.stories import deciding

    with opened(root) as workspace:
        grounds = deciding.Grounds(by, why, datetime.now(UTC))
        result = deciding.split(workspace, name, articles, grounds)
    show(result, as_json, lines.decided(result))


for _command in (show_story, merge, split, keep_apart):
    story.add_command(_command)
