"""Pores by mercury intrusion (Washburn, ISO 15901-1) or the surface a gas covers (BET, ISO 9277)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from byssus.analyse.porosimetry._findings import curves, numbers
from byssus.analyse.porosimetry._intrusion import Intrusion, Sizes, intrusion_of, sizes_of
from byssus.analyse.porosimetry._sorption import Sorption, sorption_of
from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.errors import AnalysisError, Problem
from byssus.figure import Axis, Figure, Series
from byssus.findings import Finding
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "PorosimetryResult", "analyse", "findings", "series", "together"]

ISO = "ISO 15901-1:2016"
BET = "ISO 9277:2022"


@dataclass(frozen=True)
class PorosimetryResult:
    """A run of mercury (``intrusion`` with ``sizes``) or of a gas (``sorption``); the other is ``None``."""

    intrusion: Intrusion | None
    sizes: Sizes | None
    sorption: Sorption | None


def analyse(trace: Trace, specimen: Specimen) -> PorosimetryResult:
    """Pore volumes, areas, diameters, densities and porosity of one run, or the BET area of an isotherm.

    Takes ``pressure_pa``, or else ``pore_diameter_m``, with ``intrusion_volume_m3`` or
    ``specific_intrusion_m3_per_kg``; or ``relative_pressure`` with ``adsorbed_m3_per_kg``. Raises
    :class:`AnalysisError` for nonsense.
    """
    return together((trace,), specimen)


def together(traces: Sequence[Trace], specimen: Specimen) -> PorosimetryResult:
    """The last trace is the specimen's run; one before it is the blank's, which is taken off (compressibility)."""
    *before, trace = traces
    if len(before) > 1:
        expected = "the blank's run, then the specimen's"
        raise AnalysisError(Problem("too many runs of one specimen", trace.source.path, f"{len(traces)}", expected))
    if "adsorbed_m3_per_kg" in trace and "relative_pressure" in trace and not before:
        return PorosimetryResult(None, None, sorption_of(trace, specimen))
    sizes = sizes_of(trace, specimen)
    return PorosimetryResult(intrusion_of(trace, specimen, before[0] if before else None), sizes, None)


def findings(result: PorosimetryResult) -> tuple[Finding, ...]:
    """Of mercury: intrusion, area, medians, densities, porosity; of a gas: specific surface area and C. SI units."""
    return numbers(result.intrusion, result.sizes, result.sorption)


def series(result: PorosimetryResult) -> tuple[Series, ...]:
    """Cumulative and differential intrusion over diameter, or the isotherm."""
    return curves(result.intrusion, result.sorption)


PARAMETERS = (
    Parameter("contact_angle", "rad", "Of mercury on the solid; else the file's, else 130°.", source=ISO),
    Parameter("surface_tension", "N/m", "Of mercury; else the file's, else 0.485 N/m.", source=ISO),
    Parameter("sample_mass", "kg", "Of the specimen as weighed, with its foil; else the file's header."),
    Parameter("foil_mass", "kg", "Of the foil within it; 0 g for none.", positive=False),
    Parameter("bulk_volume", "m^3", "Of the specimen with its foil; else from the penetrometer's weighings.",
              blocks="porosity"),
    Parameter("foil_volume", "m^3", "Of the foil within it; 0 ml for none.", positive=False, blocks="porosity"),
    Parameter("penetrometer_volume", "m^3", "Of the empty penetrometer; else the file's header."),
    Parameter("penetrometer_mass", "kg", "Of the empty penetrometer; else the file's header."),
    Parameter("assembly_mass", "kg", "Of penetrometer, specimen and mercury; else the file's header."),
    Parameter("mercury_density", "kg/m^3", "At filling; else the file's, else 13.5336 g/ml (25 °C)."),
    Parameter("largest_pore", "m", "Diameter that volume is counted from; all larger gaps are left out."),
    Parameter("smallest_pore", "m", "Diameter that volume is counted to."),
    Parameter("bet_from", "1", "p/p0 where the BET line begins; 0.05 unless given.", positive=False, source=BET),
    Parameter("bet_to", "1", "p/p0 where the BET line ends; 0.30 unless given.", source=BET),
    Parameter("molecule_area", "m^2", "Area a molecule covers; 0.162 nm² (nitrogen) unless given.", source=BET),
)  # fmt: skip
FIGURES = (
    Figure(
        "intrusion", "Cumulative intrusion", Axis("pore_diameter", "log", descending=True),
        Axis("intrusion", from_zero=True), caption="Share of the total intruded volume, from large pores to small.",
    ),
    Figure(
        "intrusion_density", "Pore size distribution", Axis("pore_diameter", "log", descending=True),
        Axis("intrusion_density", from_zero=True),
        caption="Intruded volume per decade of diameter over the total, in steps of a twentieth of a decade.",
    ),
    Figure(
        "isotherm", "Isotherm", Axis("relative_pressure"), Axis("adsorbed_volume", from_zero=True), "points",
        caption="Gas adsorbed, as the pressure rises and falls.",
    ),
)  # fmt: skip
TECHNIQUE = Technique(
    name="porosimetry",
    title="Porosimetry",
    summary="Pore volume, area, diameters, densities and porosity by mercury intrusion; BET area of a gas isotherm.",
    columns=(),  # mercury or gas: `analyse` says what it lacks
    optional_columns=(
        "pressure_pa", "pore_diameter_m", "intrusion_volume_m3", "specific_intrusion_m3_per_kg", "relative_pressure",
        "adsorbed_m3_per_kg",
    ),
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=FIGURES,
    files="Micromeritics report text, tables of pressure and volume, csv",
    key_quantities=("porosity", "total_intrusion_volume", "median_pore_diameter"),
    together=together,
)  # fmt: skip
