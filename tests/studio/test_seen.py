"""What a server was last seen to hold is believed for that very server and those very files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from builder.errors import BuilderError
from builder.studio import seen
from builder.studio.client import Project
from builder.studio.seen import Mark, Seen

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
_PROJECT = Project(id=3, created=_NOON, tasks=9, interface="<View/>")
_MARK = Mark(correction="a", by="annotator-1", created=_NOON, updated=_NOON)
_SEEN = Seen(
    url="http://here",
    project=3,
    created=_NOON,
    reached=_NOON,
    newest=7,
    people={1: "anna@example.org"},
    tasks={7: "key"},
    work={7: {1: _MARK}},
    drafts={"key": ("annotator-2",)},
)


def test_what_was_seen_comes_back_as_it_was_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    seen.write(tmp_path, _SEEN)
    assert seen.of(tmp_path, "http://here", _PROJECT, {"a"}) == _SEEN
    assert (tmp_path / "pulled/3.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "project", "keys"),
    [
        ("http://there", _PROJECT, {"a"}),
        ("http://here", Project(4, _NOON, 9, ""), {"a"}),
        ("http://here", Project(3, _NOON + timedelta(days=1), 9, ""), {"a"}),
        ("http://here", _PROJECT, {"b"}),
    ],
    ids=["another server", "another project", "a fresh server", "other files"],
)
def test_nothing_is_believed_of(tmp_path: Path, url: str, project: Project, keys: set[str]) -> None:
    seen.write(tmp_path, _SEEN)
    found = seen.of(tmp_path, url, project, keys)
    assert found == Seen(url=url, project=project.id, created=project.created)
    assert found.since is None


def test_a_change_that_took_the_database_minutes_to_write_is_not_missed() -> None:
    assert _SEEN.since is not None
    assert timedelta(minutes=2) < _NOON - _SEEN.since < timedelta(hours=1)


def test_what_an_earlier_version_saw_is_not_read_and_goes_with_the_rest(tmp_path: Path) -> None:
    old = '{"url": "http://here", "project": 3, "reached": "2026-11-21T12:00:00+00:00"}\n'
    (tmp_path / "pulled.json").write_text(old, "utf-8")
    assert seen.of(tmp_path, "http://here", _PROJECT, set()).since is None
    seen.write(tmp_path, _SEEN)
    seen.forget(tmp_path)
    assert not list(tmp_path.rglob("*.json"))


def test_what_was_seen_of_one_project_says_nothing_of_another(tmp_path: Path) -> None:
    other = _SEEN.model_copy(update={"project": 4, "deleted": ("gone",)})
    for one in (_SEEN, other):
        seen.write(tmp_path, one)
    assert seen.read_all(tmp_path) == [_SEEN, other]
    assert seen.of(tmp_path, "http://here", _PROJECT, {"a"}) == _SEEN


@pytest.mark.parametrize("content", ["", "{", "[]", '{"url": 1, "project": 3}'])
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / "pulled").mkdir()
    (tmp_path / "pulled/3.json").write_text(content, "utf-8")
    with pytest.raises(BuilderError, match=r"3\.json: cannot be read .*: remove it"):
        seen.read(tmp_path, 3)


def test_two_annotations_by_one_person_on_one_task_are_counted_once() -> None:
    twice = {1: _MARK, 2: _MARK}
    other = {3: _MARK, 4: _MARK.model_copy(update={"by": "annotator-2"})}
    assert _SEEN.model_copy(update={"work": {7: twice, 8: other}}).several() == 1
