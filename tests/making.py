"""Small records for tests: an article from paragraphs, spans found by their words, and so on."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from datasets import Features
from pyarrow import parquet

from builder import corrections, labels
from builder.annotate import stage
from builder.annotate.label_map import LabelMap
from builder.dataset import manifest, read, schema, tables
from builder.dataset import rows as rows_made
from builder.dataset.left_out import LeftOut
from builder.dataset.row_types import Tables
from builder.dataset.rows import Marked, tag_numbers
from builder.dataset.shards import shard_of
from builder.labels import LabelSet
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
    Window,
    Withdrawal,
)
from builder.release import write as release_folder
from builder.release.card.origins import UNKNOWN, Origins
from builder.release.content import Content
from builder.release.earlier import Earlier
from builder.release.select import Selection, select
from builder.release.story_shard import ShardRecords, StoryShard
from builder.release.tally import Tally
from builder.review import gold
from builder.text import (
    article_id,
    check_span,
    join_paragraphs,
    paragraph_bounds,
    short_hash,
    span_id,
    trim_bounds,
)
from builder.variants.stage import align
from builder.workspace.config import NOTHING_SAID, Rights
from builder.workspace.config import Release as ReleaseConfig
from builder.workspace.folder import Workspace

SEED = "ab" * 32
RULES = Producer(kind="rule", name="builder-rules", version="1.0")
_SENTENCE = re.compile(r"\S.*?(?:[.!?]”?(?= |$)|$)", re.MULTILINE)
_START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
Part = tuple[Article, Gold, Story]
Row = dict[str, Any]
Rowed = dict[str, list[Row]]
Made = tuple[Rowed, list[LeftOut]]
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


def paragraphs(of: Article) -> list[tuple[int, int]]:
    """Return the bounds of an article's paragraphs."""
    return paragraph_bounds(of.text)


def window(of: Article, start: int, end: int) -> Window:
    """Return the record of a window."""
    return Window(article=of.id, start=start, end=end)


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
    spans = [
        s if any(s.id == o.id and s.same_as(o) for o in shown) else _made_by(s, by) for s in spans
    ]
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


def _made_by(made: Span, who: str) -> Span:
    return made.model_copy(update={"by": who})


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


def holds_unseen(built: Gold, layer: str, bounds: Bounds) -> bool:
    """Tell whether a suggested span that nobody was shown whole lies in a stretch."""
    return any(
        s.layer == layer and not s.annotators and s.start < bounds.end and bounds.start < s.end
        for s in built.spans
    )


def rows(*parts: Part, rights: Rights = NOTHING_SAID) -> Made:
    """Return the tables of a release over articles that are stories of their own."""
    return rows_of({a.id: a for a, _, _ in parts}, {g.article: g for _, g, _ in parts},
                   [s for _, _, s in parts], rights)  # fmt: skip


def rows_of(
    articles: dict[str, Article],
    golds: dict[str, Gold],
    stories: Sequence[Story],
    rights: Rights = NOTHING_SAID,
) -> Made:
    """Return the tables of a release over these stories, and what is left out."""
    chosen = select(
        articles, golds, stories, token_bounds, labels.default(), refused={},
        earlier=Earlier(None), rights=rights,
    )  # fmt: skip
    return {name: [dict(row) for row in table] for name, table in chosen.tables.items()}, (
        chosen.left_out
    )


def marked(of: Article, gold: Gold, story: Story) -> Marked:
    """Return what rows are made from."""
    return Marked(of, gold, story)


def sentence_rows(of: Article, gold: Gold, story: Story) -> list[Row]:
    """Return the rows of an article's sentences."""
    tags = tag_numbers(labels.default())
    return [{**row} for row in rows_made.sentence_rows(marked(of, gold, story), token_bounds, tags)]


def tally(rows: Rowed) -> Tally:
    """Return what is counted over rows."""
    return Tally.of(Tables(**rows))  # type: ignore[arg-type]


# --- releases -------------------------------------------------------------------------------


class Rows(StoryShard):
    """A shard whose rows are given as they are, whatever they are made from."""

    def __init__(
        self, rows: Rowed, left_out: Sequence[LeftOut] = (), behind: Origins = UNKNOWN
    ) -> None:
        super().__init__(0, 1, "", _no_records)
        tables = Tables(**rows)  # type: ignore[arg-type]
        self.__dict__["given"] = (Selection(tables, [*left_out]), behind)

    def make(self, *_: object) -> tuple[Selection, Origins]:
        given: tuple[Selection, Origins] = self.__dict__["given"]
        return given


def _no_records() -> ShardRecords:
    raise AssertionError("the rows of this shard are given")


