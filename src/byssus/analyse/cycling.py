"""Cycling: capacities, Coulombic efficiency and retention of a cell, cycle by cycle.

Positive current charges. In a half cell (against lithium) it delithiates the silicon electrode; such a cell
says lithiation and delithiation, a full cell charge and discharge, an undeclared cell the tester's own words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse._cycles import COUNTER_TOLERANCE, Cycles, find_cycles
from byssus.analyse._cyclewise import cell_findings, charge_findings, missing_findings
from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.errors import AnalysisError, MissingInput, Problem
from byssus.figure import Axis, Figure, Series, decimate
from byssus.findings import Finding
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "CyclingResult", "Way", "analyse", "findings", "series"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Way:
    """One direction of a cell: its sign of current, the word for it and the quantities it is reported in."""

    sign: int
    word: str
    charge: str
    specific: str
    areal: str = ""
    first: str = ""


CHARGE = Way(1, "charge", "charge_capacity", "specific_charge_capacity", "areal_charge_capacity")
DISCHARGE = Way(-1, "discharge", "discharge_capacity", "specific_discharge_capacity", "areal_discharge_capacity")
LITHIATION = Way(
    -1,
    "lithiation",
    "lithiation_charge",
    "lithiation_capacity",
    "areal_lithiation_capacity",
    "first_lithiation_capacity",
)
DELITHIATION = Way(
    1,
    "delithiation",
    "delithiation_charge",
    "delithiation_capacity",
    "areal_delithiation_capacity",
    "first_delithiation_capacity",
)
# (taken up, given back); an undeclared cell has no such order and only borrows the words
WAYS = {"half": (LITHIATION, DELITHIATION), "full": (CHARGE, DISCHARGE), "": (CHARGE, DISCHARGE)}


@dataclass(frozen=True)
class CyclingResult:
    """What was found in one cycler file; see :class:`byssus.analyse._cycles.Cycles` for ``cycles``.

    ``mass_kg`` is the mass capacities refer to (of silicon where its share is known), ``None`` if not
    given, with standard uncertainty ``mass_uncertainty_kg``; ``per`` names that mass in words.
    """

    cycles: Cycles
    cell: str
    mass_kg: float | None
    mass_uncertainty_kg: float | None
    per: str
    area_m2: float | None
    one_c_c_per_kg: float | None
    reference_cycle: int

    @property
    def ways(self) -> tuple[Way, Way]:
        return WAYS[self.cell]

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.cycles.warnings

    def rows(self, way: Way) -> NDArray[np.int64]:
        """Indices of the half-cycles of one direction, one per cycle in order."""
        return np.flatnonzero(self.cycles.halves.sign == way.sign)

    def paired(self, way: Way) -> NDArray[np.int64]:
        """Indices of the half-cycles of one direction in the whole cycles, shape ``(whole,)``."""
        rows, opening = self.rows(way), self.cycles.opening
        return rows[(rows >= opening) & (rows < opening + 2 * self.cycles.whole)]

    @property
    def first(self) -> int:
        """The number of the first whole cycle: 1, or 2 after a half-cycle on its own."""
        return self.cycles.opening + 1

    @property
    def efficiency(self) -> Floats:
        """Coulombic efficiency of the whole cycles: charge given back over charge taken up."""
        up, back = (self.cycles.charge_c[self.paired(way)] for way in self.ways)
        return np.asarray(np.divide(back, up, out=np.full(len(up), np.nan), where=up > 0))


def analyse(trace: Trace, specimen: Specimen) -> CyclingResult:
    """Half-cycles, cycles and their charge, from a cycler's trace.

    Columns: time (s), voltage (V), current (A, positive charges); the tester's counters (C), cycle and
    step numbers where there are any. Raises :class:`AnalysisError` where no cycles can be found and
    :class:`AnalysisError` where a parameter is not one that makes sense.
    """
    share, mass, spread = (specimen.get(name) for name in ("silicon_share", "mass", "mass_uncertainty"))
    cell = str(specimen.get("cell", "") or "")
    if share is not None and not 0 < share <= 1:
        mend = f"Write {share / 100:g} or '{share:g} %'." if share <= 100 else ""
        raise AnalysisError(
            Problem("silicon_share is not a mass fraction", specimen.name, f"{share:g}", "0 to 1", mend)
        )
    per, factor = "active material", 1.0
    if cell == "half" and share is not None:
        per, factor = "silicon", float(share)
    elif cell == "half":
        per = "active material as stated (silicon_share is not given)"
    return CyclingResult(
        cycles=find_cycles(trace, WAYS[cell][0].sign if cell else 0),
        cell=cell,
        mass_kg=None if mass is None else mass * factor,
        mass_uncertainty_kg=None if mass is None or spread is None else spread * factor,
        per=per,
        area_m2=specimen.get("area"),
        one_c_c_per_kg=specimen.get("one_c"),
        reference_cycle=_whole_number(specimen),
    )


def _whole_number(specimen: Specimen) -> int:
    number = specimen.get("reference_cycle", 1)
    if number != int(number) or number < 1:
        raise MissingInput(
            Problem("reference_cycle is not a cycle's number", specimen.name, f"{number:g}", "1, 2, ...")
        )
    return int(number)


def findings(result: CyclingResult) -> tuple[Finding, ...]:
    """All numbers of one file, the warnings about the file as a whole on ``cycle_count``."""
    return (*charge_findings(result), *missing_findings(result), *cell_findings(result))


def series(result: CyclingResult) -> tuple[Series, ...]:
    """Voltage profile of the first whole cycle, and capacity, efficiency and constant-voltage share against cycle."""
    per_mass = result.mass_kg is not None
    scale = result.mass_kg or 1.0
    out = []
    signs = result.cycles.halves.sign[result.cycles.opening :]
    for sign, (charge_c, voltage_v) in zip(signs, result.cycles.profiles, strict=False):
        word = next(way.word for way in result.ways if way.sign == sign)
        x, y = decimate(charge_c / scale, voltage_v)
        name = "voltage_profile" if per_mass else "voltage_profile_charge"
        out.append(Series(name, x, y, f"cycle {result.first}, {word}", at={"cycle": result.first, "half": word}))
    for way in result.ways:
        rows = result.rows(way)
        number = result.cycles.number[rows].astype(np.float64)
        name = "capacity_by_cycle" if per_mass else "charge_by_cycle"
        out.append(Series(name, number, result.cycles.charge_c[rows] / scale, way.word, at={"half": way.word}))
        held = result.cycles.held_share[rows]
        if held.any():
            out.append(Series("constant_voltage_by_cycle", number, held, way.word, at={"half": way.word}))
    if result.cell and result.cycles.whole:
        number = result.first + np.arange(result.cycles.whole, dtype=np.float64)
        out.append(Series("efficiency_by_cycle", number, result.efficiency))
    return tuple(out)


PARAMETERS = (
    Parameter(
        "cell",
        "text",
        "half: against lithium, positive current delithiates; full: against a cathode",
        choices=("half", "full"),
    ),
    Parameter("mass", "kg", "mass of active material in the electrode; without it there is no specific capacity"),
    Parameter("mass_uncertainty", "kg", "standard uncertainty of that mass"),
    Parameter("silicon_share", "1", "mass fraction of silicon in the active material; capacities are then per silicon"),
    Parameter("area", "m^2", "geometric area of the electrode"),
    Parameter("one_c", "C/kg", "the specific capacity that 1 C means, per the same mass as the capacities"),
    Parameter(
        "reference_cycle", "1", "cycle that retention refers to", default=1.0, source="convention: the first cycle"
    ),
)

CYCLE = Axis("cycle_number")
FIGURES = (
    Figure("voltage_profile", "First cycle", Axis("specific_capacity", from_zero=True), Axis("cell_voltage")),
    Figure("voltage_profile_charge", "First cycle", Axis("passed_charge", from_zero=True), Axis("cell_voltage")),
    Figure("capacity_by_cycle", "Capacity", CYCLE, Axis("specific_capacity", from_zero=True), "points"),
    Figure("charge_by_cycle", "Charge per half-cycle", CYCLE, Axis("passed_charge", from_zero=True), "points"),
    Figure("efficiency_by_cycle", "Coulombic efficiency", CYCLE, Axis("coulombic_efficiency"), "points"),
    Figure(
        "constant_voltage_by_cycle",
        "Share of charge at constant voltage",
        CYCLE,
        Axis("constant_voltage_share", from_zero=True),
        "points",
    ),
)

TECHNIQUE = Technique(
    name="cycling",
    title="Galvanostatic cycling",
    summary=(
        "Half-cycles are found from the sign of the current; a cycle is two of them. Charge is the tester's own "
        f"counter, checked against the integral of current over time to {COUNTER_TOLERANCE:.0%}."
    ),
    columns=("time_s", "voltage_v", "current_a"),
    optional_columns=(
        "charge_capacity_c",
        "discharge_capacity_c",
        "capacity_c",
        "cycle_index",
        "step_index",
        "step_time_s",
    ),
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=FIGURES,
    key_quantities=(
        "first_lithiation_capacity",
        "first_delithiation_capacity",
        "initial_coulombic_efficiency",
        "capacity_retention",
        "average_coulombic_efficiency",
    ),
)
