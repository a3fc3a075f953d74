"""Spans to Label Studio and back: nothing shifts, nothing gets lost, nothing is guessed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import labels
from builder.records import Article, Bounds, Layer, Metadata, Relation, Span, Task
from builder.studio import convert
from builder.studio.convert import Parsed, Shown
from builder.tasks.windows import tasks_of
from builder.text import TextError, article_id, check_span, join_paragraphs, paragraph_bounds
from tests import making

_ARTICLE = making.article(
    "📰 Russia has hired Kim.", "“It was  wrong,” said Anna Kovač of the 👩🏽‍🚀 club. She left."
)
_WINDOW = paragraph_bounds(_ARTICLE.text)[1]
_CLAIM = making.span(_ARTICLE, "“It was wrong,”", "CLAIM", quote_type="direct", check_worthy="no")
_ANNA = making.span(_ARTICLE, "Anna Kovač", "PERSON", score=0.25)
_SOURCE = making.span(_ARTICLE, "Anna Kovač", "SOURCE", source_type="named")
_SAID = making.span(_ARTICLE, "said", "CUE", score=None)
_BY_HER = making.link(_CLAIM, "attributed_to", _SOURCE)
_SUGGESTED = making.suggestion(_ARTICLE, _CLAIM, _ANNA, _SOURCE, _SAID, relations=[_BY_HER])
_TEXT = _ARTICLE.text[slice(*_WINDOW)]
_SHOWN = Shown(_ARTICLE.id, _TEXT, _WINDOW[0], {(s.layer, s.id): s for s in _SUGGESTED.spans})


def _task() -> Task:
    return next(t for t in tasks_of(_ARTICLE, _SUGGESTED, [_WINDOW]) if t.start == _WINDOW[0])


def _result() -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = convert.to_prediction(_task())["result"]
    return result


def _region(words: str, label: str, key: str = "TrcTNSaHC0", **more: Any) -> dict[str, Any]:
    start = _TEXT.index(words)
    layer = "entity" if label in labels.default().names("entity") else "claim"
    value = {"start": start, "end": start + len(words), "text": words, "labels": [label], **more}
    return {"id": key, "from_name": layer, "to_name": "text", "type": "labels", "value": value}


def _choice(key: str, name: str, *choices: str) -> dict[str, Any]:
    value = {"start": 0, "end": 1, "text": "x", "choices": list(choices)}
    return {"id": key, "from_name": name, "to_name": "text", "type": "choices", "value": value}


def _relation(head: str, tail: str, *names: str, direction: str = "right") -> dict[str, Any]:
    named = {"labels": list(names)} if names else {}
    return {"type": "relation", "from_id": head, "to_id": tail, "direction": direction, **named}


def _read(*regions: Any, suggested: bool = False) -> Parsed:
    result = [*(_result() if suggested else ()), *regions]
    parsed = convert.from_result(result, _SHOWN, "annotator-1", labels.default())
    for span in parsed.spans:
        check_span(_ARTICLE.text, span.start, span.end, span.text)
    return parsed


def _marks(parsed: Parsed) -> list[tuple[str, str]]:
    return [(s.label, s.text) for s in parsed.spans]


# --- there and back -------------------------------------------------------------------------


def test_offsets_sent_count_from_the_start_of_the_window() -> None:
    for region in _result():
        if region["type"] == "labels":
            value = region["value"]
            assert _TEXT[value["start"] : value["end"]] == value["text"]


def test_a_suggestion_that_was_not_touched_comes_back_exactly() -> None:
    parsed = _read(suggested=True)
    assert parsed.spans == list(_SUGGESTED.spans)
    assert parsed.relations == [_BY_HER]
    assert (parsed.problems, parsed.flags) == ([], [])


def test_the_suggestion_can_be_read_from_its_prediction_alone() -> None:
    found = convert.suggested(_result(), _SHOWN, labels.default())
    assert found == ([*_SUGGESTED.spans], [_BY_HER])


def test_a_span_that_does_not_read_its_text_is_never_sent() -> None:
    task = _task()
    wrong = _ANNA.model_copy(update={"start": _ANNA.start + 1, "end": _ANNA.end + 1})
    shifted = task.suggestion.model_copy(update={"spans": (wrong,), "relations": ()})
    with pytest.raises(TextError):
        convert.to_prediction(task.model_copy(update={"suggestion": shifted}))


def test_the_producer_can_be_read_from_the_model_version() -> None:
    version = convert.model_version(making.RULES)
    assert convert.parse_model_version(version) == making.RULES


def test_the_task_key_can_be_taken_apart() -> None:
    assert convert.parse_key(_task().key) == (_ARTICLE.id, *_WINDOW)


# Grapheme clusters of several code points, both writing directions, and plain words.
_LETTERS = ["👩🏽\u200d🚀", "🇭🇷", "é", "e\u0301x", "שלום", "مرحبا", "\u200f", "a", "B.", "“"]
_MARKUP = ["<b>", "&amp;", "\\n"]
_SPACES = [" ", " ", " ", "\n\n"]
_PIECES = st.sampled_from([*_LETTERS, *_MARKUP, *_SPACES])
_LABELS = st.sampled_from([label.name for layer in labels.default().layers
                           for label in labels.default().active(layer)])  # fmt: skip


def _attributes(draw: st.DrawFn, label: str) -> dict[str, str]:
    allowed = labels.default().attributes_of(label)
    return {n: draw(st.sampled_from(v)) for n, v in allowed.items() if draw(st.booleans())}


@st.composite
def _tasks(draw: st.DrawFn) -> tuple[Article, Task]:
    text = join_paragraphs("".join(draw(st.lists(_PIECES, min_size=1))).split("\n\n"))
    text = text or "x"
    article = Article(
        id=article_id(text),
        text=text,
        sentences=tuple(Bounds(start=a, end=b) for a, b in paragraph_bounds(text)),
        seeds=(),
        metadata=Metadata(),
    )
    spans: dict[str, Span] = {}
    for _ in range(draw(st.integers(0, 6))):
        first = draw(st.integers(0, len(text) - 1))
        start, end = making.trimmed(article, first, draw(st.integers(first + 1, len(text))))
        label = draw(_LABELS)
        if start < end:
            attributes = _attributes(draw, label)
            score = draw(st.none() | st.floats(0, 1))
            span = making.at(article, start, end, label, score=score, attributes=attributes)
            # The same stretch in the other layer as well.
            twin = "ORG" if span.layer == "claim" else "SOURCE"
            spans |= {s.id: s for s in (span, making.at(article, start, end, twin, by="twin"))}
    kinds = labels.default().relations
    relations = dict.fromkeys(
        Relation(label=kind.name, head=head.id, tail=tail.id)
        for head in spans.values()
        for tail in spans.values()
        for kind in kinds
        if (head.label, tail.label) == (kind.head, kind.tail) and head is not tail
    )
    kept = [r for r in relations if draw(st.booleans())]
    suggestion = making.suggestion(article, *spans.values(), relations=kept)
    windows = paragraph_bounds(text) if draw(st.booleans()) else [(0, len(text))]
    return article, draw(st.sampled_from(tasks_of(article, suggestion, windows)))


@given(_tasks())
def test_any_suggestion_comes_back_exactly(made: tuple[Article, Task]) -> None:
    article, task = made
    prediction = convert.to_prediction(task)
    back, links = convert.suggested(
        prediction["result"], Shown(article.id, task.text, task.start, {}), labels.default()
    )
    assert (back, links) == ([*task.suggestion.spans], [*task.suggestion.relations])
    shown = Shown(article.id, task.text, task.start, {(s.layer, s.id): s for s in back})
    parsed = convert.from_result(prediction["result"], shown, "annotator-1", labels.default())
    assert parsed.spans == list(task.suggestion.spans)
    assert parsed.relations == list(task.suggestion.relations)
    assert parsed.problems == []


@given(_tasks())
def test_spans_drawn_by_hand_come_back_with_new_ids(made: tuple[Article, Task]) -> None:
    article, task = made
    result = convert.to_prediction(task)["result"]
    shown = Shown(article.id, task.text, task.start, {})
    parsed = convert.from_result(result, shown, "annotator-1", labels.default())
    expected = task.suggestion
    assert [s.content() for s in parsed.spans] == [s.content() for s in expected.spans]
    assert {s.by for s in parsed.spans} <= {"annotator-1"}
    assert len({s.id for s in parsed.spans}) == len(parsed.spans)
    number = {s.id: i for i, s in enumerate(parsed.spans)}
    before = {s.id: i for i, s in enumerate(expected.spans)}
    assert [(r.label, number[r.head], number[r.tail]) for r in parsed.relations] == [
        (r.label, before[r.head], before[r.tail]) for r in expected.relations
    ]


# --- what annotators do ---------------------------------------------------------------------


def test_a_changed_span_is_the_annotators_and_keeps_its_id() -> None:
    result = _result()
    result[0]["value"]["labels"] = ["SOURCE"]
    parsed = convert.from_result(result, _SHOWN, "annotator-1", labels.default())
    changed = next(s for s in parsed.spans if s.id == _CLAIM.id)
    assert (changed.label, changed.by, changed.score) == ("SOURCE", "annotator-1", None)
    assert changed.attributes == {}, "a SOURCE has no attributes of a CLAIM"


def test_an_attribute_set_by_hand_reaches_its_span() -> None:
    parsed = _read(_region("She", "SOURCE", key="new"), _choice("new", "source_type", "pronoun"))
    assert parsed.spans[0].attributes == {"source_type": "pronoun"}


def test_an_entity_that_got_a_claim_label_too_becomes_two_spans() -> None:
    both = _region("Anna Kovač", "SOURCE", key=_ANNA.id)
    parsed = _read(_region("Anna Kovač", "PERSON", key=_ANNA.id), both)
    assert _marks(parsed) == [("PERSON", "Anna Kovač"), ("SOURCE", "Anna Kovač")]
    assert parsed.spans[0] == _ANNA
    assert parsed.spans[1].id != _ANNA.id


def test_a_relation_to_a_region_with_two_layers_means_its_claim_span() -> None:
    claim = _region("“It was wrong,”", "CLAIM", key="c")
    both = [_region("club", label, key="x") for label in ("ORG", "SOURCE")]
    parsed = _read(claim, *both, _relation("c", "x", "attributed_to"))
    assert parsed.relations[0].tail == next(s.id for s in parsed.spans if s.label == "SOURCE")


def test_flags_of_the_task_are_read_once_each() -> None:
    parsed = _read(_choice("f", "flags", "bad_text"), _choice("g", "flags", "bad_text"))
    assert parsed.flags == ["bad_text"]


# --- repaired where certain -----------------------------------------------------------------


@pytest.mark.parametrize("text", ["something else", "", None, "It was\\nwrong"])
def test_the_servers_copy_of_the_text_is_never_trusted(text: str | None) -> None:
    parsed = _read(_region("Anna Kovač", "PERSON", text=text))
    assert _marks(parsed) == [("PERSON", "Anna Kovač")]


def test_white_space_at_the_edges_is_cut_off() -> None:
    parsed = _read(_region(" said ", "CUE"))
    assert _marks(parsed) == [("CUE", "said")]


@pytest.mark.parametrize("edges", [(-2, 0), (0, 2), (-2, 2)])
def test_line_ends_at_the_edges_are_cut_off(edges: tuple[int, int]) -> None:
    article = making.article("He left.", "Kim", "She stayed.")
    start = article.text.index("Kim")
    place = {"start": start + edges[0], "end": start + 3 + edges[1], "labels": ["PERSON"]}
    region = {"id": "a", "from_name": "entity", "type": "labels", "value": place}
    shown = Shown(article.id, article.text, 0, {})
    parsed = convert.from_result([region], shown, "annotator-1", labels.default())
    assert [(s.start, s.text) for s in parsed.spans] == [(start, "Kim")]
    assert parsed.problems == []


def test_a_region_drawn_twice_is_kept_once_and_said() -> None:
    parsed = _read(_region("club", "ORG", key="a"), _region("club", "ORG", key="b"))
    assert _marks(parsed) == [("ORG", "club")]
    assert (parsed.problems, [seen.kind for seen in parsed.noticed]) == ([], ["doubled"])


def test_one_region_with_a_label_of_each_layer_is_noticed_and_two_regions_are_not() -> None:
    both = _read(_region("club", "ORG", key="a"), _region("club", "SOURCE", key="a"))
    assert [seen.kind for seen in both.noticed] == ["two_labels"]
    assert _read(_region("club", "ORG", key="a"), _region("club", "SOURCE", key="b")).noticed == []


def test_relations_to_both_copies_of_a_region_lead_to_the_one_that_is_kept() -> None:
    regions = [_region("She", "SOURCE", key=key) for key in ("a", "b")]
    links = [_relation(_CLAIM.id, key, "attributed_to") for key in ("a", "b")]
    parsed = _read(*regions, *links, suggested=True)
    assert [r.tail for r in parsed.relations[1:]] == [parsed.spans[-1].id]


def test_a_relation_without_a_name_gets_the_only_one_that_fits() -> None:
    parsed = _read(_relation(_CLAIM.id, _SAID.id), suggested=True)
    assert making.link(_CLAIM, "introduced_by", _SAID) in parsed.relations


@pytest.mark.parametrize("names", [(), ("introduced_by",)])
def test_a_relation_drawn_the_wrong_way_round_is_turned(names: tuple[str, ...]) -> None:
    parsed = _read(_relation(_SAID.id, _CLAIM.id, *names), suggested=True)
    assert making.link(_CLAIM, "introduced_by", _SAID) in parsed.relations


def test_an_arrow_that_points_left_is_read_from_right_to_left() -> None:
    first = _region("It", "CLAIM", key="a")
    second = _region("wrong", "CLAIM", key="b")
    parsed = _read(first, second, _relation("a", "b", "continues", direction="left"))
    of = {s.text: s.id for s in parsed.spans}
    assert parsed.relations == [Relation(label="continues", head=of["wrong"], tail=of["It"])]


def test_a_relation_drawn_twice_is_kept_once() -> None:
    parsed = _read(_relation(_SOURCE.id, _CLAIM.id), suggested=True)
    assert parsed.relations == [_BY_HER]


# --- listed where not -----------------------------------------------------------------------

_END = len(_TEXT)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (_region("club", "ORG", end=_END + 1), "outside the text"),
        (_region("club", "ORG", start=-1), "outside the text"),
        (_region("club", "ORG", start=9, end=9), "outside the text"),
        (_region("club", "ORG", start=9, end=2), "outside the text"),
        (_region("club", "ORG", start=None), "outside the text"),
        (_region("club", "ORG", start="1"), "outside the text"),
        (_region("club", "ORG", start=1.5), "outside the text"),
        (_region("club", "ORG", start=9.0), "outside the text"),
        (_region("club", "ORG", start=float("nan")), "outside the text"),
        (_region("club", "ORG", start=False), "outside the text"),
        (_region("club", "ORG", end=None), "outside the text"),
        (_region("club", "ORG", end=10**30), "outside the text"),
        (_region("club", "ORG", start=-(10**30)), "outside the text"),
        (_region(" ", "ORG"), "nothing but white space"),
        (_region("club", "PLANET"), "not a label"),
        (_region("club", "ORG") | {"from_name": "claim"}, "not a label"),
        (_region("club", "ORG") | {"from_name": ["entity"]}, "not a label"),
        (_region("club", "ORG", labels=[]), "not a label"),
        (_region("club", "ORG", labels="ORG"), "not a label"),
        (_region("club", "ORG", labels=[{}]), "not a label"),
        (_region("club", "ORG", labels=["ORG", "GPE"]), "not a label"),
        ({"type": "labels", "from_name": "entity", "value": {}}, "without id"),
        ({"type": "labels", "from_name": "entity", "id": "a"}, "without value"),
        ({"type": "labels", "id": "a", "value": {}}, "without from_name"),
        ({"type": "labels", "id": "a", "from_name": "entity", "value": [1]}, "no object"),
        ({"type": "rating", "id": "a", "value": {}}, "not a region of this project"),
        ({}, "not a region of this project"),
        (None, "not a region of this project"),
        ("club", "not a region of this project"),
        (_choice(_CLAIM.id, "quote_type", "shouted"), "not a choice"),
        (_choice(_CLAIM.id, "mood", "sad"), "not a choice"),
        (_choice(_CLAIM.id, "quote_type", "direct", "mixed"), "not a choice"),
        (_choice("f", "flags", "boring"), "not a choice"),
        ({"type": "choices", "id": "a", "value": {}}, "without from_name"),
        ({"type": "choices", "from_name": "flags"}, "without value"),
        (_relation(_CLAIM.id, _ANNA.id, "attributed_to"), "no span of the claim layer"),
        (_relation(_CLAIM.id, "gone"), "no span of the claim layer"),
        (_relation(_CLAIM.id, _CLAIM.id, "continues"), "to itself"),
        (_relation(_CLAIM.id, _SAID.id, "attributed_to"), "cannot join"),
        (_relation(_CLAIM.id, _SAID.id, "about"), "cannot join"),
        (_relation(_SAID.id, _SOURCE.id), "cannot join"),
        ({"type": "relation", "from_id": _CLAIM.id}, "without to_id"),
    ],
)
def test_what_cannot_be_mended_is_said_and_takes_nothing_with_it(broken: Any, reason: str) -> None:
    result = [broken, *_result(), _choice("f", "flags", "bad_text")]
    for order in (result, [*result[1:], broken]):
        parsed = convert.from_result(order, _SHOWN, "annotator-1", labels.default())
        assert len(parsed.problems) == 1
        assert reason in parsed.problems[0]
        assert parsed.spans == list(_SUGGESTED.spans)
        assert parsed.relations == [_BY_HER]
        assert parsed.flags == ["bad_text"]


def test_a_relation_whose_end_was_broken_is_said_too() -> None:
    broken = _region("club", "SOURCE", key="x", end=_END + 1)
    parsed = _read(broken, _relation(_CLAIM.id, "x", "attributed_to"), suggested=True)
    assert len(parsed.problems) == 2
    assert parsed.relations == [_BY_HER]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.floats() | st.text(max_size=3)
    | st.sampled_from(["CLAIM", "SOURCE", "PERSON", "claim", "entity", "a", "b"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["start", "end", "labels", "choices"]), inner),
    max_leaves=8,
)  # fmt: skip
_KEYS = ["type", "id", "from_name", "value", "from_id", "to_id", "direction", "labels"]
_LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["labels", "choices", "relation"]),
    "from_name": st.sampled_from(["claim", "entity", "flags", "quote_type"]),
    "value": st.fixed_dictionaries(
        {"start": st.integers(-1, 40), "end": st.integers(-1, 99)},
        optional={"labels": st.lists(_LABELS, max_size=2), "choices": _JSON},
    ),
}
_ODD = st.fixed_dictionaries({}, optional={k: _LIKELY.get(k, _JSON) | _JSON for k in _KEYS})


@given(st.lists(_ODD | _JSON, max_size=6), st.sampled_from([True, False]))
def test_no_shape_of_json_stops_the_pull(regions: list[Any], suggested: bool) -> None:
    parsed = _read(*regions, suggested=suggested)
    layers: tuple[Layer, ...] = ("entity", "claim")
    making.suggestion(_ARTICLE, *parsed.spans, relations=parsed.relations)
    assert all(s.layer in layers for s in parsed.spans)
    if suggested:
        assert {s.id for s in _SUGGESTED.spans} <= {s.id for s in parsed.spans}
