"""Find the named entities of a Doc: the spaCy pipe ``builder_entities``.

Where a tagger ran, names and values are the tagger's, completed by rules; else the rules'.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from builder.annotate.batches import BatchPipe
from builder.annotate.claims.quotes import find_quotations
from builder.annotate.names import gazetteer
from builder.annotate.names.merging import Scored, merged
from builder.annotate.names.rules import find_names
from builder.annotate.names.runs import SMALL_WORDS, is_capital
from builder.annotate.tagger import tagging
from builder.annotate.tagger.spans import NAME_LABELS
from builder.annotate.tokens import Tokens, tokens_of
from builder.annotate.values.finder import find_values

# How often a rule alone is right to the character and in its label: on 401 news articles under the
# guidelines, on which no rule was developed (benchmarks/suggestions.py --precision), drawn towards
# its label's mean where it found few; the rules that found none there are judged by eye.
SCORES = {
    "rule:country": 0.93,
    "rule:city": 0.87,
    "rule:region": 0.63,
    "rule:directed-place": 0.66,
    "rule:place": 0.89,
    "rule:place-context": 0.64,
    "rule:landform": 0.75,
    "rule:landform-of": 0.94,
    "rule:facility": 0.72,
    "rule:person-given-name": 0.94,
    "rule:person-title": 0.95,
    "rule:person-surname": 0.52,
    "rule:person-hyphen": 0.86,
    "rule:person-context": 0.79,
    "rule:person-repeated": 0.92,
    "rule:given-name-alone": 0.66,
    "rule:organisation": 0.93,
    "rule:org-of": 0.82,
    "rule:org-tail": 0.79,
    "rule:org-context": 0.86,
    "rule:org-head": 0.7,
    "rule:newspaper": 0.96,
    "rule:acronym": 0.64,
    "rule:nationality": 0.90,
    "rule:group": 0.92,
    "rule:language": 0.71,
    "rule:event": 0.82,
    "rule:event-of": 0.6,
    "rule:law": 0.65,
    "rule:law-of": 0.61,
    "rule:numbered-law": 0.58,
    "rule:product": 0.91,
    "rule:numbered-product": 0.83,
    "rule:numbered-road": 0.79,
    "rule:ship": 0.97,
    "rule:prize": 0.57,
    "rule:quoted-title": 0.27,
    "rule:date": 0.91,
    "rule:year": 0.93,
    "rule:age": 0.95,
    "rule:time": 0.74,
    "rule:money": 0.93,
    "rule:percent": 0.94,
    "rule:quantity": 0.89,
    "rule:ordinal": 0.88,
    "rule:fraction": 0.92,
    "rule:cardinal": 0.85,
}
_LONGEST_TITLE = 10
# Values that look like a name, or that a name may hold.
_LIKE_NAMES = {"DATE", "TIME", "ORDINAL", "CARDINAL"}
VALUES = {"DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"}
# Values that rules alone find, those in which they go before the tagger, and those in which they
# add what it missed: chosen on held-out articles.
_BY_RULES = {"QUANTITY"}
_RULES_FIRST = {*_BY_RULES, "DATE", "TIME", "MONEY", "PERCENT"}
_ADDED = VALUES - _RULES_FIRST
# Words that titles in capitals write small.
_SMALL = SMALL_WORDS | {"a", "an", "in", "to", "at", "from", "with", "by", "or", "as", "'s", "’s"}
# What is quoted after these words, and after verbs of speech, is no title.
_CALLING = {"the", "that", "shouted", "chanted"}
# After these a number is a rank: the No. 1.
_NUMBER_SIGNS = {"No", "Nos", "Number"}


class EntitiesPipe(BatchPipe):
    """Sets ``doc.ents`` as ``find_entities`` does."""

    def read(self, docs: Sequence[Doc]) -> None:
        """Find the entities of each document."""
        for doc in docs:
            find_entities(doc)


@Language.factory("builder_entities", assigns=["doc.ents"], requires=["token.is_sent_start"])
def make_entities(nlp: Language, name: str) -> EntitiesPipe:
    """Return the pipe that finds entities."""
    return EntitiesPipe()


def find_entities(doc: Doc) -> None:
    """Set ``doc.ents``; each entity's ``id_`` names the rule or the model that made it.

    Of names and values that overlap the longer one is kept, then the first. The scores stand in
    ``doc.user_data["entity_scores"]`` by ``start:end`` in characters.
    """
    tokens = tokens_of(doc)
    values, titles = _value_spans(doc, tokens), _quoted_titles(doc, tokens)
    dated = [span for span in values if span.label_ in {"DATE", "TIME"}]
    closed = {at for span in dated + titles for at in range(span.start, span.end)}
    rules = find_names(doc, closed)
    tagged = tagging.found(doc, NAME_LABELS)
    if tagged is None:
        found = _by_rules(tokens, rules, values, titles)
    else:
        found = _by_tagger(doc, tagged, rules, values, closed)
    scores = {(span.start, span.end): score for span, score in found if score is not None}
    # Of two readings of one stretch the first is kept: HK$5 is no place, but April may be a person.
    kept = filter_spans([span for span, _ in found])
    doc.set_ents(kept)
    doc.user_data["entity_scores"] = {
        f"{span.start_char}:{span.end_char}": scores.get(
            (span.start, span.end), SCORES.get(span.id_)
        )
        for span in kept
    }


def _by_rules(
    tokens: Tokens, names: Sequence[Span], values: Sequence[Span], titles: Sequence[Span]
) -> list[Scored]:
    """Return what rules alone find, the surer before the others."""
    values = _fitted(values, names, tokens)
    sure = [span for span in values if span.label_ not in _LIKE_NAMES]
    return [(span, None) for span in [*titles, *sure, *names, *values]]


def _by_tagger(
    doc: Doc,
    tagged: Sequence[tuple[Span, float]],
    rules: Sequence[Span],
    values: Sequence[Span],
    closed: Collection[int],
) -> list[Scored]:
    """Return the tagger's names and values, completed by what rules find."""
    model = tagging.model_of(doc)
    names = [one for one in tagged if one[0].label_ not in VALUES]
    found = merged(doc, names, rules, closed)
    values = _fitted(values, [name for name, _ in found], tokens_of(doc))
    first: list[Scored] = [(span, None) for span in values if span.label_ in _RULES_FIRST]
    sure = [one for one in first if one[0].label_ not in _LIKE_NAMES]
    read = [
        (Span(doc, one.start, one.end, label=one.label_, span_id=model), score)
        for one, score in tagged
        if one.label_ in VALUES - _BY_RULES
    ]
    rest = [(span, None) for span in values if span.label_ in _ADDED]
    return [*sure, *found, *first, *read, *rest]


