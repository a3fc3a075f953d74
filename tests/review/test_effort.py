"""What people's work took: what is counted, what is cut, whose it is, and what became of spans."""

from typing import Any

import pytest

from builder import labels
from builder.records import ADJUDICATION, CALIBRATION, SECOND, Bounds, Correction
from builder.review.effort import (
    Accepted,
    EffortFigures,
    LabelEdits,
    PersonEffort,
    effort_figures,
    nearest_rank,
)
from builder.review.worked import MarkCounts, Worked, score_bin, worked
from tests import making
from tests.review import team

_ARTICLE = making.article("Russia has hired Kim.", "The mayor said that Russia was wrong.")
_RUSSIA = making.span(_ARTICLE, "Russia", "GPE", by="rules/a", score=0.95)
_KIM = making.span(_ARTICLE, "Kim", "PERSON", by="rules/b", score=0.4)
_MAYOR = making.span(_ARTICLE, "The mayor", "SOURCE", by="rules/b", score=None)
_SUGGESTED = making.suggestion(_ARTICLE, _RUSSIA, _KIM, _MAYOR)


def work(*corrections: Correction, suggested: bool = True) -> list[Worked]:
    suggestions = {_ARTICLE.id: _SUGGESTED} if suggested else {}
    articles, stories = {_ARTICLE.id: _ARTICLE}, {_ARTICLE.id: "story"}
    return worked(corrections, articles, stories, suggestions, labels.default())


def done(*spans: Any, **more: Any) -> Correction:
    given = {"by": "anna", "arm": "assisted", "seconds": 60.0, **more}
    return team.submitted(_SUGGESTED, list(spans), **given)


def of(figures: EffortFigures, person: str, arm: str = "assisted", number: int = 1) -> PersonEffort:
    rows = figures.people
    return next(r for r in rows if (r.person, r.arm, r.round) == (person, arm, number))


def piece(seconds: float | None, words: int = 100, person: str = "anna", **more: Any) -> Worked:
    given = {"task": f"{seconds} {words}", "story": "s", "round": 1, "arm": "assisted", **more}
    return Worked(person=person, words=words, seconds=seconds, **given)


def test_blind_work_is_not_held_against_the_gold_that_somebody_was_shown_later() -> None:
    blind = done(_RUSSIA, arm="blind")
    again = done(_RUSSIA, by="ben", number=5, minute=9)
    shown = again.model_copy(update={"spans": (_RUSSIA,), "changes": ()})
    marks = work(blind, shown)[0].marks or {}
    assert (marks["entity"].suggested, marks["entity"].kept) == (2, 1)
    later = done(_RUSSIA, by="cleo", arm="blind", number=5, minute=12)
    assert work(blind, shown, later)[2].marks is None


# --- time -------------------------------------------------------------------------------------


def test_of_the_revisions_of_a_task_the_last_has_all_of_the_time() -> None:
    pieces = work(done(seconds=60.0), done(seconds=90.0, revision=2, minute=9))
    assert [one.seconds for one in pieces] == [90.0]


def test_each_round_has_a_time_of_its_own_and_calibration_none() -> None:
    pieces = work(
        done(seconds=60.0),
        done(seconds=30.0, number=SECOND, minute=1),
        done(seconds=10.0, number=CALIBRATION, minute=2),
    )
    assert [(one.round, one.seconds) for one in pieces] == [(1, 60.0), (2, 30.0)]


def test_what_its_author_took_back_counts_nowhere() -> None:
    back = done(revision=2, minute=5).model_copy(
        update={"state": "withdrawn", "spans": (), "changes": ()}
    )
    assert work(done(), back) == []


def test_words_that_a_person_never_saw_are_not_in_the_pace() -> None:
    late = _ARTICLE.sentences[1]
    seen = done().model_copy(update={"unseen": (Bounds(start=late.start, end=late.end),)})
    assert [one.words for one in work(seen, done(by="ben", minute=1))] == [4, 11]


def test_tasks_without_a_time_and_skipped_ones_are_told_and_stand_in_no_pace() -> None:
    skipped = making.correction(_SUGGESTED, [], skipped=True, by="ben")
    figures = effort_figures(work(done(), done(by="carla", seconds=None), skipped))
    assert (figures.tasks, figures.untimed, figures.skipped) == (2, 1, 1)
    assert of(figures, "carla").per_100_words is None
    assert of(figures, "").seconds == 60.0
    assert "ben" not in {row.person for row in figures.people}


def test_a_pace_above_the_quantile_is_cut_to_it_and_the_share_is_told() -> None:
    # 20 tasks of 100 words: the 19th of them in order is the 95% quantile.
    pieces = [piece(float(seconds)) for seconds in range(10, 200, 10)] + [piece(1900.0)]
    figures = effort_figures(pieces)
    assert (figures.quantile, figures.capped) == (0.95, 1)
    # 10 + 20 + ... + 190 = 1900, and 190 in place of 1900.
    assert of(figures, "").seconds == 2090.0
    assert figures.capped_share == pytest.approx((3800 - 2090) / 3800)
    assert of(figures, "").per_100_words == pytest.approx(104.5)
    assert of(figures, "").tasks_an_hour == pytest.approx(3600 * 20 / 2090)
    assert of(figures, "").words_an_hour == pytest.approx(3600 * 2000 / 2090)


