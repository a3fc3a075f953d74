"""The commands about what is dealt to whom."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.group import Group, command, opened, show
from builder.cli.lines import rounds as lines

if TYPE_CHECKING:
    from builder.records import Status
    from builder.review.again import Query


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


_why = click.option("--why", required=True, metavar="TEXT", help="Why; it stays in git.")
_by = click.option("--by", required=True, metavar="NAME", help="Who asks; it stays in git.")


@command("new", writes=True)
@click.option("--label", metavar="LABEL", help="Tasks whose gold has this label.")
@click.option(
    "--status",
    type=click.Choice(["machine", "disputed", "single", "agreed", "adjudicated"]),
    help="Tasks with a sentence of this status.",
)
@click.option("--flag", metavar="FLAG", help="Tasks on which somebody has set this flag.")
@click.option(
    "--guidelines", metavar="RANGE", help="Tasks done under these versions, such as '<1.1'."
)
@click.option(
    "--contradicted",
    metavar="N",
    type=click.IntRange(min=1),
    default=0,
    help="The N tasks whose names most speak against the model or a variant.",
    show_default=False,
)
@click.option(
    "--ids",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The tasks, articles and rows in this file, one id a line.",
)
@_why
@_by
def new(
    label: str | None,
    status: "Status | None",
    flag: str | None,
    guidelines: str | None,
    contradicted: int,
    ids: Path | None,
    why: str,
    by: str,
    root: Path,
    as_json: bool,
) -> None:
    """Have tasks looked at again: those that fit all that is asked for.

    People are shown the gold as it is. What they do takes its place; the next release says why. The
    next push sends the tasks.
    """
    from builder.review import again

    named = () if ids is None else again.read_ids(ids)
    query = again.Query(label, status, flag, guidelines, named, contradicted)
    _open(root, query, why, by, as_json)


@command("reopen", writes=True)
@click.argument("rows", metavar="ROW...", nargs=-1, required=True)
@_why
@_by
def reopen(rows: tuple[str, ...], why: str, by: str, root: Path, as_json: bool) -> None:
    """Have rows of a release looked at again, as somebody reports an error in them.

    ROW is the id of a sentence or an article, as it stands in a release.
    """
    from builder.review import again

    _open(root, again.Query(ids=rows), why, by, as_json)


@command("settle", writes=True)
@click.option("--by", required=True, metavar="NAME", help="The pseudonym of who decides so.")
def settle(by: str, root: Path, as_json: bool) -> None:
    """Decide on the disputes of which the rules of merging are certain.

    They are certain where people differ in nothing but punctuation at the edges of spans, and where
    more than half of three or more people marked the very same. All else stays disputed.
    """
    from builder.review import settling

    with opened(root) as workspace:
        result = settling.settle_certain(workspace, by, datetime.now(UTC))
    show(result, as_json, lines.settled(result))


def _open(root: Path, query: "Query", why: str, by: str, as_json: bool) -> None:
    from builder import pipeline

    with opened(root) as workspace:
        result = pipeline.open_round(workspace, query, why, by, datetime.now(UTC))
    show(result, as_json, lines.opened(result))


for _command in (listed, new, deal, settle):
    rounds.add_command(_command)
