"""What annotators have sent becomes corrections: nothing twice, nothing lost, nothing guessed."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builder import labels
from builder.corrections import standing
from builder.records import ADJUDICATION, Correction, Producer, Relation
from builder.studio import convert, refill
from builder.studio.pull import Fetched, Screen, Who, corrections_of
from builder.studio.seen import Seen
from builder.tasks.windows import tasks_of
from builder.text import paragraph_bounds
from tests import making

_ARTICLE = making.article("Russia has hired Kim.", "“It was wrong,” said Anna Kovač. She left.")
_WINDOW = paragraph_bounds(_ARTICLE.text)[1]
_CLAIM = making.span(_ARTICLE, "“It was wrong,”", "CLAIM", quote_type="direct")
_SOURCE = making.span(_ARTICLE, "Anna Kovač", "SOURCE", by="attribution")
_ANNA = making.span(_ARTICLE, "Anna Kovač", "PERSON")
_BY_HER = making.link(_CLAIM, "attributed_to", _SOURCE)
_SUGGESTED = making.suggestion(_ARTICLE, _CLAIM, _ANNA, _SOURCE, relations=[_BY_HER])
_TASK = next(t for t in tasks_of(_ARTICLE, _SUGGESTED, [_WINDOW]) if t.start == _WINDOW[0])
_PREDICTION = {"id": 165, **convert.to_prediction(_TASK)}
_RESULT: list[dict[str, Any]] = _PREDICTION["result"]
_NOON = datetime(2026, 11, 21, 12, 0, 0, 250_000, tzinfo=UTC)
_PEOPLE = {1: "annotator-1", 2: "annotator-2"}


def _at(minute: int) -> datetime:
    return _NOON + timedelta(minutes=minute)


def _annotation(result: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return an annotation as the server gives it; by itself it leaves all as suggested."""
    annotation = {
        "id": 234,
        "result": copy.deepcopy(_RESULT) if result is None else result,
        "completed_by": 1,
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": _at(0),
        "updated_at": _at(0),
        "lead_time": 6.876,
        "parent_prediction": 165,
        "parent_annotation": None,
    }
    return annotation | more


def _task(*annotations: dict[str, Any], minute: int = 0, **more: Any) -> dict[str, Any]:
    data = {"text": _TASK.text, "title": "t", "source_line": "s", "task_key": _TASK.key}
    task = {
        "id": 293,
        "data": data,
        "updated_at": _at(minute),
        "project": 28,
        "updated_by": [{"user_id": 1}],
    }
    return task | {"annotations": list(annotations), "predictions": [_PREDICTION]} | more


def _pull(*tasks: dict[str, Any], known: list[Correction] | None = None) -> Fetched:
    old = {c.key: c for c in known or []}
    seen = Seen(url="", project=28)
    return corrections_of(
        tasks,
        {_ARTICLE.id: _ARTICLE},
        old,
        seen,
        Who(_PEOPLE.__getitem__),
        Screen("i" * 16, labels.default()),
    )


def _one(*annotations: dict[str, Any], known: list[Correction] | None = None) -> Correction:
    pulled = _pull(_task(*annotations), known=known)
    assert pulled.rejected == []
    (correction,) = pulled.corrections
    return correction


def _without(*gone: str) -> list[dict[str, Any]]:
    ids = ("id", "from_id", "to_id")
    return [r for r in copy.deepcopy(_RESULT) if not {r.get(i) for i in ids} & set(gone)]


def _relabelled(label: str) -> list[dict[str, Any]]:
    result = copy.deepcopy(_RESULT)
    next(r for r in result if r.get("id") == _ANNA.id)["value"]["labels"] = [label]
    return result


def _drawn(words: str, layer: str, label: str, key: str = "TrcTNSaHC0") -> dict[str, Any]:
    start = _TASK.text.index(words)
    value = {"start": start, "end": start + len(words), "text": "?", "labels": [label]}
    return {"id": key, "from_name": layer, "to_name": "text", "type": "labels", "value": value}


def _actions(correction: Correction) -> list[str]:
    return [change.action for change in correction.changes]


# --- one annotation -------------------------------------------------------------------------


