"""Merge the tagger's names and the rules' names into one list with OntoNotes labels.

The tagger knows persons, organisations and places; what kind of place, and everything else that
has a name, the rules say.
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

_LABELS = {"PER": "PERSON", "ORG": "ORG", "LOC": "GPE"}
# Names that the tagger does not look for: the rules' word stands against it.
_RULES_ALONE = {"NORP", "EVENT", "LAW", "LANGUAGE", "PRODUCT", "WORK_OF_ART"}
_BEFORE_FACILITIES = {"the", "The", "'s", "’s"}
# Rules so sure that they add what the tagger missed.
_SURE = {"rule:country", "rule:nationality"}

# Rules that know better than the tagger where a name begins and ends.
_KNOWS_BOUNDS = {"rule:newspaper", "rule:org-of"}
# Rules that know a name by heart, and so more of it than the tagger may have found.
_KNOWS_WHOLE = {"rule:country", "rule:city", "rule:place", "rule:organisation", "rule:facility"}
_KNOWING = _KNOWS_BOUNDS | _KNOWS_WHOLE

# What a rule's label says of the tagger's, and how much that counts beside its scores.
_VOTES = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
_RULE_VOTE = 0.3
# What a person's whole name says of its last word alone, beside that person's score.
_SURNAME_VOTE = 0.5

Scored = tuple[Span, float | None]


def merged(doc: Doc, rules: Sequence[Span], closed: Collection[int] = ()) -> list[Scored]:
    """Return the tagger's names, completed by the rules' (``rules``), none overlapping another.

    In the tokens ``closed`` no mention of a name is looked for that the tagger missed. Without a
    tagger the rules' names are returned as they are. A score of None means the rule's.
    """
    tagged = tagging.found(doc, set(_LABELS))
    if tagged is None:
        return [(span, None) for span in rules]
    tokens = tokens_of(doc)
    strong = [span for span in rules if span.label_ in _RULES_ALONE]
    people = {at for span in strong if span.label_ == "NORP" for at in range(span.start, span.end)}
    tagged = [
        (_without_party(name), score)
        for name, score in tagged
        if not _only_peoples(name, people) and not _only_titles(tokens, name)
    ]
    tagged = with_missed(doc, tagged, people.union(closed))
    name_at = {at: name for name, _ in tagged for at in range(name.start, name.end)}
    strong = [span for span in strong if not _longer(name_at.get(span.start, span), span)]
    kinds = _kinds(tokens, tagged, rules)
    labels = {(rule.start, rule.end): rule.label_ for rule in rules}
    knowing = [rule for rule in rules if rule.id_ in _KNOWING]
    bounds = {at: rule for rule in knowing for at in range(rule.start, rule.end)}
    taken = {at for span in strong for at in range(span.start, span.end)}
    names: list[Scored] = [(span, None) for span in strong]
    model = tagging.model_of(doc)
    for span, score in tagged:
        start, end = span.start, span.end
        if taken.isdisjoint(range(start, end)):
            kind = kinds[tokens.between(start, end)]
            label, start, end = _reading(doc, tokens, kind, start, end, labels, bounds)
            names.append((Span(doc, start, end, label=label, span_id=model), score))
            taken.update(range(start, end))
    for span in rules:
        if taken.isdisjoint(range(span.start, span.end)) and _is_sure(span):
            names.append((span, None))
            taken.update(range(span.start, span.end))
    return names


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


def _longer(one: Span, other: Span) -> bool:
    """Tell whether ``one`` holds all of ``other`` and more."""
    return one.start <= other.start and other.end <= one.end and len(one) > len(other)


def _only_peoples(name: Span, people: set[int]) -> bool:
    """Tell whether a name is peoples and small words: "Syrian border", "Kurds and Turks".

    An organisation may be called so, the "Thai navy": there only "and" and commas count.
    """
    if people.isdisjoint(range(name.start, name.end)):
        return False
    capitals = {token.i for token in name if is_capital(token.text)}
    rest = {token.text for token in name if token.i not in capitals}
    listing = name.label_ != "ORG" or rest <= {"and", "or", ","}
    return bool(capitals) and bool(rest) and listing and capitals <= people


def _without_party(name: Span) -> Span:
    """Return the state alone of a member of Congress: Ky. in R-Ky., as a place."""
    party = len(name) > 2 and name[0].text in {"R", "D", "I"} and name[1].text == "-"
    if not party:
        return name
    return Span(name.doc, name.start + 2, name.end, label="LOC", span_id=name.id_)


def _only_titles(tokens: Tokens, name: Span) -> bool:
    """Tell whether a name is titles alone: the Tsar, the blind sheik, the Grand Ayatollah."""
    is_title = gazetteer.load().is_title
    return all(map(is_title, tokens.words[name.start : name.end])) and name.label_ != "LOC"


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
            votes[last]["PER"] += _SURNAME_VOTE * score
    for rule in rules:
        name = places.get((rule.start, rule.end), "")
        if name and rule.label_ in _VOTES:
            votes[name][_VOTES[rule.label_]] += _RULE_VOTE
            nobody = name not in people and name not in surnames
            if nobody and rule.id_ == "rule:organisation":
                votes[name]["PER"] = 0.0  # Alibaba is nobody's name.
    kinds = {name: max(sorted(found), key=found.__getitem__) for name, found in votes.items()}
    short = {abbreviation(tokens, span): kinds[places[span.start, span.end]] for span, _ in tagged}
    return kinds | {name: kind for name, kind in short.items() if name}


def _reading(
    doc: Doc,
    tokens: Tokens,
    kind: str,
    start: int,
    end: int,
    labels: Mapping[tuple[int, int], str],
    bounds: Mapping[int, Span],
) -> tuple[str, int, int]:
    """Return a name's OntoNotes label and where it begins and ends.

    Args:
        doc: the document.
        tokens: its tokens.
        kind: what it is in the whole document.
        start: the first token that the tagger found of it.
        end: the token after the last one.
        labels: the rules' labels by their bounds in tokens.
        bounds: by their tokens, what the rules found whose bounds may stand against the tagger's.

    """
    words = tokens.words
    label = _LABELS[kind]
    if label == "GPE" or (label == "PERSON" and _is_facility(words, start, end)):
        label = _kind_of_place(words[start:end], labels.get((start, end)))
    start, end = name_bounds(doc, tokens, label, start, end)
    for rule in [bounds[at] for at in range(start, end) if at in bounds]:
        if rule.id_ in _KNOWS_BOUNDS:
            start, end = rule.start, rule.end
        elif rule.start <= start and end <= rule.end and rule.end - rule.start > end - start:
            label, start, end = rule.label_, rule.start, rule.end
    return label, start, end


def _is_facility(words: Sequence[str], start: int, end: int) -> bool:
    """Tell whether a person's name is that of a bridge or the like: Oslo's Ann Lee Bridge."""
    named = start > 0 and words[start - 1] in _BEFORE_FACILITIES
    return named and end - start > 1 and words[end - 1] in gazetteer.load().words["facilities"]


def _kind_of_place(name: Sequence[str], said: str | None) -> str:
    """Return GPE, LOC or FAC: what a rule says of the same words, or the word that says it."""
    words = gazetteer.load().words
    if said in {"GPE", "LOC", "FAC"}:
        return said
    if name[-1] in words["facilities"] or name[-1] in words["housed"]:
        return "FAC"
    if name[-1] in words["landforms"] or name[0] in words["landform_heads"]:
        return "LOC"
    return "GPE"
