"""Links and attributes that follow from what a person marked, and none against their word."""

from collections.abc import Iterable
from typing import Any

import pytest

from builder import labels
from builder.corrections import latest
from builder.records import Correction, Relation, Span
from builder.review import gold
from builder.studio import convert, refill
from builder.studio.inference import RULE, ShownBefore, inferred, is_inferred, quotations
from builder.studio.pull import Screen, Who, corrections_of
from builder.studio.seen import Seen
from builder.tasks.windows import tasks_of
from builder.workspace.folder import open_workspace
from tests import making
from tests.conftest import SEEDS

_ARTICLE = making.article(
    "“Prices will rise,” said Anna Kovač. He denied it.",
    "The bank has “failed”, officials said. It lied, she said, and Kim said so.",
)
_RISE = making.span(_ARTICLE, "“Prices will rise,”", "CLAIM")
_ANNA = making.span(_ARTICLE, "Anna Kovač", "SOURCE")
_SAID = making.span(_ARTICLE, "said", "CUE")
_NAME = making.span(_ARTICLE, "Anna Kovač", "PERSON")
_NOTHING = ShownBefore({}, frozenset())
_ALL = labels.default()


def _infer(
    *spans: Span, links: Iterable[Relation] = (), before: ShownBefore = _NOTHING
) -> tuple[dict[str, dict[str, str]], set[tuple[str, str, str]]]:
    """Return the attributes by the span's words, and the links in words."""
    found, made = inferred(spans, [*links], before, _ARTICLE.text, _ARTICLE.sentences, _ALL)
    words = {span.id: span.text for span in found}
    return (
        {span.text: span.attributes for span in found if span.layer == "claim"},
        {(link.label, words[link.head], words[link.tail]) for link in made},
    )


def _links(*spans: Span, **more: Any) -> list[str]:
    return sorted(label for label, _, _ in _infer(*spans, **more)[1])


def test_a_claim_alone_with_one_source_and_one_cue_is_linked_to_both() -> None:
    attributes, links = _infer(_RISE, _ANNA, _SAID, _NAME)
    assert links == {
        ("attributed_to", _RISE.text, "Anna Kovač"),
        ("introduced_by", _RISE.text, "said"),
    }
    assert attributes[_RISE.text] == {"attribution": "attributed", "quote_type": "direct"}
    assert attributes["Anna Kovač"] == {"source_type": "named"}


def test_the_links_say_which_rule_made_them() -> None:
    _, made = inferred([_RISE, _ANNA, _SAID], [], _NOTHING, _ARTICLE.text, _ARTICLE.sentences, _ALL)
    assert {link.by for link in made} == {RULE}
    assert all(map(is_inferred, made))
    assert not is_inferred(making.link(_RISE, "attributed_to", _ANNA))


@pytest.mark.parametrize("missing", [_ANNA, _SAID])
def test_without_a_source_or_without_a_cue_nothing_is_linked(missing: Span) -> None:
    assert _links(*(s for s in (_RISE, _ANNA, _SAID) if s is not missing)) == []


def test_with_two_claims_sources_or_cues_in_the_sentence_nothing_is_linked() -> None:
    claim = making.span(_ARTICLE, "It lied", "CLAIM")
    source = making.span(_ARTICLE, "she", "SOURCE")
    cue = making.span(_ARTICLE, "said", "CUE", nth=2)
    assert _links(claim, source, cue) == ["attributed_to", "introduced_by"]
    for second in (
        making.span(_ARTICLE, "Kim", "SOURCE"),
        making.span(_ARTICLE, "said", "CUE", nth=3),
        making.span(_ARTICLE, "so", "CLAIM"),
    ):
        assert _links(claim, source, cue, second) == []


def test_what_lies_in_the_next_sentence_counts_for_nothing() -> None:
    he, denied = making.span(_ARTICLE, "He", "SOURCE"), making.span(_ARTICLE, "denied", "CUE")
    assert _links(_RISE, he, denied) == []
    assert _links(_RISE, _ANNA, _SAID, he, denied) == ["attributed_to", "introduced_by"]


def test_a_source_inside_the_claim_is_not_its_own() -> None:
    whole = making.span(_ARTICLE, "“Prices will rise,” said Anna Kovač", "CLAIM")
    assert _links(whole, _ANNA, _SAID) == []


def test_a_link_that_a_person_drew_stays_and_is_not_doubled() -> None:
    far = making.span(_ARTICLE, "officials", "SOURCE")
    drawn = making.link(_RISE, "attributed_to", far)
    _, links = _infer(_RISE, _ANNA, _SAID, far, links=[drawn])
    assert links == {
        ("attributed_to", _RISE.text, "officials"),
        ("introduced_by", _RISE.text, "said"),
    }


