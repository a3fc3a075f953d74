"""How far each person has come: dealt, done and waiting, pace, flags; and what commands show."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from builder.cli import main
from builder.records import CALIBRATION, FIRST, SECOND, Arm, Correction, Deal, Suggestion
from builder.review.measuring import measure_effort
from builder.review.people import Pace, PersonProgress, team_progress
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.review import team

_PLACES = ("Oslo", "Riga", "Graz")
_ARTICLES = [making.article(f"Nobody has looked at {place} yet.") for place in _PLACES]
_SUGGESTED = [making.suggestion(a, making.span(a, p, "GPE", by="rules/place", score=0.9))
              for a, p in zip(_ARTICLES, _PLACES, strict=True)]  # fmt: skip


def task(of: Suggestion) -> str:
    return f"{of.article}:0-{of.scope.end}"


def deal(of: Suggestion, person: str, arm: Arm = "assisted", number: int = FIRST) -> Deal:
    return Deal(article=of.article, task=task(of), annotator=person, round=number, arm=arm)


def done(of: Suggestion, by: str, *, arm: Arm = "assisted", **more: Any) -> Correction:
    kept = list(of.spans) if arm == "assisted" else []
    return team.submitted(of, kept, by, arm, more.pop("seconds", 36.0), **more)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    init.init(tmp_path)
    made = open_workspace(tmp_path)
    made.articles.save(_ARTICLES)
    made.stories.save([making.story(article) for article in _ARTICLES])
    making.put_suggestions(made, _SUGGESTED)
    return made


def progress(of: Workspace) -> dict[str, PersonProgress]:
    return {person.person: person for person in team_progress(of).people}


def run(of: Workspace, *given: str) -> Any:
    asked = [*given, "--workspace", str(of.root)]
    return CliRunner().invoke(main, asked, catch_exceptions=False)


def test_without_deals_the_tasks_that_were_worked_on_count(workspace: Workspace) -> None:
    flagged = done(_SUGGESTED[1], "anna", minute=1).model_copy(update={"flags": ("bad_text",)})
    workspace.corrections.save([done(_SUGGESTED[0], "anna"), flagged])
    found = progress(workspace)["anna"]
    assert (found.dealt, found.done, found.waiting, found.undealt) == (None, 2, None, 0)
    assert found.flags == {"bad_text": 1}
    assert found.pace == {"assisted": Pace(100.0, 600.0)}, "36 seconds for six words"


def test_what_is_dealt_is_done_or_waits_round_by_round(workspace: Workspace) -> None:
    workspace.deals.save(
        [deal(of, "anna") for of in _SUGGESTED]
        + [deal(_SUGGESTED[0], "anna", number=SECOND), deal(_SUGGESTED[0], "ben", "blind")]
        + [deal(of, "ben", number=CALIBRATION) for of in _SUGGESTED]
    )
    workspace.corrections.save([done(_SUGGESTED[0], "anna")])
    found = progress(workspace)
    assert (found["anna"].dealt, found["anna"].done, found["anna"].waiting) == (4, 1, 3)
    assert (found["ben"].dealt, found["ben"].done, found["ben"].waiting) == (1, 0, 1)
    assert found["ben"].pace == {}


def test_work_that_was_not_dealt_is_told_apart(workspace: Workspace) -> None:
    workspace.deals.save([deal(_SUGGESTED[0], "anna")])
    workspace.corrections.save([done(_SUGGESTED[1], "anna")])
    found = progress(workspace)["anna"]
    assert (found.done, found.waiting, found.undealt) == (0, 1, 1)
    assert "1 task done that was not dealt" in run(workspace, "status", "--people").stdout


def test_the_pace_of_both_arms_is_told_apart(workspace: Workspace) -> None:
    workspace.corrections.save(
        [done(_SUGGESTED[0], "anna"), done(_SUGGESTED[1], "anna", arm="blind", seconds=72.0)]
    )
    found = progress(workspace)["anna"].pace
    assert found == {"assisted": Pace(100.0, 600.0), "blind": Pace(50.0, 300.0)}


def test_agreement_stands_with_each_person_where_it_is_known(workspace: Workspace) -> None:
    workspace.corrections.save([done(_SUGGESTED[0], "anna"), done(_SUGGESTED[1], "ben")])
    people = team_progress(workspace, {"anna": 0.75}).people
    assert [(p.person, p.agreement) for p in people] == [("anna", 0.75), ("ben", None)]


def test_status_shows_people_one_a_line_and_as_json(workspace: Workspace) -> None:
    assert "Nobody has worked here" in run(workspace, "status", "--people").stdout
    workspace.deals.save([deal(of, "anna") for of in _SUGGESTED])
    workspace.corrections.save([done(_SUGGESTED[0], "anna")])
    line = run(workspace, "status", "--people").stdout.splitlines()[1]
    assert line.split()[:5] == ["anna", "3", "1", "2", "0"]
    [person] = json.loads(run(workspace, "status", "--people", "--json").stdout)["people"]
    assert (person["person"], person["waiting"]) == ("anna", 2)


def test_review_shows_effort_when_it_is_asked_for_alone(workspace: Workspace) -> None:
    workspace.corrections.save(
        [done(_SUGGESTED[0], "anna"), done(_SUGGESTED[1], "ben", arm="blind")]
    )
    assert "effort" not in json.loads(run(workspace, "review", "--json").stdout)
    said = json.loads(run(workspace, "review", "--effort", "--json").stdout)["effort"]
    assert [(p["person"], p["arm"]) for p in said["people"]] == [
        ("", "assisted"), ("anna", "assisted"), ("", "blind"), ("ben", "blind"),
    ]  # fmt: skip
    shown = run(workspace, "review", "--effort").stdout
    assert "anna       first opinion  assisted" in shown
    assert "rules/place" in shown
    assert "not enough blind work yet (n = 0)" in shown


def test_effort_is_nothing_to_say_before_anybody_has_worked(workspace: Workspace) -> None:
    assert "effort    0 tasks\n" in run(workspace, "review", "--effort").stdout


def test_asking_for_effort_and_for_nothing_to_be_done_is_refused(workspace: Workspace) -> None:
    assert run(workspace, "review", "--effort", "--dry-run").exit_code == 2


def test_work_that_review_refuses_is_in_no_figure(workspace: Workspace) -> None:
    broken = done(_SUGGESTED[0], "anna")
    spans = tuple(s.model_copy(update={"text": "Rome"}) for s in broken.spans)
    workspace.corrections.save([broken.model_copy(update={"spans": spans})])
    assert measure_effort(workspace).tasks == 0


def test_work_that_was_not_dealt_to_who_did_it_is_in_no_figure_of_effort(
    workspace: Workspace,
) -> None:
    workspace.deals.save([deal(_SUGGESTED[0], "anna")])
    workspace.corrections.save([done(_SUGGESTED[0], "anna"), done(_SUGGESTED[0], "ben")])
    assert measure_effort(workspace).tasks == 1
    assert progress(workspace)["ben"].undealt == 1
