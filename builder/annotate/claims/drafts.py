"""Gather claims, sources and cues, judge their attributes, and store them in a Doc.

The convention by which a pipeline hands claims over, ours or any other spaCy package:
``doc.spans["claim"]`` holds the spans, labelled CLAIM, SOURCE and CUE, each with an ``id_`` of its
own. The group's ``attrs`` hold, all optional and all saved with the Doc:

- ``attributes``: from a span's id to its attributes, such as ``{"quote_type": "direct"}``;
- ``relations``: a list of ``[label, id of the head, id of the tail]``;
- ``makers`` and ``scores``: from a span's id to the rule or model that made it, such as
  ``rule:said``, and how sure that one is of it.
"""

from spacy.tokens import Doc, Span

from builder.annotate.claims.cue_words import words
from builder.annotate.claims.reading import Bounds, Reading

GROUP = "claim"
_NAMED = {"PERSON", "ORG", "GPE", "FAC", "WORK_OF_ART"}
_CHECKABLE_LENGTH = 5


class Draft:
    """Gathers the claims, sources and cues of a document, each once, with what belongs to them."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.reading = Reading(doc)
        self.spans: dict[str, Span] = {}
        self._attributes: dict[str, dict[str, str]] = {}
        self.relations: dict[tuple[str, str, str], None] = {}
        self._makers: dict[str, str] = {}
        self._scores: dict[str, float] = {}

    def claim(
        self,
        bounds: Bounds,
        maker: str,
        score: float,
        *,
        cue: Bounds | None = None,
        attribution: str = "attributed",
    ) -> str:
        """Add a claim, given in tokens, and return its id; ``cue`` helps to judge it."""
        key = self._add("CLAIM", bounds, maker, score)
        verb = self.reading.lower[cue[1] - 1] if cue else ""
        worthy = attribution == "author" or is_check_worthy(self.reading, bounds, verb)
        self._attributes[key] = {
            "attribution": attribution,
            "quote_type": quote_type(self.reading, bounds),
            "check_worthy": "yes" if worthy else "no",
        }
        return key

    def source(self, bounds: Bounds, maker: str, score: float) -> str:
        """Add a source and return its id."""
        key = self._add("SOURCE", bounds, maker, score)
        self._attributes[key] = {"source_type": source_type(self.reading, bounds)}
        return key

    def cue(self, bounds: Bounds, maker: str, score: float) -> str:
        """Add a cue and return its id."""
        return self._add("CUE", bounds, maker, score)

    def relate(self, label: str, head: str, tail: str) -> None:
        """Link two spans by their ids, once."""
        self.relations[label, head, tail] = None

    def store(self) -> None:
        """Hand everything over to the document."""
        self.doc.spans[GROUP] = list(self.spans.values())
        self.doc.spans[GROUP].attrs.update(
            attributes=self._attributes,
            relations=[list(relation) for relation in self.relations],
            makers=self._makers,
            scores=self._scores,
        )

    def _add(self, label: str, bounds: Bounds, maker: str, score: float) -> str:
        key = f"{label}:{bounds[0]}-{bounds[1]}"
        if key not in self.spans:
            self.spans[key] = Span(self.doc, *bounds, label=label, span_id=key)
            self._makers[key] = maker
            self._scores[key] = score
        return key


def quote_type(reading: Reading, claim: Bounds) -> str:
    """Tell whether a claim is quoted as a whole (direct), in part (mixed) or not (indirect)."""
    quotations = reading.quotations_in(*claim)
    if claim in quotations:
        return "direct"
    return "mixed" if quotations else "indirect"


def is_check_worthy(reading: Reading, claim: Bounds, verb: str) -> bool:
    """Tell whether the claim names or counts something, and is no opinion, advice or question."""
    said = reading.lower[slice(*claim)]
    if len(said) < _CHECKABLE_LENGTH or "?" in said or not reading.entities_in(*claim):
        return False
    opening = said[:_CHECKABLE_LENGTH]
    opinion = not words("opinion_verbs").isdisjoint([verb, *opening])
    return not opinion and words("advice").isdisjoint(opening)


def source_type(reading: Reading, source: Bounds) -> str:
    """Tell whether a source is a pronoun, named or unnamed.

    It is named if it is a person, or if the words that lead it end in a name.
    """
    start, last = source
    lower = reading.lower
    if last - start == 1 and lower[start] in words("pronouns"):
        return "pronoun"
    limits = words("prepositions") | {"of", "seen", ","}
    end = next((at for at in range(start, last) if lower[at] in limits), last)
    entities = reading.entities_in(start, last)
    person = any(
        e.label_ == "PERSON"
        and e.end in {end, last}
        and (e.start == start or lower[e.start - 1] not in limits)
        for e in entities
    )
    leads = any(e.label_ in _NAMED and e.start < end <= e.end for e in entities)
    return "named" if person or leads or _is_name(reading, start, end) else "unnamed"


def _is_name(reading: Reading, start: int, end: int) -> bool:
    """Tell whether words are a name by their capitals alone: FactSet, but not the Council."""
    if reading.lower[start] in words("determiners"):
        start += 1
        if end - start < 2:
            return False
    capital = all(word[:1].isupper() for word in reading.tokens.words[start:end])
    first = start == reading.sentences[reading.sentence_of(start)][0] and end - start == 1
    entity = reading.entity_of.get(end - 1)
    return start < end and capital and not first and not (entity and entity.label_ == "NORP")
