"""Bands of a baseline-corrected spectrum: position, height, width, area, each with what noise does to it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOISE_TIMES", "Peak", "find_bands", "window_area", "window_height"]

Floats = NDArray[np.float64]
NOISE_TIMES = 6.0  # standard deviations a summit must stand out by: of 4000 points of noise none does
SUMMIT = 0.85  # of the prominence: points above are fitted with a parabola
SMOOTH_PER_M = 800.0  # 8 1/cm, twice the usual resolution, is smoothed over before summits are looked for
FOOT = 0.01  # of the height: where a band ends that no valley ends


@dataclass(frozen=True)
class Peak:
    """One band. Wavenumbers in 1/m; ``height`` above the baseline; ``area`` between ``low_per_m`` and ``high_per_m``.

    ``width_per_m`` is the full width at half height, NaN where a neighbour hides it. ``u_...`` are standard
    uncertainties from noise.
    """

    position_per_m: float
    u_position_per_m: float
    height: float
    u_height: float
    width_per_m: float
    area_per_m: float
    u_area_per_m: float
    low_per_m: float
    high_per_m: float


def find_bands(wavenumber_per_m: Floats, corrected: Floats, noise: Floats, least_share: float) -> tuple[Peak, ...]:
    """Bands in ascending wavenumber; all shapes ``(n,)``.

    A band stands out from both sides by more than six times the noise and ``least_share`` of the highest band.
    """
    from scipy.signal import find_peaks, savgol_filter

    step = float(np.median(np.diff(wavenumber_per_m)))
    points = max(int(SMOOTH_PER_M / step) // 2 * 2 + 1, 5)
    smooth = savgol_filter(corrected, min(points, (len(corrected) - 1) // 2 * 2 - 1), 3)
    least = max(least_share * float(np.max(smooth)), 1e-300)
    summits, found = find_peaks(smooth, prominence=least)
    keep = found["prominences"] > NOISE_TIMES * noise[summits]
    summits, prominences = summits[keep], found["prominences"][keep]
    if not len(summits):
        return ()
    valleys = [int(a + np.argmin(smooth[a : b + 1])) for a, b in pairwise(summits)]
    edges = [0, *valleys, len(smooth) - 1]
    return tuple(
        _measured(wavenumber_per_m, corrected, smooth, noise, int(k), float(p), edges[i], edges[i + 1])
        for i, (k, p) in enumerate(zip(summits, prominences, strict=True))
    )


def _measured(
    x: Floats, y: Floats, smooth: Floats, noise: Floats, top: int, prominence: float, left: int, right: int
) -> Peak:
    position, u_position, height, u_height = _summit(x, y, smooth, noise, top, prominence, left, right)
    half = 0.5 * height
    low_half, high_half = _crossing(x, smooth, top, half, -1, left), _crossing(x, smooth, top, half, 1, right)
    foot = max(FOOT * height, float(noise[top]))
    low, high = _end(smooth, top, foot, -1, left), _end(smooth, top, foot, 1, right)
    area, u_area = _integral(x, y, noise, low, high)
    return Peak(
        position, u_position, height, u_height, high_half - low_half, area, u_area, float(x[low]), float(x[high])
    )


def _summit(
    x: Floats, y: Floats, smooth: Floats, noise: Floats, top: int, prominence: float, left: int, right: int
) -> tuple[float, float, float, float]:
    """Vertex of a parabola through the points near the summit, with its covariance."""
    level = smooth[top] - (1 - SUMMIT) * prominence
    low, high = top, top
    while low > left and smooth[low - 1] > level:
        low -= 1
    while high < right and smooth[high + 1] > level:
        high += 1
    low, high = max(min(low, top - 2), 0), min(max(high, top + 2), len(x) - 1)
    scale = max(float(x[high] - x[low]) / 2, 1e-300)
    t = (x[low : high + 1] - x[top]) / scale
    basis = np.vander(t, 3)
    coefficients, *_ = np.linalg.lstsq(basis, y[low : high + 1], rcond=None)
    a, b, c = (float(v) for v in coefficients)
    if not a < 0 or not t[0] <= -b / (2 * a) <= t[-1]:
        return float(x[top]), float(x[1] - x[0]), float(y[top]), float(noise[top])
    vertex = -b / (2 * a)
    # a summit is no parabola: what the points leave of one counts where it is more than their noise
    rest = y[low : high + 1] - basis @ coefficients
    misfit = float(rest @ rest) / max(len(t) - 3, 1)
    covariance = np.linalg.inv(basis.T @ basis) * max(float(np.mean(noise[low : high + 1])) ** 2, misfit)
    to_vertex = np.array([b / (2 * a * a), -1 / (2 * a), 0.0])
    to_height = np.array([vertex**2, vertex, 1.0])
    u_vertex, u_height = (float(np.sqrt(max(g @ covariance @ g, 0.0))) for g in (to_vertex, to_height))
    return float(x[top] + scale * vertex), scale * u_vertex, c - b * b / (4 * a), u_height


def _crossing(x: Floats, smooth: Floats, top: int, level: float, way: int, end: int) -> float:
    """Where the flank falls through ``level``, by linear interpolation; NaN where it does not before ``end``."""
    k = top
    while k != end and smooth[k] > level:
        k += way
    if smooth[k] > level or k == top:
        return float("nan")
    before = k - way
    share = (smooth[before] - level) / (smooth[before] - smooth[k])
    return float(x[before] + share * (x[k] - x[before]))


def _end(smooth: Floats, top: int, foot: float, way: int, end: int) -> int:
    k = top
    while k != end and smooth[k] > foot:
        k += way
    return k


def _integral(x: Floats, y: Floats, noise: Floats, low: int, high: int) -> tuple[float, float]:
    part = slice(low, high + 1)
    if high <= low:
        return 0.0, 0.0
    weights = np.zeros(high + 1 - low)
    steps = np.diff(x[part])
    weights[:-1] += steps / 2
    weights[1:] += steps / 2
    return float(weights @ y[part]), float(np.sqrt(np.sum((weights * noise[part]) ** 2)))


def window_area(x: Floats, y: Floats, noise: Floats, low_per_m: float, high_per_m: float) -> tuple[float, float]:
    """Area (1/m) of a window and its standard uncertainty; NaN where the spectrum does not cover it."""
    rows = np.flatnonzero((x >= low_per_m) & (x <= high_per_m))
    if len(rows) < 2 or x[0] > low_per_m or x[-1] < high_per_m:
        return float("nan"), float("nan")
    return _integral(x, y, noise, int(rows[0]), int(rows[-1]))


def window_height(x: Floats, y: Floats, noise: Floats, at_per_m: float, half_per_m: float) -> tuple[float, float]:
    """Height at a wavenumber, a parabola fitted over ``half_per_m`` on both sides, and its standard uncertainty."""
    half_per_m = max(half_per_m, 2.5 * float(np.median(np.diff(x))))
    rows = np.flatnonzero(np.abs(x - at_per_m) <= half_per_m)
    if len(rows) < 4:
        return float("nan"), float("nan")
    basis = np.vander((x[rows] - at_per_m) / half_per_m, 3)
    coefficients, *_ = np.linalg.lstsq(basis, y[rows], rcond=None)
    covariance = np.linalg.inv(basis.T @ basis) * float(np.mean(noise[rows])) ** 2
    return float(coefficients[2]), float(np.sqrt(max(covariance[2, 2], 0.0)))
