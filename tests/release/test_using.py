"""What docs/using.md shows runs as it stands there, on a release of the seeds."""

import re
from pathlib import Path
from typing import Any

import pytest
from thinc.api import fix_random_seed

from builder import pipeline
from builder.workspace.folder import Workspace
from tests import making

pytestmark = pytest.mark.no_cover

_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_BLOCKS = _BLOCK.findall(
    (Path(__file__).parents[2] / "docs" / "using.md").read_text(encoding="utf-8")
)


def _shown(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run all examples where a release 1.0.0 lies; return the names that they leave."""
    pipeline.ingest(workspace)
    pipeline.annotate(workspace)
    # Somebody has read the first article and taken out every tenth span.
    first = workspace.suggestions.load()[min(workspace.articles.load())]
    kept = [span for number, span in enumerate(first.spans) if number % 10]
    ids = {span.id for span in kept}
    links = [r for r in first.relations if {r.head, r.tail} <= ids]
    workspace.corrections.save([making.correction(first, kept, relations=links)])
    pipeline.review(workspace)
    pipeline.release(workspace, "1.0.0")
    monkeypatch.chdir(workspace.root)
    fix_random_seed(0)
    names: dict[str, Any] = {}
    for block in _BLOCKS:
        exec(block, names)
    return names


def test_every_example_runs_and_does_what_its_text_says(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = _shown(workspace, monkeypatch)
    sentences, checked = shown["sentences"], shown["checked"]
    assert 0 < len(checked) < len(sentences)
    assert set(checked["status"]) == {"single"}
    assert len(shown["agreed"]) == 0
    assert len(shown["everything"]["train"]) == len(sentences)
    assert shown["held_out_test"].features == shown["claims"].features
    assert len(shown["held_out_test"]) == 0
    _spans_are_filtered_by_who_made_them(shown)
    assert set(shown["mine"]["story_id"]).isdisjoint(shown["test"]["story_id"])
    assert len(shown["mine"]) + len(shown["test"]) == len(sentences)
    assert {row["kind"] for row in shown["conflicting"]} == {"conflicting"}
    assert set(shown["direct"]["quote_type"]) == {"direct"}
    # Both classifiers have learned some of what they have seen.
    assert shown["names"].evaluate([shown["tagged"](r) for r in checked])["ents_f"] > 0.3
    assert shown["spans"].evaluate([shown["marked"](r) for r in checked])["spans_claim_f"] > 0.1


def _spans_are_filtered_by_who_made_them(shown: dict[str, Any]) -> None:
    def spans(name: str) -> list[dict[str, Any]]:
        return [span for row in shown[name] for span in row["entities"]]

    assert spans("by_people") == []
    assert {tuple(s["annotators"]) for s in spans("confirmed")} == {("annotator-1",)}
    rules = {s["by"].rpartition("/")[2].partition(":")[0] for s in spans("of_rules")}
    assert rules == {"rule"}
    assert 0 < len(spans("confirmed")) < len(spans("sentences"))
