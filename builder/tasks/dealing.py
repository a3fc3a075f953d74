"""Deal tasks to people: who does which task, in which round, with suggestions or without.

All of it follows from hashes of task keys and pseudonyms and from what was dealt and done before,
so that every machine deals the same.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from builder.corrections import last_of_each_round
from builder.records import ADJUDICATION, CALIBRATION, FIRST, SECOND, Arm, Correction, Deal
from builder.text import short_hash

# Of work that came from the server: nobody deals what is imported.
_ON_THE_SERVER = "label-studio"
# A task, a pseudonym and a round.
Place = tuple[str, str, int]


def place_of(deal: Deal) -> Place:
    """Return a deal's task, person and round."""
    return deal.task, deal.annotator, deal.round


def done_places(work: Iterable[Correction]) -> set[Place]:
    """Return what people have submitted or skipped and not withdrawn, round by round."""
    return {
        (c.task, c.producer.name, c.round)
        for c in last_of_each_round(work)
        if c.state != "withdrawn"
    }


def share(*parts: str) -> float:
    """Return a number from 0 to 1 that follows from some texts."""
    return int(short_hash(*parts), 16) / 16.0**16


def arm_of(task: str, person: str, blind: float, *, test: bool) -> Arm:
    """Return whether a person does a task without suggestions: always in the test split."""
    return "blind" if test or share("blind", task, person) < blind else "assisted"


def standing_deals(
    deals: Iterable[Deal], people: Collection[str], done: Collection[Place]
) -> list[Deal]:
    """Return the deals that still hold: of those who are here, or with work done on them."""
    return [d for d in deals if d.annotator in people or place_of(d) in done]


def blinded(deals: Iterable[Deal], test: Collection[str], done: Collection[Place]) -> list[Deal]:
    """Return deals, of the test split blind ones alone where they are not done."""
    return [
        d.model_copy(update={"arm": "blind"})
        if d.article in test and d.round != ADJUDICATION and place_of(d) not in done
        else d
        for d in deals
    ]


def acknowledged(
    work: Iterable[Correction], deals: Iterable[Deal], tasks: Collection[str]
) -> list[Deal]:
    """Return deals for the work that was done on tasks before any of them was dealt."""
    dealt = {deal.task for deal in deals}
    earlier = [
        c for c in work if c.task in tasks and c.task not in dealt and c.round != CALIBRATION
    ]
    found = {
        (c.task, c.producer.name, c.round): Deal(
            article=c.article,
            task=c.task,
            annotator=c.producer.name,
            alias=c.producer.alias,
            round=c.round,
            arm=c.arm or "assisted",
        )
        for c in earlier
    }
    return list(found.values())


def opinions_dealt(
    tasks: Iterable[str],
    deals: Sequence[Deal],
    people: Collection[str],
    done: Collection[Place],
    wanted: Callable[[str], int],
    arm: Callable[[str, str], Arm],
) -> list[Deal]:
    """Return new deals, so that every task gets as many opinions as it should.

    Each goes to the person with the fewest deals that are not done yet, so that all of them get
    the same number, to within one; nobody gets a task twice.

    Args:
        tasks: the keys of all tasks.
        deals: what is dealt already.
        people: who may be dealt to.
        done: what people have submitted or skipped.
        wanted: how many opinions a task should get.
        arm: whether a person does a task with suggestions.

    """
    having: dict[str, set[str]] = {}
    begun = set()
    for deal in deals:
        having.setdefault(deal.task, set()).add(deal.annotator)
        if deal.round == FIRST:
            begun.add(deal.task)
    load = open_deals(deals, done)
    # One person gives one opinion, however many pseudonyms they had.
    asked = {(d.task, d.annotator) for d in deals if d.round in (FIRST, SECOND)}
    opinions = Counter(task for task, _ in asked)
    new: list[Deal] = []
    for task in sorted(tasks, key=lambda key: short_hash("deal", key)):
        for _ in range(opinions[task], wanted(task)):
            person = _next_person(task, people, having.get(task, ()), load)
            if person is None:
                break
            number = SECOND if task in begun else FIRST
            new.append(_deal(task, person, number, arm(task, person)))
            begun.add(task)
            having.setdefault(task, set()).add(person)
            load[person] += 1
    return new


def wanted_opinions(overlap: float, opinions: int) -> Callable[[str], int]:
    """Return what says how many opinions a task should get: one, or ``opinions`` for a share."""
    return lambda task: opinions if share("overlap", task) < overlap else 1


