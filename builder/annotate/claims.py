"""A Doc with sentences and entities in, its claims out, with sources, cues and relations.

Rules read the formulas of news; the tagger reads whatever people write. What the newspaper says in
its own voice and a reader might want checked is added with a low score. How claims are handed
over is described in ``drafts``.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeVar

from spacy.language import Language
from spacy.tokens import Doc, Span

from builder.annotate import tagging
from builder.annotate.attribution import Attribution, find_attributions, find_heads
from builder.annotate.drafts import GROUP, Draft
from builder.annotate.linking import Index, link
from builder.annotate.phrases import Sentence
from builder.annotate.reading import Bounds, Reading

__all__ = ["GROUP", "SCORES", "ClaimsPipe", "make_claims"]

_SHORTEST_QUOTATION = 3
# How often a rule's claim overlaps an annotated one, on GUM's attribution relations, all genres.
# GUM marks neither named quotations nor most continuations, nor what nobody is said to say: those
# are judged by eye.
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
    "author": 0.3,
}
_COUNTED = {"MONEY", "PERCENT", "QUANTITY", "CARDINAL"}
_WHO_OR_WHERE = {"PERSON", "ORG", "GPE", "NORP"}
_SHORTEST_STATEMENT = 8
# Above this mean score the tagger's reading of a sentence stands against the rules'. Chosen on
# held-out web texts and interviews, on which the rules were not developed.
_SURE = 0.7

Scored = tuple[Span, float]
Place = tuple[str, int, int]
T = TypeVar("T")


@dataclass(frozen=True)
class ClaimsPipe:
    """Sets ``doc.spans["claim"]``; ``author`` adds statements in the newspaper's own voice."""

    author: bool

    def __call__(self, doc: Doc) -> Doc:
        """Find, link and store the claims of a document."""
        draft = Draft(doc)
        _add_attributed(draft)
        if self.author:
            _add_author_claims(draft)
        draft.store()
        return doc


@Language.factory(
    "builder_claims",
    assigns=["doc.spans"],
    requires=["token.is_sent_start", "doc.ents"],
    default_config={"author": True},
)
def make_claims(nlp: Language, name: str, author: bool) -> ClaimsPipe:
    """Return the pipe that finds claims."""
    return ClaimsPipe(author)


# --- sentence by sentence -------------------------------------------------------------------


def _add_attributed(draft: Draft) -> None:
    """Add what is attributed to somebody: each sentence as the tagger or as the rules read it.

    The tagger's reading stands where it is sure or the rules see nothing.
    """
    reading = draft.reading
    tagged = tagging.found(draft.doc, {"CLAIM", "SOURCE", "CUE"}) or []
    seen_in = _by_sentence(reading, [((one.start, one.end), (one, p)) for one, p in tagged])
    heads = find_heads(reading.lower)
    heads_in = _by_sentence(reading, [((at, at + 1), at) for at in heads])
    quoted_in = _by_sentence(reading, [(quotation, True) for quotation in reading.quotations])
    chosen: dict[Place, Scored] = {}
    latest: Attribution | None = None
    # Most sentences hold nothing of all this.
    for number in sorted(seen_in.keys() | heads_in.keys() | quoted_in.keys()):
        sentence = Sentence(reading, reading.sentences[number])
        seen = seen_in[number]
        said = any(one.label_ in ("CLAIM", "CUE") for one, _ in seen)
        sure = said and fmean([score for _, score in seen]) > _SURE
        # What the rules read is asked for beside a sure reading only where a quotation may go on.
        asked = not sure or sentence.quotations
        found = find_attributions(sentence, heads_in[number]) if asked else []
        direct = [a for a in found if a.claim == sentence.quotation_at(a.claim[0])]
        if sure or (said and not found):
            chosen |= {(one.label_, *_bounds(one)): (one, score) for one, score in seen}
            latest = next((a for a in direct[::-1] if _is_read(a, chosen)), latest)
            continue
        for attribution in found:
            _add(draft, attribution)
        latest = direct[-1] if direct else latest
        if latest is not None:
            _add_continuations(draft, sentence, latest, found)
    _add_tagged(draft, list(chosen.values()))


def _by_sentence(reading: Reading, placed: Iterable[tuple[Bounds, T]]) -> defaultdict[int, list[T]]:
    """Return what stands in each sentence, a part of it at least, by the sentence's number."""
    starts = [start for start, _ in reading.sentences]
    found = defaultdict[int, list[T]](list)
    for (start, end), one in placed:
        for number in range(bisect_right(starts, start) - 1, bisect_left(starts, end)):
            found[number].append(one)
    return found


