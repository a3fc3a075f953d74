"""Choose an article's headline among the lines above it, by a score of a few features.

The weights are those of a choice model (multinomial logit) that ``benchmarks/fit_headline.py``
fits; what is learned is only how much each feature counts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from builder.ingest.cleaning import bylines, captions, dates, furniture, wording
from builder.ingest.cleaning.page import Block

# A headline stands within so many blocks above the article; of a page whose menus were taken for
# text, it may be the article's own first line.
_REACH, _INTO = 60, 3
_OPENING = 12
_WORDS = range(2, 36)
_NEARBY = 6
_MIN_SHARED = 12
_SHORT_TITLE, _LONGEST_TITLE = 4, 16

# Fitted on the development pages of the benchmark.
WEIGHTS = {
    "anchor above": 0.78,
    "anchor below": 2.36,
    "anchor right below": 0.78,
    "below another": -0.4,
    "distance": -0.42,
    "first line": -0.77,
    "heading mark": 2.27,
    "held by another": 1.62,
    "holds another": 0.57,
    "in article": -2.2,
    "list item": -2.08,
    "long": -1.97,
    "one or two": -0.89,
    "overlap": 3.08,
    "repeated": 0.75,
    "repeated below": 0.27,
    "sentence": -1.79,
    "shared": 2.21,
    "short": -1.88,
    "text in article": -1.16,
}
# None is chosen below this score, or where another line comes as near as this to the best one.
_MIN_SCORE, _MIN_LEAD = 1.5, 0.8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A block that may be the headline, and what speaks for and against it."""

    index: int
    features: dict[str, float]

    @property
    def score(self) -> float:
        """Return how much the block looks like the headline."""
        return sum(WEIGHTS[name] * value for name, value in self.features.items())


def choose(page: Sequence[Block], start: int) -> int | None:
    """Return the index of the headline of the article that begins at ``start``; None if unsure."""
    places = [index for index, block in enumerate(page) if wording.has_words(block.plain)]
    spoken = [page[index] for index in places]
    first = sum(place < start for place in places)
    found = candidates(spoken, first)
    alone = _alone(spoken[:first])
    if alone is not None:
        return places[alone]
    texts = {one.index: wording.bare(spoken[one.index].plain) for one in found}
    scores = {one.index: one.score for one in found}
    best = max(found, key=lambda candidate: scores[candidate.index], default=None)
    if best is None or scores[best.index] < _MIN_SCORE:
        return None
    title = texts[best.index]
    # A page's title is the headline and the outlet's name; where both stand, the headline is meant.
    shorter = [i for i, text in texts.items() if len(text) > 14 and title.startswith(f"{text} ")]
    others = [one for one in found if not f"{title} ".startswith(f"{texts[one.index]} ")]
    if any(scores[best.index] - scores[one.index] < _MIN_LEAD for one in others):
        return None
    if _may_be_standfirst(best.index, others, spoken):
        return None
    return places[shorter[-1] if shorter and "|" in spoken[best.index].plain else best.index]


def _alone(above: Sequence[Block]) -> int | None:
    """Return the only line above an article but for byline and date, if it is worded as a title."""
    others = list(islice((i for i, b in enumerate(above) if not is_anchor(b.plain)), 2))
    if len(others) != 1 or not may_be(above[others[0]]):
        return None
    title = above[others[0]]
    fits = _words(title) <= _LONGEST_TITLE and not title.plain.endswith((".", ":", ","))
    return others[0] if fits and not wording.is_list_item(title.text) else None


def _may_be_standfirst(index: int, others: Sequence[Candidate], page: Sequence[Block]) -> bool:
    """Tell whether a long line has a shorter one right above it that may be its headline."""
    above = next((one for one in others if one.index == index - 1), None)
    if above is None or above.features["list item"]:
        return False
    return _SHORT_TITLE <= _words(page[above.index]) < _words(page[index]) - 4


