"""Are residuals noise, or do they hold a course? By band of frequency, and point by point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Band", "bands", "local_noise", "noise_level", "running_mean", "stray_points"]

BANDS = ("high", "middle", "low")
LEAST_IN_BAND = 4  # fewer points have no course of their own
SIGNIFICANT = 1e-3  # three bands per spectrum: one spectrum in three hundred warns by chance
ERRATIC = 0.1  # residuals of a tenth of |Z| leave not one digit, whether they hold a course or not
NEIGHBOURS = 15  # points around one that tell the noise there: noise often grows toward low frequency
STRAY = 6.0  # times the noise; by chance less than one point in ten million strays so far (Rayleigh)
TO_SIGMA = 1.0 / 1.17741  # median of the modulus of complex noise to its standard deviation in each part

Residual = NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Band:
    """One third of the logarithmic range of frequency, ``low_hz`` to ``high_hz``, with ``points`` residuals.

    ``rms``, ``noise`` and ``beyond_noise`` (what ``rms`` has more than ``noise``) are relative to |Z|, per real number.
    ``autocorrelation`` is that of neighbours, ``p_value`` its one-sided probability for noise alone. ``kind`` is
    "erratic" where ``rms`` exceeds a tenth of |Z|, "systematic" where neighbours correlate, else "noise".
    """

    name: str
    low_hz: float
    high_hz: float
    points: int
    rms: float
    noise: float
    beyond_noise: float
    autocorrelation: float
    p_value: float
    kind: Literal["noise", "systematic", "erratic"]


def bands(frequency: NDArray[np.float64], residual: Residual, trust: NDArray[np.float64]) -> tuple[Band, ...]:
    """The bands of relative residuals, shape ``(n,)``, sorted from high to low ``frequency``.

    Neighbours of white noise are uncorrelated, with variance 1/m over m pairs of real numbers (Bartlett 1946,
    doi:10.2307/2983611); a fit only lowers the correlation, so the test errs to the side of "noise". Residuals enter
    the correlation multiplied by their ``trust``, so that a noisy stretch does not outweigh the rest.
    """
    position = np.log(frequency[0] / frequency) / np.log(frequency[0] / frequency[-1])
    third = np.minimum((position * len(BANDS)).astype(int), len(BANDS) - 1)
    found = []
    for i, name in enumerate(BANDS):
        inside = third == i
        if int(np.sum(inside)) >= LEAST_IN_BAND:
            found.append(_band(name, frequency[inside], residual[inside], trust[inside]))
    return tuple(found)


def _band(name: str, frequency: NDArray[np.float64], residual: Residual, trust: NDArray[np.float64]) -> Band:
    even = residual * trust
    products = np.real(even[1:] * np.conj(even[:-1]))
    total = float(np.sum(np.abs(even) ** 2))
    correlation = float(np.sum(products)) / total if total else 0.0
    p_value = 0.5 * math.erfc(correlation * math.sqrt(2 * len(products)) / math.sqrt(2))
    rms = float(np.sqrt(np.mean(np.abs(residual) ** 2) / 2))
    noise = noise_level(residual)
    return Band(
        name=name,
        low_hz=float(frequency[-1]),
        high_hz=float(frequency[0]),
        points=len(residual),
        rms=rms,
        noise=noise,
        beyond_noise=math.sqrt(max(rms**2 - noise**2, 0.0)),
        autocorrelation=correlation,
        p_value=p_value,
        kind="erratic" if rms > ERRATIC else "systematic" if p_value < SIGNIFICANT else "noise",
    )


def noise_level(residual: Residual) -> float:
    """Standard deviation of the noise in each part, from second differences, which a smooth course barely has.

    A second difference of white noise has six times its variance; the median keeps stray points out.
    """
    return float(np.median(np.abs(np.diff(residual, n=2)))) * TO_SIGMA / math.sqrt(6)


def _off_line(residual: Residual) -> NDArray[np.float64]:
    """Distance of each point from the line through its two neighbours (the next two, at the ends).

    In units that give white noise its own standard deviation: the variance is 1 + 1/4 + 1/4, or 1 + 4 + 1 at the ends.
    """
    inner = residual[1:-1] - (residual[:-2] + residual[2:]) / 2
    ends = residual[[0, -1]] - (2 * residual[[1, -2]] - residual[[2, -3]])
    distance = np.abs(np.concatenate([ends[:1], inner, ends[1:]]))
    variance = np.concatenate([[6.0], np.full(len(inner), 1.5), [6.0]])
    scaled: NDArray[np.float64] = distance / np.sqrt(variance)
    return scaled


def local_noise(residual: Residual) -> NDArray[np.float64]:
    """Standard deviation of the noise in each part around each point, shape ``(n,)``, n >= 3; a running median."""
    distance = _off_line(residual)
    half = min(NEIGHBOURS, len(distance)) // 2
    padded = np.pad(distance, half, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    return np.asarray(np.median(windows, axis=1) * TO_SIGMA, dtype=np.float64)


def stray_points(
    residual: Residual, noise: NDArray[np.float64], least: float, before: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Points that lie off the line between their neighbours by ``STRAY`` times the ``noise`` there and by ``least``.

    Of close neighbours that look so, only the one with the largest residual strays: it draws the others. Points that
    were doubted ``before`` still stray where their residual, now barely fitted, is as large; the rest is judged
    without them.
    """
    limit = np.maximum(STRAY * np.maximum(noise, np.median(noise)), least)
    still = before & (np.abs(residual) > limit)
    rest = np.where(still, 0, residual)
    size = np.where(_off_line(rest) > limit, np.abs(rest), 0.0)
    wide = np.pad(size, 2)
    largest = np.all([size >= wide[2 + k : len(wide) - 2 + k] for k in (-2, -1, 1, 2)], axis=0)
    stray: NDArray[np.bool_] = still | ((size > 0) & largest)
    return stray


def running_mean(residual: Residual) -> Residual:
    """Mean of each point and its two neighbours; of two at the ends."""
    total = residual.copy()
    total[1:] += residual[:-1]
    total[:-1] += residual[1:]
    counts = np.full(len(residual), 3.0)
    counts[[0, -1]] = 2.0
    mean: Residual = total / counts
    return mean
