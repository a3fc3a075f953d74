"""The public names of the builder: docs/python.md has them all, and its examples run."""

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import builder

_PAGE = (Path(__file__).parents[1] / "docs" / "python.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `(\w+)\(([^`]*)\)` \|", re.MULTILINE)
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_IMPORTED = re.compile(r"^from builder import (.*)$", re.MULTILINE)
_PUBLIC = set(builder.__all__) - {"__version__"}


def test_the_page_lists_every_public_name_once_and_no_other() -> None:
    assert sorted(name for name, _ in _ROW.findall(_PAGE)) == sorted(_PUBLIC)
    assert "`__version__`" in _PAGE


def test_the_examples_import_public_names_alone_and_all_of_them_but_run() -> None:
    imported = {name for line in _IMPORTED.findall(_PAGE) for name in line.split(", ")}
    assert imported == _PUBLIC - {"run"}


@pytest.mark.parametrize(("name", "parameters"), _ROW.findall(_PAGE))
def test_the_page_names_parameters_that_a_function_has(name: str, parameters: str) -> None:
    has = inspect.signature(getattr(builder, name)).parameters
    for told in parameters.split(", "):
        word, _, default = told.partition("=")
        assert word in has
        assert not default or repr(has[word].default) == default.replace('"', "'")
    required = [word for word, one in has.items() if one.default is inspect.Parameter.empty]
    assert set(required) <= {told.partition("=")[0] for told in parameters.split(", ")}


@pytest.mark.parametrize("name", sorted(_PUBLIC))
def test_a_public_function_says_what_it_does_and_has_types(name: str) -> None:
    function = getattr(builder, name)
    assert (function.__doc__ or "").strip()
    assert "return" in function.__annotations__
    assert set(inspect.signature(function).parameters) <= function.__annotations__.keys()


def _run(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_to_import_the_builder_loads_nothing_of_it() -> None:
    loaded = _run("import sys, builder; print(*(m for m in sys.modules if 'builder.' in m))")
    assert loaded == []


def test_a_room_called_like_a_public_name_does_not_take_it() -> None:
    code = (
        "import builder, builder.annotate.stage, builder.ingest.stage, builder.release.stage\n"
        "import builder.review.stage, builder.status, builder.validate.levels\n"
        "from builder import annotate, ingest, release, review, status, validate\n"
        "from builder.release import stage\n"
        "for x in annotate, ingest, release, review, status, validate, builder.release:\n"
        "    print(type(x).__name__)\n"
    )
    assert set(_run(code)) == {"function"}


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'builder' has no attribute 'relase'"):
        _ = builder.relase  # type: ignore[attr-defined]
    assert set(dir(builder)) == set(builder.__all__)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run all examples in an empty folder; return the names that they leave."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in _BLOCK.findall(_PAGE):
        exec(block, names)
    return names


def test_every_example_of_the_page_runs_and_does_what_its_text_says(shown: dict[str, Any]) -> None:
    assert (shown["read"].articles, shown["suggested"].new) == (1, 1)
    assert shown["reviewed"].changes == {"removed": 1}
    assert (shown["first"].version, shown["second"].version) == ("0.1.0", "0.1.1")
    assert shown["changed"].bump == "patch"
    assert set(shown["sentences"]["status"]) == {"single"}
    assert shown["exported"].files
    assert shown["filled"].same
    assert shown["retracted"].files == ["seeds/rates.txt"]
    assert {span.text for span in shown["doc"].ents} >= {"Andrew Bailey", "Bank of England"}
    assert shown["doc"].spans["claim"]
