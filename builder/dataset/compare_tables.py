"""Compare one table of two releases, row by row and span by span.

Whole columns are compared in Arrow; Python looks at the rows alone that differ. So 100,000 rows
take seconds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from builder.errors import BuilderError

_SPAN_FIELDS = {"id", "label", "start", "end"}
# What says where a span comes from, not what it marks.
_PROVENANCE = {"origin", "by", "suggested_by", "score", "annotators", "status"}


@dataclass(frozen=True)
class Removed:
    """A row that is gone, and why, as the newer release's manifest says."""

    id: str
    reason: str


@dataclass(frozen=True)
class Moved:
    """A row that has another split."""

    id: str
    old: str
    new: str


@dataclass(frozen=True)
class SpanChange:
    """One span of one row that differs.

    ``action`` is added, removed, relabelled, moved or attributes (attributes and links). ``old``
    and ``new`` hold label, start, end and text; the fields that differ follow for attributes.
    """

    row: str
    field: str
    action: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None


@dataclass(frozen=True)
class TableDiff:
    """How one table differs; a row is told by its id.

    ``fields`` counts the rows in which each field differs; ``provenance`` those among them in
    which spans mark the same and only say otherwise where they come from.
    """

    old_rows: int
    new_rows: int
    added: list[str]
    removed: list[Removed]
    moved: list[Moved]
    changed_text: list[str]
    splits_added: list[str]
    splits_removed: list[str]
    changed: list[str]
    fields: dict[str, int]
    provenance: dict[str, int]
    labels: dict[str, dict[str, int]]
    spans: list[SpanChange]


def table_diff(
    name: str, old: pa.Table | None, new: pa.Table | None, gone: Mapping[str, str]
) -> TableDiff:
    """Compare the rows of one table; ``gone`` says by id why rows and articles are left out."""
    there = old if old is not None else new
    assert there is not None
    old = there.slice(0, 0) if old is None else old
    new = there.slice(0, 0) if new is None else new
    before, after = _positions(name, old), _positions(name, new)
    kept = [key for key in before if key in after]
    pair = (_taken(old, before, kept), _taken(new, after, kept))
    rows: dict[str, list[int]] = {}
    provenance: dict[str, int] = {}
    spans: list[SpanChange] = []
    for column in (c for c in old.column_names if c in new.column_names):
        kind = _common(pair[0].schema.field(column).type, pair[1].schema.field(column).type)
        if kind is None:
            continue
        rows[column] = _differing(pair, column, kind)
        if _holds_spans(kind):
            content = _without(kind, _PROVENANCE)
            other = _differing(pair, column, content)
            provenance[column] = len(rows[column]) - len(other)
            spans += _span_changes(pair, column, content, other, kept)
    return TableDiff(
        old_rows=len(before),
        new_rows=len(after),
        added=[key for key in after if key not in before],
        removed=[
            Removed(key, _reason(old, i, gone)) for key, i in before.items() if key not in after
        ],
        moved=[
            Moved(kept[i], *(side.column("split")[i].as_py() for side in pair))
            for i in rows.get("split", ())
        ],
        splits_added=sorted(_splits(new) - _splits(old)),
        splits_removed=sorted(_splits(old) - _splits(new)),
        changed_text=[kept[i] for i in rows.get("text", ())],
        changed=[kept[i] for i in sorted({i for found in rows.values() for i in found})],
        fields={column: len(found) for column, found in rows.items() if found},
        provenance={column: number for column, number in provenance.items() if number},
        labels=_by_label(spans),
        spans=spans,
    )


def _splits(table: pa.Table) -> set[str]:
    return set(table.column("split").unique().to_pylist())


def _positions(name: str, table: pa.Table) -> dict[str, int]:
    keys = table.column("id").to_pylist()
    found = {key: i for i, key in enumerate(keys)}
    if len(found) != len(keys):
        twice = next(key for key, number in Counter(keys).items() if number > 1)
        raise BuilderError(f"{name}: the id {twice} stands twice; ids tell rows apart")
    return found


