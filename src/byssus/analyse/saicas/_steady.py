"""The steady part of a blade's record: found by least standard error of the mean, or as stated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.saicas._record import Record
from byssus.laws.peeling import path_deviation, path_mean
from byssus.laws.statistics import effective_points, fit_line, student_t

__all__ = ["FOUND_BY", "Steady", "steady_window", "window_mean"]

Floats = NDArray[np.float64]
BLOCKS = 100  # of equal length along the course; their means carry no single reading's noise
FEWEST_BLOCKS = 10  # of two readings at least
LEAST_SHARE = 0.2  # of the course under load: a shorter stretch is no steady state of that record
FORCE_SHARE = 0.1  # of the highest force: below it the blade does not cut
DEPTH_SHARE = 0.05  # of its mean: a depth that changes by more is still going down
DRIFT_LIMIT = 0.05  # as in peeling: a force that climbs or sinks by more of its mean is not steady
LEAST_POINTS = 12  # in two halves; fewer cannot show how fast the force forgets itself
EXACT = 1e-6  # of the highest force: blocks that agree to this are equal, and the longest run of them is taken
GROWN = 3.0  # standard deviations of the block means: a block within them belongs to the same steady state
FOUND_BY = (
    f"found among {BLOCKS} equal blocks of the course: the run whose mean force has the least standard error (White "
    f"1997, doi:10.1177/003754979706900601, both ends free; at least {LEAST_SHARE:.0%} of the course under load), "
    f"grown by neighbours within {GROWN:g} standard deviations, less one block at either end; depth "
    f"within {DEPTH_SHARE:.0%}, force above {FORCE_SHARE:.0%} of the highest, no drift that is surely above "
    f"{DRIFT_LIMIT:.0%} of the mean over all or half"
)


@dataclass(frozen=True, slots=True)
class Steady:
    """The steady part: bounds in the course's unit, means and deviations in N and m, effective numbers and the
    degrees of freedom of the means' errors, drift over the whole.

    ``drift_significant`` says whether the drift's 95 % interval leaves out zero, ``drifts`` whether that of the whole
    or of a half lies beyond 5 % of the mean. The vertical force is NaN where it was not recorded.
    """

    start: float
    end: float
    mean_n: float
    deviation_n: float
    independent: float
    degrees: float
    drift_n: float
    drift_significant: bool
    drifts: bool
    vertical_n: float
    vertical_deviation_n: float
    vertical_independent: float
    vertical_degrees: float
    depth_m: float
    depth_deviation_m: float
    depth_change_m: float

    @property
    def uncertainty_n(self) -> float:
        """Of the mean: the deviation about a mean of the same n_eff points has n_eff - 1 degrees of freedom."""
        return self.deviation_n / math.sqrt(max(self.independent - 1, 1.0))


def steady_window(r: Record) -> tuple[Steady | None, str]:
    """The steady part of a record, or ``None`` and the reason why there is none.

    Of all runs of blocks that keep depth and force, the one with the least standard error of its mean,
    sum (x - mean)^2/m^2 over its m blocks (White 1997, doi:10.1177/003754979706900601, extended to both ends), is the
    core. Slow wandering makes cores short, so neighbours join while they lie within three standard deviations of the
    blocks' mean, both taken anew each time. What drifts is swallowed whole, and then refused for its drift.
    """
    count = min(BLOCKS, len(r.course) // 2)
    if count < FEWEST_BLOCKS:
        return None, f"{len(r.course)} rows are too few to find a steady part in"
    edges, force, depth = _blocks(r, count)
    loaded = force > FORCE_SHARE * r.high_n
    least = max(math.ceil(LEAST_SHARE * int(np.sum(loaded))), FEWEST_BLOCKS // 2)
    best, resting = _least_error(force, depth, loaded, least, EXACT * r.high_n)
    if best is None:
        what = "the force never holds for so long" if resting else "the depth rests nowhere for so long"
        return None, f"no steady part: {what} as {LEAST_SHARE:.0%} of the course under load"
    first, last = _grown(force, depth, loaded, best, EXACT * r.high_n)
    if last - first + 1 > least + 2:  # the outermost blocks may hold the change itself
        first, last = first + 1, last - 1
    found = window_mean(r, float(edges[first]), float(edges[last + 1]))
    if found is None or not found.mean_n > 0:
        return None, "no steady part: too few rows, or a force that is not above zero"
    if found.drifts:
        return None, (
            f"no steady part: the steadiest, {found.start:.4g} to {found.end:.4g} {r.unit}, drifts (by "
            f"{found.drift_n / found.mean_n:+.0%} of its mean over the whole of it)"
        )
    return found, ""


def _blocks(r: Record, count: int) -> tuple[Floats, Floats, Floats]:
    """Edges of equal blocks of the course, and the means of force and depth in each."""
    each = max(len(r.course) // count, 2)
    even = np.linspace(r.course[0], r.course[-1], count * each)
    edges = np.linspace(r.course[0], r.course[-1], count + 1)
    force, depth = (np.interp(even, r.course, v).reshape(count, each).mean(axis=1) for v in (r.horizontal_n, r.depth_m))
    return edges, force, depth


def _least_error(
    force: Floats, depth: Floats, loaded: NDArray[np.bool_], least: int, exact: float
) -> tuple[tuple[int, int] | None, bool]:
    """First and last block of the best run, and whether any run kept its depth."""
    count = len(force)
    total, squares = (
        np.concatenate(([0.0], np.cumsum(v))) for v in (force - force.mean(), (force - force.mean()) ** 2)
    )
    deep = np.concatenate(([0.0], np.cumsum(depth)))
    best, error, resting = None, math.inf, False
    for first in range(count - least + 1):
        ends = np.arange(first + least, count + 1)  # one past the last block
        m = ends - first
        low, high = (f.accumulate(depth[first:])[least - 1 :] for f in (np.minimum, np.maximum))
        still = high - low <= DEPTH_SHARE * np.abs(deep[ends] - deep[first]) / m
        held = np.logical_and.accumulate(loaded[first:])[least - 1 :]
        resting |= bool(np.any(still & held))
        spread = np.maximum(squares[ends] - squares[first] - (total[ends] - total[first]) ** 2 / m, 0.0)
        each = np.where(still & held, (spread / m + exact**2) / m, math.inf)
        k = int(np.argmin(each))
        if each[k] < error:
            best, error = (first, int(ends[k]) - 1), float(each[k])
    return best, resting


def _grown(
    force: Floats, depth: Floats, loaded: NDArray[np.bool_], core: tuple[int, int], exact: float
) -> tuple[int, int]:
    """The core with all neighbours that belong to the same steady state; a single stray block between them is one."""
    first, last = core
    while True:
        inside = slice(first, last + 1)
        mean, deviation = float(force[inside].mean()), float(force[inside].std(ddof=1)) + exact
        before = (first, last)
        for k in (first - 1, last + 1, first - 2, last + 2):
            low, high = min(first, k), max(last, k)
            if not 0 <= k < len(force) or abs(force[k] - mean) > GROWN * deviation or not loaded[low : high + 1].all():
                continue
            span = depth[low : high + 1]
            if float(np.ptp(span)) <= DEPTH_SHARE * abs(float(span.mean())):
                first, last = low, high
        if (first, last) == before:
            return first, last


def _drift(even: Floats, values: Floats) -> tuple[float, float]:
    """Drift over a stretch by a line, and the half-width of its 95 % interval, both in N."""
    line = fit_line(even, values)
    free, degrees = effective_points(values - line.intercept - line.slope * even)
    # the line's own uncertainty takes every point for independent; they are worth `free` of them
    uncertainty = line.slope_uncertainty * math.sqrt(len(even) / free)
    length = float(even[-1] - even[0])
    return line.slope * length, student_t(max(degrees - 1, 1.0)) * uncertainty * length


def window_mean(r: Record, start: float, end: float) -> Steady | None:
    """Means between two places of the course, by path; ``None`` where fewer than twelve rows lie between."""
    inside = (r.course > start) & (r.course < end)
    if int(np.sum(inside)) < LEAST_POINTS:
        return None
    s = np.concatenate(([start], r.course[inside], [end]))
    even = np.linspace(start, end, len(s))
    force, depth = (_cut(r, v, start, end, inside) for v in (r.horizontal_n, r.depth_m))
    values = np.interp(even, s, force)
    mean, half = path_mean(s, force), len(s) // 2
    parts = [_drift(even[p], values[p]) for p in (slice(None), slice(half), slice(half, None))]
    drift, width = parts[0]
    drifts = any(abs(one) - sure > DRIFT_LIMIT * abs(mean) for one, sure in parts)
    vertical = (math.nan, math.nan, math.nan, math.nan)
    if r.vertical_n is not None:
        across = _cut(r, r.vertical_n, start, end, inside)
        vertical = path_mean(s, across), path_deviation(s, across), *effective_points(np.interp(even, s, across))
    return Steady(
        start, end, mean, path_deviation(s, force), *effective_points(values), drift, abs(drift) > width, drifts,
        *vertical, path_mean(s, depth), path_deviation(s, depth), fit_line(s, depth).slope * (end - start),
    )  # fmt: skip


def _cut(r: Record, values: Floats, start: float, end: float, inside: NDArray[np.bool_]) -> Floats:
    ends = np.interp([start, end], r.course, values)
    return np.concatenate((ends[:1], values[inside], ends[1:]))