def write(
    folder: Path,
    rows: Rowed,
    left_out: Sequence[LeftOut],
    config: ReleaseConfig,
    behind: Origins = UNKNOWN,
    *,
    declared: LabelSet | None = None,
    previous: Path | None = None,
    rights: Rights = NOTHING_SAID,
) -> Path:
    """Write a release of these rows into ``folder``, whose name is the version."""
    shards = [Rows(rows, left_out, behind)]
    of = declared or labels.default()
    content = Content(shards, config, of, {}, token_bounds, rights=rights)
    release_folder.write(folder, content, previous)
    return folder


def release(
    releases: Path,
    rows: Rowed,
    left_out: Sequence[LeftOut],
    config: ReleaseConfig,
    *,
    inputs: dict[str, str] | None = None,
    wanted: str | None = None,
    declared: LabelSet | None = None,
    rights: Rights = NOTHING_SAID,
) -> release_folder.Released:
    """Make the next release, of these rows."""
    return release_folder.release(
        releases, [Rows(rows, left_out)], config, declared or labels.default(),
        inputs=inputs or {}, wanted=wanted, rights=rights, token_bounds=token_bounds,
    )  # fmt: skip


def story_shards(
    *parts: Part, of: int = 1, inputs: str = "", loads: list[int] | None = None
) -> list[StoryShard]:
    """Return articles that are stories of their own, in shards; ``loads`` notes which are loaded.

    The inputs of a shard are the digest of its records, with ``inputs`` before it.
    """
    return [_shard(number, of, parts, inputs, loads) for number in range(of)]


def _shard(
    number: int, of: int, parts: Sequence[Part], inputs: str, loads: list[int] | None
) -> StoryShard:
    inside = [part for part in parts if shard_of(part[2].id, of) == number]
    records = ShardRecords(
        stories=[story for _, _, story in inside],
        articles={article.id: article for article, _, _ in inside},
        gold={of_it.article: of_it for _, of_it, _ in inside},
        seeds=[],
        corrections=[],
    )

    def load() -> ShardRecords:
        if loads is not None:
            loads.append(number)
        return records

    spelled = [record.model_dump_json() for part in inside for record in part]
    return StoryShard(number, of, f"{inputs}{short_hash(*sorted(spelled))}", load)


def content(shards: Sequence[StoryShard], config: ReleaseConfig) -> Content:
    """Return what a release of these shards is made from."""
    return Content(shards, config, labels.default(), {}, token_bounds)


def said(release: Path) -> dict[str, Any]:
    """Return the manifest of a release as it lies on disk."""
    content: dict[str, Any] = json.loads((release / manifest.FILE_NAME).read_bytes())
    return content


def without(patched: pytest.MonkeyPatch, config: str, struct: str, field: str) -> None:
    """Take a field out of the structs of a config."""
    layout = schema.CONFIGS[config]
    inner = {name: of for name, of in (layout[struct] or {}).items() if name != field}
    patched.setitem(schema.CONFIGS, config, {**layout, struct: inner})


def hashes(release: Path) -> dict[str, Any]:
    """Return what a manifest says of the files that lie there."""
    return {name: of.model_dump() for name, of in manifest.file_hashes(release).items()}


def write_table(path: Path, rows: list[Row], config: str) -> int:
    """Write rows as a Parquet file of a config."""
    return tables.write(path, rows, schema.features(config, labels.default()))  # type: ignore[arg-type]


def features(declared: LabelSet | None = None) -> dict[str, Features]:
    """Return the typed features of each config, as ``datasets`` has them."""
    of = declared or labels.default()
    return {name: Features.from_dict(schema.features(name, of)) for name in schema.CONFIGS}


def read_features(path: Path) -> Features:
    """Return the typed features that ``datasets`` finds in a Parquet file."""
    return Features.from_arrow_schema(parquet.read_schema(path))


def put_suggestions(
    workspace: Workspace, suggestions: Iterable[Suggestion], *, aligned: bool = True
) -> None:
    """Put suggestions in place as if the workspace's own pipeline had made them."""
    workspace.suggestions.save(suggestions)
    wanted, fresh = stage.fingerprint(workspace), workspace.freshness
    for name in workspace.prefixes():
        digest = fresh.digest(workspace.suggestions.file(name))
        fresh.make(stage.STAGE, name, stage.inputs(workspace, name, wanted), digest)
    fresh.save()
    if aligned:
        align(workspace)


def check_spans(article: Article, spans: Iterable[Span]) -> None:
    """Raise TextError unless every span reads in the article what it says it reads."""
    for span in spans:
        check_span(article.text, span.start, span.end, span.text)


def read_rows(folder: Path) -> Rowed:
    """Return the rows of all configs of a release."""
    return {config: list(read.rows_of(folder, config)) for config in schema.CONFIGS}