def _is_read(attribution: Attribution, chosen: Mapping[Place, Scored]) -> bool:
    """Tell whether the tagger reads a statement just as the rules do."""
    parts = ("CLAIM", attribution.claim), ("SOURCE", attribution.source), ("CUE", attribution.cue)
    return all((label, *place) in chosen for label, place in parts)


def _add(draft: Draft, found: Attribution) -> tuple[str, str]:
    """Add a statement, if it is not there yet; return the ids of its claim and its source."""
    maker, score = f"rule:{found.rule}", SCORES[found.rule]
    (start, end), cue = found.claim, found.cue
    # "that" opens what is said; it is no part of the words that attribute it.
    if start > 0 and draft.reading.lower[start - 1] == "that":
        start, cue = start - 1, (cue[0], min(cue[1], start - 1) if cue[0] < start else cue[1])
    claim = draft.claim((start, end), maker, score, cue=cue)
    source = draft.source(found.source, maker, score)
    draft.relate("attributed_to", claim, source)
    draft.relate("introduced_by", claim, draft.cue(cue, maker, score))
    return claim, source


def _add_continuations(
    draft: Draft, sentence: Sentence, latest: Attribution, found: list[Attribution]
) -> None:
    """Add the quotations that go on with ``latest`` in its sentence or right after it."""
    if not sentence.quotations:
        return
    claimed = Index(attribution.claim for attribution in found)
    here = latest in found
    for start, end in sentence.quotations:
        interrupted = here and start == max(latest.cue[1], latest.source[1]) + 1
        goes_on = interrupted or (not found and start == sentence.start)
        if not goes_on or start < latest.claim[1] or claimed.overlaps(start, end):
            continue
        between = sentence.tokens.between(latest.claim[1], start)
        if "\n\n" not in between and end - start >= _SHORTEST_QUOTATION:
            score = SCORES["continued"]
            claim = draft.claim((start, end), "rule:continued", score, cue=latest.cue)
            first, source = _add(draft, latest)
            draft.relate("continues", claim, first)
            draft.relate("attributed_to", claim, source)


def _add_tagged(draft: Draft, chosen: Sequence[Scored]) -> None:
    """Add the tagger's spans and link each claim with its source and its cue."""
    if not chosen:
        return
    model = tagging.model_of(draft.doc)
    of: dict[str, dict[Bounds, Scored]] = {"CLAIM": {}, "SOURCE": {}, "CUE": {}}
    for span, score in chosen:
        of[span.label_][span.start_char, span.end_char] = (span, score)
    sources = {at: draft.source(_bounds(s), model, p) for at, (s, p) in of["SOURCE"].items()}
    cues = {at: draft.cue(_bounds(s), model, p) for at, (s, p) in of["CUE"].items()}
    tokens = draft.reading.tokens
    sentences = [(tokens.starts[a], tokens.ends[b - 1]) for a, b in draft.reading.sentences]
    first_with: dict[tuple[Bounds | None, Bounds], str] = {}
    for linked in link(list(of["CLAIM"]), list(sources), list(cues), sentences):
        span, score = of["CLAIM"][linked.claim]
        cue = _bounds(of["CUE"][linked.cue][0]) if linked.cue else None
        claim = draft.claim(_bounds(span), model, score, cue=cue)
        if linked.source:
            draft.relate("attributed_to", claim, sources[linked.source])
        if linked.cue:
            # A second claim of the same source with the same words goes on with the first.
            first = first_with.setdefault((linked.source, linked.cue), claim)
            if first == claim:
                draft.relate("introduced_by", claim, cues[linked.cue])
            else:
                draft.relate("continues", claim, first)


def _bounds(span: Span) -> Bounds:
    return span.start, span.end


# --- in the newspaper's own voice -----------------------------------------------------------


def _add_author_claims(draft: Draft) -> None:
    """Add sentences that count something about somebody and that nobody is said to have said."""
    taken = Index(map(_bounds, draft.spans.values()))
    for start, end in draft.reading.sentences:
        labels = {entity.label_ for entity in draft.reading.entities_in(start, end)}
        if not (labels & _COUNTED and labels & _WHO_OR_WHERE):
            continue
        words = draft.reading.lower
        while words[end - 1].isspace() and end - 1 > start:
            end -= 1
        stop = end - 1 if words[end - 1] in {".", "!"} else end
        said = taken.overlaps(start, end)
        if not said and words[end - 1] != "?" and stop - start >= _SHORTEST_STATEMENT:
            draft.claim((start, stop), "rule:author", SCORES["author"], attribution="author")
