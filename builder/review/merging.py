"""Merge spans that several people marked alike, or nearly so, by stated rules.

What comes out are proposals to whoever decides. Only where a rule is certain may they be accepted
in bulk: nobody loses a word by it. As in INCEpTION's curation, what is agreed is taken first.

The spans of one label that overlap are one place. Of each place, the first rule that fits counts:

- ``agreed``: everybody who saw the place marked the very same span. Certain.
- ``edges``: everybody marked it, and spans differ in nothing but punctuation at their edges. The
  span that most people drew is taken, of equally many the longest. Certain.
- ``majority``: of three or more people, more than half marked the very same span. Certain.
- ``longest``: several people marked it, with other bounds: the longest span is proposed, and what
  does not meet it is a place of its own.
- ``single``: one of several people marked it.
- ``apart``: somebody marked it more than once, so that nobody knows which spans are the same: each
  is proposed.

An attribute has the value that more than half of those gave it who drew the span taken; where there
is none it is left out, and the proposal is not certain. Relations are not merged.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from builder.corrections import sees
from builder.records import Article, Correction, Span

Rule = Literal["agreed", "edges", "majority", "longest", "single", "apart"]
_CERTAIN: tuple[Rule, ...] = ("agreed", "edges", "majority")
_VERSION = 1
# So many people can have a majority.
_MANY = 3
# Brackets, quotation marks and spaces; of other punctuation, what carries no meaning of its own, as
# signs of per cent and minus do.
_EDGE_CATEGORIES = ("Ps", "Pe", "Pi", "Pf", "Zs")
_EDGE_SIGNS = frozenset(".,;:!?…'\"–—\n")
_Marked = tuple[str, Span]


@dataclass(frozen=True)
class MergedSpan:
    """A proposed span: by which rule, whether that is certain, and who marked anything of it.

    ``opinions`` is the number of people who had the place before them.
    """

    span: Span
    rule: Rule
    certain: bool
    people: tuple[str, ...]
    opinions: int


def merged(article: Article, opinions: Sequence[Correction]) -> list[MergedSpan]:
    """Return what the opinions on a passage come to by the rules, in the order of places.

    Args:
        article: the article, for the punctuation at the edges of spans.
        opinions: one of each person, all under the labels in use.

    """
    marked = [(o.producer.name, s) for o in opinions for s in o.spans]
    found: list[MergedSpan] = []
    for layer, label in sorted({(s.layer, s.label) for _, s in marked}):
        alike = [(who, s) for who, s in marked if (s.layer, s.label) == (layer, label)]
        agreed, rest = _agreed(alike, opinions)
        found += agreed
        for place in _places(rest):
            found += _at(article, place, opinions)
    return sorted(found, key=lambda m: (m.span.start, -m.span.end, m.span.layer, m.span.label))


def _agreed(
    marked: Sequence[_Marked], opinions: Sequence[Correction]
) -> tuple[list[MergedSpan], list[_Marked]]:
    """Return the spans that all who saw them drew alike, and the others."""
    found, rest = [], []
    for drawn in _by_bounds(marked).values():
        saw = _saw(drawn, opinions)
        if len({who for who, _ in drawn}) == saw > 1:
            found.append(_proposed("agreed", drawn, drawn, saw))
        else:
            rest += drawn
    return found, rest


def _places(marked: Iterable[_Marked]) -> Iterator[list[_Marked]]:
    """Yield the spans of one label that lie over each other, place by place."""
    place: list[_Marked] = []
    end = 0
    for one in sorted(marked, key=lambda m: (m[1].start, m[1].end, m[0])):
        if place and one[1].start >= end:
            yield place
            place = []
        place.append(one)
        end = max(end, one[1].end) if len(place) > 1 else one[1].end
    if place:
        yield place


def _at(
    article: Article, place: Sequence[_Marked], opinions: Sequence[Correction]
) -> Iterator[MergedSpan]:
    """Yield what is proposed for one place."""
    people = Counter(who for who, _ in place)
    by_bounds = _by_bounds(place)
    if max(people.values()) > 1:
        for drawn in by_bounds.values():
            yield _proposed("apart", drawn, drawn, _saw(drawn, opinions))
        return
    saw = _saw(place, opinions)
    rule, best = _rule(article, {b: len(drawn) for b, drawn in by_bounds.items()}, len(people), saw)
    start, end = best
    yield _proposed(rule, by_bounds[best], [m for m in place if _meets(m, start, end)], saw)
    # In a chain of spans, some may not meet the one taken at all.
    for rest in _places(m for m in place if not _meets(m, start, end)):
        yield from _at(article, rest, opinions)


def _rule(
    article: Article, counted: Mapping[tuple[int, int], int], people: int, saw: int
) -> tuple[Rule, tuple[int, int]]:
    """Return the rule that fits a place, and the bounds that it takes."""
    best = max(counted, key=lambda b: (counted[b], b[1] - b[0], -b[0]))
    if people == saw > 1 and len({_core(article.text, *b) for b in counted}) == 1:
        return "edges", best
    if saw >= _MANY and counted[best] * 2 > saw:
        return "majority", best
    if people == 1:
        return "single", best
    return "longest", max(counted, key=lambda b: (b[1] - b[0], counted[b], -b[0]))


def _meets(one: _Marked, start: int, end: int) -> bool:
    return one[1].start < end and start < one[1].end


def _by_bounds(marked: Iterable[_Marked]) -> dict[tuple[int, int], list[_Marked]]:
    found: dict[tuple[int, int], list[_Marked]] = {}
    for one in marked:
        found.setdefault((one[1].start, one[1].end), []).append(one)
    return found


def _proposed(
    rule: Rule, drawn: Sequence[_Marked], place: Iterable[_Marked], saw: int
) -> MergedSpan:
    """Return the proposal of a span as some people drew it."""
    first = min(drawn, key=lambda one: one[0])[1]
    given = Counter(item for _, s in drawn for item in s.attributes.items())
    values = {name: value for (name, value), n in given.items() if n * 2 > len(drawn)}
    whole = {name for name, _ in given} == values.keys()
    made = {"attributes": dict(sorted(values.items())), "by": f"rule:merge-{rule}@{_VERSION}"}
    return MergedSpan(
        span=first.model_copy(update={**made, "score": None}),
        rule=rule,
        certain=whole and rule in _CERTAIN,
        people=tuple(sorted({who for who, _ in place})),
        opinions=saw,
    )


def _saw(place: Sequence[_Marked], opinions: Sequence[Correction]) -> int:
    """Return how many people had a place before them, or marked some of it."""
    layer = place[0][1].layer
    start, end = min(s.start for _, s in place), max(s.end for _, s in place)
    marked = {who for who, _ in place}
    return sum(o.producer.name in marked or sees(o, layer, start, end) for o in opinions)


def _core(text: str, start: int, end: int) -> tuple[int, int]:
    """Return bounds without punctuation and spaces at their edges; as they are if nothing else."""
    first, last = start, end
    while first < last and _is_edge(text[first]):
        first += 1
    while last > first and _is_edge(text[last - 1]):
        last -= 1
    return (first, last) if first < last else (start, end)


def _is_edge(sign: str) -> bool:
    return sign in _EDGE_SIGNS or unicodedata.category(sign) in _EDGE_CATEGORIES