def test_a_claim_of_the_newspapers_own_gets_no_source() -> None:
    own = making.span(_ARTICLE, _RISE.text, "CLAIM", attribution="author")
    attributes, links = _infer(own, _ANNA, _SAID)
    assert links == set()
    assert attributes[_RISE.text] == {"attribution": "author", "quote_type": "direct"}


def test_a_claim_that_continues_another_gets_no_cue_of_its_own() -> None:
    first = making.span(_ARTICLE, "failed", "CLAIM")
    assert _links(_RISE, _ANNA, _SAID, first, links=[making.link(_RISE, "continues", first)]) == [
        "continues"
    ]


def test_values_that_a_person_gave_are_kept() -> None:
    claim = making.span(_ARTICLE, _RISE.text, "CLAIM", quote_type="indirect", check_worthy="no")
    source = making.span(_ARTICLE, "Anna Kovač", "SOURCE", source_type="unnamed")
    attributes, _ = _infer(claim, source, _SAID, _NAME)
    assert attributes[_RISE.text] == {
        "attribution": "attributed",
        "check_worthy": "no",
        "quote_type": "indirect",
    }
    assert attributes["Anna Kovač"] == {"source_type": "unnamed"}


@pytest.mark.parametrize(
    ("words", "quote_type"),
    [
        ("“Prices will rise,”", "direct"),
        ("Prices will rise", "direct"),
        ("The bank has “failed”", "mixed"),
        ("It lied", "indirect"),
    ],
)
def test_quotation_marks_decide_the_quote_type(words: str, quote_type: str) -> None:
    claim = making.span(_ARTICLE, words, "CLAIM")
    assert _infer(claim)[0][words]["quote_type"] == quote_type


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He said "yes" and "no".', ['"yes"', '"no"']),
        ("“One.\n\n“Two,” he said.", ["“One.", "“Two,”"]),
        ("„Ja“, sagte er, «oui».", ["„Ja“", "«oui»"]),
        ('An open "quotation', ['"quotation']),
        ("Nothing’s quoted.", []),
    ],
)
def test_quotations_end_with_their_mark_or_their_paragraph(text: str, quoted: list[str]) -> None:
    assert [text[start:end] for start, end in quotations(text)] == quoted


@pytest.mark.parametrize(
    ("words", "name", "label", "kind"),
    [
        ("She", "", "", "pronoun"),
        ("the director of Soyuz Stroi", "Soyuz Stroi", "ORG", "unnamed"),
        ("secretary of state Mike Pompeo", "Mike Pompeo", "PERSON", "named"),
        ("a report by the think tank Genco", "Genco", "ORG", "named"),
        ("documents seen by The Telegraph", "The Telegraph", "ORG", "unnamed"),
        ("activist Ann Lee, who helped", "Ann Lee", "PERSON", "named"),
        ("the Americans", "Americans", "NORP", "unnamed"),
    ],
)
def test_a_source_is_named_by_the_name_that_its_words_lead_to(
    words: str, name: str, label: str, kind: str
) -> None:
    article = making.article(f"{words} said so.")
    spans = [making.span(article, words, "SOURCE")]
    spans += [making.span(article, name, label)] if name else []
    found, _ = inferred(spans, [], _NOTHING, article.text, article.sentences, _ALL)
    assert found[0].attributes == {"source_type": kind}


def test_the_rules_say_of_this_repositorys_gold_what_the_maintainer_said() -> None:
    workspace = open_workspace(SEEDS.parent)
    for work in latest(workspace.corrections.load().values()):
        article = workspace.articles.load()[work.article]
        bare = [span.model_copy(update={"attributes": {}}) for span in work.spans]
        found, links = inferred(bare, [], _NOTHING, article.text, article.sentences, _ALL)
        assert {link.identity for link in links} <= {link.identity for link in work.relations}
        said = {span.id: span.attributes for span in work.spans}
        for span in found:
            assert span.attributes.items() <= said[span.id].items(), span


# --- at pull --------------------------------------------------------------------------------

_LINKED = making.link(_RISE, "attributed_to", _ANNA)


def _region(span: Span, key: str = "") -> list[dict[str, Any]]:
    """Return a region as the browser draws it, or as it was suggested."""
    return [r | {"id": key or span.id} for r in convert.to_result([span], [])]


