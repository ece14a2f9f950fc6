"""Means, lines and their uncertainties (GUM, JCGM 100:2008), for numbers of one unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

__all__ = [
    "Line",
    "Summary",
    "effective_points",
    "fit_line",
    "independent_points",
    "interval_95",
    "outliers",
    "rounding_noise",
    "running_median",
    "student_t",
    "summarise",
    "welch_satterthwaite",
    "white_noise",
]


BATCHES = 6  # each holds many slips, whose swing ends the sum of correlations too soon to see what is slower
OUTLIER_LEVEL = 0.01  # a sound sample loses its good name once in a hundred
OUTLIER_LEAST = 7  # fewer values leave no picture of their own spread
NORMAL_MEDIAN = 0.6744897501960817  # of the size of a standard normal number
TIED_SHARE = 0.1  # of neighbours that are equal: a converter's steps are seen, not the signal's own course


@dataclass(frozen=True, slots=True)
class Summary:
    """Mean of ``n`` values; what one value cannot tell (spread, uncertainty, interval) is ``None``."""

    mean: float
    standard_deviation: float | None
    n: int
    standard_uncertainty: float | None
    interval_95: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Line:
    """A least-squares line ``y = intercept + slope x`` through ``n`` points, with standard uncertainties."""

    slope: float
    intercept: float
    slope_uncertainty: float
    n: int


@lru_cache(maxsize=1024)
def student_t(degrees: float) -> float:
    """The t of a two-sided 95 % interval for ``degrees`` > 0 of freedom (GUM G.3)."""
    return 1.959963984540054 if math.isinf(degrees) else float(stdtrit(degrees, 0.975))


def interval_95(value: float, standard_uncertainty: float, degrees: float) -> tuple[float, float]:
    """``value`` -+ t ``standard_uncertainty``, a 95 % interval by Student's t (GUM G.3)."""
    half = student_t(degrees) * standard_uncertainty
    return value - half, value + half


def summarise(values: Sequence[float]) -> Summary:
    """Mean, standard deviation (n - 1), s/sqrt(n) and Student's 95 % interval of ``values``, shape ``(n,)``.

    All in the unit of the values. Raises ``ValueError`` for no value or a value that is not finite.
    Source: GUM (JCGM 100:2008) 4.2 and G.3.
    """
    n = len(values)
    if n == 0 or not all(map(math.isfinite, values)):
        raise ValueError(f"expected finite values, got {list(values)!r}")
    mean = math.fsum(values) / n
    if n == 1:
        return Summary(mean, None, 1, None, None)
    deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1))
    uncertainty = deviation / math.sqrt(n)
    return Summary(mean, deviation, n, uncertainty, interval_95(mean, uncertainty, n - 1))


