"""What an export holds: its files, and what the format cannot say as it is."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from builder.formats.labelled import Labelled


@dataclass(frozen=True)
class Exported:
    """Files by path, and how many spans the format cannot hold as they are, by what is lost."""

    files: dict[str, bytes]
    not_as_it_is: dict[str, int] = field(default_factory=dict)


def json_lines(
    articles: Iterable[Labelled], record: Callable[[Labelled], dict[str, Any]]
) -> Exported:
    """Return one JSON Lines file a split, with a record an article."""
    files: dict[str, bytes] = {}
    for article in articles:
        name = f"{article.split}.jsonl"
        line = json.dumps(record(article), ensure_ascii=False, separators=(",", ":"))
        files[name] = files.get(name, b"") + line.encode("utf-8") + b"\n"
    return Exported(files)
