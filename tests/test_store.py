"""Records on disk: sorted, atomic, one writer at a time, and every error says where."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import BuilderError
from builder.records import Rejection
from builder.workspace.folder import Workspace, open_workspace
from builder.workspace.store import RecordError, Shelf, dump, parse, write_bytes

REJECTED = [Rejection(stage="ingest", path=f"seeds/{n}", reason="é\u2028\n\0🇳🇿") for n in "abc"]


def shelf(folder: Path) -> Shelf[Rejection]:
    return Shelf(folder, Rejection, lambda r: r.key, lambda r: r.path[-1])


def full_disk(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@given(st.lists(st.builds(Rejection, stage=st.just("x"), path=st.text(), reason=st.text())))
def test_any_records_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, items: list[Rejection]
) -> None:
    path = tmp_path_factory.mktemp("any") / "x.jsonl"
    write_bytes(path, dump(items))
    assert [record for _, record in parse(path, Rejection)] == items


def test_a_shelf_gives_back_what_it_was_given_in_order(tmp_path: Path) -> None:
    kept = shelf(tmp_path)
    assert kept.load() == {}
    assert kept.save(reversed(REJECTED)) == 3
    assert list(kept.load().values()) == REJECTED
    assert [path.name for path in kept.files()] == ["a.jsonl", "b.jsonl", "c.jsonl"]


def test_the_order_in_which_records_are_given_changes_no_byte(tmp_path: Path) -> None:
    one = Shelf(tmp_path / "1", Rejection, lambda r: r.key, lambda r: r.stage)
    two = Shelf(tmp_path / "2", Rejection, lambda r: r.key, lambda r: r.stage)
    one.save(REJECTED)
    two.save(reversed(REJECTED))
    assert one.files()[0].read_bytes() == two.files()[0].read_bytes()


def test_what_does_not_change_is_not_touched(tmp_path: Path) -> None:
    kept = shelf(tmp_path)
    kept.save(REJECTED)
    for path in kept.files():
        os.utime(path, (1, 1))
    assert kept.save([*REJECTED[:2], REJECTED[2].model_copy(update={"reason": "new"})]) == 1
    assert [path.stat().st_mtime == 1 for path in kept.files()] == [True, True, False]


def test_a_record_that_is_gone_leaves_no_file(tmp_path: Path) -> None:
    kept = shelf(tmp_path)
    kept.save(REJECTED)
    assert kept.save(REJECTED[:1]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


_POINTS: dict[str, tuple[Any, str]] = {"fsync": (os, "fsync"), "replace": (Path, "replace")}


@pytest.mark.parametrize("point", ["write", *_POINTS])
@pytest.mark.parametrize("old", [None, b"old\n"])
def test_a_full_disk_leaves_the_old_content_and_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str, old: bytes | None
) -> None:
    path = tmp_path / "x.jsonl"
    if old is not None:
        path.write_bytes(old)
    before = sorted(tmp_path.iterdir())
    if point == "write":
        real = os.fdopen
        monkeypatch.setattr(os, "fdopen", lambda *a, **k: _Full(real(*a, **k)))
    else:
        monkeypatch.setattr(*_POINTS[point], full_disk)
    with pytest.raises(BuilderError, match=r"x\.jsonl: cannot be written: No space left on device"):
        write_bytes(path, b"new\n")
    assert sorted(tmp_path.iterdir()) == before
    if old is not None:
        assert path.read_bytes() == old


class _Full:
    """A file that takes half of what it is given."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def __enter__(self) -> "_Full":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, content: bytes) -> None:
        self.file.write(content[: len(content) // 2])
        full_disk()


@pytest.mark.parametrize("point", _POINTS.values(), ids=list(_POINTS))
def test_a_command_killed_while_it_writes_leaves_old_content_that_the_next_one_tidies(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, point: tuple[Any, str]
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    workspace.rejected.save(REJECTED[:1])
    (path,) = workspace.rejected.files()
    old = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(*point, killed)
        with pytest.raises(KeyboardInterrupt), workspace.lock():
            workspace.rejected.save(REJECTED)
    assert path.read_bytes() == old
    assert [p.name for p in path.parent.iterdir()] != [path.name]
    with workspace.lock():
        assert [p.name for p in path.parent.iterdir()] == [path.name]
        workspace.rejected.save(REJECTED)
    assert list(workspace.rejected.load().values()) == REJECTED


def test_a_release_left_half_written_is_tidied_too(workspace: Workspace) -> None:
    half = workspace.releases / ".0.1.0.partial"
    (half / "sentences").mkdir(parents=True)
    (half / "sentences" / "x.jsonl.partial").write_text("half")
    with workspace.lock():
        assert not half.exists()


def test_a_file_left_by_a_killed_write_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x.partial").write_bytes(b"half")
    assert write_bytes(tmp_path / "x", b"whole")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_a_secret_is_never_readable_by_others(tmp_path: Path) -> None:
    write_bytes(tmp_path / "secret", b"x", mode=0o600)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_a_second_command_is_told_that_another_is_at_work(workspace: Workspace) -> None:
    with (
        workspace.lock(),
        pytest.raises(BuilderError, match="another builder command is at work here"),
        open_workspace(workspace.root).lock(),
    ):
        pass
    with workspace.lock():
        pass


def test_the_lock_of_a_killed_process_is_free(workspace: Workspace) -> None:
    code = (
        "import os, sys; from pathlib import Path\n"
        "from builder.workspace.folder import open_workspace\n"
        "with open_workspace(Path(sys.argv[1])).lock(): os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(workspace.root)], check=False)
    assert done.returncode == -9
    with workspace.lock():
        pass


def test_an_error_inside_the_lock_is_passed_on_as_it_is(workspace: Workspace) -> None:
    from filelock import Timeout

    with pytest.raises(Timeout, match="elsewhere"), workspace.lock():
        raise Timeout("elsewhere")
    with workspace.lock():
        pass


GOOD = dump(REJECTED[:1])


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        (b'{"stage":"ingest"', "", "Invalid JSON: EOF while parsing"),
        (b"", "", "Invalid JSON: EOF"),
        (b"null", "", "should be an object"),
        (b"[]", "", "should be an object"),
        (b'{"stage":"x","path":"p"}', "reason", "Field required"),
        (b'{"stage":"x","path":"p","reason":"r","oops":1}', "oops", "Extra inputs"),
        (b'{"stage":"x","path":"p","reason":"r","line":"1"}', "line", "valid integer"),
        (b'{"stage":"x","path":"p","reason":"caf\xe9"}', "", "not UTF-8 at byte 37 of the line"),
        (b"\0\0\0", "", "Invalid JSON"),
        (b"[" * 100_000, "", "Invalid JSON"),
        (b'{"stage":"x","path":"\\ud800","reason":"r"}', "", "Invalid JSON"),
    ],
)
def test_a_line_that_is_no_record_is_named_with_file_line_and_field(
    tmp_path: Path, line: bytes, field: str, reason: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(GOOD * 9 + line + b"\n" + GOOD)
    with pytest.raises(RecordError) as caught:
        list(parse(path, Rejection))
    assert (caught.value.line, caught.value.field) == (10, field)
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"{path}:10: {field}: " if field else f"{path}:10: ")


def test_a_byte_that_is_not_utf8_is_found_far_into_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(GOOD * 1000 + b"caf\xe9\n")
    with pytest.raises(RecordError, match=r"a\.jsonl:1001: not UTF-8 at byte 3 of the line"):
        list(parse(path, Rejection))


def test_a_record_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD + GOOD)
    with pytest.raises(RecordError, match=r"a\.jsonl:2: (?s:.*) stands here twice"):
        shelf(tmp_path).load()


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "x.jsonl", tmp_path / "folder"):
        with pytest.raises((BuilderError, OSError), match=str(path)):
            write_bytes(path, b"new")
