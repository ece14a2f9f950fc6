"""From a cycler's trace to half-cycles with their charge, checked against the tester's own counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.cycling._rows import refuse_swapped, whole_rows
from byssus.analyse.cycling._words import spoken
from byssus.errors import AnalysisError, Problem
from byssus.laws.halfcycles import (
    REST_SHARE,
    HalfCycles,
    charge_steps,
    counter_steps,
    directions,
    find_half_cycles,
    held_from,
    one_counter_steps,
)
from byssus.trace import Trace

__all__ = ["COUNTER_TOLERANCE", "Cycles", "Half", "cycles_of", "find_cycles"]

Floats = NDArray[np.float64]

COUNTER_TOLERANCE = 0.05  # sparse logging costs I dt a per cent or two; a unit slip is far beyond this
CUT_SHORT_SHARE = 0.05  # of the voltage range, between the last half-cycle's end and the earlier ones'
GAP_SHARE = 0.05  # of a half-cycle's charge in one step between rows, whose current nobody saw meanwhile
GAP_STEPS = 20.0  # times the usual step; a logger that waits for the voltage to move makes steps ten times as long
PARTIAL_SHARE = 0.5  # of the charge before: a half-cycle cut short below this tells nothing of retention


@dataclass(frozen=True)
class Half:
    """One half-cycle along its rows, shapes ``(m,)``: charge passed (C) and voltage (V).

    ``flowing`` is where the current runs in the half-cycle's own direction (``sign``); from row ``held`` on the
    voltage is held (``m`` where it never is). The charge ends at the reported one.
    """

    sign: int
    charge_c: Floats
    voltage_v: Floats
    flowing: NDArray[np.bool_]
    held: int


@dataclass(frozen=True)
class Cycles:
    """Half-cycles of one trace with what they passed; arrays of shape ``(h,)`` in order of time.

    ``charge_c`` is the value to report: the counter's where there is one, else ``integral_c`` (I dt).
    ``counter_c`` is NaN where there is no counter. ``held_share`` is the share of the charge passed at
    held voltage, from ``held_row`` of the half-cycle on, ``current_a`` the median size of the current before
    that, ``mean_voltage_v`` the voltage averaged over the charge. ``cut_short``: the last half-cycle ends at
    another voltage than the earlier ones, so its cycle is in no mean, fade rate or end of life; ``partial``:
    and has passed so little that it is in no retention either. ``numbered_from`` is the tester's number of the
    first cycle: above 1, the file goes on from another. ``gap_s`` is the time between two rows that counts for
    much of a half-cycle's ``integral_c``, 0 where none does. ``opening`` is 1 where the first half-cycle stands
    alone, as cycle 1, before the first whole cycle. ``step_c``, ``voltage_v`` and ``direction`` are the rows
    themselves, shape ``(n,)``.
    """

    halves: HalfCycles
    charge_c: Floats
    integral_c: Floats
    counter_c: Floats
    held_share: Floats
    held_row: NDArray[np.int64]
    current_a: Floats
    mean_voltage_v: Floats
    gap_s: Floats
    cut_short: bool
    partial: bool
    opening: int
    numbered_from: int
    step_c: Floats
    voltage_v: Floats
    direction: NDArray[np.int8]
    warnings: tuple[str, ...] = ()

    def along(self, k: int) -> Half:
        """The k-th half-cycle along its rows."""
        sign = int(self.halves.sign[k])
        rows = slice(int(self.halves.first[k]), int(self.halves.last[k]) + 1)
        passed = np.cumsum(sign * self.step_c[rows])
        scale = self.charge_c[k] / passed[-1] if passed[-1] > 0 else 1.0
        return Half(sign, passed * scale, self.voltage_v[rows], self.direction[rows] == sign, int(self.held_row[k]))

    @property
    def whole(self) -> int:
        """How many whole cycles there are: pairs of half-cycles."""
        return (len(self.halves) - self.opening) // 2

    @property
    def odd(self) -> int:
        """1 where the file ends after the first half of a cycle."""
        return (len(self.halves) - self.opening) % 2

    @cached_property
    def number(self) -> NDArray[np.int64]:
        """The number of the cycle each half-cycle belongs to, from 1, shape ``(h,)``."""
        return (np.arange(len(self.halves)) + self.opening) // 2 + 1

    @property
    def sound(self) -> int:
        """How many of them may be compared one by one: all but a last one that was broken off early."""
        return self.whole - (self.partial and not self.odd)

    @property
    def finished(self) -> int:
        """How many of them ran to their end: what a mean, a fade rate or an end of life may rest on."""
        return self.whole - (self.cut_short and not self.odd)

    @cached_property
    def ratio(self) -> Floats:
        """I dt over the counter, shape ``(h,)``; NaN without a counter."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(self.counter_c > 0, self.integral_c / self.counter_c, np.nan))


