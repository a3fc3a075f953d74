"""Read the articles of a release folder with their spans and relations as records."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder import labels
from builder.dataset.read import read_rows
from builder.dataset.rows import Row
from builder.records import Bounds, Relation, Span


@dataclass(frozen=True)
class Labelled:
    """One article of a release: its text, sentences, spans of both layers and relations."""

    id: str
    story: str
    split: str
    status: str
    headline: str | None
    text: str
    sentences: tuple[Bounds, ...]
    spans: tuple[Span, ...]
    relations: tuple[Relation, ...]

    def meta(self) -> dict[str, str | None]:
        """Return what an exported record says of where it comes from."""
        return {
            "article": self.id,
            "story": self.story,
            "split": self.split,
            "status": self.status,
            "headline": self.headline,
        }


def articles(release: Path) -> list[Labelled]:
    """Return the articles of a release, in its order."""
    return [_labelled(row) for row in read_rows(release)["articles"]]


def _labelled(row: Row) -> Labelled:
    return Labelled(
        id=row["id"],
        story=row["story_id"],
        split=row["split"],
        status=row["status"],
        headline=row["headline"],
        text=row["text"],
        sentences=tuple(Bounds(start=s["start"], end=s["end"]) for s in row["sentences"]),
        spans=tuple(
            [_span(s, "entity") for s in row["entities"]]
            + [_span(s, "claim") for s in row["claims"]]
        ),
        relations=tuple(_relations(row["claims"])),
    )


def _span(row: Row, layer: str) -> Span:
    attributes = labels.load().attributes_of(row["label"])
    fields: dict[str, Any] = {
        name: row[name] for name in ("id", "label", "start", "end", "text", "by", "score")
    }
    fields["attributes"] = {name: row[name] for name in attributes if row[name] is not None}
    return Span.model_validate({**fields, "layer": layer})


def _relations(claims: Iterable[Row]) -> Iterable[Relation]:
    for row in claims:
        for kind in labels.load().relations:
            for tail in row[kind.name]:
                yield Relation(label=kind.name, head=row["id"], tail=tail)
