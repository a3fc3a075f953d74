"""People's addresses become pseudonyms: steady, without a way back, and never two for one."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builder import labels, pipeline
from builder.errors import BuilderError
from builder.records import CALIBRATION, FIRST, Correction, Deal, Gold
from builder.review import gold
from builder.studio import keys, membership, session
from builder.studio.people import Annotators
from builder.validate.levels import validate
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.studio.conftest import Started
from tests.test_faults import Killed, Killer


@pytest.fixture
def place(tmp_path: Path) -> Callable[[str], Workspace]:
    """Return a new workspace by its name."""

    def made(name: str) -> Workspace:
        init.init(tmp_path / name)
        return open_workspace(tmp_path / name)

    return made


_Place = Callable[[str], Workspace]


def test_an_address_keeps_its_pseudonym_however_it_is_written(place: _Place) -> None:
    here = place("here")
    name = Annotators(here).pseudonym("ana@example.org")
    assert Annotators(here).pseudonym(" Ana@Example.org") == name
    assert Annotators(here).pseudonym("ben@example.org") != name


def test_another_workspace_gives_another_pseudonym(place: _Place) -> None:
    here, there = (Annotators(place(name)) for name in ("here", "there"))
    assert here.pseudonym("ana@example.org") != there.pseudonym("ana@example.org")


def test_the_accounts_that_two_machines_made_are_two_people(place: _Place) -> None:
    here, there = place("here"), place("there")
    names = Annotators(here, "admin@localhost").remember({1: "admin@localhost", 2: "a@b.example"})
    assert re.fullmatch(r"maintainer-[0-9a-f]{4}", names[1])
    assert names[2].startswith("annotator-")
    assert Annotators(here, "admin@localhost").pseudonym("admin@localhost") == names[1]
    assert Annotators(there, "admin@localhost").pseudonym("admin@localhost") != names[1]
    # On a server of somebody else's that address belongs to whoever signed up with it.
    assert Annotators(here).pseudonym("admin@localhost").startswith("annotator-")


def test_without_the_key_that_made_pseudonyms_nobody_gets_a_second_one(
    place: _Place, tmp_path: Path
) -> None:
    here = place("here")
    name = Annotators(here).pseudonym("ana@example.org")
    clone = tmp_path / "clone"
    shutil.copytree(here.root, clone, ignore=shutil.ignore_patterns(".builder"))
    there = open_workspace(clone)
    with pytest.raises(BuilderError, match=r"annotators\.key: is missing"):
        Annotators(there).pseudonym("ana@example.org")
    there.state.mkdir()
    (there.state / "annotators.key").write_text("0" * 64)
    with pytest.raises(BuilderError, match="is another key than the one"):
        Annotators(there).pseudonym("ana@example.org")
    assert not list(tmp_path.rglob("annotators.json"))
    keys.export_key(here, tmp_path / "carried")
    keys.import_key(there, tmp_path / "carried")
    assert Annotators(there).pseudonym("ana@example.org") == name


def test_the_machines_own_account_needs_no_key(place: _Place, tmp_path: Path) -> None:
    here = place("here")
    Annotators(here).pseudonym("ana@example.org")
    clone = tmp_path / "clone"
    shutil.copytree(here.root, clone, ignore=shutil.ignore_patterns(".builder"))
    own = Annotators(open_workspace(clone), "admin@localhost")
    assert own.pseudonym("admin@localhost").startswith("maintainer-")


def test_work_from_before_keys_had_fingerprints_asks_for_its_key(place: _Place) -> None:
    here = place("here")
    here.corrections.add([_work("annotator-0123abcd")])
    with pytest.raises(BuilderError, match=r"annotators\.key: is missing"):
        Annotators(here).pseudonym("ana@example.org")


@pytest.mark.parametrize("content", ["", "0" * 63, "no key"])
def test_a_file_that_holds_no_key_is_not_taken_over(
    place: _Place, tmp_path: Path, content: str
) -> None:
    (tmp_path / "file").write_text(content)
    with pytest.raises(BuilderError, match="holds no key"):
        keys.import_key(place("here"), tmp_path / "file")


def test_another_key_than_the_one_in_use_is_not_taken_over(place: _Place, tmp_path: Path) -> None:
    here, there = place("here"), place("there")
    for workspace in (here, there):
        Annotators(workspace).pseudonym("ana@example.org")
    keys.export_key(there, tmp_path / "theirs")
    with pytest.raises(BuilderError, match="is not the key"):
        keys.import_key(here, tmp_path / "theirs")


# --- two pseudonyms of one person, and people who leave -------------------------------------

_ARTICLE = making.article("Kim said Russia hired men.", "Anna Berg slept.")
_SUGGESTED = making.suggestion(_ARTICLE)


def _work(by: str, revision: int = 1, minute: int = 0) -> Correction:
    span = making.span(_ARTICLE, "Russia", "GPE", by=by, score=None)
    return making.correction(_SUGGESTED, [span], by=by, revision=revision, minute=minute)


def _gold(workspace: Workspace) -> Gold:
    work = workspace.corrections.records()
    return gold.build(_ARTICLE, _SUGGESTED, work, labels.default())


def test_two_pseudonyms_that_are_merged_count_as_one_and_no_line_is_written_anew(
    place: _Place,
) -> None:
    here = place("here")
    here.corrections.add([_work("annotator-1"), _work("annotator-2", minute=1)])
    assert {s.entity for s in _gold(here).status} == {"agreed"}
    before = [path.read_bytes() for path in here.corrections.files()]
    done = membership.merge(here, "annotator-2", "annotator-1")
    merged = open_workspace(here.root)
    assert done.corrections == 1
    assert {s.entity for s in _gold(merged).status} == {"single"}
    assert {span.by for span in _gold(merged).spans} == {"annotator-1"}
    assert [path.read_bytes() for path in merged.corrections.files()] == before
    merged.corrections.add([_work("annotator-1", revision=2, minute=2)])
    assert len(merged.corrections.load()) == 3
    assert before[0].splitlines()[0] in merged.corrections.files()[0].read_bytes()
    (known,) = membership.people(merged).people
    assert (known.name, known.aliases, known.tasks) == ("annotator-1", ["annotator-2"], 1)
    with pytest.raises(BuilderError, match="count as one already"):
        membership.merge(merged, "annotator-1", "annotator-2")
    assert not [f for f in validate(merged).findings if "people" in f.path]


def test_who_was_never_here_is_merged_with_nobody(place: _Place) -> None:
    here = place("here")
    here.corrections.add([_work("annotator-1")])
    for pair in (("annotator-9", "annotator-1"), ("annotator-1", "annotator-9")):
        with pytest.raises(BuilderError, match="annotator-9: nobody of that name"):
            membership.merge(here, *pair)


@pytest.mark.parametrize("keep", [True, False])
def test_nothing_in_the_files_tells_who_has_left(place: _Place, keep: bool) -> None:
    here = place("here")
    here.corrections.add(
        [_work("annotator-1"), _work("annotator-2", minute=1), _work("annotator-3", minute=2)]
    )
    membership.merge(here, "annotator-2", "annotator-1")
    done = membership.forget(open_workspace(here.root), "annotator-1", date(2026, 3, 1), keep=keep)
    left = open_workspace(here.root)
    text = "".join(path.read_text("utf-8") for path in left.corrections.files())
    # A name that was minted since may begin alike.
    assert re.search(r"annotator-[12]\b", text) is None
    assert "annotator-3" in text
    assert len(left.corrections.load()) == (3 if keep else 1)
    assert (done.now is not None, done.corrections) == (keep, 2)
    assert [left.people.has_left(f"annotator-{n}") for n in (1, 2, 3)] == [True, True, False]
    with pytest.raises(BuilderError, match="has left"):
        membership.merge(left, "annotator-3", "annotator-1")


def _deal(who: str, number: int = CALIBRATION) -> Deal:
    task = _work(who).task
    return Deal(article=_ARTICLE.id, task=task, annotator=who, round=number, arm="blind")


def test_a_person_of_two_pseudonyms_leaves_though_both_were_dealt_one_task(place: _Place) -> None:
    here = place("here")
    here.corrections.add([_work("annotator-1"), _work("annotator-2", minute=1)])
    here.deals.add([_deal("annotator-1"), _deal("annotator-2"), _deal("annotator-3")])
    membership.merge(here, "annotator-2", "annotator-1")
    done = membership.forget(open_workspace(here.root), "annotator-1", date(2026, 3, 1), keep=True)
    left = open_workspace(here.root)
    assert {d.annotator for d in left.deals.load().values()} == {done.now, "annotator-3"}


def test_nobody_is_dealt_anything_in_place_of_who_has_left(place: _Place) -> None:
    here = place("here")
    here.corrections.add([_work("annotator-1")])
    here.deals.add([_deal("annotator-1", FIRST)])
    done = membership.forget(here, "annotator-1", date(2026, 3, 1), keep=True)
    left = open_workspace(here.root)
    assert done.now is not None
    assert left.people.has_left(done.now)


def test_who_was_dealt_tasks_and_did_none_can_leave(place: _Place) -> None:
    here = place("here")
    here.deals.add([_deal("annotator-1", FIRST)])
    assert [(p.name, p.tasks) for p in membership.people(here).people] == [("annotator-1", 0)]
    membership.forget(here, "annotator-1", date(2026, 3, 1), keep=False)
    left = open_workspace(here.root)
    assert left.people.has_left("annotator-1")
    assert left.deals.load() == {}


def test_a_merge_that_is_undone_leaves_deals_with_whom_they_were(place: _Place) -> None:
    here = place("here")
    here.deals.add([_deal("annotator-1"), _deal("annotator-2")])
    before = [path.read_bytes() for path in here.deals.files()]
    membership.merge(here, "annotator-2", "annotator-1")
    merged = open_workspace(here.root)
    assert {d.annotator for d in merged.deals.load().values()} == {"annotator-1"}
    merged.deals.save(merged.deals.load().values())
    assert [path.read_bytes() for path in merged.deals.files()] == before


def test_a_person_whose_leaving_was_cut_off_has_one_new_pseudonym_in_the_end(
    place: _Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = place("here")
    other = making.article("Another article by Kim.")
    elsewhere = making.correction(making.suggestion(other), [], by="annotator-1")
    here.corrections.add([_work("annotator-1"), elsewhere])
    killer = Killer(monkeypatch)
    killer.fatal = (2, "after")
    with pytest.raises(Killed):
        membership.forget(here, "annotator-1", date(2026, 3, 1), keep=True)
    killer.fatal = None
    done = membership.forget(open_workspace(here.root), "annotator-1", date(2026, 3, 1), keep=True)
    names = {c.producer.name for c in open_workspace(here.root).corrections.records()}
    assert names == {done.now}


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
    assert re.fullmatch(r"maintainer-[0-9a-f]{4}", correction.producer.name)
    assert started.running.email not in correction.model_dump_json()
