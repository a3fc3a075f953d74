"""What goes back to a server: which work, under which number, beside which suggestion."""

from dataclasses import replace
from typing import Any

import pytest

from builder import labels
from builder.records import Correction, Suggestion
from builder.studio import refill
from builder.studio.push import Asked, payload
from builder.studio.renaming import offered
from builder.tasks.windows import tasks_of
from tests import making

_ARTICLE = making.article("Kim of Acme Corp said the vote was rigged.")
_KIM = making.span(_ARTICLE, "Kim", "PERSON")
_ACME = making.span(_ARTICLE, "Acme Corp", "ORG")
_VOTE = making.span(_ARTICLE, "the vote", "EVENT", by="annotator-1", score=None)
_THEN = making.suggestion(_ARTICLE, _KIM, _ACME)
(_TASK,) = tasks_of(_ARTICLE, making.suggestion(_ARTICLE, _KIM))


def _content(of: Suggestion) -> set[str]:
    return {str((span.id, span.content(), span.by)) for span in of.spans}


def test_a_task_is_refilled_beside_the_suggestion_that_its_last_correction_started_from() -> None:
    moved = _KIM.model_copy(update={"label": "NORP", "by": "annotator-1"})
    work = making.correction(_THEN, [moved, _VOTE])
    assert _content(refill.started_from([work], _TASK.suggestion)) == _content(_THEN)


def test_a_skipped_task_says_nothing_of_the_suggestion_and_gets_the_current_one() -> None:
    skipped = making.correction(_THEN, [], skipped=True)
    assert refill.started_from([skipped], _TASK.suggestion) == _TASK.suggestion


def test_each_person_is_refilled_with_their_last_revision_alone() -> None:
    first = making.correction(_THEN, [_KIM])
    second = making.correction(_THEN, [_KIM, _VOTE], revision=2, minute=1)
    other = making.correction(_THEN, [], by="annotator-2", skipped=True)
    assert refill.latest([second, other, first]) == {first.task: [other, second]}


def test_revisions_and_people_have_numbers_of_their_own_that_json_keeps_exactly() -> None:
    works = [
        making.correction(_THEN, [], by=by, revision=revision)
        for by in ("annotator-1", "annotator-2")
        for revision in (1, 2)
    ]
    numbers = {refill.number(work) for work in works}
    assert len(numbers) == 4
    assert all(0 < number < 2**53 for number in numbers)


@pytest.mark.parametrize(
    ("annotation", "new"),
    [
        ({"import_id": 7, "updated_by": None}, False),
        ({"import_id": 7, "updated_by": 3}, True),
        ({"import_id": 8, "updated_by": None}, True),
        ({"import_id": None, "updated_by": None}, True),
    ],
)
def test_only_what_was_refilled_and_never_edited_is_passed_over(
    annotation: dict[str, Any], new: bool
) -> None:
    assert refill.is_new(annotation, {7: making.correction(_THEN, [])}) == new


def test_flags_time_and_author_go_back_with_the_spans() -> None:
    flag = labels.default().flags[0].name
    work = making.correction(_THEN, [_KIM]).model_copy(update={"flags": (flag,)})
    (sent,) = payload(Asked(_TASK), labels.default(), [work], {"annotator-1": 12})["annotations"]
    assert (sent["completed_by"], sent["lead_time"], sent["was_cancelled"]) == (12, 1.5, False)
    assert [r["value"] for r in sent["result"] if r["from_name"] == "flags"] == [
        {"choices": [flag]}
    ]
    (unknown,) = payload(Asked(_TASK), labels.default(), [work], {})["annotations"]
    assert "completed_by" not in unknown


# --- labels of any age ----------------------------------------------------------------------


def _later() -> labels.LabelSet:
    """Return labels in which ORG is called EVENT now and NORP is retired for good."""
    changed = {"ORG": {"retired": True}, "NORP": {"retired": True}, "EVENT": {"alias_of": "ORG"}}
    declared = labels.default()
    new = tuple(replace(x, **changed.get(x.name, {})) for x in declared.labels)  # type: ignore[arg-type]
    return replace(declared, labels=new)


def test_a_renamed_label_is_shown_by_its_new_name_and_a_retired_one_not_at_all() -> None:
    norp = making.span(_ARTICLE, "Kim", "NORP")
    shown = offered(making.suggestion(_ARTICLE, norp, _ACME, _VOTE), _later())
    assert [(s.label, s.id) for s in shown.spans] == [("EVENT", _ACME.id), ("EVENT", _VOTE.id)]


def test_what_a_person_marked_with_a_label_that_was_retired_for_good_goes_back_as_it_is() -> None:
    norp = making.span(_ARTICLE, "Kim", "NORP")
    work = making.correction(_THEN, [norp, _ACME])
    (sent,) = payload(Asked(_TASK), _later(), [work])["annotations"]
    assert [r["value"]["labels"] for r in sent["result"]] == [["NORP"], ["EVENT"]]


def test_without_retired_labels_everything_is_shown_as_it_is() -> None:
    work: Correction = making.correction(_THEN, [_KIM, _VOTE])
    declared = labels.default()
    assert declared.read(work) is offered(work, declared) is work
