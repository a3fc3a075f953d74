"""Fill the rows of one article with the words of a text, and say what has no place in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from builder.dataset.rows import TokenBounds, tag
from builder.dataset.schema import LINKS
from builder.dataset.text_sources import Likeness, TextSource, told_how
from builder.dataset.word_shapes import ShapeAligned
from builder.records import Caption, Found, Metadata

Row = dict[str, Any]
Bounds = tuple[int, int]
_OTHER_WORDS = "the copy has other words there, or none"
_NO_SENTENCE = "its sentence is not in the copy"
# Of a text that holds fewer of an article's words, sentences are taken, and not the whole.
_LEAST_SHARE = 0.5
_ABOUT = ("headline", "place", "syndicated_from", "section")


@dataclass(frozen=True)
class Lost:
    """A span, sentence or claim that was not filled in, where it lay in the article, and why."""

    config: str
    id: str
    label: str
    start: int
    end: int
    reason: str


class _Places(Protocol):
    """Where a stretch of the released text stands in the text that there is."""

    @property
    def share(self) -> float:
        """Return which share of the article's words is there."""

    @property
    def own_share(self) -> float:
        """Return which share of the words there is the article's."""

    def place(self, start: int, end: int) -> Bounds | None:
        """Return where the same words stand."""

    def stretch(self, start: int, end: int) -> Bounds | None:
        """Return what lies between the same first and last word."""


class _Same:
    """The released text itself, in which everything stands where it stood."""

    share = own_share = 1.0

    def place(self, start: int, end: int) -> Bounds:
        return start, end

    def stretch(self, start: int, end: int) -> Bounds:
        return start, end


