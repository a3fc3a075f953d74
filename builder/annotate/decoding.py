"""The chances of each word's tags in, the likeliest tags that make whole spans out.

Tags are ``O``, then ``B`` and ``I`` of each label in turn. A layer is one set of such tags, and
layers know nothing of each other.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Costs = Sequence[Sequence[float]]

_FORBIDDEN = -1e4
# Above this chance a word is outside, whatever stands beside it.
_SURE = 0.98
_SMALLEST = 1e-9


def best_tags(chances: Floats, costs: Costs) -> Ints:
    """Return the likeliest tags in which no inside tag follows anything but its own label.

    Words that are outside beyond doubt part each layer into stretches; words that are inside
    beyond doubt, one after another, are taken for one. Viterbi's algorithm runs over all stretches
    at once, the longest first, so that those that have ended drop out.

    Args:
        chances: (layers, words, tags); a tag that a layer lacks has no chance.
        costs: for each layer what is added to the logarithm of a probability where a span begins
            outside another, where one begins right after another, and where one ends.

    Returns:
        (layers, words).

    """
    tags: Ints = np.zeros(chances.shape[:2], dtype=np.int64)
    layer, word = np.nonzero(chances[:, :, 0] <= _SURE)
    if not len(word):
        return tags
    logs = np.log(np.maximum(chances[layer, word], _SMALLEST))
    apart = (np.diff(word, prepend=-2) != 1) | (np.diff(layer, prepend=-1) != 0)
    inside = chances[layer, word, 2::2] > _SURE
    follows = np.append(False, (inside[1:] & inside[:-1]).any(axis=1)) & ~apart
    logs[follows, 1::2] = logs[follows, 2::2]
    leading = np.flatnonzero(~follows)
    logs = np.add.reduceat(logs, leading, axis=0)
    first = np.flatnonzero(apart[leading])
    moves = _moves(chances.shape[2], tuple(tuple(cost) for cost in costs))
    led = _best_paths(logs, first, moves[layer[leading[first]]])
    of_leading = led[np.cumsum(~follows) - 1]
    tags[layer, word] = np.where(follows, of_leading + of_leading % 2, of_leading)
    return tags


def _best_paths(logs: Floats, first: Ints, moves: Floats) -> Ints:
    """Return the best tags of words in stretches, each closed by a word that is outside.

    Args:
        logs: (words, tags), stretch after stretch.
        first: the first word of each stretch.
        moves: (stretches, tags it starts from, tags it leads to).

    """
    lengths = np.diff(first, append=len(logs))
    order = np.argsort(-lengths, kind="stable")
    first, moves = first[order], moves[order]
    # How many stretches have a word at each place, the word that closes them included.
    places = np.arange(lengths.max() + 1)
    closing = np.searchsorted(-lengths[order], -places, "right").tolist()
    best = logs[first] + moves[:, 0]
    back = []
    for at, count in enumerate(closing[1:], start=1):
        ways = best[:count, :, None] + moves[:count]
        back.append(ways.argmax(axis=1))
        going = closing[at + 1] if at + 1 < len(closing) else 0
        best = ways.max(axis=1)[:going] + logs[first[:going] + at]
    tags: Ints = np.zeros(len(logs), dtype=np.int64)
    tag = np.zeros(len(first), dtype=np.int64)
    for at in range(len(back), 0, -1):
        count = closing[at]
        tag[:count] = back[at - 1][np.arange(count), tag[:count]]
        tags[first[:count] + at - 1] = tag[:count]
    return tags


@cache
def _moves(tags: int, costs: tuple[tuple[float, ...], ...]) -> Floats:
    """Return what each move adds: (layers, tags it starts from, tags it leads to)."""
    moves = np.zeros((len(costs), tags, tags), dtype=np.float32)
    moves[:, :, 2::2] = _FORBIDDEN
    for inside in range(2, tags, 2):
        moves[:, inside - 1 : inside + 1, inside] = 0
    for layer, (begin, again, end) in zip(moves, costs, strict=True):
        layer[0, 1::2] = begin
        layer[1:, 1::2] = again
        layer[1:, 0] = end
    return moves


def spans(chances: Floats, tags: Ints) -> list[tuple[int, int, int, int, float]]:
    """Return the spans that the best tags make, layer after layer.

    Returns:
        For each span its layer, its label's place in the layer, its first and its last word, and
        the mean chance of its tags.

    """
    layer, word = np.nonzero(tags)
    tag = tags[layer, word]
    first = np.flatnonzero(tag % 2 == 1)
    if not len(first):
        return []
    last = np.append(first[1:], len(tag)) - 1
    shares = np.add.reduceat(chances[layer, word, tag], first) / (last - first + 1)
    columns = (layer[first], tag[first] // 2, word[first], word[last], shares)
    return list(zip(*(column.tolist() for column in columns), strict=True))