def find_cycles(trace: Trace, begins: int = 0) -> Cycles:
    """Half-cycles of ``trace`` from its current.

    ``begins`` is the sign of current a cycle begins with; 0 where that is not known: then the first sign
    in the file, unless the tester numbers the first half-cycle apart and the next two together.

    Raises :class:`AnalysisError`: a column is missing or holds text, no row is whole, no current flows,
    the clock runs backwards too often, or voltage and current are swapped.
    """
    columns, warnings = whole_rows(trace)
    return cycles_of(columns, trace.source.path, begins, warnings)


def cycles_of(columns: dict[str, Floats], path: str, begins: int, warnings: Sequence[str] = ()) -> Cycles:
    """As :func:`find_cycles`, from the whole rows of a file (or of several, joined) and its path."""
    time_s, current_a, voltage_v = columns["time_s"], columns["current_a"], columns["voltage_v"]
    direction = directions(current_a)
    if not direction.any():
        raise AnalysisError(
            Problem(
                "no current flows in this file",
                path,
                "current is zero in every row",
                "a current that charges and discharges",
                'Map the right column in study.toml: columns = { current_a = "heading [unit]" }.',
            )
        )
    refuse_swapped(path, direction, voltage_v)
    step_c = charge_steps(time_s, current_a, direction, columns.get("step_index"), columns.get("step_time_s"))
    halves = find_half_cycles(time_s, direction, step_c)
    counter_c, said = _counted(columns, direction, halves)
    counted = counter_c > 0
    charge_c = np.where(counted, counter_c, halves.charge_c)
    typical = _by_half(halves, step_c, voltage_v, current_a)
    cut = _cut_short(halves, voltage_v)
    found = Cycles(
        halves=halves,
        charge_c=charge_c,
        integral_c=halves.charge_c,
        counter_c=np.where(counted, counter_c, np.nan),
        held_share=typical.held_share,
        held_row=typical.held_row,
        current_a=typical.current_a,
        mean_voltage_v=typical.mean_voltage_v,
        gap_s=_gaps(halves, time_s, step_c),
        cut_short=cut,
        partial=cut and charge_c[-1] < PARTIAL_SHARE * charge_c[-3],
        opening=_opening(halves, begins, columns.get("cycle_index")),
        numbered_from=_numbered_from(columns.get("cycle_index"), direction),
        step_c=step_c,
        voltage_v=voltage_v,
        direction=direction,
    )
    return replace(found, warnings=(*warnings, *said, *spoken(found, columns.get("cycle_index"))))


def _counted(columns: dict[str, Floats], direction: NDArray[np.int8], halves: HalfCycles) -> tuple[Floats, list[str]]:
    """Net charge of each half-cycle by the tester's counter, shape ``(h,)``; zeros where there is none."""
    none = np.zeros(len(halves))
    if "charge_capacity_c" in columns and "discharge_capacity_c" in columns:
        up, down = (counter_steps(columns[f"{word}_capacity_c"]) for word in ("charge", "discharge"))
        if up[direction < 0].sum() > up[direction > 0].sum() and down[direction > 0].sum() > down[direction < 0].sum():
            mend = "the sign of the current or the headings are the wrong way round; charges are from I dt"
            return none, [f"the tester's charge counter rises while the current discharges: {mend}"]
    elif "capacity_c" in columns:
        up, down = one_counter_steps(columns["capacity_c"], direction)
    else:
        return none, []
    risen = {1: np.cumsum(up), -1: np.cumsum(down)}
    ends = len(direction) - 1
    counted = none.copy()
    for k, (sign, first, last) in enumerate(zip(halves.sign, halves.first, halves.last, strict=True)):
        # a counter may be read a row late or early: the rests on both sides count for its own direction
        before = halves.last[k - 1] if k else max(first - 1, 0)
        after = halves.first[k + 1] if k + 1 < len(halves) else ends
        own, other = risen[int(sign)], risen[-int(sign)]
        counted[k] = own[after] - own[before] - (other[last] - other[first])
    return counted, []