def _fitted(values: Sequence[Span], names: Sequence[Span], tokens: Tokens) -> list[Span]:
    """Return the values beside these names: some numbers are ages, some are parts of a name."""
    persons = {span.end for span in names if span.label_ == "PERSON"}
    ends = {span.end for span in [*values, *names]}
    aged = [_age(span, tokens) if span.start - 1 in persons else span for span in values]
    return [span for span in aged if not _in_a_name(span, tokens, ends)]


def _age(number: Span, tokens: Tokens) -> Span:
    """Return a number after a person's name as an age, a DATE, if it stands between commas."""
    around = (tokens.words[number.start - 1], tokens.between(number.end, number.end + 1))
    if _is_figures(number, tokens) and around in {(",", ","), (",", "."), ("(", ")")}:
        return Span(number.doc, number.start, number.end, "DATE", span_id="rule:age")
    return number


def _is_figures(number: Span, tokens: Tokens) -> bool:
    return tokens.between(number.start, number.end).isdigit()


def _in_a_name(number: Span, tokens: Tokens, ends: Collection[int]) -> bool:
    """Tell whether a number belongs to the word before it: the FTSE 100, a Category 4 storm.

    That word has its capital for no other reason, and no name or value ends there (``ends``).
    """
    if number.start < 2 or number.start in ends or not _is_figures(number, tokens):
        return False
    before, word = tokens.words[number.start - 2 : number.start]
    told = before.islower() or before in {"A", "An", "The"}
    return told and is_capital(word) and word.rstrip(".") not in _NUMBER_SIGNS


def _value_spans(doc: Doc, tokens: Tokens) -> list[Span]:
    """Return the values that begin and end where tokens do."""
    spans = []
    for value in find_values(tokens):
        first = bisect_right(tokens.starts, value.start) - 1
        last = bisect_left(tokens.ends, value.end)
        if tokens.starts[first] == value.start and tokens.ends[last] == value.end:
            rule = f"rule:{value.rule}"
            spans.append(Span(doc, first, last + 1, label=value.label, span_id=rule))
    return spans


def _quoted_titles(doc: Doc, tokens: Tokens) -> list[Span]:
    """Return the titles in quotation marks: after "the film" and the like, or told by capitals."""
    lists = gazetteer.load().words
    works, speech = lists["titled_works"], lists["speech"]
    spans = []
    for start, end in find_quotations(doc):
        first, last = start + 1, end - 1
        if tokens.words[last - 1] in {",", "."}:  # American style
            last -= 1
        inner, before = tokens.words[first:last], tokens.words[start - 1] if start else ""
        if not 0 < len(inner) <= _LONGEST_TITLE or not inner[0][:1].isupper():
            continue
        told = (
            before.islower()
            and before not in _CALLING
            and before not in speech
            and _is_title(inner)
        )
        if told or before.lower() in works:
            spans.append(Span(doc, first, last, "WORK_OF_ART", span_id="rule:quoted-title"))
    return spans


def _is_title(words: list[str]) -> bool:
    """Tell whether all of several words have a capital, but for small ones between them."""
    small = all(is_capital(word) or word in _SMALL for word in words[1:-1])
    return small and len(words) > 1 and is_capital(words[0]) and is_capital(words[-1])
