"""A virtual cycler: a silicon half cell between two voltage limits, lithiated at constant current, then voltage.

It writes the Battery Data Format's columns. The capacities read from the source are those the file integrates
to, to better than 0.1 %; Coulombic efficiency and retention follow from them and are never used when they are there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.errors import MissingInput, Problem
from byssus.laws.silicon import delithiation_voltage, efficiency, fading, lithiation_voltage
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

Floats = NDArray[np.float64]

AH = 3600.0  # C
FIRST_POINTS, LATE_POINTS = 80, 18  # rows of a half-cycle's constant-current step, cycle 1 and later
HOLD_POINTS = 10  # rows of the constant-voltage step
HOLD_DECAY = np.log(20.0)  # the hold ends at a twentieth of the current, the usual cut-off
REST_S = 600.0
TIME_DECIMALS = 3  # s; what common cyclers log
LITHIATE, HOLD, REST_AFTER, DELITHIATE, REST_END = 1, 2, 3, 4, 5

NEEDS = (
    Need("first_lithiation_capacity", "C/kg", "first_lithiation_capacity"),
    Need("first_delithiation_capacity", "C/kg", "first_delithiation_capacity"),
    Need("final_capacity", "C/kg", "delithiation_capacity"),
    Need("cycles", "1", why="condition of the measurement"),
    # no quantity: a claimed mass is a reagent's, a claimed C-rate may be another measurement's
    Need("mass", "kg", why="mass of active material in the electrode: loading times area"),
    Need("silicon_share", "1", default=1.0, why="capacities are per gram of silicon; the active material is silicon"),
    Need("c_rate", "1", why="condition of the measurement"),
    Need("one_c", "C/kg", default=3579 * AH, why="Li15Si4, 3579 mAh/g, is what 1 C means for silicon"),
    Need("lower_voltage", "V", default=0.005, why="a common lower limit of silicon half cells"),
    Need("upper_voltage", "V", default=1.5, why="a common upper limit of silicon half cells"),
    Need("fade_scale", "1", default=40.0, why="cycles over which the early loss of capacity happens"),
    Need("fade_exponent", "1", default=0.6, why="below 1: silicon loses most in the first tens of cycles"),
    Need("second_efficiency", "1", default=0.97, why="the interphase still grows in the second cycle"),
    Need("late_efficiency", "1", default=0.995, why="usual for silicon with fluoroethylene carbonate"),
    Need("efficiency_scale", "1", default=5.0, why="cycles over which the Coulombic efficiency settles"),
    Need("hold_share", "1", default=0.06, why="charge of a lithiation passed while the lower limit is held"),
    Need("cell_spread", "1", default=0.003, why="relative spread among cells, from weighing the electrode"),
    Need("cycle_noise", "1", default=2e-4, why="relative scatter from half-cycle to half-cycle in a thermostat"),
    Need("voltage_noise", "V", default=2e-4, why="resolution of a 5 V channel"),
    Need("current_noise", "1", default=2e-4, why="relative accuracy of a current range"),
)


@dataclass(frozen=True)
class _Rows:
    """Rows of one step, from its own start: time (s), current (A), voltage (V) and charge passed (C)."""

    time_s: Floats
    current_a: Floats
    voltage_v: Floats
    charge_c: Floats
    step: int


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One cell's file, csv with the Battery Data Format's headings, and its name.

    ``truth.values`` are those of ``NEEDS``; ``cycles`` and ``c_rate`` may be conditions of the measurement
    instead. Raises :class:`MissingInput` where one of them is not a positive number.
    """
    cycles = max(1, round(_condition(truth, "cycles")))
    current_a = _condition(truth, "c_rate") * truth["one_c"] * truth["mass"] * truth["silicon_share"] / 3600.0
    up_c, back_c = _charges(truth, cycles, rng)
    steps: list[tuple[int, _Rows]] = []
    for k in range(cycles):
        steps.extend((k + 1, rows) for rows in _cycle(truth, float(up_c[k]), float(back_c[k]), current_a, first=k == 0))
    return _name(truth), _csv(steps, truth, current_a, rng)


def _condition(truth: Truth, name: str) -> float:
    """A condition of the measurement; :class:`MissingInput` unless it is a positive number."""
    given = truth.values.get(name, truth.conditions.get(name))
    if not isinstance(given, (int, float)) or not given > 0:
        raise MissingInput(
            Problem(
                f"'{name}' is not a positive number",
                f"cycling on {truth.binder}",
                "nothing" if given is None else repr(given),
                "how the cell was cycled",
                "Give it with the measurement: conditions = { c_rate = 0.2, cycles = 200 }.",
            )
        )
    return float(given)


