"""Peaks of one sweep of a voltammogram: where they are, how high over which baseline, and how sure that is.

As in ``_voltammetric_baselines``, ``u`` and ``y`` are potential and current along the sweep: a peak is a maximum.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.voltammetry._baselines import Baseline, Readings, flanks, readings, tangent

__all__ = ["BASELINES", "Peak", "Top", "find_peaks", "standing_out"]

Floats = NDArray[np.float64]

BASELINES = ("flanks", "tangent")
PROMINENCE_NOISE = 10.0  # in standard deviations: the highest of 1000 white readings stands out by about 6.6
MOST_PEAKS = 8  # a sweep
LEAST_ROWS = 5  # rows above half of the prominence: fewer are a spike
TOP_LEVELS = (0.85, 0.6)  # the top is fitted above this share of the height; lower where readings are few
ENOUGH_ROWS = 15
QUARTIC_ROWS = 9  # fewer readings at the top carry a parabola only


@dataclass(frozen=True, slots=True)
class Peak:
    """One peak, in SI; heights, areas and charges are positive whatever the direction of the sweep.

    ``area_v_a`` is the current over the baseline integrated over potential (V A); over the scan rate it is the
    peak's charge. ``half_width_v`` is the full width at half height, NaN where a flank does not come down so
    far. ``base`` are two points (V, A) of the baseline, as recorded. ``shared`` is the height of the valley towards
    a neighbour over the peak's own, 0 where none is near: there each holds part of the other.
    """

    potential_v: float
    potential_uncertainty_v: float
    height_a: float
    height_uncertainty_a: float
    area_v_a: float
    area_uncertainty_v_a: float
    half_width_v: float
    base: tuple[tuple[float, float], tuple[float, float]]
    shared: float = 0.0


def find_peaks(
    potential_v: Floats, current_a: Floats, direction: int, *, baseline: str = "flanks", least_share: float = 0.02
) -> tuple[Peak, ...]:
    """Peaks of one sweep, from low to high potential; potential and current of shape ``(n,)``.

    A peak stands out from both sides by more than ``PROMINENCE_NOISE`` of the noise and ``least_share`` of the
    sweep's range of current. ``baseline`` "flanks" is the line that touches both flanks from below; "tangent" is
    fitted to what comes before the foot of the peak and drawn on beneath it.
    """
    curve = readings(potential_v * direction, current_a * direction)
    if curve is None:
        return ()
    least = max(PROMINENCE_NOISE * curve.smooth_noise, least_share * float(np.ptp(curve.s)))
    rows = max(LEAST_ROWS * len(curve.u) / len(potential_v), 1.0)
    start = _after_reversal(curve.s)
    tops = [one for one in standing_out(curve.s, max(least, np.finfo(float).tiny), rows) if one.row > start]
    chosen = sorted(tops, key=lambda one: -one.prominence)[:MOST_PEAKS]
    cuts = _valleys(curve, sorted(one.row for one in chosen), start)
    bands: list[Baseline] = []
    peaks: list[Peak] = []
    for rank, one in enumerate(chosen):
        if baseline == "tangent":
            line = tangent(curve, one.row, cuts[one.row][0])
        else:
            higher = [other.row for other in chosen[:rank]]
            known = next((b for b in bands if b.left <= curve.u[one.row] <= b.right), None)
            line = known or flanks(curve, one.row, *_stretch(one.row, higher, start, len(curve.u) - 1))
            bands.append(line)
        if curve.s[one.row] - line.at(curve.u[one.row]) > least:
            peaks.extend(_peak(curve, one, line, cuts[one.row], direction))
    return tuple(sorted(peaks, key=lambda p: p.potential_v))


@dataclass(frozen=True, slots=True)
class Top:
    """A maximum: its reading, how far it stands out, first and last reading above half of that."""

    row: int
    prominence: float
    left: int
    right: int


def standing_out(s: Floats, least: float, rows: float = 1.0) -> list[Top]:
    """Maxima of ``s``, shape ``(m,)``, more prominent than ``least`` and as wide as ``rows`` at half of that.

    Prominence is the height above the higher of the two lowest points on the way to higher ground, or to the end.
    """
    begins = np.flatnonzero(np.r_[True, np.diff(s) != 0])  # a level stretch counts once
    ends = np.r_[begins[1:], len(s)] - 1
    level = s[begins]
    maxima = np.flatnonzero((level[1:-1] > level[:-2]) & (level[1:-1] > level[2:])) + 1
    out = []
    for k in maxima:
        top, height = int(begins[k] + ends[k]) // 2, float(level[k])
        before, after = np.flatnonzero(s[:top] > height), np.flatnonzero(s[top:] > height)
        first = int(before[-1]) if len(before) else 0
        last = top + int(after[0]) if len(after) else len(s) - 1
        prominence = height - max(float(np.min(s[first : top + 1])), float(np.min(s[top : last + 1])))
        if prominence < least:
            continue
        half = height - 0.5 * prominence
        below = np.flatnonzero(s[:top] <= half), np.flatnonzero(s[top:] <= half)
        left, right = int(below[0][-1]) + 1, top + int(below[1][0]) - 1
        if right - left + 1 >= rows:
            out.append(Top(top, prominence, left, right))
    return out


def _stretch(top: int, higher: list[int], start: int, end: int) -> tuple[int, int]:
    """What a peak's baseline may lie under: as far as the next higher peaks, or the ends of the sweep."""
    left, right = [h for h in higher if h < top], [h for h in higher if h > top]
    return max([start, *left]), min([end, *right])


