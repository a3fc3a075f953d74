"""Small records for tests: an article from paragraphs, spans found by their words, and so on."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from builder import corrections, labels
from builder.annotate import stage
from builder.annotate.label_map import LabelMap
from builder.dataset.rows import Row
from builder.records import (
    CLAIM_LABELS,
    LAYERS,
    Article,
    Bounds,
    Correction,
    Found,
    Gold,
    Layer,
    Metadata,
    Producer,
    Relation,
    Scope,
    Span,
    Split,
    Story,
    Suggestion,
    Withdrawal,
)
from builder.release.select import LeftOut, rows_of
from builder.review import gold
from builder.text import article_id, join_paragraphs, short_hash, span_id, trim_bounds
from builder.workspace.workspace import Workspace

SEED = "ab" * 32
RULES = Producer(kind="rule", name="builder-rules", version="1.0")
_SENTENCE = re.compile(r"\S.*?(?:[.!?]”?(?= |$)|$)", re.MULTILINE)
_START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
Part = tuple[Article, Gold, Story]
_TOKEN = re.compile(r"\w+|[^\w\s]")
# How a pipeline's labels are read in a workspace that declares none of its own.
LABELS = LabelMap(labels.default())


def article(*paragraphs: str, **metadata: str) -> Article:
    """Return an article; a sentence ends with a full stop or with its paragraph."""
    text = join_paragraphs(paragraphs)
    return Article(
        id=article_id(text),
        text=text,
        sentences=tuple(Bounds(start=m.start(), end=m.end()) for m in _SENTENCE.finditer(text)),
        seeds=(SEED,),
        metadata=Metadata.model_validate(
            {name: (Found(value=v, seed=SEED, line=1, how="test"),) for name, v in metadata.items()}
        ),
    )


def span(
    of: Article,
    words: str,
    label: str,
    *,
    nth: int = 0,
    by: str = "names",
    score: float | None = 0.5,
    key: str | None = None,
    **attributes: str,
) -> Span:
    """Return the span over the ``nth`` place where the article reads ``words``."""
    start = [m.start() for m in re.finditer(re.escape(words), of.text)][nth]
    return at(
        of, start, start + len(words), label, by=by, score=score, key=key, attributes=attributes
    )


def at(
    of: Article,
    start: int,
    end: int,
    label: str,
    *,
    by: str = "names",
    score: float | None = 0.5,
    key: str | None = None,
    attributes: dict[str, str] | None = None,
) -> Span:
    """Return the span at these offsets of the article."""
    layer: Layer = "claim" if label in CLAIM_LABELS else "entity"
    return Span(
        id=key or span_id(of.id, layer, label, start, end),
        layer=layer,
        label=label,
        start=start,
        end=end,
        text=of.text[start:end],
        attributes=attributes or {},
        by=by,
        score=score,
    )


def trimmed(of: Article, start: int, end: int) -> tuple[int, int]:
    """Return bounds made to lie in the article without white space at their edges."""
    end = min(end, len(of.text))
    return trim_bounds(of.text, min(start, end), end)


def link(head: Span, label: str, tail: Span) -> Relation:
    """Return the relation between two spans."""
    return Relation(label=label, head=head.id, tail=tail.id)


def suggestion(of: Article, *spans: Span, relations: Iterable[Relation] = ()) -> Suggestion:
    """Return a suggestion over the whole article."""
    return Suggestion(
        article=of.id,
        scope=Scope(start=0, end=len(of.text), layers=LAYERS),
        producer=RULES,
        spans=spans,
        relations=tuple(relations),
    )


def correction(
    of: Suggestion,
    spans: Sequence[Span],
    *,
    relations: Iterable[Relation] = (),
    by: str = "annotator-1",
    window: tuple[int, int] | None = None,
    layers: tuple[Layer, ...] = LAYERS,
    revision: int = 1,
    skipped: bool = False,
    blind: bool = False,
    minute: int = 0,
) -> Correction:
    """Return what a person left of a suggestion in a window; relations are those they left.

    One who worked ``blind`` was shown no suggestion.
    """
    start, end = window or (of.scope.start, of.scope.end)
    shown = [] if blind else [s for s in of.spans if start <= s.start and s.end <= end]
    return Correction(
        article=of.article,
        scope=Scope(start=start, end=end, layers=layers),
        producer=Producer(kind="person", name=by, version="label-studio"),
        spans=tuple(spans),
        relations=tuple(relations),
        task=f"{of.article}:{start}-{end}",
        revision=revision,
        state="skipped" if skipped else "submitted",
        suggestion=None if blind else "0" * 16,
        suggested_by=None if blind else of.producer,
        changes=() if skipped else tuple(corrections.compare(shown, spans)),
        interface="0" * 16,
        guidelines="1.0",
        seconds=1.5,
        updated=_START + timedelta(minutes=minute),
    )


def story(
    *articles: Article, split: Split = "train", withdrawn: dict[str, str] | None = None
) -> Story:
    """Return a story of these articles; ``withdrawn`` gives reasons by article id."""
    ids = tuple(sorted(a.id for a in articles))
    return Story(
        id=short_hash("story", *ids),
        articles=ids,
        split=split,
        withdrawn=tuple(Withdrawal(article=a, reason=r) for a, r in (withdrawn or {}).items()),
    )


def token_bounds(text: str) -> list[tuple[int, int]]:
    """Return the bounds of words and of single other characters."""
    return [m.span() for m in _TOKEN.finditer(text)]


def machine_gold(of: Article, *spans: Span, relations: Iterable[Relation] = ()) -> Gold:
    """Return the gold of an article that nobody has looked at."""
    return gold.build(of, suggestion(of, *spans, relations=relations), (), labels.default())


def rows(*parts: Part) -> tuple[dict[str, list[Row]], list[LeftOut]]:
    """Return the tables of a release over articles that are stories of their own."""
    articles: dict[str, Any] = {a.id: a for a, _, _ in parts}
    golds = {g.article: g for _, g, _ in parts}
    return rows_of(articles, golds, [s for _, _, s in parts], token_bounds)


def put_suggestions(workspace: Workspace, suggestions: Iterable[Suggestion]) -> None:
    """Put suggestions in place as if the workspace's own pipeline had made them."""
    workspace.suggestions.save(suggestions)
    wanted, fresh = stage.fingerprint(workspace), workspace.freshness
    for name in workspace.prefixes():
        digest = fresh.digest(workspace.suggestions.file(name))
        fresh.make(stage.STAGE, name, stage.inputs(workspace, name, wanted), digest)
    fresh.save()
