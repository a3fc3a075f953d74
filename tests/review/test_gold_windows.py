"""Gold of windows that overlap: cut otherwise on two servers, or brought together by a merge."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import labels
from builder.records import (
    Annotation,
    Correction,
    Gold,
    GoldSpan,
    Layer,
    Span,
    Suggestion,
)
from builder.review import gold
from builder.text import paragraph_bounds
from tests import making

_ARTICLE = making.article(
    "Russia hired Kim. He left.", "“We win,” he said.", "“They lost,” said Kim.", "Russia won."
)
_PARAGRAPHS = paragraph_bounds(_ARTICLE.text)
_KIM = making.span(_ARTICLE, "Kim", "PERSON")
_LATER_KIM = making.span(_ARTICLE, "Kim", "PERSON", nth=1)
_SAYS = making.span(_ARTICLE, "“They lost,”", "CLAIM")
_HE = making.span(_ARTICLE, "he", "SOURCE")
_LATER_SOURCE = making.span(_ARTICLE, "Kim", "SOURCE", nth=1)
_ACROSS = making.span(_ARTICLE, "“We win,” he said.\n\n“They lost,”", "CLAIM")
_SUGGESTED = making.suggestion(_ARTICLE, _KIM, _LATER_KIM)


def _window(first: int, last: int) -> tuple[int, int]:
    return _PARAGRAPHS[first][0], _PARAGRAPHS[last][1]


def _build(*work: Correction, suggested: Suggestion = _SUGGESTED) -> Gold:
    built = gold.build(_ARTICLE, suggested, work, labels.default())
    making.check_spans(_ARTICLE, built.spans)
    return built


def _left(first: int, last: int, *spans: Span, **more: Any) -> Correction:
    return making.correction(_SUGGESTED, spans, window=_window(first, last), **more)


def _words(built: Gold) -> list[tuple[str, str]]:
    return [(s.text, s.label) for s in built.spans]


def test_where_windows_overlap_the_latest_work_stands_and_no_span_stands_twice() -> None:
    earlier = _left(0, 2, _KIM, _LATER_KIM)
    later = _left(2, 3, _LATER_KIM, by="annotator-2", minute=1)
    assert _words(_build(earlier, later)) == [("Kim", "PERSON")] * 2
    emptied = _left(2, 3, by="annotator-2", minute=1)
    assert _words(_build(earlier, emptied)) == [("Kim", "PERSON")]
    assert _build(earlier, emptied).spans[0].start == _KIM.start


def test_two_windows_of_one_person_are_no_agreement() -> None:
    work = [_left(0, 2, _KIM), _left(0, 3, _KIM, minute=1)]
    assert {(s.entity, s.annotators) for s in _build(*work).status} == {
        ("single", ("annotator-1",))
    }


def test_people_agree_where_their_windows_overlap_and_nowhere_else() -> None:
    work = [_left(0, 1, _KIM), _left(0, 3, _KIM, by="annotator-2", minute=1)]
    built = _build(*work)
    assert [s.entity for s in built.status] == ["agreed"] * 3 + ["single"] * 2
    assert built.spans[0].annotators == ("annotator-1", "annotator-2")


def test_work_on_a_span_that_later_windows_cut_stands_unless_they_mark_its_words_anew() -> None:
    whole = _left(0, 3, _ACROSS)
    assert _words(_build(whole, _left(2, 3, by="annotator-2", minute=1)))[0][1] == "CLAIM"
    anew = _left(2, 3, _SAYS, by="annotator-2", minute=1)
    built = _build(whole, anew)
    assert _words(built) == [], "of two who differ none is chosen"
    crossed = [s.claim == "disputed" for s in built.status]
    assert crossed == [_ACROSS.start < b.end and b.start < _ACROSS.end for b in _ARTICLE.sentences]
    mine = _build(whole, _left(2, 3, _SAYS, minute=1))
    assert _words(mine) == [("“They lost,”", "CLAIM")], "of one person the latest counts"
    other = _left(2, 3, _LATER_SOURCE, minute=1)
    assert len(_build(whole, other).spans) == 2


def test_a_nested_span_that_both_left_does_not_speak_against_the_one_around_it() -> None:
    inner = making.span(_ARTICLE, "They lost", "CLAIM")
    whole = _left(0, 3, _ACROSS, inner)
    later = _left(2, 3, inner, by="annotator-2", minute=1)
    assert len(_build(whole, later).spans) == 2


def test_a_suggested_span_across_the_edge_of_windows_is_not_lost_as_nobody_was_shown_it() -> None:
    suggested = making.suggestion(_ARTICLE, _ACROSS, _KIM)
    looked = [
        making.correction(suggested, [_KIM], window=_window(0, 1)),
        making.correction(suggested, [], window=_window(2, 3), minute=1),
    ]
    built = _build(*looked, suggested=suggested)
    assert _words(built) == [("Kim", "PERSON"), (_ACROSS.text, "CLAIM")]
    claims = [status.claim for status in built.status]
    assert claims == ["single", "single", "machine", "machine", "single"]
    assert {status.entity for status in built.status} == {"single"}


def test_a_suggested_span_across_windows_goes_when_somebody_marks_its_words_anew() -> None:
    suggested = making.suggestion(_ARTICLE, _ACROSS)
    begun = making.span(_ARTICLE, "“We win,”", "CLAIM")
    looked = making.correction(suggested, [begun], window=_window(0, 1))
    assert _words(_build(looked, suggested=suggested)) == [("“We win,”", "CLAIM")]


def test_a_span_that_two_windows_moved_stands_once_as_the_latest_left_it() -> None:
    moved = making.span(_ARTICLE, "hired Kim", "PERSON", key=_LATER_KIM.id)
    built = _build(_left(0, 2, moved), _left(2, 3, _LATER_KIM, minute=1))
    assert _words(built) == [("Kim", "PERSON")]


@pytest.mark.parametrize("kept", [True, False])
def test_a_relation_stands_as_the_latest_left_it_who_saw_both_ends(kept: bool) -> None:
    drawn = making.link(_SAYS, "attributed_to", _HE)
    whole = _left(0, 3, _SAYS, _HE, relations=[drawn])
    later = _left(2, 3, _SAYS, by="annotator-2", minute=1)
    assert _build(whole, later).relations == (drawn,), "the later one did not see he"
    both = _left(1, 2, _SAYS, _HE, relations=[drawn][:kept], by="annotator-2", minute=2)
    assert _build(whole, later, both).relations == (drawn,) * kept


# --- any work -------------------------------------------------------------------------------

_LABELS = ("GPE", "PERSON", "CLAIM", "SOURCE")
_LAYERS: tuple[tuple[Layer, ...], ...] = (("entity", "claim"), ("entity",), ("claim",))


@st.composite
def _marks(draw: st.DrawFn, start: int, end: int, known: list[Span]) -> list[Span]:
    """Return spans in a stretch, no two of them alike; some bear the id of a known one."""
    found: dict[tuple[int, int, str], Span] = {}
    free = [span.id for span in known]
    for _ in range(draw(st.integers(0, 4))):
        first = draw(st.integers(start, end - 1))
        bounds = making.trimmed(_ARTICLE, first, draw(st.integers(first + 1, end)))
        label = draw(st.sampled_from(_LABELS))
        if bounds[0] < bounds[1]:
            span = making.at(_ARTICLE, *bounds, label)
            inherits = draw(st.booleans())
            if free and inherits:
                span = span.model_copy(update={"id": free.pop()})
            if span.id not in {s.id for s in found.values()}:
                found.setdefault((*bounds, label), span)
    return list(found.values())


@st.composite
def _links(draw: st.DrawFn, spans: list[Span]) -> list[Any]:
    pairs = [(c, s) for c in spans for s in spans if (c.label, s.label) == ("CLAIM", "SOURCE")]
    return [making.link(c, "attributed_to", s) for c, s in pairs if draw(st.booleans())]


@st.composite
def _work(draw: st.DrawFn) -> tuple[Suggestion, list[Correction]]:
    spans = draw(_marks(0, len(_ARTICLE.text), []))
    suggested = making.suggestion(_ARTICLE, *spans, relations=draw(_links(spans)))
    work: dict[str, Correction] = {}
    for minute in range(draw(st.integers(0, 5))):
        first = draw(st.integers(0, 3))
        window = _window(first, draw(st.integers(first, 3)))
        layers = draw(st.sampled_from(_LAYERS))
        shown = [s for s in spans if window[0] <= s.start and s.end <= window[1]]
        skipped = draw(st.integers(0, 5)) == 0
        drawn = [] if skipped else draw(_marks(*window, shown))
        left = [s for s in drawn if s.layer in layers]
        correction = making.correction(
            suggested,
            left,
            relations=draw(_links(left)),
            by=draw(st.sampled_from(["annotator-1", "annotator-2", "annotator-3"])),
            window=window,
            layers=layers,
            revision=draw(st.integers(1, 3)),
            skipped=skipped,
            minute=minute,
        )
        work[correction.key] = correction
    return suggested, sorted(work.values(), key=lambda c: c.updated)


def _in_force(work: list[Correction]) -> list[Correction]:
    """Return each person's latest word on each task, written apart from the code under test."""
    last = {
        identity: max((c for c in work if (c.task, c.producer.name) == identity),
                      key=lambda c: c.updated)
        for identity in {(c.task, c.producer.name) for c in work}
    }  # fmt: skip
    return sorted((c for c in last.values() if c.state == "submitted"), key=lambda c: c.updated)


