"""Write the JSON Schemas (2020-12) of the records: ``python -m builder.validate.json_schema``."""

import json

from builder.labels import SCHEMAS
from builder.records import Record
from builder.workspace import shelves
from builder.workspace.store import write_bytes

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(kind: type[Record]) -> str:
    """Return the JSON Schema of one kind of record, as it is checked in."""
    content = {"$schema": DIALECT, **kind.model_json_schema()}
    return json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Write all schemas into schemas/."""
    for name, row in shelves.ALL.items():
        write_bytes(SCHEMAS / f"{name}.schema.json", schema(row.kind).encode("utf-8"))


if __name__ == "__main__":
    main()
