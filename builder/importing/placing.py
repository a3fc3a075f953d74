"""Bring what documents mark to their articles: spans in the labels of the workspace."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from builder.annotate.label_map import LabelMap
from builder.formats.foreign import ForeignLink, ForeignMark, ForeignText
from builder.importing.alignment import Bounds
from builder.importing.matching import Match
from builder.records import ATTRIBUTES, LAYERS, RELATIONS, Article, Layer, Rejection, Relation, Span
from builder.text import span_id

_FEW_WORDS = 60


@dataclass
class MarkedArticle:
    """What documents say of one article on some layers: its spans by id, its links, and where.

    ``from_`` holds the document and the mark that a span comes from.
    """

    article: Article
    layers: tuple[Layer, ...]
    spans: dict[str, Span] = field(default_factory=dict)
    relations: dict[tuple[str, str, str], Relation] = field(default_factory=dict)
    from_: dict[str, tuple[ForeignText, ForeignMark]] = field(default_factory=dict)
    documents: list[ForeignText] = field(default_factory=list)

    def __post_init__(self) -> None:
        # For each character of the article, whether it stands in one of the documents.
        self._seen = bytearray(len(self.article.text))

    def cover(self, runs: Iterable[Bounds]) -> None:
        """Note that some stretches of the article stand in a document."""
        for start, end in runs:
            self._seen[start:end] = b"\x01" * (end - start)

    def holds_most_of(self, start: int, end: int) -> bool:
        """Tell whether most of a stretch of the article stands in the documents."""
        return 2 * self._seen.count(1, start, end) >= end - start

    def looked_at(self, start: int, end: int) -> bool:
        """Tell whether most of a stretch of the article stands in the documents, or is marked."""
        marked = any(s.start < end and start < s.end for s in self.spans.values())
        return marked or self.holds_most_of(start, end)


@dataclass(frozen=True)
class Placer:
    """How marks become spans: by which labels, and in whose name.

    ``dropped`` counts the marks whose label ``[labels.map]`` drops, ``unknown`` those whose label
    is none of the workspace's, ``reject`` is told what is left out.
    """

    labels: LabelMap
    by: str
    scored: bool
    reject: Callable[[Rejection], None]
    dropped: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    def place(self, match: Match, into: MarkedArticle) -> None:
        """Add what a document marks to what is known of its article."""
        document, laid = match.document, match.laid
        into.documents.append(document)
        alone = MarkedArticle(match.article, into.layers)
        alone.cover(laid.covered())
        into.cover(laid.covered())
        known: dict[str, str] = {}
        for mark in document.marks:
            span = self._span(mark, match, alone)
            if isinstance(span, str):
                if span:
                    self.reject(document.fault(span, mark.where, mark.line))
                continue
            there = into.spans.get(span.id)
            if there is not None and there.attributes != span.attributes:
                told = f"{_told(mark, document)}: stands here twice, with other attributes"
                self.reject(document.fault(told, mark.where, mark.line))
            into.spans.setdefault(span.id, span)
            into.from_.setdefault(span.id, (document, mark))
            known[mark.key] = span.id
        for link in document.links:
            self._join(link, document, known, into)

    def layer_of(self, label: str) -> Layer | None:
        """Return the layer on which a label of a file is one of the workspace's."""
        layers = (layer for layer in LAYERS if layer in self.labels.labels.layers)
        return next((layer for layer in layers if self.labels.of(label, layer)), None)

    def _span(self, mark: ForeignMark, match: Match, alone: MarkedArticle) -> Span | str:
        """Return the span that a mark stands for, or why there is none; "" if none is wanted."""
        document, article = match.document, match.article
        layer = self.layer_of(mark.label)
        label = self.labels.of(mark.label, layer) if layer else None
        if layer is None or label is None:
            if self.labels.drops(mark.label):
                self.dropped[mark.label] += 1
                return ""
            self.unknown[mark.label] += 1
            return (
                f"{mark.label[:_FEW_WORDS]!r} is no label of labels.toml; say what it becomes "
                "under [labels.map] in builder.toml, false to drop it"
            )
        if layer not in alone.layers:
            return f"{label} is of the layer {layer}, which was not looked at"
        bounds = _bounds(mark, document.text)
        if isinstance(bounds, str):
            return bounds
        place = match.laid.place(*bounds)
        around = place and _sentences(article, *place)
        if place is None or not around or not all(alone.holds_most_of(*one) for one in around):
            return f"{_told(mark, document)}: these words are not at that place in {article.id}"
        start, end = place
        return Span(
            id=span_id(article.id, layer, self.labels.labels.first_name(label), start, end),
            layer=layer,
            label=label,
            start=start,
            end=end,
            text=article.text[start:end],
            attributes=self._attributes(mark, label, document),
            by=self.by,
            score=mark.score if self.scored else None,
        )

    def _attributes(self, mark: ForeignMark, label: str, document: ForeignText) -> dict[str, str]:
        """Return what attributes a mark has that its label may have; the others are left out."""
        allowed, own = ATTRIBUTES.get(label, {}), self.labels.labels.attributes_of(label)
        kept = {}
        for name, value in sorted(mark.attributes.items()):
            if value in allowed.get(name, ()) and value in own.get(name, ()):
                kept[name] = value
            else:
                told = f"{label} has no attribute {name[:_FEW_WORDS]} = {value[:_FEW_WORDS]!r}"
                self.reject(document.fault(told, mark.where, mark.line))
        return kept

    def _join(
        self, link: ForeignLink, document: ForeignText, known: dict[str, str], into: MarkedArticle
    ) -> None:
        """Add a link between two spans, or say why it is left out."""
        head, tail = (into.spans.get(known.get(end, "")) for end in (link.head, link.tail))
        reason = ""
        if head is None or tail is None:
            reason = "one of its ends is no span that is taken in"
        elif RELATIONS.get(link.label) != (head.label, tail.label):
            reason = f"it cannot lead from {head.label} to {tail.label}"
        elif head.id == tail.id:
            reason = "it joins a span to itself"
        if reason or head is None or tail is None:
            told = f"the relation {link.label[:_FEW_WORDS]}: {reason}"
            self.reject(document.fault(told, link.where, link.line))
            return
        relation = Relation(label=link.label, head=head.id, tail=tail.id)
        into.relations[relation.identity] = relation


