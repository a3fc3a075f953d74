"""Give words one spelling, so that British, American and typographic variants compare as the same.

What is returned is a key to compare by and no word to show: both spellings lead to it.
"""

import re
from functools import lru_cache

from builder.variants.lists import listed

# Marks that papers set differently without saying anything else.
_SIGNS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "."})
# The longest word that is looked at; longer ones are compared as they are.
_LONGEST = 40
_ENDINGS = (
    (re.compile(r"is(e|ed|er|ers|es|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"ys(e|ed|es|ing)$"), r"yz\1"),
    (re.compile(r"(?<=[a-z]{2}[bdlmnrv])our(?=$|s$|ed$|ing$|ite|able|al$|er|ful|hood|ly$)"), "or"),
    (re.compile(r"(?<=[a-z]{2}[bt])re(?=s?$|d$)"), "er"),
    (re.compile(r"(?<=[a-z]{4})ll(?=(?:ed|ing|er|ers|or|ors)$)"), "l"),
    (re.compile(r"(?<=[a-z]{2})ogue(?=s?$)"), "og"),
    (re.compile(r"(?:(?<=def)|(?<=off)|(?<=lic)|(?<=pret))ence(?=s?$)"), "ense"),
)
_OTHERS = dict(pair.split("=") for pair in listed("spellings"))


def typeset(text: str) -> str:
    """Return a text with one form of quotation marks, apostrophes and dashes."""
    return text.translate(_SIGNS)


@lru_cache(maxsize=50_000)
def spelled(word: str) -> str:
    """Return the key that all spellings of a word share."""
    word = typeset(word).casefold()
    if not word.isascii() or len(word) > _LONGEST or not word.isalpha():
        return word
    if word in _OTHERS:
        return _OTHERS[word]
    for ending, other in _ENDINGS:
        word = ending.sub(other, word)
    return word


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the key that all forms of a regular word share: hire, hires, hired, hiring."""
    word = spelled(word)
    if len(word) < 4 or not word.isalpha():
        return word
    for ending, least in (("ies", 5), ("ied", 5), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending in ("ies", "ied") else "")
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] in "bdgmnprt":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word
