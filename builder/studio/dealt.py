"""Tell what is dealt to whom, and deal a task by hand."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from builder.corrections import last_of_each_round, latest
from builder.errors import BuilderError
from builder.ingest.held import of_test_split
from builder.records import ADJUDICATION, CALIBRATION, FIRST, ROUNDS, SECOND, Correction, Deal, Span
from builder.studio.projects import name_of
from builder.tasks import dealing
from builder.workspace.folder import Workspace
from builder.workspace.ledger import taken_out
from builder.workspace.store import View


@dataclass(frozen=True)
class Share:
    """What is dealt to a person in a round: tasks, those done, and those without suggestions.

    ``right`` is the exact F1 of calibration work against the gold.
    """

    round: str
    annotator: str
    dealt: int
    done: int
    blind: int
    right: float | None = None


@dataclass(frozen=True)
class Shares:
    """What is dealt to whom, by round and person; ``undealt`` is work that does not count."""

    shares: list[Share]
    undealt: list[str]


@dataclass(frozen=True)
class DealtByHand:
    """The tasks that were dealt to a person by hand, and in which round."""

    annotator: str
    round: str
    tasks: list[str]


def shares(workspace: Workspace) -> Shares:
    """Return what is dealt to whom, and the work that was not dealt to who did it.

    What is of articles that are out of the dataset waits for nobody, and is left out.
    """
    gone = taken_out(workspace)
    work = [c for c in workspace.corrections.records() if c.article not in gone]
    deals = [d for d in workspace.deals.records() if d.article not in gone]
    done = dealing.done_places(work)
    dealt, finished, blind = (Counter[tuple[int, str]]() for _ in range(3))
    for deal in deals:
        pair = (deal.round, deal.annotator)
        dealt[pair] += 1
        finished[pair] += dealing.place_of(deal) in done
        blind[pair] += deal.arm == "blind"
    right = calibrated(workspace, work)
    apart = {f"{c.task} by {c.producer.name}" for c in dealing.undealt(work, deals)}
    return Shares(
        [
            Share(
                name_of(pair[0]),
                pair[1],
                dealt[pair],
                finished[pair],
                blind[pair],
                right.get(pair[1]) if pair[0] == CALIBRATION else None,
            )
            for pair in sorted(dealt)
        ],
        sorted(apart),
    )


def calibrated(workspace: Workspace, work: Sequence[Correction]) -> dict[str, float]:
    """Return by person the exact F1 of their calibration work against the gold."""
    found: dict[str, list[int]] = {}
    gold = View(workspace.gold)
    for one in map(workspace.labels.read, latest(work)):
        if one.round == CALIBRATION and one.article in gold:
            start, end = one.scope.start, one.scope.end
            inside = [s for s in gold[one.article].spans if start <= s.start and s.end <= end]
            known, mine = ({_mark(s) for s in spans} for spans in (inside, one.spans))
            counts = found.setdefault(one.producer.name, [0, 0])
            counts[0] += 2 * len(known & mine)
            counts[1] += len(known) + len(mine)
    return {name: right / both for name, (right, both) in found.items() if both}


def _mark(span: Span) -> tuple[str, int, int]:
    return span.label, span.start, span.end


def deal_by_hand(
    workspace: Workspace, tasks: Sequence[str], person: str, number: int
) -> DealtByHand:
    """Deal tasks to a person; work that they have done on them counts from then on.

    Raises:
        BuilderError: there is no such task, person or round, or it is dealt to them already.

    """
    windows = {window.key for window in workspace.windows.records()}
    deals = list(workspace.deals.records())
    work = list(workspace.corrections.records())
    person = _known(workspace, person, work, deals)
    asked = set(tasks)
    _check_round(workspace, number, asked)
    team = workspace.config.team
    share = team.blind if team else 0.0
    test = of_test_split(workspace)
    earlier = dealing.acknowledged(
        last_of_each_round(c for c in work if c.task in asked), deals, asked
    )
    mine: dict[str, set[int]] = {}
    for one in (d for d in [*deals, *earlier] if d.annotator == person):
        mine.setdefault(one.task, set()).add(one.round)
    arms = {c.task: c.arm for c in work if (c.producer.name, c.round) == (person, number) and c.arm}
    new = []
    for task in dict.fromkeys(tasks):
        if task not in windows:
            raise BuilderError(f"{task}: no such task was ever pushed; they are in data/windows")
        had = mine.get(task, set())
        if number in had or (number in (FIRST, SECOND) and had & {FIRST, SECOND}):
            raise BuilderError(f"{task}: is dealt to {person} already, or was done by them before")
        arm = dealing.arm_of(task, person, share, test=task.partition(":")[0] in test)
        arm = arms.get(task, "assisted" if number == ADJUDICATION else arm)
        article = task.partition(":")[0]
        new.append(Deal(article=article, task=task, annotator=person, round=number, arm=arm))
    # What was done on them before counts as before.
    workspace.deals.add([*earlier, *new])
    return DealtByHand(person, name_of(number), [*dict.fromkeys(tasks)])


def _known(
    workspace: Workspace, person: str, work: Iterable[Correction], deals: Iterable[Deal]
) -> str:
    """Return the pseudonym that counts of somebody to whom tasks can be dealt."""
    team, name = workspace.config.team, workspace.people.name(person)
    known = {c.producer.name for c in work} | {d.annotator for d in deals}
    if team is not None:
        named = [] if team.annotators == "all" else team.annotators
        known |= {workspace.people.name(one) for one in (*named, *team.adjudicators)}
    if workspace.people.has_left(name):
        raise BuilderError(f"{name} has left; nothing can be dealt to them")
    if name not in known:
        raise BuilderError(
            f"{person}: nobody of that name has worked here, was dealt anything or is named in "
            "[team]: see builder people list"
        )
    return name


def _check_round(workspace: Workspace, number: int, tasks: Collection[str]) -> None:
    """Raise BuilderError if there is no such round, or it was opened for other tasks."""
    if number in ROUNDS:
        return
    opened = {one.number: one for one in workspace.rounds.records()}
    if number not in opened:
        known = [f"{n} ({name})" for n, name in ROUNDS.items()]
        known += [str(n) for n in sorted(opened)]
        raise BuilderError(f"there is no round {number}: rounds are {', '.join(known)}")
    others = sorted(set(tasks) - set(opened[number].tasks))
    if others:
        raise BuilderError(f"{others[0]}: is none of the tasks that round {number} was opened for")
