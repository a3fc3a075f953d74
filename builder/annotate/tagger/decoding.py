"""Find the likeliest tags that make whole spans, by Viterbi's algorithm.

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
SURE = 0.98
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
    layer, word = np.nonzero(chances[:, :, 0] <= SURE)
    if not len(word):
        return tags
    doubtful = chances[layer, word]
    logs = np.log(np.maximum(doubtful, _SMALLEST))
    inside = doubtful[:, 2::2] > SURE
    beside = (layer[1:] == layer[:-1]) & (word[1:] == word[:-1] + 1)
    follows, apart = np.zeros(len(word), dtype=np.bool_), np.ones(len(word), dtype=np.bool_)
    follows[1:] = beside & (inside[1:] & inside[:-1]).any(axis=1)
    apart[1:] = ~beside
    logs[follows, 1::2] = logs[follows, 2::2]
    leading = np.flatnonzero(~follows)
    logs = np.add.reduceat(logs, leading, axis=0)
    first = np.flatnonzero(apart[leading])
    moves = _moves(chances.shape[2], tuple(tuple(cost) for cost in costs))
    led = _best_paths(logs.T, first, moves[:, :, layer[leading]])
    of_leading = led[np.cumsum(~follows) - 1]
    tags[layer, word] = np.where(follows, of_leading + of_leading % 2, of_leading)
    return tags


def _best_paths(logs: Floats, first: Ints, moves: Floats) -> Ints:
    """Return the best tags of words in stretches, each closed by a word that is outside.

    Args:
        logs: (tags, words), stretch after stretch.
        first: the first word of each stretch.
        moves: what each move from a word's tag adds: (tags, tags it leads to, words).

    """
    last = np.append(first[1:], logs.shape[1]) - 1
    lengths = last - first + 1
    place = np.arange(logs.shape[1]) - np.repeat(first, lengths)
    # All first words, then all second ones and so on, those of longer stretches before others.
    order = np.lexsort((-np.repeat(lengths, lengths), place))
    counts = np.bincount(place).tolist()
    ordered, of_first = logs[:, order], moves[:, :, order[: counts[0]]]
    best = [ordered[:, : counts[0]] + of_first[0]]
    at = counts[0]
    for count in counts[1:]:
        ways = best[-1][:, None, :count] + of_first[:, :, :count]
        best.append(ways.max(axis=0) + ordered[:, at : at + count])
        at += count
    ways = np.concatenate(best, axis=1)[:, None, order.argsort()] + moves
    # What a word's tag has to be, by that of the next word; the last one's next is outside.
    back = ways.argmax(axis=0)
    back[:, last] = back[0, last]
    by_next = back.tolist()
    tag, tags = 0, []
    for word in reversed(range(len(place))):
        tag = by_next[tag][word]
        tags.append(tag)
    return np.array(tags[::-1])


@cache
def _moves(tags: int, costs: tuple[tuple[float, ...], ...]) -> Floats:
    """Return what each move adds: (tags it starts from, tags it leads to, layers)."""
    moves = np.zeros((tags, tags, len(costs)), dtype=np.float32)
    moves[:, 2::2] = _FORBIDDEN
    for inside in range(2, tags, 2):
        moves[inside - 1 : inside + 1, inside] = 0
    begin, again, end = np.array(costs).T
    moves[0, 1::2] = begin
    moves[1:, 1::2] = again
    moves[1:, 0] = end
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
