"""Compare the attributes and relations that two people gave to the same spans."""

from collections import Counter
from collections.abc import Iterable

from builder.records import ATTRIBUTES, Correction, Span

_Mark = tuple[str, int, int]
_Link = tuple[str, _Mark, _Mark]


def links(one: Correction, other: Correction) -> dict[str, tuple[int, int]]:
    """Return by relation how many links two people drew between spans that both marked.

    The first number is the links of both, the second those of them that the other one drew too.
    """
    ends = _marks(one) & _marks(other)
    sides = [{link for link in _links(c) if {link[1], link[2]} <= ends} for c in (one, other)]
    drawn = Counter(link[0] for side in sides for link in side)
    both = Counter(link[0] for link in sides[0] & sides[1])
    return {name: (number, 2 * both[name]) for name, number in drawn.items()}


def attributes(one: Correction, other: Correction) -> dict[str, tuple[int, int]]:
    """Return by attribute how many spans that both marked have a value, and how many the same.

    A value that one of them left out differs from any.
    """
    compared, same = Counter[str](), Counter[str]()
    theirs = {_mark(s): s for s in other.spans}
    for span in one.spans:
        match = theirs.get(_mark(span))
        if match is None:
            continue
        for name in ATTRIBUTES.get(span.label, {}):
            values = {span.attributes.get(name), match.attributes.get(name)}
            if values != {None}:
                compared[f"{span.label}.{name}"] += 1
                same[f"{span.label}.{name}"] += len(values) == 1
    return {name: (number, same[name]) for name, number in compared.items()}


def _mark(span: Span) -> _Mark:
    return (span.label, span.start, span.end)


def _marks(work: Correction) -> set[_Mark]:
    return {_mark(s) for s in work.spans if s.layer == "claim"}


def _links(work: Correction) -> Iterable[_Link]:
    mark_of = {span.id: _mark(span) for span in work.spans}
    return ((r.label, mark_of[r.head], mark_of[r.tail]) for r in work.relations)
