"""Likely slips in people's work are named with task, person and place, and no good work is."""

from typing import Any

import pytest

from builder import labels
from builder.lint import RULES, slips
from builder.records import Correction, Noticed, Relation, Span
from builder.review import gold
from tests import making

_ARTICLE = making.article("Kim Lee said Russia hired men.", "Anna Berg slept.")
_SUGGESTED = making.suggestion(_ARTICLE)
_KIM = making.span(_ARTICLE, "Kim Lee", "SOURCE")
_SAID = making.span(_ARTICLE, "said", "CUE")
_CLAIM = making.span(_ARTICLE, "Russia hired men", "CLAIM")
_RUSSIA = making.span(_ARTICLE, "Russia", "GPE")
_BOTH = (making.link(_CLAIM, "attributed_to", _KIM), making.link(_CLAIM, "introduced_by", _SAID))


def _work(*spans: Span, links: tuple[Relation, ...] = (), **more: Any) -> Correction:
    made = making.correction(_SUGGESTED, spans, relations=links, by=more.pop("by", "annotator-1"))
    return made.model_copy(update=more)


def _kinds(work: Correction) -> list[str]:
    return [slip.kind for slip in slips(work, _ARTICLE)]


def test_good_work_has_no_slips() -> None:
    author = making.span(_ARTICLE, "Anna Berg slept", "CLAIM", attribution="author")
    assert _kinds(_work(_KIM, _SAID, _CLAIM, _RUSSIA, author, links=_BOTH)) == []


@pytest.mark.parametrize(
    ("spans", "links", "kind"),
    [
        ([_RUSSIA, making.span(_ARTICLE, "said Russia", "ORG")], (), []),
        ([making.span(_ARTICLE, "Kim Lee said", "ORG"),
          making.span(_ARTICLE, "said Russia", "ORG")], (), ["crossing"]),
        ([making.span(_ARTICLE, "Russ", "GPE")], (), ["inside_word"]),
        ([making.span(_ARTICLE, "ussia", "GPE")], (), ["inside_word"]),
        ([_CLAIM], (), ["no_source_no_cue"]),
        ([_CLAIM, _SAID], _BOTH[1:], ["no_source"]),
        ([_CLAIM, _KIM], _BOTH[:1], ["no_cue"]),
    ],
)  # fmt: skip
def test_a_slip_is_named_where_it_is(
    spans: list[Span], links: tuple[Relation, ...], kind: list[str]
) -> None:
    assert _kinds(_work(*spans, links=links)) == kind


def test_what_was_noticed_when_it_was_fetched_is_told() -> None:
    seen = Noticed(kind="two_labels", start=_RUSSIA.start, end=_RUSSIA.end)
    (slip,) = slips(_work(_RUSSIA, noticed=(seen,)), _ARTICLE)
    assert (slip.task, slip.person, slip.text) == (_work().task, "annotator-1", "Russia")
    assert slip.rule.severity == "held"
    assert "“Russia”" in str(slip)


_LONG = making.article(
    "Yesterday the lawyers of Kim and of Lee met the men of Russia, of Norway and of Chile, "
    "whom the mayor of Oslo had asked to come and to bring the lists of Anna and of Berg."
)


@pytest.mark.parametrize(("seconds", "hasty"), [(0.9, True), (30.0, False), (None, False)])
def test_a_text_full_of_names_submitted_empty_in_no_time_is_doubted(
    seconds: float | None, hasty: bool
) -> None:
    made = making.correction(making.suggestion(_LONG), [])
    found = slips(made.model_copy(update={"seconds": seconds}), _LONG)
    assert [slip.kind for slip in found] == ["hasty"] * hasty


def test_a_skipped_task_has_no_slips() -> None:
    assert slips(making.correction(_SUGGESTED, [], skipped=True), _ARTICLE) == []


def test_every_kind_has_a_reason_of_one_sentence() -> None:
    assert all(rule.reason and "." not in rule.reason for rule in RULES.values())


# --- what they hold back --------------------------------------------------------------------


def _held(*work: Correction) -> list[tuple[str, ...]]:
    built = gold.build(_ARTICLE, _SUGGESTED, work, labels.default())
    return [status.held for status in built.status]


_SHORT = making.span(_ARTICLE, "Russ", "GPE")


def test_a_slip_holds_the_sentence_it_is_in_until_a_second_person_says_the_same() -> None:
    assert _held(_work(_SHORT)) == [("inside_word",), ()]
    assert _held(_work(_SHORT), _work(_SHORT, by="annotator-2")) == [(), ()]


def test_a_slip_that_may_be_right_holds_nothing() -> None:
    assert _held(_work(_CLAIM, _SAID, links=_BOTH[1:])) == [(), ()]


def test_a_flag_holds_all_that_was_shown_until_somebody_else_does_not_share_it() -> None:
    flagged = _work(_RUSSIA, flags=("bad_text",))
    assert _held(flagged) == [("flag bad_text",)] * 2
    assert _held(flagged, _work(_RUSSIA, by="annotator-2")) == [(), ()]
    both = _work(_RUSSIA, by="annotator-2", flags=("bad_text",))
    assert _held(flagged, both) == [("flag bad_text",)] * 2
