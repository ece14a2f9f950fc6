"""Rate: the capacity of a cell at each current of a test whose current steps from block to block of cycles.

Signs and words are those of cycling: positive current charges, and delithiates the silicon of a half cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.cycling import technique as cycling
from byssus.analyse.cycling._series import thinned
from byssus.analyse.cycling.technique import CyclingResult, Way
from byssus.analyse.rate._blocks import NOMINAL_WITHIN, Block, blocks_of, c_rate
from byssus.analyse.rate._findings import rate_findings
from byssus.analyse.technique import Specimen, Technique
from byssus.figure import Axis, Figure, Series
from byssus.findings import Finding
from byssus.trace import Trace

__all__ = ["FIGURES", "TECHNIQUE", "RateResult", "analyse", "findings", "series", "together"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RateResult:
    """A rate test: its half-cycles and cycles as cycling finds them, and the blocks of one current in the order run."""

    cell: CyclingResult
    blocks: tuple[Block, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.cell.warnings

    def charge_c(self, block: Block, way: Way) -> Floats:
        """Charge (C) of one direction in each cycle of a block."""
        charge = self.cell.cycles.charge_c[self.cell.paired(way)]
        return charge[block.first - self.cell.first : block.last - self.cell.first + 1]

    @property
    def steps(self) -> tuple[Block, ...]:
        """The blocks without those that return to the currents of an earlier one."""
        return tuple(b for k, b in enumerate(self.blocks) if not any(b.as_fast_as(a) for a in self.blocks[:k]))


def analyse(trace: Trace, specimen: Specimen) -> RateResult:
    """Blocks of cycles from a cycler's trace; columns and errors as :func:`byssus.analyse.cycling.analyse`."""
    cell = cycling.analyse(trace, specimen)
    return RateResult(cell, blocks_of(cell))


def together(traces: Sequence[Trace], specimen: Specimen) -> RateResult:
    """The files of one cell as one rate test, joined as cycling joins them."""
    cell = cycling.together(traces, specimen)
    return RateResult(cell, blocks_of(cell))


def findings(result: RateResult) -> tuple[Finding, ...]:
    """All numbers of one rate test, the warnings about its files as a whole on ``cycle_count``."""
    return tuple(rate_findings(result))


def series(result: RateResult) -> tuple[Series, ...]:
    """Capacity and rate against cycle, capacity against rate, and the profiles of each rate's last cycle."""
    return (*_by_cycle(result), *_by_rate(result), *_profiles(result))


def _by_cycle(result: RateResult) -> Iterator[Series]:
    cell = result.cell
    back = cell.ways[1]
    rows = cell.paired(back)[: cell.cycles.sound]
    number = cell.first + np.arange(len(rows), dtype=np.float64)
    name = "capacity_by_cycle" if cell.mass_kg is not None else "charge_by_cycle"
    yield Series(name, number, cell.cycles.charge_c[rows] / (cell.mass_kg or 1.0), back.word)
    if cell.cell:
        yield Series("efficiency_by_cycle", number, cell.efficiency[: len(rows)])
    current = cell.cycles.current_a[rows]
    unit = c_rate(1.0, cell)
    if unit is None:
        yield Series("current_by_cycle", number, current, back.word)
    else:
        yield Series("c_rate_by_cycle", number, current * unit, back.word)


def _by_rate(result: RateResult) -> Iterator[Series]:
    cell = result.cell
    back, scale = cell.ways[1], cell.mass_kg or 1.0
    unit = c_rate(1.0, cell)
    if not result.steps:
        return
    charge = [result.charge_c(block, back) / scale for block in result.steps]
    y = np.array([np.mean(q) for q in charge])
    spread = np.array([np.std(q, ddof=1) if len(q) > 1 else np.nan for q in charge])
    current = np.array([block.back_a for block in result.steps])
    if unit is not None:
        yield Series("capacity_by_rate", current * unit, y, back.word, y_error=spread)
    else:
        name = "capacity_by_current" if cell.mass_kg is not None else "charge_by_current"
        yield Series(name, current, y, back.word, y_error=spread)


def _profiles(result: RateResult) -> Iterator[Series]:
    cell = result.cell
    name = "voltage_profile" if cell.mass_kg is not None else "voltage_profile_charge"
    for block in result.steps:
        for row in cell.rows_of(block.last):
            half = cell.cycles.along(row)
            word = next(way.word for way in cell.ways if way.sign == half.sign)
            index = thinned(half.voltage_v)
            x = half.charge_c[index] / (cell.mass_kg or 1.0)
            label = f"cycle {block.last}, {word}"
            yield Series(name, x, half.voltage_v[index], label, at={**block.at, "cycle": block.last, "half": word})


CYCLE = Axis("cycle_number")
RATE = Axis("c_rate", "log")
CURRENT = Axis("current", "log")
CAPACITY = Axis("specific_capacity", from_zero=True)
CHARGE = Axis("passed_charge", from_zero=True)
VOLTAGE = Axis("cell_voltage")
MEANS = "Mean of the cycles of a block, with their standard deviation; without blocks that return to an earlier rate."
LAST = "The last cycle at each rate."
FIGURES = (
    Figure("capacity_by_cycle", "Capacity, rate by rate", CYCLE, CAPACITY, "points"),
    Figure("charge_by_cycle", "Charge, rate by rate", CYCLE, CHARGE, "points"),
    Figure("c_rate_by_cycle", "C-rate", CYCLE, RATE, "points"),
    Figure("current_by_cycle", "Current", CYCLE, CURRENT, "points"),
    Figure("capacity_by_rate", "Capacity against C-rate", RATE, CAPACITY, "points", caption=MEANS),
    Figure("capacity_by_current", "Capacity against current", CURRENT, CAPACITY, "points", caption=MEANS),
    Figure("charge_by_current", "Charge against current", CURRENT, CHARGE, "points", caption=MEANS),
    Figure("voltage_profile", "Voltage profiles", CAPACITY, VOLTAGE, caption=LAST, panels="binder", vary="c_rate"),
    Figure(
        "voltage_profile_charge", "Voltage profiles", CHARGE, VOLTAGE, caption=LAST, panels="binder", vary="current"
    ),
    Figure("efficiency_by_cycle", "Coulombic efficiency", CYCLE, Axis("coulombic_efficiency"), "points"),
)

NAMES = ("cell", "mass", "mass_uncertainty", "silicon_share", "area", "one_c")
TECHNIQUE = Technique(
    name="rate",
    title="Rate test",
    summary=(
        "Consecutive cycles of one current are a block; its capacity is their mean. The C-rate is the current over "
        f"that of 1 C; a customary C-rate within {NOMINAL_WITHIN:.0%} is the block's name and changes no number."
    ),
    columns=cycling.TECHNIQUE.columns,
    optional_columns=cycling.TECHNIQUE.optional_columns,
    parameters=tuple(p for p in cycling.TECHNIQUE.parameters if p.name in NAMES),
    analyse=analyse,
    together=together,
    findings=findings,
    series=series,
    figures=FIGURES,
    files="Arbin .res, Neware .nda(x), BioLogic .mpr/.mpt, BDF, csv or xlsx of any cycler",
    key_quantities=("delithiation_capacity", "rate_retention", "rate_recovery"),
)
