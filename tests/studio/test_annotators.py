"""People's addresses become pseudonyms: steady, without a way back, and never two for one."""

from pathlib import Path
from typing import Any

from builder import pipeline
from builder.studio import session
from builder.studio.people import Annotators
from builder.workspace.folder import Workspace, open_workspace
from tests.studio.conftest import Started


def test_an_address_keeps_its_pseudonym_however_it_is_written(tmp_path: Path) -> None:
    name = Annotators(tmp_path).pseudonym("ana@example.org")
    assert Annotators(tmp_path).pseudonym(" Ana@Example.org") == name
    assert Annotators(tmp_path).pseudonym("ben@example.org") != name


def test_another_workspace_gives_another_pseudonym(tmp_path: Path) -> None:
    here, there = (Annotators(tmp_path / name) for name in ("here", "there"))
    assert here.pseudonym("ana@example.org") != there.pseudonym("ana@example.org")


def test_the_account_that_the_builder_made_is_the_maintainers_and_no_other(tmp_path: Path) -> None:
    names = Annotators(tmp_path, "admin@localhost")
    named = names.remember({1: "admin@localhost", 2: "ana@example.org"})
    assert named[1] == "maintainer"
    assert named[2].startswith("annotator-")
    # On a server of somebody else's that address belongs to whoever signed up with it.
    assert Annotators(tmp_path).pseudonym("admin@localhost").startswith("annotator-")


def test_who_works_on_the_embedded_servers_own_account_is_the_maintainer(
    workspace: Workspace, started: Started, sdk: Any
) -> None:
    workspace.state.mkdir(parents=True, exist_ok=True)
    session.folder(workspace).symlink_to(started.state)
    config = workspace.root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"workspace"', '"Embedded"'), "utf-8")
    workspace = open_workspace(workspace.root)
    for stage in (pipeline.ingest, pipeline.annotate, pipeline.push):
        stage(workspace)
    (project,) = [p.id for p in sdk.projects.list() if p.title == "Embedded"]
    task = next(iter(sdk.tasks.list(project=project)))
    sdk.annotations.create(task.id, result=[], lead_time=1.0)
    pipeline.pull(workspace)
    sdk.projects.delete(project)
    (correction,) = workspace.corrections.load().values()
    assert correction.producer.name == "maintainer"
    assert started.running.email not in correction.model_dump_json()
