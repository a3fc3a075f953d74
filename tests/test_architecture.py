"""The page on architecture, held against the code: rooms, arrows and folders of data."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
_ROOM = re.compile(r"^\| \[`(\w+)(?:/|\.py)`\]\(\.\./builder/([\w.]+)\) \|", re.MULTILINE)
_ARROW = re.compile(r"^ *(\w+) --> ([\w &]+)$", re.MULTILINE)
_BOX = re.compile(r'^ *(\w+)\["', re.MULTILINE)
_FOLDER = re.compile(r"^\| `data/(\w+)` \| (yes|no) \|", re.MULTILINE)

Imports = Mapping[str, set[str]]


def in_order() -> list[str]:
    """Return the rooms of the import contract in the order in which data flows."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    [layers] = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return [room for layer in reversed(layers) for room in re.findall(r"\w+", layer)]


@pytest.fixture(scope="module")
def imports() -> Imports:
    """Return for each room the rooms that it imports, wherever in it and whenever."""
    graph = grimp.build_graph("builder", cache_dir=None)
    rooms = graph.find_children("builder")
    for room in rooms:
        graph.squash_module(room)
    found = {room: graph.find_modules_directly_imported_by(room) & rooms for room in rooms}
    return {_short(room): {_short(one) for one in found[room] - {room}} for room in rooms}


def _short(module: str) -> str:
    return module.removeprefix("builder.")


def drawing() -> str:
    [found] = re.findall(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def base() -> set[str]:
    """Return the rooms to which no arrows are drawn."""
    [line] = re.findall(r"subgraph base.*?\n(.*?)\n *end", drawing(), re.DOTALL)
    return set(re.findall(r"\w+", line))


def reaches(imports: Imports, start: str, goal: str) -> bool:
    return goal in imports[start] or any(reaches(imports, at, goal) for at in imports[start])


def test_the_page_lists_every_room_once_and_in_the_order_in_which_data_flows() -> None:
    rooms = _ROOM.findall(PAGE)
    assert [name for name, _ in rooms] == in_order()
    missing = [path for _, path in rooms if not (ROOT / "builder" / path).exists()]
    assert missing == []


def test_the_page_lists_no_room_less_than_the_package_has(imports: Imports) -> None:
    assert set(imports) == {name for name, _ in _ROOM.findall(PAGE)}


def test_the_arrows_drawn_are_the_imports_that_no_longer_way_implies(imports: Imports) -> None:
    above = {room: others - base() for room, others in imports.items() if room not in base()}
    wanted = {
        (room, other)
        for room, others in above.items()
        for other in others
        if not any(reaches(above, between, other) for between in others - {other})
    }
    drawn = {
        (room, other) for room, others in _ARROW.findall(drawing()) for other in others.split(" & ")
    }
    told = [f"draw    {a} --> {b}" for a, b in sorted(wanted - drawn)]
    told += [f"remove  {a} --> {b}" for a, b in sorted(drawn - wanted)]
    assert told == [], "\n".join(["docs/architecture.md:", *told])


def test_every_room_is_drawn_once_and_none_that_is_not_there(imports: Imports) -> None:
    boxes = _BOX.findall(drawing())
    assert sorted(boxes) == sorted(set(imports) - base())


def test_the_rooms_to_which_no_arrows_are_drawn_import_each_other_alone(imports: Imports) -> None:
    assert {other for room in base() for other in imports[room]} <= base()


def test_the_page_says_of_each_folder_of_data_whether_git_keeps_it() -> None:
    ignored = re.findall(r"^/data/(\w+)/$", (ROOT / ".gitignore").read_text("utf-8"), re.MULTILINE)
    folders = dict(_FOLDER.findall(PAGE))
    assert {name for name, kept in folders.items() if kept == "no"} == set(ignored)
    assert {path.name for path in (ROOT / "data").iterdir() if path.is_dir()} <= folders.keys()


def test_no_page_holds_the_marks_of_an_unfinished_merge() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*.toml"), ROOT / "Makefile"]
    marks = re.compile(r"^(<<<<<<<|=======$|>>>>>>>)", re.MULTILINE)
    assert [path.name for path in pages if marks.search(path.read_text("utf-8"))] == []
