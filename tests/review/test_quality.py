"""Suggestions measured against people's work: what is counted, whose, and what is undefined."""

from typing import Any

from builder import labels
from builder.records import CALIBRATION, Correction, Span
from builder.review.quality import LabelQuality, layer_quality, suggestion_quality
from tests import making

_ARTICLE = making.article("Russia has hired Kim.", "The mayor said that Russia was wrong.")
_RUSSIA = making.span(_ARTICLE, "Russia", "GPE")
_AGAIN = making.span(_ARTICLE, "Russia", "GPE", nth=1)
_KIM = making.span(_ARTICLE, "Kim", "PERSON")
_CLAIM = making.span(_ARTICLE, "Russia was wrong", "CLAIM", check_worthy="no")
_SUGGESTED = making.suggestion(_ARTICLE, _RUSSIA, _KIM, _CLAIM)


def _left(*spans: Span, **more: Any) -> Correction:
    return making.correction(_SUGGESTED, spans, **more)


def _quality(*corrections: Correction) -> dict[str, LabelQuality]:
    return {row.label: row for row in suggestion_quality(corrections, labels.default())}


def _drawn(words: str, label: str, key: str, **more: Any) -> Span:
    return making.span(_ARTICLE, words, label, by="annotator-1", score=None, key=key, **more)


def test_a_suggestion_left_as_it_was_is_right() -> None:
    found = _quality(_left(_RUSSIA, _KIM, _CLAIM))
    assert [(r.suggested, r.gold, r.right) for r in found.values()] == [(1, 1, 1)] * 3
    assert {(r.precision, r.recall, r.f1) for r in found.values()} == {(1.0, 1.0, 1.0)}


def test_a_removed_span_costs_precision_and_an_added_one_recall() -> None:
    found = _quality(_left(_RUSSIA, _AGAIN, _CLAIM))
    assert found["PERSON"] == LabelQuality("PERSON", 1, 0, 0)
    assert found["GPE"] == LabelQuality("GPE", 1, 2, 1)
    assert (found["GPE"].precision, found["GPE"].recall, found["GPE"].f1) == (1.0, 0.5, 2 / 3)


def test_another_label_or_another_bound_is_wrong_and_another_attribute_is_not() -> None:
    relabelled = _drawn("Kim", "ORG", _KIM.id)
    moved = _drawn("Russia was", "CLAIM", _CLAIM.id)
    found = _quality(_left(_RUSSIA, relabelled, moved))
    assert found["PERSON"] == LabelQuality("PERSON", 1, 0, 0)
    assert found["ORG"] == LabelQuality("ORG", 0, 1, 0)
    assert found["CLAIM"] == LabelQuality("CLAIM", 1, 1, 0)
    judged = _drawn("Russia was wrong", "CLAIM", _CLAIM.id, check_worthy="yes")
    assert _quality(_left(_RUSSIA, _KIM, judged))["CLAIM"].right == 1


def test_what_cannot_be_divided_is_none_and_never_a_number() -> None:
    row = LabelQuality("LAW", 0, 0, 0)
    assert (row.precision, row.recall, row.f1) == (None, None, None)
    assert LabelQuality("LAW", 0, 2, 0).f1 == 0.0
    assert suggestion_quality([], labels.default()) == ()


def test_only_the_latest_revision_of_each_person_counts() -> None:
    first, second = _left(), _left(_RUSSIA, _KIM, _CLAIM, revision=2)
    assert _quality(first, second)["GPE"] == LabelQuality("GPE", 1, 1, 1)
    other = _left(_KIM, by="annotator-2")
    assert _quality(first, second, other)["GPE"] == LabelQuality("GPE", 2, 1, 1)


def test_skipped_tasks_and_work_that_started_from_nothing_are_left_out() -> None:
    blind = _left(_RUSSIA).model_copy(update={"suggestion": None, "changes": ()})
    assert (
        suggestion_quality(
            [_left(skipped=True), blind.model_copy(update={"task": "t"})], labels.default()
        )
        == ()
    )


def test_a_second_look_at_gold_is_no_word_on_suggestions() -> None:
    opinion = _left(_RUSSIA, _CLAIM)
    again = _left(_RUSSIA, _KIM, _CLAIM, minute=5).model_copy(update={"round": CALIBRATION + 1})
    assert _quality(opinion, again) == _quality(opinion)


def test_rows_stand_in_the_order_of_the_labels_and_layers_sum_them() -> None:
    rows = suggestion_quality([_left(_RUSSIA, _AGAIN)], labels.default())
    assert [row.label for row in rows] == ["PERSON", "GPE", "CLAIM"]
    assert layer_quality(rows) == (
        LabelQuality("entity", 2, 2, 1),
        LabelQuality("claim", 1, 0, 0),
    )
