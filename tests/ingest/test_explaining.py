"""What each line of a file is taken for is shown with its reason, safely; nothing is written."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builder.cli import main
from builder.cli.lines import explained
from builder.ingest.cleaning.lines import judge
from builder.records import Role
from builder.workspace.folder import Workspace

STORY = [
    "The harbour board of Wrenford has agreed to dredge the northern channel before the winter.",
    "Two barges ran aground there within a week and had to be pulled free by a tug, it said.",
    "Its chairman put the cost at four million, of which the town is to pay a third by May.",
    "“Nobody was hurt,” he told the meeting. “The next storm may well end in another way.”",
]
PAGE = [
    "Home", "News", "Sport", "Sign in", "", "Channel to be dredged", "By Ann Lee", "", *STORY, "",
    "Most read", "Ten walks by the sea", "© 2024 Wrenford Post",
]  # fmt: skip
ROLES = Role.__args__  # type: ignore[attr-defined]


def explain(workspace: Workspace, named: Path | str, *more: str) -> Result:
    words = ["ingest", "--explain", str(named), "--workspace", str(workspace.root), *more]
    return CliRunner().invoke(main, words)


def held(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def seeds(workspace: Workspace) -> Path:
    return workspace.seed_folder


@pytest.fixture
def page(seeds: Path) -> Path:
    path = seeds / "page.txt"
    path.write_text("\n".join(PAGE), "utf-8")
    return path


def test_each_line_is_explained_as_the_cleaner_judges_it_and_nothing_is_written(
    workspace: Workspace, page: Path
) -> None:
    before = held(workspace.root)
    done = explain(workspace, page, "--json")
    assert done.exit_code == 0, done.output
    (seed,) = json.loads(done.stdout)["seeds"]
    judged = judge(PAGE)
    assert [line["text"] for line in seed["lines"]] == PAGE
    assert [line["number"] for line in seed["lines"]] == list(range(1, len(PAGE) + 1))
    assert [(line["role"], line["reason"]) for line in seed["lines"]] == [
        (verdict.role, verdict.reason) for verdict in judged.of_lines
    ]
    assert [line["score"] for line in seed["lines"]] == list(judged.scores)
    assert seed["roles"]["body"] == len(STORY)
    assert held(workspace.root) == before


def test_a_line_of_text_has_a_probability_and_a_blank_line_has_none(
    workspace: Workspace, page: Path
) -> None:
    (seed,) = json.loads(explain(workspace, page, "--json").stdout)["seeds"]
    by_text = {line["text"]: line["score"] for line in seed["lines"]}
    assert by_text[""] is None
    assert by_text[STORY[0]] > 0.5 > by_text["Sport"]


def test_away_from_a_terminal_the_lines_are_plain(workspace: Workspace, page: Path) -> None:
    done = explain(workspace, page)
    assert "\x1b" not in done.stdout
    row = next(line for line in done.stdout.splitlines() if STORY[0] in line)
    assert row.split()[:2] == ["9", "body"]
    assert row.endswith("(paragraph of the article)")


def test_on_a_terminal_body_is_coloured_unless_no_colour_is_wanted(
    workspace: Workspace, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["ingest", "--explain", str(page), "--workspace", str(workspace.root)]
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in CliRunner().invoke(main, words, color=True).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in CliRunner().invoke(main, words, color=True).stdout


def test_what_a_terminal_would_obey_is_shown_as_a_sign(workspace: Workspace, seeds: Path) -> None:
    path = seeds / "hostile.txt"
    path.write_text("\n".join([*PAGE, "\x1b]0;title\x07 \u202egnp.exe", "x" * 900]), "utf-8")
    done = explain(workspace, path)
    assert "\x1b" not in done.stdout and "\x07" not in done.stdout and "\u202e" not in done.stdout
    assert max(map(len, done.stdout.splitlines()[3:])) < 250


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [name for name, _ in attrs if name in {"src", "href", "onclick", "onerror"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_holds_every_line_as_text_and_loads_and_runs_nothing(
    workspace: Workspace, seeds: Path, tmp_path: Path
) -> None:
    path, out = seeds / "a.txt", tmp_path / "a.html"
    hostile = '<script>alert(1)</script> <img src=x onerror=alert(1)> & "quoted"'
    path.write_text("\n".join([*PAGE, hostile]), "utf-8")
    done = explain(workspace, path, "--html", str(out))
    assert (done.exit_code, done.stdout) == (0, "")
    reader = Reader()
    reader.feed(out.read_text("utf-8"))
    assert not {"script", "img", "link", "iframe"} & set(reader.tags)
    assert reader.links == []
    assert all(line in reader.text for line in [*PAGE, hostile])
    assert f"body {len(STORY)}" in reader.text


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_colours_on_which_text_can_be_read(role: str) -> None:
    background = luminance(explained.COLOURS[role].background)
    for ink in (explained.INK, explained.FAINT_INK):
        assert (background + 0.05) / (luminance(ink) + 0.05) >= 4.5


def test_a_saved_page_is_explained_with_the_extractor_that_won(
    workspace: Workspace, seeds: Path
) -> None:
    path = seeds / "page.html"
    body = "".join(f"<p>{line}</p>" for line in STORY)
    menu = "<nav><a href='/'>Home</a> <a href='/n'>News</a></nav>"
    path.write_text(f"<html><body>{menu}<article>{body}</article></body></html>", "utf-8")
    shown = json.loads(explain(workspace, path, "--json").stdout)
    (seed,) = shown["seeds"]
    assert shown["kind"] == "html"
    assert seed["reader"] == "trafilatura" and "of the words of the body" in seed["why"]
    assert [line["text"] for line in seed["lines"] if line["role"] == "body"] == STORY
    assert all(0 <= line["score"] <= 1 for line in seed["lines"])


def test_one_record_of_many_is_explained_by_its_name(workspace: Workspace, seeds: Path) -> None:
    path = seeds / "wire.jsonl"
    rows = [{"id": f"a{n}", "text": f"{STORY[0]} {STORY[1]} {n}."} for n in range(5)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (seed,) = json.loads(explain(workspace, f"{path}#a3", "--json").stdout)["seeds"]
    assert seed["name"].endswith("wire.jsonl#a3") and seed["lines"][0]["text"].endswith("3.")
    whole = explain(workspace, path)
    assert "and 2 articles more" in whole.stdout
    missing = explain(workspace, f"{path}#a9")
    assert missing.exit_code == 1 and "no record 'a9'" in missing.stderr


def test_a_page_without_an_article_says_why_it_would_be_rejected(
    workspace: Workspace, seeds: Path
) -> None:
    path = seeds / "menu.txt"
    path.write_text("Home\nNews\nSport\nSign in\n", "utf-8")
    done = explain(workspace, path)
    assert done.exit_code == 0
    assert "would be rejected: no body text found" in done.stdout
    assert "Sport" in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("no.txt", None, "no file in"), ("a.pdf", b"%PDF-1.4", "PDF"), ("b.txt", b"\0\1", "NUL")],
)
def test_what_cannot_be_read_is_a_clear_error_or_a_reason(
    workspace: Workspace, seeds: Path, name: str, content: bytes | None, said: str
) -> None:
    path = seeds / name
    if content is not None:
        path.write_bytes(content)
    done = explain(workspace, path)
    assert said in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    "words",
    [["--html", "out.html"], ["--explain", "a", "--preview", "b"], ["--explain", "a", "source"]],
)
def test_options_that_do_not_go_together_are_wrong_usage(
    workspace: Workspace, words: list[str]
) -> None:
    done = CliRunner().invoke(main, ["ingest", *words, "--workspace", str(workspace.root)])
    assert done.exit_code == 2
