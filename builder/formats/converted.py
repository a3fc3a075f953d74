"""Hold what a release is in another format, part by part, and what the format cannot say as it is.

A release is converted article by article, so that none is held whole.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.formats.labelled import Labelled


@dataclass(frozen=True)
class Part:
    """What comes next in a file of an export.

    ``not_as_it_is`` counts the spans that the format cannot hold as they are, by what is lost.
    """

    file: str
    content: bytes
    not_as_it_is: Mapping[str, int] = field(default_factory=dict)


def json_lines(
    articles: Iterable[Labelled], record: Callable[[Labelled], dict[str, Any]]
) -> Iterator[Part]:
    """Yield the lines of one JSON Lines file a split, with a record an article."""
    for article in articles:
        yield Part(f"{article.split}.jsonl", f"{as_json(record(article))}\n".encode())


def as_json(record: dict[str, Any]) -> str:
    """Return a record as JSON in one line."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))
