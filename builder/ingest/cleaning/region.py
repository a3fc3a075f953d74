"""Find the stretch of a page that holds the article.

Every block is scored by its words, stop words, sentence end and furniture; the scores are smoothed
over two neighbours on either side, and the stretch with the largest sum is the article: the
maximum-sum segment, as in Pasternack and Roth, "Extracting Article Text from the Web with Maximum
Subsequence Segmentation" (2009). A text that shows no furniture at all is no page: all of it, from
the first sentence to the last, is the article, however short it is and in whatever language.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from builder.ingest.cleaning import captions, furniture, wording
from builder.records import Role

# The weights were set on half of a benchmark's pages and measured on the other half.
_KERNEL = (0.05, 0.25, 0.4, 0.25, 0.05)
# Less than two or three paragraphs is no article; above _SURE_SUM it is surely one.
_MIN_SUM, _SURE_SUM = 2.0, 4.0
_BASE, _NOTICE, _FOOTER = -1.65, -2.0, -2.0
# Advertising and pictures stand inside articles as often as around them.
_FURNITURE = {"ad": 0.0, "share": -0.5, "paywall": -0.5, "related": -1.0, "comment": -1.0}
# Links set into an article must not cut it in two, so that they weigh less than its paragraphs.
_NEGATIVE_WEIGHT, _LINK_WEIGHT, _RELATED_HEADING = 0.8, 0.2, -1.0
# A text without furniture holds a sentence at least, and more in sentences than in short lines.
_MIN_PLAIN_WORDS, _MIN_PLAIN_SHARE = 10, 0.5


def is_plain(texts: Sequence[str]) -> bool:
    """Tell whether a text shows no furniture of a page."""
    return not any(_is_furniture(text) for text in texts)


def find(texts: Sequence[str], scores: Sequence[float]) -> tuple[int, int] | None:
    """Return the first and the last index (inclusive) of the article among blocks with scores."""
    best = _before_comments(_weigh(_smooth(scores), texts), texts)
    if best is None:
        return None
    inside = [index for index in range(best[0], best[1] + 1) if scores[index] > 0]
    if sum(scores[index] for index in inside) < _MIN_SUM:
        return None
    return inside[0], inside[-1]


def _is_furniture(text: str) -> bool:
    return (
        furniture.cue(text) is not None
        or wording.is_list_item(text)
        or furniture.is_footer(text)
        or furniture.is_notice(text)
        or furniture.breadcrumb(text) is not None
    )


def sentences(texts: Sequence[str]) -> tuple[int, int] | None:
    """Return the bounds of the sentences of a text without furniture; None if it has too few."""
    found = [index for index, text in enumerate(texts) if wording.is_text(wording.plain(text))]
    words = sum(wording.shape(texts[index]).words for index in found)
    length = sum(len(texts[index]) for index in found)
    if words < _MIN_PLAIN_WORDS or length < _MIN_PLAIN_SHARE * sum(map(len, texts)):
        return None
    ends = (index for index, text in enumerate(texts) if wording.ends_sentence(text))
    return found[0], max([*found, *ends])


@lru_cache(maxsize=4096)
def score(text: str) -> float:
    """Return how much a block reads like a paragraph of an article: above 0 more than not."""
    cue = furniture.cue(text)
    if cue is not None:
        return _FURNITURE[cue.role]
    plain = wording.plain(text)
    if captions.split(plain) or captions.opens_as_caption(plain):
        return 0.0
    if furniture.is_footer(text):
        return _FOOTER
    counts = wording.shape(plain)
    if counts.words == 0:
        return -1.0
    value = _BASE + 0.05 * min(counts.words, 60)
    value += 1.2 if wording.ends_sentence(text) else 0.0
    value += 2.5 * min(counts.stop_share, 0.4)
    value -= 4.0 * counts.glued_share
    value -= 0.8 if wording.is_list_item(text) else 0.0
    value += _NOTICE if furniture.is_notice(text) else 0.0
    return value


def _weigh(values: Sequence[float], texts: Sequence[str]) -> list[float]:
    """Return the values as they count in a sum: negative ones less, headings of links fixed."""
    weighed = []
    in_links = False
    for value, text in zip(values, texts, strict=True):
        if _heads(text, "related"):
            in_links = True
            weighed.append(_RELATED_HEADING)
            continue
        in_links = in_links and not wording.is_prose(text)
        if value < 0:
            value *= _LINK_WEIGHT if in_links else _NEGATIVE_WEIGHT
        weighed.append(value)
    return weighed


def _heads(text: str, role: Role) -> bool:
    cue = furniture.cue(text)
    return cue is not None and cue.heads and cue.role == role


def _before_comments(values: Sequence[float], texts: Sequence[str]) -> tuple[int, int] | None:
    """Return the bounds of the article, which spans no heading of comments.

    Readers often write more than the author, so that the first stretch that is surely an article
    is taken, and the largest one only where none is sure.
    """
    walls = [index for index, text in enumerate(texts) if _heads(text, "comment")]
    found = []
    for start, end in pairwise([0, *walls, len(texts)]):
        total, first, last = maximum_segment(values[start:end])
        if total > 0:
            found.append((total, start + first, start + last))
    if not found:
        return None
    sure = [segment for segment in found if segment[0] >= _SURE_SUM]
    _, first, last = sure[0] if sure else max(found)
    return first, last


def _smooth(values: Sequence[float]) -> list[float]:
    reach = len(_KERNEL) // 2
    edge = [0.0] * reach
    padded = [*edge, *values, *edge]
    return [
        sum(weight * padded[index + offset] for offset, weight in enumerate(_KERNEL))
        for index in range(len(values))
    ]


def maximum_segment(values: Sequence[float]) -> tuple[float, int, int]:
    """Return the largest sum of a stretch and the stretch's inclusive bounds (Kadane)."""
    best, best_sum = (0, 0), 0.0
    start, total = 0, 0.0
    for index, value in enumerate(values):
        if total <= 0:
            start, total = index, 0.0
        total += value
        if total > best_sum:
            best, best_sum = (start, index), total
    return best_sum, *best
