"""Marked pages are read with clear errors, and how alike two texts are is said in figures."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from builder.cli import main
from builder.errors import BuilderError
from builder.training.marked_pages import likeness, read_pages

PARAGRAPHS = [
    "The council has voted to close the old bridge to traffic from the first week of June.",
    "Engineers found cracks in two of its four piers when they inspected it in the spring.",
    "Buses will be sent through the tunnel, which adds about ten minutes to the journey.",
    "The repairs are expected to cost $12 million and to take until the end of next year.",
]
PAGE = {"dump": "\n\n".join(["• Home", "• News", *PARAGRAPHS]), "body": "\n\n".join(PARAGRAPHS)}


def written(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "pages.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([], "no object with dump and body"),
        ({"dump": "text"}, "body: must be"),
        ({"dump": " ", "body": "text"}, "dump: must be"),
        ({**PAGE, "outlet": 3}, "id, outlet: must be text"),
    ],
)
def test_a_line_that_is_no_page_is_named_with_its_number(
    tmp_path: Path, row: Any, said: str
) -> None:
    with pytest.raises(BuilderError, match=rf"pages\.jsonl:2: {said}"):
        list(read_pages(written(tmp_path, PAGE, row)))


def test_a_line_that_is_no_json_is_named_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text("{\n", "utf-8")
    with pytest.raises(BuilderError, match=r"pages\.jsonl:1: no JSON"):
        list(read_pages(path))


def test_the_same_text_is_wholly_alike_and_another_is_not_at_all() -> None:
    assert likeness(PAGE["body"], PAGE["body"])["f1"] == 1.0
    assert likeness(PAGE["body"], "Nothing of that is in here")["f1"] == 0.0
    assert likeness(PAGE["body"], "")["f1"] == 0.0


def test_half_of_a_text_has_full_precision_and_half_the_recall() -> None:
    found = likeness("a b c d e f g h i j k", "a b c d e f g")
    assert found["precision"] == 1.0
    assert found["recall"] == pytest.approx(0.5)


def test_evaluate_prints_the_figures_of_cleaning(tmp_path: Path) -> None:
    path = written(tmp_path, {**PAGE, "outlet": "a"}, {**PAGE, "outlet": "b"})
    done = CliRunner().invoke(main, ["evaluate", str(path), "--task", "cleaning", "--json"])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert (report["texts"], report["outlets"]) == (2, 2)
    assert report["f1"] == 1.0
    assert report["ci95"] == [1.0, 1.0]
