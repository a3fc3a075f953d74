"""Spell what Label Studio calls a query: an order of tasks, and filters, one of which holds."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

Filter = dict[str, Any]


def query(order: str, wanted: Sequence[Filter]) -> str:
    """Return a query for the tasks that one of the filters lets through; without one for all."""
    spelled: dict[str, Any] = {"ordering": [order]}
    if wanted:
        spelled["filters"] = {"conjunction": "or", "items": wanted}
    return json.dumps(spelled)


def touched(since: datetime | None = None) -> Filter:
    """Return the filter for tasks that people have changed, after ``since`` if it is given."""
    by_people = _filter("updated_by", "empty", "List", False)
    if since is None:
        return by_people
    # Without microseconds the server's filter matches nothing.
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {**_filter("updated_at", "greater", "Datetime", moment), "child_filter": by_people}


def drafted() -> Filter:
    """Return the filter for tasks on which somebody has unsent work."""
    return _filter("draft_exists", "equal", "Boolean", True)


def _filter(column: str, operator: str, kind: str, value: object) -> Filter:
    name = f"filter:tasks:{column}"
    return {"filter": name, "operator": operator, "type": kind, "value": value}