@dataclass
class Filler:
    """The text of one article as a reader has it, and how like it is to the one that was released.

    ``metadata`` is what the reader's seeds say. ``lost`` is what has no place in the text,
    ``missing`` names the metadata that no seed says.
    """

    text: str
    likeness: Likeness
    source: TextSource
    metadata: Metadata
    token_bounds: TokenBounds
    tags: Mapping[str, int]
    lost: list[Lost] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    @cached_property
    def _places(self) -> _Places:
        if self.exact:
            return _Same()
        # The words of another article may well have the lengths of this one's.
        alone = self.likeness == "variant"
        return ShapeAligned(self.source.paragraphs, self.text, by_hash_alone=alone)

    @property
    def exact(self) -> bool:
        """Tell whether the text is the very text of the article."""
        return self.likeness == "exact"

    def same_words(self, start: int, end: int) -> Bounds | None:
        """Return where the words of a stretch of the released text stand in this one."""
        return self._places.place(start, end)

    # --- metadata ---------------------------------------------------------------------------

    @cached_property
    def _known(self) -> tuple[Row, str | None]:
        about = self._about([entry.model_dump() for entry in self.source.metadata])
        return about, about["headline"]

    def _about(self, entries: Sequence[Mapping[str, Any]]) -> Row:
        """Return the fields that hold words, by where their values were found."""
        left = {name: list(getattr(self.metadata, name)) for name in Metadata.model_fields}
        found: list[tuple[str, Found]] = []
        for entry in entries:
            there, place = left[entry["field"]], (entry["seed"], entry["line"], entry["how"])
            value = next((f for f in there if (f.seed, f.line, told_how(f.how)) == place), None)
            if value is None:
                self.missing.add(entry["field"])
            else:
                there.remove(value)
                found.append((entry["field"], value))
        fields = {name: tuple(v for n, v in found if n == name) for name, _ in found}
        metadata = Metadata().model_copy(update=fields)
        return {
            **{name: metadata.first(name) for name in _ABOUT},
            "authors": list(metadata.author_names()),
            "metadata_sources": [{"field": name, **v.model_dump()} for name, v in found],
            "captions": list(self._captions()),
        }

    def _captions(self) -> Iterable[Row]:
        left: list[Caption] = list(self.metadata.captions)
        for wanted in self.source.captions:
            caption = next(
                (c for c in left if (c.seed, c.line) == (wanted.seed, wanted.line)), None
            )
            if caption is None:
                self.missing.add("captions")
            else:
                left.remove(caption)
                yield {"text": caption.text, "credit": caption.credit}

    # --- rows -------------------------------------------------------------------------------

    def articles(self, row: Row) -> Row | None:
        """Return the row of the whole article, None where the text is more another's than its."""
        share, own = self._places.share, self._places.own_share
        if min(share, own) < _LEAST_SHARE:
            reason = (
                f"{share:.0%} of its words alone are in the copy"
                if share < _LEAST_SHARE
                else f"{own:.0%} of the copy's words alone are its own"
            )
            whole = self.source.paragraphs
            self.lost.append(Lost("articles", row["id"], "", 0, whole[-1].end, reason))
            return None
        sentences = [
            {**sentence, "start": place[0], "end": place[1]}
            for sentence in row["sentences"]
            if (place := self._places.stretch(sentence["start"], sentence["end"])) is not None
        ]
        return {
            **row,
            **self._about(row["metadata_sources"]),
            "text": self.text,
            "sentences": sentences,
            "entities": self._spans("articles", row["entities"]),
            "claims": self._spans("articles", row["claims"]),
        }

    def sentences(self, row: Row) -> Row | None:
        """Return the row of a sentence, None where the text does not have it."""
        place = self._places.stretch(row["start"], row["end"])
        if place is None:
            self._lose("sentences", row, _OTHER_WORDS)
            return None
        start, end = place
        text = self.text[start:end]
        tokens = self.token_bounds(text)
        entities = self._parts("sentences", row["entities"], row["start"], place)
        return {
            **row,
            "start": start,
            "end": end,
            "text": text,
            "tokens": [text[a:b] for a, b in tokens],
            "ner_tags": tag(tokens, entities, self.tags),
            "entities": entities,
            "claims": self._parts("sentences", row["claims"], row["start"], place),
            "headline": self._known[1],
        }

    def opinions(self, row: Row) -> Row | None:
        """Return the row of a person's opinion, None where the text does not have its sentence."""
        place = self._places.stretch(row["start"], row["end"])
        if place is None:
            self._lose("opinions", row, _OTHER_WORDS)
            return None
        start, end = place
        return {
            **row,
            "start": start,
            "end": end,
            "text": self.text[start:end],
            "entities": self._parts("opinions", row["entities"], row["start"], place),
            "claims": self._parts("opinions", row["claims"], row["start"], place),
        }

    def claims(self, row: Row) -> Row | None:
        """Return the row of a claim, None where the text does not have all of it."""
        around = self._places.stretch(row["context_start"], row["context_end"])
        parts = self._spans("claims", row["parts"])
        if around is None or len(parts) < len(row["parts"]):
            self._lose("claims", row, _NO_SENTENCE if around is None else _OTHER_WORDS)
            return None
        kept = {name: value for name, value in row.items() if name != "context_end"}
        return {
            **kept,
            "start": parts[0]["start"],
            "end": max(part["end"] for part in parts),
            "text": " ".join(part["text"] for part in parts),
            "parts": parts,
            "sources": self._spans("claims", row["sources"]),
            "cues": self._spans("claims", row["cues"]),
            "context": self.text[around[0] : around[1]],
            "context_start": around[0],
            "headline": self._known[1],
        }

    def unlinked(self, row: Row) -> Row:
        """Return a row without the ids of spans and sentences that the text does not have."""
        if not self.lost:
            return row
        return _without(row, frozenset(lost.id for lost in self.lost))

    # --- spans ------------------------------------------------------------------------------

    def _spans(self, config: str, spans: Sequence[Row]) -> list[Row]:
        found = []
        for span in spans:
            place = self._places.place(span["start"], span["end"])
            if place is None:
                self._lose(config, span, _OTHER_WORDS)
            else:
                start, end = place
                found.append({**span, "start": start, "end": end, "text": self.text[start:end]})
        return found

    def _parts(self, config: str, spans: Sequence[Row], shift: int, sentence: Bounds) -> list[Any]:
        """Return the parts of spans in a sentence, of which the whole span is in the text."""
        found = []
        for span in spans:
            whole = self._places.place(span["article_start"], span["article_end"])
            part = self._places.place(shift + span["start"], shift + span["end"])
            inside = part is not None and sentence[0] <= part[0] and part[1] <= sentence[1]
            if whole is None or part is None or not inside:
                self._lose(config, span, _OTHER_WORDS, span["article_start"])
                continue
            start, end = part
            found.append(
                {
                    **span,
                    "start": start - sentence[0],
                    "end": end - sentence[0],
                    "text": self.text[start:end],
                    "article_start": whole[0],
                    "article_end": whole[1],
                }
            )
        return found

    def _lose(self, config: str, of: Row, reason: str, start: int | None = None) -> None:
        begin = of["start"] if start is None else start
        end = of["article_end"] if start is not None else of["end"]
        self.lost.append(Lost(config, of["id"], of.get("label", ""), begin, end, reason))


def _without(row: Row, gone: frozenset[str]) -> Row:
    """Return a row, or a struct in it, without some ids among its links and its sentences.

    Two claims are aligned no more where one of them is gone.
    """
    found = {}
    for name, value in row.items():
        if name in LINKS or name == "sentence_ids":
            found[name] = [identity for identity in value if identity not in gone]
        elif name == "aligned_claims":
            found[name] = [pair for pair in value if gone.isdisjoint(pair.values())]
        elif isinstance(value, list):
            found[name] = [_without(v, gone) if isinstance(v, dict) else v for v in value]
        else:
            found[name] = value
    return found
