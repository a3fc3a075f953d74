"""What the tagger found in a sentence in, the same with the guidelines' bounds out.

The tagger decides word by word: it cuts quotations and phrases short and runs on where another
statement begins. Marks, commas and names show where its pieces end.
"""

from collections.abc import Iterable
from typing import NamedTuple

from builder.annotate.phrases import STOPS, Sentence
from builder.annotate.reading import Bounds

# So many words at the end of a sentence are none of their own.
_LONGEST_REST = 3
_SHORTEST_QUOTATION = 3


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


def mended(s: Sentence, pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces of one sentence with their bounds mended, without those that are none."""
    found = sorted(set(pieces), key=lambda one: one.start)
    found = _without_asides(s, found)
    cues = [one for one in found if one.label == "CUE"]
    sources = _whole_sources(s, [one for one in found if one.label == "SOURCE"], cues)
    claims = []
    for claim in (one for one in found if one.label == "CLAIM"):
        parts, more = _parted(s, _with_rest(s, _with_quotation(s, claim, cues), found))
        claims += parts
        cues += [cue for cue in more if cue[:3] not in {other[:3] for other in cues}]
    if not cues and not sources:
        claims = [one for one in claims if s.quotation_at(one.start) == (one.start, one.end)]
    return [*claims, *sources, *cues]


def _without_asides(s: Sentence, found: list[Piece]) -> list[Piece]:
    """Take a quotation as a whole that says "I think": its speaker is no source inside it."""
    kept = found
    for quotation in s.quotations if any(one.label == "CUE" for one in found) else ():
        inside = [one for one in kept if quotation[0] <= one.start and one.end <= quotation[1]]
        speakers = {s.text(one.start) for one in inside if one.label == "SOURCE"}
        cue = next((one for one in inside if one.label == "CUE"), None)
        if cue and speakers <= {"i", "we"} and quotation[1] - quotation[0] >= _SHORTEST_QUOTATION:
            kept = [one for one in kept if one not in inside]
            kept.append(Piece("CLAIM", *quotation, cue.score))
    return kept


def _with_quotation(s: Sentence, claim: Piece, cues: list[Piece]) -> Piece:
    """Return a claim that cuts no quotation in two."""
    start, end = claim.start, claim.end
    first, last = s.quotation_at(start), s.quotation_at(end - 1)
    if first and not any(first[0] <= cue.start < first[1] for cue in cues):
        start, end = first[0], max(end, first[1])
    elif first is None:
        start = max(start, s.clause_start())
    if last and last != first and last[0] >= start:
        end = max(end, last[1])
    return claim._replace(start=start, end=end) if start < end else claim


def _with_rest(s: Sentence, claim: Piece, found: list[Piece]) -> Piece:
    """Return a claim that leaves no stump of its sentence behind."""
    rest = range(claim.end, s.end)
    if not rest or len(rest) > _LONGEST_REST or s.skip_insert(claim.end) != claim.end:
        return claim
    apart = any(s.text(at) in STOPS or s.is_word(at, "boundaries") for at in rest)
    before = any(one.label == "CUE" and one.end <= claim.start for one in found)
    after = any(one.end > claim.end for one in found)
    return claim if apart or after or not before else claim._replace(end=s.end)


def _parted(s: Sentence, claim: Piece) -> tuple[list[Piece], list[Piece]]:
    """Return a claim up to where its source goes on to say more, and what is said there."""
    for at in s.turns(claim.start, claim.end):
        cue = at + (s.text(at) == ",")
        first = claim._replace(end=at)
        if s.is_word(cue, "participles") and cue + 3 < claim.end:
            rest, cues = _parted(s, claim._replace(start=cue + 1))
            return [first, *rest], [Piece("CUE", cue, cue + 1, claim.score), *cues]
        if s.is_word(cue, "closing_participles"):
            return [first], []
    return [claim], []


def _whole_sources(s: Sentence, sources: list[Piece], cues: list[Piece]) -> list[Piece]:
    """Return sources that reach back over a name's first words and on to their verb."""
    whole: list[Piece] = []
    for source in sources:
        start, end = source.start, source.end
        if not s.is_word(start, "pronouns"):
            while s.goes_back(start - 1):
                start -= 1
            cue = next((cue.start for cue in cues if cue.start >= end), end)
            end = cue if s.is_phrase((end, cue)) else end
            previous = whole[-1] if whole else None
            if previous and (start <= previous.end or _explains(s, previous.end, (start, end))):
                whole.pop()
                start = previous.start
        whole.append(source._replace(start=start, end=end))
    return whole


def _explains(s: Sentence, end: int, after: Bounds) -> bool:
    """Tell whether a phrase between commas says who is meant: her lawyer, Ann Lee, ..."""
    commas = s.text(end), s.text(after[1])
    return commas == (",", ",") and after[0] == end + 1
