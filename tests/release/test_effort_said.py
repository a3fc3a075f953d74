"""Effort in the card: figures of those alone who agreed, said how much of the work that is."""

import json
from pathlib import Path

import pytest

from builder import pipeline
from builder.dataset import check, compare, manifest
from builder.dataset.effort_said import ArmComparison, EffortSaid, PaceSaid
from builder.records import Correction, Suggestion
from builder.release import effort as release_effort
from builder.release.card import effort
from builder.review import blind
from builder.status import status
from builder.workspace import init
from builder.workspace.folder import Workspace, open_workspace
from tests import making

_PLACES = ("Oslo", "Riga", "Graz", "Cork")
_TEXTS = [
    f"The mayor of {place} said on Monday that the bridge needs new cables.\n\n"
    f"Nobody in {place} knows yet who is going to pay for steel and for work at number {n}.\n"
    for n, place in enumerate(_PLACES)
]
TEAM = """
[team]
publish_effort = ["anna", "ben"]
"""


def work(number: int, of: Suggestion) -> list[Correction]:
    """Anna and Ben see suggestions on half of the passages, Carla does none blindly."""
    minutes = {"anna": 60.0, "ben": 30.0, "carla": 7777.0}
    found = []
    for place, (person, seconds) in enumerate(minutes.items()):
        is_blind = person != "carla" and (number + place) % 2 == 0
        made = making.correction(
            of, of.spans, relations=of.relations, by=person, blind=is_blind, minute=number
        )
        took = seconds * (2 if is_blind else 1)
        arm = "blind" if is_blind else "assisted"
        found.append(made.model_copy(update={"seconds": took, "arm": arm}))
    return found


def workspace(root: Path, team: str) -> Workspace:
    init.init(root)
    config = root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"builder"', '"rules"') + team, "utf-8")
    for number, text in enumerate(_TEXTS):
        (root / "seeds" / f"{number}.txt").write_text(text, "utf-8")
    made = open_workspace(root)
    pipeline.ingest(made)
    pipeline.annotate(made)
    suggested = sorted(made.suggestions.records(), key=lambda s: s.article)
    made.corrections.save(c for n, of in enumerate(suggested) for c in work(n, of))
    return made


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(blind, "LEAST_BLIND", 2)
    return workspace(tmp_path / "made", TEAM)


def said(of: Workspace) -> EffortSaid:
    found = release_effort.effort_said(of)
    assert found is not None
    return found


def card(of: Workspace, name: str = "0.1.0") -> str:
    return (of.releases / name / "README.md").read_text("utf-8")


def test_figures_are_of_those_who_agreed_and_say_how_much_of_the_work_that_is(
    made: Workspace,
) -> None:
    found = said(made)
    assert (found.people, found.all_people, found.tasks, found.all_tasks) == (2, 3, 8, 12)
    assert {pace.person for pace in found.paces} == {"anna", "ben"}
    words = sum(len(text.split()) for text in _TEXTS) // 4
    assert found.paces[0] == PaceSaid("anna", "assisted", 2, 2 * words, round(100 * 60 / words, 4))
    # Both need twice the time without suggestions: 45 seconds a passage more, at equal weights.
    assert found.seconds.difference == pytest.approx(-100 * 45 / words, abs=1e-3)


def test_the_card_has_the_table_the_figures_and_no_word_of_others(made: Workspace) -> None:
    pipeline.release(made)
    folder = made.releases / "0.1.0"
    assert list(check.problems(folder)) == []
    text = card(made)
    section = text.split("## Effort")[1].split("\n## ")[0]
    assert "2 of 3 annotators, and\n8 of 12 tasks" in section
    assert "| anna | assisted | 2 |" in section and "| ben | blind | 2 |" in section
    assert "95% interval" in section and "resampled by passages" in section
    assert "carla" not in section
    everything = "\n".join(p.read_text("utf-8") for p in folder.glob("*.*") if p.suffix != ".svg")
    assert "7777" not in everything
    sums = [json.loads(line) for line in (folder / "shards.jsonl").read_text().splitlines()]
    assert sum(s["behind"]["assisted"]["seconds"] for s in sums) == 180.0, "Carla's is not there"


