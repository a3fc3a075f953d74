"""Hold what a release is in another format: its files, and what the format cannot say as it is."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from builder.formats.labelled import Labelled


@dataclass(frozen=True)
class Converted:
    """Files by path, and how many spans the format cannot hold as they are, by what is lost."""

    files: dict[str, bytes]
    not_as_it_is: dict[str, int] = field(default_factory=dict)


def json_lines(
    articles: Iterable[Labelled], record: Callable[[Labelled], dict[str, Any]]
) -> Converted:
    """Return one JSON Lines file a split, with a record an article."""
    lines: dict[str, list[str]] = {}
    for article in articles:
        line = json.dumps(record(article), ensure_ascii=False, separators=(",", ":"))
        lines.setdefault(f"{article.split}.jsonl", []).append(line + "\n")
    return Converted({name: "".join(found).encode("utf-8") for name, found in lines.items()})
