"""The blocks of a page in; the stretch that holds the article out, or None where there is none.

Every block is scored by its words, stop words, sentence end and furniture; the scores are smoothed
over two neighbours on either side, and the stretch with the largest sum is the article: the
maximum-sum segment, as in Pasternack and Roth, "Extracting Article Text from the Web with Maximum
Subsequence Segmentation" (2009).
"""

import math
from collections.abc import Sequence

from builder.ingest import captions, wording

_KERNEL = (0.05, 0.25, 0.4, 0.25, 0.05)
_MIN_SUM = 2.0
# Advertising and pictures stand inside articles as often as around them.
_FURNITURE = {"ad": 0.0, "share": -0.5, "paywall": -0.5, "related": -1.0, "comment": -1.0}
_FOOTER = -2.0
_NOTICE = 2.0
_RELATED_HEADING = 2.0
_BELOW_COMMENTS = 0.1
_LINKS = 0.3
# Links set into an article must not cut it in two, so that they weigh less than its paragraphs.
_NEGATIVE_WEIGHT = 0.8
_BASE = -1.65


def find(texts: Sequence[str]) -> tuple[int, int] | None:
    """Return the first and the last index (inclusive) of the article among non-blank blocks."""
    raw = [score(text) for text in texts]
    best = _maximum_segment(_weigh(_smooth(raw), texts))
    if best is None:
        return None
    inside = [index for index in range(best[0], best[1] + 1) if raw[index] > 0]
    if sum(raw[index] for index in inside) < _MIN_SUM:
        return None
    return inside[0], inside[-1]


def score(text: str) -> float:
    """Return how much a block reads like a paragraph of an article: above 0 more than not."""
    cue = wording.cue(text)
    if cue is not None:
        return _FURNITURE[cue.role]
    plain = wording.plain(text)
    if captions.split(plain) or captions.opens_as_caption(plain):
        return 0.0
    if wording.is_footer(text):
        return _FOOTER
    counts = wording.shape(plain)
    if counts.words == 0:
        return -1.0
    value = _BASE + 0.05 * min(counts.words, 60)
    value += 1.2 if wording.ends_sentence(text) else 0.0
    value += 2.5 * min(counts.stop_share, 0.4)
    value -= 4.0 * counts.glued_share
    value -= 0.8 if wording.is_list_item(text) else 0.0
    value -= _NOTICE if wording.is_notice(text) else 0.0
    return value


def _weigh(values: Sequence[float], texts: Sequence[str]) -> list[float]:
    """Return the values as they count in a sum, with those of headings lowered.

    No stretch spans a heading of comments, and what stands below one counts for little: readers
    often write more than the author.
    """
    weighed = []
    factor = 1.0
    in_links = False
    for value, text in zip(values, texts, strict=True):
        cue = wording.cue(text)
        if cue is not None and cue.heads and cue.role == "comment":
            factor = _BELOW_COMMENTS
            weighed.append(-math.inf)
            continue
        if cue is not None and cue.heads:
            in_links = True
            weighed.append(-_RELATED_HEADING)
            continue
        in_links = in_links and not wording.is_prose(text)
        if value < 0:
            value *= _LINKS if in_links else _NEGATIVE_WEIGHT
        weighed.append(factor * value)
    return weighed


def _smooth(values: Sequence[float]) -> list[float]:
    reach = len(_KERNEL) // 2
    edge = [0.0] * reach
    padded = [*edge, *values, *edge]
    return [
        sum(weight * padded[index + offset] for offset, weight in enumerate(_KERNEL))
        for index in range(len(values))
    ]


def _maximum_segment(values: Sequence[float]) -> tuple[int, int] | None:
    """Return the inclusive bounds of the stretch with the largest positive sum (Kadane)."""
    best: tuple[int, int] | None = None
    best_sum = total = 0.0
    start = 0
    for index, value in enumerate(values):
        if total <= 0:
            start, total = index, 0.0
        total += value
        if total > best_sum:
            best, best_sum = (start, index), total
    return best
