"""Make folders of packages as ``pip install`` would fill them with some extras, and run there.

The packages are those of the environment of the tests, each linked to: only those are there that
the extras bring, so that what a command needs beside them is missed as on a user's machine.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from builder.extras import PACKAGE


class Done(NamedTuple):
    """A command that was run, and what it said."""

    words: list[str]
    exit_code: int
    stdout: str
    stderr: str


ROOT = Path(__file__).parents[1]
_BUILD = "import sys; from hatchling import build; build.build_editable(sys.argv[1])"


def write_metadata(folder: Path) -> Distribution:
    """Write the metadata of this package, as pyproject.toml has it now, into an empty folder."""
    words = [sys.executable, "-c", _BUILD, str(folder)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as packed:
        packed.extractall(folder, [name for name in packed.namelist() if ".dist-info/" in name])
    wheel.unlink()
    return _at(folder)


def _at(folder: Path) -> Distribution:
    return Distribution.at(next(folder.glob("*.dist-info")))


def fill(folder: Path, metadata: Path, extras: Collection[str] = ()) -> Path:
    """Fill a folder with this package, its ``metadata``, and what it needs with some extras."""
    shutil.copytree(metadata, folder)
    ours = _at(folder)
    (folder / "builder").symlink_to(ROOT / "builder")
    for package in _needed(ours, extras):
        found = distribution(package)
        for name in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            place = folder / name
            if not place.exists():
                place.symlink_to(str(found.locate_file(name)))
    return folder


def _needed(ours: Distribution, extras: Collection[str]) -> list[str]:
    """Return the names of the packages that this one needs, and of those that they need."""
    done: set[tuple[str, str]] = set()
    ahead = [(PACKAGE, extra) for extra in ("", *extras)]
    while ahead:
        package, extra = ahead.pop()
        if (package, extra) in done:
            continue
        done.add((package, extra))
        of = ours if package == PACKAGE else distribution(package)
        for needed in _required(of, extra):
            name = str(canonicalize_name(needed.name))
            ahead += [(name, inner) for inner in ("", *needed.extras)]
    return sorted({package for package, _ in done} - {PACKAGE})


def _required(of: Distribution, extra: str) -> Iterator[Requirement]:
    for line in of.requires or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": extra}):
            yield needed


_ONE_BY_ONE = """
import json, sys
from click.testing import CliRunner
from builder.cli import main
for words in json.loads(sys.argv[1]):
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    print(json.dumps([words, done.exit_code, done.stdout, done.stderr]))
"""


def run(site: Path, code: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python code where no other packages are to be had than those of ``site``."""
    environment = os.environ | {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-S", "-P", "-c", code, *words],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def command(site: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the builder there."""
    return run(site, "from builder.cli import main; main()", *words, cwd=cwd)


def commands(site: Path, many: Iterable[list[str]], cwd: Path) -> Iterator[Done]:
    """Run commands of the builder there, one after another in one process."""
    told = run(site, _ONE_BY_ONE, json.dumps([*many]), cwd=cwd)
    assert told.returncode == 0, told.stderr
    for line in told.stdout.splitlines():
        yield Done(*json.loads(line))
