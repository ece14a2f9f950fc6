"""Figures of a cycled cell: voltage profiles, differential capacity, and what changes from cycle to cycle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.cycling._differential import differential_curves, shown_cycles
from byssus.figure import MAX_POINTS, Axis, Figure, Series

if TYPE_CHECKING:
    from byssus.analyse.cycling.technique import CyclingResult

__all__ = ["FIGURES", "series", "thinned"]

Floats = NDArray[np.float64]


def series(result: CyclingResult) -> tuple[Series, ...]:
    """Curves of the shown cycles, and capacity, efficiency, voltages and constant-voltage share against cycle."""
    return (*_profiles(result), *_differential(result), *_by_cycle(result))


def _word(result: CyclingResult, sign: int) -> str:
    return next(way.word for way in result.ways if way.sign == sign)


def _profiles(result: CyclingResult) -> Iterator[Series]:
    """Voltage along the halves of the shown cycles, or of what there is where no cycle is whole."""
    name = "voltage_profile" if result.mass_kg is not None else "voltage_profile_charge"
    rows = [(cycle, row) for cycle in shown_cycles(result) for row in result.rows_of(cycle)]
    for cycle, row in rows or [(1, 0)][: len(result.cycles.halves)]:
        half = result.cycles.along(row)
        word = _word(result, half.sign)
        at = {"cycle": cycle, "half": word}
        index = thinned(half.voltage_v)
        x = half.charge_c[index] / (result.mass_kg or 1.0)
        yield Series(name, x, half.voltage_v[index], f"cycle {cycle}, {word}", at=at)


def thinned(y: Floats) -> NDArray[np.int64]:
    """Rows that show a long curve: both ends, and the lowest and the highest of each piece."""
    n = len(y)
    if n <= MAX_POINTS:
        return np.arange(n)
    size = -(-2 * n // MAX_POINTS)
    pieces = np.pad(y, (0, -n % size), mode="edge").reshape(-1, size)
    start = np.arange(len(pieces)) * size
    kept = np.concatenate([[0, n - 1], start + pieces.argmin(axis=1), start + pieces.argmax(axis=1)])
    return np.unique(np.minimum(kept, n - 1))


def _differential(result: CyclingResult) -> Iterator[Series]:
    name = "differential_capacity" if result.mass_kg is not None else "differential_charge"
    for one in differential_curves(result):
        word = _word(result, one.sign)
        y = one.sign * one.curve.charge_per_volt / (result.mass_kg or 1.0)
        at = {"cycle": one.cycle, "half": word}
        # crystalline silicon or the first interphase would dwarf what follows
        drawn = f"{name}_first" if one.cycle == result.first else name
        yield Series(drawn, one.curve.voltage_v, y, f"cycle {one.cycle}, {word}", at=at)


def _by_cycle(result: CyclingResult) -> Iterator[Series]:
    cycles = result.cycles
    for way in result.ways:
        rows = result.rows(way)
        number = cycles.number[rows].astype(np.float64)
        name = "capacity_by_cycle" if result.mass_kg is not None else "charge_by_cycle"
        at = {"half": way.word}
        yield Series(name, number, cycles.charge_c[rows] / (result.mass_kg or 1.0), way.word, at=at)
        yield Series("mean_voltage_by_cycle", number, cycles.mean_voltage_v[rows], way.word, at=at)
        if cycles.held_share[rows].any():
            yield Series("constant_voltage_by_cycle", number, cycles.held_share[rows], way.word, at=at)
    if cycles.whole:
        number = result.first + np.arange(cycles.whole, dtype=np.float64)
        if result.cell:
            later = 1 if cycles.whole >= MANY_CYCLES else 0  # the first, far below, would flatten all others
            yield Series("efficiency_by_cycle", number[later:], result.efficiency[later:])
        yield Series("hysteresis_by_cycle", number, result.hysteresis_v)


MANY_CYCLES = 10
CYCLE = Axis("cycle_number")
VOLTAGE = Axis("cell_voltage")
SHOWN = "The first cycle, the last, and a few between."
SIGN = "Upward where the current charges, downward where it discharges. Without the constant-voltage parts."
FIRST, LATER = "Differential capacity, first cycle", "Differential capacity, later cycles"
FIGURES = (
    Figure(
        "voltage_profile", "Voltage profiles", Axis("specific_capacity", from_zero=True), VOLTAGE,
        caption=SHOWN, panels="binder", vary="cycle",
    ),
    Figure(
        "voltage_profile_charge", "Voltage profiles", Axis("passed_charge", from_zero=True), VOLTAGE,
        caption=SHOWN, panels="binder", vary="cycle",
    ),
    Figure("capacity_by_cycle", "Capacity", CYCLE, Axis("specific_capacity", from_zero=True), "points"),
    Figure("charge_by_cycle", "Charge per half-cycle", CYCLE, Axis("passed_charge", from_zero=True), "points"),
    Figure(
        "efficiency_by_cycle", "Coulombic efficiency", CYCLE, Axis("coulombic_efficiency"), "points",
        caption=f"Of cells with {MANY_CYCLES} cycles or more from the second on; the first is in the table.",
    ),
    Figure("differential_capacity_first", FIRST, VOLTAGE, Axis("differential_capacity"), caption=SIGN),
    Figure("differential_charge_first", FIRST, VOLTAGE, Axis("differential_charge"), caption=SIGN),
    Figure(
        "differential_capacity", LATER, VOLTAGE, Axis("differential_capacity"),
        caption=SIGN, panels="binder", vary="cycle",
    ),
    Figure(
        "differential_charge", LATER, VOLTAGE, Axis("differential_charge"),
        caption=SIGN, panels="binder", vary="cycle",
    ),
    Figure("mean_voltage_by_cycle", "Mean voltage", CYCLE, Axis("mean_voltage"), "points"),
    Figure("hysteresis_by_cycle", "Voltage hysteresis", CYCLE, Axis("voltage_hysteresis", from_zero=True), "points"),
    Figure(
        "constant_voltage_by_cycle", "Share of charge at constant voltage", CYCLE,
        Axis("constant_voltage_share", from_zero=True), "points",
    ),
)  # fmt: skip