def test_each_arm_and_round_is_cut_by_its_own_quantile() -> None:
    """Else the slower arm would be cut more, and suggestions would seem to save less."""
    pieces = [piece(10.0) for _ in range(19)] + [piece(100.0)]
    slow = [piece(100.0, arm="blind") for _ in range(19)] + [piece(1000.0, arm="blind")]
    figures = effort_figures([*pieces, *slow, piece(5000.0, round=SECOND)])
    assert of(figures, "", "assisted").seconds == 200.0
    assert of(figures, "", "blind").seconds == 2000.0
    assert of(figures, "", "assisted", SECOND).seconds == 5000.0


@pytest.mark.parametrize(("quantile", "value"), [(0.0, 1), (0.5, 2), (0.75, 3), (0.95, 4), (1, 4)])
def test_the_quantile_is_a_value_that_is_there(quantile: float, value: float) -> None:
    assert nearest_rank([3, 1, 4, 2], quantile) == value


def test_tasks_without_words_and_no_work_at_all_divide_by_nothing() -> None:
    figures = effort_figures([piece(30.0, words=0)])
    assert of(figures, "").per_100_words is None
    assert effort_figures([]).capped_share is None
    assert effort_figures([]).people == []


# --- edits and acceptance -----------------------------------------------------------------------


def test_edits_are_counted_by_kind_and_by_the_label_that_was_suggested() -> None:
    relabelled = _KIM.model_copy(update={"label": "ORG"})
    added = making.span(_ARTICLE, "Russia", "GPE", nth=1, by="anna", score=None)
    figures = effort_figures(work(done(_RUSSIA, relabelled, added)))
    assert figures.labels == [
        LabelEdits("GPE", {"added": 1}),
        LabelEdits("PERSON", {"relabelled": 1}),
        LabelEdits("SOURCE", {"removed": 1}),
    ]
    assert of(figures, "anna").edits == {"added": 1, "relabelled": 1, "removed": 1}


def test_blind_work_is_no_edit_of_a_suggestion_and_accepts_none() -> None:
    figures = effort_figures(work(done(_RUSSIA, arm="blind")))
    assert (figures.labels, figures.accepted) == ([], [])
    assert of(figures, "anna", "blind").shown == 0


def test_acceptance_is_told_by_producer_and_by_stretches_of_scores() -> None:
    figures = effort_figures(work(done(_RUSSIA, _MAYOR), done(_RUSSIA, _KIM, by="ben")))
    assert figures.accepted == [
        Accepted("rules/a", "0.9-1.0", 2, 2),
        Accepted("rules/b", "0.0-0.5", 2, 1),
        Accepted("rules/b", "no score", 2, 1),
    ]
    assert (of(figures, "").shown, of(figures, "").kept) == (6, 4)


@pytest.mark.parametrize(
    ("score", "name"),
    [(0.0, "0.0-0.5"), (0.49, "0.0-0.5"), (0.5, "0.5-0.6"), (0.99, "0.9-1.0"), (1.0, "0.9-1.0")],
)
def test_every_score_lies_in_one_stretch(score: float, name: str) -> None:
    assert score_bin(score) == name


# --- arms ---------------------------------------------------------------------------------------


def test_arms_are_never_mixed_in_a_line() -> None:
    figures = effort_figures(work(done(), done(by="ben", arm="blind", seconds=120.0)))
    assert [(row.person, row.arm, row.seconds) for row in figures.people] == [
        ("", "assisted", 60.0), ("anna", "assisted", 60.0),
        ("", "blind", 120.0), ("ben", "blind", 120.0),
    ]  # fmt: skip


def test_older_work_tells_its_arm_by_what_it_started_from() -> None:
    old = [done().model_copy(update={"arm": None}), making.correction(_SUGGESTED, [], blind=True)]
    assert [one.arm for one in work(*old)] == ["assisted", "blind"]


def test_work_done_elsewhere_is_in_neither_arm_unless_that_is_said() -> None:
    """It may well have begun with suggestions of which nothing is known here."""
    came = making.correction(_SUGGESTED, [_RUSSIA], by="ben", blind=True)
    came = came.model_copy(
        update={"producer": came.producer.model_copy(update={"version": "import:conll"})}
    )
    said = came.model_copy(update={"arm": "blind", "task": f"{_ARTICLE.id}:0-1"})
    assert {one.arm for one in work(came, said)} == {None, "blind"}
    figures = effort_figures(work(came))
    assert [row.arm for row in figures.people] == [None, None]
    assert figures.against_blind.kept == {}


def test_blind_work_is_held_against_what_a_colleague_was_shown_there() -> None:
    shown = done(_RUSSIA, _KIM)
    blind = done(_RUSSIA, _MAYOR, arm="blind", by="ben", minute=1)
    for suggested in (True, False):
        pieces = work(shown, blind, suggested=suggested)
        assert pieces[1].marks == {"entity": MarkCounts(2, 1, 0), "claim": MarkCounts(1, 1, 0)}


def test_blind_work_is_held_against_the_suggestion_where_nobody_was_shown_one() -> None:
    own = making.span(_ARTICLE, "Russia", "GPE", nth=1, by="ben", score=None)
    blind = done(_RUSSIA, own, arm="blind")
    assert work(blind)[0].marks == {"entity": MarkCounts(2, 1, 1), "claim": MarkCounts(1, 0, 0)}
    assert work(blind, suggested=False)[0].marks is None


def test_a_decision_of_an_adjudicator_is_in_the_time_and_in_no_comparison() -> None:
    figures = effort_figures(work(done(), done(by="ben", number=ADJUDICATION, seconds=15.0)))
    assert of(figures, "ben", "assisted", ADJUDICATION).seconds == 15.0
    assert figures.against_blind.seconds.passages == 0
    assert of(figures, "ben", "assisted", ADJUDICATION).edits == {}
    assert sum(row.shown for row in figures.accepted) == 3, "those that Anna was shown"
