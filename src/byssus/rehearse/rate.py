"""A virtual rate test of a silicon half cell: blocks of cycles, each faster than the one before, then slow again.

Both half-cycles run at the block's current, without a hold. The first cycle's capacities and the mean capacity at
the highest rate are those read from the source; between them lies a stated law (:mod:`byssus.laws.rate`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.errors import MissingInput, Problem
from byssus.laws.rate import capacity_at_rate, charging_polarised, discharging_polarised
from byssus.laws.silicon import delithiation_voltage, lithiation_voltage
from byssus.rehearse._cell import AH, DELITHIATE, LITHIATE, REST_AFTER, REST_END, Rows, cell_csv, file_stem, rest
from byssus.rehearse.instrument import Instrument, Need, Truth

__all__ = ["INSTRUMENT", "write"]

Floats = NDArray[np.float64]

CUSTOMARY = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0)  # the rates between the lowest and the highest
POINTS = 80  # rows of a half-cycle

NEEDS = (
    Need("first_lithiation_capacity", "C/kg", "first_lithiation_capacity"),
    Need("first_delithiation_capacity", "C/kg", "first_delithiation_capacity"),
    Need("fast_capacity", "C/kg", "delithiation_capacity"),
    # the highest rate is the one a claim of capacity is looked up at
    Need("c_rate", "1", default=15.0, why="highest C-rate of the test; silicon anodes are commonly shown up to 15 C"),
    Need("lowest_c_rate", "1", default=0.2, why="C-rate the test begins and ends with, that of the first cycle"),
    Need("cycles_per_rate", "1", default=5.0, why="usual in rate tests"),
    Need(
        "recovery",
        "1",
        default=0.95,
        why="share of the first block that returns; not printed, usual for silicon",
    ),
    Need(
        "rate_exponent",
        "1",
        default=1.5,
        why="between the printed capacities Q = Qm / (1 + (R/R0)^1.5), a generalised Peukert equation; assumed",
    ),
    Need("mass", "kg", why="mass of active material in the electrode: loading times area"),
    Need("silicon_share", "1", default=1.0, why="capacities are per gram of silicon; the active material is silicon"),
    Need("one_c", "C/kg", default=3579 * AH, why="Li15Si4, 3579 mAh/g, is what 1 C means for silicon"),
    Need("lower_voltage", "V", default=0.005, why="a common lower limit of silicon half cells"),
    Need("upper_voltage", "V", default=1.5, why="a common upper limit of silicon half cells"),
    Need("late_efficiency", "1", default=0.99, why="usual for silicon with fluoroethylene carbonate"),
    Need("polarisation", "V", default=0.05, why="overvoltage at 1.2 C; grows as asinh of the rate (Butler-Volmer)"),
    Need("cell_spread", "1", default=0.003, why="relative spread among cells, from weighing the electrode"),
    Need("cycle_noise", "1", default=5e-4, why="relative scatter from half-cycle to half-cycle in a thermostat"),
    Need("voltage_noise", "V", default=2e-4, why="resolution of a 5 V channel"),
    Need("current_noise", "1", default=2e-4, why="relative accuracy of a current range"),
)


@dataclass(frozen=True)
class _Plan:
    """Each cycle's C-rate and charges (C) taken up and given back; shapes ``(n,)``."""

    rate: Floats
    up_c: Floats
    back_c: Floats


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One cell's file, csv with the Battery Data Format's headings, and its name.

    ``truth.values`` are those of ``NEEDS``. Raises :class:`MissingInput` where they do not make a rate test.
    """
    plan = _plan(truth, rng)
    one_c_a = truth["one_c"] * truth["mass"] * truth["silicon_share"] / 3600.0
    steps: list[tuple[int, Rows]] = []
    for cycle, (rate, up_c, back_c) in enumerate(zip(plan.rate, plan.up_c, plan.back_c, strict=True), 1):
        rows = _cycle(truth, float(up_c), float(back_c), float(rate), float(rate) * one_c_a, first=cycle == 1)
        steps.extend((cycle, one) for one in rows)
    name = file_stem(truth.binder, f"rate to {truth['c_rate']:g}C", f"cell {truth.specimen + 1}")
    return f"{name}.bdf.csv", cell_csv(steps, truth, truth["lowest_c_rate"] * one_c_a, rng)


def _refuse(truth: Truth, what: str, got: str, expected: str, mend: str) -> MissingInput:
    return MissingInput(Problem(what, f"rate on {truth.binder}", got, expected, mend))


def _plan(truth: Truth, rng: np.random.Generator) -> _Plan:
    low, high, per = truth["lowest_c_rate"], truth["c_rate"], round(truth["cycles_per_rate"])
    if not 0 < low < high or per < 1:
        got = f"lowest_c_rate {low:g}, c_rate {high:g}, cycles_per_rate {truth['cycles_per_rate']:g}"
        mend = "Give them with the measurement: parameters = { lowest_c_rate = 0.2, c_rate = 15, cycles_per_rate = 5 }."
        raise _refuse(truth, "these make no rate test", got, "a lowest rate below the highest, a cycle or more", mend)
    blocks = np.array([low, *(r for r in CUSTOMARY if low < r < high), high, low])
    rate = np.repeat(blocks, per)
    lost = _lost(truth["recovery"], len(rate), per)
    kept = 1 - lost * np.arange(len(rate))
    fast = slice((len(blocks) - 2) * per, (len(blocks) - 1) * per)
    try:
        back = kept * capacity_at_rate(
            rate,
            slow=truth["first_delithiation_capacity"],
            slow_rate=low,
            fast=truth["fast_capacity"] / float(np.mean(kept[fast])),
            fast_rate=high,
            exponent=truth["rate_exponent"],
        )
    except ValueError as fault:
        got = f"{truth['first_delithiation_capacity'] / AH:.4g} and {truth['fast_capacity'] / AH:.4g} Ah/kg"
        mend = "Check both capacities, or give another rate_exponent with the measurement."
        raise _refuse(
            truth, f"no law of capacity against rate: {fault}", got, "a smaller one when fast", mend
        ) from None
    up = back / truth["late_efficiency"]
    up[0] = truth["first_lithiation_capacity"]
    mass = truth["mass"] * truth["silicon_share"] * (1.0 + truth["cell_spread"] * float(rng.standard_normal()))
    scatter = 1.0 + truth["cycle_noise"] * rng.standard_normal((2, len(rate)))
    return _Plan(rate, up * mass * scatter[0], back * mass * scatter[1])


def _lost(recovery: float, cycles: int, per: int) -> float:
    """Share lost with each cycle, so that the mean of the last block is ``recovery`` of that of the first."""
    middle = 0.5 * (per - 1)
    return (1 - recovery) / (cycles - 1 - middle - recovery * middle)


def _cycle(truth: Truth, up_c: float, back_c: float, rate: float, current_a: float, *, first: bool) -> tuple[Rows, ...]:
    """Lithiation, rest, delithiation, rest."""
    lower, upper = truth["lower_voltage"], truth["upper_voltage"]
    over_v = truth["polarisation"] * float(np.arcsinh(rate))
    x = np.linspace(0.0, 1.0, POINTS) ** (1.5 if first else 1.0)
    y = np.linspace(0.0, 1.0, POINTS)
    down_v = discharging_polarised(lithiation_voltage(x, first=first, lower_v=lower, upper_v=upper), lower, over_v)
    up_v = charging_polarised(delithiation_voltage(y, lower_v=lower, upper_v=upper), upper, over_v)
    return (
        Rows(x * up_c / current_a, np.full(POINTS, -current_a), down_v, x * up_c, LITHIATE),
        rest(lower + 0.08, REST_AFTER),
        Rows(y * back_c / current_a, np.full(POINTS, current_a), up_v, y * back_c, DELITHIATE),
        rest(upper - 0.4, REST_END),
    )


INSTRUMENT = Instrument("rate", NEEDS, write)
