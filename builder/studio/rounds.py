"""Deal a team's tasks, and fill the project of each person and round with what is dealt to them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from builder.corrections import last_of_each_round, opinions
from builder.labels import LabelSet
from builder.records import (
    ADJUDICATION,
    CALIBRATION,
    FIRST,
    SECOND,
    Arm,
    Article,
    Correction,
    Deal,
    Gold,
    Round,
    Task,
)
from builder.studio.client import Client, Project
from builder.studio.projects import name_of, of_team, title_of
from builder.studio.push import Asked, Sent, push_asked
from builder.studio.reached import disputed_tasks, is_known
from builder.tasks import dealing
from builder.tasks.deciding import to_decide, to_look_at_again
from builder.workspace.config import Team

# A person and a round have a project.
Pair = tuple[int, str]


@dataclass(frozen=True)
class Dealt:
    """What was dealt: all deals that hold, those that are new, and who has to decide what.

    ``again`` are disputed tasks that were decided before, of which an opinion has changed since.
    ``taken_back`` counts deals of people who are not here any more, ``unfilled`` tasks that want
    more opinions than there are people, ``undecided`` disputed tasks on which nobody may decide.
    ``beginning`` names newcomers who have calibration tasks to do before any other.
    """

    deals: list[Deal] = field(default_factory=list)
    again: frozenset[str] = frozenset()
    new: int = 0
    taken_back: int = 0
    unfilled: int = 0
    undecided: int = 0
    beginning: list[str] = field(default_factory=list)


def people_of(
    team: Team, accounts: Iterable[str], own: str | None, before: Iterable[Deal]
) -> list[str]:
    """Return to whom tasks are dealt, in order.

    Where ``builder.toml`` says ``all``, these are the people with an account, and those who were
    dealt something ``before``: nobody has left because this server does not know them. The embedded
    server's ``own`` account counts where there is nobody else.
    """
    if team.annotators != "all":
        return sorted(set(team.annotators))
    known = {deal.annotator for deal in before if deal.round != ADJUDICATION}
    others = (set(accounts) - {own}) | known
    return sorted(others or set(accounts))


def deal(
    team: Team,
    people: Sequence[str],
    tasks: Mapping[str, Task],
    before: Iterable[Deal],
    work: Collection[Correction],
    gold: Mapping[str, Gold],
    articles: Mapping[str, Article],
    test: Collection[str],
    opened: Iterable[Round] = (),
) -> Dealt:
    """Return what is dealt to whom from now on.

    Args:
        team: how to deal.
        people: who is here, by pseudonym.
        tasks: all tasks by key.
        before: what was dealt so far.
        work: people's work.
        gold: the gold that follows from it, by article.
        articles: the articles by id.
        test: the articles of the test split.
        opened: the rounds that somebody opened to look at tasks again.

    """
    earlier = list(before)
    done = dealing.done_places(work)
    deals = dealing.standing_deals(earlier, {*people, *team.adjudicators}, done)
    deals = dealing.blinded(deals, test, done)
    kept = len(deals)
    deals += dealing.acknowledged(last_of_each_round(work), deals, tasks.keys())
    beginning: list[str] = []
    if team.calibration:
        known = [k for k, task in tasks.items() if is_known(task, gold, articles)]
        new = _newcomers(people, deals, done)
        deals += dealing.calibration_dealt(known, deals, new, team.calibration)
        # Of an article that is gone, nobody can do the tasks that they were dealt.
        open_ = (
            d
            for d in deals
            if d.round == CALIBRATION and d.task in tasks and dealing.place_of(d) not in done
        )
        beginning = sorted({d.annotator for d in open_} & {*people})
    wanted = dealing.wanted_opinions(team.overlap, team.opinions)

    def arm(task: str, person: str) -> Arm:
        return dealing.arm_of(task, person, team.blind, test=task.partition(":")[0] in test)

    def there() -> list[Deal]:
        return [d for d in deals if d.task in tasks]

    deals += dealing.opinions_dealt(tasks, there(), people, done, wanted, arm)
    for one in opened:
        dealt = {d.task for d in deals if d.round == one.number}
        lacking = [t for t in one.tasks if t in tasks and t not in dealt]
        deals += dealing.dealt_again(lacking, there(), people, done, one.number, arm)
    counted = dealing.counted(work, deals)
    disputed = {
        k: by for k, by in disputed_tasks(tasks, deals, counted, gold, articles).items() if by
    }
    # What people agree on by now, or somebody has settled, waits for nobody.
    deals = [
        d
        for d in deals
        if d.round != ADJUDICATION or d.task in disputed or dealing.place_of(d) in done
    ]
    adjudicators = sorted(set(team.adjudicators)) or people
    decisions = {place[0] for place in done if place[2] == ADJUDICATION}
    again = disputed.keys() & decisions
    # What is to be decided again, and whose adjudicator has left, goes to another one.
    holding = [d for d in deals if d.task not in again or d.annotator in adjudicators]
    skipped = dealing.skipped_decisions(work)
    deals += dealing.decisions_dealt(
        disputed, holding, adjudicators, done, own=team.adjudicate_own, skipped=skipped
    )
    having = Counter(d.task for d in deals if d.round in (FIRST, SECOND))
    decided = {
        d.task for d in deals if d.round == ADJUDICATION and (d.task, d.annotator) not in skipped
    }
    return Dealt(
        deals=deals,
        again=frozenset(again),
        new=len(deals) - kept,
        taken_back=len(earlier) - kept,
        unfilled=sum(having[key] < wanted(key) for key in tasks),
        undecided=len(disputed.keys() - decided),
        beginning=beginning,
    )


def _newcomers(
    people: Iterable[str], deals: Iterable[Deal], done: Collection[dealing.Place]
) -> list[str]:
    """Return who has done nothing yet."""
    worked = {d.annotator for d in deals if dealing.place_of(d) in done}
    return [person for person in people if person not in worked]


def asked_of(
    pair: Pair,
    deals: Iterable[Deal],
    tasks: Mapping[str, Task],
    work: Iterable[Correction],
    gold: Mapping[str, Gold],
    order: Mapping[str, int],
) -> list[Asked]:
    """Return what a person is asked in a round, in the order in which they meet it."""
    mine = [d for d in deals if d.task in tasks]
    if pair[0] == ADJUDICATION:
        return _to_decide([tasks[d.task] for d in mine], work)
    known = _finished(mine, work)
    asked = [Asked(_shown(d, tasks[d.task], gold, answer=d.task in known)) for d in mine]
    return sorted(asked, key=lambda one: order[one.task.key])


def _shown(deal: Deal, task: Task, gold: Mapping[str, Gold], *, answer: bool) -> Task:
    """Return a task as somebody is shown it: without suggestions, with them, or with the gold.

    The gold is also the ``answer`` to a calibration task that is done.
    """
    shown = task.suggestion.model_copy(update={"spans": (), "relations": ()})
    again = deal.round > CALIBRATION and deal.arm == "assisted"
    if (again or answer) and deal.article in gold:
        shown = to_look_at_again(task, gold[deal.article])
    elif deal.arm == "assisted":
        shown = task.suggestion
    return task.model_copy(update={"suggestion": shown})


def _finished(deals: Iterable[Deal], work: Iterable[Correction]) -> set[str]:
    """Return the calibration tasks that their person has done, and so is shown the gold of."""
    done = dealing.done_places(c for c in work if c.round == CALIBRATION)
    return {d.task for d in deals if d.round == CALIBRATION and dealing.place_of(d) in done}


def _to_decide(tasks: Iterable[Task], work: Iterable[Correction]) -> list[Asked]:
    """Return disputed tasks with the opinions on them; those with most differences come first."""
    on: dict[str, list[Correction]] = {}
    for opinion in opinions(work):
        on.setdefault(opinion.task, []).append(opinion)
    found = []
    for task in tasks:
        shown = to_decide(task, on.get(task.key, ()))
        asked = Asked(
            task.model_copy(update={"suggestion": shown.suggestion}),
            shown.notes,
            {"opinions": list(shown.opinions)},
        )
        found.append((-shown.differences(), task.key, asked))
    return [asked for *_, asked in sorted(found, key=lambda one: one[:2])]


def ranks(team: Team, tasks: Mapping[str, Task], articles: Mapping[str, Article]) -> dict[str, int]:
    """Return the place of each task in the order in which people meet them.

    ``tasks`` are in the order of stories.
    """
    keys = list(tasks)
    if team.order == "uncertainty":
        keys.sort(key=lambda k: tasks[k].suggestion.score())
    elif team.order == "oldest":
        days = {i: a.metadata.first("published") or "9999" for i, a in articles.items()}
        keys.sort(key=lambda k: days[tasks[k].article])
    return {key: place for place, key in enumerate(keys)}


def push_rounds(
    client: Client,
    project: str,
    dealt: Dealt,
    tasks: Mapping[str, Task],
    work: Sequence[Correction],
    gold: Mapping[str, Gold],
    order: Mapping[str, int],
    users: Mapping[str, int],
    emails: Mapping[str, str],
    labels: LabelSet,
    clear: Callable[[Project | None, Sequence[Mapping[str, Any]]], Collection[str]],
) -> dict[Pair, Sent]:
    """Fill the projects of all people and rounds; return what was sent, by round and person.

    Who has calibration tasks to do gets no others before they are done. Projects of people to whom
    nothing is dealt any more are emptied of what nobody has touched.
    """
    of: dict[Pair, list[Deal]] = {}
    for one in dealt.deals:
        of.setdefault((one.round, one.annotator), []).append(one)
    pairs = sorted(of)
    waiting = {(n, p) for n, p in pairs if p in dealt.beginning and n != CALIBRATION}
    counted = dealing.counted(work, dealt.deals)
    there = of_team(client, project)
    found: dict[Pair, Sent] = {}
    for pair in pairs:
        number, person = pair
        # Nobody decides on what counts for nothing.
        seen = counted if number == ADJUDICATION else work
        asked = asked_of(pair, of[pair], tasks, seen, gold, order)
        own = [c for c in work if c.round == number and c.producer.name == person]
        if number == ADJUDICATION:
            own = [c for c in own if c.task not in dealt.again]
        title = title_of(project, number, person)
        if pair in waiting and title not in there:
            continue
        known = there.pop(title, None)
        described = f"{name_of(number)} for {emails.get(person, person)}"
        mine = [] if pair in waiting else asked
        again = dealt.again if number == ADJUDICATION else frozenset[str]()
        found[pair] = push_asked(
            client,
            title,
            described,
            mine,
            own,
            users,
            labels,
            again=again if known else (),
            clear=partial(clear, known),
            finished=_finished(of[pair], work),
        )
    for title in there:
        found[0, title] = push_asked(client, title, "", [], [], users, labels)
    return found
