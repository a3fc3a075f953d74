"""Merging opinions by rule: what is proposed, and what may be accepted in bulk."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.records import Correction
from builder.review.merging import MergedSpan, merged
from builder.text import paragraph_bounds
from tests import making
from tests.review.opinions_made import Mark, marked, opinion

_SAID = making.article("“It is closed,” the mayor of Ulm said. Costs rose 5%.", "Nobody was hurt.")
_QUOTE, _INNER, _WORDS = (0, 15), (1, 14), (1, 13)
_MAYOR, _OF_ULM = (16, 25), (16, 32)


def _merged(*marks: list[Mark]) -> list[MergedSpan]:
    return merged(_SAID, [marked(_SAID, of, f"p{i}") for i, of in enumerate(marks)])


def _said(found: list[MergedSpan]) -> list[tuple[str, str, bool]]:
    return [(m.span.text, m.rule, m.certain) for m in found]


def test_what_all_drew_alike_is_agreed() -> None:
    one = (*_MAYOR, "SOURCE")
    [found] = _merged([one], [one])
    assert _said([found]) == [("the mayor", "agreed", True)]
    assert (found.people, found.opinions) == (("p0", "p1"), 2)
    assert found.span.by == "rule:merge-agreed@1"


def test_spans_that_differ_in_punctuation_at_their_edges_are_one() -> None:
    assert _said(_merged([(*_QUOTE, "CLAIM")], [(*_WORDS, "CLAIM")])) == [
        ("“It is closed,”", "edges", True)
    ]
    # The span that most people drew is taken, though another is longer.
    three = _merged([(*_QUOTE, "CLAIM")], [(*_INNER, "CLAIM")], [(*_INNER, "CLAIM")])
    assert _said(three) == [("It is closed,", "edges", True)]


def test_a_sign_that_means_something_is_no_edge() -> None:
    at = _SAID.text.index("5%")
    found = _merged([(at, at + 1, "PERCENT")], [(at, at + 2, "PERCENT")])
    assert _said(found) == [("5%", "longest", False)]


def test_of_three_people_two_who_drew_the_same_span_are_certain() -> None:
    found = _merged([(*_MAYOR, "SOURCE")], [(*_MAYOR, "SOURCE")], [(*_OF_ULM, "SOURCE")])
    assert _said(found) == [("the mayor", "majority", True)]
    silent = _merged([(*_MAYOR, "SOURCE")], [(*_MAYOR, "SOURCE")], [])
    assert _said(silent) == [("the mayor", "majority", True)]


@pytest.mark.parametrize("people", [2, 4])
def test_half_of_the_people_are_no_majority(people: int) -> None:
    half = people // 2
    found = _merged(*[[(*_MAYOR, "SOURCE")]] * half, *[[(*_OF_ULM, "SOURCE")]] * half)
    assert _said(found) == [("the mayor of Ulm", "longest", False)]


def test_what_one_of_several_marked_is_proposed_and_not_certain() -> None:
    assert _said(_merged([(*_MAYOR, "SOURCE")], [], [])) == [("the mayor", "single", False)]


def test_another_label_at_the_same_place_is_a_place_of_its_own() -> None:
    found = _merged([(*_MAYOR, "PERSON")], [(*_MAYOR, "PERSON")], [(*_MAYOR, "ORG")])
    assert sorted(_said(found)) == [("the mayor", "majority", True), ("the mayor", "single", False)]


def test_nothing_is_merged_where_somebody_marked_a_place_twice() -> None:
    found = _merged([(0, 15, "CLAIM"), (4, 14, "CLAIM")], [(1, 9, "CLAIM")])
    assert {(m.rule, m.certain) for m in found} == {("apart", False)}
    assert len(found) == 3


def test_nested_spans_that_all_drew_are_agreed_each() -> None:
    both: list[Mark] = [(0, 15, "CLAIM"), (4, 14, "CLAIM")]
    assert [m.rule for m in _merged(both, both)] == ["agreed", "agreed"]


def test_who_never_saw_a_place_is_not_counted() -> None:
    first, second = paragraph_bounds(_SAID.text)
    source = making.at(_SAID, *_MAYOR, "SOURCE")
    seen = [opinion(_SAID, [source], name) for name in "ab"]
    absent = opinion(_SAID, [], "c", window=second)
    [found] = merged(_SAID, [*seen, absent])
    assert (found.rule, found.opinions) == ("agreed", 2)
    unseen = opinion(_SAID, [], "c", unseen=[first])
    assert merged(_SAID, [*seen, unseen])[0].rule == "agreed"


def _quoted(who: str, kind: str) -> Correction:
    return opinion(
        _SAID, [making.at(_SAID, *_QUOTE, "CLAIM", attributes={"quote_type": kind})], who
    )


def test_an_attribute_on_which_people_differ_is_left_out_and_makes_it_uncertain() -> None:
    [found] = merged(_SAID, [_quoted("a", "direct"), _quoted("b", "mixed")])
    assert (found.rule, found.certain, found.span.attributes) == ("agreed", False, {})
    three = [_quoted("a", "direct"), _quoted("b", "mixed"), _quoted("c", "direct")]
    [found] = merged(_SAID, three)
    assert (found.certain, found.span.attributes) == (True, {"quote_type": "direct"})


@st.composite
def _marks(draw: st.DrawFn) -> list[Mark]:
    found = set()
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(_SAID.text) - 1))
        bounds = making.trimmed(_SAID, start, start + draw(st.integers(1, 20)))
        if bounds[0] < bounds[1]:
            found.add((*bounds, draw(st.sampled_from(["CLAIM", "PERSON"]))))
    return sorted(found)


@given(st.lists(_marks(), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_nothing_vanishes_and_order_does_not_matter(marks: list[list[Mark]], rng: Any) -> None:
    work = [marked(_SAID, of, f"p{i}") for i, of in enumerate(marks)]
    found = merged(_SAID, work)
    rng.shuffle(work)
    assert merged(_SAID, work) == found
    drawn = {(a, b, x) for of in marks for a, b, x in of}
    proposed = {(m.span.start, m.span.end, m.span.label) for m in found}
    # Only what somebody drew is proposed, and at each place something is.
    assert proposed <= drawn
    for a, b, label in drawn:
        assert any(x < b and a < y and label == k for x, y, k in proposed)
    for m in found:
        if m.certain:
            assert len(m.people) * 2 > m.opinions
