"""A story is found by what people call it, and its articles are laid side by side."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from rich.console import Console

from builder import pipeline
from builder.cli import main
from builder.cli.lines import stories as lines
from builder.errors import BuilderError
from builder.ingest.stories.finding import find_story
from builder.variants import shown
from builder.variants.shown import StoryShown
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace

FLOOD = (
    "The river Senne has flooded 40 houses in Halvren, the mayor said on Monday.\n\n"
    "Firefighters brought 200 people and a herd of goats to safety during the night.\n\n"
    "The school will stay closed until the end of the week.\n"
)
OTHER_FLOOD = (
    "The river Senne has flooded 60 houses in Halvren, the mayor said on Monday.\n\n"
    "Firefighters brought 200 people and a herd of goats to safety during the night.\n\n"
    "A helicopter dropped bags of sand beside the old mill.\n"
)
POTATOES = (
    "Farmers in Tarnow Bay harvested more potatoes than ever this autumn.\n\n"
    "The union of growers expects prices to fall until the spring.\n"
)


@pytest.fixture
def floods(tmp_path: Path) -> Workspace:
    """A workspace with a story of two articles, and one of one."""
    init.init(tmp_path)
    texts = {"a.txt": FLOOD, "b.txt": OTHER_FLOOD, "potatoes.txt": POTATOES}
    for name, text in texts.items():
        (tmp_path / "seeds" / name).write_text(text, "utf-8")
    workspace = open_workspace(tmp_path)
    pipeline.ingest(workspace)
    return open_workspace(tmp_path)


def told(result: StoryShown, width: int, *, terminal: bool, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what a terminal of this width, or a file, is told."""

    def console(**options: Any) -> Console:
        return Console(
            file=io.StringIO(), force_terminal=terminal, width=width, color_system=None, **options
        )

    monkeypatch.setattr("rich.console.Console", console)
    return "\n".join(lines.shown(result))


def test_a_story_is_found_by_its_id_by_an_article_and_by_a_seed(floods: Workspace) -> None:
    [story] = [s for s in floods.stories.records() if len(s.articles) == 2]
    names = [story.id, story.id[:7], *story.articles, "seeds/a.txt", "b.txt"]
    assert {find_story(floods, name).id for name in names} == {story.id}


def test_what_is_no_story_and_what_may_be_several_are_named(floods: Workspace) -> None:
    with pytest.raises(BuilderError, match="no story, article or seed is called so"):
        find_story(floods, "nothing")
    with pytest.raises(BuilderError, match="an empty name: give the id"):
        find_story(floods, "")
    ids = [i for s in floods.stories.records() for i in (s.id, *s.articles)]
    first = next(c for c in "0123456789abcdef" if sum(i.startswith(c) for i in ids) > 1)
    stories = {s.id for s in floods.stories.records()
               if any(i.startswith(first) for i in (s.id, *s.articles))}  # fmt: skip
    if len(stories) > 1:
        with pytest.raises(BuilderError, match="may be any of 2 stories"):
            find_story(floods, first)


def test_both_and_only_one_are_told_apart(floods: Workspace) -> None:
    [pair] = shown.show(floods, "a.txt").compared
    assert [(both.kind, both.left_text) for both in pair.both][1][0] == "identical"
    assert pair.both[0].kind == "conflicting"
    [number] = pair.both[0].differences
    assert {number.left_words, number.right_words} == {"40", "60"}
    alone = {one.text for one in (*pair.only_left, *pair.only_right)}
    assert alone == {FLOOD.strip().split("\n\n")[2], OTHER_FLOOD.strip().split("\n\n")[2]}


def test_json_has_words_and_places(floods: Workspace) -> None:
    words = ["story", "show", "a.txt", "--workspace", str(floods.root), "--json"]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    [pair] = json.loads(done.stdout)["compared"]
    one = pair["both"][0]
    for difference in one["differences"]:
        for side in ("left", "right"):
            start, end = difference[side]
            assert one[f"{side}_text"][start:end] == difference[f"{side}_words"]


def test_a_file_gets_whole_sentences_a_line_and_no_colours(floods: Workspace) -> None:
    done = CliRunner().invoke(main, ["story", "show", "a.txt", "--workspace", str(floods.root)])
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    assert "  " + FLOOD.split("\n")[0] in done.stdout.splitlines()
    assert "conflicting number: " in done.stdout
    assert "Only in " in done.stdout


@pytest.mark.parametrize("width", [20, 40, 71, 72, 100, 200])
def test_no_line_is_wider_than_the_terminal_but_the_headings(
    floods: Workspace, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = shown.show(floods, "a.txt")
    said = told(result, width, terminal=True, monkeypatch=monkeypatch)
    compared = said.split("aligned pairs", 1)[1].splitlines()[1:]
    texts = [line for line in compared if "Only in" not in line and " | " not in line]
    assert texts and all(cell_len(line) <= width for line in texts)


def test_on_a_wide_terminal_sentences_stand_next_to_each_other(
    floods: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = shown.show(floods, "a.txt")
    wide = told(result, 200, terminal=True, monkeypatch=monkeypatch)
    assert any(line.count("The river Senne has flooded") == 2 for line in wide.splitlines())
    narrow = told(result, 60, terminal=True, monkeypatch=monkeypatch)
    assert not any(line.count("The river Senne") == 2 for line in narrow.splitlines())


def test_marks_that_turn_the_line_and_markup_are_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    init.init(tmp_path)
    for name, text in {"a.txt": FLOOD, "b.txt": OTHER_FLOOD}.items():
        turned = text.replace("the mayor", "\u202ethe [bold]mayor[/bold]")
        (tmp_path / "seeds" / name).write_text(turned, "utf-8")
    workspace = open_workspace(tmp_path)
    pipeline.ingest(workspace)
    result = shown.show(workspace, "a.txt")
    said = told(result, 100, terminal=True, monkeypatch=monkeypatch)
    assert "\u202e" not in said
    assert "[bold]mayor[/bold]" in said


def test_of_an_article_that_was_taken_back_the_reason_is_told(floods: Workspace) -> None:
    [story] = [s for s in floods.stories.records() if len(s.articles) == 2]
    gone = story.articles[0]
    pipeline.retract(floods, gone, "its publisher asked", date(2026, 1, 2))
    result = shown.show(open_workspace(floods.root), story.id)
    assert "its publisher asked" in result.missing[gone]
    assert ([one.id for one in result.articles], result.compared) == ([story.articles[1]], [])


def test_of_an_article_whose_file_is_gone_it_is_told_what_to_do(floods: Workspace) -> None:
    [story] = [s for s in floods.stories.records() if len(s.articles) == 2]
    floods.articles.file(story.articles[0][: floods.form.digits]).unlink()
    result = shown.show(open_workspace(floods.root), story.id)
    assert "restore its file" in result.missing[story.articles[0]]


def test_a_story_of_one_article_is_shown_without_a_comparison(floods: Workspace) -> None:
    result = shown.show(floods, "potatoes.txt")
    assert (len(result.articles), result.compared) == (1, [])
