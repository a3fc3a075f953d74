"""What readers have installed reads a release as it was written: datasets, polars and DuckDB.

Older versions of ``datasets`` live in environments of their own in the user's cache, made from
``locks/readers-*.txt`` once and shared between runs.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest
from filelock import FileLock
from platformdirs import user_cache_path
from uv import find_uv_bin

from tests import making
from tests.making import Row
from tests.release import load_release
from tests.release.conftest import CONFIG, Made

_ROOT = Path(__file__).parents[2]
_TABLES = ("sentences", "articles", "claims")


def _python(version: str) -> Path:
    """Return the Python of the environment with this version of ``datasets``, made if need be."""
    if version == "5.2":
        return Path(sys.executable)
    lock = _ROOT / "locks" / f"readers-{version}.txt"
    tag = f"py{sys.version_info.major}{sys.version_info.minor}"
    cache = user_cache_path("labelled-dataset-builder", ensure_exists=True)
    sha = hashlib.sha256(lock.read_bytes()).hexdigest()[:8]
    home = cache / f"readers-{version}-{sha}-{tag}"
    with FileLock(f"{home}.lock"):
        if not home.is_dir():
            # It gets its name when it is complete, so a killed installation is done anew.
            partial = home.with_name(f"{home.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            _uv("venv", "--python", sys.executable, partial)
            python = partial / "bin" / "python"
            _uv("pip", "sync", "--require-hashes", "--python", python, lock)
            partial.rename(home)
    return home / "bin" / "python"


def _uv(*arguments: object) -> None:
    command = [find_uv_bin(), "--quiet", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} needs the package index once: {done.stderr}"


_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
# The release that is read here has no pair of variants, and so no such config.
_OTHERS = re.compile(r"\b(?:spacy|spans|duckdb|builder|variants)\b")


@pytest.fixture(scope="module")
def changed(dataset: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release that has the same folder name and other rows."""
    rows = json.loads(json.dumps(dataset[0]))
    for row in rows["sentences"]:
        row["headline"] = "another headline"
    return making.write(tmp_path_factory.mktemp("changed") / "0.1.0", rows, [], CONFIG)


def _canonical(rows: list[Row]) -> list[Row]:
    """Return rows as JSON has them, with their fields in one order."""
    plain: list[Row] = json.loads(json.dumps(rows, sort_keys=True, default=str))
    return plain


@pytest.fixture(scope="module", params=["5.2", "4.0", "3.6", "2.21"])
def seen(
    request: pytest.FixtureRequest,
    released: Path,
    changed: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    """What some version of ``datasets`` says of itself and two releases, and of the examples."""
    home = tmp_path_factory.mktemp("home")
    # An environment of its own is compiled when it is first used, and not at every use.
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [_python(request.param), load_release.__file__, released, changed],
        input=_examples().replace("data/releases/1.0.0", str(released)).replace("range(3)", "[0]"),
        env={**os.environ, **compiled, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    used, *rest = json.loads(done.stdout)
    assert used.startswith(f"{request.param}.")
    return rest


def _examples() -> str:
    """Return the examples of docs/using.md that need ``datasets`` alone."""
    page = (_ROOT / "docs" / "using.md").read_text("utf-8")
    alone = [block for block in _BLOCK.findall(page) if not _OTHERS.search(block)]
    assert len(alone) >= 5 and any("tags" in block for block in alone)
    return "".join(alone)


def test_the_examples_that_need_datasets_alone_run_on_datasets_of_every_age(seen: Any) -> None:
    printed, failed = seen[2]
    assert failed == ""
    assert printed.startswith("['O', ")


def test_datasets_of_every_age_reads_rows_types_and_version_as_they_were_written(
    seen: Any, released: Path, changed: Path, dataset: Made
) -> None:
    found, again, _ = seen
    for table in _TABLES:
        types = {name: load_release.kind(of) for name, of in making.features()[table].items()}
        for loaded in found[str(released)][table]:
            assert list(loaded) == list(dict.fromkeys(r["split"] for r in _ordered(dataset, table)))
            for split, part in loaded.items():
                rows = [row for row in dataset[0][table] if row["split"] == split]
                assert _canonical(part["rows"]) == _canonical(rows)
                assert (part["types"], part["version"]) == (types, "0.1.0")
    # Two releases of one name in one process: each gives its own rows, from the cache too.
    for release, headline in ((released, None), (changed, "another headline")):
        for loaded in (*found[str(release)]["sentences"], again[str(release)]):
            assert {row["headline"] for row in loaded["test"]["rows"]} == {headline}


def _ordered(dataset: Made, table: str) -> list[Row]:
    order = ("train", "validation", "test")
    return sorted(dataset[0][table], key=lambda row: order.index(row["split"]))


# --- Parquet without datasets ---------------------------------------------------------------


def _with_polars(release: Path, table: str) -> list[Row]:
    return polars.read_parquet(release / table / "*.parquet").to_dicts()


def _with_duckdb(release: Path, table: str) -> list[Row]:
    found = duckdb.execute(f"select * from '{release / table}/*.parquet'")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("table", _TABLES)
@pytest.mark.parametrize("read", [_with_polars, _with_duckdb])
def test_other_tools_read_the_same_values(
    read: Callable[[Path, str], list[Row]], released: Path, dataset: Made, table: str
) -> None:
    found = sorted(read(released, table), key=lambda row: row["id"])
    wanted = sorted(dataset[0][table], key=lambda row: row["id"])
    assert _canonical(found) == _canonical(wanted)
    assert {type(row["published"]) for row in found} <= {date, type(None)}


def test_duckdb_counts_labels_and_compares_dates(released: Path) -> None:
    of = f"'{released}/sentences/*.parquet'"
    labels = duckdb.execute(
        f"select e.label, count(*) from (select unnest(entities) as e from {of}) "
        "group by all order by all"
    ).fetchall()
    assert labels == [("GPE", 1), ("NORP", 1), ("ORG", 1), ("PERCENT", 1), ("PERSON", 1)]
    early = f"select distinct published from {of} where published < date '2019-01-01'"
    assert duckdb.execute(early).fetchall() == [(date(2018, 9, 7),)]


def test_polars_has_types_that_can_be_counted_and_compared(released: Path) -> None:
    frame = polars.read_parquet(released / "sentences" / "*.parquet")
    assert frame.schema["published"] == polars.Date
    assert isinstance(frame.schema["entities"], polars.List)
    spans: Any = frame.explode("claims").unnest("claims", separator=".")
    assert sorted(spans["claims.label"].drop_nulls()) == ["CLAIM", "CLAIM", "SOURCE", "SOURCE"]
