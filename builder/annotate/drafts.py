"""Claims, sources and cues of a Doc in, one by one; ``doc.spans["claim"]`` with all about them out.

The convention by which a pipeline hands claims over, ours or any other spaCy package:
``doc.spans["claim"]`` holds the spans, labelled CLAIM, SOURCE and CUE, each with an ``id_`` of its
own. The group's ``attrs`` hold, all optional and all saved with the Doc:

- ``attributes``: from a span's id to its attributes, such as ``{"quote_type": "direct"}``;
- ``relations``: a list of ``[label, id of the head, id of the tail]``;
- ``makers`` and ``scores``: from a span's id to the rule or model that made it, such as
  ``rule:said``, and how sure that one is of it.
"""

from spacy.tokens import Doc, Span

from builder.annotate.phrases import Bounds, words
from builder.annotate.quotes import find_quotations

GROUP = "claim"
_NAMED = {"PERSON", "ORG", "GPE", "FAC", "WORK_OF_ART"}
_CHECKABLE_LENGTH = 5


class Draft:
    """Gathers the spans of one document, each once, with what belongs to them."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.spans: dict[str, Span] = {}
        self._attributes: dict[str, dict[str, str]] = {}
        self._relations: list[list[str]] = []
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
        span = self.doc[slice(*bounds)]
        verb = self.doc[cue[1] - 1].lower_ if cue else ""
        self._attributes[key] = {
            "attribution": attribution,
            "quote_type": quote_type(span),
            "check_worthy": "yes" if is_check_worthy(span, verb) else "no",
        }
        return key

    def source(self, bounds: Bounds, maker: str, score: float) -> str:
        """Add a source and return its id."""
        key = self._add("SOURCE", bounds, maker, score)
        self._attributes[key] = {"source_type": source_type(self.doc[slice(*bounds)])}
        return key

    def cue(self, bounds: Bounds, maker: str, score: float) -> str:
        """Add a cue and return its id."""
        return self._add("CUE", bounds, maker, score)

    def relate(self, label: str, head: str, tail: str) -> None:
        """Link two spans by their ids, once."""
        relation = [label, head, tail]
        if relation not in self._relations:
            self._relations.append(relation)

    def store(self) -> None:
        """Hand everything over to the document."""
        self.doc.spans[GROUP] = list(self.spans.values())
        self.doc.spans[GROUP].attrs.update(
            attributes=self._attributes,
            relations=self._relations,
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


def quote_type(claim: Span) -> str:
    """Tell whether a claim is quoted as a whole (direct), in part (mixed) or not (indirect)."""
    quotations = find_quotations(claim.as_doc())
    if quotations == [(0, len(claim))]:
        return "direct"
    return "mixed" if quotations else "indirect"


def is_check_worthy(claim: Span, verb: str) -> bool:
    """Tell whether the claim names or counts something, and is no opinion, plan or question."""
    opening = {token.lower_ for token in claim[:_CHECKABLE_LENGTH]}
    opinion = ({verb} | opening) & words("opinion_verbs") or opening & words("advice")
    question = any(token.text == "?" for token in claim)
    return len(claim) >= _CHECKABLE_LENGTH and bool(claim.ents) and not (opinion or question)


def source_type(source: Span) -> str:
    """A source is named if it is a person, or if the words that lead it end in a name."""
    if len(source) == 1 and source[0].lower_ in words("pronouns"):
        return "pronoun"
    limits = words("prepositions") | {"of", "seen", ","}
    end = next((token.i for token in source if token.lower_ in limits), source.end)
    person = any(
        e.label_ == "PERSON"
        and e.end in {end, source.end}
        and (e.start == source.start or source.doc[e.start - 1].lower_ not in limits)
        for e in source.ents
    )
    leads = any(e.label_ in _NAMED and e.start < end <= e.end for e in source.ents)
    return "named" if person or leads else "unnamed"
