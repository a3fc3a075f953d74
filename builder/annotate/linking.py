"""Claims, sources and cues of a text in, who says which claim with what words out.

Rules on positions alone: a claim belongs to the nearest cue, and to the source nearest to that
cue, that lie in its sentences; a cue and its source stand at the same depth of nesting, so that in
"A said B thinks that C" what A said is not taken for B's.
"""

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Bounds = tuple[int, int]
# What a sentence's end between two spans counts, in characters.
_SENTENCE = 60
_DEPTH = 200
_FARTHEST = 400


@dataclass(frozen=True)
class Link:
    """A claim with the source and the cue it belongs to, if there are any."""

    claim: Bounds
    source: Bounds | None
    cue: Bounds | None


def link(
    claims: Sequence[Bounds],
    sources: Sequence[Bounds],
    cues: Sequence[Bounds],
    sentences: Sequence[Bounds],
) -> list[Link]:
    """Return a link for each of ``claims``; sources and cues may serve several claims.

    Args:
        claims: bounds in code points, like all arguments.
        sources: who says something.
        cues: the words that attribute it.
        sentences: all sentences of the text, in their order.

    """
    starts = [start for start, _ in sentences]
    return [_link(claim, claims, sources, cues, starts) for claim in claims]


def _link(
    claim: Bounds,
    claims: Sequence[Bounds],
    sources: Sequence[Bounds],
    cues: Sequence[Bounds],
    starts: Sequence[int],
) -> Link:
    def distance(a: Bounds, b: Bounds) -> int:
        """Return how far the spans lie apart; a claim that starts or ends between costs more."""
        gap_start, gap_end = min(a[1], b[1]), max(a[0], b[0])
        crossed = bisect.bisect_right(starts, gap_end) - bisect.bisect_right(starts, gap_start)
        return max(0, gap_end - gap_start) + _SENTENCE * max(0, crossed)

    def depth_change(a: Bounds, b: Bounds) -> int:
        return len(_around(a, claims) ^ _around(b, claims))

    def to_claim(other: Bounds) -> int:
        return distance(claim, other) + _DEPTH * len(
            _around(other, claims) ^ (_around(claim, claims) - {claim})
        )

    cue = _nearest(cues, to_claim)
    if cue is None:
        return Link(claim, _nearest(sources, to_claim), None)
    anchor = cue

    def to_cue(other: Bounds) -> int:
        after = 3 if other[0] > anchor[1] else 0
        return distance(anchor, other) + after + _DEPTH * depth_change(anchor, other)

    return Link(claim, _nearest(sources, to_cue), cue)


def _around(inner: Bounds, claims: Sequence[Bounds]) -> set[Bounds]:
    """Return the claims that hold ``inner``."""
    return {c for c in claims if c[0] <= inner[0] and inner[1] <= c[1]}


def _nearest(candidates: Sequence[Bounds], cost: Callable[[Bounds], int]) -> Bounds | None:
    best = min(candidates, key=cost, default=None)
    return best if best is not None and cost(best) <= _FARTHEST else None
