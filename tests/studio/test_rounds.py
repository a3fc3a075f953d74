"""A team on a real server: each has a project a round, and gets what was dealt to them alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from builder import pipeline
from builder.cli import main
from builder.records import ADJUDICATION, CALIBRATION, FIRST, SECOND
from builder.studio import keys
from builder.studio.server import Running
from builder.text import sentence_id
from builder.validate.levels import validate
from builder.workspace.folder import Workspace, open_workspace
from tests.conftest import Copies
from tests.studio.crew import Crew, signed_up, without_first_entity


@pytest.fixture
def crew(
    copy_of: Copies, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Crew]:
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    workspace = copy_of(_annotated)
    config = workspace.root / "builder.toml"
    title = f"Team {workspace.root.parent.name}"[-18:]
    config.write_text(config.read_text("utf-8").replace('"workspace"', f'"{title}"'), "utf-8")
    with signed_up(open_workspace(workspace.root), label_studio, sdk, title) as crew:
        yield crew
        for project in sdk.projects.list():
            if project.title.startswith(title):
                sdk.projects.delete(project.id)


def _annotated(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    pipeline.annotate(workspace)


def test_each_person_meets_what_is_dealt_to_them_and_nothing_else(crew: Crew) -> None:
    crew.set(overlap=1.0)
    crew.push()
    keys = {window.key for window in crew.workspace.windows.load().values()}
    for who in ("ann", "ben"):
        of_rounds = [set(crew.tasks(who, number)) for number in (FIRST, SECOND)]
        assert set.union(*of_rounds) == keys
        assert not set.intersection(*of_rounds)
        for number, there in zip((FIRST, SECOND), of_rounds, strict=True):
            assert there == {d.task for d in crew.deals(who, number)}
    assert crew.tasks("cleo", FIRST) == {}
    assert crew.push().created == 0


def test_nothing_is_suggested_on_the_server_to_who_works_blind(crew: Crew) -> None:
    crew.set(overlap=0.0, blind=1.0)
    crew.push()
    for who in ("ann", "ben"):
        for task in crew.tasks(who, FIRST).values():
            assert crew.lead.predictions.list(task=task.id) == []
            crew.submit(who, task)
    crew.pull()
    work = crew.workspace.corrections.load().values()
    assert {c.arm for c in work} == {"blind"}
    assert {c.round for c in work} == {FIRST}


def test_a_dispute_goes_to_the_adjudicator_and_the_decision_becomes_gold(crew: Crew) -> None:
    task = crew.differ()
    reviewed = pipeline.review(crew.workspace)
    assert reviewed.sentences["disputed"] >= 1
    crew.push()
    (decide,) = crew.tasks("cleo", ADJUDICATION).values()
    (opinions,) = crew.lead.predictions.list(task=decide.id)
    noted = [r["meta"]["text"] for r in opinions.result if "meta" in r]
    assert noted in ([["A of A, B"]], [["B of A, B"]])
    crew.submit("cleo", decide)
    crew.pull()
    reviewed = pipeline.review(crew.workspace)
    assert "disputed" not in reviewed.sentences
    assert reviewed.sentences["adjudicated"] >= 1
    gold = crew.workspace.gold.load()[task.partition(":")[0]]
    people = {name for span in gold.spans for name in span.annotators}
    assert people == {crew.names[who] for who in crew.people}


def test_a_later_opinion_that_differs_opens_a_dispute_again(crew: Crew) -> None:
    task = crew.differ()
    crew.push()
    (decide,) = crew.tasks("cleo", ADJUDICATION).values()
    crew.submit("cleo", decide)
    crew.pull()
    mine = crew.opinions("ann")[task]
    (annotation,) = crew.lead.annotations.list(mine.id)
    crew.people["ann"].annotations.update(annotation.id, result=[], lead_time=40.0)
    crew.pull()
    crew.push()
    (again,) = crew.tasks("cleo", ADJUDICATION).values()
    assert again.total_annotations == 0
    work = crew.workspace.corrections.load().values()
    decisions = [c for c in work if c.round == ADJUDICATION]
    assert [c.state for c in decisions] == ["submitted"]
    crew.submit("cleo", again, [])
    crew.pull()
    assert "disputed" not in pipeline.review(crew.workspace).sentences


def test_work_that_was_not_dealt_is_told_and_does_not_count(crew: Crew) -> None:
    crew.set(overlap=0.0)
    crew.push()
    (key, task), *_ = crew.tasks("ann", FIRST).items()
    crew.submit("ben", task)
    pulled = crew.pull()
    assert [r.path for r in pulled.passed_over] == [f"{key} by {crew.names['ben']}"]
    assert "builder round deal" in pulled.passed_over[0].reason
    assert set(pipeline.review(crew.workspace).sentences) == {"machine"}
    done = CliRunner().invoke(
        main,
        ["round", "deal", key, "--to", crew.names["ben"], "--round", "1", "--workspace",
         str(crew.workspace.root)],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert pipeline.review(crew.workspace).sentences["single"] >= 1


def test_what_somebody_who_leaves_has_not_done_is_dealt_to_others(crew: Crew) -> None:
    crew.set(overlap=0.0)
    crew.push()
    (done, task), *_ = crew.tasks("ben", FIRST).items()
    crew.submit("ben", task)
    crew.pull()
    crew.set(overlap=0.0, who="ann")
    crew.push()
    keys = {window.key for window in crew.workspace.windows.load().values()}
    assert set(crew.tasks("ben", FIRST)) == {done}
    assert set(crew.tasks("ann", FIRST)) == keys - {done}


def test_newcomers_calibrate_before_real_work_and_then_see_the_gold_beside_theirs(
    crew: Crew,
) -> None:
    crew.set(overlap=1.0)
    crew.push()
    for who in ("ann", "ben"):
        for number in (FIRST, SECOND):
            for task in crew.tasks(who, number).values():
                crew.submit(who, task)
    crew.pull()
    crew.set(overlap=1.0, who="ann ben cleo", more="calibration = 1\nopinions = 3")
    pushed = crew.push()
    assert pushed.dealt.beginning == [crew.names["cleo"]]
    assert crew.tasks("cleo", SECOND) == {}
    ((key, task),) = crew.tasks("cleo", CALIBRATION).items()
    assert crew.lead.predictions.list(task=task.id) == []
    crew.submit("cleo", task, [])
    crew.pull()
    assert "disputed" not in pipeline.review(crew.workspace).sentences
    assert crew.push().dealt.beginning == []
    (answer,) = crew.lead.predictions.list(task=crew.tasks("cleo", CALIBRATION)[key].id)
    article, _, window = key.partition(":")
    start, end = map(int, window.split("-"))
    gold = crew.workspace.gold.load()[article].spans
    shown = {(r["value"]["start"], r["value"]["end"]) for r in answer.result if "value" in r}
    assert shown == {
        (s.start - start, s.end - start) for s in gold if start <= s.start and s.end <= end
    }
    assert (
        crew.tasks("cleo", SECOND).keys() == {d.task for d in crew.deals("cleo", SECOND)} != set()
    )
    assert crew.pull().new == 0


def test_rows_that_are_looked_at_again_show_the_gold_and_what_is_done_takes_its_place(
    crew: Crew,
) -> None:
    crew.set(overlap=0.0)
    crew.push()
    (key, task), *_ = crew.tasks("ann", FIRST).items()
    crew.submit("ann", task)
    crew.pull()
    pipeline.review(crew.workspace)
    article = crew.workspace.articles.load()[key.partition(":")[0]]
    start = int(key.partition(":")[2].partition("-")[0])
    first = next(bounds for bounds in article.sentences if bounds.start >= start)
    row = sentence_id(article.id, first.start, first.end)
    done = CliRunner().invoke(
        main,
        ["reopen", row, "--by", "lead", "--why", "an error report", "--workspace",
         str(crew.workspace.root)],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    crew.push()
    (again,) = crew.tasks("ben", 5).values()
    (shown,) = crew.lead.predictions.list(task=again.id)
    assert shown.model_version == "rule:gold@1"
    crew.submit("ben", again, without_first_entity(shown.result))
    crew.pull()
    assert "disputed" not in pipeline.review(crew.workspace).sentences
    (work,) = [c for c in crew.workspace.corrections.load().values() if c.round == 5]
    gold = crew.workspace.gold.load()[article.id]
    inside = [s for s in gold.spans if work.scope.start <= s.start and s.end <= work.scope.end]
    assert {s.content() for s in inside} == {s.content() for s in work.spans}
    assert not any((s.suggested_by or "").startswith("gold@1") for s in inside)
    assert validate(crew.workspace).findings == []


def test_a_second_laptop_deals_the_same_and_doubles_nothing(crew: Crew, tmp_path: Path) -> None:
    crew.set(overlap=1.0)
    crew.push()
    crew.submit("ann", next(iter(crew.tasks("ann", FIRST).values())))
    there = tmp_path / "laptop"
    shutil.copytree(crew.workspace.root, there, ignore=shutil.ignore_patterns(".builder", "tasks"))
    keys.export_key(crew.workspace, tmp_path / "key")
    keys.import_key(open_workspace(there), tmp_path / "key")
    before = crew.workspace.deals.load()
    pushed = pipeline.push(open_workspace(there))
    assert pushed.created == 0
    assert open_workspace(there).deals.load() == before
    assert pipeline.pull(open_workspace(there)).new == 1
    assert crew.pull().new == 1
    theirs, ours = (w.corrections.load() for w in (open_workspace(there), crew.workspace))
    assert theirs == ours


def test_a_fresh_server_gets_the_same_deals_and_everybodys_own_work(crew: Crew) -> None:
    crew.set(overlap=1.0)
    crew.push()
    for who in ("ann", "ben"):
        for number in (FIRST, SECOND):
            for task in crew.tasks(who, number).values():
                crew.submit(who, task)
    crew.pull()
    before = {p.name: p.read_bytes() for p in crew.workspace.data.glob("*/*.jsonl")}
    for project in crew.lead.projects.list():
        if project.title.startswith(crew.title):
            crew.lead.projects.delete(project.id)
    crew.push()
    pulled = crew.pull()
    assert pulled.new == 0
    after = {p.name: p.read_bytes() for p in crew.workspace.data.glob("*/*.jsonl")}
    assert after == before
    for who in ("ann", "ben"):
        for number in (FIRST, SECOND):
            for task in crew.tasks(who, number).values():
                (annotation,) = crew.lead.annotations.list(task.id)
                assert annotation.completed_by == crew.people[who].users.whoami().id
