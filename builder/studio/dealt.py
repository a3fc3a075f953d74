"""Tell what is dealt to whom, and deal a task by hand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from builder.corrections import latest
from builder.errors import BuilderError
from builder.records import ADJUDICATION, CALIBRATION, ROUNDS, SECOND, Correction, Deal, Span
from builder.studio.projects import name_of
from builder.tasks import dealing
from builder.workspace.folder import Workspace
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
    """Return what is dealt to whom, and the work that was not dealt to who did it."""
    work, deals = list(workspace.corrections.records()), list(workspace.deals.records())
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
    for one in latest(work):
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
        BuilderError: there is no such task or round, or it is dealt to this person already.

    """
    if number not in ROUNDS:
        known = ", ".join(f"{n} ({name})" for n, name in ROUNDS.items())
        raise BuilderError(f"there is no round {number}: rounds are {known}")
    windows = {window.key for window in workspace.windows.records()}
    deals = list(workspace.deals.records())
    work = list(workspace.corrections.records())
    team = workspace.config.team
    share = team.blind if team else 0.0
    test = {
        i for story in workspace.stories.records() if story.split == "test" for i in story.articles
    }
    new = []
    for task in dict.fromkeys(tasks):
        if task not in windows:
            raise BuilderError(f"{task}: no such task was ever pushed; they are in data/windows")
        mine = {d.round for d in deals if d.task == task and d.annotator == person}
        opinion = number not in (ADJUDICATION, CALIBRATION)
        if number in mine or (opinion and mine & set(range(1, SECOND + 1))):
            raise BuilderError(f"{task}: is dealt to {person} already")
        done = [c for c in work if (c.task, c.producer.name, c.round) == (task, person, number)]
        arm = dealing.arm_of(task, person, share, test=task.partition(":")[0] in test)
        arm = next((c.arm for c in done if c.arm), "assisted" if number == ADJUDICATION else arm)
        article = task.partition(":")[0]
        new.append(Deal(article=article, task=task, annotator=person, round=number, arm=arm))
        # What was done on it before counts as before.
        new += [d for d in dealing.acknowledged(work, deals, {task}) if d.annotator != person]
    workspace.deals.add(new)
    return DealtByHand(person, name_of(number), [*dict.fromkeys(tasks)])
