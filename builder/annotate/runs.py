"""Tokens and sentences in, runs out: stretches of capitalised words that may hold names."""

from collections.abc import Iterator, Sequence

from spacy.lang.en.stop_words import STOP_WORDS

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
    capitals = iter([at for at, word in enumerate(tokens.words) if is_capital(word)])
    at = next(capitals, len(tokens))
    for first, last in sentences:
        while at < last:
            start = at
            if start not in taken and _opens(tokens, start, first, known_words):
                at += 1
                while at - start < _LONGEST and (step := _step(tokens, at, last, taken)):
                    at += step
                yield start, at
            at = next((later for later in capitals if later >= max(at, start + 1)), len(tokens))


def _opens(tokens: Tokens, at: int, first_of_sentence: int, known_words: set[str]) -> bool:
    word = tokens.words[at]
    if word in {"I", "A"}:
        return False
    first = at == first_of_sentence or tokens.words[at - 1] in _OPENERS
    lower = tokens.lower[at]
    function_word = lower in STOP_WORDS or (first and lower in known_words)
    return not (function_word and is_title_case(word))


def _step(tokens: Tokens, at: int, limit: int, taken: set[int]) -> int:
    """Return how many tokens from ``at`` on belong to the run that ends there."""
    for width in range(1, 4):
        last = at + width - 1
        if last >= limit or last in taken:
            return 0
        word = tokens.words[last]
        if is_capital(word):
            return width
        spaced = tokens.space_after(last - 1) or tokens.space_after(last)
        if word not in _INNER or (word == "-" and spaced):
            return 0
    return 0


def is_capital(word: str) -> bool:
    """Tell whether the token is a word that begins with a capital."""
    return word[0].isupper() and word[0].isalpha()


def is_title_case(word: str) -> bool:
    """Tell whether only the first letter is a capital, as far as can be seen."""
    return word[0].isupper() and (len(word) == 1 or not word.isupper())


def is_all_capitals(words: Sequence[str]) -> bool:
    """Tell whether capitals say nothing here: a headline in capitals."""
    letters = [word for word in words if word.isalpha()]
    return len(letters) > 3 and sum(map(str.isupper, letters)) > _SHOUTING * len(letters)
