"""The three seeds make two articles of one story, exact to the letter, and nothing vanishes."""

import hashlib
import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import pipeline
from builder.cli.lines import stages as lines
from builder.errors import BuilderError
from builder.ingest import articles
from builder.ingest.judging import MAX_CHARACTERS
from builder.ingest.listing import File
from builder.ingest.readers import single
from builder.ingest.readers.content import SeedError
from builder.ingest.readers.decoding import split_lines
from builder.records import Article, Rejection, Seed
from builder.text import normalise, paragraph_bounds
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace

GOLD: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data/seeds_gold.json").read_text("utf-8")
)
STORY = [
    "The council has voted to close the old bridge to traffic from the first week of June.",
    "Engineers found cracks in two of its four piers when they inspected it in the spring.",
    "“We had no choice,” the mayor said after the meeting. “It is no longer safe.”",
    "Buses will be sent through the tunnel, which adds about ten minutes to the journey.",
]


def ingested(workspace: Workspace) -> tuple[dict[str, Seed], dict[str, Article]]:
    """Return the seeds by the number their name starts with, and the articles by id."""
    pipeline.ingest(workspace)
    seeds = {Path(s.path).name.split("_")[0]: s for s in workspace.seeds.load().values()}
    return seeds, workspace.articles.load()


def put(workspace: Workspace, name: str, content: str | bytes) -> Path:
    path = workspace.seed_folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_three_seeds_make_two_articles_and_one_story(workspace: Workspace) -> None:
    seeds, found = ingested(workspace)
    assert len(found) == 2
    assert seeds["001"].article == seeds["002"].article != seeds["000"].article
    (story,) = workspace.stories.load().values()
    assert (set(story.articles), story.split, story.withdrawn) == (set(found), "train", ())
    assert workspace.rejected.load() == {}


@pytest.mark.parametrize("name", sorted(GOLD))
def test_the_text_of_an_article_is_its_body_lines_and_nothing_else(
    workspace: Workspace, name: str
) -> None:
    seeds, found = ingested(workspace)
    page = split_lines((workspace.root / GOLD[name]["path"]).read_text("utf-8"))
    expected = [normalise(page[n - 1]) for n in GOLD[name]["body_lines"]]
    assert found[seeds[name].article].text == "\n\n".join(expected)


@pytest.mark.parametrize(("name", "article_of"), [("000", "000"), ("001", "001"), ("002", "001")])
def test_all_that_a_seed_says_of_its_article_is_kept(
    workspace: Workspace, name: str, article_of: str
) -> None:
    seeds, found = ingested(workspace)
    article, gold = found[seeds[article_of].article], GOLD[name]
    for field in ("headline", "place", "published", "outlet", "syndicated_from", "section"):
        of_seed = [f.value for f in getattr(article.metadata, field) if f.seed == seeds[name].id]
        assert of_seed == ([gold[field]] if gold[field] else [])
    authors = [f.value for f in article.metadata.authors if f.seed == seeds[name].id]
    assert authors == gold["authors"]
    kept = {(caption.text, caption.credit) for caption in article.metadata.captions}
    assert {(caption["text"], caption["credit"]) for caption in gold["captions"]} <= kept


def test_a_caption_that_two_seeds_share_is_kept_once(workspace: Workspace) -> None:
    seeds, found = ingested(workspace)
    captions = found[seeds["001"].article].metadata.captions
    assert len({(c.text, c.credit) for c in captions}) == len(captions) == 3


def test_every_value_names_a_seed_of_its_article_and_a_line_of_it(workspace: Workspace) -> None:
    seeds, found = ingested(workspace)
    last = {seed.id: seed.lines[-1].last for seed in seeds.values()}
    for article in found.values():
        for field in type(article.metadata).model_fields:
            for value in getattr(article.metadata, field):
                assert value.seed in article.seeds
                assert 1 <= value.line <= last[value.seed]


@pytest.mark.parametrize("name", sorted(GOLD))
def test_every_line_of_a_seed_has_the_role_a_person_gave_it_and_a_reason(
    workspace: Workspace, name: str
) -> None:
    seeds, _ = ingested(workspace)
    runs = seeds[name].lines
    roles = [run.role for run in runs for _ in range(run.first, run.last + 1)]
    wanted = [role for first, last, role in GOLD[name]["roles"] for _ in range(first, last + 1)]
    assert roles == wanted
    assert all(run.reason for run in runs)
    assert seeds[name].size == (workspace.root / seeds[name].path).stat().st_size


