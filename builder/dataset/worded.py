"""Tell which fields of rows hold words of the articles, and take them out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from builder.dataset.schema import CONFIGS, Layout
from builder.dataset.text_sources import told_how

# A release without text has none of these fields. Outlet, day, address, language and licence name
# an article without quoting it.
WORDED = (
    "text", "tokens", "context", "headline", "authors", "place", "syndicated_from", "section",
    "captions", "value", "left_text", "right_text",
)  # fmt: skip


def _without(layout: Layout) -> Layout:
    return {
        name: None if inner is None else _without(inner)
        for name, inner in layout.items()
        if name not in WORDED
    }


# The configs of a release without text. Without it, where a context ends has to be said.
TEXT_FREE: dict[str, Layout] = {name: _without(layout) for name, layout in CONFIGS.items()}
TEXT_FREE["claims"] = {**TEXT_FREE["claims"], "context_end": None}


def layouts(*, text: bool) -> Mapping[str, Layout]:
    """Return the fields of each config of a release with or without text."""
    return CONFIGS if text else TEXT_FREE


def without_words(row: Mapping[str, Any], layout: Layout) -> dict[str, Any]:
    """Return of a row the fields of a layout, and where the context of a claim ends."""
    found: dict[str, Any] = {}
    for name, inner in layout.items():
        if inner is not None:
            found[name] = [without_words(struct, inner) for struct in row[name]]
        elif name == "context_end" and name not in row:
            found[name] = row["context_start"] + len(row["context"])
        else:
            value = told_how(row[name]) if name == "how" else row[name]
            found[name] = value.isoformat() if isinstance(value, date) else value
    return found
