"""Draw intervals around differences of two arms by resampling stories or passages.

The bootstrap of Efron and Tibshirani (1993), with percentiles, over clusters: what several people
did on one passage, or on passages of one story, is drawn together (Davison and Hinkley 1997, 3.8).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 1000
_SEED = 18
_PERCENTILES = (2.5, 97.5)
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Observed:
    """A part of a rate: what was counted (``over``) and what came of it (``sum``).

    ``stratum`` is whose work it is, within which arms are compared; ``cluster`` is what is drawn
    together. ``blind`` tells the arm.
    """

    stratum: str
    cluster: str
    blind: bool
    sum: float
    over: float


@dataclass(frozen=True)
class Difference:
    """The rates of both arms, the assisted one less the blind one, and its interval."""

    assisted: float
    blind: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """Return how much the assisted rate is above the blind one."""
        return self.assisted - self.blind


def difference(observed: Sequence[Observed], *, resamples: int = RESAMPLES) -> Difference | None:
    """Return the difference of both arms within strata, with its 95% interval.

    A stratum counts by what it says: over(assisted) * over(blind) / over(both), the weights of
    Cochran (1954) and of Mantel and Haenszel (1959). None where no stratum has both arms.
    """
    table = _Table(observed)
    assisted, blind = table.rates(np.ones(table.clusters))
    if np.isnan(assisted):
        return None
    random = np.random.default_rng(_SEED)
    drawn = np.empty(resamples)
    for number in range(resamples):
        picked = random.integers(0, table.clusters, table.clusters)
        one, other = table.rates(np.bincount(picked, minlength=table.clusters).astype(float))
        drawn[number] = one - other
    low, high = np.nanpercentile(drawn, _PERCENTILES)
    return Difference(float(assisted), float(blind), float(low), float(high))


class _Table:
    """What was observed, as arrays: summed by stratum and arm for any number of each cluster."""

    def __init__(self, observed: Sequence[Observed]) -> None:
        strata = {name: i for i, name in enumerate(sorted({o.stratum for o in observed}))}
        clusters = {name: i for i, name in enumerate(sorted({o.cluster for o in observed}))}
        self._strata, self.clusters = len(strata), len(clusters)
        self._cluster = np.array([clusters[o.cluster] for o in observed], dtype=np.int64)
        self._cell = np.array([2 * strata[o.stratum] + o.blind for o in observed], dtype=np.int64)
        self._sum = np.array([o.sum for o in observed], dtype=np.float64)
        self._over = np.array([o.over for o in observed], dtype=np.float64)

    def rates(self, times: _Floats) -> tuple[float, float]:
        """Return the weighted rates of both arms, each cluster counted so many times."""
        each = times[self._cluster]
        sums, over = (self._by_cell(each * of) for of in (self._sum, self._over))
        both = over[:, 0] + over[:, 1]
        weight = np.divide(over[:, 0] * over[:, 1], both, out=np.zeros_like(both), where=both > 0)
        total = weight.sum()
        if total <= 0:
            return float("nan"), float("nan")
        rate = np.divide(sums, over, out=np.zeros_like(sums), where=over > 0)
        assisted, blind = (weight @ rate) / total
        return float(assisted), float(blind)

    def _by_cell(self, values: _Floats) -> _Floats:
        summed = np.bincount(self._cell, weights=values, minlength=2 * self._strata)
        return summed.reshape(self._strata, 2)