@pytest.mark.parametrize("name", sorted(GOLD))
def test_the_body_runs_of_a_seed_are_the_paragraphs_of_its_article_in_order(
    workspace: Workspace, name: str
) -> None:
    seeds, found = ingested(workspace)
    page = split_lines((workspace.root / seeds[name].path).read_text("utf-8"))
    runs = [run for run in seeds[name].lines if run.role == "body"]
    text = found[seeds[name].article].text
    assert [" ".join(page[run.first - 1 : run.last]).split() for run in runs] == [
        text[a:b].split() for a, b in paragraph_bounds(text)
    ]


def contents(workspace: Workspace) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in workspace.data.rglob("*") if p.is_file()}


def test_ingesting_again_does_nothing(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    before = contents(workspace)
    again = pipeline.ingest(workspace)
    assert (again.new_seeds, again.new_articles) == (0, 0)
    assert contents(workspace) == before


def test_a_frozen_article_stays_as_it_is_when_another_seed_of_it_comes(
    workspace: Workspace,
) -> None:
    late = next(workspace.seed_folder.glob("002_*"))
    content = late.read_bytes()
    late.unlink()
    seeds, before = ingested(workspace)
    late.write_bytes(content)
    more, after = ingested(workspace)
    old, new = before[seeds["001"].article], after[more["002"].article]
    assert (new.id, new.text, new.sentences) == (old.id, old.text, old.sentences)
    assert new.seeds == (*old.seeds, more["002"].id)
    assert new.metadata.headline == old.metadata.headline
    assert after.keys() == before.keys()


def test_a_frozen_article_survives_the_removal_of_its_seeds(workspace: Workspace) -> None:
    _, before = ingested(workspace)
    for path in workspace.seed_folder.iterdir():
        path.unlink()
    assert ingested(workspace)[1] == before


def test_the_same_bytes_under_another_name_are_one_seed_with_a_note(workspace: Workspace) -> None:
    first = next(workspace.seed_folder.glob("000_*"))
    put(workspace, "zzz.txt", first.read_bytes())
    done = pipeline.ingest(workspace)
    assert (done.seeds, done.rejected) == (3, [])
    (note,) = workspace.rejected.load().values()
    assert (note.path, note.reason) == ("seeds/zzz.txt", f"the same bytes as seeds/{first.name}")


def test_a_seed_that_was_moved_is_the_same_seed(workspace: Workspace) -> None:
    _, before = ingested(workspace)
    folder = workspace.seed_folder / "deeper" / "still"
    folder.mkdir(parents=True)
    for path in workspace.seed_folder.glob("*.txt"):
        path.rename(folder / path.name)
    done = pipeline.ingest(workspace)
    assert (done.new_seeds, done.articles, done.gone, done.changed) == (0, 2, [], [])
    assert workspace.articles.load() == before
    paths = {f"seeds/deeper/still/{path.name}" for path in folder.iterdir()}
    assert {seed.path for seed in workspace.seeds.load().values()} == set(done.renamed) == paths
    assert pipeline.ingest(workspace).renamed == []


def test_a_copy_that_comes_first_by_name_does_not_take_the_place_of_the_seed(
    workspace: Workspace,
) -> None:
    pipeline.ingest(workspace)
    before = workspace.seeds.load()
    first = next(workspace.seed_folder.glob("000_*"))
    put(workspace, "000.txt", first.read_bytes())
    done = pipeline.ingest(workspace)
    assert ([c.path for c in done.copies], done.renamed) == (["seeds/000.txt"], [])
    assert workspace.seeds.load() == before


def test_a_seed_that_is_gone_is_said_to_be_gone_and_its_article_stays(
    workspace: Workspace,
) -> None:
    pipeline.ingest(workspace)
    path = next(workspace.seed_folder.glob("000_*"))
    path.unlink()
    for done in (pipeline.ingest(workspace), pipeline.ingest(workspace)):
        assert (done.gone, done.seeds, done.articles) == ([f"seeds/{path.name}"], 3, 2)
    assert any("1 seed no longer in its folder" in line for line in lines.ingested(done))


def test_a_seed_whose_text_was_edited_is_named_and_its_article_stays(workspace: Workspace) -> None:
    path = put(workspace, "edited.txt", "\n\n".join(STORY))
    pipeline.ingest(workspace)
    path.write_text("\n\n".join(STORY[:3]), "utf-8")
    for done in (pipeline.ingest(workspace), pipeline.ingest(workspace)):
        assert ([r.path for r in done.kept], done.changed) == (["seeds/edited.txt"], [])
        assert (done.gone, done.articles) == ([], 3)
        assert any("changed: seeds/edited.txt" in line for line in lines.ingested(done))


def test_a_seed_whose_furniture_alone_was_edited_makes_no_article(workspace: Workspace) -> None:
    path = put(workspace, "edited.txt", "\n\n".join(STORY))
    pipeline.ingest(workspace)
    path.write_text("\n\n".join([*STORY, "Share this article"]), "utf-8")
    done = pipeline.ingest(workspace)
    assert (done.new_seeds, done.new_articles, done.changed) == (1, 0, [])


def test_a_seed_whose_article_is_missing_is_read_again(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    before = contents(workspace)
    for path in workspace.articles.files():
        path.unlink()
    done = pipeline.ingest(workspace)
    assert (done.new_seeds, done.seeds, done.articles) == (3, 3, 2)
    assert contents(workspace) == before


def test_variants_that_a_merge_of_two_ledgers_brings_together_become_one_story(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Two people read one variant each, and git puts their files side by side."""
    for path in workspace.seed_folder.iterdir():
        path.unlink()
    init.init(tmp_path / "other")
    other = open_workspace(tmp_path / "other")
    put(workspace, "one.txt", "\n\n".join(STORY))
    put(other, "two.txt", "\n\n".join(STORY[:3]))
    for each in (workspace, other):
        pipeline.ingest(each)
    for shelf in ("articles", "stories", "seeds"):
        shutil.copytree(other.data / shelf, workspace.data / shelf, dirs_exist_ok=True)
    done = pipeline.ingest(workspace)
    assert (done.new_seeds, done.articles, done.stories) == (0, 2, 1)


BAD = [
    ("empty.txt", b"", None, "the file holds no text"),
    ("binary.txt", b"\x89PNG\r\n\x1a\n\0\0", None, "a picture; move it out"),
    ("latin.txt", b"one\ncaf\xe9\n", 2, "byte 0xE9 at offset 7, line 2; save the file as UTF-8"),
    ("nul.txt", b"one\ntwo\0\n", 2, "a NUL character on line 2"),
    ("menu.txt", b"Home\nNews\nSport\n", None, "no body text found"),
]


@pytest.mark.parametrize(("name", "content", "line", "reason"), BAD, ids=[b[0] for b in BAD])
def test_a_bad_seed_is_rejected_with_line_and_reason_and_the_good_ones_go_on(
    workspace: Workspace, name: str, content: bytes, line: int | None, reason: str
) -> None:
    put(workspace, name, content)
    done = pipeline.ingest(workspace)
    assert (done.seeds, done.articles) == (3, 2)
    (rejected,) = done.rejected
    assert (rejected.path, rejected.line) == (f"seeds/{name}", line)
    assert reason in rejected.reason
    assert list(workspace.rejected.load().values()) == [rejected]


def test_a_seed_that_was_mended_is_no_longer_rejected(workspace: Workspace) -> None:
    path = put(workspace, "bad.txt", b"caf\xe9")
    pipeline.ingest(workspace)
    path.write_text("\n\n".join(STORY), "utf-8")
    done = pipeline.ingest(workspace)
    assert (done.new_seeds, done.new_articles, done.rejected) == (1, 1, [])
    assert workspace.rejected.load() == {}


@pytest.mark.parametrize("target", ["nothing", ".", "loop.txt"])
def test_a_link_that_leads_to_no_file_is_rejected_and_the_good_seeds_go_on(
    workspace: Workspace, target: str
) -> None:
    (workspace.seed_folder / "loop.txt").symlink_to(target)
    done = pipeline.ingest(workspace)
    assert (done.seeds, done.articles) == (3, 2)
    (rejected,) = done.rejected
    assert rejected.path == "seeds/loop.txt"
    assert rejected.reason.startswith("cannot be read: ")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(path))


def _link_to_device(path: Path) -> None:
    path.symlink_to(os.devnull)


@pytest.mark.parametrize("make", [_pipe, _socket, _link_to_device])
def test_what_is_no_file_is_rejected_and_the_good_seeds_go_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    # The path of a socket may have hardly more than a hundred characters.
    monkeypatch.chdir(workspace.seed_folder)
    make(workspace.seed_folder / "odd.txt")
    done = pipeline.ingest(workspace)
    assert (done.seeds, done.articles) == (3, 2)
    (rejected,) = done.rejected
    assert rejected.path == "seeds/odd.txt"
    assert (
        rejected.reason == "cannot be read: a link, a folder, a pipe or a device is no file of text"
    )


def test_a_text_longer_than_any_article_is_rejected_with_its_length(workspace: Workspace) -> None:
    # No two are the same: what a page prints twice is kept once.
    paragraphs = [f"{STORY[0] * 10} Line {n:05} says so." for n in range(MAX_CHARACTERS // 100)]
    count = MAX_CHARACTERS // (len(paragraphs[0]) + 2)
    put(workspace, "longest.txt", "\n\n".join(paragraphs[:count]))
    put(workspace, "too_long.txt", "\n\n".join(paragraphs[: count + 1]))
    done = pipeline.ingest(workspace)
    (rejected,) = done.rejected
    assert (done.seeds, rejected.path) == (4, "seeds/too_long.txt")
    assert "characters of body text are more than the 500,000" in rejected.reason


def test_a_name_that_is_not_utf8_is_no_obstacle(workspace: Workspace) -> None:
    folder = os.fsencode(workspace.seed_folder)
    Path(os.fsdecode(folder + b"/caf\xe9.txt")).write_text("\n\n".join(STORY), "utf-8")
    Path(os.fsdecode(folder + b"/th\xe9.txt")).write_bytes(b"")
    done = pipeline.ingest(workspace)
    assert "seeds/caf\\xe9.txt" in {seed.path for seed in workspace.seeds.load().values()}
    assert [rejected.path for rejected in done.rejected] == ["seeds/th\\xe9.txt"]


def test_hidden_files_are_no_seeds(workspace: Workspace) -> None:
    put(workspace, ".DS_Store", b"\0")
    (workspace.seed_folder / ".git").mkdir()
    put(workspace, ".git/x", b"\0")
    assert pipeline.ingest(workspace).rejected == []


def test_a_missing_folder_of_seeds_is_an_error_that_says_what_to_do(workspace: Workspace) -> None:
    config = workspace.root / "builder.toml"
    config.write_text('seeds = "sedes"\n', "utf-8")
    with pytest.raises(BuilderError, match=r"sedes: no such folder\. Make it, or mend `seeds`"):
        pipeline.ingest(open_workspace(workspace.root))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_a_seed_in_another_encoding_or_with_other_line_ends_gives_the_same_article(
    workspace: Workspace, encoding: str, end: str
) -> None:
    path = next(workspace.seed_folder.glob("000_*"))
    put(workspace, "other.txt", end.join(path.read_text("utf-8").split("\n")).encode(encoding))
    done = pipeline.ingest(workspace)
    assert (done.seeds, done.articles, done.rejected) == (4, 2, [])


@given(st.binary(max_size=300))
def test_any_bytes_become_an_article_that_holds_or_a_rejection(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "seed.txt"
    path.write_bytes(data)
    _check_cleaned(path)


@given(st.lists(st.one_of(st.sampled_from(STORY), st.text(max_size=80)), max_size=12))
def test_any_text_becomes_an_article_that_holds_or_a_rejection(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = tmp_path_factory.mktemp("any") / "seed.txt"
    path.write_bytes("\n".join(lines).encode("utf-8", "ignore"))
    _check_cleaned(path)


def _check_cleaned(path: Path) -> None:
    file = File(path, "seeds/seed.txt", hashlib.sha256(path.read_bytes()).hexdigest())
    try:
        result = articles.clean(file, single.read_text(path), "en")
    except SeedError as error:
        assert error.reason
        return
    if isinstance(result, Rejection):
        assert result.reason
        return
    (article,) = articles.freeze([result], [], paragraph_bounds)
    assert article.text
    assert result.seed.article == article.id
    page = split_lines(single.read_text(path).content)
    assert result.seed.lines[-1].last == len(page)
