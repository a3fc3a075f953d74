"""Write in words how two releases differ: the summary first, then counts, then examples.

Removed and moved rows are named by their ids alone, so that notes hold no text that was withdrawn.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from builder.dataset.compare import Diff, SchemaDiff
from builder.dataset.compare_tables import SpanChange, TableDiff
from builder.phrasing import count

FILE_NAME = "CHANGES.md"
_ACTIONS = ("added", "removed", "relabelled", "moved", "attributes")
_EXAMPLES = 3


def first(version: str, rows: Mapping[str, int]) -> str:
    """Return the notes of a dataset's first release."""
    holds = ", ".join(f"{count(number, 'row')} of {name}" for name, number in sorted(rows.items()))
    return f"# {version}\n\nThe first release: {holds}.\n"


def text(diff: Diff) -> str:
    """Return the notes of a release that follows another."""
    return "\n".join(lines(diff)) + "\n"


def lines(diff: Diff) -> Iterator[str]:
    """Yield the lines of a report, which are Markdown."""
    yield f"# From {diff.old} to {diff.new}"
    yield ""
    if not diff.reasons:
        yield "Nothing differs: the same rows, fields and labels."
        return
    yield f"The changes ask for a {diff.bump} step:"
    yield ""
    for reason in diff.reasons:
        yield f"- {reason.bump}: {reason.what}: {some(reason.names)}"
    yield from _table(
        ("table", "rows before", "rows now", "added", "removed", "moved", "changed"),
        [
            (name, t.old_rows, t.new_rows, *(str(len(rows)) for rows in _kinds(t)))
            for name, t in diff.tables.items()
        ],
    )
    yield from _section("Why rows are gone", _gone(diff.tables))
    yield from _section("Who has left", diff.left)
    yield from _section("What was looked at again, and why", diff.rounds)
    yield from _section("Fields and labels", _schema(diff.schema))
    for name, table in diff.tables.items():
        yield from _section(f"Changed fields of {name}", _fields(table))
        if table.labels:
            yield from ("", f"## Changed labels of {name}")
            yield from _table(
                ("label", *_ACTIONS),
                [
                    (label, *(counts.get(action, 0) for action in _ACTIONS))
                    for label, counts in table.labels.items()
                ],
            )
        yield from _section(f"Examples from {name}", _examples(table))


def _kinds(table: TableDiff) -> tuple[Sequence[object], ...]:
    return table.added, table.removed, table.moved, table.changed


def some(names: list[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    more = f" and {len(names) - _EXAMPLES} more" if len(names) > _EXAMPLES else ""
    return ", ".join(names[:_EXAMPLES]) + more


def _section(title: str, items: Iterable[str]) -> Iterator[str]:
    found = list(items)
    if found:
        yield from ("", f"## {title}", "", *(f"- {item}" for item in found))


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield ""
    for line in (head, ("---",) * len(head), *rows):
        yield "| " + " | ".join(map(str, line)) + " |"


def _gone(tables: Mapping[str, TableDiff]) -> Iterator[str]:
    """Yield each reason for which rows are left out, and how many they are."""
    reasons: dict[str, Counter[str]] = {}
    for name, table in tables.items():
        for row in table.removed:
            reasons.setdefault(row.reason or "no reason is recorded", Counter())[name] += 1
    for reason, counts in sorted(reasons.items()):
        rows = ", ".join(f"{count(n, 'row')} of {name}" for name, n in sorted(counts.items()))
        yield f"{reason}: {rows}"


def _schema(schema: SchemaDiff) -> Iterator[str]:
    for what, names in (
        ("field added", schema.added),
        ("field removed", schema.removed),
        ("field of another type", schema.retyped),
        ("label list in another order", schema.renumbered),
        ("label added", schema.labels_added),
        ("label retired", schema.retired),
    ):
        yield from (f"{what}: `{name}`" for name in names)


def _fields(table: TableDiff) -> Iterator[str]:
    for name, rows in table.fields.items():
        unmarked = table.provenance.get(name)
        beside = f" (in {unmarked} only where its spans come from)" if unmarked else ""
        yield f"`{name}`: {count(rows, 'row')}{beside}"


def _examples(table: TableDiff) -> Iterator[str]:
    shown: Counter[str] = Counter()
    for change in table.spans:
        if shown[change.action] < _EXAMPLES:
            shown[change.action] += 1
            yield f"{change.action}: {_example(change)}"
    for row in table.moved[:_EXAMPLES]:
        yield f"another split: {row.old} -> {row.new} in row {row.id}"


def _example(change: SpanChange) -> str:
    sides = [_mark(side) for side in (change.old, change.new) if side is not None]
    if change.action == "attributes" and change.old is not None and change.new is not None:
        differ = [k for k in change.new if change.old[k] != change.new[k]]
        sides = [_mark(change.new), *(f"{k}: {change.old[k]} -> {change.new[k]}" for k in differ)]
        return f"{', '.join(sides)} in row {change.row}"
    return f"{' -> '.join(sides)} in row {change.row}"


def _mark(side: Mapping[str, Any]) -> str:
    return f"{side['label']} “{side.get('text', '')}” ({side['start']}:{side['end']})"
