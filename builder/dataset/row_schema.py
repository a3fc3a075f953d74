"""Write the JSON Schemas of a release's rows: ``python -m builder.dataset.row_schema``."""

import json
from typing import Any

from builder.dataset.fields import FIELDS, Field
from builder.dataset.schema import CONFIGS, Layout
from builder.labels import SCHEMAS, LabelSet, default
from builder.workspace.store import write_bytes

_JSON_TYPES = {"string": "string", "int32": "integer", "float64": "number", "tag": "integer"}


def json_schema(config: str, labels: LabelSet) -> dict[str, Any]:
    """Return the JSON Schema of a config's rows; a date is a string of the form YYYY-MM-DD."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": config,
        **_object(CONFIGS[config], labels, config),
    }


def _object(layout: Layout, labels: LabelSet, place: str) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(layout),
        "properties": {
            name: _property(FIELDS[name], inner, labels, place) for name, inner in layout.items()
        },
    }


def _property(field: Field, inner: Layout | None, labels: LabelSet, place: str) -> dict[str, Any]:
    said = {"description": field.meaning}
    if inner is not None:
        return said | {"type": "array", "items": _object(inner, labels, field.name)}
    one: dict[str, Any] = {"type": _JSON_TYPES.get(field.kind, "string")}
    if field.kind == "date32":
        one["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    if field.kind == "tag":
        one |= {"minimum": 0, "maximum": len(labels.bio_tags()) - 1}
    elif field.kind == "int32":
        one["minimum"] = 0
    values = _values(field, labels, place)
    if field.many:
        return said | {"type": "array", "items": one}
    if field.optional:
        return said | {"anyOf": [one | ({"enum": values} if values else {}), {"type": "null"}]}
    return said | one | ({"enum": values} if values else {})


def _values(field: Field, labels: LabelSet, place: str) -> list[str]:
    """Return the values that a field may take: of the table, or those of the label set."""
    if field.name == "label":
        return [*labels.names("entity" if place == "entities" else "claim")]
    of = {a.name: [value.name for value in a.values] for a in labels.attributes}
    return of.get(field.name, [*field.values])


def spelled(config: str, labels: LabelSet) -> str:
    """Return the JSON Schema of a config's rows as it is checked in."""
    return json.dumps(json_schema(config, labels), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the schemas of all configs into schemas/release, for the default label set."""
    for config in CONFIGS:
        path = SCHEMAS / "release" / f"{config}.schema.json"
        write_bytes(path, spelled(config, default()).encode("utf-8"))


if __name__ == "__main__":
    main()
