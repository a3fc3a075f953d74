"""Write the articles of a release as Label Studio's tasks, one JSON Lines file a split.

Each line is a whole article with its gold as an annotation; the lines of a file, put into a list,
can be imported into a project with the builder's labelling interface.
"""

from pathlib import Path
from typing import Any

from builder.formats.converted import Converted, json_lines
from builder.formats.labelled import Labelled, articles
from builder.labels import LabelSet
from builder.studio import convert


def export(release: Path, labels: LabelSet) -> Converted:
    """Return one file a split."""
    return json_lines(articles(release, labels), _task)


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