def test_what_was_submitted_unchanged_is_the_suggestion_with_its_makers() -> None:
    correction = _one(_annotation())
    assert {s.id: s for s in correction.spans} == {s.id: s for s in _SUGGESTED.spans}
    assert correction.relations == (_BY_HER,)
    assert correction.changes == ()


def test_a_correction_says_who_made_it_from_what_and_when() -> None:
    correction = _one(_annotation())
    assert correction.key == f"{_TASK.key}:annotator-1:1:000001"
    assert (correction.producer.kind, correction.producer.name) == ("person", "annotator-1")
    assert (correction.scope.start, correction.scope.end) == _WINDOW
    assert correction.suggested_by == making.RULES
    assert correction.suggestion == convert.fingerprint(_RESULT)
    assert (correction.seconds, correction.updated) == (6.876, _at(0))
    assert (correction.state, correction.interface) == ("submitted", "i" * 16)


def test_all_that_an_annotator_does_is_a_change_of_its_kind() -> None:
    result = [
        *(r for r in _without(_SOURCE.id) if r.get("id") != _ANNA.id),
        next(r for r in _relabelled("ORG") if r.get("id") == _ANNA.id),
        _drawn("Kovač", "claim", "SOURCE"),
        _drawn("She", "claim", "SOURCE", key="She"),
        {"type": "relation", "from_id": _CLAIM.id, "to_id": "TrcTNSaHC0", "direction": "right"},
    ]
    correction = _one(_annotation(result))
    done = {c.after.text if c.after else "": c.action for c in correction.changes}
    assert done == {"Anna Kovač": "relabelled", "Kovač": "moved", "She": "added"}
    assert correction.relations == (_BY_HER,), "the relation leads to the span that moved"
    for span in correction.spans:
        assert _ARTICLE.text[span.start : span.end] == span.text


def test_a_deleted_span_is_removed() -> None:
    correction = _one(_annotation(_without(_ANNA.id)))
    assert _actions(correction) == ["removed"]
    assert _ANNA.id not in {s.id for s in correction.spans}


def test_a_skipped_task_holds_no_spans_though_the_server_keeps_them() -> None:
    correction = _one(_annotation(was_cancelled=True))
    assert (correction.state, correction.flags) == ("skipped", ())
    assert (correction.spans, correction.relations, correction.changes) == ((), (), ())


def test_the_flags_of_a_skipped_task_are_its_reason_and_are_kept() -> None:
    value = {"choices": ["bad_text"]}
    flags = {"id": "f", "from_name": "flags", "to_name": "text", "type": "choices", "value": value}
    correction = _one(_annotation([*_RESULT, flags], was_cancelled=True))
    assert (correction.state, correction.flags, correction.spans) == ("skipped", ("bad_text",), ())


def test_an_empty_annotation_is_a_person_who_found_nothing() -> None:
    correction = _one(_annotation([]))
    assert (correction.state, correction.spans) == ("submitted", ())
    assert _actions(correction) == ["removed"] * 3


def test_without_a_prediction_everything_is_added() -> None:
    pulled = _pull(_task(_annotation(parent_prediction=None), predictions=[]))
    (correction,) = pulled.corrections
    assert (correction.suggestion, correction.suggested_by) == (None, None)
    assert _actions(correction) == ["added"] * 3
    assert {s.by for s in correction.spans} == {"annotator-1"}


def test_the_prediction_is_known_by_its_regions_where_the_server_does_not_name_it() -> None:
    other = {**_PREDICTION, "id": 9, "result": [], "model_version": "rule:other@2.0"}
    task = _task(_annotation(parent_prediction=None), predictions=[other, _PREDICTION])
    (correction,) = _pull(task).corrections
    assert correction.suggested_by == making.RULES
    assert correction.changes == ()


def test_flags_are_kept() -> None:
    value = {"choices": ["needs_second_look", "bad_text"]}
    flags = {"id": "f", "from_name": "flags", "to_name": "text", "type": "choices", "value": value}
    assert _one(_annotation([*_RESULT, flags])).flags == ("bad_text", "needs_second_look")


# --- several annotations --------------------------------------------------------------------


