"""Say between what a figure lies that other stories would have given: a bootstrap over stories.

Stories are drawn, not passages: what a story tells, its articles tell alike, and so people agree or
differ on it alike. The percentile bootstrap (Efron 1979), with the same draws wherever as many
stories are counted.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
# Fewer stories say nothing of other stories.
FEWEST = 5
_DRAWS = 1000
_SEED = 20160101
_ENDS = (0.025, 0.975)


def interval(table: Array, statistic: Callable[[Array], Array]) -> tuple[float, float] | None:
    """Return what 95 of 100 drawn values of a statistic lie between.

    None if there are too few stories, or if it is undefined for most draws.

    Args:
        table: a row a story, the columns are sums that can be added up over stories.
        statistic: takes rows of such sums, and gives a value for each, nan where it is undefined.

    """
    stories = table.shape[0]
    if stories < FEWEST:
        return None
    drawn = statistic(_times(stories) @ table)
    drawn = np.sort(drawn[~np.isnan(drawn)])
    if drawn.size * 2 < _DRAWS:
        return None
    low, high = (float(drawn[round(share * (drawn.size - 1))]) for share in _ENDS)
    return low, high


@lru_cache(maxsize=8)
def _times(stories: int) -> Array:
    """Return how often each story is in each draw.

    Releases have to come out the same with every version of numpy, which promises that of this
    generator alone.
    """
    rng = np.random.RandomState(_SEED)
    drawn = rng.randint(0, stories, (_DRAWS, stories)) + stories * np.arange(_DRAWS)[:, None]
    times = np.bincount(drawn.ravel(), minlength=_DRAWS * stories)
    return times.reshape(_DRAWS, stories).astype(np.float64)