def outliers(values: Sequence[float], level: float = OUTLIER_LEVEL) -> tuple[int, ...]:
    """Indices of values too far from the others to be one normal sample with them, in order; none below seven.

    Generalised extreme studentised deviates: up to a quarter of the values, at ``level`` (two-sided) for the whole
    sample. Raises ``ValueError`` for a value that is not finite.
    Source: Rosner (1983), doi:10.1080/00401706.1983.10487848.
    """
    if not all(map(math.isfinite, values)):
        raise ValueError(f"expected finite values, got {list(values)!r}")
    n = len(values)
    left = list(range(n))
    removed: list[int] = []
    count = 0
    for i in range(1, n // 4 + 1 if n >= OUTLIER_LEAST else 1):
        kept = np.array([values[k] for k in left])
        deviation = float(np.std(kept, ddof=1))
        if not deviation > 0:
            break
        away = np.abs(kept - np.mean(kept)) / deviation
        worst = int(np.argmax(away))
        t = float(stdtrit(n - i - 1, 1 - level / (2 * (n - i + 1))))
        limit = (n - i) * t / math.sqrt((n - i - 1 + t * t) * (n - i + 1))
        removed.append(left.pop(worst))
        if float(away[worst]) > limit:
            count = i
    return tuple(sorted(removed[:count]))


def welch_satterthwaite(contributions: Sequence[tuple[float, float]]) -> float:
    """Effective degrees of freedom of a sum, from (standard uncertainty, degrees of freedom) of its parts.

    Infinite when nothing contributes. Source: GUM G.4.1, doi:10.2307/3002019.
    """
    total = math.fsum(u * u for u, _ in contributions)
    below = math.fsum(u**4 / degrees for u, degrees in contributions)
    return total * total / below if below > 0 else math.inf


def fit_line(x: NDArray[np.float64], y: NDArray[np.float64]) -> Line:
    """Ordinary least squares of ``y`` on ``x``, both shape ``(n,)``, n >= 2 with differing x.

    The uncertainty rests on the scatter about the line, n - 2 degrees of freedom (0 scatter known for
    n = 2: infinite). Raises ``ValueError`` when no line is defined. Source: GUM H.3.
    """
    n = len(x)
    x_mean = float(np.mean(x)) if n else math.nan
    spread = float(np.sum((x - x_mean) ** 2)) if n else 0.0
    if n < 2 or not spread > 0:
        raise ValueError("a line needs two points of different x")
    y_mean = float(np.mean(y))
    slope = float(np.sum((x - x_mean) * (y - y_mean))) / spread
    residuals = (y - y_mean) - slope * (x - x_mean)
    variance = float(np.sum(residuals**2)) / (n - 2) if n > 2 else math.inf
    return Line(slope, y_mean - slope * x_mean, math.sqrt(variance / spread), n)


def independent_points(values: NDArray[np.float64]) -> float:
    """How many independent points an evenly spaced, autocorrelated series, shape ``(n,)``, is worth.

    1/n_eff = 1/n + (2/n^2) sum_j (n - j) rho_j, the sum ending where rho first turns negative, so that
    neither noise nor the swing of a periodic signal adds certainty. Between 1 and n.
    Source: Bayley and Hammersley (1946), doi:10.2307/2983560.
    """
    n = len(values)
    deviations = values - np.mean(values)
    scale = float(np.max(np.abs(values))) if n else 0.0
    # differences at the level of rounding are no signal to correlate
    if n < 3 or float(np.max(np.abs(deviations))) <= 1e-12 * scale:
        return float(max(n, 1))
    deviations = deviations / np.max(np.abs(deviations))  # the scale drops out, and its square cannot underflow
    size = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(deviations, size)
    correlation = np.fft.irfft(spectrum * np.conj(spectrum), size)[:n]
    rho = correlation / correlation[0] * (n / (n - np.arange(n)))  # unbiased at each lag
    negative = np.flatnonzero(rho < 0)
    end = int(negative[0]) if len(negative) else n
    lags = np.arange(1, end)
    inverse = 1 / n + 2 / n**2 * float(np.sum((n - lags) * rho[1:end]))
    return float(min(max(1 / inverse, 1.0), n))


def effective_points(values: NDArray[np.float64]) -> tuple[float, float]:
    """Effective number of an evenly spaced series, shape ``(n,)``, and the degrees of freedom of its mean's error.

    For a force along a path, where stick-slip hides a slower wandering. The number is such that
    variance/(number - 1) is the squared error of the mean. It is the less of what the readings' autocorrelation says
    (:func:`independent_points`) and what the means of six batches say: over a batch stick-slip averages out, and
    what wanders from batch to batch shows. Source of batch means: Law and Carson (1979), doi:10.1287/opre.27.5.1011.
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


def white_noise(values: NDArray[np.float64]) -> float:
    """Standard deviation of white noise on a smooth course, shape ``(n,)``, from the median second difference.

    Blind to noise that neighbours share, and to that of a coarse converter (:func:`rounding_noise`).
    """
    bends = np.abs(np.diff(values, 2))
    return float(np.median(bends)) / NORMAL_MEDIAN / math.sqrt(6.0) if len(bends) else 0.0


def rounding_noise(values: NDArray[np.float64]) -> float:
    """Standard deviation that rounding leaves in readings, shape ``(n,)``: their smallest step over the root of 12.

    0 where few neighbours are equal, as of readings finer than their noise, or where all are.
    Source: GUM (JCGM 100:2008) F.2.2.1.
    """
    steps = np.abs(np.diff(values))
    moved = steps[steps > 0]
    if not len(moved) or len(steps) - len(moved) < TIED_SHARE * len(steps):
        return 0.0
    return float(np.min(moved)) / math.sqrt(12.0)


def running_median(values: NDArray[np.float64], width: int = 5) -> NDArray[np.float64]:
    """Median of ``width`` (odd) neighbours about each of ``values``, shape ``(n,)``; ends repeat their last value."""
    if len(values) == 0:
        return values
    half = width // 2
    padded = np.pad(values, half, mode="edge")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1))
