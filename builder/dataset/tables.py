"""Write rows as typed Parquet tables, and read them back."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from datasets import ClassLabel, Dataset, Features, List, Value, disable_progress_bars
from pyarrow import parquet

from builder import labels
from builder.dataset.rows import Row

_TEXT = Value("string")
_OFFSET = Value("int32")


def _span(**more: Any) -> Any:
    return List({"id": _TEXT, "label": _TEXT, **_PLACE, **_PROVENANCE, **more})


_PLACE = {"start": _OFFSET, "end": _OFFSET, "text": _TEXT}
_PROVENANCE = {
    "origin": _TEXT,
    "by": _TEXT,
    "suggested_by": _TEXT,
    "score": Value("float64"),
    "annotators": List(_TEXT),
    "status": _TEXT,
}
_PART = {"part": _OFFSET, "parts": _OFFSET, "article_start": _OFFSET, "article_end": _OFFSET}
_ABOUT = {"headline": _TEXT, "outlet": _TEXT, "published": Value("date32")}


def features() -> dict[str, Features]:
    """Return the typed features of each table, made from labels.toml."""
    tables = {"sentences": _sentences(), "articles": _articles(), "claims": _claims()}
    return {name: Features(declared) for name, declared in tables.items()}


def _claim_layer() -> dict[str, Any]:
    """Return the attributes and links of the claim layer's spans, whatever their label."""
    declared = labels.load()
    attributes = {a.name: _TEXT for a in declared.attributes}
    return {**attributes, **{r.name: List(_TEXT) for r in declared.relations}}


def _sentences() -> dict[str, Any]:
    return {
        "id": _TEXT,
        "story_id": _TEXT,
        "split": _TEXT,
        "article_id": _TEXT,
        "index": _OFFSET,
        **_PLACE,
        "tokens": List(_TEXT),
        "ner_tags": List(ClassLabel(names=labels.load().bio_tags())),
        "entities": _span(**_PART, alignment=_TEXT),
        "claims": _span(**_PART, **_claim_layer()),
        "status": _TEXT,
        "entity_status": _TEXT,
        "claim_status": _TEXT,
        "annotators": List(_TEXT),
        **_ABOUT,
    }


def _articles() -> dict[str, Any]:
    return {
        "id": _TEXT,
        "story_id": _TEXT,
        "split": _TEXT,
        "text": _TEXT,
        "headline": _TEXT,
        "authors": List(_TEXT),
        "place": _TEXT,
        "published": Value("date32"),
        "outlet": _TEXT,
        "syndicated_from": _TEXT,
        "section": _TEXT,
        "captions": List({"text": _TEXT, "credit": _TEXT}),
        "sentences": List(
            {
                "id": _TEXT,
                "start": _OFFSET,
                "end": _OFFSET,
                "entity_status": _TEXT,
                "claim_status": _TEXT,
                "annotators": List(_TEXT),
            }
        ),
        "entities": _span(),
        "claims": _span(**_claim_layer()),
        "status": _TEXT,
        "seeds": List(_TEXT),
        "metadata_sources": List(
            {"field": _TEXT, "value": _TEXT, "seed": _TEXT, "line": _OFFSET, "how": _TEXT}
        ),
    }


def _claims() -> dict[str, Any]:
    return {
        "id": _TEXT,
        "story_id": _TEXT,
        "split": _TEXT,
        "article_id": _TEXT,
        **_PLACE,
        **_attributes("CLAIM"),
        "parts": _span(**_attributes("CLAIM")),
        "sources": _span(**_attributes("SOURCE")),
        "cues": _span(**_attributes("CUE")),
        "sentence_ids": List(_TEXT),
        "context": _TEXT,
        "context_start": _OFFSET,
        **_PROVENANCE,
        **_ABOUT,
    }


def _attributes(label: str) -> dict[str, Any]:
    return dict.fromkeys(labels.load().attributes_of(label), _TEXT)


def write(path: Path, rows: Sequence[Row], table: str) -> int:
    """Write rows as Parquet; return the size of the table in memory, in bytes."""
    declared = features()[table]
    # Columns stand in the order of the first row, which is not that of the README.
    typed = [{name: row[name] for name in declared} for row in map(_dated, rows)]
    dataset = Dataset.from_list(typed, features=declared)
    path.parent.mkdir(parents=True, exist_ok=True)
    disable_progress_bars()
    dataset.to_parquet(path)
    return int(dataset.data.nbytes)


def read(path: Path) -> list[Row]:
    """Return the rows of a Parquet file as they were written."""
    rows: list[Row] = parquet.read_table(path).to_pylist()
    return rows


def read_features(path: Path) -> Features:
    """Return the typed features of a Parquet file."""
    return Features.from_arrow_schema(parquet.read_schema(path))


def fields(of: Any, name: str = "") -> dict[str, Any]:
    """Return the type of every field at every depth, by path; a ClassLabel's type is its names."""
    if isinstance(of, dict):
        return {
            p: t for key, inner in of.items() for p, t in fields(inner, f"{name}.{key}").items()
        }
    if isinstance(of, List):
        return fields(of.feature, f"{name}[]")
    return {name: tuple(of.names) if isinstance(of, ClassLabel) else of.dtype}


def _dated(row: Row) -> Row:
    published = row["published"]
    return {**row, "published": date.fromisoformat(published) if published else None}