def _opening(halves: HalfCycles, begins: int, cycle_index: Floats | None) -> int:
    """1 where the first half-cycle belongs to no pair."""
    if begins:
        return int(halves.sign[0] != begins)
    if cycle_index is None or len(halves) < 3:
        return 0
    first, second, third = cycle_index[halves.first[:3]]
    return int(first != second and second == third)


def _numbered_from(cycle_index: Floats | None, direction: NDArray[np.int8]) -> int:
    """The tester's own number of the first cycle with current; 1 where it gives none, or counts from 0."""
    told = np.empty(0) if cycle_index is None else cycle_index[direction != 0]
    told = told[np.isfinite(told)]
    return max(int(told[0]), 1) if len(told) else 1


@dataclass(frozen=True)
class _Typical:
    """What each half-cycle is like; shapes ``(h,)``, meanings as in :class:`Cycles`."""

    held_share: Floats
    held_row: NDArray[np.int64]
    current_a: Floats
    mean_voltage_v: Floats


def _by_half(halves: HalfCycles, step_c: Floats, voltage_v: Floats, current_a: Floats) -> _Typical:
    held, current, mean = np.zeros(len(halves)), np.zeros(len(halves)), np.full(len(halves), np.nan)
    held_row = halves.last - halves.first + 1
    for k, (sign, first, last) in enumerate(zip(halves.sign, halves.first, halves.last, strict=True)):
        piece = slice(int(first), int(last) + 1)
        volts, amperes, passed = voltage_v[piece], current_a[piece], step_c[piece]
        total = float(halves.charge_c[k])
        row = held_from(volts, amperes)
        if row is not None and total > 0:
            held[k], held_row[k] = sign * passed[row + 1 :].sum() / total, row + 1
        current[k] = _steady(np.abs(amperes if row is None else amperes[: row + 1]))
        if total > 0:
            # each row's charge flowed between the row before and it
            mean[k] = sign * (passed[0] * volts[0] + 0.5 * (passed[1:] @ volts[1:] + passed[1:] @ volts[:-1])) / total
    return _Typical(held, held_row, current, mean)


def _steady(size_a: Floats) -> float:
    """The median size of a current, without its rests where these are most of the rows."""
    middle = float(np.median(size_a))
    flowing = REST_SHARE * float(size_a.max())
    return middle if middle > flowing else float(np.median(size_a[size_a > flowing]))


def _gaps(halves: HalfCycles, time_s: Floats, step_c: Floats) -> Floats:
    """The longest time between two rows that holds ``GAP_SHARE`` of a half-cycle's charge, s, shape ``(h,)``; or 0."""
    found = np.zeros(len(halves))
    for k, (first, last) in enumerate(zip(halves.first, halves.last, strict=True)):
        later = np.diff(time_s[first : last + 1])
        if not (later > 0).any() or not halves.charge_c[k] > 0:
            continue
        share = np.abs(step_c[first + 1 : last + 1]) / halves.charge_c[k]
        wide = later[(share > GAP_SHARE) & (later > GAP_STEPS * np.median(later[later > 0]))]
        found[k] = wide.max(initial=0.0)
    return found


def _cut_short(halves: HalfCycles, voltage_v: Floats) -> bool:
    """Whether the last half-cycle ends far from where the earlier ones of its direction did."""
    earlier = halves.last[halves.sign == halves.sign[-1]][:-1]
    if not len(earlier):
        return False
    reach = float(voltage_v.max() - voltage_v.min())
    away = abs(float(voltage_v[halves.last[-1]]) - float(np.median(voltage_v[earlier])))
    return away > CUT_SHORT_SHARE * reach