def test_two_annotators_give_two_corrections() -> None:
    second = _annotation(_without(_ANNA.id), id=235, completed_by={"id": 2, "email": "x"})
    pulled = _pull(_task(_annotation(), second))
    assert [c.producer.name for c in pulled.corrections] == ["annotator-1", "annotator-2"]
    assert [len(c.spans) for c in pulled.corrections] == [3, 2]


@pytest.mark.parametrize("order", [1, -1])
def test_of_one_persons_annotations_the_latest_stands_and_the_others_are_kept(order: int) -> None:
    older = _annotation(_without(_ANNA.id), id=300, updated_at=_at(0))
    newer = _annotation(id=234, updated_at=_at(1))
    pulled = _pull(_task(*[older, newer][::order]))
    assert [_actions(c) for c in pulled.corrections] == [["removed"], []]
    assert standing(pulled.corrections) == [pulled.corrections[1]]


def test_times_are_read_from_text_too() -> None:
    annotation = _annotation(updated_at="2026-11-21T12:00:00.250000Z")
    pulled = _pull(_task(annotation, updated_at="2026-11-21T12:00:00.250000Z"))
    assert (pulled.corrections[0].updated, pulled.newest) == (_at(0), (_at(0), 293))


# --- again ----------------------------------------------------------------------------------


def test_work_that_is_read_again_makes_no_new_revision() -> None:
    known = [_one(_annotation())]
    pulled = _pull(_task(_annotation(lead_time=99.0), minute=5), known=known)
    assert (pulled.corrections, pulled.unchanged, pulled.newest) == ([], 1, (_at(5), 293))


@pytest.mark.parametrize(
    "change",
    [
        {"result": _without(_ANNA.id)},
        {"result": _relabelled("ORG")},
        {"result": [r for r in _RESULT if r["type"] != "relation"]},
        {"result": [r for r in _RESULT if r["type"] != "choices"]},
        {"was_cancelled": True},
    ],
)
def test_changed_content_makes_the_next_revision(change: dict[str, Any]) -> None:
    first = _one(_annotation())
    second = _one(_annotation(**change, updated_at=_at(1)), known=[first])
    assert second.key == f"{_TASK.key}:annotator-1:1:000002"
    third = _one(_annotation(updated_at=_at(2)), known=[second, first])
    assert third.revision == 3
    assert third.spans == first.spans


def test_a_task_that_comes_twice_in_one_pull_is_kept_once() -> None:
    pulled = _pull(_task(_annotation()), _task(_annotation()))
    assert (len(pulled.corrections), pulled.unchanged) == (1, 1)
    changed = _task(_annotation(_without(_ANNA.id), updated_at=_at(1)), minute=1)
    assert [c.revision for c in _pull(_task(_annotation()), changed).corrections] == [1, 2]


# --- the cursor -----------------------------------------------------------------------------


def test_the_cursor_is_the_latest_change_of_all_tasks_whatever_their_order() -> None:
    tasks = [_task(minute=minute, id=minute) for minute in (1, 7, 3)]
    assert _pull(*tasks).newest == (_at(7), 7)


def test_tasks_nobody_has_worked_on_give_no_corrections() -> None:
    pulled = _pull(_task(), _task() | {"annotations": None})
    assert (pulled.corrections, pulled.rejected, pulled.newest) == ([], [], (_at(0), 293))


def test_without_tasks_there_is_no_cursor() -> None:
    assert _pull().newest is None


# --- what cannot be kept --------------------------------------------------------------------

_GOOD = _task(_annotation(completed_by=2))


def _data(**more: Any) -> dict[str, Any]:
    return {"data": {**_task()["data"], **more}}


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (_task(_annotation(), **_data(text=_TASK.text + "!")), "text differs"),
        (_task(_annotation(completed_by=None)), "names no user"),
        (_task(_annotation(completed_by=7)), "knows no such user"),
    ],
)
def test_an_annotation_that_cannot_be_kept_is_rejected_and_stops_nothing(
    task: dict[str, Any], reason: str
) -> None:
    pulled = _pull(task, _GOOD)
    assert [c.producer.name for c in pulled.corrections] == ["annotator-2"]
    (rejection,) = pulled.rejected
    assert rejection.stage == "pull"
    assert reason in rejection.reason


