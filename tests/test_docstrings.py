"""Every module, class and function of the builder says in plain words what it is or does."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "builder").rglob("*.py"))
_RIDDLE = re.compile(r" in[,;].* out\b")

Named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def named(node: ast.AST) -> Iterator[Named]:
    """Yield the classes and functions of a module and the methods of its public classes."""
    for one in ast.iter_child_nodes(node):
        if isinstance(one, Named):
            yield one
            if isinstance(one, ast.ClassDef) and not one.name.startswith("_"):
                yield from named(one)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def first_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield where a docstring stands or should stand, and its first line."""
    yield place(path), (ast.get_docstring(tree(path), clean=False) or "").split("\n")[0]
    for one in named(tree(path)):
        docstring = ast.get_docstring(one, clean=False) or ""
        if docstring or not one.name.startswith("_"):
            yield f"{place(path)}:{one.lineno} {one.name}", docstring.split("\n")[0]


@pytest.mark.parametrize("docstring", ["Text in, its sentences out.", "Tasks in; the same out."])
def test_a_riddle_is_told(docstring: str) -> None:
    assert _RIDDLE.search(docstring)


def test_every_docstring_begins_with_a_whole_sentence() -> None:
    found = [where for path in MODULES for where, line in first_lines(path) if line[-1:] != "."]
    assert found == []


def test_no_docstring_is_a_riddle_of_what_goes_in_and_what_comes_out() -> None:
    found = {where for path in MODULES for where, line in first_lines(path) if _RIDDLE.search(line)}
    assert found == set()


def test_no_two_classes_share_a_name() -> None:
    places = defaultdict(list)
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(place(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_module_is_named_as_its_folder_is() -> None:
    assert [place(path) for path in MODULES if path.stem == path.parent.name] == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "manager", "core"])
def test_no_module_has_a_name_that_says_nothing(name: str) -> None:
    assert [place(path) for path in MODULES if name in path.with_suffix("").parts] == []
