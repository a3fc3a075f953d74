"""A seed edited after its article was frozen: the article stays, until its text is asked for."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builder import pipeline
from builder.cli import main
from builder.dataset import left_out
from builder.errors import BuilderError
from builder.ingest.articles import Cleaned, clean
from builder.ingest.carrying import STAGE
from builder.ingest.held import successors_begun
from builder.ingest.listing import File
from builder.ingest.readers import single
from builder.records import ADJUDICATION, CALIBRATION, Article, Correction, Round, Window
from builder.release import stage as releasing
from builder.release.earlier import Earlier
from builder.status import status
from builder.tasks.dealing import acknowledged
from builder.text import article_id
from builder.validate.levels import validate
from builder.workspace.config import Rights
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.test_faults import Killed, Killer, contents, deaths

_PLANT = (
    "Maria Lopez said on Monday that Acme Corp. will open a plant in Norway.\n\n"
    "The mayor of Oslo, Ivar Berg, said the plan is good for the ctiy and for its people.\n\n"
    "Workers in Bergen told Reuters that they had not heard of the plan before this week.\n"
)
_MENDED = _PLANT.replace("ctiy", "city")
_BANK = (
    "The central bank of Chile kept its rate at 5 percent, and said that prices are calm.\n\n"
    "Analysts at Banco Sur had expected the bank to wait until the new year, they said.\n"
)
_OTHER = (
    "The Red Cross says that 300 people have left Garissa for camps in the hills of Kenya.\n\n"
    "John Otieno, a farmer, told Reuters that he has lost his maize and two of his goats.\n"
)


@pytest.fixture
def root(workspace: Workspace) -> Path:
    """A workspace with two seeds, read."""
    for path in workspace.seed_folder.glob("*"):
        path.unlink()
    (workspace.root / "builder.toml").write_text('[annotate]\npipeline = "rules"\n')
    (workspace.seed_folder / "plant.txt").write_text(_PLANT)
    (workspace.seed_folder / "bank.txt").write_text(_BANK)
    assert builder(workspace.root, "ingest").exit_code == 0
    return workspace.root


def builder(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--workspace", str(root)], catch_exceptions=False)


def edit(root: Path, text: str = _MENDED, name: str = "plant.txt") -> None:
    (root / "seeds" / name).write_text(text)


def refreeze(root: Path, name: str = "seeds/plant.txt") -> Result:
    done = builder(root, "ingest", "--refreeze", name)
    assert done.exit_code == 0, done.output
    return done


def article(root: Path, words: str) -> Article:
    (found,) = [a for a in open_workspace(root).articles.load().values() if words in a.text]
    return found


def row(root: Path) -> tuple[str, str]:
    """Return what status says of ingest."""
    first = status(open_workspace(root)).stages[0]
    return first.holds, first.due


def correct(
    root: Path, of: Article, *marks: tuple[str, str], minute: int = 0, revision: int = 1
) -> Correction:
    """Write a correction of a whole article as pull does: these words, under these labels."""
    spans = [making.span(of, words, label, by="annotator-1") for words, label in marks]
    suggested = making.suggestion(of, making.span(of, "Monday", "DATE"))
    made = making.correction(suggested, spans, minute=minute, revision=revision)
    open_workspace(root).corrections.add([made])
    return made


def work(root: Path, of: Article) -> list[Correction]:
    return [c for c in open_workspace(root).corrections.load().values() if c.article == of.id]


def marks(correction: Correction) -> list[tuple[str, str]]:
    return [(span.text, span.label) for span in correction.spans]


# --- what is kept ---------------------------------------------------------------------------


def test_a_mended_typo_makes_no_second_article_and_is_told_each_time(root: Path) -> None:
    before = article(root, "ctiy")
    edit(root)
    assert row(root) == (
        "2 seeds, 2 articles, 2 stories, 0 rejected, 1 seed differs from its frozen article",
        "",
    )
    for _ in range(2):
        done = builder(root, "ingest")
        assert done.exit_code == 0
        assert (
            "  changed: seeds/plant.txt: its article is frozen as it was; "
            "builder ingest --refreeze seeds/plant.txt takes the new text\n"
        ) in done.output
        assert article(root, "Maria Lopez") == before
        assert "1 seed differs from its frozen article" in row(root)[0]
        assert row(root)[1] == ""
        assert validate(open_workspace(root)).findings == []
    rejected = open_workspace(root).rejected.load().values()
    assert [r.path for r in rejected] == ["seeds/plant.txt"]
    assert json.loads(builder(root, "ingest", "--json").stdout)["rejected"] == []


def test_a_typo_that_is_put_back_leaves_nothing_to_say(root: Path) -> None:
    edit(root)
    builder(root, "ingest")
    edit(root, _PLANT)
    assert "changed" not in builder(root, "ingest").output
    assert row(root) == ("2 seeds, 2 articles, 2 stories, 0 rejected", "")


def test_another_text_under_the_same_name_is_a_new_article(root: Path) -> None:
    edit(root, _OTHER)
    assert row(root)[1] == "1 seed not read"
    done = builder(root, "ingest")
    assert "makes a new article, the old one stays" in done.output
    assert article(root, "Otieno") and article(root, "Maria Lopez")
    assert row(root) == (
        "3 seeds, 3 articles, 3 stories, 0 rejected, 1 changed since read",
        "",
    )


def test_a_text_of_the_same_story_under_another_name_is_told_as_a_variant(root: Path) -> None:
    edit(root, _MENDED, "later.txt")
    done = builder(root, "ingest")
    (story,) = [s for s in open_workspace(root).stories.load().values() if len(s.articles) == 2]
    told = f"  variant: seeds/later.txt tells the same as seeds/plant.txt (story {story.id})\n"
    assert told in done.output
    assert "variant:" not in builder(root, "ingest").output


def test_two_variants_that_come_together_are_told_once(workspace: Workspace) -> None:
    done = pipeline.ingest(workspace)
    assert len(done.variants) == 1
    assert done.variants[0].path > done.variants[0].like


# --- what is frozen anew --------------------------------------------------------------------


def test_the_new_article_takes_the_old_ones_place_in_its_story(root: Path) -> None:
    old = article(root, "ctiy")
    (before,) = [s for s in open_workspace(root).stories.load().values() if old.id in s.articles]
    edit(root)
    done = refreeze(root)
    new = article(root, "the city")
    assert f"  refrozen: seeds/plant.txt: article {new.id} takes the place of {old.id}" in (
        done.output
    )
    assert "variant:" not in done.output and "changed:" not in done.output
    (story,) = [s for s in open_workspace(root).stories.load().values() if new.id in s.articles]
    assert (story.id, story.split) == (before.id, before.split)
    assert {i: w.reason for i, w in story.out().items()} == {old.id: f"refrozen as {new.id}"}
    assert row(root) == ("3 seeds, 3 articles, 2 stories, 0 rejected", "")
    again = contents(root / "data")
    assert builder(root, "ingest").exit_code == 0
    assert contents(root / "data") == again
    assert "not changed: seeds/plant.txt" in refreeze(root).output
    assert contents(root / "data") == again


def test_a_correction_comes_along_with_every_mark_whose_words_are_still_there(root: Path) -> None:
    old = article(root, "ctiy")
    theirs = correct(
        root, old, ("Acme Corp.", "ORG"), ("ctiy", "GPE"), ("Ivar Berg", "PERSON"),
        ("Bergen", "GPE"),
    )  # fmt: skip
    edit(root, _MENDED.replace("Maria Lopez said", "Dr. Maria Lopez said"))
    done = refreeze(root)
    new = article(root, "the city")
    (mine,) = work(root, new)
    assert marks(mine) == [("Acme Corp.", "ORG"), ("Ivar Berg", "PERSON"), ("Bergen", "GPE")]
    making.check_spans(new, mine.spans)
    assert [span.start for span in mine.spans] != [span.start for span in theirs.spans]
    assert (mine.producer, mine.updated, mine.round, mine.seconds) == (
        theirs.producer, theirs.updated, theirs.round, theirs.seconds,
    )  # fmt: skip
    assert (mine.suggestion, mine.suggested_by) == (theirs.suggestion, theirs.suggested_by)
    assert mine.task == f"{new.id}:0-{len(new.text)}"
    assert work(root, old) == [theirs], "people's work is never dropped"
    place = f"{old.text.index('ctiy')}:{old.text.index('ctiy') + 4}"
    reason = f"GPE “ctiy” ({place}) of annotator-1: these words are not at that place in {new.id}"
    assert f"  not carried over: data/corrections/{old.id}.jsonl: {reason}\n" in done.output
    noted = open_workspace(root).rejected.load().values()
    assert [r.reason for r in noted if r.stage == STAGE] == [reason]
    assert "1 mark not carried over" in row(root)[0]
    assert validate(open_workspace(root)).findings == []


def test_relations_and_changes_come_along_with_the_marks_that_they_speak_of(root: Path) -> None:
    old = article(root, "ctiy")
    claim = making.span(old, "the plan is good", "CLAIM", by="annotator-1")
    source = making.span(old, "Ivar Berg", "SOURCE", by="annotator-1")
    lost = making.span(old, "good for the ctiy", "CLAIM", by="annotator-1")
    links = [making.link(s, "attributed_to", source) for s in (claim, lost)]
    shown = making.suggestion(
        old, making.span(old, "Oslo", "ORG"), making.span(old, "Monday", "DATE")
    )
    oslo = making.span(old, "Oslo", "GPE", by="annotator-1", key=shown.spans[0].id)
    made = making.correction(shown, [claim, source, lost, oslo], relations=links)
    open_workspace(root).corrections.add([made])
    edit(root)
    refreeze(root)
    (mine,) = work(root, article(root, "the city"))
    assert [(r.head, r.tail) for r in mine.relations] == [(claim.id, source.id)]
    assert sorted(change.action for change in mine.changes) == sorted(
        change.action
        for change in made.changes
        if change.after is None or change.after.id != lost.id
    )
    assert {c.after.text for c in mine.changes if c.after} == {
        "the plan is good",
        "Ivar Berg",
        "Oslo",
    }


def test_a_sentence_that_nobody_has_seen_is_not_counted_as_looked_at(root: Path) -> None:
    correct(root, article(root, "ctiy"), ("Acme Corp.", "ORG"))
    added = "The Norwegian Trade Council welcomed it on Tuesday in a long letter. "
    edit(root, _MENDED.replace("Workers in", f"{added}Workers in"))
    refreeze(root)
    assert builder(root, "review").exit_code == 0
    new = article(root, "the city")
    statuses = [s.entity for s in open_workspace(root).gold.load()[new.id].status]
    assert statuses == ["single", "single", "machine", "single"]


def test_windows_come_along_as_whole_paragraphs(root: Path) -> None:
    old = article(root, "ctiy")
    start = old.text.index("The mayor")
    end = old.text.index("\n\nWorkers")
    shown = making.suggestion(old)
    made = making.correction(shown, [making.span(old, "Oslo", "GPE")], window=(start, end))
    open_workspace(root).corrections.add([made])
    edit(root, "A new first paragraph of ten words stands before all.\n\n" + _MENDED)
    refreeze(root)
    new = article(root, "the city")
    (mine,) = work(root, new)
    first, last = new.text.index("The mayor"), new.text.index("\n\nWorkers")
    assert (mine.scope.start, mine.scope.end) == (first, last)
    assert mine.task == f"{new.id}:{first}-{last}"


def test_skipped_tasks_come_along_and_what_its_author_took_back_does_not(root: Path) -> None:
    old = article(root, "ctiy")
    shown = making.suggestion(old)
    skipped = making.correction(shown, (), skipped=True)
    first = making.correction(shown, [making.span(old, "Oslo", "GPE")], by="annotator-2")
    gone = first.model_copy(
        update={"revision": 2, "state": "withdrawn", "spans": (), "changes": ()}
    )
    open_workspace(root).corrections.add([skipped, first, gone])
    edit(root)
    refreeze(root)
    assert [(c.state, c.producer.name) for c in work(root, article(root, "the city"))] == [
        ("skipped", "annotator-1")
    ]


def test_what_one_person_did_in_several_rounds_comes_along_whole(root: Path) -> None:
    opinion = correct(root, article(root, "ctiy"), ("Oslo", "GPE"))
    later = opinion.updated + timedelta(minutes=5)
    decision = opinion.model_copy(update={"round": ADJUDICATION, "updated": later})
    open_workspace(root).corrections.add([decision])
    edit(root)
    refreeze(root)
    carried = work(root, article(root, "the city"))
    assert [(c.round, c.revision) for c in carried] == [(1, 1), (ADJUDICATION, 1)]
    assert row(root)[1] == ""


def test_a_second_look_that_was_carried_over_and_dealt_there_is_no_fault(root: Path) -> None:
    looked = correct(root, article(root, "ctiy"), ("Oslo", "GPE"))
    looked = looked.model_copy(update={"round": CALIBRATION + 1})
    workspace = open_workspace(root)
    workspace.corrections.save([looked])
    workspace.rounds.add(
        [
            Round(number=looked.round, tasks=(looked.task,), why="an error", by="lead",
                  guidelines="1.0", opened=looked.updated)
        ]
    )  # fmt: skip
    edit(root)
    refreeze(root)
    (carried,) = work(root, article(root, "the city"))
    workspace = open_workspace(root)
    workspace.deals.add(acknowledged([looked, carried], [], {looked.task, carried.task}))
    workspace.windows.add(
        Window(article=c.article, start=c.scope.start, end=c.scope.end) for c in (looked, carried)
    )
    assert [f for f in validate(workspace).findings if "deals" in f.path] == []


def test_work_that_is_pulled_later_is_carried_over_once_by_whatever_comes_next(root: Path) -> None:
    old = article(root, "ctiy")
    edit(root)
    refreeze(root)
    new = article(root, "the city")
    for minute, command in ((1, "ingest"), (2, "review"), (3, "release")):
        correct(root, old, ("Oslo", "GPE"), minute=minute, revision=minute)
        assert row(root)[1] == "1 correction to carry over to a refrozen article"
        for _ in range(2):
            assert builder(root, command).exit_code == 0
            assert [c.revision for c in work(root, new)] == list(range(1, minute + 1))
        assert row(root)[1] == ""


def test_work_that_breaks_the_contract_is_named_and_carried_over_once_it_is_mended(
    root: Path,
) -> None:
    old = article(root, "ctiy")
    correct(root, old, ("Oslo", "GPE"))
    path = open_workspace(root).corrections.file(old.id)
    good = path.read_text()
    path.write_text(good.replace('"text":"Oslo"', '"text":"Rome"'))
    edit(root)
    refreeze(root)
    assert work(root, article(root, "the city")) == []
    (noted, *_) = [r for r in open_workspace(root).rejected.load().values() if r.stage == STAGE]
    assert (noted.path, noted.line) == (f"data/corrections/{old.id}.jsonl", 1)
    path.write_text(good)
    assert row(root)[1] == "1 correction to carry over to a refrozen article"
    builder(root, "ingest")
    assert [marks(c) for c in work(root, article(root, "the city"))] == [[("Oslo", "GPE")]]


def test_later_work_on_the_new_article_stands(root: Path) -> None:
    old = article(root, "ctiy")
    correct(root, old, ("Oslo", "GPE"))
    edit(root)
    refreeze(root)
    new = article(root, "the city")
    correct(root, new, ("Oslo", "ORG"), minute=9, revision=2)
    assert builder(root, "ingest").exit_code == 0
    assert [marks(c) for c in work(root, new)] == [[("Oslo", "GPE")], [("Oslo", "ORG")]]


def test_an_edit_of_an_edit_and_the_way_back_leave_one_article_in_the_dataset(root: Path) -> None:
    first = article(root, "ctiy")
    correct(root, first, ("Oslo", "GPE"))
    edit(root)
    refreeze(root)
    second = article(root, "the city")
    third_text = _MENDED.replace("this week", "this very week")
    edit(root, third_text)
    assert "changed: seeds/plant.txt" in builder(root, "ingest").output
    refreeze(root)
    third = article(root, "very week")
    assert [marks(c) for c in work(root, third)] == [[("Oslo", "GPE")]]
    edit(root, _PLANT)
    assert "1 seed differs from its frozen article" in row(root)[0]
    assert "changed: seeds/plant.txt" in builder(root, "ingest").output
    refreeze(root)
    (story,) = [s for s in open_workspace(root).stories.load().values() if first.id in s.articles]
    assert story.out().keys() == {second.id, third.id}
    assert len(work(root, first)) == 1, "work that was there already is not doubled"
    assert row(root) == ("4 seeds, 4 articles, 2 stories, 0 rejected", "")
    assert validate(open_workspace(root)).findings == []


def test_a_better_cleaner_changes_nothing_until_it_is_asked(root: Path) -> None:
    """The article lies there as an older cleaner froze it: with one paragraph less."""
    workspace, now = open_workspace(root), article(root, "ctiy")
    text = now.text.rpartition("\n\n")[0]
    old = now.model_copy(
        update={
            "id": article_id(text),
            "text": text,
            "sentences": tuple(b for b in now.sentences if b.end <= len(text)),
        }
    )
    seed = workspace.seeds.load()[now.seeds[0]]
    workspace.seeds.add([seed.model_copy(update={"article": old.id})])
    kept = [a for a in workspace.articles.load().values() if a != now]
    workspace.articles.save([*kept, old])
    shutil.rmtree(workspace.stories.folder)
    shutil.rmtree(workspace.state)
    correct(root, old, ("Oslo", "GPE"))
    assert builder(root, "ingest").exit_code == 0
    assert row(root) == ("2 seeds, 2 articles, 2 stories, 0 rejected", "")
    refreeze(root)
    assert article(root, "Workers in Bergen") == now
    assert [marks(c) for c in work(root, now)] == [[("Oslo", "GPE")]]
    assert open_workspace(root).seeds.load()[seed.id].article == now.id
    assert validate(open_workspace(root)).findings == []


def test_a_second_article_that_an_edit_made_before_is_joined_with_the_first(root: Path) -> None:
    """Older builders took every edit for a new article."""
    old = article(root, "ctiy")
    correct(root, old, ("Oslo", "GPE"))
    edit(root, _MENDED, "later.txt")
    assert builder(root, "ingest").exit_code == 0
    (root / "seeds" / "later.txt").rename(root / "seeds" / "plant.txt")
    assert builder(root, "ingest").exit_code == 0
    new = article(root, "the city")
    assert row(root) == ("3 seeds, 3 articles, 2 stories, 0 rejected, 1 changed since read", "")
    refreeze(root)
    assert [marks(c) for c in work(root, new)] == [[("Oslo", "GPE")]]
    (story,) = [s for s in open_workspace(root).stories.load().values() if new.id in s.articles]
    assert story.out().keys() == {old.id}
    assert row(root) == ("3 seeds, 3 articles, 2 stories, 0 rejected", "")


@pytest.mark.parametrize("target", ["seeds/nothing.txt", "", "plant"])
def test_what_names_no_seed_is_an_error_and_changes_nothing(root: Path, target: str) -> None:
    edit(root)
    before = contents(root / "data")
    done = builder(root, "ingest", "--refreeze", target)
    assert (done.exit_code, "no seed is called so" in done.output) == (1, True)
    assert contents(root / "data") == before


def test_a_seed_of_which_nothing_is_frozen_cannot_be_refrozen(root: Path) -> None:
    edit(root, _OTHER, "new.txt")
    with pytest.raises(BuilderError, match=r"seeds/new.txt: nothing is frozen of it yet"):
        pipeline.ingest(open_workspace(root), refreeze=["seeds/new.txt"])


def test_two_seeds_of_one_article_cannot_replace_it_with_two_texts(root: Path) -> None:
    edit(root, _PLANT + "\n\n", "again.txt")
    assert builder(root, "ingest").exit_code == 0
    edit(root)
    edit(root, _MENDED.replace("Oslo", "Bergen"), "again.txt")
    words = ["--refreeze", "seeds/plant.txt", "--refreeze", "seeds/again.txt"]
    done = builder(root, "ingest", *words)
    assert (done.exit_code, "name one of them" in done.output) == (1, True)


# --- what follows ---------------------------------------------------------------------------


def test_from_an_edit_to_the_next_release(root: Path) -> None:
    old = article(root, "ctiy")
    correct(root, old, ("Acme Corp.", "ORG"), ("Oslo", "GPE"))
    assert builder(root, "release").exit_code == 0
    edit(root)
    assert builder(root, "ingest").exit_code == 0
    assert "nothing has changed since" in builder(root, "release").output
    refreeze(root)
    new = article(root, "the city")
    assert builder(root, "review").exit_code == 0
    assert json.loads(builder(root, "release", "--json").stdout)["version"] == "1.0.0"
    folder = root / "data" / "releases" / "1.0.0"
    rows = making.read_rows(folder)
    texts = [r["text"] for r in rows["sentences"]]
    assert len(texts) == len(set(texts)) == 5
    statuses = {r["status"] for r in rows["sentences"] if r["article_id"] == new.id}
    assert statuses == {"single"}
    entities = {e["text"] for r in rows["sentences"] for e in r["entities"]}
    assert {"Acme Corp.", "Oslo"} <= entities
    gone = {item.id: item.reason for _, item in left_out.read(folder)}
    assert gone[old.id] == f"refrozen as {new.id}"
    notes = (folder / "CHANGES.md").read_text("utf-8")
    assert "## Why rows are gone" in notes
    assert f"- refrozen as {new.id}: 1 row of articles, " in notes
    assert "ctiy" not in notes
    assert validate(open_workspace(root)).findings == []
    due = {s.name: s.due for s in status(open_workspace(root)).stages if s.name != "push"}
    assert not any(due.values()), due
    assert builder(root, "release", "--verify", "1.0.0").exit_code == 0


def test_people_and_their_work_are_counted_once(root: Path) -> None:
    correct(root, article(root, "ctiy"), ("Oslo", "GPE"))
    assert builder(root, "review").exit_code == 0
    before = [s.holds for s in status(open_workspace(root)).stages if s.name in ("pull", "review")]
    changes = pipeline.review(open_workspace(root)).changes
    edit(root)
    refreeze(root)
    assert builder(root, "review").exit_code == 0
    assert pipeline.review(open_workspace(root)).changes == changes
    after = {s.name: s for s in status(open_workspace(root)).stages}
    assert [after["pull"].holds, after["review"].holds] == before
    assert after["push"].due == "2 articles not on the server"


def test_a_retraction_takes_the_older_text_with_it(root: Path) -> None:
    old = article(root, "ctiy")
    correct(root, old, ("Oslo", "GPE"))
    edit(root)
    refreeze(root)
    new = article(root, "the city")
    for _ in range(2):
        done = pipeline.retract(open_workspace(root), "seeds/plant.txt", "asked", date(2026, 3, 1))
        assert done.article == new.id
        workspace = open_workspace(root)
        assert workspace.tombstones.load().keys() == {old.id, new.id}
        assert not {old.id, new.id} & workspace.articles.load().keys()
        assert workspace.corrections.load() == {}
        assert "1 retracted" not in builder(root, "ingest").output
        left = validate(open_workspace(root)).findings
        assert [(f.path, f.rule) for f in left] == [("seeds/plant.txt", "retracted")]


@pytest.mark.no_cover
@pytest.mark.parametrize("then", ["the same command", "a plain ingest"])
def test_killed_at_any_file_move_it_ends_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, then: str
) -> None:
    correct(root, article(root, "ctiy"), ("Oslo", "GPE"), ("ctiy", "GPE"))
    builder(root, "release")
    edit(root)
    killer, whole = Killer(monkeypatch), tmp_path / "whole"
    shutil.copytree(root, whole)
    pipeline.ingest(open_workspace(whole), refreeze=["seeds/plant.txt"])
    wanted, moves = contents(whole / "data"), list(killer.folders)
    untouched = contents(root / "data")
    for number, moment in deaths(moves):
        there = tmp_path / f"{number}-{moment}"
        shutil.copytree(root, there)
        killer.seen, killer.fatal = 0, (number, moment)
        with pytest.raises(Killed):
            pipeline.ingest(open_workspace(there), refreeze=["seeds/plant.txt"])
        killer.fatal = None
        with open_workspace(there).lock():
            again = ["seeds/plant.txt"] if then == "the same command" else []
            pipeline.ingest(open_workspace(there), refreeze=again)
            assert status(open_workspace(there)).stages[0].due == ""
            found = _settled(contents(there / "data"))
            ends = [_settled(wanted)] if again else [_settled(wanted), _settled(untouched)]
            assert found in ends, f"killed {moment} move {number}"
            assert [str(f) for f in validate(open_workspace(there)).findings] == []
        shutil.rmtree(there)


def _settled(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return what is in git: not what is told of the last run."""
    return {name: content for name, content in files.items() if not name.startswith("rejected/")}


