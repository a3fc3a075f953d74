"""Existing work enters as a person's corrections: whole, once, and beside everybody else's."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from builder import pipeline
from builder.cli import main
from builder.corrections import standing
from builder.errors import BuilderError
from builder.studio import membership
from builder.studio.push import Asked, payload
from builder.tasks.windows import tasks_of
from builder.validate.levels import validate
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.importing.conftest import (
    JANE,
    TEXTS,
    WHEN,
    article,
    contents,
    corrections,
    lines,
    marked,
    reasons,
    work,
)

NORWAY = TEXTS[0].strip()
FIRST, SECOND = NORWAY.split("\n\n")


def test_a_file_becomes_one_correction_of_the_person_and_validates(
    held: Workspace, tmp_path: Path
) -> None:
    file = lines(tmp_path / "x.jsonl", marked(NORWAY, ("Maria Lopez", "PER"), ("Norway", "gpe")))
    done = corrections(held, file)
    (made,) = work(held)
    assert contents(made.spans) == {("Maria Lopez", "PERSON"), ("Norway", "GPE")}
    assert (made.guidelines, made.scope.layers, made.unseen) == ("1.0", ("entity",), ())
    assert (done.new, done.rejected, done.texts["hash"]) == (1, [], 1)
    assert [w.key for w in held.windows.load().values()] == [made.task]
    assert validate(open_workspace(held.root)).findings == []


def test_who_it_was_stands_nowhere_in_what_goes_into_git(held: Workspace, tmp_path: Path) -> None:
    corrections(held, lines(tmp_path / "x.jsonl", marked(NORWAY, ("Oslo", "GPE"))))
    for path in held.data.rglob("*"):
        assert not path.is_file() or b"jane" not in path.read_bytes()
    assert JANE in (held.state / "annotators.json").read_text("utf-8")


def test_importing_twice_changes_no_byte_of_data(held: Workspace, tmp_path: Path) -> None:
    file = lines(tmp_path / "x.jsonl", marked(NORWAY, ("Oslo", "GPE")), marked("No such text."))
    corrections(held, file)
    before = {p: p.read_bytes() for p in held.data.rglob("*") if p.is_file()}
    done = corrections(held, file, when=WHEN + timedelta(days=1))
    assert {p: p.read_bytes() for p in held.data.rglob("*") if p.is_file()} == before
    assert (done.new, done.unchanged) == (0, 1)


def test_other_labels_of_the_same_person_are_a_newer_revision_that_is_told(
    held: Workspace, tmp_path: Path
) -> None:
    corrections(held, lines(tmp_path / "x.jsonl", marked(NORWAY, ("Oslo", "GPE"))))
    done = corrections(held, lines(tmp_path / "y.jsonl", marked(NORWAY, ("Oslo", "ORG"))))
    assert [c.revision for c in work(held)] == [1, 2]
    (last,) = standing(work(held))
    assert contents(last.spans) == {("Oslo", "ORG")}
    assert done.newer == [f"task {last.task}: 2 spans changed since revision 1"]
    assert validate(open_workspace(held.root)).findings == []


def test_sentences_that_a_newer_file_lacks_keep_what_the_earlier_one_says(
    held: Workspace, tmp_path: Path
) -> None:
    corrections(held, lines(tmp_path / "x.jsonl", marked(FIRST, ("Norway", "GPE"))))
    (only,) = work(held)
    assert [held.articles.load()[only.article].text[s.start : s.end] for s in only.unseen] == [
        SECOND
    ]
    corrections(held, lines(tmp_path / "y.jsonl", marked(SECOND, ("Oslo", "GPE"))))
    (last,) = standing(work(held))
    assert contents(last.spans) == {("Norway", "GPE"), ("Oslo", "GPE")}
    assert last.unseen == ()
    corrections(held, lines(tmp_path / "z.jsonl", marked(SECOND, ("Ivar Berg", "PERSON"))))
    (last,) = standing(work(held))
    assert contents(last.spans) == {("Norway", "GPE"), ("Ivar Berg", "PERSON")}


def test_two_people_who_differ_are_disputed_and_neither_is_replaced(
    held: Workspace, tmp_path: Path
) -> None:
    both = ["entity", "claim"]
    for who, label in ((JANE, "GPE"), ("Kim", "ORG")):
        record = marked(NORWAY, ("Oslo", label), layers=both)
        corrections(held, lines(tmp_path / "x.jsonl", record), who=who)
    assert len(standing(work(held))) == 2
    done = pipeline.review(open_workspace(held.root))
    assert done.sentences["disputed"] == 1 and done.rejected == []


def test_a_sentence_that_the_file_lacks_stays_with_the_machine(
    held: Workspace, tmp_path: Path
) -> None:
    record = marked(FIRST, ("Norway", "GPE"), layers=["entity", "claim"])
    corrections(held, lines(tmp_path / "x.jsonl", record))
    pipeline.review(open_workspace(held.root))
    gold = held.gold.load()[article(held, "Norway").id]
    assert [s.entity for s in gold.status] == ["single", "machine"]


def test_work_done_in_label_studio_is_kept_and_the_file_told(
    held: Workspace, tmp_path: Path
) -> None:
    of = article(held, "Norway")
    file = lines(tmp_path / "x.jsonl", marked(NORWAY, ("Oslo", "GPE")))
    name = corrections(held, file).by
    held.corrections.write(of.id, ())
    pulled = making.correction(making.suggestion(of), [making.span(of, "Oslo", "ORG")], by=name)
    held.corrections.add([pulled])
    done = corrections(held, file, who=name)
    assert work(held) == [pulled]
    (told,) = reasons(done)
    assert "has worked on this in Label Studio, and that work is kept" in told


@pytest.mark.parametrize("blind", [False, True])
def test_work_counts_as_blind_only_if_that_is_said(
    held: Workspace, tmp_path: Path, blind: bool
) -> None:
    record = marked(NORWAY, ("Oslo", "GPE"), layers=["entity", "claim"])
    corrections(held, lines(tmp_path / "x.jsonl", record), blind=blind)
    pipeline.review(open_workspace(held.root))
    gold = held.gold.load()[article(held, "Norway").id]
    assert {s.blind for s in gold.status} == {blind}
    assert validate(open_workspace(held.root)).findings == []


def test_labels_go_by_the_workspaces_map_and_what_is_unknown_is_told_line_by_line(
    held: Workspace, tmp_path: Path
) -> None:
    config = held.root / "builder.toml"
    config.write_text(config.read_text("utf-8") + '\n[labels.map]\nMISC = "EVENT"\nX = false\n')
    file = lines(
        tmp_path / "x.jsonl",
        marked(FIRST, ("Norway", "MISC"), ("Monday", "X")),
        marked(SECOND, ("Oslo", "CITY"), ("Ivar Berg", "person")),
    )
    done = corrections(held, file)
    (made,) = work(held)
    assert contents(made.spans) == {("Norway", "EVENT"), ("Ivar Berg", "PERSON")}
    assert done.dropped == {"X": 1}
    (told,) = done.rejected
    assert (told.path, told.line, told.field) == (str(file), 2, "spans.0")
    assert (
        "'CITY' is no label of labels.toml; say what it becomes under [labels.map]" in told.reason
    )
    assert held.rejected.read(held.rejected.file("import")) == {told.key: told}


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        ({"start": 0, "end": 999, "label": "ORG"}, "is not inside the text"),
        ({"start": 5, "end": 5, "label": "ORG"}, "is not inside the text"),
        ({"start": -3, "end": 5, "label": "ORG"}, "is not inside the text"),
        ({"start": "0", "end": 5, "label": "ORG"}, "are no whole numbers"),
        ({"start": 0, "end": True, "label": "ORG"}, "are no whole numbers"),
        ({"start": 0, "end": 5, "label": "ORG", "text": "Kim"}, "reads 'Maria', and not 'Kim'"),
        ({"start": 5, "end": 6, "label": "ORG"}, "these words are not at that place"),
        ("Maria", "are no whole numbers"),
        (
            {"start": 0, "end": 5, "label": "SOURCE", "attributes": {"source_type": "odd"}},
            "SOURCE has no attribute source_type = 'odd'",
        ),
    ],
)
def test_a_mark_that_does_not_fit_is_told_and_the_others_are_taken(
    held: Workspace, tmp_path: Path, span: object, reason: str
) -> None:
    record = marked(NORWAY, ("Oslo", "GPE"))
    record["spans"].append(span)
    done = corrections(held, lines(tmp_path / "x.jsonl", record))
    (told,) = reasons(done)
    assert reason in told
    assert ("Oslo", "GPE") in contents(work(held)[0].spans)


def test_relations_that_cannot_be_are_told(held: Workspace, tmp_path: Path) -> None:
    record = marked(SECOND, ("the plan is good", "CLAIM"), ("Ivar Berg", "SOURCE"), ("said", "CUE"))
    for number, span in enumerate(record["spans"]):
        span["id"] = number
    record["relations"] = [
        {"label": "attributed_to", "head": 0, "tail": 1},
        {"label": "attributed_to", "head": 0, "tail": 2},
        {"label": "likes", "head": 0, "tail": 1},
        {"label": "introduced_by", "head": 0, "tail": 9},
    ]
    done = corrections(held, lines(tmp_path / "x.jsonl", record))
    assert [r.label for r in work(held)[0].relations] == ["attributed_to"]
    assert [r.field for r in done.rejected] == ["relations.1", "relations.2", "relations.3"]


def test_a_span_over_two_windows_is_told(held: Workspace, tmp_path: Path) -> None:
    of = article(held, "Norway")
    edges = making.paragraphs(of)
    held.windows.add(making.window(of, *edge) for edge in edges)
    record = marked(NORWAY, ("Oslo", "GPE"))
    record["spans"].append({"start": 60, "end": 90, "label": "EVENT"})
    done = corrections(held, lines(tmp_path / "x.jsonl", record))
    (told,) = reasons(done)
    assert told.endswith("lies in two windows of the article")
    assert {c.task for c in work(held)} == {f"{of.id}:{a}-{b}" for a, b in edges}


def test_the_other_layer_of_other_sentences_is_told_since_no_correction_can_say_it(
    held: Workspace, tmp_path: Path
) -> None:
    corrections(held, lines(tmp_path / "x.jsonl", marked(FIRST, ("Norway", "GPE"))))
    later = lines(tmp_path / "y.jsonl", marked(SECOND, ("Ivar Berg", "SOURCE")))
    (told,) = reasons(corrections(held, later))
    assert "is of other sentences" in told
    same = lines(tmp_path / "z.jsonl", marked(FIRST, ("Maria Lopez", "SOURCE")))
    assert corrections(held, same).rejected == []
    (last,) = standing(work(held))
    assert contents(last.spans) == {("Norway", "GPE"), ("Maria Lopez", "SOURCE")}
    assert corrections(held, same).unchanged == 1


def test_a_file_without_a_mark_is_told_as_nobody_knows_what_was_looked_for(
    held: Workspace, tmp_path: Path
) -> None:
    done = corrections(held, lines(tmp_path / "x.jsonl", marked(NORWAY)))
    assert "nobody can tell what was looked for" in reasons(done)[0]
    assert work(held) == []
    said = lines(tmp_path / "y.jsonl", marked(NORWAY, layers=["entity"]))
    assert corrections(held, said).rejected == []
    assert [c.spans for c in work(held)] == [()]


def test_labels_that_no_file_has_are_told_as_looked_for(held: Workspace, tmp_path: Path) -> None:
    done = corrections(held, lines(tmp_path / "x.jsonl", marked(NORWAY, ("Oslo", "GPE"))))
    assert "PERSON" in done.never_marked and "GPE" not in done.never_marked
    assert "CLAIM" not in done.never_marked


def test_the_work_of_who_has_left_is_refused(held: Workspace, tmp_path: Path) -> None:
    file = lines(tmp_path / "x.jsonl", marked(NORWAY, ("Oslo", "GPE")))
    name = corrections(held, file).by
    membership.forget(open_workspace(held.root), name, WHEN.date(), keep=False)
    with pytest.raises(BuilderError, match="has left"):
        corrections(held, file)


def test_a_pseudonym_that_is_not_known_here_is_refused(held: Workspace, tmp_path: Path) -> None:
    file = lines(tmp_path / "x.jsonl", marked(NORWAY, ("Oslo", "GPE")))
    with pytest.raises(BuilderError, match="is no pseudonym here"):
        corrections(held, file, who="annotator-0123abcd")


def test_the_command_says_what_it_did_and_exits_1_if_something_is_left_out(
    held: Workspace, tmp_path: Path
) -> None:
    file = lines(tmp_path / "x.jsonl", marked(NORWAY, ("Oslo", "GPE"), ("Norway", "CITY")))
    words = ["import", str(file), "--format", "jsonl", "--as", "corrections"]
    words += ["--annotator", JANE, "--guidelines", "1.0", "--workspace", str(held.root)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1
    assert "on 1 article (1 new)" in done.stdout
    assert "left out: " in done.stdout and "'CITY' is no label" in done.stdout
    assert len(work(held)) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["--as", "corrections", "--annotator", "x"],
        ["--as", "corrections", "--guidelines", "1"],
        ["--as", "corrections", "--annotator", " ", "--guidelines", "1"],
        ["--as", "corrections", "--annotator", "x", "--guidelines", "1", "--producer", "a@1"],
        ["--as", "suggestions"],
        ["--as", "suggestions", "--producer", "a@1", "--blind"],
        ["--as", "suggestions", "--producer", "a@1", "--annotator", "x"],
    ],
)
def test_options_that_do_not_fit_together_are_wrong_usage(
    held: Workspace, tmp_path: Path, words: list[str]
) -> None:
    file = lines(tmp_path / "x.jsonl", marked(NORWAY))
    given = ["import", str(file), "--format", "jsonl", "--workspace", str(held.root), *words]
    assert CliRunner().invoke(main, given).exit_code == 2


def test_json_holds_what_was_left_out(held: Workspace, tmp_path: Path) -> None:
    file = lines(tmp_path / "x.jsonl", marked(NORWAY, ("Norway", "CITY")))
    words = ["import", str(file), "--format", "jsonl", "--as", "corrections", "--json"]
    words += ["--annotator", JANE, "--guidelines", "1.0", "--workspace", str(held.root)]
    found = json.loads(CliRunner().invoke(main, words).stdout)
    assert {r["stage"] for r in found["rejected"]} == {"import"}
    assert JANE not in json.dumps(found)


def test_imported_work_goes_to_a_fresh_server_as_an_annotation(
    held: Workspace, tmp_path: Path
) -> None:
    corrections(held, lines(tmp_path / "x.jsonl", marked(NORWAY, ("Oslo", "GPE"))))
    (made,) = work(held)
    of = article(held, "Norway")
    (task,) = tasks_of(of, making.suggestion(of), [(made.scope.start, made.scope.end)])
    sent = payload(Asked(task), held.labels, [made])
    (annotation,) = sent["annotations"]
    assert [r["value"]["text"] for r in annotation["result"]] == ["Oslo"]
    assert task.key == made.task
