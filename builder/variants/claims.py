"""Align the claims of aligned sentences: by their content, their source and their cue."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.variants.spelling import spelled, stem
from builder.variants.word_lists import is_function_word

_WORD = re.compile(r"\w+")
# How alike contents are for two claims to be one; with the same source less is enough.
_ALIKE, _ALIKE_OF_SOURCE = 0.5, 0.35
_SOURCE, _CUE = 0.15, 0.05


@dataclass(frozen=True)
class SaidClaim:
    """A claim with the words of its content, its sources and its cues, and where it begins.

    ``sentences`` are the indices of the sentences in which it lies.
    """

    id: str
    content: str
    sources: str
    cues: str
    sentences: tuple[int, ...]


def align_claims(
    left: Sequence[SaidClaim], right: Sequence[SaidClaim]
) -> Iterator[tuple[SaidClaim, SaidClaim]]:
    """Yield the claims of two sides that assert the same, each at most once.

    Both sides are those of aligned sentences: they are few.
    """
    scored = []
    for one in left:
        for other in right:
            content = _dice(_words(one.content), _words(other.content))
            same_source = _dice(_words(one.sources), _words(other.sources)) > 0
            if content >= (_ALIKE_OF_SOURCE if same_source else _ALIKE):
                alike = content + _SOURCE * same_source + _CUE * _same_cue(one, other)
                scored.append((-alike, one.id, other.id, one, other))
    taken: set[str] = set()
    for _, our_id, their_id, one, other in sorted(scored, key=lambda item: item[:3]):
        if our_id not in taken and their_id not in taken:
            taken |= {our_id, their_id}
            yield one, other


def _same_cue(one: SaidClaim, other: SaidClaim) -> bool:
    ours, theirs = ({stem(word) for word in _WORD.findall(c.cues)} for c in (one, other))
    return bool(ours & theirs)


def _words(text: str) -> Counter[str]:
    words = map(spelled, _WORD.findall(text))
    return Counter(word for word in words if not is_function_word(word))


def _dice(one: Counter[str], other: Counter[str]) -> float:
    both = one.total() + other.total()
    return 2 * (one & other).total() / both if both else 0.0
