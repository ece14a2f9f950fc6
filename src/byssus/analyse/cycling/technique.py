"""Cycling: capacities, Coulombic efficiency and retention of a cell, cycle by cycle.

Positive current charges. In a half cell (against lithium) it delithiates the silicon electrode; such a cell
says lithiation and delithiation, a full cell charge and discharge, an undeclared cell the tester's own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.cycling._cycles import COUNTER_TOLERANCE, Cycles, cycles_of, find_cycles
from byssus.analyse.cycling._differential import differential_curves, differential_findings
from byssus.analyse.cycling._findings import cell_findings, charge_findings, missing_findings
from byssus.analyse.cycling._formation import formation_cycles, whole_current
from byssus.analyse.cycling._join import join
from byssus.analyse.cycling._parameters import PARAMETERS, share_of_life, whole_number, window
from byssus.analyse.cycling._series import FIGURES, series
from byssus.analyse.technique import Specimen, Technique
from byssus.errors import AnalysisError, Problem
from byssus.findings import Finding
from byssus.trace import Trace

__all__ = ["FIGURES", "TECHNIQUE", "CyclingResult", "Way", "analyse", "findings", "series", "together"]

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
    """What was found in one cycler file; see :class:`byssus.analyse.cycling._cycles.Cycles` for ``cycles``.

    ``mass_kg`` is the mass capacities refer to (of silicon where its share is known), ``None`` if not
    given, with standard uncertainty ``mass_uncertainty_kg``; ``per`` names that mass in words. ``formation``
    counts the whole cycles of formation, as the study says (``formation_told``) or as the current shows.
    ``end_of_life`` is a share of the reference cycle's capacity; ``step_v`` and ``width_v`` are the grid and the
    window of the differential capacity. ``notes`` say how several files were joined.
    """

    cycles: Cycles
    cell: str
    mass_kg: float | None
    mass_uncertainty_kg: float | None
    per: str
    area_m2: float | None
    one_c_c_per_kg: float | None
    reference_cycle: int
    formation: int
    formation_told: bool
    end_of_life: float
    step_v: float
    width_v: float
    notes: tuple[str, ...] = ()

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

    def rows_of(self, cycle: int) -> tuple[int, int]:
        """Indices of the two half-cycles of a whole cycle, by its number."""
        row = self.cycles.opening + 2 * (cycle - self.first)
        return row, row + 1

    @property
    def divisor(self) -> str:
        """What makes a charge a specific capacity, as text at an equation's end."""
        return "" if self.mass_kg is None else " / (m w(Si))" if self.per == "silicon" else " / m"

    @property
    def current_a(self) -> Floats:
        """Current of the whole cycles, the mean of both halves, shape ``(whole,)``."""
        return whole_current(self.cycles)

    @property
    def hysteresis_v(self) -> Floats:
        """Mean voltage of the charging half less that of the discharging one, in the whole cycles."""
        up, down = (self.cycles.mean_voltage_v[self.paired(way)] for way in sorted(self.ways, key=lambda w: -w.sign))
        return np.asarray(up - down)

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
    return _result(find_cycles(trace, _begins(specimen)), specimen)


def together(traces: Sequence[Trace], specimen: Specimen) -> CyclingResult:
    """The files of one cell as one: in order of their dates, else as given, each test once, cycles counted through.

    Raises as :func:`analyse`, with the problems of all files at once.
    """
    joined = join(traces)
    cycles = cycles_of(joined.columns, joined.path, _begins(specimen), joined.warnings)
    return replace(_result(cycles, specimen), notes=joined.notes)


def _cell(specimen: Specimen) -> str:
    return str(specimen.get("cell", "") or "")


def _begins(specimen: Specimen) -> int:
    """The sign of current a cycle begins with; 0 for an undeclared cell."""
    cell = _cell(specimen)
    return WAYS[cell][0].sign if cell else 0


def _result(cycles: Cycles, specimen: Specimen) -> CyclingResult:
    share, mass, spread = (specimen.get(name) for name in ("silicon_share", "mass", "mass_uncertainty"))
    cell = _cell(specimen)
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
    told = specimen.get("formation_cycles") is not None
    step_v, width_v = window(specimen)
    found = formation_cycles(whole_current(cycles))
    return CyclingResult(
        cycles=cycles,
        cell=cell,
        mass_kg=None if mass is None else mass * factor,
        mass_uncertainty_kg=None if mass is None or spread is None else spread * factor,
        per=per,
        area_m2=specimen.get("area"),
        one_c_c_per_kg=specimen.get("one_c"),
        reference_cycle=whole_number(specimen, "reference_cycle", 1, 1),
        formation=whole_number(specimen, "formation_cycles", 0, 0) if told else found,
        formation_told=told,
        end_of_life=share_of_life(specimen),
        step_v=step_v,
        width_v=width_v,
    )


def findings(result: CyclingResult) -> tuple[Finding, ...]:
    """All numbers of one cell, the warnings about its files as a whole on ``cycle_count``."""
    curves = differential_curves(result)
    return (
        *charge_findings(result),
        *missing_findings(result),
        *cell_findings(result),
        *differential_findings(result, curves),
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
    together=together,
    findings=findings,
    series=series,
    figures=FIGURES,
    files="Arbin .res, Neware .nda(x), BioLogic .mpr/.mpt, BDF, csv or xlsx of any cycler",
    key_quantities=(
        "first_lithiation_capacity",
        "first_delithiation_capacity",
        "initial_coulombic_efficiency",
        "delithiation_capacity",
        "capacity_retention",
        "average_coulombic_efficiency",
    ),
)
