"""Differential capacity: the charge a half-cycle passes per volt.

The charge between two rows is laid evenly over the voltages between them, and summed below each voltage of a grid:
level counting (Feng et al., doi:10.1016/j.jpowsour.2013.01.018). Rows of one voltage, and a voltage that now and
then steps back, need no special care. The slope of that sum is a local one (Savitzky and Golay,
doi:10.1021/ac60214a047).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_STEPS", "PEAK_PROMINENCE", "Differential", "Peak", "differential_capacity", "find_peaks"]

Floats = NDArray[np.float64]

MOST_STEPS = 20_000  # 100 V at 5 mV: more is a voltage in other units
PEAK_PROMINENCE = 0.1  # of the highest: smaller ones are not told from noise by every eye


@dataclass(frozen=True)
class Differential:
    """Charge per volt (C/V, never signed) on a grid of voltage (V); shapes ``(g,)``.

    ``step_v`` is the grid's, ``width_v`` the span of the window whose slope each value is, ``spacing_v`` the
    voltage between the rows: the median over the charge, of rows whose voltage differs.
    """

    voltage_v: Floats
    charge_per_volt: Floats
    step_v: float
    width_v: float
    spacing_v: float


@dataclass(frozen=True, slots=True)
class Peak:
    """A peak of the differential capacity: voltage (V) and height (C/V)."""

    voltage_v: float
    height: float


def differential_capacity(charge_c: Floats, voltage_v: Floats, *, step_v: float, width_v: float) -> Differential | None:
    """Charge per volt along the rows of one half-cycle, shapes ``(n,)``; ``None`` where they span less than a window.

    ``charge_c`` is what passed between the row before and each row. ``step_v`` is the grid's step, ``width_v`` the
    span of the local slope, rounded to an even number of steps, two at least. Raises ``ValueError`` where a step or
    width is not positive or the range needs more than ``MOST_STEPS``.
    """
    if not step_v > 0 or not width_v > 0:
        raise ValueError("a step and a width of voltage must be positive")
    if len(charge_c) < 2 or not charge_c.sum() > 0:
        return None
    before = np.r_[voltage_v[:1], voltage_v[:-1]]
    low, high = np.minimum(before, voltage_v), np.maximum(before, voltage_v)
    first, last = int(np.ceil(float(low.min()) / step_v)), int(np.floor(float(high.max()) / step_v))
    window = 2 * max(round(width_v / step_v / 2), 1) + 1
    if last - first > MOST_STEPS:
        raise ValueError(f"{last - first} steps of voltage")
    if last - first + 1 < window:
        return None
    grid = np.arange(first, last + 1, dtype=np.float64) * step_v
    below = _passed_below(grid, low, high, charge_c)
    slope = _local_slope(below, window) / step_v
    return Differential(grid, slope, step_v, (window - 1) * step_v, _spacing(high - low, charge_c))


def _local_slope(values: Floats, window: int) -> Floats:
    """Slope per step of the parabola fitted to each ``window`` (odd) of neighbours, shapes ``(g,)``, g >= window.

    The middle of a window takes its slope from it, the ends of the range from the first and the last window.
    """
    half = window // 2
    offset = np.arange(-half, half + 1, dtype=np.float64)
    inside = np.correlate(values, offset, "valid") / float(offset @ offset)
    ends = []
    for piece in (values[:window], values[-window:]):
        square, linear, _ = np.polyfit(offset, piece, 2)
        ends.append(2 * square * offset + linear)
    return np.concatenate([ends[0][:half], inside, ends[1][half + 1 :]])


def _spacing(span_v: Floats, charge_c: Floats) -> float:
    """The voltage between rows below which half of the charge passed, without rows of one voltage (rounding)."""
    moved = span_v > 0
    if not moved.any():
        return 0.0
    span_v, charge_c = span_v[moved], charge_c[moved]
    order = np.argsort(span_v)
    passed = np.cumsum(np.abs(charge_c)[order])
    return float(span_v[order][np.searchsorted(passed, 0.5 * passed[-1])])


def _passed_below(grid: Floats, low: Floats, high: Floats, charge_c: Floats) -> Floats:
    """Charge passed below each voltage of the grid, where each row's lies evenly from ``low`` to ``high``."""
    jump = high - low < 1e-6 * (grid[1] - grid[0])  # no width to spread over: all at once
    below = np.zeros(len(grid))
    counted = np.bincount(np.searchsorted(grid, low[jump], "right"), charge_c[jump], minlength=len(grid) + 1)
    below += np.cumsum(counted[: len(grid)])
    slope = charge_c[~jump] / (high - low)[~jump]
    ends = np.concatenate([low[~jump], high[~jump]])
    turn = np.concatenate([slope, -slope])
    order = np.argsort(ends)
    ends, turn = ends[order], turn[order]
    # a sum of ramps: each begins with its slope at one end and loses it at the other
    slopes, offsets = np.cumsum(turn), np.cumsum(turn * ends)
    place = np.searchsorted(ends, grid, "right") - 1
    inside = place >= 0
    below[inside] += slopes[place[inside]] * grid[inside] - offsets[place[inside]]
    return below


def find_peaks(curve: Differential, most: int) -> tuple[Peak, ...]:
    """The highest peaks, at most ``most``, highest first: vertices of parabolas through a maximum and its neighbours.

    A peak stands out by ``PEAK_PROMINENCE`` of the highest value; the ends of the range are no peaks.
    """
    y = curve.charge_per_volt
    least = PEAK_PROMINENCE * float(y.max())
    rows = [row for row in _maxima(y) if y[row] >= least and _prominence(y, row) >= least]
    peaks = []
    for row in rows:
        left, top, right = (float(v) for v in y[row - 1 : row + 2])
        bend = left - 2 * top + right
        shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
        height = top - 0.25 * (left - right) * shift
        peaks.append(Peak(float(curve.voltage_v[row]) + shift * curve.step_v, height))
    return tuple(sorted(peaks, key=lambda peak: -peak.height)[:most])


def _maxima(y: Floats) -> list[int]:
    """Rows inside the range that are above both neighbours; of a level top, its middle."""
    steps = np.flatnonzero(np.diff(y))
    rising = np.diff(y)[steps] > 0
    tops = np.flatnonzero(rising[:-1] & ~rising[1:])
    return [int(steps[k] + 1 + steps[k + 1]) // 2 for k in tops]


def _prominence(y: Floats, row: int) -> float:
    """Height of a maximum over the higher of the two valleys between it and higher ground (or the range's end)."""
    higher = np.flatnonzero(y > y[row])
    left = higher[higher < row]
    right = higher[higher > row]
    before = y[int(left[-1]) if len(left) else 0 : row + 1]
    after = y[row : (int(right[0]) if len(right) else len(y) - 1) + 1]
    return float(y[row] - max(before.min(), after.min()))
