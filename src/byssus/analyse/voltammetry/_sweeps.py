"""Sweeps of a voltammogram, found from the potential itself, and the cycles that pairs of them make."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.errors import AnalysisError, Problem
from byssus.laws.statistics import fit_line, rounding_noise, running_median, white_noise

__all__ = ["ANODIC", "CATHODIC", "Sweep", "find_sweeps", "noise_of", "sweep_rate", "turning_rows"]

Floats = NDArray[np.float64]
ANODIC, CATHODIC = "anodic", "cathodic"  # towards higher and lower potential

TURN_SHARE = 0.05  # of the window: a smaller way back is a staircase step, noise or an overshoot, not a sweep
TURN_NOISE = 12.0  # in standard deviations: white noise does not come back by that much
LEAD_IN_SHARE = 0.25  # an opening sweep over less of the window only leads from open circuit to a limit
EDGE_SHARE = 0.05  # of the window: limits that differ by less are one limit
LINEAR_PART = (0.1, 0.9)  # of a sweep's span: away from the rounding at its ends
BOW_SHARE = 0.02  # of the span: a potential further from its line was held or swept unevenly
LEAST_ROWS = 5  # fewer rows show no course of a current
LEAP = 20.0  # times the usual step: no instrument averages so many readings into one
SMALLEST_SPAN_NOISE = 20.0  # a potential that moves less is at rest


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep: rows ``first`` to ``last`` (both included), without holds; +1 goes up.

    ``rate_v_per_s`` is signed, NaN without a clock, with standard uncertainty ``rate_uncertainty``.
    ``cycle`` counts from 1; 0 leads from open circuit to a limit. ``late_start`` and ``early_end`` say that it
    begins or ends inside the window. ``held_s`` is the time the potential stood still at its ends.
    """

    first: int
    last: int
    direction: int
    cycle: int
    rate_v_per_s: float
    rate_uncertainty: float
    bow: float
    late_start: bool = False
    early_end: bool = False
    held_s: float = 0.0

    @property
    def half(self) -> str:
        return ANODIC if self.direction > 0 else CATHODIC

    @property
    def rows(self) -> slice:
        return slice(self.first, self.last + 1)


def noise_of(values: Floats) -> float:
    """Standard deviation of a current's noise, shape ``(n,)``, and of its rounding where the range was coarse.

    0 for fewer than five rows.
    """
    return max(white_noise(values), rounding_noise(values)) if len(values) >= LEAST_ROWS else 0.0


def turning_rows(potential_v: Floats) -> list[int]:
    """Rows where the potential turns, with the first and the last row; shape ``(n,)`` in.

    A turn is an extreme from which the potential comes back by more than ``TURN_SHARE`` of its range and
    more than ``TURN_NOISE`` of its noise.
    """
    smooth = running_median(potential_v)
    threshold = max(TURN_SHARE * float(np.ptp(smooth)), TURN_NOISE * white_noise(smooth))
    slope = np.sign(np.diff(smooth))
    # only rows where the slope changes can be extremes; the ends may be one too
    candidates = np.unique(np.r_[0, np.flatnonzero(np.diff(slope) != 0) + 1, len(smooth) - 1])
    heights = smooth[candidates].tolist()
    turns: list[int] = []
    low, high, way = 0, 0, 0  # what comes before the first extreme is rest, not a sweep
    for k, height in enumerate(heights):
        low = k if height < heights[low] else low
        high = k if height > heights[high] else high
        if way >= 0 and heights[high] - height > threshold:
            turns = [*turns, int(candidates[high])] if way else [int(candidates[high])]
            way, low, high = -1, k, k
        elif way <= 0 and height - heights[low] > threshold:
            turns = [*turns, int(candidates[low])] if way else [int(candidates[low])]
            way, low, high = 1, k, k
    if way == 0:
        return [0, len(smooth) - 1]
    last = int(candidates[high if way > 0 else low])
    turns = [*turns, last]
    return _true_extremes(potential_v, list(dict.fromkeys(turns)))


def _true_extremes(potential_v: Floats, turns: list[int]) -> list[int]:
    """The running median blunts a turn by a row or two: the extreme of the rows about it.

    Where several rows read one potential throughout, it is the middle of those at the turn: half of them came before.
    """
    level = len(potential_v) / (np.count_nonzero(np.diff(potential_v)) + 1)
    out = []
    for place, turn in enumerate(turns):
        other = turns[place - 1] if place else turns[min(1, len(turns) - 1)]
        up = potential_v[turn] >= potential_v[other]
        near = slice(max(turn - 2, 0), turn + 3)
        piece = potential_v[near]
        row = max(turn - 2, 0) + int(np.argmax(piece) if up else np.argmin(piece))
        inner = 0 < place < len(turns) - 1
        out.append(_middle_of_level(potential_v, row, 2 * level + 1) if inner else row)
    return sorted(dict.fromkeys(out))


def _middle_of_level(potential_v: Floats, row: int, most: float) -> int:
    """The middle of the rows about ``row`` that read its potential; ``row`` where they are ``most``, a hold."""
    first = last = row
    while first > 0 and potential_v[first - 1] == potential_v[row] and last - first < most:
        first -= 1
    while last < len(potential_v) - 1 and potential_v[last + 1] == potential_v[row] and last - first < most:
        last += 1
    return (first + last) // 2 if last - first < most else row


