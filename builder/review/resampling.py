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
# So many numbers are held at once.
_MOST_AT_ONCE = 1_000_000
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
class ArmDifference:
    """The rates of both arms, the assisted one less the blind one, and its interval."""

    assisted: float
    blind: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """Return how much the assisted rate is above the blind one."""
        return self.assisted - self.blind


def difference(observed: Sequence[Observed], *, resamples: int = RESAMPLES) -> ArmDifference | None:
    """Return the difference of both arms within strata, with its 95% interval.

    A stratum counts by what it says: over(assisted) * over(blind) / over(both), the weights of
    Cochran (1954) and of Mantel and Haenszel (1959). None where no stratum has both arms.
    """
    table = _Resampled(observed)
    assisted, blind = table.rates(np.ones((1, table.clusters)))[0]
    if np.isnan(assisted):
        return None
    random = np.random.default_rng(_SEED)
    drawn: list[_Floats] = []
    for begin in range(0, resamples, table.at_once):
        rates = table.rates(_drawn(random, min(table.at_once, resamples - begin), table.clusters))
        drawn.append(rates[:, 0] - rates[:, 1])
    low, high = np.nanpercentile(np.concatenate(drawn), _PERCENTILES)
    return ArmDifference(float(assisted), float(blind), float(low), float(high))


def _drawn(random: np.random.Generator, resamples: int, clusters: int) -> _Floats:
    """Return how often each resample has each cluster: as many are drawn as there are."""
    picked = random.integers(0, clusters, (resamples, clusters))
    picked += clusters * np.arange(resamples)[:, None]
    counts = np.bincount(picked.ravel(), minlength=resamples * clusters)
    return counts.reshape(resamples, clusters).astype(np.float64)


def _place(of: Observed) -> tuple[str, bool, str, float, float]:
    return of.stratum, of.blind, of.cluster, of.sum, of.over


class _Resampled:
    """What was observed, as arrays in the order of stratum and arm."""

    def __init__(self, observed: Sequence[Observed]) -> None:
        both = [
            Observed(o.stratum, "", blind, 0.0, 0.0) for o in observed for blind in (False, True)
        ]
        filler = list({(o.stratum, o.blind): o for o in both}.values())
        in_order = sorted([*observed, *filler], key=_place)
        names = sorted({o.cluster for o in observed})
        number = {name: i for i, name in enumerate(names)}
        self.clusters = len(names)
        self.at_once = max(1, _MOST_AT_ONCE // len(in_order))
        self._cluster = np.array([number.get(o.cluster, 0) for o in in_order], dtype=np.int64)
        self._sum = np.array([o.sum for o in in_order], dtype=np.float64)
        self._over = np.array([o.over for o in in_order], dtype=np.float64)
        cells = [(o.stratum, o.blind) for o in in_order]
        self._starts = [i for i, cell in enumerate(cells) if i == 0 or cell != cells[i - 1]]

    def rates(self, times: _Floats) -> _Floats:
        """Return the weighted rates of both arms for each line of how often a cluster counts."""
        each = times[:, self._cluster]
        sums, over = (self._by_cell(each * of) for of in (self._sum, self._over))
        rate = np.divide(sums, over, out=np.zeros_like(sums), where=over > 0)
        one, other = over[..., 0], over[..., 1]
        both = one + other
        weight = np.divide(one * other, both, out=np.zeros_like(both), where=both > 0)
        total = weight.sum(axis=1)[:, None]
        summed = (weight[..., None] * rate).sum(axis=1)
        undefined: _Floats = np.full_like(summed, np.nan)
        rates: _Floats = np.divide(summed, total, out=undefined, where=total > 0)
        return rates

    def _by_cell(self, values: _Floats) -> _Floats:
        """Return sums by line, stratum and arm."""
        summed: _Floats = np.add.reduceat(values, self._starts, axis=1)
        shaped: _Floats = summed.reshape(len(values), -1, 2)
        return shaped
