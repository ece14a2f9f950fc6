"""Half-cycles of an electrochemical cell, found from the current itself, and the charge each passes.

A half-cycle is a stretch in which the current keeps one sign, through rests and through the change from
constant current to constant voltage. Pulses against its direction do not end it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "EXCURSION_SHARE",
    "REST_SHARE",
    "HalfCycles",
    "charge_steps",
    "counter_steps",
    "directions",
    "find_half_cycles",
    "held_from",
    "one_counter_steps",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REST_SHARE = 1e-4  # of the largest current: cyclers are accurate to 1e-4 of full scale or worse at zero
NOISE_SHARE = 1e-4  # of the largest run's charge: what offsets at rest can add up to
EXCURSION_SHARE = 0.03  # a 10 s pulse at 1 C beside a 10 % step of charge (HPPC) is 2.8 %
PULSE_SHARE = 0.2  # a 10 s pulse at 7 C beside such a step; but then it must be short as well
PULSE_DURATION_SHARE = 0.01  # 10 s beside a 10 % step at C/3 is 0.9 %
PAIR_SHARE = 0.005  # a 10 s pulse at 1 C and its return are 0.3 % of a cycle; a real cycle at 15 C gives 0.7 %
JITTER_SHARE = 1e-6  # of a counter's range: single-precision rounding, far below any real reset
HELD_TOLERANCE_V = 2e-3  # control accuracy of common cyclers at 5 V full scale (0.02-0.05 %)
HELD_DECAY = 0.9  # a current that has not fallen by a tenth is constant current on a flat plateau
HELD_ONSET = 0.99  # the hold begins where the current has last had 99 % of its largest value in the tail
END_ROWS = 5  # rows whose median is the voltage a half-cycle ends at


@dataclass(frozen=True)
class HalfCycles:
    """Half-cycles in order of time; arrays of shape ``(h,)``.

    ``sign`` is +1 or -1, ``first`` and ``last`` the first and last row with current, ``charge_c`` the net
    charge in the half-cycle's own direction, in C. ``leading`` counts runs dropped before the first.
    """

    sign: Ints
    first: Ints
    last: Ints
    charge_c: Floats
    leading: int = 0

    def __len__(self) -> int:
        return len(self.sign)


def directions(current_a: Floats) -> NDArray[np.int8]:
    """Shape ``(n,)``: +1 charging, -1 discharging, 0 at rest (below ``REST_SHARE`` of the largest current)."""
    threshold = REST_SHARE * max(float(current_a.max()), -float(current_a.min()))
    return (current_a > threshold).astype(np.int8) - (current_a < -threshold).astype(np.int8)


def charge_steps(
    time_s: Floats,
    current_a: Floats,
    direction: NDArray[np.int8],
    step_index: Floats | None = None,
    step_time_s: Floats | None = None,
) -> Floats:
    """Charge that passes between row i-1 and row i, in C, shape ``(n,)``; the first is 0.

    The trapezoid of I dt, but where a step begins: the row before belongs to another step, so the new
    current has flowed since the step began, which is its step time or, unknown, no longer than the
    sampling that follows. Negative time steps count as zero.
    """
    step = np.diff(time_s, prepend=time_s[:1])
    np.maximum(step, 0.0, out=step)
    charge = np.empty_like(step)
    charge[:1] = 0.0
    charge[1:] = 0.5 * (current_a[1:] + current_a[:-1]) * step[1:]
    begins = np.diff(direction) != 0
    if step_index is not None:
        begins |= np.diff(step_index) != 0
    row = np.flatnonzero(begins) + 1
    if step_time_s is not None:
        sampled = np.where(np.isfinite(step_time_s[row]), np.maximum(step_time_s[row], 0.0), step[row])
    else:
        last = len(step) - 1
        sampled = np.maximum(step[np.minimum(row + 1, last)], step[np.minimum(row + 2, last)])
    charge[row] = current_a[row] * np.minimum(step[row], sampled)
    return charge


def find_half_cycles(time_s: Floats, direction: NDArray[np.int8], charge_step_c: Floats) -> HalfCycles:
    """Half-cycles from the time, the direction of every row and the charge between rows, shapes ``(n,)``.

    Runs of one sign are joined through rests. A run between two others is a pulse and joins them (its
    charge counts against theirs) when its charge is below ``EXCURSION_SHARE`` of both, or below
    ``PULSE_SHARE`` and it is shorter than ``PULSE_DURATION_SHARE`` of both. A pulse and its return where
    the current turns (both below ``PAIR_SHARE`` of what is beside them), and a run before the first
    half-cycle below ``EXCURSION_SHARE`` of it, are left out.
    """
    active = np.flatnonzero(direction)
    if not len(active):
        none = np.empty(0, dtype=np.int64)
        return HalfCycles(none, none, none, np.empty(0))
    turns = np.flatnonzero(np.diff(direction[active])) + 1
    first = active[np.r_[0, turns]]
    last = active[np.r_[turns - 1, len(active) - 1]]
    runs = _Runs(direction[first].astype(np.int64), first, last, np.cumsum(charge_step_c))
    runs.keep(runs.size >= NOISE_SHARE * runs.size.max())
    while (small := _pulses(runs.size, time_s[runs.last] - time_s[runs.first])).any():
        runs.keep(~small)
    leading = 0
    if len(runs.sign) > 1 and runs.size[0] < EXCURSION_SHARE * runs.size[1]:
        leading = 1
    sign, first, last = runs.sign[leading:], runs.first[leading:], runs.last[leading:]
    return HalfCycles(sign, first, last, runs.net[leading:] * sign, leading)


def _pulses(size: Floats, lasts: Floats) -> NDArray[np.bool_]:
    """Which of the alternating runs, of these charges and durations, are pulses; shapes ``(r,)``."""
    small = np.zeros(len(size), dtype=bool)
    if len(size) > 2:
        beside = np.minimum(size[:-2], size[2:])
        short = lasts[1:-1] < PULSE_DURATION_SHARE * np.minimum(lasts[:-2], lasts[2:])
        small[1:-1] = (size[1:-1] < EXCURSION_SHARE * beside) | (short & (size[1:-1] < PULSE_SHARE * beside))
    if len(size) > 3 and not small.any():
        pair = np.maximum(size[1:-2], size[2:-1]) < PAIR_SHARE * np.minimum(size[:-3], size[3:])
        small[1:-2] |= pair
        small[2:-1] |= pair
    return small


class _Runs:
    """Alternating runs while they are being joined."""

    def __init__(self, sign: Ints, first: Ints, last: Ints, passed_c: Floats) -> None:
        self.sign, self.first, self.last, self.passed_c = sign, first, last, passed_c
        self.net = self._net()

    def _net(self) -> Floats:
        before = np.where(self.first > 0, self.passed_c[np.maximum(self.first - 1, 0)], 0.0)
        return np.asarray(self.passed_c[self.last] - before)

    @property
    def size(self) -> Floats:
        return np.abs(self.net)

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Drop the others, and join kept neighbours that now have the same sign."""
        sign, first, last = self.sign[kept], self.first[kept], self.last[kept]
        starts = np.r_[0, np.flatnonzero(np.diff(sign)) + 1]
        ends = np.r_[starts[1:] - 1, len(sign) - 1]
        self.sign, self.first, self.last = sign[starts], first[starts], last[ends]
        self.net = self._net()


