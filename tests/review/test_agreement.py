"""Figures of agreement: by hand, what they do not hang on, what is undefined, what never mixes."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nervaluate import Evaluator

from builder.records import ADJUDICATION, CALIBRATION, Correction
from builder.review.agreement.figures import figures
from builder.review.agreement.results import Figure
from builder.review.agreement.sums import summed
from builder.text import paragraph_bounds
from tests import making
from tests.review.opinions_made import (
    Mark,
    literal_partial,
    marked,
    measured,
    of_layer,
    opinion,
    shared,
)

_ULM = making.article("Ann met Bo Li in Ulm.")
_ONE: list[Mark] = [(0, 3, "PERSON"), (8, 13, "PERSON"), (17, 20, "GPE")]
_OTHER: list[Mark] = [(0, 3, "PERSON"), (11, 13, "PERSON"), (17, 20, "ORG")]
_SAID = making.article(
    "The mayor said that Russia was wrong, and Kim said that it was right.", "“No,” said Ann."
)
_LABELS = ("PERSON", "ORG", "CLAIM", "SOURCE")


def _three(marks: list[list[Mark]]) -> list[Correction]:
    return [marked(_ULM, of, f"p{number}") for number, of in enumerate(marks)]


def test_the_example_in_the_docs_comes_out_as_by_hand() -> None:
    row = of_layer(marked(_ULM, _ONE, "a"), marked(_ULM, _OTHER, "b"), articles=[_ULM])
    assert (row.passages, row.stories, row.pairs, row.marks) == (1, 1, 1, 6)
    assert row.exact.value == pytest.approx(2 / 6, abs=1e-4)
    assert row.partial.value == pytest.approx(4 / 6, abs=1e-4)
    assert row.labels.value == 1 / 2
    assert row.token_alpha.value == pytest.approx(1 - 4 * 182 / (14 * 120), abs=1e-4)
    assert row.alpha_u.value == pytest.approx(1 - 12 * 1676 / (42 * 1048), abs=1e-4)


def test_figures_of_a_label_are_of_its_spans_alone() -> None:
    found = measured(marked(_ULM, _ONE, "a"), marked(_ULM, _OTHER, "b"), articles=[_ULM])
    person, gpe = (next(r for r in found.labels if r.label == x) for x in ("PERSON", "GPE"))
    assert (person.marks, person.exact.value, person.partial.value) == (4, 0.5, 1.0)
    # Both marked two places alike; at that of PERSON the labels agree, at that of GPE they do not.
    assert (person.labels.value, gpe.labels.value) == (1.0, 0.0)
    assert (gpe.marks, gpe.exact.value, gpe.partial.value) == (1, 0.0, 0.0)


def test_three_opinions_are_three_pairs() -> None:
    work = _three([_ONE, _ONE, _OTHER])
    row = of_layer(*work, articles=[_ULM])
    assert (row.passages, row.pairs, row.marks) == (1, 3, 18)
    assert row.exact.value == pytest.approx((6 + 2 + 2) / 18, abs=1e-4)
    pairs = (r for r in measured(*work, articles=[_ULM]).pairs if r.layer == "entity")
    by_pair = {r.people: r.exact.value for r in pairs}
    assert by_pair[("p0", "p1")] == 1.0
    assert by_pair[("p0", "p2")] == by_pair[("p1", "p2")] == pytest.approx(1 / 3, abs=1e-4)


def test_details_are_by_pair_label_round_and_arm() -> None:
    found = measured(
        marked(_ULM, _ONE, "a"), marked(_ULM, _OTHER, "b", turn=2), articles=[_ULM]
    ).details
    rows = {(r.label, r.people, r.rounds, r.arms): r for r in found if r.layer == "entity"}
    assert {key[0] for key in rows} == {None, "PERSON", "GPE", "ORG"}
    person = rows["PERSON", ("a", "b"), (1, 2), "blind"]
    assert (person.stories, person.exact.value, person.exact.low) == (None, 0.5, None)
    assert "single pairs" in str(person.exact.why)


@st.composite
def _marks(draw: st.DrawFn) -> list[Mark]:
    """Return marks of both layers, that may nest and overlap."""
    found = set()
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(_SAID.text) - 1))
        bounds = making.trimmed(_SAID, start, start + draw(st.integers(1, 30)))
        if bounds[0] < bounds[1]:
            found.add((*bounds, draw(st.sampled_from(_LABELS))))
    return sorted(found)


_PEOPLE = st.lists(_marks(), min_size=2, max_size=4)


@given(_marks(), st.integers(2, 4))
def test_who_all_mark_the_same_agree_wholly(marks: list[Mark], people: int) -> None:
    work = [marked(_SAID, marks, f"p{i}") for i in range(people)]
    for row in measured(*work, articles=[_SAID]).layers:
        for figure in (row.exact, row.partial, row.labels, row.token_alpha, row.alpha_u):
            assert figure.value in (1.0, None)
        assert (row.exact.value is None) == (not row.marks)


@given(_PEOPLE, st.randoms(use_true_random=False))
def test_figures_hang_neither_on_names_nor_on_order(marks: list[list[Mark]], rng: Any) -> None:
    names = [f"p{i}" for i in range(len(marks))]
    work = [marked(_SAID, of, name) for name, of in zip(names, marks, strict=True)]
    plain = measured(*work, articles=[_SAID], people=False)
    rng.shuffle(names)
    renamed = [marked(_SAID, of, name) for name, of in zip(names, marks, strict=True)]
    rng.shuffle(renamed)
    assert measured(*renamed, articles=[_SAID], people=False) == plain


@given(_PEOPLE)
def test_no_figure_is_above_one_and_partial_is_never_below_exact(marks: list[list[Mark]]) -> None:
    found = measured(*(marked(_SAID, of, f"p{i}") for i, of in enumerate(marks)), articles=[_SAID])
    for row in (*found.layers, *found.labels, *found.pairs, *found.details):
        figures_of_row = (row.exact, row.partial, row.labels, row.token_alpha, row.alpha_u)
        assert all(f.value is None or f.value <= 1 for f in figures_of_row)
        assert (row.exact.value or 0) <= (row.partial.value or 0)


@given(_marks(), _marks())
def test_partial_counts_spans_that_share_a_character_with_a_like_one(
    one: list[Mark], other: list[Mark]
) -> None:
    work = [marked(_SAID, one, "a"), marked(_SAID, other, "b")]
    for row in measured(*work, articles=[_SAID]).layers:
        sides = ([s for s in c.spans if s.layer == row.layer] for c in work)
        wanted = literal_partial(*sides)
        assert row.partial.value == (None if wanted is None else pytest.approx(wanted, abs=1e-4))


def _other_program(one: list[Mark], other: list[Mark]) -> Any:
    """Return the strict result of nervaluate, whose ends are inclusive."""
    sides = [[{"label": x, "start": a, "end": b - 1} for a, b, x in of] for of in (one, other)]
    labels = [x for _, _, x in (*one, *other)]
    return Evaluator([sides[0]], [sides[1]], tags=labels, loader="dict").evaluate()["overall"]


def test_exact_f1_of_spans_that_do_not_overlap_is_that_of_another_program() -> None:
    row = of_layer(marked(_ULM, _ONE, "a"), marked(_ULM, _OTHER, "b"), articles=[_ULM])
    assert row.exact.value == pytest.approx(_other_program(_ONE, _OTHER)["strict"].f1, abs=1e-4)


def test_a_span_that_both_marked_counts_also_where_another_overlaps_it() -> None:
    # Why nervaluate is not what figures are made with: the shorter span takes the longer one's
    # counterpart, and the longer one, which both marked, is spurious; turned round, it is right.
    whole, nested = (4, 36, "CLAIM"), (4, 9, "CLAIM")
    row = of_layer(
        marked(_SAID, [whole], "a"),
        marked(_SAID, [nested, whole], "b"),
        articles=[_SAID],
        layer="claim",
    )
    assert row.exact.value == pytest.approx(2 / 3, abs=1e-4)
    assert _other_program([whole], [nested, whole])["strict"].correct == 0
    assert _other_program([nested, whole], [whole])["strict"].correct == 1


# --- whose opinions count, and of what -------------------------------------------------------


def test_blind_and_assisted_opinions_are_never_mixed() -> None:
    alike = measured(
        marked(_ULM, _ONE, "a"), marked(_ULM, _ONE, "b"),
        marked(_ULM, _OTHER, "c", arm="assisted"), marked(_ULM, _OTHER, "d", arm="assisted"),
        articles=[_ULM],
    )  # fmt: skip
    rows = {row.arms: row for row in alike.layers if row.layer == "entity"}
    assert {arms: (row.pairs, row.exact.value) for arms, row in rows.items()} == {
        "blind": (1, 1.0),
        "assisted": (1, 1.0),
        "mixed": (4, pytest.approx(1 / 3, abs=1e-4)),
    }
    assert alike.layers[0].arms == "blind"
    assert all(row.arms != "mixed" or row.pairs for row in alike.pairs)


def test_work_that_does_not_say_its_arm_counts_as_neither() -> None:
    old = [marked(_ULM, _ONE, name, arm=None) for name in "ab"]
    found = measured(*old, articles=[_ULM])
    assert {row.arms for row in found.layers} == {"assisted"}  # It names a suggestion.
    bare = [c.model_copy(update={"suggestion": None}) for c in old]
    assert {row.arms for row in measured(*bare, articles=[_ULM]).layers} == {"unrecorded"}


@pytest.mark.parametrize("turn", [ADJUDICATION, CALIBRATION, CALIBRATION + 1])
def test_adjudication_calibration_and_looks_at_gold_are_no_opinions(turn: int) -> None:
    practice = marked(_ULM, _ONE, "b", turn=turn, arm="assisted")
    assert shared(marked(_ULM, _ONE, "a"), practice, articles=[_ULM]) == []
    # Nor does such work take the place of the same person's opinion.
    own = marked(_ULM, _OTHER, "b")
    [passage] = shared(marked(_ULM, _ONE, "a"), own, practice, articles=[_ULM])
    assert [o.round for o in passage.opinions] == [1, 1]


def test_only_the_latest_opinion_of_a_person_counts() -> None:
    later = making.correction(
        making.suggestion(_ULM), [making.at(_ULM, *m) for m in _ONE], by="b", revision=2, minute=5
    )
    work = [marked(_ULM, _ONE, "a", arm=None), marked(_ULM, _OTHER, "b", arm=None), later]
    assert of_layer(*work, articles=[_ULM]).exact.value == 1.0
    skipped = making.correction(making.suggestion(_ULM), [], by="b", skipped=True, revision=3,
                                minute=9)  # fmt: skip
    assert shared(*work, skipped, articles=[_ULM]) == []


def test_what_one_of_two_never_saw_does_not_count() -> None:
    first, second = paragraph_bounds(_SAID.text)
    kim, ann = making.span(_SAID, "Kim", "PERSON"), making.span(_SAID, "Ann", "PERSON")
    one = opinion(_SAID, [kim, ann], "a")
    other = opinion(_SAID, [kim], "b", unseen=[second])
    row = of_layer(one, other, articles=[_SAID])
    assert (row.marks, row.exact.value, row.token_alpha.value) == (2, 1.0, 1.0)
    tokens = len(making.token_bounds(_SAID.text[slice(*first)]))
    [sums] = [
        of_story for of_row, of_story in summed(
            shared(one, other, articles=[_SAID]), making.token_bounds, people=False
        )[_SAID.id].items() if of_row.layer == "entity" and not (of_row.name or of_row.rounds)
    ]  # fmt: skip
    assert sums["tokens squares"] == 2 * tokens
    assert sums["units:"] + sums["units:PERSON"] == 2 * (second[0] - first[0])


def test_a_layer_that_one_of_two_did_not_look_at_is_not_compared() -> None:
    one = marked(_SAID, [(42, 45, "PERSON")], "a")
    entities = making.correction(
        making.suggestion(_SAID), [making.span(_SAID, "Kim", "PERSON")], by="b", layers=("entity",)
    ).model_copy(update={"arm": "blind"})
    assert {r.layer for r in measured(one, entities, articles=[_SAID]).layers} == {"entity"}


def test_rounds_are_told_apart() -> None:
    found = measured(
        marked(_ULM, _ONE, "a"), marked(_ULM, _ONE, "b", turn=2), marked(_ULM, _OTHER, "c", turn=5),
        articles=[_ULM],
    )  # fmt: skip
    by_rounds = {r.rounds: r.exact.value for r in found.rounds if r.layer == "entity"}
    third = pytest.approx(1 / 3, abs=1e-4)
    assert by_rounds == {(1, 2): 1.0, (1, 5): third, (2, 5): third}


# --- relations and attributes ----------------------------------------------------------------


def _claiming(by: str, *, linked: bool, quote: str, check: str | None = None) -> Correction:
    claim = making.span(_SAID, "Russia was wrong", "CLAIM", key=f"{by * 16}")
    given = {"quote_type": quote, **({"check_worthy": check} if check else {})}
    claim = claim.model_copy(update={"attributes": given})
    mayor = making.span(_SAID, "The mayor", "SOURCE")
    made = opinion(_SAID, [claim, mayor], by)
    links = (making.link(claim, "attributed_to", mayor),) if linked else ()
    return made.model_copy(update={"relations": links})


def test_links_are_the_same_whatever_the_ids_of_their_ends() -> None:
    work = [_claiming(x, linked=x != "c", quote="indirect") for x in "abc"]
    [links] = [r for r in measured(*work, articles=[_SAID]).links if r.kind == "relations"]
    # Three pairs hold four links; those of a and b are the same.
    assert (links.name, links.compared, links.same.value) == ("attributed_to", 4, 0.5)


def test_links_between_spans_that_only_one_marked_are_not_compared() -> None:
    one = _claiming("a", linked=True, quote="indirect")
    other = opinion(_SAID, [making.span(_SAID, "The mayor", "SOURCE")], "b")
    assert [r.kind for r in measured(one, other, articles=[_SAID]).links] == []


def test_attributes_are_compared_on_spans_that_both_marked_and_a_missing_value_differs() -> None:
    work = [
        _claiming("a", linked=False, quote="indirect", check="yes"),
        _claiming("b", linked=False, quote="indirect"),
    ]
    found = {r.name: (r.compared, r.same.value) for r in measured(*work, articles=[_SAID]).links}
    assert found == {"CLAIM.quote_type": (1, 1.0), "CLAIM.check_worthy": (1, 0.0)}


# --- what is undefined, and intervals --------------------------------------------------------


def test_what_nobody_marked_is_undefined_and_says_so() -> None:
    row = of_layer(marked(_ULM, [], "a"), marked(_ULM, [], "b"), articles=[_ULM])
    assert row.exact == Figure(None, why="nobody marked any entity")
    assert row.labels == Figure(None, why="no bounds of the layer entity were marked by both")
    assert row.alpha_u.value is None
    assert "nobody marked any entity" in str(row.alpha_u.why)
    assert (row.passages, row.pairs, row.marks) == (1, 1, 0)


def test_chance_cannot_differ_where_all_is_marked_alike() -> None:
    word = making.article("Ulm")
    both = [marked(word, [(0, 3, "GPE")], name) for name in "ab"]
    row = of_layer(*both, articles=[word])
    assert row.exact.value == 1.0
    assert row.token_alpha.value is None
    assert "marked alike everywhere" in str(row.token_alpha.why)


def _stories(number: int, *, differing: int) -> tuple[list[Correction], list[Any]]:
    """Return two people's work on stories, on the first of which they differ."""
    articles = [making.article(f"Ann met Bo Li in Ulm on day {i}.") for i in range(number)]
    work = [
        marked(article, _OTHER if name == "b" and i < differing else _ONE, name)
        for i, article in enumerate(articles)
        for name in "ab"
    ]
    return work, articles