def _after_reversal(s: Floats) -> int:
    """The first reading of the sweep's own process: after a turn the last sweep's current dies away first."""
    against = np.flatnonzero(s >= 0)
    if len(against) and against[0] < len(s) // 2:
        return int(against[0])
    return 0


def _valleys(curve: Readings, tops: list[int], start: int) -> dict[int, tuple[int, int]]:
    """For each top the readings of the lowest points towards its neighbours (or the ends)."""
    edges = [start, *(a + int(np.argmin(curve.s[a : b + 1])) for a, b in itertools.pairwise(tops))]
    edges.append(len(curve.s) - 1)
    return {top: (edges[k], edges[k + 1]) for k, top in enumerate(tops)}


def _within(curve: Readings, top: int, line: Baseline, cut: tuple[int, int], over: Floats) -> tuple[int, int]:
    """First and last reading of what is the peak's own: between its valleys and its baseline's contacts."""
    low = max(cut[0], int(np.searchsorted(curve.u, line.left)))
    high = cut[1]
    if line.closed:
        return low, max(min(high, int(np.searchsorted(curve.u, line.right, side="right")) - 1), top + 1)
    if high <= top:  # the summit lies on or beyond the valley: nothing of the peak is left behind it
        return low, high
    crossed = np.flatnonzero(over[top : high + 1] <= 0)
    return low, top + int(crossed[0] if len(crossed) else np.argmin(over[top : high + 1]))


def _peak(curve: Readings, one: Top, line: Baseline, cut: tuple[int, int], direction: int) -> tuple[Peak, ...]:
    over = curve.y - line.at(curve.u)
    smooth = curve.s - line.at(curve.u)
    top = one.left + int(np.argmax(smooth[one.left : one.right + 1]))
    low, high = within = _within(curve, top, line, cut, smooth)
    if not low < top < high:
        return ()
    u_top, height, u_uncertainty, h_uncertainty = _summit(curve, over, smooth, top, within)
    own = slice(low, high + 1)
    area = float(np.trapezoid(over[own], curve.u[own]))
    step = float(curve.u[high] - curve.u[low]) / max(high - low, 1)
    area_noise = np.hypot(curve.noise * step * np.sqrt(high - low), line.noise * (curve.u[high] - curve.u[low]))
    ends = [(direction * float(x), direction * float(line.at(x))) for x in (curve.u[low], curve.u[high])]
    peak = Peak(
        potential_v=direction * u_top,
        potential_uncertainty_v=u_uncertainty,
        height_a=height,
        height_uncertainty_a=float(np.hypot(h_uncertainty, line.noise)),
        area_v_a=area,
        area_uncertainty_v_a=float(area_noise),
        half_width_v=_half_width(curve.u, smooth, top, within, 0.5 * height),
        base=(ends[0], ends[1]),
        shared=max(float(smooth[low]), float(smooth[high]), 0.0) / height if line.closed and height > 0 else 0.0,
    )
    return (peak,)


