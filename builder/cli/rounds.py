"""The commands about what is dealt to whom."""

from pathlib import Path

import click

from builder.cli.group import Group, command, opened, show
from builder.cli.lines import rounds as lines


@click.group("round", cls=Group)
def rounds() -> None:
    """See and change what a team is dealt."""


@command("list")
def listed(root: Path, as_json: bool) -> None:
    """List how many tasks each person is dealt in each round, and how many are done."""
    from builder.studio import dealt
    from builder.workspace.folder import open_workspace

    show(result := dealt.shares(open_workspace(root)), as_json, lines.shares(result))


@command("deal", writes=True)
@click.argument("tasks", metavar="TASK...", nargs=-1, required=True)
@click.option("--to", "person", required=True, metavar="NAME", help="The pseudonym of a person.")
@click.option("--round", "number", default=2, show_default=True, help="The number of the round.")
def deal(tasks: tuple[str, ...], person: str, number: int, root: Path, as_json: bool) -> None:
    """Deal tasks to a person by hand.

    Work that the person has done on them already counts from then on. The next push sends what
    they have not done.
    """
    from builder.studio import dealt

    with opened(root) as workspace:
        result = dealt.deal_by_hand(workspace, tasks, person, number)
    show(result, as_json, lines.by_hand(result))


for _command in (listed, deal):
    rounds.add_command(_command)
