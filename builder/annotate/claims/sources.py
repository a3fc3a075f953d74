"""Extend a source to its whole name, title and apposition."""

from builder.annotate.claims.phrases import GENITIVES, Sentence
from builder.annotate.claims.reading import Bounds

_LONGEST_APPOSITION = 24


def whole_source(s: Sentence, source: Bounds, limit: int) -> Bounds:
    """Return a source with its name and title, and with who that is (Ann Lee, the mayor).

    It ends by ``limit``, where a cue or a claim begins, or the sentence ends.
    """
    start, end = source
    if s.is_word(start, "pronouns"):
        return source
    if s.text(end - 1) in {"who", "which"} and s.text(end - 2) == ",":
        end -= 2
    while is_large(s, start - 1):
        start -= 1
    if s.is_role(start - 1):
        led = s.noun_phrase_before(end)
        start = led[0] if led else start
    while end < limit and is_large(s, end):
        end += 1
    if s.text(end - 1) in {"of", "a", "an", "the"} and end < limit:
        name = s.entity_at(end)
        end = name.end if name is not None else end + 1
    if end + 1 < limit and s.text(end) in GENITIVES:
        while end < limit and not is_mark(s, end) and not s.is_word(end, "boundaries"):
            end += 1
    if end < limit < s.end and is_large(s, limit - 1) and _is_phrase_end(s, (end, limit)):
        return start, limit
    if s.text(start - 1) == "," and s.text(end) == "," and end + 1 == limit:
        explained = s.noun_phrase_before(limit)
        start = explained[0] if explained and explained[1] == start - 1 else start
    return start, _apposition_end(s, end, limit)


def _apposition_end(s: Sentence, end: int, limit: int) -> int:
    """Return where what follows a comma to say who somebody is ends; ``end`` if nothing does."""
    name = s.entity_at(end + 1)
    last = limit - (s.text(limit - 1) == ",")
    person = name is not None and (name.label_ == "PERSON" or name.end == last)
    explains = person or s.is_word(end + 1, "explaining") or s.text(end + 1).isdigit()
    closed = limit == s.end or last < limit
    if s.text(end) != "," or not explains or not closed or last - end > _LONGEST_APPOSITION:
        return end
    return end if any(s.quotation_at(at) for at in range(end, last)) else last


def is_large(s: Sentence, at: int) -> bool:
    """Tell whether a token with a capital can be of a title or a name."""
    name = s.entity_at(at)
    dated = name is not None and name.label_ in {"DATE", "TIME"}
    small = s.is_word(at, "prepositions", "boundaries", "pronouns")
    large = bool(s.text(at)) and s.words[at][:1].isupper()
    # Any word is large that a sentence begins with.
    told = at > s.clause_start() or name is not None or s.is_word(at, "determiners")
    return large and told and not dated and not small and not s.quotation_at(at)


def is_mark(s: Sentence, at: int) -> bool:
    """Tell whether a token has neither a letter nor a figure."""
    return not any(map(str.isalnum, s.text(at)))


def _is_phrase_end(s: Sentence, bounds: Bounds) -> bool:
    """Tell whether words may be the end of a noun phrase: no clause and no mark in them."""
    kinds = ("boundaries", "prepositions", "adverbs", "auxiliaries", "pronouns", "recipients")
    marked = any(is_mark(s, at) or s.is_word(at, *kinds) for at in range(*bounds))
    return not marked and not s.has_finite_verb(bounds)