def test_how_far_labels_are_drawn_stands_among_the_biases(made: Workspace) -> None:
    pipeline.release(made)
    assert "draw labels towards themselves" in card(made).split("## What is in a row")[0]
    described = json.loads((made.releases / "0.1.0" / "croissant.json").read_text("utf-8"))
    assert any("draw labels" in line for line in described["rai:dataBiases"])
    assert "seconds for 100 words" in " ".join(described["rai:dataAnnotationAnalysis"])


def test_with_too_little_blind_work_the_card_says_so_and_shows_no_figure(
    tmp_path: Path,
) -> None:
    made = workspace(tmp_path / "made", TEAM)
    pipeline.release(made)
    assert "Seconds for 100 words: not enough blind work yet (n = 4)." in card(made)
    assert "draw labels towards themselves" not in card(made)


def test_where_nobody_agreed_nothing_is_told_and_that_is_said(tmp_path: Path) -> None:
    made = workspace(tmp_path / "made", "\n[team]\n")
    pipeline.release(made)
    assert "## Effort" not in card(made)
    assert "Effort: not told, as none of 3 annotators agreed" in card(made)
    assert "anna" not in json.dumps(making.said(made.releases / "0.1.0")["effort"])


def test_where_there_is_no_team_the_manifest_says_nothing_of_effort(tmp_path: Path) -> None:
    made = workspace(tmp_path / "made", "")
    pipeline.release(made)
    assert "effort" not in making.said(made.releases / "0.1.0")
    assert "## Effort" not in card(made)
    assert release_effort.effort_said(made) is None


def test_a_release_is_built_again_without_the_suggestions_that_are_not_in_git(
    made: Workspace,
) -> None:
    pipeline.release(made)
    for path in made.suggestions.files():
        path.unlink()
    again = open_workspace(made.root, strict=True)
    assert pipeline.verify(again, "0.1.0").verdict == "identical"
    assert pipeline.release(again).new is False


def test_another_figure_or_another_who_agreed_is_a_patch(made: Workspace) -> None:
    pipeline.release(made)
    config = made.root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"anna", "ben"', '"anna"'), "utf-8")
    later = open_workspace(made.root)
    assert status(later).stages[-1].due
    done = pipeline.release(later)
    assert (done.new, done.version) == (True, "0.1.1")
    found = compare.diff("0.1.0", "0.1.1", later.releases)
    assert (found.bump, found.about) == ("patch", ["effort"])
    assert "| ben |" not in card(later, "0.1.1")


def test_a_pseudonym_that_nobody_has_is_told(
    made: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    config = made.root / "builder.toml"
    config.write_text(config.read_text("utf-8").replace('"ben"', '"bne"'), "utf-8")
    with caplog.at_level("WARNING", logger="builder"):
        pipeline.release(open_workspace(made.root))
    assert ["bne" in message for message in caplog.messages] == [True]


def test_the_form_without_text_has_the_same_section(made: Workspace) -> None:
    pipeline.release(made)
    pipeline.release_without_text(made)
    free = manifest.read(made.releases / "0.1.0-no-text")
    assert free.effort == manifest.read(made.releases / "0.1.0").effort
    assert "| anna | assisted | 2 |" in card(made, "0.1.0-no-text")
    assert list(check.problems(made.releases / "0.1.0-no-text")) == []


def test_a_comparison_is_told_with_its_sign_its_interval_and_its_numbers() -> None:
    one = ArmComparison(40, 30, 4, 0.75, 0.5, 0.25, 0.125, 0.375, "stories")
    assert one.told(percent=True) == (
        "75.0% with suggestions, 50.0% without: +25.0% (95% interval 12.5% to 37.5%; "
        "40 passages, 30 of them blind, of 4 people; resampled by stories)"
    )
    assert ArmComparison(5, 4, 1, note="not enough").told() == "not enough"


def test_a_pace_that_is_not_known_is_a_dash() -> None:
    none = ArmComparison(0, 0, 0, note="not enough blind work yet (n = 0)")
    said = EffortSaid(1, 1, 1, 1, 0.95, 0, None, (PaceSaid("anna", "blind", 1, 0, None),), none)
    [text] = effort.section(said)
    assert "| anna | blind | 1 | 0 | - |" in text
    assert "(0 tasks)" in text
