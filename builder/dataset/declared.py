"""Read the columns that a Parquet file declares, without loading the datasets library.

The library keeps the features as JSON in the schema's metadata and spells them otherwise in a
README; where the columns are not of the declared types, it goes by the columns.
"""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet


def columns(path: Path) -> list[dict[str, Any]]:
    """Return the columns of a Parquet file as the README of a dataset describes them.

    Raises:
        ValueError: the file declares no features, or its columns are others.

    """
    schema = parquet.read_schema(path)
    try:
        features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
        declared = _arrow(features)
        described: list[dict[str, Any]] = _described(features)["struct"]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"declares no features that can be read: {error!r}") from None
    if pa.struct(list(schema)) != declared:
        raise ValueError("has other columns than it declares")
    return described


def _arrow(feature: dict[str, Any]) -> pa.DataType:
    match feature.get("_type"):
        case "List":
            return pa.list_(_arrow(feature["feature"]))
        case "ClassLabel":
            return pa.int64()
        case "Value":
            return pa.type_for_alias(feature["dtype"])
        case None:
            return pa.struct([(name, _arrow(inner)) for name, inner in feature.items()])
    raise ValueError(f"{feature['_type']} is no type that releases have")


def _described(feature: dict[str, Any]) -> dict[str, Any]:
    match feature.get("_type"):
        case "List":
            inner = _described(feature["feature"])
            ((key, value),) = inner.items()
            return {"list": inner if key == "list" else value}
        case "ClassLabel":
            names = {str(number): name for number, name in enumerate(feature["names"])}
            return {"dtype": {"class_label": {"names": names}}}
        case "Value":
            return {"dtype": feature["dtype"]}
    return {"struct": [{"name": name, **_described(inner)} for name, inner in feature.items()]}
