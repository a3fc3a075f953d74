"""Find the likeliest tags that make whole spans, by Viterbi's algorithm.

Tags are ``O``, then ``B`` and ``I`` of each label in turn. A layer is one set of such tags, and
layers know nothing of each other. As an inside tag follows none but its own label's, a word takes
time in proportion to its tags, not to their pairs.
"""

from collections.abc import Sequence

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
    added = np.array(costs, dtype=np.float32)[layer[leading]].T
    led = _best_paths(logs.T, first, added)
    of_leading = led[np.cumsum(~follows) - 1]
    tags[layer, word] = np.where(follows, of_leading + of_leading % 2, of_leading)
    return tags


def _best_paths(logs: Floats, first: Ints, costs: Floats) -> Ints:
    """Return the best tags of words in stretches, each closed by a word that is outside.

    Args:
        logs: (tags, words), stretch after stretch.
        first: the first word of each stretch.
        costs: what it adds to begin, to begin again and to end: (3, words).

    """
    last = np.append(first[1:], logs.shape[1]) - 1
    lengths = last - first + 1
    place = np.arange(logs.shape[1]) - np.repeat(first, lengths)
    # All first words, then all second ones and so on, those of longer stretches before others.
    order = np.lexsort((-np.repeat(lengths, lengths), place))
    counts = np.bincount(place).tolist()
    ordered, costs_of = logs[:, order], costs[:, order]
    best = [ordered[:, : counts[0]].copy()]
    best[0][1::2] += costs_of[0, : counts[0]]
    best[0][2::2] += _FORBIDDEN
    at = counts[0]
    for count in counts[1:]:
        before, (begin, again, end) = best[-1][:, :count], costs_of[:, at : at + count]
        inside = before[1:].max(axis=0)
        now = ordered[:, at : at + count].copy()
        now[0] += np.maximum(before[0], inside + end)
        now[1::2] += np.maximum(before[0] + begin, inside + again)
        now[2::2] += np.maximum(before[1::2], before[2::2])
        best.append(now)
        at += count
    return _traced(np.concatenate(best, axis=1)[:, order.argsort()], last, costs)


def _traced(best: Floats, last: Ints, costs: Floats) -> Ints:
    """Return the tags of the best paths that end in the words ``last``, followed outside."""
    (begin, again, end), inside = costs, best[1:].max(axis=0)
    within = best[1:].argmax(axis=0) + 1
    # What a word's tag has to be, by that of the next word; the last one's next is outside.
    before_outside = np.where(best[0] >= inside + end, 0, within).tolist()
    before_begin = np.where(best[0] + begin >= inside + again, 0, within).tolist()
    goes_on = (best[2::2] > best[1::2]).T.tolist()
    closes = frozenset(last.tolist())
    tag, tags = 0, []
    for word in reversed(range(best.shape[1])):
        if word in closes or not tag:
            tag = before_outside[word]
        elif tag % 2:
            tag = before_begin[word]
        else:
            tag += goes_on[word][tag // 2 - 1] - 1
        tags.append(tag)
    return np.array(tags[::-1])


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
