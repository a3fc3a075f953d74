"""Find the claims of a Doc, with their sources and cues: the spaCy pipe ``builder_claims``.

Where a tagger ran, claims are the tagger's, with their bounds mended; else rules read the formulas
of news. So it is with what the newspaper says in its own voice and a reader might want checked.
How claims are handed over is described in ``drafts``.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from spacy.language import Language
from spacy.tokens import Doc, Span

from builder.annotate.batches import BatchPipe
from builder.annotate.claims.attribution import Attribution, find_attributions, find_heads
from builder.annotate.claims.drafts import Draft, quote_type
from builder.annotate.claims.linking import Index, link
from builder.annotate.claims.mending import Piece, mended, parted
from builder.annotate.claims.phrases import Sentence
from builder.annotate.claims.quotes import MARKS, SHORTEST_QUOTATION
from builder.annotate.claims.reading import Bounds, Reading
from builder.annotate.claims.sources import whole_source
from builder.annotate.tagger import tagging
from builder.annotate.tokens import forget

# How often a rule's spans are right to the character, each by its label, measured as the scores in
# ``entities`` are.
_SCORES = {
    "said-that": {"CLAIM": 0.88, "SOURCE": 0.84, "CUE": 0.95},
    "according-to": {"CLAIM": 0.82, "SOURCE": 0.85, "CUE": 0.99},
    "said": {"CLAIM": 0.7, "SOURCE": 0.8, "CUE": 0.87},
    "source-said": {"CLAIM": 0.86, "SOURCE": 0.95, "CUE": 0.98},
    "said-source": {"CLAIM": 0.82, "SOURCE": 0.53, "CUE": 0.93},
    "participle": {"CLAIM": 0.91, "SOURCE": 0.68, "CUE": 0.98},
    "accused-of": {"CLAIM": 0.84, "SOURCE": 0.76, "CUE": 0.89},
    "named": {"CLAIM": 0.86, "SOURCE": 0.77, "CUE": 0.85},
    "continued": {"CLAIM": 0.98, "SOURCE": 0.8, "CUE": 0.9},
    "impersonal": {"CLAIM": 0.93, "SOURCE": 0.8, "CUE": 0.97},
    "author": {"CLAIM": 0.68},
}
_COUNTED = {"MONEY", "PERCENT", "QUANTITY", "CARDINAL"}
_WHO_OR_WHERE = {"PERSON", "ORG", "GPE", "NORP"}
_SHORTEST_OWN = 8
_SHORTEST_STATEMENT = 2

T = TypeVar("T")


@dataclass(eq=False)
class ClaimsPipe(BatchPipe):
    """Sets ``doc.spans["claim"]``; ``author`` adds statements in the newspaper's own voice."""

    author: bool

    def read(self, docs: Sequence[Doc]) -> None:
        """Find, link and store the claims of each document."""
        for doc in docs:
            draft = Draft(doc)
            _add_attributed(draft)
            if self.author:
                _add_author_claims(draft)
            draft.store()
            forget(doc)


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
    """Add what is attributed to somebody: as the tagger reads it, or else as the rules do."""
    tagged = tagging.found(draft.doc, {"CLAIM", "SOURCE", "CUE"})
    if tagged is None:
        _add_by_rules(draft)
    else:
        _add_by_tagger(draft, tagged)
    _add_continuations(draft)


def _add_by_rules(draft: Draft) -> None:
    reading = draft.reading
    heads = [((at, at + 1), at) for at in find_heads(reading.lower)]
    # Most sentences hold nothing of all this.
    for number, heads_in in sorted(_by_sentence(reading, heads).items()):
        sentence = Sentence(reading, reading.sentences[number])
        for attribution in find_attributions(sentence, heads_in):
            _add(draft, sentence, attribution)


def _add_by_tagger(draft: Draft, tagged: Iterable[tuple[Span, float]]) -> None:
    reading = draft.reading
    pieces = [((s.start, s.end), Piece(s.label_, s.start, s.end, score)) for s, score in tagged]
    for number, seen in sorted(_by_sentence(reading, pieces).items()):
        if any(one.label in ("CLAIM", "CUE") for one in seen):
            sentence = Sentence(reading, reading.sentences[number])
            _add_tagged(draft, mended(sentence, seen))


def _by_sentence(reading: Reading, placed: Iterable[tuple[Bounds, T]]) -> defaultdict[int, list[T]]:
    """Return what stands in each sentence, a part of it at least, by the sentence's number."""
    found = defaultdict[int, list[T]](list)
    for (start, end), one in placed:
        for number in range(reading.sentence_of(start), reading.sentence_of(end - 1) + 1):
            found[number].append(one)
    return found


def _add(draft: Draft, sentence: Sentence, found: Attribution) -> None:
    """Add a statement, if it is not there yet."""
    maker, scores = f"rule:{found.rule}", _SCORES[found.rule]
    (start, end), cue = found.claim, found.cue
    # "that" opens what is said; it is no part of the words that attribute it.
    if start > 0 and draft.reading.lower[start - 1] == "that":
        start, cue = start - 1, (cue[0], min(cue[1], start - 1) if cue[0] < start else cue[1])
    whole = Piece("CLAIM", start, end, scores["CLAIM"])
    parts, more = parted(sentence, whole) if start >= cue[1] else ([whole], [])
    if parts[0].end - parts[0].start < _SHORTEST_STATEMENT:
        return  # denied wrongdoing, and blamed others
    source = _source_of(sentence, found, (start, cue[0]))
    for part, words in zip(parts, [cue, *(one.bounds for one in more)], strict=True):
        claim = draft.claim(part.bounds, maker, scores["CLAIM"], cue=words)
        if source:
            draft.relate("attributed_to", claim, draft.source(source, maker, scores["SOURCE"]))
        draft.relate("introduced_by", claim, draft.cue(words, maker, scores["CUE"]))