@pytest.mark.parametrize(
    "foreign",
    [
        _task(_annotation(), **_data(task_key=f"{'0' * 16}:0-9")),
        _task(_annotation(), **_data(task_key="nonsense")),
        _task(_annotation(), **_data(task_key=7)),
        _task(_annotation(), data={"text": "made by hand"}),
    ],
)
def test_a_task_that_is_none_of_ours_is_counted_and_nothing_else(foreign: dict[str, Any]) -> None:
    pulled = _pull(foreign, _GOOD)
    assert [c.producer.name for c in pulled.corrections] == ["annotator-2"]
    assert (pulled.foreign, pulled.rejected, pulled.first_refused) == (1, [], None)


def test_the_next_pull_reads_again_from_the_first_refused_annotation() -> None:
    refused = [_task(_annotation(), minute=m, id=m, **_data(text="x")) for m in (5, 3)]
    pulled = _pull(_task(minute=7, id=7), *refused, _task(minute=1, id=1))
    assert (pulled.first_refused, pulled.newest) == (_at(3), (_at(7), 7))


def test_work_that_started_from_a_foreign_models_prediction_is_kept() -> None:
    foreign = _task(_annotation(), predictions=[_PREDICTION | {"model_version": "their model"}])
    (correction,) = _pull(foreign).corrections
    assert correction.suggested_by == Producer(kind="model", name="their model", version="unknown")


def test_a_rejection_names_the_task_and_the_pseudonym_but_no_person() -> None:
    pulled = _pull(_task(_annotation(), **_data(text="x")))
    assert pulled.rejected[0].path == f"{_TASK.key} by annotator-1"


def test_a_broken_region_is_rejected_and_the_rest_of_the_work_is_kept() -> None:
    broken = _drawn("She", "claim", "SOURCE")
    broken["value"]["end"] = 999
    pulled = _pull(_task(_annotation([*_RESULT, broken, {"type": "labels"}])))
    assert pulled.corrections[0].changes == ()
    assert len(pulled.rejected) == 2


def test_a_rejection_can_be_written_though_the_server_names_what_no_file_can_hold() -> None:
    pulled = _pull(_task(_annotation([*_RESULT, _drawn("She", "entity", "\ud800")])))
    assert [r.reason.split()[0] for r in pulled.rejected] == ["\\ud800"]
    assert len(pulled.corrections) == 1


def test_a_flag_of_another_project_does_not_cost_the_work() -> None:
    value = {"choices": ["boring"]}
    flag = {"id": "f", "from_name": "flags", "type": "choices", "value": value}
    pulled = _pull(_task(_annotation([*_RESULT, flag])))
    assert (len(pulled.corrections), len(pulled.rejected)) == (1, 1)


def test_an_annotation_without_a_result_is_an_empty_one() -> None:
    assert _one(_annotation(result=None) | {"result": None}).spans == ()


def test_a_relation_by_keyboard_without_a_name_is_kept() -> None:
    bare = [r for r in _RESULT if r["type"] != "relation"]
    relation = {"from_id": _CLAIM.id, "to_id": _SOURCE.id, "type": "relation", "direction": "right"}
    expected = Relation(label="attributed_to", head=_CLAIM.id, tail=_SOURCE.id)
    assert _one(_annotation([*bare, relation])).relations == (expected,)


def test_work_of_another_round_that_push_put_into_a_project_is_nothing_new() -> None:
    opinion = _one(_annotation())
    empty = {"spans": (), "relations": (), "changes": ()}
    decision = opinion.model_copy(update={"round": ADJUDICATION, "revision": 2, **empty})
    known = [opinion, decision.model_copy(update={"revision": 1, "seconds": 99.0}), decision]
    put_there = _annotation(import_id=refill.number(decision), completed_by=None)
    assert _pull(_task(put_there), known=known).corrections == []
    # Whoever edits it there has done something new.
    edited = put_there | {"result": [], "updated_by": 2, "updated_at": _at(5)}
    (new,) = _pull(_task(edited), known=known).corrections
    assert (new.producer.name, new.round, new.revision) == ("annotator-2", 1, 1)
