"""Label Studio's empty database, made by a stand-in for its program of migrations."""

import sys
from pathlib import Path

import pytest

from builder.studio import install
from builder.studio.install import StudioError

_MAKES_ONE = """
import os, pathlib, sys
assert sys.argv[1] == "migrate" and "HF_TOKEN" not in os.environ
folder = pathlib.Path(os.environ["LABEL_STUDIO_BASE_DATA_DIR"])
(folder / "label_studio.sqlite3").write_text("tables")
"""
_FAILS = """
import os, pathlib
folder = pathlib.Path(os.environ["LABEL_STUDIO_BASE_DATA_DIR"])
(folder / "label_studio.sqlite3").write_text("half")
raise SystemExit("no space left on device")
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache in which Label Studio is installed as far as this needs it."""
    monkeypatch.setenv("HF_TOKEN", "of nobody's concern")
    monkeypatch.setattr(install, "_install", lambda home: _installed(home, _MAKES_ONE))
    install.python(print, tmp_path)
    return tmp_path


def _installed(home: Path, program: str) -> None:
    package = home / "lib" / "python3" / "site-packages" / "label_studio"
    package.mkdir(parents=True, exist_ok=True)
    (package / "manage.py").write_text(program)
    (home / "bin").mkdir(exist_ok=True)
    if not (home / "bin" / "python").exists():
        (home / "bin" / "python").symlink_to(sys.executable)


def _home(cache: Path) -> Path:
    return install.python(print, cache).parents[1]


def test_the_empty_database_is_made_once_and_by_a_program_that_sees_no_secret(cache: Path) -> None:
    told: list[str] = []
    database = install.empty_database(told.append, cache)
    assert database.read_text() == "tables"
    assert len(told) == 1
    assert install.empty_database(told.append, cache) == database
    assert len(told) == 1
    assert not list(cache.glob("*.partial"))


def test_a_database_that_could_not_be_prepared_is_not_taken_for_one(cache: Path) -> None:
    _installed(_home(cache), _FAILS)
    with pytest.raises(StudioError, match="no space left on device"):
        install.empty_database(print, cache)
    assert not list(cache.glob("*.sqlite3*"))
    _installed(_home(cache), _MAKES_ONE)
    assert install.empty_database(print, cache).read_text() == "tables"
