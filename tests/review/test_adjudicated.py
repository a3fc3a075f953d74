"""What an adjudicator decides becomes gold, says where it comes from, and can be opened again."""

from collections.abc import Sequence

from builder import labels
from builder.records import ADJUDICATION, Correction, Gold, Span
from builder.review import gold
from builder.tasks.deciding import OPINIONS, to_decide
from builder.tasks.windows import tasks_of
from tests import making

_ARTICLE = making.article("Kim said Russia hired men.", "Anna Berg slept.")
_KIM = making.span(_ARTICLE, "Kim", "PERSON")
_RUSSIA = making.span(_ARTICLE, "Russia", "GPE")
_ANNA = making.span(_ARTICLE, "Anna Berg", "PERSON")
_SUGGESTED = making.suggestion(_ARTICLE, _KIM, _RUSSIA)


def _opinion(who: str, spans: Sequence[Span], minute: int, *, blind: bool = False) -> Correction:
    return making.correction(_SUGGESTED, spans, by=who, minute=minute, blind=blind)


def _decision(of: Sequence[Correction], keep: Sequence[str], minute: int) -> Correction:
    """Return what is left of the opinions by somebody who keeps the spans with these words."""
    (task,) = tasks_of(_ARTICLE, _SUGGESTED)
    shown = to_decide(task, of)
    spans = [s for s in shown.suggestion.spans if s.text in keep]
    made = making.correction(shown.suggestion, spans, by="annotator-9", minute=minute)
    return made.model_copy(update={"round": ADJUDICATION, "suggested_by": OPINIONS})


def _built(*work: Correction) -> Gold:
    return gold.build(_ARTICLE, _SUGGESTED, work, labels.default())


def test_a_decision_takes_the_place_of_the_opinions_before_it() -> None:
    one = _opinion("annotator-1", [_KIM, _RUSSIA], 1)
    other = _opinion("annotator-2", [_KIM, _ANNA], 2)
    assert _built(one, other).status[0].entity == "disputed"
    built = _built(one, other, _decision([one, other], ["Kim", "Anna Berg"], 3))
    assert [s.text for s in built.spans] == ["Kim", "Anna Berg"]
    assert {s.entity for s in built.status} == {"adjudicated"}
    assert built.status[0].annotators == ("annotator-1", "annotator-2", "annotator-9")


def test_gold_says_from_whose_opinion_and_from_which_rule_a_span_comes() -> None:
    one = _opinion("annotator-1", [_KIM, _RUSSIA], 1)
    other = _opinion("annotator-2", [_KIM, _ANNA], 2)
    built = _built(one, other, _decision([one, other], ["Kim", "Anna Berg"], 3))
    kim, anna = built.spans
    assert (kim.origin, kim.suggested_by) == ("suggested", _KIM.by)
    assert kim.annotators == ("annotator-1", "annotator-2", "annotator-9")
    assert (anna.origin, anna.suggested_by) == ("manual", None)
    assert anna.annotators == ("annotator-2", "annotator-9")


def test_an_opinion_that_changes_after_the_decision_opens_the_dispute_again() -> None:
    one = _opinion("annotator-1", [_KIM, _RUSSIA], 1)
    other = _opinion("annotator-2", [_KIM], 2)
    decided = _decision([one, other], ["Kim"], 3)
    later = _opinion("annotator-1", [_RUSSIA], 4).model_copy(update={"revision": 2})
    built = _built(one, other, decided, later)
    assert built.status[0].entity == "disputed"
    agrees = _opinion("annotator-1", [_KIM], 4).model_copy(update={"revision": 2})
    assert _built(one, other, decided, agrees).status[0].entity == "adjudicated"


def test_what_was_annotated_blind_stays_so_when_somebody_decides_on_it() -> None:
    one = _opinion("annotator-1", [_KIM, _RUSSIA], 1, blind=True)
    other = _opinion("annotator-2", [_KIM], 2, blind=True)
    built = _built(one, other, _decision([one, other], ["Kim"], 3))
    assert [s.blind for s in built.status] == [True, True]
    assisted = _opinion("annotator-2", [_KIM], 2)
    built = _built(one, assisted, _decision([one, assisted], ["Kim"], 3))
    assert [s.blind for s in built.status] == [False, False]


def test_an_adjudicator_sees_all_opinions_with_the_differing_spans_first() -> None:
    (task,) = tasks_of(_ARTICLE, _SUGGESTED)
    one = _opinion("annotator-1", [_KIM, _RUSSIA], 1)
    other = _opinion("annotator-2", [_KIM, _ANNA], 2)
    shown = to_decide(task, [one, other])
    assert [s.text for s in shown.suggestion.spans] == ["Russia", "Anna Berg", "Kim"]
    letters = {s.text: shown.notes.get(s.id) for s in shown.suggestion.spans}
    assert letters["Kim"] is None
    assert {letters["Russia"], letters["Anna Berg"]} == {"A of A, B", "B of A, B"}
    assert sorted(shown.opinions) == sorted([one.key, other.key])
    assert to_decide(task, [other, one]) == shown


def test_an_attribute_on_which_people_differ_is_said_and_the_span_shown_once() -> None:
    article = making.article("Kim said Russia hired men.")
    claim = making.span(article, "Russia hired men", "CLAIM", attribution="attributed")
    direct, indirect = (
        claim.model_copy(update={"attributes": {**claim.attributes, "quote_type": value}})
        for value in ("direct", "indirect")
    )
    suggested = making.suggestion(article)
    (task,) = tasks_of(article, suggested)
    work = [
        making.correction(suggested, [span], by=who)
        for span, who in ((direct, "annotator-1"), (indirect, "annotator-2"))
    ]
    shown = to_decide(task, work)
    assert len(shown.suggestion.spans) == 1
    (note,) = shown.notes.values()
    assert "quote_type direct" in note
    assert "quote_type indirect" in note
