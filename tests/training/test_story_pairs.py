"""How well texts are grouped into stories is said in figures, and bad lines in clear errors."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from builder.cli import main
from builder.training.story_pairs import figures

BRIDGE = (
    "The council of Alta has voted to close the old bridge to lorries from the first week of June, "
    "after engineers found cracks in two of its four piers when they inspected it in the spring."
)
OWLS = (
    "Owls have returned to the tower of the church in Brekke, where none had been seen since 1958; "
    "volunteers put up boxes for them in the winter, and two pairs have moved in so far."
)
SHIP = (
    "A museum in Lund has bought the bell of a steamer that sank in a storm in 1912 and was found "
    "by fishermen, whose nets were caught in its mast, at the end of a long summer."
)
TEXTS = [
    {"id": "one", "text": BRIDGE, "story": "bridge", "outlet": "post"},
    {"id": "two", "text": f"{BRIDGE} Buses will take the tunnel.", "story": "bridge"},
    {"id": "three", "text": OWLS, "story": "owls"},
]


def evaluated(tmp_path: Path, rows: list[Any], *more: str) -> Result:
    path = tmp_path / "told.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return CliRunner().invoke(main, ["evaluate", str(path), "--task", "stories", *more])


def report(tmp_path: Path, rows: list[Any], *more: str) -> dict[str, Any]:
    done = evaluated(tmp_path, rows, "--json", *more)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_texts_that_are_grouped_as_they_should_be_have_full_figures(tmp_path: Path) -> None:
    found = report(tmp_path, TEXTS)
    assert (found["texts"], found["stories"], found["found"], found["pairs"]) == (3, 2, 2, 1)
    assert (found["precision"], found["recall"], found["f1"]) == (1.0, 1.0, 1.0)
    assert found["f1_ci95"] == [1.0, 1.0]
    assert "errors" not in found


def test_a_pair_joined_wrongly_is_listed_with_the_passage_that_it_shares(tmp_path: Path) -> None:
    rows = [TEXTS[0], {**TEXTS[1], "story": "another"}, TEXTS[2]]
    found = report(tmp_path, rows, "--errors")
    assert (found["wrong"], found["missed"], found["recall"]) == (1, 0, None)
    (error,) = found["errors"]
    assert (error["kind"], error["one"], error["other"]) == ("wrong", "one", "two")
    assert error["passage"].startswith("The council of Alta has voted")


def test_a_pair_that_was_missed_is_listed(tmp_path: Path) -> None:
    rows = [*TEXTS, {"id": "four", "text": SHIP, "story": "owls"}]
    done = evaluated(tmp_path, rows, "--errors")
    assert "missed three and four: -" in done.output
    assert "recall     0.500" in done.output


def test_the_same_text_twice_is_one_story(tmp_path: Path) -> None:
    assert report(tmp_path, [TEXTS[0], {**TEXTS[0], "id": "again"}])["recall"] == 1.0


def test_a_file_without_any_pair_has_no_figures_and_says_so(tmp_path: Path) -> None:
    done = evaluated(tmp_path, [TEXTS[0], TEXTS[2]])
    assert done.exit_code == 0, done.output
    assert "precision      -" in done.output


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([], "no object with text and story"),
        ({"text": "words"}, "story: must be text"),
        ({"text": " ", "story": "a"}, "text: must be text"),
        ({"text": "bad \ud800", "story": "a"}, "text: lone surrogate"),
        ({"text": "words", "story": "a", "outlet": 3}, "outlet: must be text"),
        ({"text": "words", "story": "a", "id": "one"}, "id: one stands twice"),
    ],
)
def test_a_line_that_is_no_text_with_its_story_is_named_with_its_number(
    tmp_path: Path, row: Any, said: str
) -> None:
    done = evaluated(tmp_path, [TEXTS[0], row])
    assert done.exit_code == 1
    assert f"told.jsonl:2: {said}" in done.output


def test_an_empty_file_and_a_pipeline_are_refused(tmp_path: Path) -> None:
    assert "holds no text" in evaluated(tmp_path, []).output
    assert "no pipeline groups texts" in evaluated(tmp_path, TEXTS, "--pipeline", "rules").output


def test_figures_are_those_of_pairs() -> None:
    found = figures(["a", "a", "a", "b", "b"], ["1", "1", "2", "2", "3"])
    # Wanted are three pairs of a and one of b; found are one of a, and one of a and b.
    assert (found["pairs"], found["wrong"], found["missed"]) == (4, 1, 3)
    assert found["precision"] == 0.5
    assert found["recall"] == 0.25
    assert found["f1"] == pytest.approx(1 / 3)
    low, high = found["f1_ci95"]
    assert 0 <= low < 1 / 3 < high <= 1


def test_one_group_of_very_many_texts_takes_no_time_for_each_pair() -> None:
    found = figures(["a"] * 100_000, ["1"] * 100_000)
    assert found["pairs"] == 100_000 * 99_999 // 2