def candidates(page: Sequence[Block], start: int) -> list[Candidate]:
    """Return the blocks that may be the headline, in order, of a page without wordless blocks."""
    opening = _opening_words(page, start)
    texts = [wording.bare(block.plain) for block in page]
    repeats = Counter(texts)
    joined = "\n".join(texts)
    anchors = [index for index in _window(page, start) if is_anchor(page[index].plain)]
    found: list[Candidate] = []
    for index in _window(page, start):
        if may_be(page[index]):
            features = _features(page, index, start, opening)
            features |= _repeated(index, texts, repeats, joined)
            features |= _anchored(index, anchors, start)
            found.append(Candidate(index, features))
    for above, below in pairwise(found):
        # A standfirst stands right below the headline and says the same at length.
        if below.index - above.index <= 2 and above.features["overlap"] > 0.2:
            longer = _words(page[below.index]) > _words(page[above.index])
            below.features["below another"] = 1.0 + longer
    return found


def _window(page: Sequence[Block], start: int) -> range:
    return range(max(0, start - _REACH), min(len(page), start + _INTO))


def _words(block: Block) -> int:
    return wording.shape(block.plain).words


def _opening_words(page: Sequence[Block], start: int) -> set[str]:
    opening: set[str] = set()
    for block in page[start : start + _OPENING]:
        if wording.is_text(block.plain):
            opening |= wording.content_words(block.text)
    return opening


def is_anchor(text: str) -> bool:
    """Tell whether the line is one that stands beside a headline: a byline or a date."""
    return bylines.byline(text) is not None or dates.says_when(text)


def may_be(block: Block) -> bool:
    """Tell whether the block may be a headline at all."""
    text = block.plain
    return (
        wording.shape(text).words in _WORDS
        and len(text) < 300
        and furniture.cue(block.text) is None
        and not furniture.is_notice(text)
        and captions.split(text) is None
        and not captions.opens_as_caption(text)
        and not is_anchor(text)
        and not furniture.is_footer(text)
        and furniture.breadcrumb(text) is None
    )


def _features(page: Sequence[Block], index: int, start: int, opening: set[str]) -> dict[str, float]:
    block = page[index]
    words = wording.content_words(block.text)
    shared = len(words & opening)
    count = _words(block)
    return {
        "overlap": shared / max(len(words), 3),
        "shared": min(shared, _MIN_SHARED) / _MIN_SHARED,
        "short": float(count < 4),
        "one or two": float(count < 3),
        "long": max(0, count - 16) / 10,
        "sentence": float(block.plain.endswith((".", ":", ","))),
        "heading mark": float(block.text.lstrip().startswith("#")),
        "list item": float(wording.is_list_item(block.text)),
        "in article": float(index >= start),
        "text in article": float(index >= start and wording.is_prose(block.plain)),
        "distance": min(max(0, start - index), 40) / 10,
        "first line": float(index == 0),
        "below another": 0.0,
    }


def _repeated(
    index: int, texts: Sequence[str], repeats: Counter[str], joined: str
) -> dict[str, float]:
    """Return whether the line stands elsewhere, alone or in a longer line such as the title.

    ``joined`` holds all lines: where a line stands in it no more often than alone, none holds it.
    """
    text = texts[index]
    twice = repeats[text] > 1
    later = twice and text in texts[index + 1 : index + 6]
    may_be_held = len(text) > 14 and joined.count(text) != repeats[text]
    held = may_be_held and any(
        text in other and len(text) < len(other) < len(text) + 80
        for place, other in enumerate(texts[: index + 60])
        if place != index
    )
    near = texts[max(0, index - 3) : index + 40]
    holds = any(other in text for other in near if 14 < len(other) < len(text))
    return {
        "repeated": float(twice),
        "repeated below": float(later),
        "held by another": float(held),
        "holds another": float(holds),
    }


def _anchored(index: int, anchors: Sequence[int], start: int) -> dict[str, float]:
    """Return whether a byline or a date stands right above or below."""
    below = [
        anchor - index for anchor in anchors if index < anchor <= min(index + _NEARBY, start + 2)
    ]
    above = [index - anchor for anchor in anchors if index - 3 <= anchor < index]
    return {
        "anchor below": float(bool(below)),
        "anchor right below": float(bool(below) and below[0] == 1),
        "anchor above": float(bool(above)),
    }