def _within(correction: Correction, layer: Layer, start: int, end: int) -> bool:
    stretch = range(correction.scope.start, correction.scope.end + 1)
    return layer in correction.scope.layers and start in stretch and end in stretch


@given(_work())
def test_gold_of_any_windows_is_what_each_person_left_last_and_nobody_speaks_against(
    made: tuple[Suggestion, list[Correction]],
) -> None:
    suggested, work = made
    built = _build(*work, suggested=suggested)
    assert built == _build(*reversed(work), suggested=suggested)
    assert Gold.model_validate_json(built.model_dump_json()) == built
    contents = [str(s.content()) for s in built.spans]
    assert len(set(contents)) == len(contents), "a span stands twice"
    force = _in_force(work)
    for span in built.spans:
        saw = [c for c in force if _within(c, span.layer, span.start, span.end)]
        for person in {c.producer.name for c in saw}:
            last = [c for c in saw if c.producer.name == person][-1]
            assert any(s.same_as(span) for s in last.spans), "somebody does not mark it"
        if saw:
            people = {c.producer.name for c in saw}
            assert span.annotators and set(span.annotators) <= people
        _check_sentences(built, span)
    _check_status(built, force)
    _check_nothing_is_lost(built, suggested, force)
    for relation in built.relations:
        ends = [next(s for s in built.spans if s.id == i) for i in (relation.head, relation.tail)]
        saw = [c for c in force if all(_within(c, "claim", s.start, s.end) for s in ends)]
        voices: list[Annotation] = [saw[-1]] if saw else [suggested, *force]
        assert any(relation in voice.relations for voice in voices)


