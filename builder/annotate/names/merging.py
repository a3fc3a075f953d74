"""Merge the tagger's names and the rules' names into one list.

The tagger reads all kinds of names; rules make a name one and the same throughout a document, mend
where it begins and ends, and add what they know by heart.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from spacy.tokens import Doc, Span

from builder.annotate.names import gazetteer
from builder.annotate.names.edges import name_bounds
from builder.annotate.names.mentions import abbreviation, surname, with_missed
from builder.annotate.names.runs import is_capital
from builder.annotate.tagger import tagging
from builder.annotate.tokens import Tokens, tokens_of

Scored = tuple[Span, float | None]

# Rules so sure that they add what the tagger missed.
_SURE = {"rule:country", "rule:nationality"}
# Rules that know better than the tagger where a name begins and ends.
_KNOWS_BOUNDS = {"rule:newspaper", "rule:org-of"}
# Rules that know a name by heart, and so more of it than the tagger may have found.
_KNOWS_WHOLE = {"rule:country", "rule:city", "rule:place", "rule:organisation", "rule:facility"}
_KNOWING = _KNOWS_BOUNDS | _KNOWS_WHOLE
# What a rule's label says of the tagger's, and how much that counts beside its scores.
_VOTING = {"PERSON", "ORG", "GPE", "LOC", "FAC"}
_RULE_VOTE = 0.3
# What a person's whole name says of its last word alone, beside that person's score.
_SURNAME_VOTE = 0.5


def merged(
    doc: Doc, tagged: Sequence[tuple[Span, float]], rules: Sequence[Span], closed: Collection[int]
) -> list[Scored]:
    """Return the tagger's names, completed by the rules', none overlapping another.

    Args:
        doc: the document.
        tagged: the tagger's names and their scores.
        rules: the rules' names; a score of None means the rule's.
        closed: tokens in which no mention of a name is looked for that the tagger missed.

    """
    tokens, model = tokens_of(doc), tagging.model_of(doc)
    tagged = [(name, score) for name, score in tagged if not _only_titles(tokens, name)]
    tagged = with_missed(doc, tagged, closed)
    kinds = _kinds(tokens, tagged, rules)
    bounds = _known_bounds(tagged, rules)
    names: list[Scored] = []
    taken: set[int] = set()
    for span, score in tagged:
        label, start, end = _reading(doc, tokens, kinds, span, bounds)
        if taken.isdisjoint(range(start, end)):
            names.append((Span(doc, start, end, label=label, span_id=model), score))
            taken.update(range(start, end))
    for span in rules:
        if taken.isdisjoint(range(span.start, span.end)) and _is_sure(span):
            names.append((span, None))
            taken.update(range(span.start, span.end))
    return names


def _known_bounds(tagged: Sequence[tuple[Span, float]], rules: Sequence[Span]) -> dict[int, Span]:
    """Return by their tokens the rules' names whose bounds may stand against the tagger's.

    In one that holds several of the tagger's names, the tagger's are believed.
    """
    starts = {name.start for name, _ in tagged}
    known = [rule for rule in rules if rule.id_ in _KNOWING]
    return {
        at: rule
        for rule in known
        if len(starts.intersection(range(rule.start, rule.end))) < 2
        for at in range(rule.start, rule.end)
    }


def _is_sure(rule: Span) -> bool:
    """Tell whether a rule adds what the tagger missed; so Iraqi Security Forces are one name.

    An organisation or a place may be part of another name: FIFA World Cup, Royal Caribbean.
    """
    if rule.id_ in {"rule:organisation", "rule:place"}:
        return not any(map(is_capital, _beside(rule)))
    forces = rule.id_ == "rule:org-tail" and gazetteer.load().label(rule[0].text) == "NORP"
    paper = rule.id_ == "rule:newspaper" and rule[0].text == "The"
    return rule.id_ in _SURE or forces or paper


def _beside(name: Span) -> list[str]:
    """Return the words right before and after a name whose capitals would say something."""
    doc, words = name.doc, []
    before = name.start - 1
    if before > 0 and not doc[before].is_sent_start and not doc[name.start].is_sent_start:
        words.append(doc[before].text)
    if name.end < len(doc) and not doc[name.end].is_sent_start:
        words.append(doc[name.end].text)
    return words


def _only_titles(tokens: Tokens, name: Span) -> bool:
    """Tell whether a name is titles alone: the Tsar, the blind sheik, the Grand Ayatollah."""
    is_title = gazetteer.load().is_title
    return all(map(is_title, tokens.words[name.start : name.end])) and name.label_ == "PERSON"


def _kinds(
    tokens: Tokens, tagged: Sequence[tuple[Span, float]], rules: Sequence[Span]
) -> dict[str, str]:
    """Return what each name is in the whole document: all its mentions and rules vote."""
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    places: dict[tuple[int, int], str] = {}
    people, surnames = set(), gazetteer.load().surnames
    for span, score in tagged:
        start, end = span.start, span.end
        places[start, end] = name = tokens.between(start, end)
        votes[name][span.label_] += score
        last = surname(tokens, span)
        if last:
            people.add(last)
            votes[last]["PERSON"] += _SURNAME_VOTE * score
    for rule in rules:
        name = places.get((rule.start, rule.end), "")
        if name and rule.label_ in _VOTING:
            votes[name][rule.label_] += _RULE_VOTE
            nobody = name not in people and name not in surnames
            if nobody and rule.id_ == "rule:organisation":
                votes[name]["PERSON"] = 0.0  # Alibaba is nobody's name.
    kinds = {name: max(sorted(found), key=found.__getitem__) for name, found in votes.items()}
    short = {abbreviation(tokens, span): kinds[places[span.start, span.end]] for span, _ in tagged}
    return kinds | {name: kind for name, kind in short.items() if name}


def _reading(
    doc: Doc, tokens: Tokens, kinds: Mapping[str, str], name: Span, bounds: Mapping[int, Span]
) -> tuple[str, int, int]:
    """Return a name's label and where it begins and ends.

    Args:
        doc: the document.
        tokens: its tokens.
        kinds: what each name is in the whole document.
        name: what the tagger found.
        bounds: by their tokens, what the rules found whose bounds may stand against the tagger's.

    """
    label = kinds[tokens.between(name.start, name.end)]
    start, end = name_bounds(doc, tokens, label, name.start, name.end)
    for rule in [bounds[at] for at in range(start, end) if at in bounds]:
        if rule.id_ in _KNOWS_BOUNDS:
            start, end = rule.start, rule.end
        elif rule.start <= start and end <= rule.end and rule.end - rule.start > end - start:
            label, start, end = rule.label_, rule.start, rule.end
    return label, start, end