def sweep_rate(potential_v: Floats, clock: Floats) -> tuple[float, float, float, float]:
    """Slope of potential on clock in the linear part of one sweep, shapes ``(n,)``.

    Returns slope, its standard uncertainty, intercept, and the largest distance from the line over the span;
    NaN where there is no line.
    """
    low, high = np.min(potential_v), np.max(potential_v)
    share = (potential_v - low) / (high - low) if high > low else np.zeros_like(potential_v)
    inside = (share >= LINEAR_PART[0]) & (share <= LINEAR_PART[1])
    if np.count_nonzero(inside) < 3 or not np.ptp(clock[inside]) > 0:
        return (float("nan"),) * 4
    origin = float(clock[inside][0])
    line = fit_line(clock[inside] - origin, potential_v[inside])
    off = potential_v[inside] - line.intercept - line.slope * (clock[inside] - origin)
    bow = float(np.max(np.abs(off)) / (high - low))
    return line.slope, line.slope_uncertainty, line.intercept - line.slope * origin, bow


def find_sweeps(potential_v: Floats, time_s: Floats | None, where: str) -> tuple[Sweep, ...]:
    """All sweeps in order, shapes ``(n,)`` in. Raises :class:`AnalysisError` where the potential is not swept."""
    clock = np.arange(len(potential_v), dtype=np.float64) if time_s is None else time_s
    found = []
    for start, stop in itertools.pairwise([0, *_breaks(potential_v, time_s), len(potential_v)]):
        piece = potential_v[start:stop]
        if len(piece) < LEAST_ROWS or not _moves(piece):
            continue
        for a, b in itertools.pairwise(start + row for row in turning_rows(piece)):
            if b - a + 1 >= LEAST_ROWS:
                found.append(_sweep(potential_v, clock, a, b, timed=time_s is not None))
    if not found:
        span, noise = float(np.ptp(potential_v)), white_noise(potential_v)
        got = f"a potential that moves by {span:.3g} V with a noise of {noise:.3g} V"
        expected = f"sweeps of {LEAST_ROWS} rows or more between two limits"
        mend = "Check what 'voltage_v' is mapped to."
        raise AnalysisError(Problem("the potential is not swept", where, got, expected, mend))
    return _in_cycles(potential_v, found)


def _moves(potential_v: Floats) -> bool:
    span = float(np.ptp(running_median(potential_v)))
    return span > SMALLEST_SPAN_NOISE * white_noise(potential_v) and span > 0


def _breaks(potential_v: Floats, time_s: Floats | None) -> list[int]:
    """Rows where the record leaps in time and potential: pieces of a longer one, with nothing in between."""
    if time_s is None:
        return []
    later, further = np.abs(np.diff(time_s)), np.abs(np.diff(potential_v))
    usual_t, usual_v = (float(np.median(v[v > 0])) if np.any(v > 0) else 0.0 for v in (later, further))
    return [int(k) + 1 for k in np.flatnonzero((later > LEAP * usual_t) & (further > LEAP * usual_v))]


def _sweep(potential_v: Floats, clock: Floats, first: int, last: int, *, timed: bool) -> Sweep:
    """One sweep between two turns, without the rows at either end where the potential stood still."""
    rows = slice(first, last + 1)
    e, t = potential_v[rows], clock[rows]
    direction = 1 if e[-1] > e[0] else -1
    slope, uncertainty, intercept, bow = sweep_rate(e, t)
    held = 0.0
    if np.isfinite(slope) and slope * direction > 0:
        steps = np.abs(np.diff(e))
        stair = float(np.max(steps)) if len(steps) else 0.0
        slack = max(2.0 * stair, BOW_SHARE * abs(e[-1] - e[0])) / abs(slope)  # in units of the clock
        begins, ends = (e[0] - intercept) / slope, (e[-1] - intercept) / slope
        moving = np.flatnonzero((t >= begins - slack) & (t <= ends + slack))
        if 0 < len(moving) < len(t):
            held = float(t[moving[0]] - t[0] + t[-1] - t[moving[-1]])
            first, last = first + int(moving[0]), first + int(moving[-1])
    none = float("nan")
    return Sweep(first, last, direction, 0, slope if timed else none, uncertainty if timed else none, bow,
                 held_s=held if timed else 0.0)  # fmt: skip


def _in_cycles(potential_v: Floats, found: list[Sweep]) -> tuple[Sweep, ...]:
    """The sweeps with their cycle numbers, and whether each reaches the limits of the others."""
    spans = [abs(float(potential_v[s.last] - potential_v[s.first])) for s in found]
    window = max(spans)
    lead_in = len(found) > 1 and spans[0] < LEAD_IN_SHARE * window
    starts = {d: _typical(potential_v, [s.first for s in found[1:] if s.direction == d]) for d in (1, -1)}
    ends = {d: _typical(potential_v, [s.last for s in found[:-1] if s.direction == d]) for d in (1, -1)}
    out: list[Sweep] = []
    cycle = 0
    opening = found[min(int(lead_in), len(found) - 1)].direction  # the way each cycle begins
    for k, s in enumerate(found):
        inside = EDGE_SHARE * window
        # the other direction's ends are where this one should start
        start, end = starts[s.direction], ends[s.direction]
        start = ends[-s.direction] if start is None else start
        end = starts[-s.direction] if end is None else end
        late = k == 0 and start is not None and s.direction * (potential_v[s.first] - start) > inside
        early = k == len(found) - 1 and end is not None and s.direction * (end - potential_v[s.last]) > inside
        again = bool(out) and out[-1].direction == s.direction  # after a break in the record
        cycle += (s.direction == opening or again) and not (lead_in and k == 0)
        out.append(replace(s, cycle=int(cycle), late_start=bool(late), early_end=bool(early)))
    return tuple(out)


def _typical(potential_v: Floats, rows: list[int]) -> float | None:
    return float(np.median(potential_v[rows])) if rows else None
