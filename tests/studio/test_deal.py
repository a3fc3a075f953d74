"""What a team is dealt follows from what there is now: no server is needed to see it."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from builder import labels
from builder.records import ADJUDICATION, CALIBRATION, FIRST, SECOND, Correction, Deal, Gold, Task
from builder.review import gold
from builder.studio.rounds import Dealt, deal
from builder.tasks.dealing import counted
from builder.tasks.windows import tasks_of
from builder.workspace.config import Team
from tests import making

_HOUR = timedelta(hours=1)
_ARTICLES = [making.article(f"Kim said Oslo hired {n} men.", "Anna Berg slept.") for n in "234567"]
_SUGGESTED = {a.id: making.suggestion(a, making.span(a, "Oslo", "GPE")) for a in _ARTICLES}
_TASKS = {t.key: t for a in _ARTICLES for t in tasks_of(a, _SUGGESTED[a.id])}
_FIRST_TASK = next(iter(_TASKS))
_TEAM = Team(annotators=["annotator-1", "annotator-2"], overlap=0.0, blind=0.0, calibration=1)


def _deal(who: str, number: int, task: str = _FIRST_TASK) -> Deal:
    article = task.partition(":")[0]
    return Deal(article=article, task=task, annotator=who, round=number, arm="assisted")


def _work(who: str, *, marked: bool, tool: str = "label-studio") -> Correction:
    suggested = _SUGGESTED[_ARTICLES[0].id]
    made = making.correction(suggested, suggested.spans if marked else [], by=who)
    by = made.producer.model_copy(update={"version": tool})
    return made.model_copy(update={"producer": by})


def _dealt(
    team: Team,
    before: Collection[Deal],
    work: Collection[Correction] = (),
    known: Mapping[str, Gold] | None = None,
    tasks: Mapping[str, Task] = _TASKS,
    test: Collection[str] = (),
) -> Dealt:
    articles = {article.id: article for article in _ARTICLES}
    people = [name for name in team.annotators if team.annotators != "all"]
    return deal(team, people, tasks, before, work, known or {}, articles, test)


def test_nobody_waits_for_a_calibration_task_whose_article_is_gone() -> None:
    gone = _ARTICLES[0].id
    left = {key: task for key, task in _TASKS.items() if task.article != gone}
    before = [_deal("annotator-1", CALIBRATION)]
    assert _dealt(_TEAM, before).beginning == ["annotator-1"]
    assert _dealt(_TEAM, before, tasks=left).beginning == []


def test_tasks_of_articles_that_are_gone_are_nobodys_share() -> None:
    gone = [_deal("annotator-1", FIRST, f"{n}" * 16 + ":0-9") for n in range(4)]
    new = [d for d in _dealt(_TEAM, gone).deals if d.task in _TASKS]
    assert sorted(d.annotator for d in new).count("annotator-1") == len(_TASKS) / 2


def test_nobody_decides_on_a_dispute_of_an_opinion_that_they_imported() -> None:
    work = [
        _work("annotator-1", marked=True),
        _work("annotator-9", marked=False, tool="import:conll"),
    ]
    article = _ARTICLES[0]
    built = gold.build(article, _SUGGESTED[article.id], work, labels.default())
    assert "disputed" in {s.entity for s in built.status}
    before = [_deal("annotator-1", FIRST)]
    team = _TEAM.model_copy(update={"adjudicators": ["annotator-9"]})
    done = _dealt(team, before, work, {article.id: built})
    assert done.undecided == 1
    other = team.model_copy(update={"adjudicators": ["annotator-7"]})
    deals = _dealt(other, before, work, {article.id: built}).deals
    assert [d.annotator for d in deals if d.round == ADJUDICATION] == ["annotator-7"]
    assert not [d for d in deals if d.round == SECOND]


def test_all_that_one_person_did_before_a_task_was_dealt_goes_on_to_count() -> None:
    opinion = _work("annotator-1", marked=True)
    later = {"round": CALIBRATION + 1, "state": "skipped", "updated": opinion.updated + _HOUR}
    work = [opinion, opinion.model_copy(update=later)]
    deals = _dealt(_TEAM, [], work).deals
    assert counted(work, deals) == work


def _arms(dealt: Dealt) -> dict[int, str]:
    return {d.round: d.arm for d in dealt.deals if d.task == _FIRST_TASK}


def test_a_task_whose_article_comes_into_the_test_split_is_blind_from_then_on() -> None:
    article = _FIRST_TASK.partition(":")[0]
    before = [_deal("annotator-1", FIRST), _deal("annotator-2", CALIBRATION + 1)]
    arms = _arms(_dealt(_TEAM, before, test=[article]))
    assert (arms[FIRST], arms[CALIBRATION + 1]) == ("blind", "blind")
    done = [_work("annotator-1", marked=True)]
    arms = _arms(_dealt(_TEAM, before, done, test=[article]))
    assert (arms[FIRST], arms[CALIBRATION + 1]) == ("assisted", "blind")
