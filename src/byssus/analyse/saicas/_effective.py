"""How many independent points a force along a path is worth, where stick-slip hides a slower wandering."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.laws.statistics import independent_points

__all__ = ["BATCHES", "effective_points"]

BATCHES = 6  # each holds many slips, whose swing ends the sum of correlations too soon to see what is slower


def effective_points(values: NDArray[np.float64]) -> tuple[float, float]:
    """Effective number of an evenly spaced series, shape ``(n,)``, and the degrees of freedom of its mean's error.

    The number is such that variance/(number - 1) is the squared error of the mean. It is the less of what the
    readings' autocorrelation says (Bayley and Hammersley 1946, doi:10.2307/2983560) and what the means of six
    batches say: over a batch stick-slip averages out, and what wanders from batch to batch shows.
    """
    found = independent_points(values)
    variance = float(np.var(values))
    if len(values) < 2 * BATCHES or not variance > 0:
        return found, max(found - 1, 1.0)
    means = np.array([part.mean() for part in np.array_split(values, BATCHES)])
    error = float(np.var(means)) / max(independent_points(means) - 1, 1.0)
    if error * max(found - 1, 1.0) <= variance:
        return found, max(found - 1, 1.0)
    return 1 + variance / error, BATCHES - 1.0
