"""schemas/labels.toml in, the labels for everyone who needs them out."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# Beside the package in a checkout, inside it in a wheel.
SCHEMAS = next(p for p in (_PACKAGE / "schemas", _PACKAGE.parent / "schemas") if p.is_dir())


@dataclass(frozen=True)
class Label:
    """One label of a layer, with how annotators see and reach it."""

    layer: str
    name: str
    hotkey: str
    color: str
    hint: str
    retired: bool = False
    alias_of: str | None = None


@dataclass(frozen=True)
class Value:
    """One value that an attribute may take."""

    name: str
    hotkey: str
    hint: str


@dataclass(frozen=True)
class Attribute:
    """A property of the spans with one label, such as a CLAIM's ``quote_type``."""

    name: str
    label: str
    hint: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class RelationType:
    """A directed link between spans of two labels."""

    name: str
    head: str
    tail: str


@dataclass(frozen=True)
class Flag:
    """Something an annotator may say of a whole task."""

    name: str
    hotkey: str
    hint: str


@dataclass(frozen=True)
class LabelSet:
    """Everything that ``labels.toml`` declares, in its order."""

    version: str
    layers: dict[str, str]
    labels: tuple[Label, ...]
    attributes: tuple[Attribute, ...]
    relations: tuple[RelationType, ...]
    flags: tuple[Flag, ...]
    # The text of the file that declares all this, as it goes into releases.
    source: str = ""

    def names(self, layer: str) -> tuple[str, ...]:
        """Return the names of a layer's labels in their order, retired ones included."""
        return tuple(label.name for label in self.labels if label.layer == layer)

    def active(self, layer: str) -> tuple[Label, ...]:
        """Return the labels of a layer that annotators may still use."""
        return tuple(x for x in self.labels if x.layer == layer and not x.retired)

    def current(self, name: str) -> str | None:
        """Return the label in use for ``name``: its own, or that which renamed it, or None."""
        by_name = {label.name: label for label in self.labels}
        heirs = {label.alias_of: label.name for label in self.labels if label.alias_of}
        while by_name[name].retired and name in heirs:
            name = heirs[name]
        return None if by_name[name].retired else name

    def attributes_of(self, label: str) -> Mapping[str, tuple[str, ...]]:
        """Return the attributes of a label's spans, each with its allowed values."""
        return self._attributes_of.get(label, {})

    @cached_property
    def _attributes_of(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """All attributes by label: they are looked up for every span."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for one in self.attributes:
            found.setdefault(one.label, {})[one.name] = tuple(value.name for value in one.values)
        return found

    def usable(self) -> list[str]:
        """Return all that annotators may still say: labels, and values as LABEL.attribute=value."""
        values = [f"{a.label}.{a.name}={value.name}" for a in self.attributes for value in a.values]
        return [*(x.name for x in self.labels if not x.retired), *values]

    def bio_tags(self) -> list[str]:
        """Return ``O`` and the entity layer's ``B-`` and ``I-`` tags; positions never change."""
        return ["O", *(f"{prefix}-{n}" for n in self.names("entity") for prefix in "BI")]


@cache
def load() -> LabelSet:
    """Read ``labels.toml`` once and return what it declares."""
    source = (SCHEMAS / "labels.toml").read_bytes().decode("utf-8")
    raw = tomllib.loads(source)
    attributes = tuple(
        Attribute(a["name"], a["label"], a["hint"], tuple(Value(**v) for v in a["values"]))
        for a in raw["attributes"]
    )
    return LabelSet(
        version=raw["version"],
        layers=raw["layers"],
        labels=tuple(Label(**label) for label in raw["labels"]),
        attributes=attributes,
        relations=tuple(RelationType(**r) for r in raw["relations"]),
        flags=tuple(Flag(**f) for f in raw["flags"]),
        source=source,
    )
