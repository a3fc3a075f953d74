"""A retracted article's text leaves the workspace, stays away, and everything goes on working."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from builder import pipeline
from builder.cli import main
from builder.dataset import manifest
from builder.errors import BuilderError
from builder.ingest.retracting import Retracted
from builder.records import Article, Window
from builder.status import status
from builder.validate.levels import validate
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.conftest import Copies
from tests.test_faults import Killed, Killer, deaths

REASON = "its publisher asked"
DAY = date(2026, 3, 1)


@pytest.fixture
def released(copy_of: Copies) -> Workspace:
    """A workspace with suggestions, tasks, corrections, gold and a release of two articles."""
    return copy_of(_release)


def _release(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    articles = sorted(workspace.articles.load().values(), key=lambda a: a.id)
    suggested = [making.suggestion(a, making.span(a, a.text.split()[0], "GPE")) for a in articles]
    making.put_suggestions(workspace, suggested)
    workspace.windows.save(Window(article=a.id, start=0, end=len(a.text)) for a in articles)
    workspace.corrections.save(making.correction(s, s.spans) for s in suggested)
    pipeline.review(workspace)
    pipeline.release(workspace)


def _article(workspace: Workspace) -> Article:
    """Return the article that comes from one seed alone."""
    return min(workspace.articles.load().values(), key=lambda a: (len(a.seeds), a.id))


def _holding(workspace: Workspace, text: str) -> set[str]:
    """Return the folders of the workspace in which a file holds the text."""
    needle = json.dumps(text, ensure_ascii=False)[1:-1].encode()
    return {
        path.relative_to(workspace.root).parts[1]
        for path in workspace.data.rglob("*")
        if path.is_file() and needle in path.read_bytes()
    }


def _retract(workspace: Workspace, target: str) -> Retracted:
    return pipeline.retract(workspace, target, REASON, DAY)


def test_the_text_is_nowhere_in_the_workspace_but_in_older_releases(released: Workspace) -> None:
    article = _article(released)
    title = article.text.split("\n")[0]
    assert {"articles", "corrections"} - _holding(released, title) == {"corrections"}
    done = _retract(released, article.id)
    assert _holding(released, title) <= {"releases"}
    assert _holding(released, article.id) >= {"tombstones", "stories", "seeds"}
    for shelf in (
        released.suggestions,
        released.windows,
        released.gold,
        released.corrections,
        released.tasks,
    ):
        assert article.id not in {record.article for record in shelf.load().values()}
    assert done.releases == ["0.1.0"]
    assert len(done.variants) == 1


def test_another_article_is_left_as_it_is(released: Workspace) -> None:
    article = _article(released)
    shelves = (released.articles, released.corrections, released.gold, released.suggestions)
    (other,) = released.articles.load().keys() - {article.id}
    before = [{k: r for k, r in s.load().items() if k.startswith(other)} for s in shelves]
    _retract(released, article.id)
    assert [dict(s.load()) for s in shelves] == before


def test_the_next_release_is_major_and_its_notes_name_the_retraction(released: Workspace) -> None:
    article = _article(released)
    _retract(released, article.id)
    pipeline.review(released)
    done = pipeline.release(released)
    assert (done.version, done.rows["articles"]) == ("1.0.0", 1)
    notes = (released.releases / "1.0.0" / "CHANGES.md").read_text("utf-8")
    assert f"retracted on 2026-03-01: {REASON}: 1 row of articles, " in notes
    assert article.text.split("\n")[0] not in notes
    rows = making.read_rows(released.releases / "1.0.0")
    assert article.id not in {row["article_id"] for row in rows["sentences"]}
    assert pipeline.verify(released, "1.0.0").verdict == "identical"


def _left(workspace: Workspace) -> list[str]:
    """Return the seeds that hold a retracted text still; nothing else is found."""
    found = validate(workspace).findings
    assert {f.rule for f in found} <= {"retracted"}
    return [f.path for f in found]


def test_everything_goes_on_working_and_the_seed_is_never_read_again(released: Workspace) -> None:
    article = _article(released)
    done = _retract(released, article.id)
    for _ in range(2):
        ingested = pipeline.ingest(released)
        assert (ingested.new_seeds, ingested.articles, ingested.rejected) == (0, 1, [])
        assert [(r.path, r.reason) for r in ingested.retracted] == [
            (done.files[0], f"retracted on 2026-03-01: {REASON}")
        ]
        assert _left(released) == [done.files[0]]
        seeds = status(released).stages[0]
        assert "1 retracted" in seeds.holds
        assert (seeds.due, "0 rejected" in seeds.holds) == ("", True)
    (released.root / done.files[0]).unlink()
    assert pipeline.ingest(released).retracted == []
    assert pipeline.annotate(released).articles == 1
    assert validate(released).findings == []


def test_the_same_text_in_another_file_is_not_read_either(released: Workspace) -> None:
    article = _article(released)
    (path,) = _retract(released, article.id).files
    again = released.seed_folder / "again.txt"
    again.write_bytes((released.root / path).read_bytes() + b"\n\n\n")
    (released.root / path).unlink()
    for _ in range(2):
        found = pipeline.ingest(released)
        assert [r.path for r in found.retracted] == ["seeds/again.txt"]
        assert article.id not in released.articles.load()
        assert _left(released) == []


@pytest.mark.parametrize("how", ["article", "sha256", "name", "path"])
def test_an_article_can_be_named_by_its_id_or_by_a_seed(
    released: Workspace, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = _article(released)
    seed = released.seeds.load()[article.seeds[0]]
    monkeypatch.chdir(released.seed_folder)
    names = {
        "article": article.id,
        "sha256": seed.id,
        "name": seed.path,
        "path": Path(seed.path).name,
    }
    assert _retract(released, names[how]).article == article.id


def test_all_seeds_of_an_article_are_taken_back_with_it(released: Workspace) -> None:
    article = max(released.articles.load().values(), key=lambda a: len(a.seeds))
    done = _retract(released, article.seeds[-1])
    assert len(done.files) == len(article.seeds) == 2
    assert len(pipeline.ingest(released).retracted) == 2


@pytest.mark.parametrize("target", ["nothing", "f" * 16, "f" * 64, "seeds/nothing.txt", ""])
def test_what_names_no_article_is_an_error_and_changes_nothing(
    released: Workspace, target: str
) -> None:
    before = released.articles.load()
    with pytest.raises(BuilderError, match="no article or seed is called so"):
        _retract(released, target)
    assert released.articles.load() == before
    assert released.tombstones.load() == {}


@pytest.mark.parametrize("reason", ["", "  ", "\ud800"])
def test_a_retraction_needs_a_reason_that_can_be_written(released: Workspace, reason: str) -> None:
    with pytest.raises(BuilderError, match="--reason: "):
        pipeline.retract(released, _article(released).id, reason, DAY)
    assert released.tombstones.load() == {}


def test_what_a_killed_retraction_left_is_reported_and_taken_out_by_the_next(
    released: Workspace,
) -> None:
    article = _article(released)
    corrections = released.corrections.load().values()
    work = [c for c in corrections if c.article == article.id]
    _retract(released, article.id)
    released.articles.save([*released.articles.load().values(), article])
    released.corrections.save([*released.corrections.load().values(), *work])
    found = [f.reason for f in validate(released).findings if f.rule == "retracted" and f.line]
    assert found == [f"was retracted: run builder retract {article.id} again"]
    (path,) = _retract(released, article.id).files
    assert _left(released) == [path]
    assert len(released.tombstones.load()) == 1


def test_a_story_that_forgot_a_retraction_is_reported(released: Workspace) -> None:
    article = _article(released)
    before = released.stories.load().values()
    _retract(released, article.id)
    released.stories.save(before)
    assert [f.field for f in validate(released).findings if f.line] == ["withdrawn"]


def test_the_command_says_what_it_cannot_take_out(released: Workspace) -> None:
    words = [
        "retract",
        _article(released).id,
        "--reason",
        REASON,
        "--workspace",
        str(released.root),
    ]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 0
    for part in (
        "still holds the text: delete it",
        "releases that were made before hold it still: 0.1.0",
        "history in git",
        "next builder push",
        "Other articles tell the same story",
    ):
        assert part in done.stdout
    assert open_workspace(released.root).tombstones.load()
    assert manifest.holding(released.releases, _article(released).id) == ["0.1.0"]


@pytest.mark.no_cover
@pytest.mark.parametrize("then", [pipeline.ingest, pipeline.review, pipeline.release])
def test_a_retraction_killed_at_any_file_move_is_finished_by_whatever_command_comes_next(
    small: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    then: Callable[[Workspace], object],
) -> None:
    _release(small)
    article, killer = _article(small).id, Killer(monkeypatch)
    root = tmp_path / "whole"
    shutil.copytree(small.root, root)
    _retract(open_workspace(root), article)
    for number, moment in deaths(list(killer.folders)):
        root = tmp_path / f"{number}-{moment}"
        shutil.copytree(small.root, root)
        killer.seen, killer.fatal = 0, (number, moment)
        with pytest.raises(Killed):
            _retract(open_workspace(root), article)
        killer.fatal = None
        left = open_workspace(root)
        if not left.tombstones.load():
            continue
        with left.lock():
            then(left)
        assert article not in left.articles.load()
        assert not left.corrections.file(article).exists()
        assert status(open_workspace(root)).stages[0].due == ""
        assert len(_left(open_workspace(root))) == 1


def test_status_says_that_a_retraction_is_not_finished(released: Workspace) -> None:
    article = _article(released)
    _retract(released, article.id)
    released.articles.add([article])
    assert status(open_workspace(released.root)).stages[0].due == "1 retraction not finished"