def test_an_interval_holds_the_figure_and_hangs_on_nothing_random() -> None:
    work, articles = _stories(20, differing=5)
    row = of_layer(*work, articles=articles)
    for figure in (row.exact, row.partial, row.labels, row.token_alpha, row.alpha_u):
        assert figure.value is not None
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < figure.value < figure.high
    assert of_layer(*work[::-1], articles=articles) == row


def test_few_stories_give_no_interval_and_say_so() -> None:
    work, articles = _stories(4, differing=1)
    row = of_layer(*work, articles=articles)
    assert (row.exact.low, row.exact.high) == (None, None)
    assert row.exact.why == "no interval: fewer than 5 stories (n = 4)"


def test_more_stories_give_a_narrower_interval() -> None:
    wide, narrow = (
        of_layer(*work, articles=articles).exact
        for work, articles in (_stories(8, differing=2), _stories(80, differing=20))
    )
    assert wide.value == narrow.value
    assert narrow.high - narrow.low < (wide.high - wide.low) / 2  # type: ignore[operator]


def test_sums_of_two_halves_give_the_figures_of_the_whole() -> None:
    work, articles = _stories(10, differing=3)
    whole = summed(shared(*work, articles=articles), making.token_bounds, people=False)
    halves = [
        summed(shared(*work, articles=half), making.token_bounds, people=False)
        for half in (articles[:5], articles[5:])
    ]
    assert figures(halves[0] | halves[1]) == figures(whole)


def test_many_overlapping_spans_take_no_long_time() -> None:
    text = making.article("x" * 6000)
    work = [marked(text, [(i, 6000 - i, "CLAIM") for i in range(1500)], name) for name in "ab"]
    began = time.process_time()
    row = of_layer(*work, articles=[text], layer="claim")
    assert row.exact.value == 1.0
    assert time.process_time() - began < 20