def _charges(truth: Truth, cycles: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Charge (C) taken up and given back in each cycle of one cell, shapes ``(cycles,)``."""
    number = np.arange(1.0, cycles + 1.0)
    first = truth["first_delithiation_capacity"]
    final = truth["final_capacity"] if cycles > 1 else first
    back = fading(number, first=first, final=final, scale=truth["fade_scale"], exponent=truth["fade_exponent"])
    returned = efficiency(
        number, second=truth["second_efficiency"], late=truth["late_efficiency"], scale=truth["efficiency_scale"]
    )
    up = back / returned
    up[0] = truth["first_lithiation_capacity"]
    mass = truth["mass"] * truth["silicon_share"] * (1.0 + truth["cell_spread"] * float(rng.standard_normal()))
    scatter = 1.0 + truth["cycle_noise"] * rng.standard_normal((2, cycles))
    return up * mass * scatter[0], back * mass * scatter[1]


def _cycle(truth: Truth, up_c: float, back_c: float, current_a: float, *, first: bool) -> tuple[_Rows, ...]:
    """The five steps of one cycle."""
    points = FIRST_POINTS if first else LATE_POINTS
    limits = {"lower_v": truth["lower_voltage"], "upper_v": truth["upper_voltage"]}
    held_c = truth["hold_share"] * up_c
    x = np.linspace(0.0, 1.0, points) ** 1.5 if first else np.linspace(0.0, 1.0, points)
    down = x * (up_c - held_c)
    back = np.linspace(0.0, 1.0, points)
    return (
        _Rows(
            down / current_a,
            np.full(points, -current_a),
            lithiation_voltage(x, first=first, **limits),
            down,
            LITHIATE,
        ),
        _hold(held_c, current_a, limits["lower_v"]),
        _rest(limits["lower_v"] + 0.08, REST_AFTER),
        _Rows(
            back * back_c / current_a,
            np.full(points, current_a),
            delithiation_voltage(back, **limits),
            back * back_c,
            DELITHIATE,
        ),
        _rest(limits["upper_v"] - 0.4, REST_END),
    )


def _hold(held_c: float, current_a: float, lower_v: float) -> _Rows:
    """Constant voltage: an exponentially falling current whose trapezoids add up to ``held_c`` exactly."""
    phase = np.linspace(0.0, HOLD_DECAY, HOLD_POINTS)
    decay = np.exp(-phase)
    passed = np.r_[0.0, np.cumsum(0.5 * (decay[1:] + decay[:-1]) * np.diff(phase))]
    scale_s = held_c / (current_a * passed[-1])
    return _Rows(phase * scale_s, -current_a * decay, np.full(HOLD_POINTS, lower_v), passed * scale_s * current_a, HOLD)


def _rest(voltage_v: float, step: int) -> _Rows:
    return _Rows(np.array([1.0, REST_S]), np.zeros(2), np.full(2, voltage_v), np.zeros(2), step)


def _csv(steps: list[tuple[int, _Rows]], truth: Truth, current_a: float, rng: np.random.Generator) -> bytes:
    """All steps one after another with noise on current and voltage, as csv."""
    import polars as pl

    start_s = np.r_[0.0, np.cumsum([rows.time_s[-1] for _, rows in steps])]
    time_s = np.concatenate([begin + rows.time_s for begin, (_, rows) in zip(start_s, steps, strict=False)])
    current = np.concatenate([rows.current_a for _, rows in steps])
    current = current * (1.0 + truth["current_noise"] * rng.standard_normal(len(current)))
    voltage = np.concatenate([rows.voltage_v for _, rows in steps])
    voltage = voltage + truth["voltage_noise"] * rng.standard_normal(len(voltage))
    lengths = [len(rows.time_s) for _, rows in steps]
    digits = 6 - int(np.floor(np.log10(current_a)))
    frame = pl.DataFrame(
        {
            "Test Time / s": np.round(time_s, TIME_DECIMALS),
            "Voltage / V": np.round(voltage, 6),
            "Current / A": np.round(current, digits) + 0.0,
            "Cycle Count / 1": np.repeat([cycle for cycle, _ in steps], lengths),
            "Step Index / 1": np.repeat([rows.step for _, rows in steps], lengths),
            "Charging Capacity / Ah": np.round(_counter(steps, (DELITHIATE,)) / AH, digits + 3),
            "Discharging Capacity / Ah": np.round(_counter(steps, (LITHIATE, HOLD)) / AH, digits + 3),
            REHEARSED_MARK: np.ones(len(time_s), dtype=np.int64),
        }
    )
    return frame.write_csv().encode()


def _counter(steps: list[tuple[int, _Rows]], counted: tuple[int, ...]) -> Floats:
    """A tester's counter (C) of the given steps, which restarts with every cycle."""
    pieces, passed, cycle = [], 0.0, 0
    for number, rows in steps:
        passed = passed if number == cycle else 0.0
        cycle = number
        pieces.append(passed + rows.charge_c * (rows.step in counted))
        passed = float(pieces[-1][-1])
    return np.concatenate(pieces)


def _name(truth: Truth) -> str:
    said = [truth.binder, f"{_condition(truth, 'c_rate'):g}C", f"cell {truth.specimen + 1}"]
    return "_".join(re.sub(r"[^A-Za-z0-9.+-]+", "-", part).strip("-.") or "cell" for part in said) + ".bdf.csv"


INSTRUMENT = Instrument("cycling", NEEDS, write)
