"""Link each claim that the tagger found in a sentence with its source and its cue.

Rules on positions alone: a claim belongs to the nearest cue, and to the source nearest to that
cue; a cue and its source stand at the same depth of nesting, so that in
"A said B thinks that C" what A said is not taken for B's.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

Bounds = tuple[int, int]
# What a claim's edge between two spans counts, in characters.
_DEPTH = 200
_FARTHEST = 400


@dataclass(frozen=True)
class Link:
    """A claim with the source and the cue it belongs to, if there are any."""

    claim: Bounds
    source: Bounds | None
    cue: Bounds | None


def link(claims: Sequence[Bounds], sources: Sequence[Bounds], cues: Sequence[Bounds]) -> list[Link]:
    """Return a link for each of ``claims``; sources and cues may serve several claims.

    Args:
        claims: bounds in code points, like all arguments.
        sources: who says something.
        cues: the words that attribute it.

    """
    claim_index, source_index, cue_index = Index(claims), Index(sources), Index(cues)
    around = {one: _around(one, claim_index) for one in (*claims, *sources, *cues)}
    return [_link(claim, source_index, cue_index, around) for claim in claims]


class Index:
    """An index of spans by their positions."""

    def __init__(self, spans: Iterable[Bounds]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]
        # The farthest end so far, which grows even where spans lie in one another.
        self._reach = list(accumulate((end for _, end in self._spans), max))

    def find(self, start_by: int, end_from: int) -> list[Bounds]:
        """Return all that start by one place and end from another on, and few that do not."""
        first = bisect_left(self._reach, end_from)
        return self._spans[first : bisect_right(self._starts, start_by)]

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether a stretch shares a place with any of them."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._reach[before - 1] > start


def _link(
    claim: Bounds,
    sources: Index,
    cues: Index,
    around: dict[Bounds, set[Bounds]],
) -> Link:
    def distance(a: Bounds, b: Bounds) -> int:
        """Return how far the spans lie apart."""
        return max(0, max(a[0], b[0]) - min(a[1], b[1]))

    outside = around[claim] - {claim}

    def to_claim(other: Bounds) -> int:
        return distance(claim, other) + _DEPTH * len(around[other] ^ outside)

    cue = _nearest(cues, claim, to_claim)
    if cue is None:
        return Link(claim, _nearest(sources, claim, to_claim), None)
    anchor = cue

    def to_cue(other: Bounds) -> int:
        after = 3 if other[0] > anchor[1] else 0
        return distance(anchor, other) + after + _DEPTH * len(around[anchor] ^ around[other])

    return Link(claim, _nearest(sources, anchor, to_cue), cue)


def _around(inner: Bounds, claims: Index) -> set[Bounds]:
    """Return the claims that hold ``inner``."""
    return {c for c in claims.find(inner[0], inner[1]) if inner[1] <= c[1]}


def _nearest(candidates: Index, to: Bounds, cost: Callable[[Bounds], int]) -> Bounds | None:
    """Return the candidate of the least cost, if it is near; it costs its distance at least."""
    near = candidates.find(to[1] + _FARTHEST, to[0] - _FARTHEST)
    best = min(near, key=cost, default=None)
    return best if best is not None and cost(best) <= _FARTHEST else None
