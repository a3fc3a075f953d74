"""Tell whether two texts tell the same story, or one holds a piece of the other.

Texts that share passages need not be variants: a site's notice, a sign-off, a digest's pieces, the
background that follow-ups repeat and the formula of a forecast are shared, too. What counts is how
much of both texts is shared, whether the shared passages have to do with the rest of each text, and
whether names and figures stand where the other text has different ones.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from builder.ingest.stories.words import GRAM, Hashes, Mask, Places, Words, among, words_of

# variant: the same story. weak: the same, unless what they share stands in many other texts.
# piece: the ``holder`` holds a piece of the other text among other things. touch: they share a
# passage and are two stories.
Kind = Literal["variant", "weak", "piece", "touch"]

# A stretch of text of about so many words is shared if this part of its words is.
_BLOCK, _BLOCK_SHARED = 20, 0.25
# This part of a text's words at least stands in shared stretches, which may fill blocks in part.
_FILLED = 0.45
# Words between two shared ones are edited, if they are no more than these.
_EDITED = 10
# A shared stretch of fewer words, edits among them, is shared by chance.
_STRETCH = 8
_LEAST_SHARED = 8
# A passage of fewer words may be a notice or a sign-off, one of fewer yet no piece of an article.
_PASSAGE, _PIECE = 80, 25
# A formula: so many names and figures that are others, and so many for each word.
_SLOTS, _SLOT_RATE = 2, 0.025
# Where less is shared than may be a notice: so many names that each text has alone.
_ALONE = 4
_SAME_NAMES = 0.6
# A text's passages are alien to its rest if they have less than this of their words in common.
_COHERENT, _JUDGED_WORDS = 0.06, 4


@dataclass(frozen=True)
class Likeness:
    """What two texts share.

    ``holder`` is 0 or 1: which of them holds the piece, or else the longer one. ``shared`` are the
    grams that both have, ``places`` the bounds in words of the longest stretch in each text that is
    shared but for edits, ``parts`` the part of each text that is shared.
    """

    kind: Kind
    holder: int
    shared: Hashes
    places: tuple[tuple[int, int], tuple[int, int]]
    parts: tuple[float, float]


def likeness(one: str, other: str) -> float:
    """Return the larger of the parts of two texts that are shared, 0 if they are two stories."""
    found = compare(words_of(one), words_of(other))
    return max(found.parts) if found is not None and found.kind in ("variant", "weak") else 0.0


def compare(one: Words, other: Words) -> Likeness | None:
    """Return what two texts share; None if it is less than a passage."""
    a, b = _TextBeside.of(one, other), _TextBeside.of(other, one)
    if min(a.shared, b.shared) < _LEAST_SHARED:
        return None
    shorter, longer = (a, b) if len(one.ids) <= len(other.ids) else (b, a)
    kind = _kind(shorter, longer)
    if kind is None:
        return None
    alien = longer.alien() and not shorter.alien()
    holder = longer if kind != "piece" or alien else shorter
    return Likeness(
        kind=kind,
        holder=0 if holder is a else 1,
        shared=one.gram_set[0][among(one.gram_set[0], other.gram_set[0])],
        places=(a.place(), b.place()),
        parts=(a.part, b.part),
    )


def longest_passage(one: str, other: str) -> tuple[int, int] | None:
    """Return the bounds in the first text of the longest passage that stands in both, if any."""
    words = words_of(one)
    starts, ends = _TextBeside.of(words, words_of(other)).runs
    if not len(starts):
        return None
    longest = int(np.argmax(ends - starts))
    last = int(ends[longest]) + GRAM - 1
    return int(words.starts[int(starts[longest])]), int(words.ends[last])


def _kind(shorter: "_TextBeside", longer: "_TextBeside") -> Kind | None:
    large = min(shorter.shared, longer.shared) >= _PASSAGE
    if _formula(shorter, longer):
        return None
    begins = shorter.head >= _BLOCK_SHARED and shorter.filled.mean() >= _FILLED
    if not large and min(shorter.names_alone(longer), longer.names_alone(shorter)) >= _ALONE:
        return None
    told = shorter.part >= 0.8 or (shorter.part >= 0.5 and begins)
    if told and longer.part >= 0.5 and (large or not (shorter.alien() and longer.alien())):
        whole = min(shorter.filled.mean(), longer.filled.mean()) >= 0.9
        return "variant" if large or whole else "weak"
    if told and 0.2 <= longer.part < 0.5 and not longer.alien():
        return "variant" if large else "weak"
    if min(shorter.shared, longer.shared) < _PIECE:
        return None
    return "piece" if shorter.alien() != longer.alien() else "touch"


def _formula(a: "_TextBeside", b: "_TextBeside") -> bool:
    """Tell whether the texts say the same of other names and figures."""
    least = max(_SLOTS, _SLOT_RATE * float(min(a.filled.sum(), b.filled.sum())))
    if min(a.own_names, b.own_names) >= least:
        return True
    if min(a.names, b.names) >= 3 and max(a.same_names, b.same_names) < _SAME_NAMES:
        return True
    return _slots(a, b) >= least


def _slots(a: "_TextBeside", b: "_TextBeside") -> int:
    """Return how many names are others, between the same words, in both texts."""
    starts, ends = a.runs
    low, high = ends[:-1] + GRAM, starts[1:]
    gaps = (low < high) & (high - low <= _EDITED)
    low, high = low[gaps], high[gaps]
    # The other text has the grams on both sides of the gap, too.
    different, first = b.words.gram_set
    its_low = first[np.searchsorted(different, a.words.grams[low - GRAM])] + GRAM
    its_high = first[np.searchsorted(different, a.words.grams[high])]
    near = (its_low < its_high) & (its_high - its_low <= _EDITED)
    near &= (a.names_between(low, high) > 0) & (b.names_between(its_low, its_high) > 0)
    bounds = zip(low[near], high[near], its_low[near], its_high[near], strict=True)
    found = 0
    for start, end, its_start, its_end in bounds:
        mine, its = a.names_in(start, end), b.names_in(its_start, its_end)
        found += min(len(mine - its), len(its - mine))
    return found


class _TextBeside:
    """One of two texts, and what of it the other one has."""

    def __init__(self, words: Words, hit: Mask, other: Words) -> None:
        self.words = words
        count = len(words.ids)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], hit.view(np.int8), [0]])))
        starts, ends = edges[::2], edges[1::2] - 1
        self.runs = starts, ends
        near = starts[1:] - (ends[:-1] + GRAM) <= _EDITED if len(starts) else np.array([], bool)
        first = np.concatenate([starts[:1], starts[1:][~near]])
        last = np.concatenate([ends[:-1][~near], ends[-1:]]) + GRAM
        by_chance = last - first < _STRETCH
        self._stretches = first[~by_chance], last[~by_chance]
        self.filled = _between(*self._stretches, count)
        covered = _between(starts, ends + GRAM, count) & self.filled
        self.shared = int(covered.sum())
        blocks = max(1, round(count / _BLOCK))
        bounds = np.arange(blocks) * count // blocks
        sizes = np.diff(np.append(bounds, count))
        parts = np.add.reduceat(covered, bounds) / sizes if count else np.zeros(1)
        self.part = float(sizes[parts >= _BLOCK_SHARED].sum() / max(count, 1))
        self.head = float(parts[:2].max())
        named = np.unique(words.ids[words.named & self.filled])
        self.names = len(named)
        self.own_names = self.names - int(among(named, other.id_set).sum())
        self.same_names = 1 - self.own_names / self.names if self.names else 1.0
        self._alien: bool | None = None

    @classmethod
    def of(cls, words: Words, other: Words) -> "_TextBeside":
        """Return a text beside another one."""
        return cls(words, among(words.grams, other.gram_set[0]), other)

    def alien(self) -> bool:
        """Tell whether the rest of the text has nothing to do with what is shared."""
        if self._alien is None:
            content, ids = self.words.content, self.words.ids
            shared = np.unique(ids[content & self.filled])
            rest = np.unique(ids[content & ~self.filled])
            both = int(among(rest, shared).sum())
            least = max(1, min(len(shared), len(rest)))
            self._alien = len(rest) >= _JUDGED_WORDS and both / least < _COHERENT
        return self._alien

    def names_between(self, starts: Places, ends: Places) -> Places:
        """Return how many names and figures there are in each of some stretches of words."""
        before = self.words.names_before
        found: Places = before[ends] - before[np.minimum(starts, ends)]
        return found

    def names_in(self, start: int, end: int) -> set[int]:
        """Return the names and figures in a stretch of words."""
        chosen: set[int] = set(self.words.ids[start:end][self.words.named[start:end]].tolist())
        return chosen

    def names_alone(self, other: "_TextBeside") -> int:
        """Return how many names and figures the other text has nowhere."""
        named = np.unique(self.words.ids[self.words.named])
        return len(named) - int(among(named, other.words.id_set).sum())

    def place(self) -> tuple[int, int]:
        """Return the bounds of the longest shared stretch: a word shared by chance widens none."""
        starts, ends = self._stretches
        longest = int(np.argmax(ends - starts))
        return int(starts[longest]), int(ends[longest])


def _between(starts: NDArray[np.intp], ends: NDArray[np.intp], count: int) -> Mask:
    """Return which of so many places lie in any of the stretches."""
    steps = np.bincount(starts, minlength=count + 1) - np.bincount(ends, minlength=count + 1)
    inside: Mask = np.cumsum(steps[:-1]) > 0
    return inside