def _pull(
    result: list[dict[str, Any]],
    *suggested: Span,
    links: Iterable[Relation] = (),
    known: Iterable[Correction] = (),
    **more: Any,
) -> Correction:
    (task,) = tasks_of(_ARTICLE, making.suggestion(_ARTICLE, *suggested, relations=links))
    prediction = {"id": 7, **convert.to_prediction(task)}
    at = "2026-11-21T12:00:00Z"
    annotation = {
        "id": 1, "result": result, "completed_by": 1, "was_cancelled": False, "lead_time": 1.0,
        "created_at": at, "updated_at": at, "parent_prediction": 7, **more,
    }  # fmt: skip
    shown = {
        "id": 2, "updated_at": at, "annotations": [annotation], "predictions": [prediction],
        "data": {"text": task.text, "task_key": task.key},
    }  # fmt: skip
    pulled = corrections_of(
        [shown], {_ARTICLE.id: _ARTICLE}, {c.key: c for c in known}, Seen(url="", project=1),
        Who({1: "annotator-1"}.__getitem__), Screen("i" * 16, _ALL),
    )  # fmt: skip
    assert pulled.rejected == []
    return pulled.corrections[-1]


def _made_by(correction: Correction) -> dict[str, str | None]:
    return {link.label: link.by for link in correction.relations}


_DRAWN = [*_region(_RISE, "a"), *_region(_ANNA, "b"), *_region(_SAID, "c")]


def test_three_marks_make_a_whole_claim() -> None:
    correction = _pull(_DRAWN)
    assert _made_by(correction) == {"attributed_to": RULE, "introduced_by": RULE}
    claim = next(s for s in correction.spans if s.label == "CLAIM")
    assert claim.attributes == {"attribution": "attributed", "quote_type": "direct"}
    assert [c.action for c in correction.changes] == ["added"] * 3


def test_a_suggestion_that_nobody_touched_is_left_as_it_is() -> None:
    correction = _pull(_region(_RISE) + _region(_ANNA) + _region(_SAID), _RISE, _ANNA, _SAID)
    assert (correction.relations, correction.changes) == ((), ())


def test_a_suggested_claim_whose_cue_a_person_marks_is_linked() -> None:
    correction = _pull(_region(_RISE) + _region(_ANNA) + _region(_SAID, "c"), _RISE, _ANNA)
    assert _made_by(correction) == {"attributed_to": RULE, "introduced_by": RULE}
    assert [c.action for c in correction.changes] == ["added"]


def test_a_suggested_link_that_was_taken_off_is_not_made_again() -> None:
    result = _region(_RISE) + _region(_ANNA) + _region(_SAID, "c")
    correction = _pull(result, _RISE, _ANNA, links=[_LINKED])
    assert _made_by(correction) == {"introduced_by": RULE}


def test_a_link_that_went_with_its_source_is_made_to_the_source_drawn_instead() -> None:
    shorter = making.span(_ARTICLE, "Anna", "SOURCE")
    result = _region(_RISE) + _region(shorter, "b") + _region(_SAID, "c")
    correction = _pull(result, _RISE, _ANNA, links=[_LINKED])
    assert _made_by(correction) == {"attributed_to": RULE, "introduced_by": RULE}


def _edited(earlier: Correction, *, without: str = "") -> Correction:
    """Return the next revision, made by an edit after the earlier one was put on a server."""
    (task,) = tasks_of(_ARTICLE, making.suggestion(_ARTICLE))
    put = refill.annotation(earlier, task, {}, _ALL)
    result = [r for r in put["result"] if without not in r.get("labels", ())]
    drawn = _region(_NAME, "d")
    return _pull(result + drawn, known=[earlier], import_id=put["id"], updated_by=1)


def test_links_of_a_rule_stay_the_rules_when_refilled_work_is_edited() -> None:
    earlier = _pull(_DRAWN)
    later = _edited(earlier)
    assert (earlier.revision, later.revision) == (1, 2)
    assert later.relations == earlier.relations


def test_an_inferred_link_that_was_taken_off_refilled_work_is_not_made_again() -> None:
    earlier = _pull(_DRAWN)
    assert _made_by(_edited(earlier, without="attributed_to")) == {"introduced_by": RULE}


def test_links_of_a_rule_are_not_shown_as_the_suggestion_that_work_started_from() -> None:
    correction = _pull(_region(_RISE) + _region(_ANNA) + _region(_SAID, "c"), _RISE, _ANNA)
    current = making.suggestion(_ARTICLE)
    assert refill.started_from([correction], current).relations == ()


def test_whoever_draws_the_link_and_whoever_leaves_it_to_the_rule_agree() -> None:
    inferred_by_rule = _pull(_DRAWN)
    by_hand = inferred_by_rule.model_copy(
        update={
            "producer": inferred_by_rule.producer.model_copy(update={"name": "annotator-2"}),
            "relations": tuple(
                link.model_copy(update={"by": None}) for link in inferred_by_rule.relations
            ),
        }
    )
    found = gold.build(_ARTICLE, making.suggestion(_ARTICLE), [inferred_by_rule, by_hand], _ALL)
    assert {status.claim for status in found.status} == {"agreed"}
    assert [(link.label, link.by) for link in found.relations] == [
        ("attributed_to", None),
        ("introduced_by", None),
    ]
