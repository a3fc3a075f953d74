"""Say the typed features of a release in each of the forms that readers want.

``datasets`` writes features as JSON into Parquet files, and as YAML into cards. Both are made here
without it, as importing it takes seconds.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from builder.dataset.schema import Features, Node

_METADATA = b"huggingface"
_TYPES = {
    "string": pa.string(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "date32": pa.date32(),
}


def to_arrow(features: Features) -> pa.Schema:
    """Return the schema of a table with these features, with what ``datasets`` reads of it."""
    said = json.dumps({"info": {"features": features}})
    fields = [(name, _arrow_type(node)) for name, node in features.items()]
    return pa.schema(fields, metadata={_METADATA: said.encode()})


def _arrow_type(node: Node) -> pa.DataType:
    kind = node.get("_type")
    if kind == "List":
        return pa.list_(_arrow_type(node["feature"]))
    if kind == "ClassLabel":
        return pa.int64()
    if kind == "Value":
        return _TYPES[node["dtype"]]
    return pa.struct([(name, _arrow_type(inner)) for name, inner in node.items()])


def of_schema(schema: pa.Schema) -> Features:
    """Return the features that a Parquet file says it has.

    Raises:
        ValueError: it says nothing of features.

    """
    metadata = schema.metadata or {}
    if _METADATA not in metadata:
        raise ValueError("it does not say which features it has")
    features: Features = json.loads(metadata[_METADATA])["info"]["features"]
    return features


def read(path: Path) -> Features:
    """Return the features of a Parquet file."""
    return of_schema(parquet.read_schema(path))


def to_yaml(features: Mapping[str, Node]) -> list[dict[str, Any]]:
    """Return features as the metadata of a card has them."""
    return [{"name": name, **_yaml_type(node)} for name, node in features.items()]


def _yaml_type(node: Node) -> dict[str, Any]:
    kind = node.get("_type")
    if kind == "Value":
        return {"dtype": node["dtype"]}
    if kind == "ClassLabel":
        return {"dtype": {"class_label": {"names": dict(_numbered(node["names"]))}}}
    inner = node["feature"]
    if "_type" in inner:
        (type_of,) = _yaml_type(inner).values()
        return {"list": type_of}
    return {"list": to_yaml(inner)}


def _numbered(names: list[str]) -> Iterator[tuple[str, str]]:
    return ((str(number), name) for number, name in enumerate(names))


def paths(of: Mapping[str, Features]) -> dict[str, str | tuple[str, ...]]:
    """Return the type of every field of every config, by path; a ClassLabel's is its names."""
    return {
        path: kind
        for config, features in of.items()
        for name, node in features.items()
        for path, kind in _paths(f"{config}.{name}", node)
    }


def _paths(path: str, node: Node) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    kind = node.get("_type")
    if kind == "Value":
        yield path, node["dtype"]
    elif kind == "ClassLabel":
        yield path, tuple(node["names"])
    elif kind == "List":
        yield from _paths(f"{path}[]", node["feature"])
    else:
        for name, inner in node.items():
            yield from _paths(f"{path}.{name}", inner)
