"""What ``builder review`` and a release's card say of agreement."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from builder.cli import main
from builder.records import FIRST, Arm, Article, Deal
from builder.review.agreement import stage
from builder.workspace.folder import Workspace, open_workspace
from tests import making
from tests.review.opinions_made import opinion

_SEEDS = {
    "one": "Russia said on Monday that Acme Corp. will open a plant in Norway.\n",
    "two": "The central bank of Chile kept its rate at 5 percent, and prices are calm.\n",
}
# What each of three people takes the first name of an article for.
_NAMES = {"one": "Russia", "two": "Chile"}


@pytest.fixture
def root(workspace: Workspace) -> Path:
    for path in workspace.seed_folder.glob("*"):
        path.unlink()
    for name, text in _SEEDS.items():
        (workspace.seed_folder / f"{name}.txt").write_text(text)
    (workspace.root / "builder.toml").write_text('[annotate]\npipeline = "rules"\n')
    assert builder(workspace.root, "ingest").exit_code == 0
    return workspace.root


def builder(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--workspace", str(root)])


def mark(root: Path, seed: str, who: str, label: str, arm: Arm | None = "blind") -> None:
    """Let somebody mark the first name of an article, as pull would write it down."""
    workspace = open_workspace(root)
    of = next(a for a in workspace.articles.load().values() if _NAMES[seed] in a.text)
    assert isinstance(of, Article)
    workspace.corrections.add([opinion(of, [making.span(of, _NAMES[seed], label)], who, arm=arm)])


def test_nothing_is_said_of_agreement_where_nobody_shares_a_passage(root: Path) -> None:
    mark(root, "one", "ann", "GPE")
    mark(root, "two", "bo", "GPE")
    assert "agreement" not in builder(root, "review").stdout
    assert "agreement" not in json.loads(builder(root, "review", "--json").stdout)
    asked = builder(root, "review", "--agreement")
    assert "no passage was looked at by two people" in asked.stdout
    told = json.loads(builder(root, "review", "--agreement", "--json").stdout)["agreement"]
    assert (told["passages"], told["figures"]["layers"]) == (0, [])
    assert "no agreement to measure" in told["why"]


def test_review_says_in_short_how_far_people_agree_blind_first(root: Path) -> None:
    mark(root, "one", "ann", "GPE")
    mark(root, "one", "bo", "ORG")
    mark(root, "two", "ann", "GPE", arm="assisted")
    mark(root, "two", "bo", "GPE", arm="assisted")
    said = builder(root, "review").stdout
    assert "agreement 2 passages that several of 2 people looked at" in said
    blind, assisted = said.index("blind entity: F1 exact 0.00"), said.index("assisted entity: F1")
    assert blind < assisted
    assert "F1 exact 1.00" in said[assisted:]
    assert "no interval: fewer than 5 stories (n = 1)" in said


def test_assisted_agreement_is_never_told_without_saying_that_there_is_no_blind(root: Path) -> None:
    for who in ("ann", "bo"):
        mark(root, "one", who, "GPE", arm="assisted")
    assert "blind: no passage has two opinions made without suggestions" in (
        builder(root, "review").stdout
    )


def test_the_tables_have_a_matrix_of_people_and_the_contested_places(root: Path) -> None:
    for who, label in (("ann", "GPE"), ("bo", "ORG"), ("cy", "GPE")):
        mark(root, "one", who, label)
    said = builder(root, "review", "--agreement").stdout
    assert "entity: F1 exact (passages)  bo        cy" in said
    assert "ann                          0.00 (1)  1.00 (1)" in said
    assert "1 of 3 opinions apart, in: Russia said on Monday" in said
    assert "bo (blind): ORG 'Russia' 0-6" in said
    told = json.loads(builder(root, "review", "--json").stdout)["agreement"]
    assert {tuple(row["people"]) for row in told["figures"]["pairs"]} == {
        ("ann", "bo"), ("ann", "cy"), ("bo", "cy")
    }  # fmt: skip


def test_what_has_not_changed_is_not_measured_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in ("ann", "bo"):
        mark(root, "one", who, "GPE")
    first = builder(root, "review", "--json")
    kept: Callable[..., Any] = stage._measured
    asked: list[int] = []

    def counted(found: Any) -> Any:
        asked.append(len(found))
        return kept(found)

    monkeypatch.setattr(stage, "_measured", counted)
    assert json.loads(builder(root, "review", "--json").stdout) == json.loads(first.stdout) | {
        "changed": 0
    }
    assert asked == []
    mark(root, "two", "ann", "GPE")
    mark(root, "two", "bo", "GPE")
    assert json.loads(builder(root, "review", "--json").stdout)["agreement"]["passages"] == 2
    assert asked == [2]


def test_links_open_tasks_also_where_the_figures_were_known_before(root: Path) -> None:
    mark(root, "one", "ann", "GPE")
    mark(root, "one", "bo", "ORG")
    [place] = stage.agreement(open_workspace(root)).contested
    assert place.link is None
    links = {place.task: "http://here/tasks/1"}
    assert stage.agreement(open_workspace(root), links).contested[0].link == "http://here/tasks/1"


def test_a_release_tells_agreement_with_arms_apart_and_names_nobody_there(root: Path) -> None:
    for who, label in (("ann", "GPE"), ("bo", "ORG")):
        mark(root, "one", who, label)
        mark(root, "two", who, "GPE", arm="assisted")
    assert builder(root, "release").exit_code == 0
    [folder] = (root / "data" / "releases").glob("*")
    card = (folder / "README.md").read_text("utf-8")
    section = card.partition("### How far people agree")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:4] for line in section.splitlines() if "**entity**" in line]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["blind", "**entity**", "0.00"], ["assisted", "**entity**", "1.00"],
    ]  # fmt: skip
    assert "ann" not in section.replace("annot", "")
    assert "no passage has two blind opinions" not in section
    verified = builder(root, "release", "--verify", folder.name, "--json")
    assert verified.exit_code == 0, verified.output
    # Whoever writes the release without text, from its sums alone, tells the same.
    assert builder(root, "release", "--no-text").exit_code == 0
    bare = (folder.parent / f"{folder.name}-no-text" / "README.md").read_text("utf-8")
    assert section in bare


def test_a_release_of_work_of_one_person_each_has_no_such_section(root: Path) -> None:
    mark(root, "one", "ann", "GPE")
    assert builder(root, "release").exit_code == 0
    [folder] = (root / "data" / "releases").glob("*")
    assert "How far people agree" not in (folder / "README.md").read_text("utf-8")
    assert '"agreement"' not in (folder / "shards.jsonl").read_text("utf-8")


def test_an_opinion_that_was_not_dealt_to_who_has_it_is_in_no_figure(root: Path) -> None:
    mark(root, "one", "ann", "GPE")
    mark(root, "one", "bo", "ORG")
    told = json.loads(builder(root, "review", "--agreement", "--json").stdout)["agreement"]
    assert told["passages"] == 1
    workspace = open_workspace(root)
    one = next(c for c in workspace.corrections.load().values() if c.producer.name == "ann")
    workspace.deals.add(
        [Deal(article=one.article, task=one.task, annotator="ann", round=FIRST, arm="blind")]
    )
    told = json.loads(builder(root, "review", "--agreement", "--json").stdout)["agreement"]
    assert told["passages"] == 0