def _summit(
    curve: Readings, over: Floats, smooth: Floats, top: int, within: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Position and height of the top with their uncertainties, from a polynomial through its highest part."""
    low, high = _above(smooth, top, within, TOP_LEVELS[0])
    if high - low + 1 < ENOUGH_ROWS:
        low, high = _above(smooth, top, within, TOP_LEVELS[1])
    n = high - low + 1
    degree = 4 if n >= QUARTIC_ROWS else 2
    u_top, height = float(curve.u[top]), float(over[top])
    if n < degree + 1:
        return u_top, height, float(curve.u[high] - curve.u[low]) / 2, curve.noise  # no top to fit
    from numpy.polynomial.polynomial import polyder, polyval

    middle, scale = 0.5 * (curve.u[low] + curve.u[high]), 0.5 * (curve.u[high] - curve.u[low])
    x = (curve.u[low : high + 1] - middle) / scale
    terms = np.vander(x, degree + 1, increasing=True)
    weights, *_ = np.linalg.lstsq(terms, over[low : high + 1], rcond=None)
    residual = over[low : high + 1] - terms @ weights
    scatter = float(np.sqrt(np.sum(residual**2) / max(n - degree - 1, 1)))
    covariance = max(scatter, curve.noise) ** 2 * np.linalg.inv(terms.T @ terms)
    fine = np.linspace(-0.9, 0.9, 361)
    values = polyval(fine, weights)
    best = float(fine[np.argmax(values)])
    slopes = np.arange(1, degree + 1) * best ** np.arange(degree)
    bend = float(polyval(best, polyder(weights, 2)))
    if abs(best) == fine[-1] or not bend < 0:
        return u_top, height, scale, float(np.sqrt(covariance[0, 0]))
    powers = best ** np.arange(degree + 1)
    return (
        float(middle + scale * (best - slopes @ weights[1:] / bend)),
        float(powers @ weights),
        float(scale * np.sqrt(slopes @ covariance[1:, 1:] @ slopes) / -bend),
        float(np.sqrt(powers @ covariance @ powers)),
    )


def _above(smooth: Floats, top: int, within: tuple[int, int], share: float) -> tuple[int, int]:
    """First and last of the readings about the top that lie above ``share`` of it without a gap."""
    low = high = top
    while low > within[0] and smooth[low - 1] > share * smooth[top]:
        low -= 1
    while high < within[1] and smooth[high + 1] > share * smooth[top]:
        high += 1
    return low, high


def _half_width(u: Floats, over: Floats, top: int, within: tuple[int, int], level: float) -> float:
    """Distance between the two crossings of ``level`` on either side; NaN where a flank does not reach it."""
    low, high = within
    before, after = np.flatnonzero(over[low : top + 1] < level), np.flatnonzero(over[top : high + 1] < level)
    if not len(before) or not len(after):
        return float("nan")
    a, b = low + int(before[-1]), top + int(after[0])
    left = np.interp(level, over[a : a + 2], u[a : a + 2])
    right = np.interp(level, over[b - 1 : b + 1][::-1], u[b - 1 : b + 1][::-1])
    return float(right - left)
