"""From a record to its unloadings: noise, cycles of load, the hold that tells thermal drift, the zero of depth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.laws.statistics import Line, fit_line

__all__ = ["Cycle", "drift_hold", "find_cycles", "first_contact", "noise_of", "window"]

Floats = NDArray[np.float64]

FLOOR = 0.005  # of the largest load: a peak below twice this is no cycle (preloads and noise are)
FALL = 0.3  # of its peak a load must fall to have been unloaded
RISE = 0.5  # of its fall it must rise again before the next cycle has begun
NEAR_TOP = 4.0  # in standard deviations of the noise: a reading this close to the largest may be as large
HELD = 1e-3  # of the largest load: how well an instrument holds it
DEEPER = 5e-3  # of the depth: what goes in further than this while the load falls is creep, no hold in depth
MOST_CYCLES = 200
HOLD_BIN = 0.01  # of the largest load: a hold stays within
HOLD_LOWEST = 0.02  # of the largest load: a tip at less may have left the surface
HOLD_HIGHEST = 0.4  # of the largest load: a hold for drift is at a low load
HOLD_SHORTEST_S = 5.0  # a shorter stay gives no rate of drift worth a correction
HOLD_ROWS = 10
HOLD_SETTLING = 1 / 3  # of the hold, in which the contact still recovers
MAD_TO_SIGMA = 1.4826
EARLY = (0.005, 0.1)  # shares of the peak load between which early loading is read for the zero of depth
CLEAR = 0.02  # of the depth: so far before contact nothing touches


@dataclass(frozen=True, slots=True)
class Cycle:
    """One unloading: ``start`` its first row, ``stop`` the row after its last; top load (N) and depth (m).

    ``load_n`` is the load where unloading begins; after a hold in depth it is below ``peak_n``.
    """

    start: int
    stop: int
    peak_n: float
    load_n: float
    depth_m: float


def noise_of(values: Floats) -> float:
    """Standard deviation of the noise of a smooth course, shape ``(n,)``, from its second differences (MAD)."""
    if len(values) < 3:
        return 0.0
    second = np.abs(values[2:] - 2 * values[1:-1] + values[:-2])
    middle = len(second) // 2
    return MAD_TO_SIGMA * float(np.partition(second, middle)[middle]) / math.sqrt(6.0)


def find_cycles(depth_m: Floats, load_n: Floats, noise: tuple[float, float]) -> tuple[Cycle, ...]:
    """Every unloading in ``(n,)`` depths and loads, in order; none where the load never falls.

    ``noise`` is that of the load (N) and of the depth (m).
    """
    largest = float(np.max(load_n))
    noise_p, noise_h = noise
    floor = max(FLOOR * largest, 2 * NEAR_TOP * noise_p)
    floored = np.maximum(load_n, floor)
    found: list[Cycle] = []
    begin = 0
    while begin < len(load_n) - 2 and len(found) < MOST_CYCLES:
        rest = floored[begin:]
        highest = np.maximum.accumulate(rest)
        # what lies on the floor has not been loaded yet
        fallen = np.flatnonzero((rest < (1 - FALL) * highest) & (highest > 2 * floor))
        if not len(fallen):
            break
        confirmed = begin + int(fallen[0])
        after = floored[confirmed:]
        lowest = np.minimum.accumulate(after)
        risen = np.flatnonzero(after - lowest > RISE * (highest[fallen[0]] - lowest))
        end = confirmed + (int(risen[0]) if len(risen) else len(after))
        found.append(_cycle(depth_m, load_n, slice(begin, confirmed), end, (noise_p, noise_h)))
        begin = end
    return tuple(found)


def _cycle(depth_m: Floats, load_n: Floats, rows: slice, end: int, noise: tuple[float, float]) -> Cycle:
    p, h = load_n[rows], depth_m[rows]
    highest = float(np.max(p))
    peak = float(np.mean(p[p >= highest - NEAR_TOP * noise[0]]))
    # a held load is not held to its noise: the last row near the top ends the hold
    held = highest - max(NEAR_TOP * noise[0], HELD * highest)
    start, load = int(np.flatnonzero(p >= held)[-1]), peak
    deepest = float(np.max(h[: start + 1]))
    deep = int(np.flatnonzero(h >= deepest - NEAR_TOP * noise[1])[-1])
    if float(np.max(h)) <= (1 + DEEPER) * deepest and _relaxes(load_n[rows.start : end], start, deep):
        start, load = deep, float(p[deep])
    near = h[: start + 1]
    depth = float(np.mean(near[near >= np.max(near) - NEAR_TOP * noise[1]]))
    stop = rows.start + start + 2 + int(np.argmin(load_n[rows.start + start + 1 : end]))
    return Cycle(rows.start + start, stop, peak, load, depth)


def _relaxes(load_n: Floats, start: int, deep: int) -> bool:
    """Whether the load relaxed at a held depth from row ``start`` to ``deep``: it then falls faster after it."""
    if deep - start < HOLD_ROWS:
        return False
    lost = load_n[start] - load_n[deep]
    later = load_n[min(deep + (deep - start) // 2, len(load_n) - 1)]
    return bool(load_n[deep] - later > lost > 0)


def window(load_n: Floats, cycle: Cycle, upper: float, lower: float) -> slice:
    """The rows of an unloading from its first load below ``upper`` to its last above ``lower`` of its top load."""
    p = load_n[cycle.start : cycle.stop]
    inside = np.flatnonzero(p <= upper * cycle.load_n)
    under = np.flatnonzero(p < lower * cycle.load_n)
    first = int(inside[0]) if len(inside) else len(p)
    last = int(under[0]) if len(under) else len(p)
    return slice(cycle.start + first, cycle.start + max(last, first))


def drift_hold(time_s: Floats, depth_m: Floats, load_n: Floats, after: int) -> Line | None:
    """Depth against time in the longest stay at a low load after row ``after``; ``None`` where there is none.

    The line's slope is the rate of drift, m/s. Its uncertainty takes the residuals as independent.
    """
    largest = float(np.max(load_n))
    p = load_n[after:]
    low = np.flatnonzero((p < HOLD_HIGHEST * largest) & (p > HOLD_LOWEST * largest))
    if len(low) < HOLD_ROWS:
        return None
    count = np.bincount((p[low] / (HOLD_BIN * largest)).astype(np.intp))
    level = (int(np.argmax(count)) + 0.5) * HOLD_BIN * largest
    level = float(np.median(p[low][np.abs(p[low] - level) <= HOLD_BIN * largest]))
    rows = after + low[np.abs(p[low] - level) <= HOLD_BIN * largest / 2]
    if len(rows) < HOLD_ROWS or not time_s[rows[-1]] - time_s[rows[0]] >= HOLD_SHORTEST_S:
        return None
    settled = rows[time_s[rows] >= time_s[rows[0]] + HOLD_SETTLING * (time_s[rows[-1]] - time_s[rows[0]])]
    if len(settled) < HOLD_ROWS or float(np.ptp(load_n[settled])) > HOLD_BIN * largest * 2:
        return None
    return fit_line(time_s[settled], depth_m[settled]) if float(np.ptp(time_s[settled])) > 0 else None


def first_contact(depth_m: Floats, load_n: Floats) -> tuple[float, float]:
    """Depth (m) where contact begins, and the load (N) before it.

    The root of the load, taken as linear in the depth between ``EARLY`` shares of the peak, is drawn back to zero: a
    blunt tip's contact begins a little later. The load before is the median of the rows that stand clear of it; zero
    where the record begins in contact.
    """
    top = int(np.argmax(load_n))
    largest = float(load_n[top])
    low = np.flatnonzero(load_n[: top + 1] < EARLY[0] * largest)
    begin = int(low[-1]) if len(low) else 0
    high = np.flatnonzero(load_n[begin : top + 1] <= EARLY[1] * largest)
    rows = begin + high
    if len(rows) < 3 or not float(np.ptp(depth_m[rows])) > 0:
        return 0.0, 0.0
    line = fit_line(depth_m[rows], np.sqrt(np.maximum(load_n[rows], 0.0)))
    if not line.slope > 0:
        return 0.0, 0.0
    at = -line.intercept / line.slope
    span = float(np.max(depth_m[: top + 1])) - at
    before = load_n[: top + 1][depth_m[: top + 1] < at - CLEAR * span]
    return at, float(np.median(before)) if len(before) >= HOLD_ROWS else 0.0
