"""A virtual cycler: a silicon half cell between two voltage limits, lithiated at constant current, then voltage.

It writes the Battery Data Format's columns. The capacities read from the source are those the file integrates
to, to better than 0.1 %; Coulombic efficiency and retention follow from them and are never used when they are there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.errors import MissingInput, Problem
from byssus.laws.silicon import delithiation_voltage, efficiency, fading, lithiation_voltage
from byssus.rehearse._cell import AH, DELITHIATE, LITHIATE, REST_AFTER, REST_END, Rows, cell_csv, file_stem, hold, rest
from byssus.rehearse.instrument import Instrument, Need, Truth

__all__ = ["INSTRUMENT", "write"]

Floats = NDArray[np.float64]

FIRST_POINTS, LATE_POINTS = (
    80,
    18,
)  # rows of a constant-current step: of the close cycles, of others
CLOSE_CYCLES = (1, 2, 10, 50, 100)  # logged closely, as the last one is: their curves are compared

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


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One cell's file, csv with the Battery Data Format's headings, and its name.

    ``truth.values`` are those of ``NEEDS``; ``cycles`` and ``c_rate`` may be conditions of the measurement
    instead. Raises :class:`MissingInput` where one of them is not a positive number.
    """
    cycles = max(1, round(_condition(truth, "cycles")))
    current_a = _condition(truth, "c_rate") * truth["one_c"] * truth["mass"] * truth["silicon_share"] / 3600.0
    up_c, back_c = _charges(truth, cycles, rng)
    steps: list[tuple[int, Rows]] = []
    for cycle, (taken_c, given_c) in enumerate(zip(up_c, back_c, strict=True), 1):
        points = FIRST_POINTS if cycle in (*CLOSE_CYCLES, cycles) else LATE_POINTS
        rows = _cycle(truth, float(taken_c), float(given_c), current_a, first=cycle == 1, points=points)
        steps.extend((cycle, one) for one in rows)
    name = file_stem(truth.binder, f"{_condition(truth, 'c_rate'):g}C", f"cell {truth.specimen + 1}")
    return f"{name}.bdf.csv", cell_csv(steps, truth, current_a, rng)


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


def _cycle(truth: Truth, up_c: float, back_c: float, current_a: float, *, first: bool, points: int) -> tuple[Rows, ...]:
    """The five steps of one cycle."""
    limits = {"lower_v": truth["lower_voltage"], "upper_v": truth["upper_voltage"]}
    held_c = truth["hold_share"] * up_c
    back = _shares(points)
    x = np.linspace(0.0, 1.0, points) ** 1.5 if first else back
    down = x * (up_c - held_c)
    return (
        Rows(
            down / current_a,
            np.full(points, -current_a),
            lithiation_voltage(x, first=first, **limits),
            down,
            LITHIATE,
        ),
        hold(held_c, current_a, limits["lower_v"]),
        rest(limits["lower_v"] + 0.08, REST_AFTER),
        Rows(
            back * back_c / current_a,
            np.full(points, current_a),
            delithiation_voltage(back, **limits),
            back * back_c,
            DELITHIATE,
        ),
        rest(limits["upper_v"] - 0.4, REST_END),
    )


def _shares(points: int) -> Floats:
    """Shares of a half-cycle's charge at which rows are logged: close to one another where the voltage is steep."""
    return np.asarray(0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, points)))


INSTRUMENT = Instrument("cycling", NEEDS, write)
