"""Read the labels of a workspace from its ``labels.toml``, and check them.

A workspace without one has the default labels, those of ``schemas/labels.toml``.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from builder.errors import BuilderError, refuse_endless
from builder.label_set import FILE_NAME, Attribute, AttributeValue, Flag, Label, LabelSet
from builder.records import ATTRIBUTES, CLAIM_LABELS, RELATIONS

__all__ = ["FILE_NAME", "SCHEMAS", "Attribute", "Label", "LabelSet", "default", "read"]

_PACKAGE = Path(__file__).resolve().parent
# Beside the package in a checkout, inside it in a wheel.
SCHEMAS = next(p for p in (_PACKAGE / "schemas", _PACKAGE.parent / "schemas") if p.is_dir())
# The single keys in the order in which they are given out, then those with alt. Label Studio has
# "u" for itself.
KEYS = (*"1234567890qwertyiopasdfghjklzxcvbnm", *(f"alt+{digit}" for digit in "1234567890"))
# All that can be said of claims and sources, in the order of the columns that it stands in.
_VALUES = [
    (label, name, value)
    for label, of_label in ATTRIBUTES.items()
    for name, values in of_label.items()
    for value in values
]
_READER = TypeAdapter(LabelSet)
K = TypeVar("K", Label, AttributeValue, Flag)
# What to do about the commonest faults, by the field.
_ADVICE = {
    "name": "a letter, then letters, digits, _ and -, at most 40 of them, as in WORK_OF_ART",
    "color": "write it like #E69F00",
    "layer": "there are two, entity and claim",
    "hint": "one line of text",
}


def read(path: Path) -> LabelSet:
    """Return the labels that a file declares, each with the key by which annotators reach it.

    A label, a value or a flag that names no ``hotkey`` gets the next of ``KEYS`` that nothing else
    has: labels first, then values, then flags, each in the order of the file. Where no key is left
    it has none.

    Raises:
        BuilderError: the file cannot be read, or breaks a rule; names the field and what to do.

    """
    refuse_endless(path)
    try:
        return _declared(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError, BuilderError) as error:
        raise BuilderError(f"{path}: {error}") from None


# Not parsed again by each stage of a command.
@lru_cache(maxsize=8)
def _declared(source: str) -> LabelSet:
    try:
        raw = tomllib.loads(source)
    except (ValueError, RecursionError) as error:
        raise BuilderError(str(error)) from None
    if "source" in raw:
        raise BuilderError("source: unknown key; remove it")
    try:
        found = _READER.validate_python(raw)
    except ValidationError as error:
        raise BuilderError(_said(error, raw)) from None
    for field, reason in _faults(found):
        raise BuilderError(f"{field}: {reason}")
    return replace(_with_keys(found), source=source)


@cache
def default() -> LabelSet:
    """Return the labels of a workspace that has none of its own."""
    return read(SCHEMAS / FILE_NAME)


def _said(error: ValidationError, raw: Mapping[str, Any]) -> str:
    """Return where the first fault of the file's form is, what it is, and what to do."""
    first = error.errors()[0]
    *place, last = ["", *first["loc"]]
    table = raw.get(str(place[1])) if len(place) > 1 else None
    named = [str(part + 1) if isinstance(part, int) else str(part) for part in place[1:]]
    if isinstance(table, list) and len(place) > 2 and isinstance(place[2], int):
        item = table[place[2]]
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            named[1] = item["name"]
    field = ".".join([*named, str(last + 1) if isinstance(last, int) else str(last)])
    if first["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"{field}: unknown key"
    if first["type"] in ("missing", "missing_argument"):
        return f"{field}: is missing"
    advice = _ADVICE.get(str(last))
    return f"{field}: {first['msg']}" + (f": {advice}" if advice else "")


def _faults(found: LabelSet) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a label set of the right form: fields and reasons."""
    if not found.layers:
        yield "layers", "names no layer: there are two, entity and claim; one of them is enough"
    for layer in found.layers:
        if not found.active(layer):
            yield f"layers.{layer}", "has no label that is in use: add one, or leave the layer out"
    for label in found.labels:
        if label.layer not in found.layers:
            yield f"labels.{label.name}.layer", f"{label.layer!r} is not under [layers]: add it"
    yield from _faults_of_names("labels", (x.name for x in found.labels))
    yield from _faults_of_names("flags", (x.name for x in found.flags))
    yield from _faults_of_renaming(found)
    yield from _faults_of_claims(found)
    yield from _faults_of_keys(found)


def _faults_of_names(table: str, names: Iterator[str]) -> Iterator[tuple[str, str]]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{table}.{name}", f"stands here {times} times: a name is given once, for ever"


def _faults_of_renaming(found: LabelSet) -> Iterator[tuple[str, str]]:
    by_name = {label.name: label for label in found.labels}
    heirs = Counter(label.alias_of for label in found.labels)
    for label in found.labels:
        if not label.alias_of:
            continue
        field, old = f"labels.{label.name}.alias_of", by_name.get(label.alias_of)
        if old is None:
            yield field, f"there is no label {label.alias_of!r}: a renamed label stays, retired"
        elif old.layer != label.layer:
            yield field, f"{old.name} is a label of the layer {old.layer}"
        elif not old.retired:
            yield field, f"{old.name} is still in use: give it retired = true"
        elif heirs[old.name] > 1:
            yield field, f"{old.name} has {heirs[old.name]} labels that rename it: one may"
        elif label.name in _ancestors(label, by_name):
            yield field, f"{label.name} would be renamed in a circle"


def _ancestors(label: Label, by_name: Mapping[str, Label]) -> list[str]:
    """Return the names that a label renames, one after the other, each once."""
    names: list[str] = []
    name = label.alias_of
    while name and name not in names:
        names.append(name)
        name = by_name[name].alias_of if name in by_name else None
    return names


def _faults_of_claims(found: LabelSet) -> Iterator[tuple[str, str]]:
    """Compare the claim layer with the one that every workspace has that has any."""
    for label in found.labels:
        if label.layer == "entity" and label.name in CLAIM_LABELS:
            yield f"labels.{label.name}", "is a label of the layer claim alone"
    whole = "claim" in found.layers
    values = [(a.label, a.name, v.name) for a in found.attributes for v in a.values]
    said: dict[str, tuple[list[Any], list[Any]]] = {
        "labels": ([*found.names("claim")], [*CLAIM_LABELS]),
        "attributes": (values, _VALUES),
        "relations": (
            [(r.name, r.head, r.tail) for r in found.relations],
            [(name, *ends) for name, ends in RELATIONS.items()],
        ),
    }
    for table, (here, right) in said.items():
        if sorted(here) != (sorted(right) if whole else []):
            what = "are those of the default labels.toml: copy them" if whole else "need that layer"
            yield table, f"the {table} of the layer claim {what}"
    for label in found.labels:
        if label.layer == "claim" and (label.retired or label.alias_of):
            yield (
                f"labels.{label.name}",
                "a label of the layer claim can be neither retired nor renamed",
            )


def _keyed(found: LabelSet) -> Iterator[tuple[str, str]]:
    """Yield all that annotators reach by a key, as the field and its key."""
    yield from ((f"labels.{x.name}", x.hotkey) for x in found.labels if not x.retired)
    for attribute in found.attributes:
        yield from ((f"attributes.{attribute.name}.{v.name}", v.hotkey) for v in attribute.values)
    yield from ((f"flags.{x.name}", x.hotkey) for x in found.flags)


def _faults_of_keys(found: LabelSet) -> Iterator[tuple[str, str]]:
    owner: dict[str, str] = {}
    for field, key in _keyed(found):
        if key and key not in KEYS:
            yield f"{field}.hotkey", f"{key!r} is none of 0 to 9, a to z but u, and alt+0 to alt+9"
        elif key and key in owner:
            yield f"{field}.hotkey", f"{key!r} is the key of {owner[key]} already"
        owner[key] = field


def _with_keys(found: LabelSet) -> LabelSet:
    """Return the label set with a key for everything, and its attributes in their usual order."""
    taken = {key for _, key in _keyed(found)}
    free = (key for key in KEYS if key not in taken)

    def keyed(item: K) -> K:
        return item if item.hotkey else replace(item, hotkey=next(free, ""))

    labels = tuple(x if x.retired else keyed(x) for x in found.labels)
    order = [name for _, name, _ in _VALUES]
    attributes = sorted(found.attributes, key=lambda a: order.index(a.name))
    return replace(
        found,
        labels=labels,
        attributes=tuple(replace(a, values=tuple(map(keyed, a.values))) for a in attributes),
        flags=tuple(map(keyed, found.flags)),
    )
