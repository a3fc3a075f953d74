"""The best annotation of an article: whose spans stand, what status they have, who made them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import labels
from builder.corrections import latest, standing
from builder.records import Correction, Gold, GoldSpan, Layer, Span, Suggestion
from builder.review import gold
from builder.text import paragraph_bounds
from tests import making

_ARTICLE = making.article(
    "Russia has hired Kim. The mayor said that Russia was wrong.", "“No,” said Anna Kovač."
)
_FIRST, _SECOND = paragraph_bounds(_ARTICLE.text)
_RUSSIA = making.span(_ARTICLE, "Russia", "GPE")
_KIM = making.span(_ARTICLE, "Kim", "PERSON")
_CLAIM = making.span(_ARTICLE, "Russia was wrong", "CLAIM", quote_type="indirect")
_MAYOR = making.span(_ARTICLE, "The mayor", "SOURCE")
_ANNA = making.span(_ARTICLE, "Anna Kovač", "PERSON")
_NO = making.span(_ARTICLE, "“No,”", "CLAIM")
_SAID_IT = making.link(_CLAIM, "attributed_to", _MAYOR)
_SUGGESTED = making.suggestion(
    _ARTICLE, _RUSSIA, _KIM, _CLAIM, _MAYOR, _ANNA, _NO, relations=[_SAID_IT]
)
_IN_FIRST = [_RUSSIA, _KIM, _CLAIM, _MAYOR]


def _build(*corrections: Correction, suggested: Suggestion = _SUGGESTED) -> Gold:
    built = gold.build(_ARTICLE, suggested, corrections, labels.default())
    making.check_spans(_ARTICLE, built.spans)
    assert Gold.model_validate_json(built.model_dump_json()) == built
    return built


def _left(spans: list[Span], **more: Any) -> Correction:
    """Return what a person left of the first paragraph."""
    joined = {_SAID_IT.head, _SAID_IT.tail} <= {s.id for s in spans}
    more.setdefault("relations", [_SAID_IT] if joined else [])
    return making.correction(_SUGGESTED, spans, **{"window": _FIRST, **more})


def _of(built: Gold, span: Span) -> GoldSpan:
    return next(s for s in built.spans if s.id == span.id)


def _statuses(built: Gold) -> list[tuple[str | None, str | None]]:
    return [(s.entity, s.claim) for s in built.status]


def test_without_people_the_suggestion_stands_and_every_sentence_is_machine() -> None:
    built = _build()
    assert {s.id for s in built.spans} == {s.id for s in _SUGGESTED.spans}
    assert {(s.origin, s.suggested_by, s.annotators) for s in built.spans} == {
        ("suggested", "names", ())
    }
    assert built.relations == (_SAID_IT,)
    assert _statuses(built) == [("machine", "machine")] * 3


def test_an_untouched_window_stays_machine_and_keeps_its_suggestions() -> None:
    built = _build(_left([]))
    assert {s.id for s in built.spans} == {_ANNA.id, _NO.id}
    assert _statuses(built) == [("single", "single")] * 2 + [("machine", "machine")]
    assert built.status[2].annotators == ()
    assert built.relations == ()


def test_a_layer_nobody_looked_at_stays_machine_and_keeps_its_suggestions() -> None:
    built = _build(_left([_RUSSIA], layers=("entity",), relations=[]))
    assert {s.id for s in built.spans} == {s.id for s in _SUGGESTED.spans} - {_KIM.id}
    assert _statuses(built)[0] == ("single", "machine")
    assert built.relations == (_SAID_IT,)


def test_a_span_left_alone_is_suggested_and_names_who_left_it() -> None:
    span = _of(_build(_left(_IN_FIRST)), _RUSSIA)
    assert (span.origin, span.by, span.suggested_by) == ("suggested", "names", "names")
    assert span.annotators == ("annotator-1",)


def test_a_changed_span_says_who_changed_it_and_who_had_suggested_it() -> None:
    changed = _RUSSIA.model_copy(update={"label": "NORP", "by": "annotator-1", "score": None})
    span = _of(_build(_left([changed])), _RUSSIA)
    assert (span.label, span.origin, span.by) == ("NORP", "changed", "annotator-1")
    assert (span.suggested_by, span.annotators) == ("names", ("annotator-1",))


def test_an_added_span_is_manual_and_was_suggested_by_nobody() -> None:
    added = making.span(_ARTICLE, "mayor", "PERSON", by="annotator-1", score=None)
    span = _of(_build(_left([*_IN_FIRST, added])), added)
    assert (span.origin, span.by, span.suggested_by) == ("manual", "annotator-1", None)


def test_a_relation_that_a_person_deleted_does_not_come_back() -> None:
    assert _build(_left(_IN_FIRST, relations=[])).relations == ()


def test_a_relation_that_a_person_drew_stands() -> None:
    bare = making.suggestion(_ARTICLE, *_SUGGESTED.spans)
    drawn = making.correction(bare, _IN_FIRST, relations=[_SAID_IT], window=_FIRST)
    assert _build(drawn, suggested=bare).relations == (_SAID_IT,)


def test_a_relation_between_two_windows_outlives_work_on_one_that_keeps_its_end() -> None:
    said_no = making.link(_NO, "attributed_to", _MAYOR)
    suggested = _SUGGESTED.model_copy(update={"relations": (_SAID_IT, said_no)})
    assert said_no in _build(_left(_IN_FIRST), suggested=suggested).relations
    assert said_no not in _build(_left([_CLAIM]), suggested=suggested).relations


def test_a_relation_between_two_windows_goes_when_its_end_becomes_something_else() -> None:
    said_no = making.link(_NO, "attributed_to", _MAYOR)
    suggested = _SUGGESTED.model_copy(update={"relations": (said_no,)})
    cue = _MAYOR.model_copy(update={"label": "CUE"})
    assert _build(_left([cue]), suggested=suggested).relations == ()


def test_two_people_who_mark_the_same_agree_and_both_are_named() -> None:
    built = _build(_left(_IN_FIRST), _left(_IN_FIRST, by="annotator-2", minute=1))
    assert _statuses(built)[:2] == [("agreed", "agreed")] * 2
    assert built.status[0].annotators == ("annotator-1", "annotator-2")
    assert _of(built, _KIM).annotators == ("annotator-1", "annotator-2")


@pytest.mark.parametrize("minute", [-1, 1])
def test_nobodys_word_is_chosen_where_people_differ_and_all_else_is_agreed(minute: int) -> None:
    without_kim = [_RUSSIA, _CLAIM, _MAYOR]
    built = _build(_left(_IN_FIRST), _left(without_kim, by="annotator-2", minute=minute))
    assert _statuses(built)[:2] == [("disputed", "agreed"), ("agreed", "agreed")]
    assert _KIM.id not in {s.id for s in built.spans}
    assert _of(built, _RUSSIA).annotators == ("annotator-1", "annotator-2")


@pytest.mark.parametrize("minute", [-1, 1])
def test_a_relation_that_not_all_draw_is_disputed_whoever_came_later(minute: int) -> None:
    other = _left(_IN_FIRST, by="annotator-2", relations=[], minute=minute)
    built = _build(_left(_IN_FIRST), other)
    assert _statuses(built)[1] == ("agreed", "disputed")
    assert built.relations == ()


def test_two_of_three_do_not_overrule_the_third() -> None:
    work = [_left(_IN_FIRST, by=f"annotator-{n}", minute=n) for n in (1, 2)]
    built = _build(*work, _left([_RUSSIA, _CLAIM, _MAYOR], by="annotator-3", minute=3))
    assert _statuses(built)[0] == ("disputed", "agreed")


def test_a_dispute_is_over_when_the_later_one_comes_round() -> None:
    apart = _left([_RUSSIA, _CLAIM, _MAYOR], by="annotator-2", minute=1)
    again = _left(_IN_FIRST, by="annotator-2", revision=2, minute=2)
    assert _statuses(_build(_left(_IN_FIRST), apart, again))[0] == ("agreed", "agreed")


def test_spans_with_other_attributes_are_disputed() -> None:
    named = _CLAIM.model_copy(update={"attributes": {"check_worthy": "yes"}})
    other = [named if span.id == _CLAIM.id else span for span in _IN_FIRST]
    built = _build(_left(_IN_FIRST), _left(other, by="annotator-2", minute=1))
    assert "disputed" in {status.claim for status in built.status}


def test_one_persons_two_revisions_are_no_agreement_and_the_last_stands() -> None:
    built = _build(_left([_RUSSIA], revision=2, minute=1), _left(_IN_FIRST))
    assert _statuses(built)[0] == ("single", "single")
    assert {s.id for s in built.spans} == {_RUSSIA.id, _ANNA.id, _NO.id}


def test_the_tenth_revision_is_later_than_the_ninth() -> None:
    work = [_left([_RUSSIA] if n == 10 else [], revision=n, minute=n) for n in range(1, 11)]
    assert [c.revision for c in latest(reversed(work))] == [10]


def test_a_skipped_task_counts_as_nobodys_work() -> None:
    built = _build(_left([], skipped=True))
    assert _statuses(built) == [("machine", "machine")] * 3
    assert {s.id for s in built.spans} == {s.id for s in _SUGGESTED.spans}


def test_a_task_that_was_submitted_and_then_skipped_is_machine_again() -> None:
    built = _build(_left(_IN_FIRST), _left([], skipped=True, revision=2, minute=1))
    assert _statuses(built)[0] == ("machine", "machine")


def test_withdrawn_work_counts_as_nobodys_work() -> None:
    bare = _left([], revision=2, minute=1).model_copy(update={"state": "withdrawn", "changes": ()})
    built = _build(_left([_RUSSIA]), bare)
    assert _statuses(built) == [("machine", "machine")] * 3
    assert {s.id for s in built.spans} == {s.id for s in _SUGGESTED.spans}


def test_of_one_persons_revisions_the_latest_in_time_stands() -> None:
    work = [_left([_RUSSIA], minute=5), _left([_KIM], revision=2, minute=1)]
    assert [c.revision for c in standing(work)] == [1]


def test_later_work_on_one_layer_leaves_the_other_as_it_was() -> None:
    later = _left([_KIM], by="annotator-2", layers=("entity",), relations=[], minute=1)
    built = _build(_left([_RUSSIA, _KIM, _MAYOR]), later)
    assert {s.id for s in built.spans} == {_KIM.id, _MAYOR.id, _ANNA.id, _NO.id}


def test_work_on_two_windows_stands_side_by_side() -> None:
    other = making.correction(_SUGGESTED, [_ANNA], by="annotator-2", window=_SECOND)
    built = _build(_left([_KIM]), other)
    assert {s.id for s in built.spans} == {_KIM.id, _ANNA.id}
    assert [s.annotators for s in built.status] == [("annotator-1",)] * 2 + [("annotator-2",)]


def test_work_that_started_from_an_older_suggestion_replaces_the_new_one_in_its_scope() -> None:
    newer = making.suggestion(_ARTICLE, making.span(_ARTICLE, "hired Kim", "PERSON"), _ANNA)
    built = _build(_left(_IN_FIRST), suggested=newer)
    assert {s.id for s in built.spans} == {s.id for s in (*_IN_FIRST, _ANNA)}


def test_gold_does_not_depend_on_the_order_of_corrections() -> None:
    work = [
        _left(_IN_FIRST),
        _left([_RUSSIA], by="annotator-2", minute=1),
        making.correction(_SUGGESTED, [], by="annotator-3", window=_SECOND),
    ]
    assert _build(*work) == _build(*reversed(work))


_LABELS = ("GPE", "PERSON", "CLAIM", "SOURCE")


@st.composite
def _some_spans(draw: st.DrawFn, start: int, end: int) -> list[Span]:
    """Return spans in a stretch of the article, no two of them alike."""
    found = {}
    for _ in range(draw(st.integers(0, 5))):
        first = draw(st.integers(start, end - 1))
        bounds = making.trimmed(_ARTICLE, first, draw(st.integers(first + 1, end)))
        if bounds[0] < bounds[1]:
            span = making.at(_ARTICLE, *bounds, draw(st.sampled_from(_LABELS)))
            found[span.id] = span
    return list(found.values())


@st.composite
def _links(draw: st.DrawFn, spans: list[Span]) -> list[Any]:
    pairs = [(c, s) for c in spans for s in spans if (c.label, s.label) == ("CLAIM", "SOURCE")]
    return [making.link(c, "attributed_to", s) for c, s in pairs if draw(st.booleans())]


@st.composite
def _work(draw: st.DrawFn) -> tuple[Suggestion, list[Correction]]:
    spans = draw(_some_spans(0, len(_ARTICLE.text)))
    suggested = making.suggestion(_ARTICLE, *spans, relations=draw(_links(spans)))
    work: list[Correction] = []
    for window in draw(st.lists(st.sampled_from([_FIRST, _SECOND]), max_size=4)):
        layers: tuple[Layer, ...] = draw(
            st.sampled_from([("entity", "claim"), ("entity",), ("claim",)])
        )
        shown = [s for s in spans if window[0] <= s.start and s.end <= window[1]]
        kept = [s for s in shown if draw(st.booleans())]
        left = {s.id: s for s in (*kept, *draw(_some_spans(*window))) if s.layer in layers}
        marks = list(left.values())
        number = len(work) + 1
        correction = making.correction(
            suggested,
            marks,
            relations=draw(_links(marks)),
            by=draw(st.sampled_from(["annotator-1", "annotator-2"])),
            window=window,
            layers=layers,
            revision=number,
            minute=draw(st.integers(0, 3)),
        )
        work.append(correction)
    return suggested, work


@given(_work())
def test_gold_of_any_work_holds_and_reads_its_article(
    work: tuple[Suggestion, list[Correction]],
) -> None:
    suggested, corrections = work
    built = _build(*corrections, suggested=suggested)
    for bounds, status in zip(_ARTICLE.sentences, built.status, strict=True):
        for layer, reached in (("entity", status.entity), ("claim", status.claim)):
            people = {
                c.producer.name
                for c in latest(corrections)
                if layer in c.scope.layers and c.scope.start <= bounds.start < c.scope.end
            }
            unseen = making.holds_unseen(built, layer, bounds)
            if reached != "disputed":
                assert (reached == "machine") == (unseen or not people)
            assert reached != "agreed" or len(people) > 1
            assert unseen or people <= set(status.annotators)
    for span in built.spans:
        assert (span.origin == "manual") == (span.suggested_by is None)
        assert span.origin == "suggested" or span.annotators
