"""Infer what a person need not say of a claim that they marked: its links and its attributes.

Links, as rule ``one-source-in-sentence`` makes them. Where the sentences that a claim touches hold
one CLAIM, one SOURCE and one CUE, and these two lie outside of the claim, the claim is
``attributed_to`` the source and ``introduced_by`` the cue. With a second of any of them nothing is
certain, and nothing is linked. Nor is a claim that

- has a link of that name already, or goes on with another one (``continues``),
- is said to be the newspaper's own (``attribution`` is ``author``),
- was shown linked so, and lost that link while both its ends still stand: somebody took it off,
- stands with its source and cue just as it was suggested: somebody saw it so and left it.

Attributes, where a person made or changed the span and gave no value. ``quote_type`` follows from
the quotation marks of the paragraph, ``attribution`` from a link to a source, ``source_type`` from
the words and the names marked in them. Whether a claim is worth checking cannot be read off.

Whatever a person has said stands. On the gold of this repository, without its links and attributes,
the rules make 50 of its 80 such links, all quote and source types, and nothing otherwise than the
maintainer did. These sentences are few, and the rules were written with them in sight.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder.label_set import LabelSet
from builder.records import Bounds, Relation, Span

RULE = "rule:one-source-in-sentence@1"
_LINKS = {"attributed_to": "SOURCE", "introduced_by": "CUE"}
_PRONOUNS = frozenset(
    (
        "he",
        "she",
        "it",
        "they",
        "we",
        "i",
        "you",
        "who",
        "which",
        "that",
        "this",
        "these",
        "those",
        "everyone",
        "someone",
        "nobody",
        "his",
        "her",
        "its",
        "their",
        "our",
        "my",
    )
)
# The words before the first of these are what a source is: "the director of Soyuz Stroi".
_LEADING = re.compile(r"\s+(?:of|in|at|for|from|with|to|on|seen|who|which|that)\b|,")
_PREPOSITION = re.compile(r"\b(?:of|in|at|for|from|with|to|on)(?: the)? $")
_MADE_BY = re.compile(r"(?<!seen) by ")
_NAMES = frozenset({"PERSON", "ORG", "GPE", "FAC", "WORK_OF_ART", "LAW", "PRODUCT", "EVENT"})
_OPENING, _CLOSING = "“«„", "”»"


@dataclass(frozen=True)
class ShownBefore:
    """What a person had before them: spans by id, and the links among them."""

    spans: Mapping[str, Span]
    links: frozenset[tuple[str, str, str]]

    def kept(self, span: Span) -> bool:
        """Tell whether a span stands as it was shown."""
        return span.id in self.spans and self.spans[span.id].same_as(span)


def inferred(
    spans: Sequence[Span],
    links: Sequence[Relation],
    before: ShownBefore,
    text: str,
    sentences: Iterable[Bounds],
    labels: LabelSet,
) -> tuple[list[Span], list[Relation]]:
    """Return a person's spans and links with what follows from them.

    Args:
        spans: what the person marked, or left of what they were shown.
        links: the links that they drew or left.
        before: what they were shown.
        text: the article's text.
        sentences: the bounds of the article's sentences.
        labels: the labels of the workspace.

    """
    if "claim" not in labels.layers:
        return [*spans], [*links]
    all_links = [*links, *_new_links(spans, links, before, sentences)]
    sourced = {link.head for link in all_links if link.label == "attributed_to"}
    quoted = quotations(text)
    filled = []
    for span in spans:
        given: dict[str, str] = {}
        if span.label == "CLAIM":
            given["quote_type"] = _quote_type(text, span, quoted)
            if span.id in sourced:
                given["attribution"] = "attributed"
        elif span.label == "SOURCE":
            given |= _source_type(span, spans, labels)
        filled.append(_filled(span, given, before, labels))
    return filled, all_links


def _new_links(
    spans: Sequence[Span],
    links: Sequence[Relation],
    before: ShownBefore,
    sentences: Iterable[Bounds],
) -> list[Relation]:
    """Return the links of claims that lie alone with one source and one cue."""
    marked = [span for span in spans if span.layer == "claim"]
    there = {span.id for span in marked}
    taken = {(link.label, link.head) for link in links}
    taken |= {link[:2] for link in before.links if {*link[1:]} <= there}
    bounds, found = list(sentences), list[Relation]()
    for claim in (span for span in marked if span.label == "CLAIM"):
        stretch = _touched(bounds, claim)
        near = [s for s in marked if _overlap(s, stretch)]
        rest = [s for s in near if s is not claim]
        if sorted(s.label for s in rest) != ["CUE", "SOURCE"] or all(map(before.kept, near)):
            continue
        own = claim.attributes.get("attribution") == "author" or ("continues", claim.id) in taken
        if own or any(_overlap(s, claim) for s in rest):
            continue
        end_of = {s.label: s.id for s in rest}
        found += [
            Relation(label=name, head=claim.id, tail=end_of[label], by=RULE)
            for name, label in _LINKS.items()
            if (name, claim.id) not in taken
        ]
    return found


def _touched(sentences: Iterable[Bounds], claim: Span) -> Bounds:
    """Return the stretch of the sentences in which a claim lies."""
    own = [b for b in sentences if _overlap(b, claim)]
    start, end = min(b.start for b in own), max(b.end for b in own)
    return Bounds(start=min(start, claim.start), end=max(end, claim.end))


def _overlap(one: Bounds | Span, other: Bounds | Span) -> bool:
    return one.start < other.end and other.start < one.end


def _filled(span: Span, given: Mapping[str, str], before: ShownBefore, labels: LabelSet) -> Span:
    """Return a span with the values that it lacks, unless it is another's or they were taken off.

    A value that was shown and is gone was taken off by the person.
    """
    if not given or before.kept(span):
        return span
    shown = before.spans[span.id].attributes if span.id in before.spans else {}
    allowed = labels.attributes_of(span.label)
    new = {
        name: value
        for name, value in given.items()
        if name not in span.attributes and name not in shown and value in allowed.get(name, ())
    }
    return span.model_copy(update={"attributes": dict(sorted({**span.attributes, **new}.items()))})


def _quote_type(text: str, claim: Span, quoted: Sequence[tuple[int, int]]) -> str:
    """Tell whether a claim is quoted as a whole, in part or not, by its letters and figures."""
    said = [place for place in range(claim.start, claim.end) if text[place].isalnum()]
    inside = [any(start <= place < end for start, end in quoted) for place in said]
    if said and all(inside):
        return "direct"
    return "mixed" if any(inside) else "indirect"


def is_inferred(link: Relation) -> bool:
    """Tell whether a link was made by the rule, in whichever version."""
    return link.by is not None and link.by.startswith(RULE.partition("@")[0] + "@")


def quotations(text: str) -> list[tuple[int, int]]:
    """Return the bounds of what stands in double quotation marks, marks included.

    A quotation that is not closed ends with its paragraph.
    """
    found, opened = list[tuple[int, int]](), -1
    for match in re.finditer(f'["{_OPENING}{_CLOSING}]|\n\n|$', text):
        mark, at = match[0], match.start()
        if opened < 0:
            opened = at if mark and mark in f'"{_OPENING}' else -1
        elif not mark.strip() or mark in f'"{_CLOSING}' or (mark == "“" and text[opened] == "„"):
            found.append((opened, match.end() if mark.strip() else at))
            opened = -1
    return found


def _source_type(source: Span, spans: Iterable[Span], labels: LabelSet) -> dict[str, str]:
    """Tell what kind of source it is; nothing where the workspace has no labels for names.

    It is named if the words that lead it end in a name ("activist Ann Lee, who ..."), if it ends in
    a person ("secretary of state Mike Pompeo"), or in the name of its maker ("a report by ...").
    """
    if source.text.lower() in _PRONOUNS:
        return {"source_type": "pronoun"}
    names = _NAMES.intersection(label.name for label in labels.active("entity"))
    if not {"PERSON", "ORG"} <= names:
        return {}
    leading = _LEADING.search(source.text)
    led = source.start + leading.start() if leading else source.end
    for name in spans:
        if name.label in names and source.start <= name.start and name.end <= source.end:
            words = source.text[: name.start - source.start]
            last = name.end == source.end and not _PREPOSITION.search(words)
            if name.end == led or (last and (name.label == "PERSON" or _MADE_BY.search(words))):
                return {"source_type": "named"}
    return {"source_type": "unnamed"}
