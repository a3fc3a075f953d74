"""Mend the bounds of the claims, sources and cues that the tagger found in a sentence.

The tagger decides word by word: it cuts quotations and phrases short and runs on where another
statement begins. Marks, commas and names show where its pieces end.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import NamedTuple

from builder.annotate.claims.clauses import is_comment, is_perfect, relative_clause_end
from builder.annotate.claims.linking import Index
from builder.annotate.claims.phrases import SPEAKERS, Sentence
from builder.annotate.claims.quotes import SHORTEST_QUOTATION
from builder.annotate.claims.reading import Bounds
from builder.annotate.claims.sources import is_large, is_mark, whole_source

_AND = {"and", "but"}
_JOINTS = _AND | {","}
# So many words between a claim and its sentence's end are no clause of their own.
_LONGEST_STUMP = 3
_SHORTEST_CLAIM = 3


class Piece(NamedTuple):
    """A CLAIM, SOURCE or CUE as token bounds, and how sure the tagger is of it."""

    label: str
    start: int
    end: int
    score: float

    @property
    def bounds(self) -> Bounds:
        """Return its first token and the one after its last."""
        return self.start, self.end


class _Found:
    """The pieces of a sentence, to be looked up by position."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.all = sorted(set(pieces), key=attrgetter("start", "end", "label", "score"))
        self.cues = self.labelled("CUE")
        self._starts = [one.start for one in self.all]
        self._cue_starts = [one.start for one in self.cues]

    def labelled(self, label: str) -> list[Piece]:
        return [one for one in self.all if one.label == label]

    def inside(self, start: int, end: int) -> list[Piece]:
        return self.all[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def cue_in(self, start: int, end: int) -> Piece | None:
        at = bisect_left(self._cue_starts, start)
        return self.cues[at] if at < len(self.cues) and self.cues[at].start < end else None

    def cue_before(self, at: int) -> Piece | None:
        before = bisect_right(self._cue_starts, at) - 1
        return self.cues[before] if before >= 0 and self.cues[before].end <= at else None

    def next_start(self, at: int, otherwise: int) -> int:
        index = bisect_left(self._starts, at)
        return self._starts[index] if index < len(self._starts) else otherwise

    def overlaps(self, start: int, end: int) -> bool:
        return self._index.overlaps(start, end)

    @cached_property
    def _index(self) -> Index:
        return Index(one.bounds for one in self.all)


def mended(s: Sentence, pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces of one sentence with their bounds mended, without those that are none.

    A piece of which nothing is left is none.
    """
    found = _without_demands(s, _without_asides(s, _without_question(s, _Found(pieces))))
    claims: list[Piece] = []
    cues = {cue.bounds: cue for cue in found.cues}
    for claim in found.labelled("CLAIM"):
        whole = _beside_cue(s, _with_quotation(s, claim, found), found)
        cue = found.cue_before(whole.start)
        parts, more = parted(s, _in_clause(s, whole, cue)) if cue else ([whole], [])
        claims += parts
        cues = {cue.bounds: cue for cue in more} | cues
    sources = _whole_sources(s, found.labelled("SOURCE"), _Found([*claims, *cues.values()]))
    if claims and cues and not sources:
        first = cues[min(cues)]
        subject = _subject(s, first) if first.start < claims[0].start else None
        sources = [Piece("SOURCE", *subject, first.score)] if subject else []
    if not cues and not sources:
        claims = [one for one in claims if s.quotation_at(one.start) == one.bounds]
    left = [*_without_afterthoughts(s, claims, list(cues)), *sources, *cues.values()]
    return [one for one in left if one.start < one.end]


# --- claims ---------------------------------------------------------------------------------


def _without_question(s: Sentence, found: _Found) -> _Found:
    """Leave out what a source was asked: Asked if it was safe, she said ..."""
    first = found.all[0]
    asked = first.label == "CUE" and s.text(first.start) == "asked"
    if not asked or first.start != s.clause_start():
        return found
    comma = s.find(",", first.end) or first.end
    return _Found([one for one in found.all if one.start >= comma])


def _without_demands(s: Sentence, found: _Found) -> _Found:
    """Leave out what somebody is asked to do: S asked the governments not to turn away boats."""
    demands = {cue for cue in found.cues if _is_demand(s, cue)}
    if not demands:
        return found
    if len(demands) == len(found.cues):
        return _Found(())
    asked = {one for one in found.labelled("CLAIM") if found.cue_before(one.start) in demands}
    return _Found(set(found.all) - demands - asked)


def _is_demand(s: Sentence, cue: Piece) -> bool:
    to = s.find("to", cue.end) if s.is_word(cue.end - 1, "demanding_verbs") else None
    if to is None or s.has_finite_verb((cue.end, to)):
        return False
    return not _is_broken(s, (cue.end, to))


def _without_asides(s: Sentence, found: _Found) -> _Found:
    """Take a quotation as a whole that says "I think": its speaker is no source inside it."""
    dropped: set[Piece] = set()
    whole: list[Piece] = []
    for start, end in s.quotations if found.cues else ():
        inside = [one for one in found.inside(start, end) if one.end <= end]
        speakers = {s.text(one.start) for one in inside if one.label == "SOURCE"}
        cue = next((one for one in inside if one.label == "CUE"), None)
        if cue and speakers <= {"i", "we"} and end - start >= SHORTEST_QUOTATION:
            dropped.update(inside)
            whole.append(Piece("CLAIM", start, end, cue.score))
    return _Found([one for one in found.all if one not in dropped] + whole) if whole else found


def _with_quotation(s: Sentence, claim: Piece, found: _Found) -> Piece:
    """Return a claim that cuts no quotation in two and leaves its sentence's stop outside."""
    start, end = claim.start, claim.end
    first, last = s.quotation_at(start), s.quotation_at(end - 1)
    if first and not found.cue_in(*first):
        start, end = first[0], max(end, first[1])
    elif first is None:
        start = max(start, s.clause_start())
    if last and last != first and last[0] >= start:
        end = max(end, last[1])
    elif last is None:
        end = min(end, s.end)
    return claim._replace(start=start, end=end) if start < end else claim


def _beside_cue(s: Sentence, claim: Piece, found: _Found) -> Piece:
    """Return a claim that leaves no stump of its clause before it or at its sentence's end.

    One that begins in its source's name, before the cue, begins after the cue instead.
    """
    start, end = claim.start, claim.end
    cue = found.cue_before(start)
    if cue is None:
        inner = found.cue_in(start + 1, end)
        name = inner and all(is_large(s, at) for at in range(start, inner.start))
        return claim._replace(start=inner.end) if inner and name and inner.end < end else claim
    said, _ = s.after_cue(cue.bounds)
    if start == cue.end and s.is_word(cue.end - 1, "recipient_verbs"):
        start = said - (s.text(said - 1) == "that")
    elif start == cue.end and s.skip_insert(start) > start:
        dated = s.skip_insert(start)
        start = start if s.is_word(dated, "finite") or dated >= end else dated
    elif s.is_word(start, "prepositions"):
        start = next(
            (at for at in range(start, min(start + 8, end)) if s.text(at) == "that"), start
        )
    elif said < start and all(s.is_word(at, "approximate") for at in range(said, start)):
        start = said
    if _is_stump(s, (end, s.end), found):
        end = s.end
    return claim._replace(start=start, end=end)


def _in_clause(s: Sentence, claim: Piece, cue: Piece) -> Piece:
    """Return a claim that ends with its clause: S, who said C, promised an inquiry."""
    return claim._replace(end=relative_clause_end(s, cue.start - 1, claim.start, claim.end))


def _is_stump(s: Sentence, bounds: Bounds, found: _Found) -> bool:
    """Tell whether the few words after a claim are no clause of their own, and in no piece."""
    few = 0 < bounds[1] - bounds[0] <= _LONGEST_STUMP and not found.overlaps(*bounds)
    return few and not _is_broken(s, bounds)


def _is_broken(s: Sentence, bounds: Bounds) -> bool:
    """Tell whether a mark or a word like "because" parts a stretch."""
    return any(is_mark(s, at) or s.is_word(at, "boundaries") for at in range(*bounds))


def parted(s: Sentence, claim: Piece) -> tuple[list[Piece], list[Piece]]:
    """Part a claim where its source goes on to say or do more.

    Returns:
        The parts in their order, and a cue for each part but the first.
    """
    parts: list[Piece] = []
    cues: list[Piece] = []
    turns = _turns(s)
    for at, verb, more in turns[bisect_right(turns, (claim.start, claim.end)) :]:
        if at >= claim.end:
            break
        parts.append(claim._replace(end=s.trim((claim.start, at))[1]))
        if not more or claim.end - verb <= _SHORTEST_CLAIM:
            return parts, cues
        cues.append(Piece("CUE", verb, verb + 1, claim.score))
        claim = claim._replace(start=verb + 1)
    return [*parts, claim], cues


@lru_cache(maxsize=1)
def _turns(s: Sentence) -> list[tuple[int, int, bool]]:
    """Return where a source goes on to say or do more, outside quotations.

    For each such place: where what was said before ends, the verb, and whether more is said.
    """
    ends = {stop for _, stop in s.quotations if s.start < stop < s.end}
    joints = {at for at in s.places(_JOINTS) if at < s.end - 1}
    found = ((at, *_turn(s, at)) for at in sorted(joints | ends) if not s.quotation_at(at))
    return [(at, verb, more) for at, verb, more in found if verb]


def _turn(s: Sentence, at: int) -> tuple[int, bool]:
    """Return the verb by which a source goes on, 0 if there is none, and whether it says more."""
    joined = s.text(at) in _AND
    verb = at + (s.text(at) in _JOINTS)
    if is_comment(s, at):
        return verb, False
    if s.is_word(verb, "further_verbs" if joined else "participles"):
        return verb, True
    if joined and s.is_word(verb, "further_that_verbs"):
        clause = s.text(verb + 1) == "that" or s.is_word(verb + 1, "clause_openers")
        return verb * (clause and not is_perfect(s, at)), True
    if joined:
        return verb * bool(s.phrase_length(verb, "further_phrases")), False
    return verb * s.is_word(verb, "closing_participles"), False


def _without_afterthoughts(s: Sentence, claims: list[Piece], cues: list[Bounds]) -> list[Piece]:
    """Leave out what the newspaper adds: C, officials said, as rescuers dug."""
    if len(cues) != 1 or not claims or claims[0].end > cues[0][0]:
        return claims
    return [
        one
        for one in claims
        if one.end <= cues[0][0] or s.quotation_at(one.start) or s.text(one.start - 1) in _AND
    ]


# --- sources --------------------------------------------------------------------------------


def _whole_sources(s: Sentence, sources: list[Piece], others: _Found) -> list[Piece]:
    """Return whole sources, with those joined of which one says who the other is."""
    whole: list[Piece] = []
    for source in sources:
        start, end = whole_source(s, source.bounds, others.next_start(source.end, s.end))
        previous = whole[-1] if whole else None
        if previous and (start <= previous.end or _explains(s, previous.end, (start, end))):
            start, end = previous.start, max(end, whole.pop().end)
        whole.append(source._replace(start=start, end=end))
    return whole


def _subject(s: Sentence, cue: Piece) -> Bounds | None:
    """Return who says something where the tagger has seen nobody: X denies it, saying ..."""
    if s.is_word(cue.start, "participles"):
        return s.subject(cue.start) if s.text(cue.start - 1) == "," else None
    name = s.entity_at(cue.start - 1)
    if name is None or name.label_ not in SPEAKERS or s.is_word(cue.start, "passive"):
        return None
    return whole_source(s, (name.start, name.end), cue.start)


def _explains(s: Sentence, end: int, after: Bounds) -> bool:
    """Tell whether a phrase between commas says who is meant: her lawyer, Ann Lee, ..."""
    commas = s.text(end), s.text(after[1])
    return commas == (",", ",") and after[0] == end + 1 and not s.is_word(after[0], "pronouns")
