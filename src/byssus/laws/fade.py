"""How capacity is lost with cycles: the slope over cycles, and where it falls below a threshold for good."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Slope", "last_crossing", "slope_of_series"]

Floats = NDArray[np.float64]

MOST_CORRELATED = 0.99  # beyond it 200 points are worth less than one
UNCORRELATED = 0.5  # lag-one correlation of a scatter: above it the residuals still follow a bend
MOST_BENT = 5  # degree of the bend taken off before the scatter is told
POINTS_A_DEGREE = 8  # fewer, and the bend takes up the scatter


@dataclass(frozen=True, slots=True)
class Slope:
    """A least-squares slope; uncertainty and interval are ``None`` where the points follow one another too closely.

    ``independent`` is how many independent points the scatter is worth, ``degree`` that of the bend it lies about.
    """

    slope: float
    independent: float
    degree: int
    standard_uncertainty: float | None
    interval_95: tuple[float, float] | None


def slope_of_series(x: Floats, y: Floats) -> Slope:
    """Least-squares slope of ``y`` on evenly spaced ``x``, shapes ``(n,)``, n > 3, with an interval for its scatter.

    The slope is the mean slope over the range, weighted as least squares do; a bend of the curve is no error of
    it, for the higher orthogonal polynomials leave it as it is. They are taken off, degree by degree, until the
    residuals' lag-one correlation r falls to ``UNCORRELATED``. What is left is taken for a first-order
    autoregression, which makes n points worth n (1 - r)/(1 + r); r is corrected for the bias that k fitted
    coefficients leave, (k + 2 k r)/n. Sources: Bayley and Hammersley (1946), doi:10.2307/2983560; Kendall (1954),
    doi:10.1093/biomet/41.3-4.403. In simulation the interval holds the truth 94 times in 100 at 150 points and r up
    to 0.8, 87 at 20 points and r = 0.5; a shorter or more correlated series does not show its own correlation.
    """
    from byssus.laws.statistics import fit_line, interval_95  # late: it brings scipy

    line, n = fit_line(x, y), len(x)
    spread = float(np.sum((x - np.mean(x)) ** 2))
    rounding = (1e-12 * float(np.max(np.abs(y)))) ** 2 * n
    for degree in range(1, max(min(MOST_BENT, n // POINTS_A_DEGREE), 1) + 1):
        power, lag_one = _scatter(x, y, degree)
        if power <= rounding:
            return Slope(line.slope, float(n), degree, 0.0, (line.slope, line.slope))
        if lag_one <= UNCORRELATED:
            break
    independent = n * (1 - lag_one) / (1 + lag_one)
    free = independent - degree - 1
    if free <= 0:
        return Slope(line.slope, independent, degree, None, None)
    uncertainty = math.sqrt(power / free / spread)
    return Slope(line.slope, independent, degree, uncertainty, interval_95(line.slope, uncertainty, free))


def _scatter(x: Floats, y: Floats, degree: int) -> tuple[float, float]:
    """Sum of squares about a polynomial of that degree, and the lag-one correlation corrected for its fit."""
    scaled = 2 * (x - x[0]) / (x[-1] - x[0]) - 1
    basis, _ = np.linalg.qr(np.polynomial.legendre.legvander(scaled, degree))
    residuals = y - basis @ (basis.T @ y)
    power = float(residuals @ residuals)
    if not power > 0:
        return 0.0, 0.0
    lag_one = float(residuals[1:] @ residuals[:-1]) / power
    fitted = degree + 1
    return power, min(max(lag_one + (fitted + 2 * fitted * lag_one) / len(x), 0.0), MOST_CORRELATED)


def last_crossing(values: Floats, threshold: float) -> tuple[int, int] | None:
    """Where ``values``, shape ``(n,)``, stay below ``threshold`` for good and first are below; ``None`` if never."""
    below = values < threshold
    if not len(values) or not below[-1]:
        return None
    above = np.flatnonzero(~below)
    return int(above[-1]) + 1 if len(above) else 0, int(np.argmax(below))
