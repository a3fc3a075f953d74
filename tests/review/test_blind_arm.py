"""Work with suggestions against blind work: by hand, on a simulated team, and with too little."""

import time
from dataclasses import replace

import pytest

from builder import labels
from builder.dataset.effort_said import ArmComparison
from builder.review import blind
from builder.review.blind import AgainstBlind
from builder.review.effort import effort_figures
from builder.review.resampling import Observed, difference
from builder.review.worked import MarkCounts, Worked, worked
from tests.review import team
from tests.review.team import Team

_SIMULATIONS = 40


def piece(person: str, task: str, arm: str, seconds: float, marks: MarkCounts) -> Worked:
    return Worked(
        person=person, task=task, story=task, round=1, arm=arm,  # type: ignore[arg-type]
        words=100, seconds=seconds, marks={"entity": marks},
    )  # fmt: skip


# Two people, six passages of 100 words.
SMALL = [
    piece("anna", "a", "assisted", 60.0, MarkCounts(10, 9, 1)),
    piece("anna", "b", "assisted", 80.0, MarkCounts(10, 7, 0)),
    piece("anna", "c", "blind", 120.0, MarkCounts(10, 6, 2)),
    piece("ben", "d", "assisted", 30.0, MarkCounts(5, 5, 0)),
    piece("ben", "e", "blind", 90.0, MarkCounts(5, 3, 1)),
    piece("carla", "f", "assisted", 500.0, MarkCounts(10, 0, 9)),
]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> AgainstBlind:
    monkeypatch.setattr(blind, "LEAST_BLIND", 1)
    return effort_figures(SMALL).against_blind


def test_the_time_saved_is_what_one_calculates_by_hand(small: AgainstBlind) -> None:
    """Carla did no blind work, so she is held against nobody.

    Of 100 words, Anna took (60 + 80) / 2 = 70 s with suggestions and 120 without, Ben 30 and 90.
    Anna counts 2 * 1 / 3 = 0.667, Ben 1 * 1 / 2 = 0.5.
    With: (0.667 * 70 + 0.5 * 30) / 1.167 = 52.857. Without: (0.667 * 120 + 0.5 * 90) / 1.167 =
    107.143.
    """
    found = small.seconds
    assert (found.passages, found.blind_passages, found.people) == (5, 2, 2)
    assert found.assisted == pytest.approx(52.857, abs=0.001)
    assert found.blind == pytest.approx(107.143, abs=0.001)
    assert found.difference == pytest.approx(-54.286, abs=0.001)


def test_labels_drawn_to_suggestions_are_what_one_calculates_by_hand(small: AgainstBlind) -> None:
    """Anna keeps 16 of 20 and marks 6 of 10 blindly, Ben 5 of 5 and 3 of 5.

    Anna counts 20 * 10 / 30 = 6.667, Ben 5 * 5 / 10 = 2.5.
    With: (6.667 * 0.8 + 2.5 * 1) / 9.167 = 0.8545. Without: 0.6.
    """
    found = small.kept["entity"]
    assert found.assisted == pytest.approx(0.85454, abs=1e-4)
    assert found.blind == pytest.approx(0.6)
    assert found.difference == pytest.approx(0.25454, abs=1e-4)


def test_spans_of_ones_own_are_counted_for_100_words(small: AgainstBlind) -> None:
    """Anna 0.5 with and 2 without, Ben 0 and 1; weights 0.667 and 0.5."""
    found = small.added["entity"]
    assert found.assisted == pytest.approx(0.2857, abs=1e-4)
    assert found.blind == pytest.approx(1.5714, abs=1e-4)


def test_a_layer_in_which_nothing_is_marked_has_no_figure(small: AgainstBlind) -> None:
    assert list(small.kept) == list(small.added) == ["entity"]


def test_with_too_little_blind_work_there_is_no_figure_and_the_number_is_told() -> None:
    found = effort_figures(SMALL).against_blind.seconds
    assert found == ArmComparison(5, 2, 2, note="not enough blind work yet (n = 2)")


def test_of_people_who_work_in_one_arm_alone_there_is_no_figure() -> None:
    """They may be faster or stricter than others: that is no effect of suggestions."""
    pieces = [piece("anna", f"a{n}", "assisted", 10.0, MarkCounts(9, 9, 0)) for n in range(50)]
    pieces += [piece("ben", f"b{n}", "blind", 90.0, MarkCounts(9, 1, 0)) for n in range(50)]
    assert effort_figures(pieces).against_blind.seconds.note == "not enough blind work yet (n = 0)"


