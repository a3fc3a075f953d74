"""Write the articles of a release as Label Studio's tasks, a JSON and a JSON Lines file a split.

Each task is a whole article with its gold as an annotation. Label Studio imports the JSON files
into a project with the builder's labelling interface; JSON Lines are for other programs, which read
them task by task.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from builder.formats.converted import Part, as_json
from builder.formats.labelled import Labelled, articles
from builder.labels import LabelSet
from builder.studio import convert


def export(release: Path, labels: LabelSet) -> Iterator[Part]:
    """Yield the tasks of two files a split."""
    begun: list[str] = []
    for article in articles(release, labels):
        listed, task = f"{article.split}.json", as_json(_task(article))
        before = "[\n" if listed not in begun else ",\n"
        begun += [listed] if listed not in begun else []
        yield Part(listed, f"{before}{task}".encode())
        yield Part(f"{article.split}.jsonl", f"{task}\n".encode())
    for listed in begun:
        yield Part(listed, b"\n]\n")


def _task(article: Labelled) -> dict[str, Any]:
    meta = article.meta()
    return {
        "data": {
            "text": article.text,
            "title": meta.pop("headline") or article.id,
            "source_line": f"{article.id}, {article.split}",
            **meta,
        },
        "annotations": [{"result": convert.to_result(article.spans, article.relations)}],
    }
