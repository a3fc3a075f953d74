"""What a publication leaves on the Hub, and what it refuses."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from builder import pipeline
from builder.cli import main
from builder.dataset import manifest
from builder.errors import BuilderError
from builder.publish.plan import Published
from builder.records import Tombstone
from builder.validate.levels import validate
from builder.workspace.folder import Workspace
from tests import making
from tests.publish.conftest import FREE, REPOSITORY, TARGET, WHEN, release_files
from tests.publish.hub import READER, TOKEN, Blob, StandIn
from tests.release.conftest import CONFIG, parts

FIRST, SECOND = "0.1.0", "0.2.0"
WRITING = {"create", "settings", "preupload", "batch", "put", "verify", "commit", "tag"}


def publish(news: Workspace, version: str = FIRST, **wishes: bool) -> Published:
    return pipeline.publish(news, TARGET, version, when=WHEN, **wishes)


def refused(news: Workspace, version: str = FIRST, **wishes: bool) -> str:
    """Publish, which has to be refused; return what was said."""
    with pytest.raises(BuilderError) as caught:
        publish(news, version, **wishes)
    assert TOKEN not in str(caught.value)
    return str(caught.value)


def run(*words: str | Path) -> Result:
    given = [str(word) for word in words]
    return CliRunner().invoke(main, ["publish", *given], catch_exceptions=False)


def titles(hub: StandIn) -> list[str]:
    return [commit.title for commit in hub.repos[REPOSITORY].commits]


# --- what is left there ---------------------------------------------------------------------


@pytest.mark.usefixtures("loads")
def test_a_first_publication_is_private_one_commit_and_one_tag(
    news: Workspace, hub: StandIn
) -> None:
    done = publish(news)
    repo = hub.repos[REPOSITORY]
    assert (repo.private, repo.gated, repo.tags) == (True, False, {FIRST: repo.head.oid})
    assert titles(hub) == ["initial commit", "Release 0.1.0"]
    assert repo.files() == release_files(news, FIRST)
    assert manifest.sha256(news.releases / FIRST / "manifest.json") in repo.head.message
    assert (done.commit, done.tag, done.new) == (repo.head.oid, FIRST, True)
    assert "sentences 6, articles 2, claims 1 rows" in " ".join(done.checked)


def test_large_files_go_first_then_the_commit_then_the_tag_then_it_is_loaded(
    news: Workspace, hub: StandIn
) -> None:
    publish(news)
    order = list(dict.fromkeys(hub.calls))
    wanted = ["info", "create", "put", "commit", "tag", "load"]
    assert [step for step in order if step in wanted] == wanted
    assert hub.calls.count("commit") == hub.calls.count("tag") == 1
    assert hub.unauthorised == []


def test_the_record_says_where_when_and_as_what_and_is_checked(
    news: Workspace, hub: StandIn
) -> None:
    done = publish(news)
    [record] = news.publications.load().values()
    assert (record.target, record.version, record.tag) == (TARGET, FIRST, FIRST)
    assert (record.commit, record.published) == (done.commit, WHEN)
    assert (news.root / done.record).exists()
    assert [f for f in validate(news).findings if "publications" in f.path] == []
    (news.releases / FIRST / "manifest.json").write_text("{}")
    [found] = [f for f in validate(news).findings if "publications" in f.path]
    assert "restore the release" in found.reason


def test_two_versions_are_there_and_the_older_one_stays_as_it_was(
    news: Workspace, hub: StandIn
) -> None:
    publish(news, FIRST)
    done = publish(news, SECOND)
    repo = hub.repos[REPOSITORY]
    assert repo.files(FIRST) == release_files(news, FIRST)
    assert repo.files(SECOND) == repo.files() == release_files(news, SECOND)
    assert done.plan.there and done.plan.send
    assert set(hub.sent.values()) == {1}


def test_files_of_the_version_before_are_deleted_and_those_of_the_server_stay(
    news: Workspace, hub: StandIn
) -> None:
    publish(news, FIRST)
    kept = {name: part for name, part in parts().items() if name != "agreed"}
    less = making.rows(*kept.values(), rights=FREE)
    making.write(
        news.releases / "1.0.0", *less, CONFIG, previous=news.releases / FIRST, rights=FREE
    )
    done = publish(news, "1.0.0")
    assert "sentences/test-00000-of-00001.parquet" in done.plan.delete
    repo = hub.repos[REPOSITORY]
    assert repo.files() == release_files(news, "1.0.0")
    assert ".gitattributes" in repo.head.tree


def test_published_again_it_sends_nothing_and_says_so(news: Workspace, hub: StandIn) -> None:
    publish(news)
    hub.calls.clear()
    again = publish(news)
    assert (again.new, again.bytes) == (False, 0)
    assert not WRITING & set(hub.calls)
    assert titles(hub) == ["initial commit", "Release 0.1.0"]


def test_a_record_that_is_missing_is_written_after_all_was_checked_again(
    news: Workspace, hub: StandIn
) -> None:
    publish(news)
    shutil.rmtree(news.publications.folder)
    hub.calls.clear()
    publish(news)
    assert "load" in hub.calls and not WRITING & set(hub.calls)
    assert len(news.publications.load()) == 1


def test_long_lists_are_read_to_their_end(news: Workspace, hub: StandIn) -> None:
    hub.page = 4
    publish(news, FIRST)
    hub.repos[REPOSITORY].edit("a word", {"CHANGES.md": b"other"})
    publish(news, SECOND, overwrite=True)
    assert hub.repos[REPOSITORY].files() == release_files(news, SECOND)


def test_a_server_that_knows_less_than_the_hub_is_enough(news: Workspace, hub: StandIn) -> None:
    hub.missing = {"write right", "settings", "paths"}
    publish(news, FIRST)
    publish(news, SECOND)
    assert list(hub.repos[REPOSITORY].tags) == [FIRST, SECOND]


# --- who may read ---------------------------------------------------------------------------


def test_what_is_for_everybody_is_opened_after_all_was_checked(
    news: Workspace, hub: StandIn
) -> None:
    seen: list[bool] = []
    hub.before["tag"] = lambda: seen.append(hub.repos[REPOSITORY].private)
    publish(news, public=True)
    assert seen == [True]
    assert not hub.repos[REPOSITORY].private


def test_gated_asks_readers_before_anything_lies_there(news: Workspace, hub: StandIn) -> None:
    seen: list[object] = []
    hub.before["commit"] = lambda: seen.append(hub.repos[REPOSITORY].gated)
    publish(news, gated=True)
    assert seen == ["manual"]
    assert hub.repos[REPOSITORY].private


def test_what_was_published_already_is_gated_and_opened_when_that_is_wished(
    news: Workspace, hub: StandIn
) -> None:
    publish(news)
    again = publish(news, public=True, gated=True)
    assert (again.new, again.plan.visibility) == (False, "gated")
    repo = hub.repos[REPOSITORY]
    assert (repo.private, repo.gated) == (False, "manual")
    assert titles(hub) == ["initial commit", "Release 0.1.0"]
    assert not publish(news).new


def test_a_public_repository_gets_nothing_that_is_not_said_to_be_public(
    news: Workspace, hub: StandIn
) -> None:
    hub.make(REPOSITORY, private=False)
    assert "Say --public" in refused(news)
    assert titles(hub) == ["initial commit"]
    publish(news, public=True)


# --- who may write --------------------------------------------------------------------------


def test_without_a_log_in_nothing_is_asked_and_it_is_said_how_to_log_in(
    news: Workspace, hub: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    assert "hf auth login" in refused(news)
    assert hub.calls == []


def test_a_log_in_that_is_not_accepted_or_may_only_read_is_told(
    news: Workspace, hub: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.make(REPOSITORY)
    monkeypatch.setenv("HF_TOKEN", READER)
    assert "may not write there" in refused(news)
    monkeypatch.setenv("HF_TOKEN", "hf_tokenThatHasEnded")
    assert "not accepted" in refused(news)
    assert titles(hub) == ["initial commit"]


def test_an_organisation_of_others_is_refused(news: Workspace, hub: StandIn) -> None:
    with pytest.raises(BuilderError, match="no right to do so"):
        pipeline.publish(news, "hf://datasets/strangers/news", FIRST, when=WHEN)
    assert hub.repos == {}


# --- what is refused ------------------------------------------------------------------------


def test_another_release_under_a_tag_that_is_there_is_refused_with_who_and_when(
    news: Workspace, hub: StandIn
) -> None:
    publish(news, FIRST)
    publish(news, SECOND)
    shutil.rmtree(news.releases / FIRST)
    making.write(
        news.releases / FIRST,
        *making.rows(*list(parts().values())[:2], rights=FREE),
        CONFIG,
        rights=FREE,
    )
    before = dict(hub.repos[REPOSITORY].tags)
    hub.calls.clear()
    told = refused(news, FIRST)
    for part in ("0.1.0 is there already and is another one", "by dana", "2026-03-01"):
        assert part in told
    assert before[FIRST][:12] in told
    assert not WRITING & set(hub.calls)
    assert hub.repos[REPOSITORY].tags == before


def test_a_release_that_is_not_intact_is_refused_before_anything_is_asked(
    news: Workspace, hub: StandIn
) -> None:
    (news.releases / FIRST / "README.md").write_text("changed")
    assert "README.md: was changed after the release" in refused(news)
    assert hub.calls == []
    assert "no release is there" in refused(news, "9.9.9")
    shutil.copytree(news.releases / SECOND, news.releases / "3.0.0")
    assert "is release 0.2.0 by its manifest" in refused(news, "3.0.0")


def test_an_older_version_does_not_take_the_place_of_a_newer_one(
    news: Workspace, hub: StandIn
) -> None:
    publish(news, SECOND)
    assert "holds 0.2.0, which is newer than 0.1.0" in refused(news, FIRST)


def test_a_card_that_was_edited_there_is_shown_and_not_overwritten(
    news: Workspace, hub: StandIn
) -> None:
    publish(news, FIRST)
    repo = hub.repos[REPOSITORY]
    card = repo.files()["README.md"].decode()
    edited = card.replace("# Small", "# A better title: Small", 1)
    assert edited != card
    repo.edit("Update README.md", {"README.md": edited.encode()})
    told = refused(news, SECOND)
    assert "README.md was edited by others since 0.1.0" in told
    assert "+# A better title" in told and "-# Small" in told
    assert repo.files()["README.md"].decode() == edited
    done = publish(news, SECOND, overwrite=True)
    assert any("README.md was edited" in line for line in done.plan.replaced)
    assert repo.files() == release_files(news, SECOND)


@pytest.mark.parametrize("times", [1, 300_000])
def test_what_others_wrote_steers_no_terminal_and_takes_no_time(
    news: Workspace, hub: StandIn, times: int
) -> None:
    publish(news, FIRST)
    card = hub.repos[REPOSITORY].files()["README.md"] + b"\x1b[2J\x1b]0;mine\x07\n" * times
    hub.repos[REPOSITORY].edit("\x1b[1m", {"README.md": card, "a\x1b[2J.md": b"x"}, "\x1b[31m")
    told = refused(news, SECOND)
    assert "README.md was edited by others" in told
    assert all(sign.isprintable() or sign == "\n" for sign in told)


def test_files_that_others_put_there_changed_or_deleted_are_told(
    news: Workspace, hub: StandIn
) -> None:
    publish(news, FIRST)
    hub.repos[REPOSITORY].edit(
        "by hand",
        {
            "sentences/train-00001-of-00002.parquet": b"PAR1",
            "articles/train-00000-of-00001.parquet": b"PAR1",
            "labels.svg": None,
        },
    )
    told = refused(news, SECOND)
    assert "sentences/train-00001-of-00002.parquet was put there by others" in told
    assert "articles/train-00000-of-00001.parquet was edited by others" in told
    assert "labels.svg was deleted by others" in told


def test_a_repository_that_is_somebodys_own_is_not_emptied(news: Workspace, hub: StandIn) -> None:
    hub.make(REPOSITORY).edit("mine", {"README.md": b"# Mine", "data.csv": b"a,b"})
    assert "data.csv was put there by others" in refused(news)
    assert hub.repos[REPOSITORY].files()["data.csv"] == b"a,b"


def test_a_list_of_files_to_ignore_leaves_nothing_out(news: Workspace, hub: StandIn) -> None:
    hub.make(REPOSITORY).edit("ignore", {".gitignore": b"*.md *.parquet"})
    publish(news, overwrite=True)
    assert hub.repos[REPOSITORY].files() == release_files(news, FIRST)


# --- others at the same time ----------------------------------------------------------------


def test_somebody_who_publishes_meanwhile_is_named_and_loses_nothing(
    news: Workspace, hub: StandIn
) -> None:
    publish(news, FIRST)
    repo = hub.repos[REPOSITORY]
    hub.before["commit"] = lambda: repo.edit("A map", {"map.csv": b"a,b"}, "robin")
    told = refused(news, SECOND)
    assert "somebody else has published there meanwhile" in told
    assert "by robin" in told and "“A map”" in told and repo.head.oid[:12] in told
    assert repo.files()["map.csv"] == b"a,b"
    assert SECOND not in repo.tags
    assert "map.csv was put there by others" in refused(news, SECOND)


def test_what_was_changed_after_it_was_looked_at_is_never_overwritten(
    news: Workspace, hub: StandIn
) -> None:
    publish(news, FIRST)
    repo = hub.repos[REPOSITORY]
    hub.before["preupload"] = lambda: repo.edit("A map", {"map.csv": b"a,b"}, "robin")
    assert "by robin" in refused(news, SECOND)
    assert repo.files()["map.csv"] == b"a,b"


def test_two_who_publish_the_same_at_once_make_one_commit(news: Workspace, hub: StandIn) -> None:
    repo = hub.make(REPOSITORY)
    files = release_files(news, FIRST)
    tree = {**repo.head.tree, **{n: Blob(c, n.endswith(".parquet")) for n, c in files.items()}}
    hub.before["commit"] = lambda: repo.add("Release 0.1.0", tree, "robin")
    publish(news, FIRST)
    assert titles(hub) == ["initial commit", "Release 0.1.0"]
    assert repo.tags == {FIRST: repo.head.oid}


def test_a_commit_that_was_not_tagged_is_found_under_those_of_others(
    news: Workspace, hub: StandIn
) -> None:
    hub.fail("tag", "500", 9)
    refused(news, FIRST)
    hub.faults.clear()
    repo = hub.repos[REPOSITORY]
    ours = repo.head.oid
    repo.edit("A map", {"map.csv": b"a,b"}, "robin")
    publish(news, FIRST)
    assert repo.tags == {FIRST: ours}
    assert repo.files()["map.csv"] == b"a,b"


def test_a_tag_that_somebody_sets_meanwhile_is_not_moved(news: Workspace, hub: StandIn) -> None:
    repo = hub.make(REPOSITORY)
    first = repo.head.oid
    hub.before["tag"] = lambda: repo.tags.update({FIRST: first})
    assert "is another one" in refused(news, FIRST)
    assert repo.tags == {FIRST: first}


# --- a server that is not true --------------------------------------------------------------


def _spoil(hub: StandIn, name: str, content: bytes) -> None:
    repo = hub.repos[REPOSITORY]
    head = repo.head
    tree = {**head.tree, name: replace(head.tree[name], content=content)}
    repo.commits[-1] = replace(head, tree=tree)


def test_a_file_that_has_other_bytes_at_the_commit_is_found_before_it_is_tagged(
    news: Workspace, hub: StandIn
) -> None:
    name = "articles/train-00000-of-00001.parquet"
    hub.make(REPOSITORY)
    # The files are listed before anything is sent, and then at the commit.
    later = {"tree": lambda: _spoil(hub, name, b"x" * 28129)}
    hub.before["commit"] = lambda: hub.before.update(later)
    told = refused(news, FIRST)
    assert f"{name} has other bytes" in told and "was not tagged" in told
    assert hub.repos[REPOSITORY].tags == {}
    assert not news.publications.load()


def test_a_server_that_lists_the_right_digests_and_sends_other_bytes_is_found(
    news: Workspace, hub: StandIn
) -> None:
    hub.before["load"] = lambda: _spoil(hub, "CHANGES.md", b"# Other notes\n")
    told = refused(news, FIRST)
    assert "CHANGES.md" in told
    assert not news.publications.load()


# --- retractions ----------------------------------------------------------------------------


def _retract(news: Workspace, article: str) -> None:
    stone = Tombstone(article=article, seeds=(), reason="a request", day=date(2026, 3, 2))
    news.tombstones.add([stone])


def test_a_release_that_holds_a_retracted_article_is_refused(news: Workspace, hub: StandIn) -> None:
    bare = parts()["bare"][0].id
    _retract(news, bare)
    assert f"holds article {bare}" in refused(news, SECOND)
    assert hub.calls == []
    publish(news, FIRST)


def test_older_versions_that_still_hold_it_are_named_with_what_to_do(
    news: Workspace, hub: StandIn
) -> None:
    publish(news, SECOND)
    found = parts()
    bare = found.pop("bare")[0].id
    _retract(news, bare)
    kept = making.rows(*found.values(), rights=FREE)
    making.write(
        news.releases / "1.0.0", *kept, CONFIG, previous=news.releases / SECOND, rights=FREE
    )
    done = publish(news, "1.0.0")
    assert done.plan.history == [f"0.2.0: still holds {bare}, which was retracted"]
    shutil.rmtree(news.releases / SECOND)
    [told] = publish(news, "1.0.0").plan.history
    assert "what it holds is not known here" in told
    shown = run(TARGET, "--workspace", news.root).stdout
    assert "docs/publishing.md, Retractions" in shown


# --- the command ----------------------------------------------------------------------------


def test_a_dry_run_says_what_would_go_where_and_does_nothing(news: Workspace, hub: StandIn) -> None:
    shown = run(TARGET, "--dry-run", "--public", "--version", FIRST, "--workspace", news.root)
    assert shown.exit_code == 0
    for part in ("nothing was done yet", "send    README.md (", "tag     0.1.0", "15 files"):
        assert part in shown.stdout
    assert "private, opened when all is checked" in shown.stdout
    assert hub.repos == {} and not WRITING & set(hub.calls)
    assert not news.publications.load()


def test_the_command_says_what_was_done_how_to_load_it_and_what_to_keep(
    news: Workspace, hub: StandIn
) -> None:
    done = run(TARGET, "--workspace", news.root)
    assert done.exit_code == 0
    for part in (
        f"0.2.0 to {TARGET}: published (private)",
        f"commit {hub.repos[REPOSITORY].head.oid}, tag 0.2.0",
        f'load_dataset("{REPOSITORY}", revision="0.2.0")',
        "recorded in data/publications/",
    ):
        assert part in done.stdout
    assert "was published already" in run(TARGET, "--workspace", news.root).stdout


def test_json_has_all_of_it(news: Workspace, hub: StandIn) -> None:
    planned: dict[str, Any] = json.loads(
        run(TARGET, "--dry-run", "--json", "--workspace", news.root).stdout
    )
    assert planned["send"]["README.md"] > 0
    done = json.loads(run(TARGET, "--json", "--workspace", news.root).stdout)
    assert (done["tag"], done["plan"]["target"]) == ("0.2.0", TARGET)


def test_exit_codes_are_1_for_what_is_refused_and_2_for_wrong_usage(
    news: Workspace, hub: StandIn
) -> None:
    hub.make(REPOSITORY, private=False)
    done = run(TARGET, "--workspace", news.root)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {TARGET}: ")
    assert run(TARGET, "--version", "v1", "--workspace", news.root).exit_code == 2
    assert run("--workspace", news.root).exit_code == 2


@pytest.mark.parametrize(
    "target",
    ["hf://datasets/name", "hf://models/a/b", "hf://datasets/a/b@main", "hf://datasets/a/../b"],
)
def test_a_repository_that_is_named_wrongly_is_refused(
    news: Workspace, hub: StandIn, target: str
) -> None:
    done = run(target, "--workspace", news.root)
    assert done.exit_code == 1
    assert "hf://datasets/ORGANISATION/NAME" in done.stderr
    assert hub.calls == []
