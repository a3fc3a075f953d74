"""The set of labels, attributes and flags that annotators of a workspace may use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, Field

from builder.records import Annotation, Change, Correction, Gold, Layer, Name, Span

FILE_NAME = "labels.toml"

_Text = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,500}$")]
_Color = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
_STRICT = ConfigDict(extra="forbid")
A = TypeVar("A", bound=Annotation)


@dataclass(frozen=True)
class Label:
    """One label of a layer, with how annotators see and reach it."""

    __pydantic_config__ = _STRICT

    layer: Layer
    name: Name
    color: _Color
    hint: _Text
    hotkey: str = ""
    retired: bool = False
    alias_of: str | None = None


@dataclass(frozen=True)
class AttributeValue:
    """One value that an attribute may take."""

    __pydantic_config__ = _STRICT

    name: Name
    hint: _Text
    hotkey: str = ""


@dataclass(frozen=True)
class Attribute:
    """A property of the spans with one label, such as a CLAIM's ``quote_type``."""

    __pydantic_config__ = _STRICT

    name: Name
    label: Name
    hint: _Text
    values: tuple[AttributeValue, ...]


@dataclass(frozen=True)
class RelationType:
    """A directed link between spans of two labels."""

    __pydantic_config__ = _STRICT

    name: Name
    head: Name
    tail: Name


@dataclass(frozen=True)
class Flag:
    """Something an annotator may say of a whole task."""

    __pydantic_config__ = _STRICT

    name: Name
    hint: _Text
    hotkey: str = ""


@dataclass(frozen=True)
class LabelSet:
    """Everything that ``labels.toml`` declares, in its order."""

    __pydantic_config__ = _STRICT

    version: Annotated[_Text, Field(max_length=40)]
    layers: dict[Layer, _Text]
    labels: tuple[Label, ...]
    attributes: tuple[Attribute, ...] = ()
    relations: tuple[RelationType, ...] = ()
    flags: tuple[Flag, ...] = ()
    # The text of the file that declares all this, as it goes into releases.
    source: str = ""

    def names(self, layer: str) -> tuple[str, ...]:
        """Return the names of a layer's labels in their order, retired ones included."""
        return self._names.get(layer, ())

    def active(self, layer: str) -> tuple[Label, ...]:
        """Return the labels of a layer that annotators may still use."""
        return tuple(x for x in self.labels if x.layer == layer and not x.retired)

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        return {y: tuple(x.name for x in self.labels if x.layer == y) for y in self.layers}

    def current(self, name: str) -> str | None:
        """Return the label in use for ``name``: its own, or that which renamed it, or None."""
        return self._current.get(name)

    @cached_property
    def _current(self) -> dict[str, str | None]:
        by_name = {label.name: label for label in self.labels}
        heirs = {label.alias_of: label.name for label in self.labels if label.alias_of}
        found: dict[str, str | None] = {}
        for name in by_name:
            last = name
            while by_name[last].retired and last in heirs:
                last = heirs[last]
            found[name] = None if by_name[last].retired else last
        return found

    def first_name(self, name: str) -> str:
        """Return what a label was called at first: ids of spans are made of that name."""
        return self._first_names.get(name, name)

    @cached_property
    def _first_names(self) -> dict[str, str]:
        renames = {label.name: label.alias_of for label in self.labels}
        found = {}
        for name in renames:
            first = name
            while (older := renames.get(first)) is not None:
                first = older
            found[name] = first
        return found

    @cached_property
    def _heirs(self) -> dict[str, str]:
        """The labels that were renamed, each with the label that is in use for it."""
        return {old: new for old, new in self._current.items() if new is not None and new != old}

    def read(self, annotation: A) -> A:
        """Return an annotation with each label that was renamed under its new name.

        A label that was retired and that nothing renames stays. What people made is kept on disk
        as they made it; whatever looks at labels reads it through this.
        """
        if not any(span.label in self._heirs for _, span in _spans(annotation)):
            return annotation
        update: dict[str, Any] = {"spans": tuple(self._once(annotation.spans))}
        if isinstance(annotation, Correction):
            sides = (
                (c.before and self._renamed(c.before), c.after and self._renamed(c.after))
                for c in annotation.changes
            )
            update["changes"] = tuple(
                Change(before=before, after=after)
                for before, after in sides
                if before is None or after is None or not before.same_as(after)
            )
        return annotation.model_copy(update=update)

    def _renamed(self, span: Span) -> Span:
        heir = self._heirs.get(span.label)
        return span.model_copy(update={"label": heir}) if heir else span

    def _once(self, spans: Sequence[Span]) -> Iterator[Span]:
        """Yield spans in their new names; what was marked under both names comes once."""
        kept = [span.content() for span in spans if span.label not in self._heirs]
        for span in spans:
            new = self._renamed(span)
            if new is span or new.content() not in kept:
                yield new

    def problems(self, annotation: Annotation | Gold) -> list[tuple[str, str]]:
        """Return what of an annotation does not belong into this label set: fields and reasons."""
        found = []
        for field, span in _spans(annotation):
            if span.layer not in self.layers:
                found.append((f"{field}.layer", f"{span.layer!r} is no layer of {FILE_NAME}"))
            elif span.label not in self._current:
                found.append((f"{field}.label", f"{span.label!r} is no label of {FILE_NAME}"))
        if isinstance(annotation, Correction):
            flags = {flag.name for flag in self.flags}
            found += [
                (f"flags.{i}", f"{name!r} is no flag of {FILE_NAME}")
                for i, name in enumerate(annotation.flags)
                if name not in flags
            ]
        return found

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


def _spans(annotation: Annotation | Gold) -> Iterator[tuple[str, Span]]:
    """Yield every span of an annotation with the field that it stands in."""
    for i, span in enumerate(annotation.spans):
        yield f"spans.{i}", span
    if isinstance(annotation, Correction):
        for i, change in enumerate(annotation.changes):
            for side, changed in (("before", change.before), ("after", change.after)):
                if changed is not None:
                    yield f"changes.{i}.{side}", changed
