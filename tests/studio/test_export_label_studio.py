"""What is exported in Label Studio's form is what a real server gives back."""

import json
from pathlib import Path
from typing import Any

from builder import labels
from builder.formats.files import export
from builder.formats.labelled import articles
from builder.studio import convert
from builder.studio.convert import Shown
from builder.studio.interface import interface
from builder.workspace.config import Release
from tests import making


def _release(place: Path) -> Path:
    article = making.article(
        "🇺🇸 “It was wrong,” said Anna Kovač.", "Nobody <b>replied</b> &amp; left."
    )
    claim = making.span(article, "“It was wrong,”", "CLAIM", quote_type="direct")
    source = making.span(article, "Anna Kovač", "SOURCE", source_type="named")
    name = making.span(article, "Anna Kovač", "PERSON")
    by_her = making.link(claim, "attributed_to", source)
    gold = making.machine_gold(article, claim, source, name, relations=[by_her])
    config = Release(name="small-news", title="Small news", language="en")
    return making.write(place, *making.rows((article, gold, making.story(article))), config)


def test_a_server_that_imports_an_export_gives_back_the_same_spans_and_links(
    sdk: Any, tmp_path: Path
) -> None:
    release = _release(tmp_path / "0.1.0")
    export(release, "label-studio", tmp_path / "out", labels.default())
    tasks = json.loads((tmp_path / "out" / "train.json").read_bytes())
    lines = (tmp_path / "out" / "train.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == tasks
    project = sdk.projects.create(title="Import", label_config=interface(labels.default()))
    sdk.projects.import_tasks(id=project.id, request=tasks)
    (task,) = sdk.tasks.list(project=project.id, fields="all")
    (article,) = articles(release, labels.default())
    shown = Shown(article.id, article.text, 0, {(s.layer, s.id): s for s in article.spans})
    parsed = convert.from_result(task.annotations[0]["result"], shown, "unknown", labels.default())
    assert parsed.problems == []
    assert parsed.spans == list(article.spans)
    assert parsed.relations == list(article.relations)
    assert (task.data["article"], task.data["status"]) == (article.id, "machine")
