"""What an adjudicator decides becomes gold, says where it comes from, and can be opened again."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builder import labels
from builder.errors import BuilderError
from builder.records import ADJUDICATION, Correction, Gold, Span
from builder.review import gold
from builder.review.settling import Settled, settle_certain
from builder.tasks.deciding import OPINIONS, to_decide
from builder.tasks.windows import tasks_of
from builder.validate.levels import validate
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
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


@pytest.fixture
def disputed(tmp_path: Path) -> Workspace:
    """A workspace with an article on which three people have worked, two of them alike."""
    init.init(tmp_path)
    (tmp_path / "seeds" / "one.txt").write_text(f"{_ARTICLE.text}\n", "utf-8")
    workspace = open_workspace(tmp_path)
    workspace.articles.save([_ARTICLE])
    return workspace


def _settled(workspace: Workspace, *work: Correction) -> Settled:
    workspace.corrections.add(work)
    return settle_certain(workspace, "annotator-1", datetime(2026, 5, 1, tzinfo=UTC))


def test_what_most_of_three_people_marked_is_settled_by_rule_if_somebody_asks(
    disputed: Workspace,
) -> None:
    work = [
        _opinion("annotator-1", [_KIM, _RUSSIA], 1),
        _opinion("annotator-2", [_KIM, _RUSSIA], 2),
        _opinion("annotator-3", [_RUSSIA], 3),
    ]
    assert _built(*work).status[0].entity == "disputed"
    done = _settled(disputed, *work)
    assert (len(done.tasks), done.left) == (1, [])
    built = _built(*disputed.corrections.load().values())
    assert [s.text for s in built.spans] == ["Kim", "Russia"]
    assert {s.entity for s in built.status} == {"adjudicated"}
    (decided,) = [c for c in disputed.corrections.load().values() if c.round == ADJUDICATION]
    assert decided.producer.version == "merge-rules@1"
    assert [f for f in validate(disputed).findings if "corrections" in f.path] == []


def test_what_is_settled_stays_so_though_the_servers_clock_is_ahead(disputed: Workspace) -> None:
    spans = {"annotator-1": [_KIM, _RUSSIA], "annotator-2": [_KIM, _RUSSIA], "annotator-3": []}
    work = [_opinion(who, marked, 1) for who, marked in spans.items()]
    disputed.corrections.add(work)
    early = datetime(2026, 1, 1, tzinfo=UTC)
    assert len(settle_certain(disputed, "annotator-1", early).tasks) == 1
    built = _built(*disputed.corrections.load().values())
    assert {s.entity for s in built.status} == {"adjudicated"}
    assert settle_certain(disputed, "annotator-1", early) == Settled([], [])


def test_a_dispute_of_two_people_is_left_to_an_adjudicator(disputed: Workspace) -> None:
    done = _settled(
        disputed,
        _opinion("annotator-1", [_KIM, _RUSSIA], 1),
        _opinion("annotator-2", [_KIM], 2),
    )
    assert (done.tasks, len(done.left)) == ([], 1)
    assert len(disputed.corrections.load()) == 2


def test_nobody_who_is_unknown_settles_anything(disputed: Workspace) -> None:
    with pytest.raises(BuilderError, match="nobody of that name"):
        settle_certain(disputed, "annotator-9", datetime(2026, 5, 1, tzinfo=UTC))
