"""Tell where clauses end in a sentence, by its commas and verbs."""

from bisect import bisect_left

from builder.annotate.claims.phrases import Sentence

_HAVE = {"has", "have", "had"}
# How far the verb of a comment stands from its noun at most.
_LONGEST_WHO = 5


def is_perfect(s: Sentence, end: int) -> bool:
    """Tell whether the verb before ``end`` is a perfect ("has studied"), which others may join."""
    before = bisect_left(s.verbs, end) - 1
    verb = s.verbs[before] if before >= 0 else end
    return not _HAVE.isdisjoint({s.text(verb), s.text(verb - 1)})


def relative_clause_end(s: Sentence, who: int, start: int, end: int) -> int:
    """Return where a clause that ", who" opens ends: before a comma and a verb, or at ``end``."""
    if s.text(who) != "who" or s.text(who - 1) != ",":
        return end
    pauses = s.pauses[bisect_left(s.pauses, start) : bisect_left(s.pauses, end)]
    return next((at for at in pauses if _leads_back(s, start, at)), end)


def _leads_back(s: Sentence, start: int, pause: int) -> bool:
    """Tell whether a clause lies before the comma, and after it a verb that is not its own."""
    clause = s.is_word(start, "clause_openers") or s.has_finite_verb((start, pause))
    return clause and (s.is_verb(pause + 1) or s.is_word(pause + 1, "statement_verbs"))


def is_comment(s: Sentence, comma: int) -> bool:
    """Tell whether a comma opens a comment on what is said, as in ", a charge Israel denies"."""
    noun = comma + 2
    if s.text(comma) != "," or s.text(comma + 1) not in {"a", "an"} or s.is_role(noun):
        return False
    who = s.entity_at(noun + 1) is not None or s.is_word(noun + 1, "determiners", "pronouns")
    verbs = ("statement_verbs", "that_verbs", "rejecting_verbs")
    return who and any(s.is_word(at, *verbs) for at in range(noun + 2, noun + 1 + _LONGEST_WHO))
