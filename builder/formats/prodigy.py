"""Write the articles of a release as Prodigy's tasks, one JSON Lines file a split.

One task an article, for Prodigy's ``spans_manual``, with spans that may overlap.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from builder.annotate.tokens import token_bounds
from builder.formats.converted import Part, json_lines
from builder.formats.labelled import Labelled, articles
from builder.labels import LabelSet
from builder.records import Span

_VIEW = "spans_manual"


def export(release: Path, labels: LabelSet) -> Iterator[Part]:
    """Yield the tasks of one file a split."""
    return json_lines(articles(release, labels), _task)


def _task(article: Labelled) -> dict[str, Any]:
    # Prodigy shows a token of white space as a box with a sign in it.
    tokens = [(a, b) for a, b in token_bounds(article.text) if not article.text[a:b].isspace()]
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    spans = {span.id: _span(span, starts, ends) for span in article.spans}
    return {
        "text": article.text,
        "tokens": [
            {
                "text": article.text[start:end],
                "start": start,
                "end": end,
                "id": number,
                "ws": article.text[end : end + 1].isspace(),
            }
            for number, (start, end) in enumerate(tokens)
        ],
        "spans": list(spans.values()),
        "relations": [
            {
                "head": spans[r.head]["token_start"],
                "child": spans[r.tail]["token_start"],
                "head_span": _ends(spans[r.head]),
                "child_span": _ends(spans[r.tail]),
                "label": r.label,
            }
            for r in article.relations
        ],
        "meta": article.meta(),
        "answer": "accept",
        "_view_id": _VIEW,
    }


def _span(span: Span, starts: Sequence[int], ends: Sequence[int]) -> dict[str, Any]:
    """Return a span with the first and last of the tokens that it touches (both inclusive)."""
    return {
        "start": span.start,
        "end": span.end,
        "token_start": bisect_right(ends, span.start),
        "token_end": bisect_left(starts, span.end) - 1,
        "label": span.label,
        "id": span.id,
        **span.attributes,
    }


def _ends(span: Mapping[str, Any]) -> dict[str, Any]:
    return {name: span[name] for name in ("start", "end", "token_start", "token_end", "label")}
