"""Read the articles of a release with their spans and relations."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from builder.labels import LabelSet
from builder.records import Bounds, Relation, Span

if TYPE_CHECKING:
    from builder.dataset.row_types import ArticleRow, ClaimSpanRow, SpanRow


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


def articles(release: Path, labels: LabelSet) -> Iterator[Labelled]:
    """Yield the articles of a release, in its order."""
    from builder.dataset.read import rows_of

    for row in rows_of(release, "articles"):
        yield _labelled(cast("ArticleRow", row), labels)


def _labelled(row: "ArticleRow", labels: LabelSet) -> Labelled:
    return Labelled(
        id=row["id"],
        story=row["story_id"],
        split=row["split"],
        status=row["status"],
        headline=row["headline"],
        text=row["text"],
        sentences=tuple(Bounds(start=s["start"], end=s["end"]) for s in row["sentences"]),
        spans=tuple(
            [_span(s, "entity", labels) for s in row["entities"]]
            + [_span(s, "claim", labels) for s in row["claims"]]
        ),
        relations=tuple(_relations(row["claims"], labels)),
    )


def _span(span: "SpanRow", layer: str, labels: LabelSet) -> Span:
    row: Mapping[str, Any] = span
    attributes = labels.attributes_of(span["label"])
    fields: dict[str, Any] = {
        name: row[name] for name in ("id", "label", "start", "end", "text", "by", "score")
    }
    fields["attributes"] = {name: row[name] for name in attributes if row[name] is not None}
    return Span.model_validate({**fields, "layer": layer})


def _relations(claims: "Iterable[ClaimSpanRow]", labels: LabelSet) -> Iterable[Relation]:
    for claim in claims:
        row: Mapping[str, Any] = claim
        for kind in labels.relations:
            for tail in row[kind.name]:
                yield Relation(label=kind.name, head=row["id"], tail=tail)
