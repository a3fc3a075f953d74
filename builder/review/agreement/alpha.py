"""Compute Krippendorff's alpha from sums: the nominal one, and the one for unitising.

Both are 1 - observed / expected disagreement. In the unitising alpha of Krippendorff, Mathet,
Bouvry and Widlöcher (2016), "On the reliability of unitizing textual continua: Further
developments", Quality & Quantity 50, 2347-2364 (the coefficient that they write with a u alone),
people agree over the length on which they give a stretch the same value, unmarked being one. As
people mark whole units, chance pairs units too: no unit is paired with itself, so that the squares
of their lengths are taken out of what is expected; of unmarked text, each character is a unit. If
every unit is one token long, that is the nominal alpha (Krippendorff 2011, "Computing
Krippendorff's alpha-reliability"), so that one formula serves both.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def alpha(differing: Any, squares: Any, totals: Array) -> Array:
    """Return alpha, or nan where all values are one and the same, so that none is expected.

    Args:
        differing: over all ordered pairs of people, the length on which they differ, divided for
            each passage by its number of people less one.
        squares: the sum of the squared lengths of units, and of the lengths of unmarked text; of
            tokens, their number.
        totals: the length that people gave each value; the last axis is the values.

    """
    total = totals.sum(axis=-1)
    expected = total * (total**2 - (totals**2).sum(axis=-1))
    observed = differing * (total**2 - squares)
    defined = expected > 0
    return np.where(defined, 1 - observed / np.where(defined, expected, 1), np.nan)