def counter_steps(counter_c: Floats) -> Floats:
    """Rises of a counter between rows, in C, shape ``(n,)``, whether it runs on or restarts.

    A fall is a restart from zero, so the value after it is what has been counted since. Missing values
    repeat the last one; falls within ``JITTER_SHARE`` of the range are rounding.
    """
    counter = _filled(counter_c)
    steps = np.diff(counter, prepend=counter[:1])
    fell = steps < 0
    jitter = JITTER_SHARE * float(np.abs(counter).max())
    steps[fell] = np.where(steps[fell] < -jitter, np.maximum(counter[fell], 0.0), 0.0)
    return steps


def one_counter_steps(counter_c: Floats, direction: NDArray[np.int8]) -> tuple[Floats, Floats]:
    """Charging and discharging steps, in C, from a single counter for both directions.

    Such counters restart at every step, with or without a sign, or run on, as net charge or as
    throughput. One that falls by half or more where the current turns restarts; another runs on.
    """
    counter = _filled(counter_c)
    active = np.flatnonzero(direction)
    turns = np.flatnonzero(np.diff(direction[active])) + 1
    before, after = np.abs(counter[active[turns - 1]]).sum(), np.abs(counter[active[turns]]).sum()
    restarts = after < 0.5 * before or not len(turns)
    steps = counter_steps(np.abs(counter)) if restarts else np.abs(np.diff(counter, prepend=counter[:1]))
    rows = np.maximum.accumulate(np.where(direction != 0, np.arange(len(direction)), 0))
    way = direction[rows]
    return np.where(way > 0, steps, 0.0), np.where(way < 0, steps, 0.0)


def held_from(voltage_v: Floats, current_a: Floats) -> int | None:
    """Row of a half-cycle from which the voltage is held to its end, or ``None``; shapes ``(m,)``.

    Held means within ``HELD_TOLERANCE_V`` of the final voltage while the current's size decays.
    """
    end = float(np.median(voltage_v[-END_ROWS:]))
    outside = np.flatnonzero(np.abs(voltage_v - end) > HELD_TOLERANCE_V)
    start = int(outside[-1]) + 1 if len(outside) else 0
    size = np.abs(current_a[start:])
    if len(size) < END_ROWS or float(np.median(size[-3:])) > HELD_DECAY * float(size.max()):
        return None
    return start + int(np.flatnonzero(size >= HELD_ONSET * size.max())[-1])


def _filled(values: Floats) -> Floats:
    """Missing values replaced by the one before (zero at the start)."""
    missing = ~np.isfinite(values)
    if not missing.any():
        return values
    rows = np.maximum.accumulate(np.where(missing, -1, np.arange(len(values))))
    return np.where(rows >= 0, values[np.maximum(rows, 0)], 0.0)
