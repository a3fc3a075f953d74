"""A Doc with sentences in, its runs out: stretches of capitalised words that may hold names."""

from collections.abc import Iterator

from spacy.tokens import Doc, Span, Token

SMALL_WORDS = {"of", "for", "on", "and", "the"}
_INNER = SMALL_WORDS | {
    "&", "-", "de", "del", "da", "di", "la", "van", "von", "der", "den", "bin", "al", "el", "ibn",
}  # fmt: skip
_OPENERS = {'"', "“", "‘", "'", "(", "[", ":", "-", "–", "—", "•", "*"}
_SHOUTING = 0.6


def find_runs(doc: Doc, taken: set[int]) -> Iterator[tuple[int, int]]:
    """Yield token bounds: capitalised words outside ``taken``, with small words only in between.

    A run keeps to its sentence. Words that are capitals only because they open a sentence or a
    quotation are left out: function words, and words that the document also writes small.
    """
    lower_case = {token.text for token in doc if token.text.islower()}
    for sentence in doc.sents:
        start = sentence.start
        while start < sentence.end:
            if start in taken or not _opens(doc[start], sentence, lower_case):
                start += 1
                continue
            end = start + 1
            while step := _step(doc, end, sentence.end, taken):
                end += step
            yield start, end
            start = end


def _opens(token: Token, sentence: Span, lower_case: set[str]) -> bool:
    if not is_capital(token) or token.text in {"I", "A"}:
        return False
    first = token.i == sentence.start or token.doc[token.i - 1].text in _OPENERS
    function_word = token.is_stop or (first and token.lower_ in lower_case)
    return not (is_title_case(token) and function_word)


def _step(doc: Doc, at: int, limit: int, taken: set[int]) -> int:
    """Return how many tokens from ``at`` on belong to the run that ends there."""
    for width in range(1, 4):
        last = at + width - 1
        if last >= limit or last in taken:
            return 0
        token = doc[last]
        if is_capital(token):
            return width
        spaced_dash = token.text == "-" and (doc[last - 1].whitespace_ or token.whitespace_)
        if token.text not in _INNER or spaced_dash:
            return 0
    return 0


def is_capital(token: Token) -> bool:
    """Tell whether the token is a word that begins with a capital."""
    return token.text[0].isupper() and token.text[0].isalpha()


def is_title_case(token: Token) -> bool:
    """Tell whether only the first letter is a capital, as far as can be seen."""
    return token.text[0].isupper() and (len(token) == 1 or not token.is_upper)


def is_all_capitals(sentence: Span) -> bool:
    """Tell whether capitals say nothing here: a headline in capitals."""
    words = [token for token in sentence if token.is_alpha]
    return len(words) > 3 and sum(token.is_upper for token in words) > _SHOUTING * len(words)
