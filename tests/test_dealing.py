"""Tasks are dealt fairly, to nobody twice, and alike on every machine."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.corrections import latest
from builder.errors import BuilderError
from builder.people import People
from builder.records import (
    ADJUDICATION,
    CALIBRATION,
    FIRST,
    SECOND,
    Arm,
    Correction,
    Deal,
    Person,
)
from builder.studio.rounds import people_of
from builder.studio.team import present
from builder.tasks import dealing
from builder.text import short_hash
from builder.workspace.config import Team
from tests import making

_HOUR = timedelta(hours=1)
_PEOPLE = ["annotator-1", "annotator-2", "annotator-3", "annotator-4"]


def _keys(number: int) -> list[str]:
    return [f"{short_hash('article', str(n))}:0-{n + 1}" for n in range(number)]


def _assisted(_: str, __: str) -> Arm:
    return "assisted"


def _dealt(
    tasks: Sequence[str],
    people: Sequence[str],
    deals: Sequence[Deal] = (),
    overlap: float = 0.0,
    opinions: int = 2,
    done: set[dealing.Place] | None = None,
) -> list[Deal]:
    wanted = dealing.wanted_opinions(overlap, opinions)
    new = dealing.opinions_dealt(tasks, list(deals), people, done or set(), wanted, _assisted)
    return [*deals, *new]


@given(st.integers(0, 60), st.integers(1, 4), st.floats(0, 1), st.integers(2, 4))
def test_everybody_is_dealt_the_same_number_to_within_one_and_nothing_twice(
    tasks: int, people: int, overlap: float, opinions: int
) -> None:
    deals = _dealt(_keys(tasks), _PEOPLE[:people], overlap=overlap, opinions=opinions)
    load = Counter(dict.fromkeys(_PEOPLE[:people], 0))
    load.update(deal.annotator for deal in deals)
    assert max(load.values()) - min(load.values()) <= 1
    assert len({(d.task, d.annotator) for d in deals}) == len(deals)
    assert Counter(d.round for d in deals)[FIRST] == tasks


@given(st.integers(1, 40), st.randoms(use_true_random=False))
def test_deals_do_not_depend_on_the_order_in_which_tasks_and_people_come(
    tasks: int, random: Random
) -> None:
    keys, people = _keys(tasks), [*_PEOPLE]
    before = {d.key: d for d in _dealt(keys, people, overlap=0.5)}
    random.shuffle(keys)
    random.shuffle(people)
    assert {d.key: d for d in _dealt(keys, people, overlap=0.5)} == before


@given(st.integers(0, 30), st.integers(0, 30))
def test_new_tasks_move_no_earlier_deal(old: int, new: int) -> None:
    first = _dealt(_keys(old), _PEOPLE, overlap=0.3)
    assert _dealt(_keys(old + new), _PEOPLE, first, overlap=0.3)[: len(first)] == first
    assert _dealt(_keys(old), _PEOPLE, first, overlap=0.3) == first


def test_a_share_of_tasks_gets_several_opinions_each_by_another_person() -> None:
    deals = _dealt(_keys(1000), _PEOPLE, overlap=0.2, opinions=3)
    each = Counter(deal.task for deal in deals)
    assert set(each.values()) == {1, 3}
    assert 160 < sum(number == 3 for number in each.values()) < 240


def test_with_fewer_people_than_opinions_each_task_gets_as_many_as_there_are() -> None:
    deals = _dealt(_keys(5), _PEOPLE[:1], overlap=1.0)
    assert [d.round for d in deals] == [FIRST] * 5


def test_what_somebody_who_left_has_not_done_is_dealt_again_and_what_they_did_stays() -> None:
    keys = _keys(20)
    deals = _dealt(keys, _PEOPLE)
    gone = [d for d in deals if d.annotator == _PEOPLE[0]]
    done = {dealing.place_of(gone[0])}
    standing = dealing.standing_deals(deals, _PEOPLE[1:], done)
    assert [d for d in standing if d.annotator == _PEOPLE[0]] == gone[:1]
    again = _dealt(keys, _PEOPLE[1:], standing, done=done)
    assert Counter(d.task for d in again) == Counter(keys)


def test_the_blind_arm_has_its_share_for_each_person_and_passage_and_all_of_the_test_split() -> (
    None
):
    arms = {
        (key, who): dealing.arm_of(key, who, 0.1, test=False)
        for key in _keys(1000)
        for who in _PEOPLE
    }
    for who in _PEOPLE:
        blind = sum(arm == "blind" for (_, name), arm in arms.items() if name == who)
        assert 70 < blind < 130
    one, other = ([arms[key, who] for key in _keys(1000)] for who in _PEOPLE[:2])
    assert one != other
    assert {dealing.arm_of(key, "annotator-1", 0.0, test=True) for key in _keys(9)} == {"blind"}


def test_nobody_has_left_because_another_server_does_not_know_them() -> None:
    everybody = Team(annotators="all")
    deals = _dealt(_keys(6), _PEOPLE[:2])
    assert people_of(everybody, ["maintainer-1"], "maintainer-1", deals) == _PEOPLE[:2]
    assert people_of(everybody, ["maintainer-1"], "maintainer-1", []) == ["maintainer-1"]
    named = Team(annotators=["annotator-9"])
    assert people_of(named, ["maintainer-1"], "maintainer-1", deals) == ["annotator-9"]


def test_a_team_names_each_person_once_and_nobody_who_has_left() -> None:
    gone = Person(name="annotator-3", left=date(2026, 3, 1))
    people = People({"annotator-2": Person(name="annotator-2", same_as="annotator-1"),
                     "annotator-3": gone})  # fmt: skip
    team = Team(annotators=_PEOPLE[:3], adjudicators=["annotator-2", "annotator-3"])
    here = present(team, people)
    assert (here.annotators, here.adjudicators) == (["annotator-1"], ["annotator-1"])
    with pytest.raises(BuilderError, match="all of them have left"):
        present(Team(adjudicators=["annotator-3"]), people)


def test_two_opinions_of_a_person_who_was_two_are_one() -> None:
    deals = [_deal("annotator-1"), _deal("annotator-1", SECOND)]
    task = deals[0].task
    new = dealing.opinions_dealt([task], deals, _PEOPLE[:2], set(), lambda _: 2, _assisted)
    assert [(d.annotator, d.round) for d in new] == [("annotator-2", SECOND)]


def test_whoever_calibrated_on_a_task_is_asked_for_no_opinion_on_it() -> None:
    deals = [_deal("annotator-1"), _deal("annotator-2", CALIBRATION)]
    task = deals[0].task
    new = dealing.opinions_dealt([task], deals, _PEOPLE[:2], set(), lambda _: 2, _assisted)
    assert new == []


@pytest.mark.parametrize("own", [False, True])
def test_nobody_decides_on_a_dispute_of_their_own_unless_it_is_said(own: bool) -> None:
    disputed = dict.fromkeys(_keys(12), _PEOPLE[:2])
    deals = dealing.decisions_dealt(disputed, [], _PEOPLE[:3], set(), own=own)
    assert {d.round for d in deals} == {ADJUDICATION}
    assert {d.annotator for d in deals} == ({*_PEOPLE[:3]} if own else {_PEOPLE[2]})
    assert dealing.decisions_dealt(disputed, deals, _PEOPLE[:3], set(), own=own) == []


@pytest.mark.parametrize("own", [False, True])
def test_a_dispute_that_an_adjudicator_skips_goes_to_another_one(own: bool) -> None:
    skip = _work("annotator-3", ADJUDICATION).model_copy(update={"state": "skipped"})
    deals, done = [_deal("annotator-3", ADJUDICATION)], dealing.done_places([skip])
    disputed = {skip.task: {"annotator-1", "annotator-2"}}
    skipped = dealing.skipped_decisions([skip])
    for who, expected in ((_PEOPLE[2:], ["annotator-4"]), (_PEOPLE[2:3], [])):
        new = dealing.decisions_dealt(disputed, deals, who, done, own=own, skipped=skipped)
        assert [d.annotator for d in new] == expected


def test_newcomers_calibrate_on_the_same_tasks_and_on_none_of_their_own() -> None:
    known = _keys(6)
    own = _dealt(known[:1], ["annotator-1"])
    deals = dealing.calibration_dealt(known, own, _PEOPLE[:2], 3)
    assert {d.round for d in deals} == {CALIBRATION}
    of = {who: {d.task for d in deals if d.annotator == who} for who in _PEOPLE[:2]}
    assert len(of["annotator-1"]) == len(of["annotator-2"]) == 3
    assert known[0] not in of["annotator-1"]
    assert len(of["annotator-1"] & of["annotator-2"]) >= 2
    assert dealing.calibration_dealt(known, deals, _PEOPLE[:2], 3) == []


_ARTICLE = making.article("Kim said Russia hired men.", "Anna Berg slept.")


def _work(who: str, number: int = FIRST) -> Correction:
    made = making.correction(making.suggestion(_ARTICLE), [], by=who)
    return made.model_copy(update={"round": number})


def _deal(who: str, number: int = FIRST) -> Deal:
    task = _work(who).task
    return Deal(article=_ARTICLE.id, task=task, annotator=who, round=number, arm="assisted")


def test_only_what_was_dealt_counts_on_a_task_that_was_dealt_at_all() -> None:
    mine, theirs = _work("annotator-1"), _work("annotator-2")
    assert dealing.counted([mine, theirs], []) == [mine, theirs]
    assert dealing.counted([mine, theirs], [_deal("annotator-1")]) == [mine]
    assert dealing.undealt([mine, theirs], [_deal("annotator-1")]) == [theirs]
    second = _work("annotator-1", SECOND)
    assert dealing.undealt([second], [_deal("annotator-1")]) == [second]


def test_work_that_was_done_before_anything_was_dealt_goes_on_to_count() -> None:
    work = [_work("annotator-1"), _work("annotator-2")]
    deals = dealing.acknowledged(work, [], {work[0].task})
    assert dealing.counted(work, deals) == work
    assert dealing.acknowledged(work, deals, {work[0].task}) == []


def test_what_somebody_did_to_calibrate_counts_for_nothing() -> None:
    work = [_work("annotator-1", CALIBRATION)]
    assert dealing.counted(work, [_deal("annotator-1", CALIBRATION)]) == []


def test_work_that_was_imported_counts_though_nobody_dealt_it() -> None:
    made = _work("annotator-2")
    imported = made.model_copy(
        update={"producer": made.producer.model_copy(update={"version": "conll"})}
    )
    assert dealing.counted([imported], [_deal("annotator-1")]) == [imported]


def test_a_decision_that_was_carried_over_to_a_new_text_counts_once_its_task_is_dealt() -> None:
    opinions = [_work("annotator-1"), _work("annotator-2", SECOND)]
    decision = _work("annotator-1", ADJUDICATION)
    deals = dealing.acknowledged([*opinions, decision], [], {decision.task})
    assert dealing.counted([*opinions, decision], deals) == [*opinions, decision]
    assert (
        dealing.opinions_dealt([decision.task], deals, _PEOPLE, set(), lambda _: 2, _assisted) == []
    )


@pytest.mark.parametrize("state", ["skipped", "withdrawn"])
def test_who_skips_a_second_look_or_takes_it_back_keeps_their_opinion(state: str) -> None:
    opinion = _work("annotator-1")
    later = {"round": CALIBRATION + 1, "state": state, "updated": opinion.updated + _HOUR}
    again = opinion.model_copy(update=later)
    assert latest([opinion, again]) == [opinion]
    skipped = opinion.model_copy(update={**later, "round": FIRST, "revision": 2})
    assert latest([opinion, skipped]) == []


def test_whose_work_was_imported_is_dealt_nothing_for_that() -> None:
    made = _work("annotator-2")
    imported = made.model_copy(
        update={"producer": made.producer.model_copy(update={"version": "import:conll"})}
    )
    deals = dealing.acknowledged([_work("annotator-1"), imported], [], {made.task})
    assert {d.annotator for d in deals} == {"annotator-1", "annotator-2"}
    asked = dealing.asked_here(deals, [_work("annotator-1"), imported])
    assert people_of(Team(), [], None, asked) == ["annotator-1"]
