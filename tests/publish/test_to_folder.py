"""Versions in a folder, wherever it lies: written once, the manifest last, and read back."""

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pytest
from click.testing import CliRunner, Result

from builder import load_release, pipeline
from builder.cli import main
from builder.cli.lines import release as lines
from builder.errors import BuilderError
from builder.publish import to_folder
from builder.publish.plan import Published
from builder.publish.to_folder import Folder
from builder.validate.levels import validate
from builder.workspace import init
from builder.workspace.config import Rights, TextLicence
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.publish.conftest import FREE, WHEN, release_files
from tests.release.conftest import CONFIG, parts

FIRST, SECOND = "0.1.0", "0.2.0"


@pytest.fixture
def bucket(s3: Any, tmp_path: Path) -> str:
    """Return an empty folder in a bucket of S3."""
    s3.create_bucket(Bucket="releases")
    return f"s3://releases/{tmp_path.name}"


@pytest.fixture(params=["path", "file://", "memory://"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A target of each kind that needs no server, in which nothing lies yet."""
    places = {"path": str(tmp_path / "share"), "file://": f"file://{tmp_path}/share"}
    return places.get(request.param, f"memory://share/{tmp_path.name}")


def publish(news: Workspace, target: str, version: str = FIRST) -> Published:
    return pipeline.publish(news, target, version, when=WHEN)


def lying(target: str, version: str) -> dict[str, bytes]:
    """Return the files of a version as somebody else reads them."""
    system, path = fsspec.core.url_to_fs(f"{target}/{version}", use_listings_cache=False)
    return {name[len(path) + 1 :]: system.cat_file(name) for name in system.find(path)}


def run(*words: str | Path) -> Result:
    given = [str(word) for word in words]
    return CliRunner().invoke(main, ["publish", *given], catch_exceptions=False)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep what is fetched in a cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.usefixtures("cache")
def test_two_versions_lie_side_by_side_and_load(news: Workspace, target: str) -> None:
    for version, rows in ((FIRST, 6), (SECOND, 7)):
        done = publish(news, target, version)
        assert (done.new, done.plan.versions[-1]) == (True, version)
        assert number_of_rows(target, version) == rows
    assert lying(target, FIRST) == release_files(news, FIRST)
    assert lying(target, SECOND) == release_files(news, SECOND)
    assert number_of_rows(target, FIRST) == 6


@pytest.mark.no_cover
@pytest.mark.usefixtures("cache")
def test_a_version_in_a_bucket_loads_and_is_not_written_twice(news: Workspace, bucket: str) -> None:
    publish(news, bucket)
    assert lying(bucket, FIRST) == release_files(news, FIRST)
    assert number_of_rows(bucket, FIRST) == 6
    assert publish(news, bucket).bytes == 0


def number_of_rows(target: str, version: str) -> int:
    """Return how many sentences a version has, as somebody else loads it."""
    return sum(split.num_rows for split in load_release(target, version=version).values())


def test_published_again_nothing_is_written(news: Workspace, target: str) -> None:
    first = publish(news, target)
    again = publish(news, target)
    assert (first.bytes > 0, again.new, again.bytes) == (True, False, 0)
    assert len(news.publications.load()) == 1


def test_another_release_under_the_same_version_is_refused(news: Workspace, target: str) -> None:
    publish(news, target)
    before = lying(target, FIRST)
    shutil.rmtree(news.releases / FIRST)
    making.write(
        news.releases / FIRST,
        *making.rows(*list(parts().values())[:2], rights=FREE),
        CONFIG,
        rights=FREE,
    )
    with pytest.raises(BuilderError, match=r"0\.1\.0: another release lies there"):
        publish(news, target)
    assert lying(target, FIRST) == before


def test_a_file_that_is_spoilt_there_is_written_again(news: Workspace, target: str) -> None:
    publish(news, target)
    system, path = fsspec.core.url_to_fs(target)
    system.pipe_file(f"{path}/{FIRST}/README.md", b"cut o")
    assert set(publish(news, target).plan.send) == {"README.md"}
    assert lying(target, FIRST) == release_files(news, FIRST)


@contextlib.contextmanager
def _meeting(
    monkeypatch: pytest.MonkeyPatch, number: int, meet: Callable[..., None]
) -> Iterator[list[str]]:
    """Let something happen when so many files were written; yield which are written."""
    put, written = Folder.put, list[str]()

    def counted(folder: Folder, release: Any, name: str) -> None:
        if len(written) == number:
            meet(folder, release, name)
        put(folder, release, name)
        written.append(name)

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "put", counted)
        yield written


@pytest.mark.parametrize("number", [0, 3, 13, 14])
def test_a_run_that_was_cut_off_is_finished_and_nothing_is_written_twice(
    news: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    target = str(tmp_path / "share")

    def cut_off(folder: Folder, release: Any, name: str) -> None:
        place = tmp_path / "share" / FIRST / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((news.releases / FIRST / name).read_bytes()[:20])
        raise KeyboardInterrupt

    with _meeting(monkeypatch, number, cut_off) as first, pytest.raises(KeyboardInterrupt):
        publish(news, target)
    assert not news.publications.load()
    if number < 14:
        assert not (tmp_path / "share" / FIRST / "manifest.json").exists()
    else:
        (tmp_path / "share" / FIRST / "manifest.json").unlink()
    with _meeting(monkeypatch, -1, cut_off) as second:
        publish(news, target)
    assert sorted(first + second) == sorted(release_files(news, FIRST))
    assert second[-1] == "manifest.json"
    assert lying(target, FIRST) == release_files(news, FIRST)


def test_a_store_that_keeps_other_bytes_is_found(
    news: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Folder.put

    def spoilt(folder: Folder, release: Any, name: str) -> None:
        put(folder, release, name)
        path = tmp_path / "share" / FIRST / name
        path.write_bytes(path.read_bytes()[:-1] + b"?")

    monkeypatch.setattr(to_folder.Folder, "put", spoilt)
    with pytest.raises(BuilderError, match="reads otherwise than it was written"):
        publish(news, str(tmp_path / "share"))
    assert not news.publications.load()


def test_files_that_no_release_put_there_are_left_alone_and_told(
    news: Workspace, tmp_path: Path
) -> None:
    mine = tmp_path / "share" / FIRST / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(BuilderError, match=r"holds mine\.txt, which may be left of another form"):
        publish(news, str(tmp_path / "share"))
    assert [p.name for p in mine.parent.iterdir()] == ["mine.txt"]


def test_a_folder_named_from_where_one_stands_is_recorded_as_the_place_it_is(
    news: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for here in ("one", "two"):
        (tmp_path / here).mkdir()
        monkeypatch.chdir(tmp_path / here)
        assert publish(news, "share").new
    there = {published.target for published in news.publications.load().values()}
    assert there == {str(tmp_path / "one/share"), str(tmp_path / "two/share")}


def test_text_whose_licence_was_withdrawn_since_the_release_is_not_sent(
    news: Workspace, tmp_path: Path
) -> None:
    article, _, _ = parts()["machine"]
    news.articles.save([article])
    with pytest.raises(BuilderError, match=f"{article.id}: since the release was made, its lic"):
        publish(news, str(tmp_path / "share"))
    assert not (tmp_path / "share").exists()
    free = replace(news, config=news.config.model_copy(update={"rights": FREE}))
    assert publish(free, str(tmp_path / "share")).new


def test_a_bucket_that_is_not_there_is_not_made_and_no_secret_is_told(
    news: Workspace, bucket: str, s3: Any
) -> None:
    with pytest.raises(BuilderError) as caught:
        publish(news, "s3://no-such-bucket/news")
    assert "s3://no-such-bucket/news: cannot" in str(caught.value)
    assert "not-to-be-printed" not in str(caught.value)
    made = [there["Name"] for there in s3.list_buckets()["Buckets"]]
    assert "no-such-bucket" not in made and "releases" in made


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("https://user:secret-word@host/x", "holds a name or password"),
        ("nothing://x", "cannot be reached"),
        ("data/elsewhere", "in the workspace's own data"),
        ("/", "names no folder"),
    ],
)
def test_a_target_that_cannot_be_is_refused(
    news: Workspace, monkeypatch: pytest.MonkeyPatch, target: str, told: str
) -> None:
    monkeypatch.chdir(news.root)
    done = run(target)
    assert (done.exit_code, done.stdout) == (1, "")
    assert told in done.stderr and "secret-word" not in done.stderr


def test_who_may_read_is_no_question_for_a_folder(news: Workspace, tmp_path: Path) -> None:
    done = run(tmp_path / "share", "--public", "--workspace", news.root)
    assert done.exit_code == 1
    assert "--gated and --overwrite are for the Hub" in done.stderr


def test_the_command_says_what_would_be_and_was_written(news: Workspace, tmp_path: Path) -> None:
    share = tmp_path / "share"
    shown = run(share, "--dry-run", "--workspace", news.root).stdout
    assert f"0.2.0 to {share} (a folder); nothing was done yet" in shown
    assert "send    README.md" in shown and not share.exists()
    done = run(share, "--workspace", news.root).stdout
    assert "each of 15 files read back with its SHA-256" in done
    assert f'load_release("{share}", version="0.2.0")' in done
    again = json.loads(run(share, "--json", "--workspace", news.root).stdout)
    assert (again["new"], again["plan"]["published"]) == (False, True)


@pytest.mark.parametrize("address", ["{0}", "file://{0}", "local://{0}", "file://{0}/../articles"])
def test_nothing_is_published_into_the_workspaces_own_data(news: Workspace, address: str) -> None:
    with pytest.raises(BuilderError, match="lies in the workspace's own data"):
        publish(news, address.format(news.data / "releases"))


@pytest.mark.parametrize("left", [0, 300])
def test_a_run_that_was_cut_off_in_the_manifest_is_finished(
    news: Workspace, tmp_path: Path, left: int
) -> None:
    publish(news, str(tmp_path / "share"))
    written = tmp_path / "share" / FIRST / "manifest.json"
    written.write_bytes(written.read_bytes()[:left])
    assert publish(news, str(tmp_path / "share")).new
    assert lying(str(tmp_path / "share"), FIRST) == release_files(news, FIRST)


# --- rights ---------------------------------------------------------------------------------


def _with_text_of(news: Workspace, rights: Rights) -> None:
    """Make 0.3.0 with texts of other rights, and its form without text, as a release would."""
    place = news.releases / "0.3.0"
    made = making.rows(*parts().values(), rights=rights)
    making.write(place, *made, CONFIG, rights=rights, previous=news.releases / SECOND)


@pytest.mark.parametrize("licence", ["unknown", "CC-BY-NC-4.0"])
def test_text_that_may_not_be_given_away_is_named_and_nothing_is_sent(
    news: Workspace, tmp_path: Path, licence: str
) -> None:
    _with_text_of(news, Rights(text=TextLicence(licence=licence)))
    share = tmp_path / "share"
    with pytest.raises(BuilderError, match="may not be given away") as raised:
        publish(news, str(share), "0.3.0")
    assert str(raised.value).count("its licence is") == len(parts())
    assert "builder release --no-text" in str(raised.value)
    assert not share.exists()
    assert not news.publications.load()


def test_the_form_without_text_is_published_in_its_place(tmp_path: Path) -> None:
    root = tmp_path / "own"
    init.init(root)
    own = Path(__file__).parents[2]
    for part in ("seeds", "data"):
        shutil.copytree(own / part, root / part, dirs_exist_ok=True)
    shutil.copy(own / "builder.toml", root)
    workspace = open_workspace(root)
    pipeline.release_without_text(workspace, "1.3.0")
    share = tmp_path / "share"
    done = pipeline.publish(workspace, str(share), "1.3.0", when=WHEN, no_text=True)
    assert (share / "1.3.0" / "sources.jsonl").is_file()
    assert any("builder hydrate" in line for line in lines.published(done))
    assert done.plan.version == "1.3.0"
    loaded: Any = load_release(str(share), "articles", "train", version="1.3.0")
    assert "text" not in loaded.column_names
    assert [str(f) for f in validate(open_workspace(root)).findings] == []
