"""A Doc with sentences and entities in, its claims out, with sources, cues and relations.

The convention by which a pipeline hands claims over, ours or any other spaCy package:
``doc.spans["claim"]`` holds the spans, labelled CLAIM, SOURCE and CUE, each with an ``id_`` of its
own. The group's ``attrs`` hold, all optional and all saved with the Doc:

- ``attributes``: from a span's id to its attributes, such as ``{"quote_type": "direct"}``;
- ``relations``: a list of ``[label, id of the head, id of the tail]``;
- ``rules`` and ``scores``: from a span's id to the rule that made it and how sure that rule is.
"""

from spacy.language import Language
from spacy.tokens import Doc, Span

from builder.annotate.attribution import Attribution, find_attributions
from builder.annotate.phrases import Bounds, Sentence, words
from builder.annotate.quotes import find_quotations

GROUP = "claim"
_NAMED = {"PERSON", "ORG", "GPE", "FAC", "WORK_OF_ART"}
_CHECKABLE_LENGTH = 5
_SHORTEST_QUOTATION = 3
# How often a rule's claim overlaps an annotated one, on GUM's attribution relations, all genres.
# GUM marks neither named quotations nor most continuations: those are judged by eye.
SCORES = {
    "said-that": 0.9,
    "according-to": 0.8,
    "said": 0.7,
    "source-said": 0.7,
    "said-source": 0.5,
    "participle": 0.6,
    "accused-of": 0.6,
    "named": 0.5,
    "continued": 0.5,
}


@Language.component(
    "builder_claims", assigns=["doc.spans"], requires=["token.is_sent_start", "doc.ents"]
)
def find_claims(doc: Doc) -> Doc:
    """Set ``doc.spans["claim"]`` as the module's first lines say."""
    draft = _Draft(doc)
    quotations = find_quotations(doc)
    latest: Attribution | None = None
    for span in doc.sents:
        sentence = Sentence(doc, span, quotations)
        found = find_attributions(sentence)
        for attribution in found:
            draft.add(attribution)
        direct = [a for a in found if a.claim in quotations]
        latest = direct[-1] if direct else latest
        if latest is not None:
            _add_continuations(draft, sentence, latest, found)
    draft.store()
    return doc


def _add_continuations(
    draft: "_Draft", sentence: Sentence, latest: Attribution, found: list[Attribution]
) -> None:
    """Add the quotations that go on with ``latest`` in its sentence or right after it."""
    claimed = {at for attribution in found for at in range(*attribution.claim)}
    for start, end in sentence.quotations:
        after = latest.claim[1] <= start and not claimed.intersection(range(start, end))
        between = draft.doc[latest.claim[1] : start]
        if not after or "\n\n" in between.text or end - start < _SHORTEST_QUOTATION:
            continue
        interrupted = latest in found and start == max(latest.cue[1], latest.source[1]) + 1
        if interrupted or (not found and start == sentence.start):
            draft.add_continuation(latest, (start, end))


class _Draft:
    """Gathers the spans of one document, each once, with what belongs to them."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.spans: dict[str, Span] = {}
        self.attributes: dict[str, dict[str, str]] = {}
        self.relations: list[list[str]] = []
        self.rules: dict[str, str] = {}

    def add(self, found: Attribution) -> None:
        """Add a statement: its claim, its source, its cue and how they hang together."""
        claim = self._span("CLAIM", found.claim, found.rule)
        source = self._span("SOURCE", found.source, found.rule)
        cue = self._span("CUE", found.cue, found.rule)
        self.attributes[claim] = self._about_claim(found.claim, found.cue)
        self.attributes[source] = {"source_type": _source_type(self.doc[slice(*found.source)])}
        self._relate("attributed_to", claim, source)
        self._relate("introduced_by", claim, cue)

    def add_continuation(self, first: Attribution, bounds: Bounds) -> None:
        """Add a quotation that goes on with the claim of ``first``."""
        claim = self._span("CLAIM", bounds, "continued")
        self.attributes[claim] = self._about_claim(bounds, first.cue)
        self._relate("continues", claim, self._span("CLAIM", first.claim, first.rule))
        self._relate("attributed_to", claim, self._span("SOURCE", first.source, first.rule))

    def store(self) -> None:
        """Hand everything over to the document."""
        self.doc.spans[GROUP] = list(self.spans.values())
        self.doc.spans[GROUP].attrs.update(
            attributes=self.attributes,
            relations=self.relations,
            rules=self.rules,
            scores={key: SCORES[rule] for key, rule in self.rules.items()},
        )

    def _span(self, label: str, bounds: Bounds, rule: str) -> str:
        key = f"{label}:{bounds[0]}-{bounds[1]}"
        if key not in self.spans:
            self.spans[key] = Span(self.doc, *bounds, label=label, span_id=key)
            self.rules[key] = rule
        return key

    def _relate(self, label: str, head: str, tail: str) -> None:
        relation = [label, head, tail]
        if relation not in self.relations:
            self.relations.append(relation)

    def _about_claim(self, claim: Bounds, cue: Bounds) -> dict[str, str]:
        span = self.doc[slice(*claim)]
        return {
            "attribution": "attributed",
            "quote_type": _quote_type(span),
            "check_worthy": "yes" if _is_check_worthy(span, self.doc[cue[1] - 1].lower_) else "no",
        }


def _quote_type(claim: Span) -> str:
    quotations = find_quotations(claim.as_doc())
    if quotations == [(0, len(claim))]:
        return "direct"
    return "mixed" if quotations else "indirect"


def _is_check_worthy(claim: Span, verb: str) -> bool:
    """Tell whether the claim names or counts something, and is no opinion, plan or question."""
    opening = {token.lower_ for token in claim[:_CHECKABLE_LENGTH]}
    opinion = ({verb} | opening) & words("opinion_verbs") or opening & words("advice")
    question = any(token.text == "?" for token in claim)
    return len(claim) >= _CHECKABLE_LENGTH and bool(claim.ents) and not (opinion or question)


def _source_type(source: Span) -> str:
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
