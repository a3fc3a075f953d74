"""The example of docs/seeds.md goes from saved pages to a release, as written there."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from builder.cli import main
from builder.dataset.read import load_release
from builder.workspace.folder import open_workspace

ROOT = Path(__file__).resolve().parents[2]


def test_the_example_of_the_docs_leads_from_pages_to_a_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "seeds.md").read_text("utf-8")
    example = page[page.index("## From a folder of pages to a release") :]
    (commands,) = re.findall(r"```sh\n(.*?)```", example, re.DOTALL)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    for command in commands.splitlines():
        program, *words = shlex.split(command)
        assert program == "builder"
        done = CliRunner().invoke(main, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    articles = open_workspace(tmp_path / "news").articles.load().values()
    found = {a.metadata.first("headline"): a for a in articles}
    assert len(found) == 3
    ferry = found["Ferry across the Wren to run again after a year"]
    assert ferry.text.startswith("The council of Wrenford") and ferry.text.endswith("Wrenford.")
    assert ferry.metadata.author_names() == ("Ann Lee",)
    assert ferry.metadata.first("published") == "2024-03-05"
    assert ferry.metadata.first("outlet") == "The Wrenford Post"
    plums = found["Rain spoils the plum harvest around Orlin"]
    assert plums.metadata.first("licence") == "CC BY 4.0"
    rows = load_release(tmp_path / "news" / "data" / "releases" / "0.1.0")
    assert rows["train"].num_rows == sum(len(a.sentences) for a in articles)
