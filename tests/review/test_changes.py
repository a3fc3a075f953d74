"""What an annotator did to a suggestion: ids that are inherited, and changes named right."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from builder import corrections
from builder.records import Span, check_relations
from tests import making

_ARTICLE = making.article(
    "The Bank of England said on Monday that prices rose by 3 per cent.",
    "Mr Jones of the Bank said nothing.",
)
_BANK = making.span(_ARTICLE, "Bank of England", "ORG")
_MONDAY = making.span(_ARTICLE, "Monday", "DATE")
_CLAIM = making.span(_ARTICLE, "prices rose by 3 per cent", "CLAIM", quote_type="indirect")
_SOURCE = making.span(_ARTICLE, "The Bank of England", "SOURCE")
_SUGGESTED = [_BANK, _MONDAY, _CLAIM, _SOURCE]


def _by_hand(words: str, label: str, key: str = "f" * 16, **more: Any) -> Span:
    return making.span(_ARTICLE, words, label, by="annotator-1", score=None, key=key, **more)


def _actions(corrected: list[Span]) -> dict[str, str]:
    found = corrections.compare(_SUGGESTED, corrected)
    return {(c.before or c.after).text: c.action for c in found}  # type: ignore[union-attr]


def _mended(*new: Span, without: Span) -> list[Span]:
    left = [s for s in _SUGGESTED if s is not without]
    return corrections.inherit(_SUGGESTED, [*left, *new], [])[0]


def test_what_was_left_alone_is_no_change() -> None:
    spans, _ = corrections.inherit(_SUGGESTED, _SUGGESTED, [])
    assert spans == _SUGGESTED
    assert corrections.compare(_SUGGESTED, spans) == []


def test_a_relabelled_span_keeps_its_id() -> None:
    spans = _mended(_by_hand("Bank of England", "FAC", key=_BANK.id), without=_BANK)
    assert spans[-1].id == _BANK.id
    assert _actions(spans) == {"Bank of England": "relabelled"}


def test_a_span_redrawn_with_another_boundary_is_moved_and_inherits_the_id() -> None:
    spans = _mended(_by_hand("The Bank of England", "ORG"), without=_BANK)
    assert spans[-1].id == _BANK.id
    assert _actions(spans) == {"Bank of England": "moved"}


def test_a_span_redrawn_as_it_was_keeps_its_maker_and_is_no_change() -> None:
    spans = _mended(_by_hand("Bank of England", "ORG"), without=_BANK)
    assert spans[-1] == _BANK
    assert _actions(spans) == {}


def test_a_span_redrawn_elsewhere_is_a_removal_and_an_addition() -> None:
    spans = _mended(_by_hand("Mr Jones", "PERSON"), without=_BANK)
    assert _actions(spans) == {"Bank of England": "removed", "Mr Jones": "added"}


def test_neighbours_that_only_touch_do_not_inherit() -> None:
    percent = making.span(_ARTICLE, "3 per cent", "PERCENT")
    spans, _ = corrections.inherit([percent], [_by_hand(".", "PERCENT")], [])
    assert spans[0].id == "f" * 16


def test_a_span_of_another_layer_does_not_inherit() -> None:
    spans = _mended(_by_hand("Bank of England", "SOURCE"), without=_BANK)
    assert spans[-1].id == "f" * 16


def test_a_span_inherits_from_the_one_it_shares_most_text_with() -> None:
    whole = _by_hand("The Bank of England said on Monday", "EVENT")
    spans, _ = corrections.inherit([_BANK, _MONDAY], [whole], [])
    assert spans[0].id == _BANK.id


def test_a_longer_span_drawn_around_does_not_take_the_id_of_the_one_that_was_mended() -> None:
    around = _by_hand("The Bank of England said on Monday", "CLAIM", key="e" * 16)
    mended = _by_hand("Bank of England", "SOURCE")
    for new in ([around, mended], [mended, around]):
        spans = {s.label: s.id for s in corrections.inherit([_SOURCE], new, [])[0]}
        assert spans == {"CLAIM": "e" * 16, "SOURCE": _SOURCE.id}


def test_of_two_nested_deleted_spans_the_redrawn_one_inherits_from_its_like() -> None:
    long, short = making.span(_ARTICLE, "The Bank of England", "ORG"), _BANK
    for suggested in ([long, short], [short, long]):
        spans, _ = corrections.inherit(suggested, [_by_hand("Bank of England", "ORG")], [])
        assert spans == [short]


def test_one_deleted_span_gives_its_id_to_one_new_span_only() -> None:
    spans = _mended(
        _by_hand("Bank", "ORG", key="e" * 16), _by_hand("England", "GPE"), without=_BANK
    )
    assert [s.id for s in spans[-2:]] == [_BANK.id, "f" * 16]
    assert _actions(spans) == {"Bank of England": "moved", "England": "added"}


def test_a_changed_attribute_alone_is_called_so() -> None:
    corrected = _CLAIM.model_copy(update={"attributes": {"quote_type": "mixed"}})
    assert _actions([_BANK, _MONDAY, corrected, _SOURCE]) == {_CLAIM.text: "attributes"}


def test_a_span_is_removed_or_added_when_only_one_side_has_it() -> None:
    new = _by_hand("Mr Jones", "PERSON")
    assert _actions([_BANK, _MONDAY, _CLAIM, new]) == {_SOURCE.text: "removed", new.text: "added"}


def test_the_maker_and_the_score_of_a_span_are_no_change() -> None:
    other = _BANK.model_copy(update={"by": "somebody", "score": 0.1})
    assert corrections.compare([_BANK], [other]) == []


def test_relations_follow_spans_that_inherit_an_id() -> None:
    redrawn = _by_hand("prices rose", "CLAIM")
    relation = making.link(redrawn, "attributed_to", _SOURCE)
    _, relations = corrections.inherit(_SUGGESTED, [_SOURCE, redrawn], [relation])
    assert relations == [making.link(_CLAIM, "attributed_to", _SOURCE)]


_BOUNDS = st.tuples(st.integers(0, 60), st.integers(1, 20))
_LABELS = st.sampled_from(["ORG", "PERSON", "CLAIM", "SOURCE"])


@st.composite
def _spans(draw: st.DrawFn, prefix: str) -> list[Span]:
    spans = []
    for number, ((start, length), label) in enumerate(
        draw(st.lists(st.tuples(_BOUNDS, _LABELS), max_size=8))
    ):
        start, end = making.trimmed(_ARTICLE, start, start + length)
        if start < end:
            spans.append(making.at(_ARTICLE, start, end, label, key=f"{prefix}{number:015x}"))
    return spans


@given(_spans("a"), _spans("b"), st.data())
def test_ids_stay_unique_and_changes_lead_from_one_side_to_the_other(
    suggested: list[Span], drawn: list[Span], data: st.DataObject
) -> None:
    kept = [s for s in suggested if data.draw(st.booleans())]
    corrected = data.draw(st.permutations([*kept, *drawn]))
    claims = [s for s in corrected if s.label == "CLAIM"]
    sources = [s for s in corrected if s.label == "SOURCE"]
    links = [making.link(c, "attributed_to", s) for c in claims for s in sources]

    spans, relations = corrections.inherit(suggested, corrected, links)

    assert len({s.id for s in spans}) == len(spans)
    assert [s.content() for s in spans] == [s.content() for s in corrected]
    check_relations({s.id: s.label for s in spans}, relations)
    content = {s.id: s.content() for s in spans}
    assert [(content[r.head], content[r.tail]) for r in relations] == [
        (c.content(), s.content()) for c in claims for s in sources
    ]
    state = {s.id: s.content() for s in suggested}
    for change in corrections.compare(suggested, spans):
        if change.before is not None:
            assert state.pop(change.before.id) == change.before.content()
        if change.after is not None:
            state[change.after.id] = change.after.content()
    assert state == content