def decisions_dealt(
    disputed: Mapping[str, Collection[str]],
    deals: Sequence[Deal],
    adjudicators: Collection[str],
    done: Collection[Place],
    *,
    own: bool,
    skipped: Collection[tuple[str, str]] = (),
) -> list[Deal]:
    """Return new deals of disputed tasks to adjudicators, each once, and again where one skipped.

    Args:
        disputed: who has an opinion on each disputed task, by task key.
        deals: what is dealt already.
        adjudicators: who may decide.
        done: what people have submitted or skipped.
        own: somebody may decide on a dispute of their own.
        skipped: tasks with adjudicators who have skipped them.

    """
    mine = [d for d in deals if d.round == ADJUDICATION]
    load = open_deals(mine, done)
    decided = {d.task for d in mine if (d.task, d.annotator) not in skipped}
    passed: dict[str, set[str]] = {}
    for task, who in skipped:
        passed.setdefault(task, set()).add(who)
    new = []
    for task in sorted(disputed.keys() - decided, key=lambda key: short_hash("deal", key)):
        without = {*(() if own else disputed[task]), *passed.get(task, ())}
        if (person := _next_person(task, adjudicators, without, load)) is not None:
            new.append(_deal(task, person, ADJUDICATION, "assisted"))
            load[person] += 1
    return new


def dealt_again(
    tasks: Iterable[str],
    deals: Sequence[Deal],
    people: Sequence[str],
    done: Collection[Place],
    number: int,
    arm: Callable[[str, str], Arm],
) -> list[Deal]:
    """Return new deals of tasks in a round that was opened to look at them again.

    Each goes to one person: to somebody who has not had it, where there is anybody.
    """
    having: dict[str, set[str]] = {}
    for deal in deals:
        having.setdefault(deal.task, set()).add(deal.annotator)
    load = open_deals(deals, done)
    new = []
    for task in sorted(tasks, key=lambda key: short_hash("deal", key)):
        had = having.get(task, set())
        person = _next_person(task, people, had, load) or _next_person(task, people, (), load)
        if person is not None:
            new.append(_deal(task, person, number, arm(task, person)))
            load[person] += 1
    return new


def calibration_dealt(
    known: Iterable[str], deals: Sequence[Deal], newcomers: Iterable[str], number: int
) -> list[Deal]:
    """Return new deals of tasks whose gold is ``known``: the same ones to all newcomers.

    They are done without suggestions. A task that somebody is dealt as work is not among theirs.
    """
    having: dict[str, set[str]] = {}
    begun = Counter(deal.annotator for deal in deals if deal.round == CALIBRATION)
    for deal in deals:
        having.setdefault(deal.annotator, set()).add(deal.task)
    in_order = sorted(known, key=lambda key: short_hash("calibration", key))
    return [
        _deal(task, person, CALIBRATION, "blind")
        for person in sorted(newcomers)
        if not begun[person]
        for task in [t for t in in_order if t not in having.get(person, ())][:number]
    ]


def asked_here(deals: Iterable[Deal], work: Iterable[Correction]) -> list[Deal]:
    """Return the deals that ask somebody here: not those that stand for work from elsewhere.

    Whose work was imported need not be anybody who works here.
    """
    imported = {(c.task, c.producer.name, c.round) for c in work if c.imported}
    return [deal for deal in deals if place_of(deal) not in imported]


def skipped_decisions(work: Iterable[Correction]) -> set[tuple[str, str]]:
    """Return the disputed tasks that adjudicators have skipped, with who did."""
    last = last_of_each_round(c for c in work if c.round == ADJUDICATION)
    return {(c.task, c.producer.name) for c in last if c.state == "skipped"}


def open_deals(deals: Iterable[Deal], done: Collection[Place]) -> Counter[str]:
    """Return how many deals each person has not done yet."""
    return Counter(deal.annotator for deal in deals if place_of(deal) not in done)


def counted(work: Iterable[Correction], deals: Iterable[Deal]) -> list[Correction]:
    """Return the work that counts: what was dealt, and all of tasks that were never dealt.

    Calibration counts for nothing, and what somebody did that was not dealt to them is kept apart.
    """
    dealt = _dealt(deals)
    return [c for c in work if c.round != CALIBRATION and not _is_undealt(c, dealt)]


def undealt(work: Iterable[Correction], deals: Iterable[Deal]) -> list[Correction]:
    """Return the work on dealt tasks that was not dealt to who did it."""
    dealt = _dealt(deals)
    return [c for c in work if _is_undealt(c, dealt)]


def _dealt(deals: Iterable[Deal]) -> dict[str, set[tuple[str, int]]]:
    found: dict[str, set[tuple[str, int]]] = {}
    for deal in deals:
        found.setdefault(deal.task, set()).add((deal.annotator, deal.round))
    return found


def _is_undealt(correction: Correction, dealt: Mapping[str, Collection[tuple[str, int]]]) -> bool:
    if correction.producer.version != _ON_THE_SERVER or correction.task not in dealt:
        return False
    return (correction.producer.name, correction.round) not in dealt[correction.task]


def _next_person(
    task: str, people: Iterable[str], without: Collection[str], load: Mapping[str, int]
) -> str | None:
    free = [person for person in people if person not in without]
    return min(free, key=lambda p: (load[p], short_hash("deal", task, p)), default=None)


def _deal(task: str, person: str, number: int, arm: Arm) -> Deal:
    article = task.partition(":")[0]
    return Deal(article=article, task=task, annotator=person, round=number, arm=arm)
