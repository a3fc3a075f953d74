"""Each kind of damage gives exactly the right finding; a clean workspace gives none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import pipeline
from builder.records import LAYERS, Article, Producer, Scope, Suggestion, Task, Window
from builder.text import short_hash
from builder.validate.findings import Finding
from builder.validate.levels import validate
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.conftest import Copies

Edit = Callable[[Any], object]


def suggested(article: Article) -> Suggestion:
    """Return a suggestion that marks the first and the last word of an article."""
    first = article.text.split()[0].strip("“,")
    last = article.text.split()[-1].strip(".”")
    by = "words@1/rule:word"
    spans = [
        making.span(article, first, "ORG", by=by),
        making.span(article, last, "GPE", nth=-1, by=by),
    ]
    return Suggestion(
        article=article.id,
        scope=Scope(start=0, end=len(article.text), layers=LAYERS),
        producer=Producer(kind="rule", name="words", version="1", fingerprint="ab" * 8),
        spans=tuple(spans),
        relations=(),
    )


@pytest.fixture
def filled(copy_of: Copies) -> Workspace:
    """A workspace with records of every kind but rejections."""
    return copy_of(_fill)


def _fill(workspace: Workspace) -> None:
    pipeline.ingest(workspace)
    articles = list(workspace.articles.load().values())
    suggestions = [suggested(article) for article in articles]
    making.put_suggestions(workspace, suggestions)
    workspace.tasks.save(
        Task(
            article=a.id, start=0, end=len(a.text), text=a.text, title="", source_line="",
            suggestion=s,
        )
        for a, s in zip(articles, suggestions, strict=True)
    )  # fmt: skip
    workspace.windows.save(Window(article=a.id, start=0, end=len(a.text)) for a in articles)
    workspace.corrections.save([making.correction(s, s.spans[:1]) for s in suggestions])
    pipeline.review(workspace)


def first_file(workspace: Workspace, kind: str) -> Path:
    return sorted((workspace.data / kind).glob("*.jsonl"))[0]


def edit(path: Path, change: Edit) -> None:
    """Change the record on the first line of a file."""
    first, *rest = path.read_text("utf-8").splitlines(keepends=True)
    record = json.loads(first)
    change(record)
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n" + "".join(rest), "utf-8")


def found(workspace: Workspace) -> list[tuple[str, int, str, str]]:
    """Return the findings, with paths below data/."""
    return [
        (f.path.removeprefix("data/"), f.line, f.field, f.reason)
        for f in validate(workspace).findings
    ]


def shift(span: dict[str, Any]) -> None:
    span["start"] += 1
    span["end"] += 1


def test_a_clean_workspace_has_no_findings(filled: Workspace) -> None:
    result = validate(filled)
    assert result.findings == []
    assert result.files >= 9
    assert result.records == 3 + 2 + 1 + 2 + 2 + 2 + 2 + 2


def test_an_empty_workspace_has_no_findings(tmp_path: Path) -> None:
    init.init(tmp_path)
    result = validate(open_workspace(tmp_path), allow_empty=True)
    assert (result.files, result.records, result.findings) == (0, 0, [])
    assert [f.rule for f in validate(open_workspace(tmp_path)).findings] == ["empty"]


def test_validating_changes_nothing(filled: Workspace) -> None:
    before = {path: path.stat().st_mtime_ns for path in filled.root.rglob("*")}
    validate(filled)
    assert {path: path.stat().st_mtime_ns for path in filled.root.rglob("*")} == before


@pytest.mark.parametrize(
    ("kind", "change", "field", "reason"),
    [
        ("gold", lambda r: r.update(stranger=1), "", "'stranger' was unexpected"),
        ("seeds", lambda r: r.pop("size"), "", '"size" is a required property'),
        ("seeds", lambda r: r.update(size="3"), "size", 'is not of type "integer"'),
        ("seeds", lambda r: r.update(size=-1), "size", "less than the minimum of 0"),
        ("seeds", lambda r: r["lines"][1].update(role="junk"), "lines.1.role", '"junk" is not'),
        ("seeds", lambda r: r["lines"].pop(1), "", "is in no run, or in two"),
        ("articles", lambda r: r.update(id="xyz"), "id", "does not match"),
        ("stories", lambda r: r.update(split="dev"), "split", '"dev" is not one of'),
        ("suggestions", lambda r: r["spans"][0].update(label="KING"), "spans.0.label", "'KING' is"),
        ("suggestions", lambda r: r["spans"][0].update(label="A B"), "spans.0.label", '"A B" does'),
        ("gold", lambda r: r["spans"][0].update(label="KING"), "spans.0.label", "'KING' is no"),
        ("suggestions", lambda r: r["spans"][0].update(layer="claim"), "spans.0", "not a label of"),
        ("suggestions", lambda r: r["spans"][0].update(score=2), "spans.0.score", "2 is not valid"),
        ("suggestions", lambda r: shift(r["spans"][0]), "spans.0", "reads"),
        ("suggestions", lambda r: r["scope"].update(end=99999), "scope.end", "outside the text"),
        ("corrections", lambda r: r.update(flags=["nice"]), "flags.0", "'nice' is no flag"),
        ("corrections", lambda r: r.update(updated="now"), "updated", "valid datetime"),
        ("corrections", lambda r: shift(r["spans"][0]), "spans.0", "reads"),
        ("corrections", lambda r: shift(r["changes"][0]["before"]), "changes.0.before", "reads"),
        ("gold", lambda r: shift(r["spans"][0]), "spans.0", "reads"),
        ("gold", lambda r: r["status"].pop(), "status", "sentences"),
        ("gold", lambda r: r.update(spans=r["spans"] * 2), "", "two spans share one id"),
        ("windows", lambda r: r.update(start=1), "start", "1 is no start of a paragraph"),
        ("windows", lambda r: r.update(end=99999), "end", "99999 is no end of a paragraph"),
        ("tasks", lambda r: r.update(text="Other."), "text", "differs from the article's text"),
        ("tasks", lambda r: shift(r["suggestion"]["spans"][0]), "suggestion.spans.0", "reads"),
    ],
)  # fmt: skip
def test_a_damaged_record_is_found_by_file_line_field_and_reason(
    filled: Workspace, kind: str, change: Edit, field: str, reason: str
) -> None:
    path = first_file(filled, kind)
    edit(path, change)
    findings = found(filled)
    where = f"{kind}/{path.name}"
    assert any(
        (at, line, name) == (where, 1, field) and reason in why for at, line, name, why in findings
    ), findings
    # A record that is no more may be missed elsewhere; no other in this file is wrong.
    assert {f[1] for f in findings if f[0] == where} <= {0, 1}


def test_windows_that_overlap_are_found(filled: Workspace) -> None:
    first, *others = filled.windows.load().values()
    filled.windows.add([Window(article=first.article, start=2, end=first.end), *others])
    path = filled.windows.file(first.article[:2])
    assert (
        f"windows/{path.name}",
        2,
        "start",
        f"the window before it ends at {first.end}: they overlap",
    ) in found(filled)


def test_an_edited_text_is_found_though_it_reads_well(filled: Workspace) -> None:
    path = first_file(filled, "articles")
    edit(path, lambda r: r.update(text=r["text"].replace("Russia", "Prussia", 1)))
    findings = found(filled)
    assert (f"articles/{path.name}", 1, "") == findings[0][:3]
    assert "the text was changed after ingest" in findings[0][3]


LINES = [
    (b'{"id": ', "not JSON at column 8"),
    (b"not json", "not JSON at column 1"),
    (b"", "is empty"),
    (b"null", 'null is not of type "object"'),
    (b"[]", '[] is not of type "object"'),
    (b"\0\0\0\0", "holds NUL bytes alone"),
    (b'{"id": "caf\xe9"}', "not UTF-8 at byte 11"),
    (b'{"id": "\\ud800"}', ""),
    (b"[" * 100_000, "JSON that no record can hold"),
    (b"[" * 600 + b"]" * 600, ""),
    (b"1" * 5000, "JSON that no record can hold"),
    (b"NaN", "NaN is no number of JSON"),
    (b"\xef\xbb\xbf{}", "begins with a byte-order mark"),
    (b"<<<<<<< HEAD", "mark of a merge"),
]


@pytest.mark.parametrize(("line", "reason"), LINES, ids=[line[:12].hex() for line, _ in LINES])
def test_a_line_that_is_no_record_is_found_and_the_others_are_still_checked(
    filled: Workspace, line: bytes, reason: str
) -> None:
    path = first_file(filled, "stories")
    good = path.read_bytes()
    path.write_bytes(good + line + b"\n")
    findings = found(filled)
    assert {(f[0], f[1]) for f in findings} == {(f"stories/{path.name}", 2)}
    assert reason in findings[0][3]


@given(st.binary(max_size=60))
def test_no_damage_makes_validation_itself_fail(
    tmp_path_factory: pytest.TempPathFactory, damage: bytes
) -> None:
    root = tmp_path_factory.mktemp("any")
    init.init(root)
    (root / "data/gold").mkdir(parents=True)
    (root / "data/gold/00.jsonl").write_bytes(damage)
    findings = validate(open_workspace(root)).findings
    assert findings
    assert all(str(f).startswith("data/gold/00.jsonl:") for f in findings)


def test_a_file_that_was_cut_off_is_found_where_it_ends(filled: Workspace) -> None:
    path = first_file(filled, "stories")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert found(filled) == [
        (f"stories/{path.name}", 1, "", "the last line has no line end: cut off?")
    ]
    path.write_bytes(whole[:-20])
    assert (f"stories/{path.name}", 1) in [f[:2] for f in found(filled)]


def test_a_record_that_stands_twice_is_found(filled: Workspace) -> None:
    path = first_file(filled, "gold")
    path.write_bytes(path.read_bytes() * 2)
    assert [(f[0], f[1]) for f in found(filled) if f[3].endswith("twice or out of order")] == [
        (f"gold/{path.name}", 2)
    ]


def test_a_record_in_the_wrong_file_is_found(filled: Workspace) -> None:
    path = first_file(filled, "articles")
    path.rename(path.with_name("zz.jsonl"))
    assert found(filled) == [("articles/zz.jsonl", 1, "", f"belongs into {path.name}")]


@pytest.mark.parametrize(
    "name", ["articles/notes.txt", "stray.jsonl", "new_stage/00.jsonl", "gold/00.jsonl.old"]
)
def test_a_file_that_no_stage_writes_is_found(filled: Workspace, name: str) -> None:
    path = filled.data / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    reason = "no stage writes this file: remove it, or restore its name"
    assert found(filled) == [(name, 0, "", reason)]


def test_a_file_that_cannot_be_read_is_found_and_the_others_are_still_checked(
    filled: Workspace,
) -> None:
    (filled.data / "articles" / "aa.jsonl").mkdir()
    (filled.data / "gold" / "bb.jsonl").symlink_to("nothing")
    assert found(filled) == [
        ("articles/aa.jsonl", 0, "", "cannot be read: Is a directory"),
        ("gold/bb.jsonl", 0, "", "cannot be read: No such file or directory"),
    ]


def test_a_missing_article_is_found_wherever_it_is_named(filled: Workspace) -> None:
    path = first_file(filled, "articles")
    identity = json.loads(path.read_text("utf-8"))["id"]
    path.unlink()
    findings = found(filled)
    assert all(f[3] == f"{identity} is no article here" for f in findings)
    kinds = {"seeds", "stories", "windows", "suggestions", "tasks", "corrections", "gold"}
    assert {f[0].split("/")[0] for f in findings} == kinds
    assert {f[2] for f in findings} == {"article", "articles"}


def test_a_missing_seed_is_found(filled: Workspace) -> None:
    path = first_file(filled, "seeds")
    identity = json.loads(path.read_text("utf-8"))["id"]
    path.unlink()
    ((where, line, field, reason),) = found(filled)
    assert where.startswith("articles/")
    assert (line, field, reason) == (1, "seeds", f"{identity} is no seed here")


def test_an_article_in_two_stories_is_found(filled: Workspace) -> None:
    (story,) = filled.stories.load().values()
    second = short_hash("story", story.articles[1])
    other = story.model_copy(update={"id": second, "articles": story.articles[1:]})
    filled.stories.save([story, other])
    told = [(field, reason) for _, _, field, reason in found(filled)]
    one = min(story.id, second)
    assert told == [("articles", f"{story.articles[1]} is in story {one} too")]


def test_an_article_in_no_story_is_found(filled: Workspace) -> None:
    (story,) = filled.stories.load().values()
    filled.stories.save([story.model_copy(update={"articles": story.articles[:1]})])
    reason = f"article {story.articles[1]} is in no story"
    assert found(filled) == [("stories", 0, "articles", reason)]


def test_a_release_that_was_changed_is_found(filled: Workspace) -> None:
    folder = filled.root / pipeline.release(filled).path
    assert found(filled) == []
    readme = folder / "README.md"
    readme.write_text(readme.read_text("utf-8") + "\nMore.\n", "utf-8")
    (folder / "stray.txt").write_text("x")
    assert found(filled) == [
        ("releases/0.1.0/README.md", 0, "", "was changed after the release: its sha256 differs"),
        ("releases/0.1.0/stray.txt", 0, "", "is not in the manifest"),
    ]


def test_a_finding_reads_as_file_line_field_and_reason() -> None:
    assert str(Finding("data/gold/00.jsonl", 3, "spans.0", "bad", "text", "ab")) == (
        "data/gold/00.jsonl:3: [ab] spans.0: bad"
    )
    assert str(Finding("data/x", 0, "", "bad", "file")) == "data/x: bad"