def _source_of(sentence: Sentence, found: Attribution, edges: Bounds) -> Bounds | None:
    """Return the whole source, which ends by the claim or the cue that begins after it."""
    if found.source is None:
        return None
    after = [at for at in edges if at >= found.source[1]]
    return whole_source(sentence, found.source, min(after, default=sentence.end))


def _add_tagged(draft: Draft, pieces: Sequence[Piece]) -> None:
    """Add what the tagger found in a sentence, each claim linked with its source and its cue."""
    model = tagging.model_of(draft.doc)
    tokens = draft.reading.tokens
    of: dict[str, dict[Bounds, Piece]] = {"CLAIM": {}, "SOURCE": {}, "CUE": {}}
    for one in pieces:
        of[one.label][tokens.starts[one.start], tokens.ends[one.end - 1]] = one
    first_with: dict[tuple[Bounds | None, Bounds], str] = {}
    for linked in link(list(of["CLAIM"]), list(of["SOURCE"]), list(of["CUE"])):
        said, cue = of["CLAIM"][linked.claim], of["CUE"][linked.cue] if linked.cue else None
        claim = draft.claim(said.bounds, model, said.score, cue=cue.bounds if cue else None)
        if linked.source:
            source = of["SOURCE"][linked.source]
            draft.relate("attributed_to", claim, draft.source(source.bounds, model, source.score))
        if cue:
            # A second claim of the same source with the same words goes on with the first.
            first = first_with.setdefault((linked.source, cue.bounds), claim)
            if first == claim:
                draft.relate("introduced_by", claim, draft.cue(cue.bounds, model, cue.score))
            else:
                draft.relate("continues", claim, first)


def _add_continuations(draft: Draft) -> None:
    """Add the quotations by which the latest speaker goes on, and link them with him.

    Such a quotation follows the words that attribute what he said before, or is a sentence of its
    own right after it, in the same paragraph or where a paragraph did not close its quotation.
    """
    reading = draft.reading
    source_of = {head: tail for r, head, tail in draft.relations if r == "attributed_to"}
    taken = Index(map(_bounds, draft.spans.values()))
    claims = sorted((s.end, s.start, key) for key, s in draft.spans.items() if key in source_of)
    for start, end in reading.quotations:
        own = f"CLAIM:{start}-{end}"
        over = (one for one in taken.find(end - 1, start + 1) if one[1] > start)
        free = all(start <= first and last <= end for first, last in over)
        if own in source_of or not free or end - start < SHORTEST_QUOTATION:
            continue
        before = bisect_right(claims, (start, start, "")) - 1
        if before < 0 or not _goes_on(reading, claims[before][1::-1], (start, end), taken):
            continue
        first = claims[before][2]
        claim = draft.claim((start, end), "rule:continued", _SCORES["continued"]["CLAIM"])
        source_of[claim] = source_of[first]
        draft.relate("attributed_to", claim, source_of[first])
        if quote_type(reading, _bounds(draft.spans[first])) == "direct":
            draft.relate("continues", claim, first)
        insort(claims, (end, start, claim))


def _goes_on(reading: Reading, before: Bounds, quotation: Bounds, taken: Index) -> bool:
    """Tell whether a quotation goes on with what was said before."""
    (_, end), (start, stop) = before, quotation
    words, sentences = reading.tokens.words, reading.sentences
    here, there = reading.sentence_of(start), reading.sentence_of(end - 1)
    if here == there:
        joined = start - (words[start - 1] in {",", "and"})
        return reading.quotations_in(*before) == [before] and taken.overlaps(joined - 1, joined)
    rest = words[stop : sentences[reading.sentence_of(stop - 1)][1]]
    between = "".join(words[end:start])
    same = "\n\n" not in between or (words[end - 1] not in MARKS and not between.strip())
    first = start == sentences[here][0] and here == there + 1
    return first and same and not any(map(str.isalnum, rest))


def _bounds(span: Span) -> Bounds:
    return span.start, span.end


# --- in the newspaper's own voice -----------------------------------------------------------


def _add_author_claims(draft: Draft) -> None:
    """Add what the newspaper says in its own voice and a reader might want checked."""
    taken = Index(map(_bounds, draft.spans.values()))
    tagged = tagging.found(draft.doc, {"AUTHOR"})
    if tagged is None:
        _add_counting_sentences(draft, taken)
        return
    model = tagging.model_of(draft.doc)
    for span, score in tagged:
        if not taken.overlaps(span.start, span.end):
            draft.claim(_bounds(span), model, score, attribution="author")


def _add_counting_sentences(draft: Draft, taken: Index) -> None:
    """Add sentences that count something about somebody and that nobody is said to have said."""
    words = draft.reading.lower
    by_sentence = groupby(draft.reading.entities, lambda one: draft.reading.sentence_of(one.start))
    for number, entities in by_sentence:
        labels = {entity.label_ for entity in entities}
        if not (labels & _COUNTED and labels & _WHO_OR_WHERE):
            continue
        start, end = draft.reading.sentences[number]
        while words[end - 1].isspace() and end - 1 > start:
            end -= 1
        stop = end - 1 if words[end - 1] in {".", "!"} else end
        start = Sentence(draft.reading, (start, end)).clause_start()
        said = taken.overlaps(start, end)
        if not said and words[end - 1] != "?" and stop - start >= _SHORTEST_OWN:
            score = _SCORES["author"]["CLAIM"]
            draft.claim((start, stop), "rule:author", score, attribution="author")
