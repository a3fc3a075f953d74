"""Find persons who are named again by their surname alone."""

from spacy.tokens import Doc, Span

from builder.annotate.names.runs import is_capital
from builder.annotate.tokens import Tokens, tokens_of

# Rules that take a word for something else only because they see no more than its sentence.
_GUESSES = {"rule:city", "rule:place-context", "rule:org-context"}


def add_repeated(doc: Doc, names: list[Span], taken: set[int]) -> list[Span]:
    """Return ``names`` and, outside ``taken``, the surnames that stand alone.

    A surname is one that the document gives with the whole name, before or after. It outweighs a
    guess about the same word.
    """
    surnames = _surnames(names)
    if not surnames:
        return names
    kept = [s for s in names if s.id_ not in _GUESSES or s.text not in surnames]
    covered = {at for span in kept for at in range(span.start, span.end)} | taken
    tokens = tokens_of(doc)
    repeated = [
        Span(doc, at, at + 1, label="PERSON", span_id="rule:person-repeated")
        for at, word in enumerate(tokens.words)
        if word in surnames and at not in covered and _is_alone(tokens, at)
    ]
    return kept + repeated


def _surnames(names: list[Span]) -> set[str]:
    """Return the last words of whole names; of Kim Jong-un the first."""
    persons = [span for span in names if span.label_ == "PERSON" and len(span) > 1]
    last = {span[-1].text for span in persons if is_capital(span[-1].text)}
    first = {span[0].text for span in persons if span[-2].text == "-" and len(span) > 3}
    return (last | first) - {span.text for span in names if span.label_ in {"NORP", "LOC"}}


def _is_alone(tokens: Tokens, at: int) -> bool:
    following = tokens.words[at + 1] if at + 1 < len(tokens) else ""
    return not (following[:1].isupper() or following == "-")
