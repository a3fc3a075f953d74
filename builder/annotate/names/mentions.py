"""Add the mentions of a name that the tagger missed elsewhere in the document.

The tagger reads a few sentences at a time; what is a name in one place is taken for
one in all others.
"""

from collections.abc import Collection, Sequence

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.tokens import Doc, Span

from builder.annotate.names import gazetteer
from builder.annotate.tokens import Tokens, tokens_of

Scored = tuple[Span, float]

# A name that is less sure is not looked for elsewhere.
_SURE_ENOUGH = 0.5
# How often a missed mention is right, beside the name that it repeats.
_SHARE = 0.9
_SHORTEST = 3
_LONGEST = 8
# What a name does that opens a sentence, beside speaking.
_PREDICATES = {"is", "was", "has", "had", "will", "would", "also", "'s", "’s"}


def with_missed(doc: Doc, tagged: Sequence[Scored], closed: Collection[int] = ()) -> list[Scored]:
    """Return ``tagged`` and other mentions of its one-word names, surnames and abbreviations.

    A mention is the same word with the same capitals, between words that look like no part of a
    longer name; at the beginning of a sentence, where a capital says nothing, before "said" or the
    like.

    Args:
        doc: the document, with sentence starts.
        tagged: the names found in it, and their scores.
        closed: tokens that are no names, such as the May of a date.

    """
    tokens = tokens_of(doc)
    known = _known(tokens, tagged)
    taken = set(closed).union(*(range(span.start, span.end) for span, _ in tagged))
    mentions = [at for at, word in enumerate(tokens.words) if word in known and at not in taken]
    found = list(tagged)
    for at in mentions:
        if _stands_alone(doc, tokens, at):
            label, score = known[tokens.words[at]]
            found.append((Span(doc, at, at + 1, label=label), _SHARE * score))
    return sorted(found, key=lambda one: one[0].start)


def surname(tokens: Tokens, person: Span) -> str | None:
    """Return the last word of a person's name of several words, if it can stand alone."""
    end = person.end
    if end - person.start == 1 or person.label_ != "PERSON":
        return None
    last = tokens.words[end - 1]
    return last if len(last) >= _SHORTEST and last[0].isupper() else None


def abbreviation(tokens: Tokens, name: Span) -> str | None:
    """Return the capitals that follow a name in brackets and stand for it: INS, KSM.

    They are first letters of its words, in their order.
    """
    words, start, end = tokens.words, name.start, name.end
    if end - start == 1 or end == len(words) or words[end] != "(":
        return None
    short = next((word for word in words[end + 1 : end + 5] if word.isalpha()), "")
    if not (short.isupper() and 1 < len(short) <= _LONGEST):
        return None
    initials = (word[0].upper() for word in words[start:end])
    # Each look goes on from where the last one ended.
    return short if all(letter in initials for letter in short) else None


def _known(tokens: Tokens, tagged: Sequence[Scored]) -> dict[str, tuple[str, float]]:
    """Return each word to look for, with the label and the score of its surest name."""
    known: dict[str, tuple[str, float]] = {}
    sure = [(span, score) for span, score in tagged if score >= _SURE_ENOUGH]
    for span, score in sure:
        short = abbreviation(tokens, span)
        if short:
            known[short] = (span.label_, score)
    for span, score in sorted(sure, key=lambda one: -one[1]):
        start, end = span.start, span.end
        word = tokens.words[start] if end - start == 1 else surname(tokens, span)
        if word and word not in known and word[0].isupper():
            known[word] = (span.label_, score)
    return known


def _stands_alone(doc: Doc, tokens: Tokens, at: int) -> bool:
    """Tell whether a capital is no accident and no word beside the token shares its name."""
    after = tokens.between(at + 1, at + 2)
    if at == 0 or doc[at].is_sent_start:
        return after in _PREDICATES or after in gazetteer.load().words["speech"]
    before = tokens.words[at - 1]
    capital = before[0].isupper() and not doc[at - 1].is_sent_start and not _is_no_name(before)
    return not (capital or after[:1].isupper() or "-" in (before, after))


def _is_no_name(word: str) -> bool:
    """Tell whether a word with a capital is a title or a small word: Mr. Bush, The Bush team."""
    return gazetteer.load().is_title(word) or word.lower() in STOP_WORDS