def _check_sentences(built: Gold, span: GoldSpan) -> None:
    """Check that a sentence with a machine's span in it is a machine's."""
    for bounds, status in zip(_ARTICLE.sentences, built.status, strict=True):
        if span.start < bounds.end and bounds.start < span.end and not span.annotators:
            assert getattr(status, span.layer) in ("machine", "disputed")


def _check_status(built: Gold, force: list[Correction]) -> None:
    for bounds, status in zip(_ARTICLE.sentences, built.status, strict=True):
        names = set()
        for layer in ("entity", "claim"):
            people = {c.producer.name for c in force if _within(c, layer, bounds.start, bounds.end)}
            if making.holds_unseen(built, layer, bounds):
                people = set()
            reached = getattr(status, layer)
            assert reached in ("machine", "disputed") if not people else reached != "machine"
            assert reached != "agreed" or len(people) > 1
            assert reached != "disputed" or len({c.producer.name for c in force}) > 1
            names |= people
        assert set(status.annotators) == names


def _check_nothing_is_lost(built: Gold, suggested: Suggestion, force: list[Correction]) -> None:
    """Check that what nobody looked at later stands, or was moved by later work."""
    ids = {s.id for s in built.spans}
    voices: list[Annotation] = [suggested, *force]
    for number, voice in enumerate(voices):
        for span in voice.spans:
            later = [c for c in force[number:] if span.layer in c.scope.layers]
            if all(span.end <= c.scope.start or c.scope.end <= span.start for c in later):
                stands = any(s.same_as(span) for s in built.spans)
                moved = any(s.id == span.id for c in force[number:] for s in c.spans)
                assert stands or moved or _in_dispute(built, span)
                assert span.id in ids or not stands


def _in_dispute(built: Gold, span: Span) -> bool:
    inside = [span.start < b.end and b.start < span.end for b in _ARTICLE.sentences]
    reached = [getattr(status, span.layer) for status in built.status]
    return all(s == "disputed" for s, here in zip(reached, inside, strict=True) if here)