def test_the_old_article_is_left_out_only_once_the_new_one_stands_in_its_place(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release between a kill and the next ingest has lost nothing."""
    old, killer = article(root, "ctiy"), Killer(monkeypatch)
    edit(root)
    while not successors_begun(open_workspace(root)):
        killer.seen, killer.fatal = 0, (1, "after") if killer.fatal is None else _next(killer)
        with pytest.raises(Killed):
            pipeline.ingest(open_workspace(root), refreeze=["seeds/plant.txt"])
    killer.seen = -1000
    assert row(root)[1] == "1 seed not frozen anew to the end"
    workspace = open_workspace(root)
    pipeline.review(workspace)
    (shard,) = releasing.story_shards(workspace)
    chosen, _ = shard.make(releasing.token_bounds, workspace.labels, Rights(), Earlier(None))
    assert old.id in {row["id"] for row in chosen.tables.articles}


def _next(killer: Killer) -> tuple[int, str]:
    assert killer.fatal is not None
    return killer.fatal[0] + 1, "after"


def test_the_seed_is_cleaned_as_it_is_now(root: Path) -> None:
    edit(root)
    refreeze(root)
    path = root / "seeds" / "plant.txt"
    seed = open_workspace(root).seeds.load()[article(root, "the city").seeds[0]]
    size = path.stat().st_size
    made = clean(File(path, "seeds/plant.txt", seed.id, size=size), single.read_text(path), "en")
    assert isinstance(made, Cleaned) and made.seed == seed