def test_one_person_is_compared_within_each_round() -> None:
    """Whoever sees a passage in a later round is faster for that, too."""
    pieces = list(team.pieces(Team(people=2, passages=200, blind=0.5)))
    first = effort_figures(pieces).against_blind.seconds
    later = [replace(p, round=2, seconds=(p.seconds or 0) / 10) for p in pieces if p.arm == "blind"]
    assert effort_figures([*pieces, *later]).against_blind.seconds == first


def test_stories_are_drawn_whole_where_there_are_enough_and_passages_where_not() -> None:
    pieces = list(team.pieces(Team(passages=200, blind=0.5)))
    assert effort_figures(pieces).against_blind.seconds.drawn == "stories"
    one = [replace(p, story="the same") for p in pieces]
    assert effort_figures(one).against_blind.seconds.drawn == "passages"


def test_the_same_work_gives_the_same_interval() -> None:
    pieces = list(team.pieces(Team(passages=150, blind=0.5)))
    assert effort_figures(pieces) == effort_figures(reversed(pieces))


def test_without_both_arms_in_a_stratum_there_is_no_difference() -> None:
    assert (
        difference([Observed("anna", "a", False, 1, 1), Observed("ben", "b", True, 1, 1)]) is None
    )


# --- a simulated team -----------------------------------------------------------------------------


def test_a_team_of_12_over_2000_passages_is_measured_in_seconds() -> None:
    """From corrections to figures, with a bias and a saving that are known."""
    of = Team(drawn=0.3, faster=0.25)
    articles, suggestions, stories, corrections = team.corrections_of(of)
    assert len(corrections) > 2000
    begun = time.monotonic()
    pieces = worked(corrections, articles, stories, suggestions, labels.default())
    figures = effort_figures(pieces)
    assert time.monotonic() - begun < 60, "it takes 3 seconds on an idle machine"
    kept, seconds = figures.against_blind.kept["entity"], figures.against_blind.seconds
    assert kept.low is not None and kept.high is not None and seconds.high is not None
    assert kept.low < of.expected_kept() < kept.high
    assert kept.low > 0 and seconds.high < 0
    assert seconds.difference is not None and seconds.blind is not None
    assert seconds.difference / seconds.blind == pytest.approx(-0.25, abs=0.05)
    assert len({row.person for row in figures.people}) == 13


def _coverage(of: Team) -> tuple[int, int, int, int]:
    """Return in how many simulations intervals hold the truth, and in how many they hold nothing.

    First of the share of suggestions that stand, then of time.
    """
    holds = [0, 0, 0, 0]
    for seed in range(_SIMULATIONS):
        found = effort_figures(team.pieces(replace(of, seed=seed))).against_blind
        kept, seconds = found.kept["entity"], found.seconds
        assert kept.low is not None and kept.high is not None and seconds.blind is not None
        assert seconds.low is not None and seconds.high is not None
        saved = -of.faster * seconds.blind
        holds[0] += kept.low <= of.expected_kept() <= kept.high
        holds[1] += kept.low <= 0 <= kept.high
        holds[2] += seconds.low <= saved <= seconds.high
        holds[3] += seconds.low <= 0 <= seconds.high
    return holds[0], holds[1], holds[2], holds[3]


# Of 40 intervals of 95%, 38 hold the truth; fewer than 34 do in one of 600 tries.
_LEAST = 34


def test_no_bias_is_found_more_often_than_stated_where_there_is_none() -> None:
    truth, nothing, _, no_time = _coverage(Team(passages=300, blind=0.3))
    assert truth == nothing
    assert min(nothing, no_time) >= _LEAST
    assert max(nothing, no_time) <= _SIMULATIONS


def test_a_bias_is_found_and_the_interval_holds_how_large_it_is() -> None:
    truth, nothing, time_truth, no_time = _coverage(
        Team(passages=300, blind=0.3, drawn=0.3, faster=0.25)
    )
    assert nothing <= 2, "a shift of 10 points is missed"
    assert no_time == 0, "a quarter of the time is missed"
    assert truth >= _LEAST
    assert time_truth >= _LEAST - 2, "the blind pace, of which a quarter is taken, varies too"


def test_second_looks_begin_with_gold_and_say_nothing_of_suggestions() -> None:
    pieces = list(team.pieces(Team(people=2, passages=200, blind=0.5)))
    looked = [replace(p, round=5, seconds=(p.seconds or 0) * 9) for p in pieces]
    found = effort_figures([*pieces, *looked]).against_blind
    assert found == effort_figures(pieces).against_blind
