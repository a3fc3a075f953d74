"""Decide where a name that the tagger found begins and ends by the guidelines.

Bounds are tokens, half-open.
"""

from spacy.tokens import Doc

from builder.annotate.names import gazetteer
from builder.annotate.names.runs import SMALL_WORDS, is_capital
from builder.annotate.tokens import Tokens

_LONGEST_SYLLABLE = 5
_LINKS = SMALL_WORDS | {"&"}


def name_bounds(doc: Doc, tokens: Tokens, label: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of a name with an OntoNotes label in a document with these tokens.

    A name goes on after "of" (House of Representatives). A person has no titles, but all of Kim
    Jong-un. Small words before and after a name are none of it ("northern", "stadium"), but for
    those that organisations, regions and landforms end in. To an organisation belongs the article
    that is written large inside a sentence (The Onion).
    """
    end = _past_links(doc, tokens.words, end)
    if label == "PERSON":
        end = _before_of(tokens.words, start, end)
        end = _with_syllable(tokens, start, end)
        start = _past_titles(tokens.words, start, end)
    if any(map(is_capital, tokens.words[start:end])):
        end = _before_small_words(tokens.words, label, start, end)
        while label in {"GPE", "LOC"} and _is_small(tokens.words, start):
            start += 1
        if label == "GPE":
            end = _before_title(tokens.words, start, end)
    return start - (label == "ORG" and _has_article(doc, tokens.words, start)), end


def _past_titles(words: list[str], start: int, end: int) -> int:
    """Return where a person's name begins: after Dr., but not in Duke and Duchess of Sussex."""
    is_title = gazetteer.load().is_title
    while start < end - 1 and is_title(words[start]) and words[start + 1] not in {"of", "and"}:
        start += 1
    return start


def _past_links(doc: Doc, words: list[str], end: int) -> int:
    """Return where a name ends that breaks off in "of" before its last words."""
    if words[end - 1] in _LINKS:
        while end < len(words) and is_capital(words[end]) and not doc[end].is_sent_start:
            end += 1
    return end


def _before_of(words: list[str], start: int, end: int) -> int:
    """Return where a person's name ends: Ann Chiang of DAB, but Jafar of Kufa."""
    names = gazetteer.load().names
    for at in range(start + 2, end - 1):
        if words[at] == "of" and (words[at + 1].isupper() or words[at + 1] in names):
            return at
    return end


def _with_syllable(tokens: Tokens, start: int, end: int) -> int:
    """Return where a name ends whose last given name goes on, small, after a hyphen."""
    hyphen = end - 1 if tokens.words[end - 1] == "-" else end
    parts = tokens.words[hyphen - 1 : hyphen + 2]
    joined = parts[1:2] == ["-"] and tokens.between(hyphen - 1, hyphen + 2) == "".join(parts)
    if not joined or len(parts) < 3 or hyphen - start < 2:
        return end
    fits = parts[2].isalpha() and parts[2].islower() and len(parts[2]) <= _LONGEST_SYLLABLE
    return end if not fits or parts[2] in gazetteer.load().words["not_syllables"] else hyphen + 2


def _before_title(words: list[str], start: int, end: int) -> int:
    """Return where a country's name ends that runs into a title: U.S. District Judge."""
    known = gazetteer.load()
    country = known.label(words[start]) == "GPE"
    return start + 1 if country and end < len(words) and known.is_title(words[end]) else end


def _before_small_words(words: list[str], label: str, start: int, end: int) -> int:
    """Return where a name with a capital ends: before "stadium", but after "navy" or "region".

    Likud party is called Likud, but the Thai navy is not called Thai.
    """
    known = gazetteer.load()
    lists = known.words
    alone = end - start == 2 and known.label(words[start]) not in {"NORP", "GPE"}
    while end > start + 1 and _is_small(words, end - 1):
        last, large = words[end - 1], words[end - 1].capitalize()
        body = label == "ORG" and large in lists["org_tails"]
        if last in lists["regions"] or large in lists["landforms"] or (body and not alone):
            break
        end -= 1
    return end


def _is_small(words: list[str], at: int) -> bool:
    """Tell whether a word is written small and no hyphen joins it to another."""
    return words[at].islower() and words[at].isalpha() and "-" not in words[max(at - 1, 0) : at + 2]


def _has_article(doc: Doc, words: list[str], start: int) -> bool:
    """Tell whether "The" stands before a name, large for no other reason."""
    inside = start > 1 and words[start - 1] == "The" and not doc[start - 1].is_sent_start
    return inside and words[start - 2].isalpha()
