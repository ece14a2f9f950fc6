"""From a cycler's trace to half-cycles with their charge, checked against the tester's own counter."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.errors import AnalysisError, Problem
from byssus.laws.halfcycles import (
    HalfCycles,
    charge_steps,
    counter_steps,
    directions,
    find_half_cycles,
    held_from,
    one_counter_steps,
)
from byssus.trace import Trace

__all__ = ["CONTINUED", "COUNTER_TOLERANCE", "Cycles", "find_cycles"]

Floats = NDArray[np.float64]

COUNTER_TOLERANCE = 0.05  # sparse logging costs I dt a per cent or two; a unit slip is far beyond this
MAX_CLOCK_JUMPS = 5  # a clock set back by hand or by summer time; more often it is another clock
SWAPPED_SHARE = 0.1  # of the rows on either side of zero, before a "voltage" is taken for a current
CUT_SHORT_SHARE = 0.05  # of the voltage range, between the last half-cycle's end and the earlier ones'
PARTIAL_SHARE = 0.5  # of the charge before: a half-cycle cut short below this tells nothing of retention
CONTINUED = "the tester's first cycle in this file is {}: it goes on from another file"
TEXT_ROWS = 5  # how many row numbers a warning spells out


@dataclass(frozen=True)
class Cycles:
    """Half-cycles of one trace with what they passed; arrays of shape ``(h,)`` in order of time.

    ``charge_c`` is the value to report: the counter's where there is one, else ``integral_c`` (I dt).
    ``counter_c`` is NaN where there is no counter. ``held_share`` is the share of the charge passed at
    held voltage, ``current_a`` the median size of the current, ``profiles`` the charge (C) and voltage
    (V) along each half of the first whole cycle. ``cut_short``: the last half-cycle ends at another voltage
    than the earlier ones; ``partial``: and has passed so little that its cycle is in no mean or retention.
    ``numbered_from`` is the tester's number of the first cycle: above 1, the file goes on from another.
    ``opening`` is 1 where the first half-cycle stands alone, as cycle 1, before the first whole cycle.
    """

    halves: HalfCycles
    charge_c: Floats
    integral_c: Floats
    counter_c: Floats
    held_share: Floats
    current_a: Floats
    cut_short: bool
    partial: bool
    opening: int
    numbered_from: int
    profiles: tuple[tuple[Floats, Floats], ...]
    warnings: tuple[str, ...]

    @property
    def whole(self) -> int:
        """How many whole cycles there are: pairs of half-cycles."""
        return (len(self.halves) - self.opening) // 2

    @property
    def odd(self) -> int:
        """1 where the file ends after the first half of a cycle."""
        return (len(self.halves) - self.opening) % 2

    @property
    def number(self) -> NDArray[np.int64]:
        """The number of the cycle each half-cycle belongs to, from 1, shape ``(h,)``."""
        return (np.arange(len(self.halves)) + self.opening) // 2 + 1

    @property
    def sound(self) -> int:
        """How many of them may be compared: all but a last one that was broken off early."""
        return self.whole - (self.partial and not self.odd)

    @property
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
    columns, warnings = _whole_rows(trace)
    time_s, current_a, voltage_v = columns["time_s"], columns["current_a"], columns["voltage_v"]
    direction = directions(current_a)
    if not direction.any():
        raise AnalysisError(
            Problem(
                "no current flows in this file",
                trace.source.path,
                "current is zero in every row",
                "a current that charges and discharges",
                'Map the right column in study.toml: columns = { current_a = "heading [unit]" }.',
            )
        )
    _refuse_swapped(trace, direction, voltage_v)
    step_c = charge_steps(time_s, current_a, direction, columns.get("step_index"), columns.get("step_time_s"))
    halves = find_half_cycles(time_s, direction, step_c)
    counter_c, said = _counted(columns, direction, halves)
    counted = counter_c > 0
    charge_c = np.where(counted, counter_c, halves.charge_c)
    held, typical = _by_half(halves, step_c, voltage_v, current_a)
    cut = _cut_short(halves, voltage_v)
    found = Cycles(
        halves,
        charge_c,
        halves.charge_c,
        np.where(counted, counter_c, np.nan),
        held,
        typical,
        cut,
        cut and charge_c[-1] < PARTIAL_SHARE * charge_c[-3],
        opening := _opening(halves, begins, columns.get("cycle_index")),
        _numbered_from(columns.get("cycle_index"), direction),
        _profiles(halves, charge_c, step_c, voltage_v, opening),
        (),
    )
    return replace(found, warnings=(*warnings, *said, *_spoken(found, columns.get("cycle_index"), direction)))


def _whole_rows(trace: Trace) -> tuple[dict[str, Floats], list[str]]:
    """Numeric columns without rows that lack time, voltage or current, and with a clock that never runs back."""
    needed = ("time_s", "voltage_v", "current_a")
    extra = ("charge_capacity_c", "discharge_capacity_c", "capacity_c", "cycle_index", "step_index", "step_time_s")
    columns = {name: _numbers(trace, name) for name in needed}
    columns |= {name: _numbers(trace, name) for name in extra if name in trace}
    whole = np.isfinite(columns["time_s"])
    for name in needed[1:]:
        whole &= np.isfinite(columns[name])
    warnings: list[str] = []
    dropped = len(whole) - int(whole.sum())
    if dropped == len(whole):
        raise AnalysisError(
            Problem("no row has time, voltage and current", trace.source.path, f"{dropped} rows without", "numbers")
        )
    rows: NDArray[np.int64] | None = None
    if dropped:
        warnings.append(f"{dropped} of {len(whole)} rows left out: time, voltage or current is not a finite number")
        rows = np.flatnonzero(whole)
        columns = {name: values[rows] for name, values in columns.items()}
    back = np.flatnonzero(columns["time_s"][1:] < columns["time_s"][:-1]) + 1
    if len(back):
        warnings.append(_clock(trace, back if rows is None else rows[back], len(columns["time_s"])))
    return columns, warnings


def _numbers(trace: Trace, name: str) -> Floats:
    values = trace[name]
    if values.dtype.kind not in "fiub":
        raise AnalysisError(
            Problem(
                f"column '{name}' holds text",
                trace.source.path,
                f"'{values[0]}'" if len(values) else "nothing",
                "numbers",
                f'Map it in study.toml: columns = {{ {name} = "heading [unit]" }}.',
            )
        )
    return np.asarray(values, dtype=np.float64)


def _clock(trace: Trace, back: NDArray[np.int64], rows: int) -> str:
    spelled = ", ".join(str(int(row) + 1) for row in back[:TEXT_ROWS]) + (", ..." if len(back) > TEXT_ROWS else "")
    if len(back) > MAX_CLOCK_JUMPS:
        raise AnalysisError(
            Problem(
                f"the clock runs backwards {len(back)} times in {rows} rows (at data rows {spelled})",
                trace.source.path,
                "a time that restarts, such as the step's",
                "the time since the start of the test, never falling",
                'Map it in study.toml: columns = { time_s = "heading of the total time [unit]" }.',
            )
        )
    return f"the clock runs backwards at data row {spelled}: taken as no time passing there"


def _refuse_swapped(trace: Trace, direction: NDArray[np.int8], voltage_v: Floats) -> None:
    below, above = float((voltage_v < 0).mean()), float((voltage_v > 0).mean())
    if ((direction < 0).any() and (direction > 0).any()) or min(below, above) < SWAPPED_SHARE:
        return
    raise AnalysisError(
        Problem(
            "voltage and current look swapped",
            trace.source.path,
            f"a current that keeps one sign and a voltage that is negative in {below:.0%} of the rows",
            "a current that changes sign",
            'Map them in study.toml: columns = { current_a = "heading [unit]", voltage_v = "heading [unit]" }.',
        )
    )


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


def _by_half(halves: HalfCycles, step_c: Floats, voltage_v: Floats, current_a: Floats) -> tuple[Floats, Floats]:
    """Share of the charge passed at held voltage, and the median size of the current; shapes ``(h,)``."""
    held, typical = np.zeros(len(halves)), np.zeros(len(halves))
    for k, (sign, first, last) in enumerate(zip(halves.sign, halves.first, halves.last, strict=True)):
        piece = slice(int(first), int(last) + 1)
        typical[k] = np.median(np.abs(current_a[piece]))
        row = held_from(voltage_v[piece], current_a[piece])
        if row is not None and halves.charge_c[k] > 0:
            held[k] = sign * step_c[piece][row + 1 :].sum() / halves.charge_c[k]
    return held, typical


def _cut_short(halves: HalfCycles, voltage_v: Floats) -> bool:
    """Whether the last half-cycle ends far from where the earlier ones of its direction did."""
    earlier = halves.last[halves.sign == halves.sign[-1]][:-1]
    if not len(earlier):
        return False
    reach = float(voltage_v.max() - voltage_v.min())
    away = abs(float(voltage_v[halves.last[-1]]) - float(np.median(voltage_v[earlier])))
    return away > CUT_SHORT_SHARE * reach


def _spoken(found: Cycles, cycle_index: Floats | None, direction: NDArray[np.int8]) -> list[str]:
    """What a reader of the cycles must know of how they were counted."""
    warnings = []
    whole, odd = found.whole, found.odd
    if found.opening:
        way = "charge" if found.halves.sign[0] > 0 else "discharge"
        warnings.append(f"the file opens with a {way} on its own: it is cycle 1, incomplete; whole cycles follow")
    if found.halves.leading:
        warnings.append("a first pulse far smaller than the half-cycle after it is left out")
    if odd:
        warnings.append(f"cycle {found.opening + whole + 1} is incomplete: the file ends after its first half-cycle")
    if found.numbered_from > 1:
        warnings.append(f"{CONTINUED.format(found.numbered_from)}; cycles are numbered from 1 here")
    if found.cut_short:
        left = "; it is left out of means and retention" if found.partial else ""
        warnings.append(f"the last half-cycle looks cut short: it ends at another voltage than the earlier ones{left}")
    if cycle_index is not None:
        told = cycle_index[direction != 0]
        told = told[np.flatnonzero(np.diff(told, prepend=np.nan))]
        named = len(np.unique(told[np.isfinite(told)]))
        parts = odd + found.opening
        if named and named != whole + parts:
            also = f" and {parts} incomplete" if parts else ""
            warnings.append(f"the current shows {whole} whole cycles{also}, the tester numbers {named}")
    return warnings


def _profiles(
    halves: HalfCycles, charge_c: Floats, step_c: Floats, voltage_v: Floats, opening: int
) -> tuple[tuple[Floats, Floats], ...]:
    """Charge and voltage along the halves of the first whole cycle, ending at the reported charge."""
    out = []
    for sign, first, last, reported in list(zip(halves.sign, halves.first, halves.last, charge_c, strict=True))[
        opening:
    ][:2]:
        along = np.cumsum(sign * step_c[first : last + 1])
        out.append((along * (reported / along[-1]) if along[-1] > 0 else along, voltage_v[first : last + 1].copy()))
    return tuple(out)
