"""Differential capacity of a few chosen cycles of a cell, and its peaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from byssus.analyse.cycling._cycles import Half
from byssus.analyse.cycling._finding import cell_finding
from byssus.findings import Finding
from byssus.laws.differential import MOST_STEPS, PEAK_PROMINENCE, Differential, differential_capacity, find_peaks

if TYPE_CHECKING:
    from byssus.analyse.cycling.technique import CyclingResult

__all__ = ["DIFFERENTIAL_WORDS", "Curve", "differential_curves", "differential_findings", "shown_cycles"]

SHOWN_CYCLES = (2, 10, 50, 100, 200, 500, 1000)  # beside the first and the last, as papers choose them
MOST_PEAKS = 3  # of a half-cycle; silicon and graphite show no more that are told apart at this resolution
RECTANGULAR = 12**-0.5  # standard uncertainty of a rectangular distribution over its width (GUM 4.3.7)
LEVELS = "charge counted per voltage"
DIFFERENTIAL_WORDS = (
    LEVELS + ", the slope over a window of {:g} mV on a grid of {:g} mV; without the constant-voltage "
    "part; negative where the current discharges"
)


@dataclass(frozen=True)
class Curve:
    """The differential capacity of one half-cycle: its row, the cycle's number, its sign, and the curve."""

    row: int
    cycle: int
    sign: int
    curve: Differential


def shown_cycles(result: CyclingResult) -> tuple[int, ...]:
    """The whole cycles whose curves are shown, by number: the first, a few in between, the last sound one."""
    first, last = result.first, result.first + max(result.cycles.sound, 1) - 1
    return tuple(sorted({first, last, *(n for n in SHOWN_CYCLES if first < n < last)})) if result.cycles.whole else ()


def differential_curves(result: CyclingResult) -> tuple[Curve, ...]:
    """Differential capacity of both halves of the shown cycles; a half that spans too little voltage is left out."""
    out = []
    for cycle in shown_cycles(result):
        for row in result.rows_of(cycle):
            half = result.cycles.along(row)
            curve = _one(half, result.step_v, result.width_v)
            if curve is not None:
                out.append(Curve(row, cycle, half.sign, curve))
    return tuple(out)


def _one(half: Half, step_v: float, width_v: float) -> Differential | None:
    """Of the rows before the voltage is held in which current flows the half-cycle's way: no rests, no pulses."""
    if _too_wide(half, step_v):
        return None
    passed = np.diff(half.charge_c, prepend=0.0)[: half.held]
    flowing = half.flowing[: half.held]
    return differential_capacity(passed[flowing], half.voltage_v[: half.held][flowing], step_v=step_v, width_v=width_v)


def _too_wide(half: Half, step_v: float) -> bool:
    """Whether a half-cycle spans more voltage than any cell: most likely it is in millivolts."""
    return float(np.ptp(half.voltage_v)) > MOST_STEPS * step_v


def differential_findings(result: CyclingResult, curves: tuple[Curve, ...]) -> Iterator[Finding]:
    """Position and height of the highest peaks of each curve; their resolution is the position's uncertainty."""
    per_mass = result.mass_kg is not None
    if not curves and any(_too_wide(result.cycles.along(k), result.step_v) for k in range(len(result.cycles.halves))):
        remark = f"the voltage spans more than {MOST_STEPS * result.step_v:g} V: is its unit right?"
        yield cell_finding(
            "differential_capacity_peak_voltage", None, status="not_identifiable", remarks=(remark,), method=LEVELS
        )
    for one in curves:
        word = next(way.word for way in result.ways if way.sign == one.sign)
        width, spacing = one.curve.width_v, one.curve.spacing_v
        remarks: tuple[str, ...] = ()
        if spacing > width:
            remarks = (f"rows lie {spacing * 1e3:.3g} mV apart, further than the window of {width * 1e3:.3g} mV",)
        words = DIFFERENTIAL_WORDS.format(width * 1e3, one.curve.step_v * 1e3)
        said: dict[str, Any] = {"status": "warned" if remarks else "ok", "remarks": remarks}
        stands = f"peaks that stand out by {PEAK_PROMINENCE:.0%} of the highest, at most {MOST_PEAKS}, highest first"
        for rank, peak in enumerate(find_peaks(one.curve, MOST_PEAKS), 1):
            at = {"cycle": one.cycle, "half": word, "peak": rank}
            yield cell_finding(
                "differential_capacity_peak_voltage",
                peak.voltage_v,
                at=at,
                uncertainty=max(width, spacing) * RECTANGULAR,
                method=f"{words}; {stands}; uncertainty: the window, or the rows' distance where larger, over √12",
                **said,
            )
            yield cell_finding(
                "differential_capacity" if per_mass else "differential_charge",
                one.sign * peak.height / (result.mass_kg or 1.0),
                at=at,
                method=f"height of the peak; {words}",
                equation=f"dQ/dU{result.divisor}",
                **said,
            )
