"""Count what card, chart and statements say of rows; the tallies of two shards can be added."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from itertools import chain
from typing import Any, Self

from builder.dataset.row_types import (
    ArticleRow,
    ClaimRow,
    OpinionRow,
    SentenceRow,
    SpanRow,
    Tables,
    VariantRow,
)
from builder.dataset.schema import attributes_of

Counts = dict[str, int]


@dataclass(frozen=True)
class SplitSize:
    """How many rows a split has, and how many bytes they take in memory."""

    rows: int
    nbytes: int

    def __add__(self, other: "SplitSize") -> "SplitSize":
        return SplitSize(self.rows + other.rows, self.nbytes + other.nbytes)


@dataclass(frozen=True)
class ShownClaim:
    """A claim to show in the card, and how fit it is: the least ``order`` is shown."""

    order: tuple[bool, int, str]
    text: str
    quote_type: str | None
    check_worthy: str | None
    context: str
    status: str
    sources: list[str]
    cues: list[str]

    def shown(self) -> dict[str, Any]:
        """Return what of the claim is shown."""
        return {name: value for name, value in asdict(self).items() if name != "order"}


@dataclass(frozen=True)
class Extent:
    """The least and the greatest of some values."""

    least: str | int
    most: str | int

    def __add__(self, other: "Extent") -> "Extent":
        pair: list[Any] = [self.least, other.least, self.most, other.most]
        return Extent(min(pair[:2]), max(pair[2:]))


@dataclass(frozen=True)
class Tally:
    """What is counted over the rows of a release, or of one shard of it.

    ``articles`` are those of which any row is there, ``whole`` those that are there whole, and
    ``stories`` and ``told`` the stories and articles of sentences. ``spans`` counts whole spans by
    label, ``of_people`` those in which a person's work stands, ``values`` attributes as
    LABEL.attribute=value over spans, and ``claims`` as attribute=value over claims. ``readers``
    counts sentences by how many people looked at them; of ``shared`` ones several did, and in
    ``agreed`` ones they mark the same. ``licences`` counts articles by the licence of their text,
    with an empty name where nobody knows. ``pairs`` counts pairs of aligned sentences by kind
    and ``differences`` what differs in them, as type and kind.
    """

    articles: int = 0
    whole: int = 0
    stories: int = 0
    told: int = 0
    sentences: int = 0
    seeds: int = 0
    dated: int = 0
    shared: int = 0
    agreed: int = 0
    claim_rows: int = 0
    statuses: Counts = field(default_factory=dict)
    readers: Counts = field(default_factory=dict)
    splits: Counts = field(default_factory=dict)
    outlets: Counts = field(default_factory=dict)
    licences: Counts = field(default_factory=dict)
    spans: Counts = field(default_factory=dict)
    of_people: Counts = field(default_factory=dict)
    values: Counts = field(default_factory=dict)
    claims: Counts = field(default_factory=dict)
    pairs: Counts = field(default_factory=dict)
    differences: Counts = field(default_factory=dict)
    words: Extent | None = None
    days: Extent | None = None
    suggested_by: tuple[str, ...] = ()
    made_by: tuple[str, ...] = ()
    example: ShownClaim | None = None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{f.name: _sum(getattr(self, f.name), getattr(other, f.name))
                        for f in fields(self)})  # fmt: skip

    @property
    def looked_at(self) -> int:
        """Return how many sentences people have looked at, in both layers."""
        return self.sentences - self.statuses.get("machine", 0)

    @classmethod
    def of(cls, rows: Tables) -> Self:
        """Count rows."""
        whole = _whole_spans(rows)
        label = Counter(span["label"] for span in whole)
        return cls(
            **_of_articles(rows.articles, rows.sentences, rows.opinions),
            **_of_sentences(rows.sentences),
            **_of_claims(rows.claims),
            **_of_variants(rows.variants),
            spans=_sorted(label),
            of_people=_sorted(Counter(s["label"] for s in whole if s["annotators"])),
            values=_sorted(Counter(_values(whole))),
            suggested_by=tuple(sorted({_maker(s["suggested_by"]) for s in whole} - {""})),
            made_by=tuple(sorted({_maker(s["by"]) for s in whole})),
        )


def _sum(one: Any, other: Any) -> Any:
    """Return the sum of two values of one field."""
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, dict):
        return _sorted(Counter(one) + Counter(other))
    if isinstance(one, tuple):
        return tuple(sorted({*one, *other}))
    if isinstance(one, ShownClaim):
        return min(one, other, key=lambda example: example.order)
    return one + other


def _sorted(counts: Mapping[str, int]) -> Counts:
    return dict(sorted(counts.items()))


def _maker(who: str | None) -> str:
    """Return the pipeline or annotator in what made a span, without the rule."""
    return (who or "").partition("/")[0]


def _of_articles(
    articles: Sequence[ArticleRow],
    sentences: Sequence[SentenceRow],
    opinions: Sequence[OpinionRow],
) -> dict[str, Any]:
    lengths = [len(row["text"].split()) for row in articles]
    days = sorted(row["published"] for row in articles if row["published"])
    licences = {row["article_id"]: row["licence"] for row in opinions}
    licences |= {row["article_id"]: row["licence"] for row in sentences}
    licences |= {row["id"]: row["licence"] for row in articles}
    return {
        "articles": len(licences),
        "licences": _sorted(Counter(name or "" for name in licences.values())),
        "whole": len(articles),
        "seeds": len({seed for row in articles for seed in row["seeds"]}),
        "dated": len(days),
        "days": Extent(str(days[0]), str(days[-1])) if days else None,
        "outlets": _sorted(Counter(row["outlet"] or "" for row in articles)),
        "words": Extent(min(lengths), max(lengths)) if lengths else None,
    }


def _of_sentences(sentences: Sequence[SentenceRow]) -> dict[str, Any]:
    shared = [row for row in sentences if len(row["annotators"]) > 1]
    return {
        "sentences": len(sentences),
        "stories": len({row["story_id"] for row in sentences}),
        "told": len({row["article_id"] for row in sentences}),
        "statuses": _sorted(Counter(row["status"] for row in sentences)),
        "splits": _sorted(Counter(row["split"] for row in sentences)),
        "readers": _sorted(Counter(str(len(row["annotators"])) for row in sentences)),
        "shared": len(shared),
        "agreed": sum(row["status"] == "agreed" for row in shared),
    }


def _of_claims(claims: Sequence[ClaimRow]) -> dict[str, Any]:
    said = Counter(
        f"{name}={value}"
        for row in claims
        for name, value in (
            ("attribution", row["attribution"]),
            ("quote_type", row["quote_type"]),
            ("check_worthy", row["check_worthy"]),
        )
        if value is not None
    )
    shown = [_example(row) for row in claims if row["sources"] and row["cues"]]
    return {
        "claim_rows": len(claims),
        "claims": _sorted(said),
        "example": min(shown, key=lambda example: example.order, default=None),
    }


def _of_variants(variants: Sequence[VariantRow]) -> dict[str, Any]:
    differing = [one for row in variants for one in row["differences"]]
    return {
        "pairs": _sorted(Counter(row["kind"] for row in variants)),
        "differences": _sorted(Counter(f"{one['type']} {one['kind']}" for one in differing)),
    }


def _example(row: ClaimRow) -> ShownClaim:
    return ShownClaim(
        order=(row["status"] == "machine", len(row["context"]), row["id"]),
        text=row["text"],
        quote_type=row["quote_type"],
        check_worthy=row["check_worthy"],
        context=row["context"],
        status=row["status"],
        sources=[span["text"] for span in row["sources"]],
        cues=[span["text"] for span in row["cues"]],
    )


def _whole_spans(rows: Tables) -> list[SpanRow]:
    """Return each span once, wherever a row of its article has it."""
    spans: Iterator[tuple[str, SpanRow]] = chain(
        ((r["article_id"], s) for r in rows.sentences for s in (*r["entities"], *r["claims"])),
        ((r["id"], s) for r in rows.articles for s in (*r["entities"], *r["claims"])),
    )
    return list({(article, span["id"]): span for article, span in spans}.values())


def _values(spans: Iterable[SpanRow]) -> Iterable[str]:
    for span in spans:
        of: Mapping[str, Any] = span
        for name in attributes_of(span["label"]):
            if of[name] is not None and name != "speaker":
                yield f"{span['label']}.{name}={of[name]}"
