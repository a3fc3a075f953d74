"""Find who says what in a sentence: the rules for cues, sources and contents.

No parser is needed: the rules work from a lexicon of cues, quotation marks, commas and word order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress

from builder.annotate.claims.clauses import is_comment, relative_clause_end
from builder.annotate.claims.cue_words import phrase_length, words
from builder.annotate.claims.phrases import GENITIVES, Sentence
from builder.annotate.claims.quotes import SHORTEST_QUOTATION
from builder.annotate.claims.reading import Bounds

_SHORTEST_CLAUSE = 6


@dataclass(frozen=True)
class Attribution:
    """One statement as token bounds: what is said, who says it, the words that attribute it.

    Without a source nobody is said to say it.
    """

    claim: Bounds
    source: Bounds | None
    cue: Bounds
    rule: str


def find_attributions(sentence: Sentence, heads: Sequence[int]) -> list[Attribution]:
    """Return what the sentence attributes to somebody, in the order of the cues.

    ``heads`` are the tokens of the sentence that can be the head of a cue, as ``find_heads`` says.
    """
    found: list[Attribution] = []
    used: set[int] = set()
    for at in heads:
        free = at not in used and not sentence.quotation_at(at) and not sentence.entity_at(at)
        if free and (reading := _read(sentence, at, found)):
            found.append(reading)
            used.update(range(*reading.cue), range(*(reading.source or reading.cue)))
    return found


def find_heads(lower: list[str]) -> list[int]:
    """Return which words, given in lower case, can be the head of a cue."""
    verbs, end = _verbs(), len(lower)
    maybe = compress(range(end), map(_heads().__contains__, lower))
    return [
        at for at in maybe if lower[at] in verbs or phrase_length(lower, at, end, "source_phrases")
    ]


@cache
def _verbs() -> frozenset[str]:
    kinds = ("accusing_verbs", "naming_verbs", "participles", "statement_verbs", "that_verbs")
    return frozenset().union(*map(words, kinds))


@cache
def _heads() -> frozenset[str]:
    """Return the verbs, and the words that phrases begin with."""
    return _verbs().union(phrase.split()[0] for phrase in words("source_phrases"))


def _read(s: Sentence, at: int, earlier: list[Attribution]) -> Attribution | None:
    """Read the token as the head of a cue; the first rule that fits decides."""
    if length := s.phrase_length(at, "source_phrases"):
        return _source_phrase(s, (at, at + length))
    if s.is_word(at, "accusing_verbs"):
        return _accusation(s, at)
    if s.is_word(at, "naming_verbs"):
        return _naming(s, at)
    if s.is_word(at, "participles"):
        return _participle(s, at, earlier)
    if s.is_word(at, "statement_verbs", "that_verbs") and not _is_noun(s, at):
        cue = s.cue_around(at)
        if s.is_passive(cue):
            return _impersonal(s, cue)  # "was told": the subject is not who speaks
        return _after_claim(s, cue) or _after_source(s, cue)
    return None


def _is_noun(s: Sentence, at: int) -> bool:
    """Tell whether "report", "states", "claims" and the like are nouns here, or infinitives."""
    if s.text(at - 1) == "to" or s.is_word(at - 1, "determiners", "prepositions"):
        return not s.is_word(at - 1, "pronouns")
    if not s.is_word(at, "verbs_or_nouns"):
        return False
    if s.text(at - 1) in GENITIVES:
        return True  # North Korea's state media
    if s.text(at - 1) in {",", '"', "”"} or s.is_word(at - 1, "pronouns", "auxiliaries", "adverbs"):
        return False
    if s.text(at).endswith("s"):
        return s.entity_at(at - 1) is None and not s.is_word(at + 1, "clause_openers")
    return s.text(at + 1) != "that"


def _attribution(
    claim: Bounds | None, source: Bounds | None, cue: Bounds, rule: str
) -> Attribution | None:
    """Return the statement, unless a piece of it is missing."""
    if claim is None or source is None or claim[1] - claim[0] < 2:
        return None
    return Attribution(claim, source, cue, rule)


def _source_phrase(s: Sentence, cue: Bounds) -> Attribution | None:
    """Read ``According to S, C`` and ``C, according to S``."""
    at, end = cue
    source = s.noun_phrase_after(end)
    if source is None:
        return None
    if s.text(source[1] + 1) in {"who", "whose", "which"}:
        source = source[0], s.find(",", source[1] + 1) or s.end
    before = at - 1 if s.text(at - 1) == "," else at
    first = before <= s.clause_start() or s.is_word(before - 1, "boundaries")
    claim = (source[1], s.end) if first else (s.clause_start(), at)
    return _attribution(s.trim(claim), source, cue, "according-to")


def _accusation(s: Sentence, at: int) -> Attribution | None:
    """Read ``S accused C``: C is whom of what; "a man accused of theft" accuses nobody."""
    cue = s.cue_around(at)
    of = s.find("of", at + 1)
    if of is None or s.text(at + 1) in {"of", "by"} or s.is_passive(cue):
        return None
    claim = at + 1, s.content_from(of + 1)[1]
    return _attribution(claim, s.noun_phrase_before(cue[0]), cue, "accused-of")


def _naming(s: Sentence, at: int) -> Attribution | None:
    """Read ``S called X "C"`` and ``X was described as "C" by S``."""
    cue = s.cue_around(at)
    quotation = next(((a, b) for a, b in s.quotations if at < a < at + 8 and b - a > 2), None)
    apart = {",", ";", "who", "that"}
    if quotation is None or any(s.text(i) in apart for i in range(at, quotation[0])):
        return None
    if s.words[quotation[0] + 1][:1].isupper():
        return None  # a title or a name: a book called "..."
    if s.text(cue[1]) == "as" and quotation[0] == cue[1] + 1:
        cue = (cue[0], cue[1] + 1)
    if s.text(quotation[1]) == "by":
        source = s.noun_phrase_after(quotation[1] + 1)
    elif s.is_passive(cue):
        source = None
    else:
        source = s.noun_phrase_before(cue[0])
    return _attribution(quotation, source, cue, "named")


def _participle(s: Sentence, at: int, earlier: list[Attribution]) -> Attribution | None:
    """Read ``S denied C, saying C``: the source is the one named before."""
    if s.text(at - 1) != "," or not earlier:
        return None
    start, cue = s.after_cue((at, at + 1))
    return _attribution(s.content_from(start), earlier[-1].source, cue, "participle")


def _impersonal(s: Sentence, cue: Bounds) -> Attribution | None:
    """Read ``It is believed that C``: nobody is said to say so."""
    stated = s.text(cue[0]) in {"is", "was", "has", "had", "'s", "’s"}
    if not stated or s.text(cue[0] - 1) != "it" or s.text(cue[1]) != "that":
        return None
    return Attribution(s.content_from(cue[1] + 1), None, cue, "impersonal")


def _after_claim(s: Sentence, cue: Bounds) -> Attribution | None:
    """Read ``C, said S``."""
    follows_on = s.is_word(cue[1], "boundaries", "prepositions")
    if cue[1] - cue[0] > 1 or follows_on or s.is_word(cue[0], "recipient_verbs"):
        return None
    claim = _closed_before(s, cue[0], last=False)
    source = s.noun_phrase_after(cue[1]) if claim else None
    if source is None or s.has_finite_verb(source):
        return None
    return _attribution(claim, source, cue, "said-source")


def _after_source(s: Sentence, cue: Bounds) -> Attribution | None:
    """Read ``C, S said`` or ``S said C``."""
    source = s.noun_phrase_before(cue[0])
    if source is None or is_comment(s, source[0] - 1):
        return None
    return _closing(s, source, cue) or _opening(s, source, cue)


def _closing(s: Sentence, source: Bounds, cue: Bounds) -> Attribution | None:
    """Read ``C, S said``, after which at most a mark, or when and where it was said, follows."""
    after = s.text(s.skip_insert(cue[1]))
    if after not in {"", ",", ";", "."}:
        return None
    claim = _closed_before(s, source[0], last=after == "")
    return _attribution(claim, source, cue, "source-said")


def _closed_before(s: Sentence, at: int, last: bool) -> Bounds | None:
    """Return the quotation or the clause that ends before ``at``, with a comma or without.

    Where nothing follows (``last``) a long clause will do whose verb we do not know ("fell").
    """
    mark = at - 1
    quotation = s.quotation_at(mark)
    if quotation is None and s.text(mark) == ",":
        quotation = s.quotation_at(mark - 1)
    if quotation is not None:
        return quotation if quotation[1] - quotation[0] >= SHORTEST_QUOTATION else None
    if s.text(mark) != ",":
        return None
    claim = s.trim((s.clause_start(), mark))
    long_enough = last and claim[1] - claim[0] >= _SHORTEST_CLAUSE
    return claim if long_enough or s.has_finite_verb(claim) else None


def _opening(s: Sentence, source: Bounds, cue: Bounds) -> Attribution | None:
    """Read ``S said (that) C``, ``S said: "C"`` and ``S told X that C``."""
    start, whole_cue = s.after_cue(cue)
    if s.text(start - 1) in {"that", ":"} or s.quotation_at(start):
        return _attribution(_content(s, source, start), source, whole_cue, "said-that")
    study = s.is_word(source[1] - 1, "studies")
    bare = study or s.is_word(cue[1] - 1, "statement_verbs", "showing_verbs")
    blocked = s.text(start) in {",", "to", "by", ""} or s.is_word(start, "prepositions")
    if not bare or blocked:
        return None
    content = _content(s, source, start)
    clause = s.has_finite_verb(content) or s.is_word(start, "clause_openers")
    deed = s.text(start).endswith("ing") and not s.is_word(start, "nouns_in_ing")
    gerund = s.is_word(cue[1] - 1, "gerund_verbs") and deed
    return _attribution(content, source, whole_cue, "said") if clause or gerund else None


def _content(s: Sentence, source: Bounds, start: int) -> Bounds:
    """Return what the source says from ``start`` on; the clause alone of a source that is "who"."""
    first, last = s.content_from(start)
    return first, relative_clause_end(s, source[1] - 1, first, last)
