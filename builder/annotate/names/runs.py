"""Find the runs of capitalised words that may hold names."""

from collections.abc import Iterator, Sequence
from itertools import compress

from spacy.lang.en.stop_words import STOP_WORDS

from builder.annotate.remembered import Remembered
from builder.annotate.tokens import Tokens

SMALL_WORDS = {"of", "for", "on", "and", "the"}
_INNER = SMALL_WORDS | {
    "&", "-", "de", "del", "da", "di", "la", "van", "von", "der", "den", "bin", "al", "el", "ibn",
}  # fmt: skip
_OPENERS = {'"', "“", "‘", "'", "(", "[", ":", "-", "–", "—", "•", "*"}
_SHOUTING = 0.6
# Longer runs are no names but text in capitals, which rules would read from each word to its end.
_LONGEST = 40


def find_runs(
    tokens: Tokens, sentences: Sequence[tuple[int, int]], taken: set[int]
) -> Iterator[tuple[int, int]]:
    """Yield token bounds: capitalised words outside ``taken``, with small words only in between.

    A run keeps to its sentence. Words that are capitals only because they open a sentence or a
    quotation are left out: function words, and words that the document also writes small.
    """
    known_words = set(tokens.words)
    capitals = compress(range(len(tokens)), map(_capital.__getitem__, tokens.words))
    following = iter(sentences)
    first = last = end = 0
    for start in capitals:
        if start < end:
            continue
        while start >= last:
            first, last = next(following)
        if start not in taken and _opens(tokens, start, first, known_words):
            end = start + 1
            while end - start < _LONGEST and (step := _step(tokens, end, last, taken)):
                end += step
            yield start, end


def _opens(tokens: Tokens, at: int, first_of_sentence: int, known_words: set[str]) -> bool:
    word, lower = tokens.words[at], tokens.lower[at]
    if word in {"I", "A"}:
        return False
    function_word = lower in STOP_WORDS or (
        lower in known_words and (at == first_of_sentence or tokens.words[at - 1] in _OPENERS)
    )
    return not (function_word and is_title_case(word))


def _step(tokens: Tokens, at: int, limit: int, taken: set[int]) -> int:
    """Return how many tokens from ``at`` on belong to the run that ends there."""
    for last in range(at, min(at + 3, limit)):
        word = tokens.words[last]
        if last in taken:
            return 0
        if is_capital(word):
            return last + 1 - at
        if word not in _INNER:
            return 0
        if word == "-" and (tokens.space_after(last - 1) or tokens.space_after(last)):
            return 0
    return 0


def is_capital(word: str) -> bool:
    """Tell whether the token is a word that begins with a capital."""
    return word[0].isupper() and word[0].isalpha()


_capital = Remembered(is_capital)


def is_title_case(word: str) -> bool:
    """Tell whether only the first letter is a capital, as far as can be seen."""
    return word[0].isupper() and (len(word) == 1 or not word.isupper())


def is_all_capitals(words: Sequence[str]) -> bool:
    """Tell whether capitals say nothing here: a headline in capitals."""
    letters = [word for word in words if word.isalpha()]
    return len(letters) > 3 and sum(map(str.isupper, letters)) > _SHOUTING * len(letters)