def _bounds(mark: ForeignMark, text: str) -> Bounds | str:
    """Return a mark's offsets in code points, or why they make no sense.

    Offsets in UTF-16, as browsers count them, are known by what the mark says it reads.
    """
    start, end, where = mark.start, mark.end, f"{mark.label[:_FEW_WORDS]} {mark.start}:{mark.end}"
    inside = 0 <= start < end <= len(text)
    if mark.text is None or (inside and _reads(text, start, end, mark.text)):
        return (start, end) if inside else f"{where}: is not inside the text (0:{len(text)})"
    pairs = _pairs(text)
    first, last = start - bisect_left(pairs, start), end - bisect_left(pairs, end)
    if pairs and 0 <= first < last <= len(text) and _reads(text, first, last, mark.text):
        return first, last
    reads = text[start : min(end, start + _FEW_WORDS)] if inside else ""
    return f"{where}: reads {reads!r}, and not {mark.text[:_FEW_WORDS]!r}"


def _reads(text: str, start: int, end: int, words: str) -> bool:
    """Tell whether a stretch reads some words, but for white space."""
    if end - start > 2 * len(words) + _FEW_WORDS:
        return False
    return text[start:end] == words or text[start:end].split() == words.split()


@lru_cache(maxsize=1)
def _pairs(text: str) -> list[int]:
    """Return where in UTF-16 the characters of a text stand that take two units there."""
    wide = (at for at, sign in enumerate(text) if ord(sign) > 0xFFFF)
    return [at + number for number, at in enumerate(wide)]


def _sentences(article: Article, start: int, end: int) -> list[Bounds]:
    """Return the sentences that a stretch touches."""
    return [(s.start, s.end) for s in article.sentences if s.start < end and start < s.end]


def _told(mark: ForeignMark, document: ForeignText) -> str:
    """Return how a mark is called: its label, words and place."""
    words = " ".join(document.text[mark.start : min(mark.end, mark.start + _FEW_WORDS)].split())
    return f"{mark.label[:_FEW_WORDS]} “{words}” ({mark.start}:{mark.end})"


def layers_of(documents: Iterable[ForeignText], placer: Placer) -> Iterator[Layer]:
    """Yield the layers that documents which do not say so were made for: those of their labels."""
    labels = {m.label for d in documents if d.layers is None for m in d.marks}
    found = {placer.layer_of(label) for label in labels}
    yield from (layer for layer in LAYERS if layer in found)
