"""Compare a config of two releases row by row and span by span.

Whole columns are compared in Arrow; Python looks at the rows alone that differ. So 100,000 rows
take seconds.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from builder.errors import BuilderError

# Of each action so many changed spans are told one by one; all of them are counted.
MOST_TOLD = 2000
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
    which spans mark the same and only say otherwise where they come from. ``labels`` counts all
    changed spans, ``spans`` are the first of each action.
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


class Comparison:
    """Collects how a config differs, one group of its rows after another.

    A row is looked for in its own group first. One that left a group and came into another, as its
    story was joined with one, is compared when all groups have been seen. ``other_story`` are the
    rows whose story was parted or joined.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows = [0, 0]
        self._gone: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._came: dict[str, int] = {}
        self._moved: list[Moved] = []
        self._changed_text: list[str] = []
        self._changed: list[str] = []
        self._fields = Counter[str]()
        self._provenance = Counter[str]()
        self._labels: dict[str, Counter[str]] = {}
        self._spans: list[SpanChange] = []
        self._told = Counter[str]()
        self.other_story: list[str] = []

    def skip(self, rows: int) -> None:
        """Count rows that are the same on both sides."""
        self._rows = [number + rows for number in self._rows]

    def add(self, group: int, old: pa.Table, new: pa.Table) -> None:
        """Compare the rows of one group."""
        before, after = _positions(self._name, old), _positions(self._name, new)
        self._rows = [self._rows[0] + len(before), self._rows[1] + len(after)]
        made_of = _made_of(old)
        for key, row in before.items():
            if key not in after:
                self._gone[key] = (group, made_of[row])
        for key in after:
            if key not in before:
                if key in self._came:
                    raise BuilderError(_twice(self._name, key))
                self._came[key] = group
        kept = [key for key in before if key in after]
        self._compare(_taken(old, before, kept), _taken(new, after, kept), kept)

    def finish(self, load: Callable[[int, int], tuple[pa.Table, pa.Table]]) -> None:
        """Compare the rows that went from one group to another.

        ``load`` returns the rows of a group of the older release and of one of the newer.
        """
        pairs: dict[tuple[int, int], list[str]] = {}
        for key in [key for key in self._gone if key in self._came]:
            pairs.setdefault((self._gone.pop(key)[0], self._came.pop(key)), []).append(key)
        for (old_group, new_group), keys in sorted(pairs.items()):
            old, new = load(old_group, new_group)
            before, after = _positions(self._name, old), _positions(self._name, new)
            self._compare(_taken(old, before, keys), _taken(new, after, keys), keys)

    def gone(self) -> set[str]:
        """Return the ids of the rows that are gone, and of what they were made of."""
        return {*self._gone, *(one for _, made_of in self._gone.values() for one in made_of)}

    def result(self, gone: Mapping[str, str], splits: tuple[set[str], set[str]]) -> TableDiff:
        """Return what was found; ``gone`` says by id why rows and articles are left out."""
        return TableDiff(
            old_rows=self._rows[0],
            new_rows=self._rows[1],
            added=list(self._came),
            removed=[
                Removed(key, next((gone[i] for i in (key, *made_of) if gone.get(i)), ""))
                for key, (_, made_of) in self._gone.items()
            ],
            moved=self._moved,
            changed_text=self._changed_text,
            splits_added=sorted(splits[1] - splits[0]),
            splits_removed=sorted(splits[0] - splits[1]),
            changed=self._changed,
            fields=dict(self._fields),
            provenance=dict(self._provenance),
            labels={
                label: dict(sorted(self._labels[label].items())) for label in sorted(self._labels)
            },
            spans=self._spans,
        )

    def _compare(self, old: pa.Table, new: pa.Table, kept: list[str]) -> None:
        """Compare rows that stand in the same order on both sides."""
        rows: dict[str, list[int]] = {}
        for column in (c for c in old.column_names if c in new.column_names):
            kind = _common(old.schema.field(column).type, new.schema.field(column).type)
            if kind is None:
                continue
            rows[column] = _differing((old, new), column, kind)
            if rows[column]:
                self._fields[column] += len(rows[column])
            if rows[column] and _holds_spans(kind):
                content = _without(kind, _PROVENANCE)
                other = _differing((old, new), column, content)
                if len(rows[column]) > len(other):
                    self._provenance[column] += len(rows[column]) - len(other)
                self._note(_span_changes((old, new), column, content, other, kept))
        self._moved += [
            Moved(kept[i], *(side.column("split")[i].as_py() for side in (old, new)))
            for i in rows.get("split", ())
        ]
        self.other_story += [kept[i] for i in rows.get("story_id", ())]
        self._changed_text += [kept[i] for i in rows.get("text", ())]
        self._changed += [kept[i] for i in sorted({i for found in rows.values() for i in found})]

    def _note(self, changes: Iterable[SpanChange]) -> None:
        """Count changed spans by label and action, a relabelled one for its old label."""
        for change in changes:
            label = (change.old or change.new or {})["label"]
            self._labels.setdefault(label, Counter())[change.action] += 1
            self._told[change.action] += 1
            if self._told[change.action] <= MOST_TOLD:
                self._spans.append(change)


def _made_of(table: pa.Table) -> list[tuple[str, ...]]:
    """Return what each row is made of: its article, or both and the sentences of a pair.

    An article's own row is its own.
    """
    names = table.column_names
    if "left_article_id" not in names:
        column = table.column("article_id" if "article_id" in names else "id")
        return [(article,) for article in column.to_pylist()]
    sides = [table.column(f"{side}_article_id").to_pylist() for side in ("left", "right")]
    sentences = [table.column(f"{side}_sentence_ids").to_pylist() for side in ("left", "right")]
    return [(a, b, *x, *y) for a, b, x, y in zip(*sides, *sentences, strict=True)]


def _twice(name: str, key: str) -> str:
    return f"{name}: the id {key} stands twice; ids tell rows apart"


def _positions(name: str, table: pa.Table) -> dict[str, int]:
    keys = table.column("id").to_pylist()
    found = {key: i for i, key in enumerate(keys)}
    if len(found) != len(keys):
        raise BuilderError(
            _twice(name, next(key for key, number in Counter(keys).items() if number > 1))
        )
    return found


def _taken(table: pa.Table, places: Mapping[str, int], kept: list[str]) -> pa.Table:
    wanted = [places[key] for key in kept]
    same = wanted == list(range(table.num_rows))
    return table if same else table.take(pa.array(wanted, pa.int64())).combine_chunks()


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
