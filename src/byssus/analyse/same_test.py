"""Whether two files hold one and the same test: an export beside its original, a copy taken while the test ran.

For a study they are one cell, not two. Two cells of one recipe under one schedule are told apart by what no two cells
share: the instants at which their voltage limits end a step, and the last digits of the voltage itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from byssus.trace import Trace

__all__ = ["same_test"]

Floats = NDArray[np.float64]

AGREEING_SHARE = 0.98  # of the shorter file's rows; rows at the instant of a step's change may be paired wrongly
MIN_ROWS = 20
MIN_VOLTAGES = 10  # distinct ones: a rest at one rounded voltage looks alike in every cell
COARSEST_SHARE = 5e-3  # of the voltage range, as rounding: cells of one recipe may look alike beyond it
SAMPLE_ROWS = 2000  # from which the rounding of a column is told
DECIMALS = 9
SINGLE_PRECISION = 2.4e-7  # twice the spacing of single floats: one file may hold what the other has rounded to
# Factors by which the columns of two files may differ because one is in another unit than it says.
TIME_FACTORS = (1.0, 60.0, 3600.0, 1e3, 1 / 60.0, 1 / 3600.0, 1e-3)
VOLTAGE_FACTORS = (1.0, 1e3, 1e-3)
FACTOR_TOLERANCE = 1e-3


@dataclass(frozen=True)
class _Column:
    """Values of shape ``(n,)`` and the power of ten they are rounded to, zero for none."""

    values: Floats
    rounding: float

    def times(self, factor: float) -> _Column:
        return _Column(self.values * factor, self.rounding * factor)

    def since(self, origin: float) -> _Column:
        # the origin is rounded as well
        return _Column(self.values - origin, self.rounding * (2.0 if origin else 1.0))

    def room(self, other: _Column) -> Floats:
        """How far another's values may be from these: half of both roundings, and what single precision loses."""
        return np.asarray(0.5005 * (self.rounding + other.rounding) + SINGLE_PRECISION * np.abs(self.values))


def same_test(first: Trace, second: Trace) -> bool:
    """Whether the rows of the shorter trace are rows of the other.

    Columns: ``time_s`` and ``voltage_v``; traces without them, or too short or too coarse to tell, are not the same.
    Times and voltages must agree to the coarser file's rounding, up to a constant factor of another unit and a
    shifted origin of time. Current and capacity do not count: they are what a converter gets wrong.
    """
    held = [rows for rows in (_whole(first), _whole(second)) if rows is not None]
    if len(held) < 2:
        return False
    (time, volts), (other_time, other_volts) = sorted(held, key=lambda rows: len(rows[0].values))
    reach = float(np.ptp(volts.values)) if len(volts.values) >= MIN_ROWS else 0.0
    if reach == 0.0 or volts.rounding > COARSEST_SHARE * reach or len(np.unique(volts.values)) < MIN_VOLTAGES:
        return False
    if len(time.values) == len(other_time.values):
        return _row_by_row(time, volts, other_time, other_volts)
    order = np.argsort(other_time.values, kind="stable")
    other_time = _Column(other_time.values[order], other_time.rounding)
    other_volts = _Column(other_volts.values[order], other_volts.rounding)
    for factor, origins in product(TIME_FACTORS, ((0.0, 0.0), (time.values[0], other_time.values[0]))):
        moved = time.since(origins[0]).times(factor)
        if _contained(moved, volts, other_time.since(origins[1]), other_volts):
            return True
    return False


def _whole(trace: Trace) -> tuple[_Column, _Column] | None:
    if "time_s" not in trace or "voltage_v" not in trace:
        return None
    pair = trace["time_s"], trace["voltage_v"]
    if any(values.dtype.kind not in "fiu" for values in pair):
        return None
    good = np.isfinite(pair[0]) & np.isfinite(pair[1])
    time, volts = (np.asarray(values[good], dtype=np.float64) for values in pair)
    return _Column(time, _rounding(time)), _Column(volts, _rounding(volts))


def _row_by_row(time: _Column, volts: _Column, other_time: _Column, other_volts: _Column) -> bool:
    """Whether two files of one length have the same rows in the same order."""
    time, other_time = time.since(time.values[0]), other_time.since(other_time.values[0])
    factor = _factor(time, other_time, TIME_FACTORS)
    if factor is None:
        return False
    time = time.times(factor)
    near = np.abs(time.values - other_time.values) <= time.room(other_time)
    return _alike(near, volts, other_volts)


def _contained(time: _Column, volts: _Column, other_time: _Column, other_volts: _Column) -> bool:
    """Whether the rows of the first, shape ``(n,)``, are among those of the other, ``(m,)``, in order of time."""
    room = time.room(other_time)
    at = np.searchsorted(other_time.values, time.values - room)
    last = len(other_time.values) - 1
    near = np.abs(other_time.values[np.minimum(at, last)] - time.values) <= room
    best = other_volts.values[np.minimum(at, last)]
    for shift in (1, 2):  # of the rows of one instant, the one that is meant
        later = np.minimum(at + shift, last)
        there, found = other_time.values[later], other_volts.values[later]
        closer = (np.abs(there - time.values) <= room) & (np.abs(found - volts.values) < np.abs(best - volts.values))
        best = np.where(closer, found, best)
    return _alike(near, volts, _Column(best, other_volts.rounding))


def _alike(near: NDArray[np.bool_], volts: _Column, other: _Column) -> bool:
    """Whether nearly all rows are near in time and agree in voltage."""
    if near.mean() < AGREEING_SHARE:
        return False
    factor = _factor(volts, other, VOLTAGE_FACTORS)
    if factor is None or other.rounding > COARSEST_SHARE * float(np.ptp(other.values)):
        return False
    volts = volts.times(factor)
    return bool((near & (np.abs(volts.values - other.values) <= volts.room(other))).mean() >= AGREEING_SHARE)


def _factor(column: _Column, other: _Column, allowed: tuple[float, ...]) -> float | None:
    """Which factor takes one column to the other, by the medians of their sizes; ``None`` for none of those allowed."""
    size, target = (float(np.median(np.abs(one.values))) for one in (column, other))
    if size == 0 or target == 0:
        return 1.0 if size == target else None
    # half of either rounding may be off, which is much of a small median: of a silicon cell at 0.1 V, in millivolts
    for f in allowed:
        room = FACTOR_TOLERANCE * target + 0.5 * (column.rounding * f + other.rounding)
        if abs(size * f - target) < room:
            return f
    return None


def _rounding(values: Floats) -> float:
    """The power of ten to which a column is rounded; zero where it is finer than ``DECIMALS``."""
    sample = values[:: max(len(values) // SAMPLE_ROWS, 1)]
    for decimals in range(DECIMALS):
        step = 10.0**-decimals
        if np.all(np.abs(sample - np.round(sample, decimals)) <= 1e-9 * step + 4e-16 * np.abs(sample)):
            return float(step)
    return 0.0