def _taken(table: pa.Table, places: Mapping[str, int], kept: list[str]) -> pa.Table:
    wanted = [places[key] for key in kept]
    same = wanted == list(range(table.num_rows))
    return table if same else table.take(pa.array(wanted, pa.int64())).combine_chunks()


def _reason(table: pa.Table, row: int, gone: Mapping[str, str]) -> str:
    """Return why a row is left out: itself, or its article."""
    keys = [table.column(c)[row].as_py() for c in ("id", "article_id") if c in table.column_names]
    return next((gone[key] for key in keys if key in gone), "")


def _differing(pair: tuple[pa.Table, pa.Table], column: str, kind: pa.DataType) -> list[int]:
    """Return the rows in which a column differs, by halving what is not the same as a whole."""
    old, new = (side.column(column).cast(kind) for side in pair)
    found, parts = [], [(0, len(old))]
    while parts:
        start, size = parts.pop()
        if old.slice(start, size).equals(new.slice(start, size)):
            continue
        if size == 1:
            found.append(start)
            continue
        half = size // 2
        parts += [(start + half, size - half), (start, half)]
    return found


def _common(old: pa.DataType, new: pa.DataType) -> pa.DataType | None:
    """Return the type that both can be read as: fields that only one side has are left out."""
    if old == new:
        return old
    if pa.types.is_list(old) and pa.types.is_list(new):
        inner = _common(old.value_type, new.value_type)
        return inner and pa.list_(inner)
    if pa.types.is_struct(old) and pa.types.is_struct(new):
        there = {f.name: f.type for f in new}
        both = {f.name: _common(f.type, there[f.name]) for f in old if f.name in there}
        return pa.struct([(name, kind) for name, kind in both.items() if kind is not None])
    return None


def _holds_spans(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_list(kind) else None
    return (
        inner is not None and pa.types.is_struct(inner) and {f.name for f in inner} > _SPAN_FIELDS
    )


def _without(kind: pa.DataType, names: Iterable[str]) -> pa.DataType:
    return pa.list_(pa.struct([f for f in kind.value_type if f.name not in set(names)]))


# --- spans ----------------------------------------------------------------------------------


def _span_changes(
    pair: tuple[pa.Table, pa.Table],
    column: str,
    kind: pa.DataType,
    rows: list[int],
    keys: list[str],
) -> Iterator[SpanChange]:
    places = pa.array(rows, pa.int64())
    old, new = (side.column(column).take(places).cast(kind).to_pylist() for side in pair)
    for row, before, after in zip(rows, old, new, strict=True):
        was, now = ({span["id"]: span for span in spans} for spans in (before, after))
        for identity in (*was, *(i for i in now if i not in was)):
            one, other = was.get(identity), now.get(identity)
            if one != other:
                yield SpanChange(keys[row], column, _action(one, other), *_told(one, other))


def _action(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> str:
    if old is None or new is None:
        return "added" if old is None else "removed"
    if old["label"] != new["label"]:
        return "relabelled"
    if (old["start"], old["end"]) != (new["start"], new["end"]):
        return "moved"
    return "attributes"


def _told(
    old: dict[str, Any] | None, new: dict[str, Any] | None
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return what to say of both: what they mark, and beside that what differs."""
    told = ["label", "start", "end", "text"]
    if old is not None and new is not None:
        told += sorted(k for k in old if k not in (*told, "id") and old[k] != new[k])
    one, other = (span and {k: span[k] for k in told if k in span} for span in (old, new))
    return one, other


def _by_label(spans: Iterable[SpanChange]) -> dict[str, dict[str, int]]:
    """Return the number of changes by label and action; a relabelled span counts for its old."""
    counts: dict[str, Counter[str]] = {}
    for change in spans:
        label = (change.old or change.new or {})["label"]
        counts.setdefault(label, Counter())[change.action] += 1
    return {label: dict(sorted(counts[label].items())) for label in sorted(counts)}
