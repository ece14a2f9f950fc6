"""X-ray photoelectron spectroscopy: core levels fitted with their background, components and atoms in fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.analyse.xps._components import Component, keyed_numbers, parse_components
from byssus.analyse.xps._findings import BAD_FIT, FIGURES, findings, series
from byssus.analyse.xps._library import LIBRARY, SENSITIVITY_SOURCE
from byssus.analyse.xps._regions import Measured, measured
from byssus.analyse.xps._result import Atoms, Quantification, RegionFit, atomic_fractions, fit_regions
from byssus.analyse.xps._setup import Freedom
from byssus.analyse.xps._tables import PeakTable, peak_table
from byssus.errors import AnalysisError, Problem
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "XpsResult", "analyse", "together"]

CHARGE_SOURCE = "ISO 19318:2021; 284.8 eV is a convention for adventitious carbon"
REFERENCE_EV = 284.8
ESCAPE = 0.75  # exponent of the kinetic energy: Tanuma, Powell, Penn, Surf. Interface Anal. 21 (1994) 165
MOST_ESCAPE = 2.0  # overlayers have 0.5 to 0.8; a percentage or a factor put here by mistake is far beyond
BACKGROUND_WORDS = ("shirley", "shirley and linear", "tougaard", "linear")
AS_RECORDED = "as recorded"
SHIFT_ROUNDS, SHIFT_SETTLED_EV = 6, 0.005  # a tenth of the usual step
MOST_GUESSES = 6  # components whose line is tried as the region's largest, until one fits


@dataclass(frozen=True)
class XpsResult:
    """All regions of one specimen; ``atoms`` one for each condition (sample, sputter level) with two elements or more.

    ``shift_ev`` is what was added to the recorded energies and ``reference`` the component that says so, or "".
    ``tables`` are peak tables of other programs, told as they stand.
    """

    regions: tuple[RegionFit, ...]
    atoms: tuple[Atoms, ...]
    shifts_ev: tuple[float, ...]
    reference: str
    reference_ev: float
    freedom: Freedom
    how: Quantification
    tables: tuple[PeakTable, ...] = ()
    warnings: tuple[str, ...] = ()


def analyse(trace: Trace, specimen: Specimen) -> XpsResult:
    """One region, or a program's table of peaks; see :func:`together`."""
    return together((trace,), specimen)


def together(traces: Sequence[Trace], specimen: Specimen) -> XpsResult:
    """The regions of one specimen, fitted and quantified.

    Takes ``binding_energy_ev`` with ``counts`` (or ``count_rate_per_s``, whose noise is then estimated from the fit).
    Raises :class:`AnalysisError` for parameters that cannot be read, and where no trace is a core level.
    """
    tables = tuple(peak_table(trace) for trace in traces if "component" in trace and "atomic_share" in trace)
    spectra = [trace for trace in traces if "atomic_share" not in trace]
    window = keyed_numbers(str(specimen.get("windows", "")), "windows", 2)
    factors = keyed_numbers(str(specimen.get("sensitivity", "")), "sensitivity", 1)
    how = Quantification(
        {level: values[0] for level, values in factors.items()},
        float(specimen.get("escape_exponent", ESCAPE)),
        str(specimen.get("transmission", "divided out")) == "divided out",
    )
    freedom = Freedom(
        str(specimen.get("positions", "free")), str(specimen.get("widths", "each")),
        str(specimen.get("mixing_is", "fixed")), float(specimen.get("mixing", Freedom.mixing)),
    )  # fmt: skip
    if not 0 <= freedom.mixing <= 1:
        raise AnalysisError(Problem("mixing is no share", specimen.name, f"{freedom.mixing:g}", "0 to 1"))
    if not 0 <= how.escape_exponent <= MOST_ESCAPE:
        got = f"{how.escape_exponent:g}"
        raise AnalysisError(Problem("escape_exponent makes no sense", specimen.name, got, f"0 to {MOST_ESCAPE:g}"))
    named = str(specimen.get("region", "")) if len(spectra) == 1 else ""
    photon = specimen.get("photon_energy")
    regions = [measured(trace, named, None if photon is None else float(photon)) for trace in spectra]
    regions = [r for r in regions if r.level or len(spectra) == 1]
    components = parse_components(str(specimen.get("components", "")), [r.level for r in _levels(regions)])
    fits: list[RegionFit] = []
    atoms: list[Atoms] = []
    shifts: list[float] = []
    reference = str(specimen.get("charge_reference", AS_RECORDED))
    background = str(specimen.get("background", "shirley"))
    for group in _conditions(regions):
        shift, done = _referenced(group, components, window, background, freedom, how, specimen, reference)
        fits += done
        shifts.append(shift)
        found = atomic_fractions(done, how)
        atoms += [found] if found else []
    absent = sorted({c.region for c in components} - {r.level for r in regions})
    warnings = tuple(f"components of {level} are given, but no such region is there" for level in absent)
    return XpsResult(
        tuple(fits), tuple(atoms), tuple(shifts), "" if reference == AS_RECORDED else reference,
        float(specimen.get("reference_energy", REFERENCE_EV)), freedom, how, tables, warnings,
    )  # fmt: skip


def _levels(regions: Sequence[Measured]) -> list[Measured]:
    """One region of each name."""
    return list({r.level: r for r in regions}.values())


def _conditions(regions: Sequence[Measured]) -> list[list[Measured]]:
    """Regions of one sample and one sputter level belong together."""
    groups: dict[tuple[tuple[str, Any], ...], list[Measured]] = {}
    for region in regions:
        groups.setdefault(tuple(sorted(region.conditions.items())), []).append(region)
    return list(groups.values())


def _referenced(
    regions: list[Measured], components: Sequence[Component], window: Mapping[str, tuple[float, ...]], background: str,
    freedom: Freedom, how: Quantification, specimen: Specimen, reference: str,
) -> tuple[float, tuple[RegionFit, ...]]:  # fmt: skip
    """The fit on the corrected scale: shifted as told, then so that the reference component has its energy."""
    target = float(specimen.get("reference_energy", REFERENCE_EV))
    shift = float(specimen.get("charge_shift", 0.0))
    if reference == AS_RECORDED:
        moved = [_moved(r, shift, window) for r in regions]
        return shift, fit_regions(moved, components, background, freedom, how)
    level, _, name = (part.strip() for part in reference.partition(":"))
    first = next((r for r in regions if r.level == level), None)
    known = next((c for c in components if c.region == level and c.name == name), None)
    if first is None or known is None:
        raise AnalysisError(
            Problem("no such reference component", specimen.name, f"'{reference}'", "'C 1s: C-C', one of components")
        )
    guesses = [shift] if "charge_shift" in specimen.values else _guesses(first, known, components, target)
    best: tuple[float, float, tuple[RegionFit, ...]] | None = None
    for guess in guesses:
        found, done = _settled(regions, guess, target, (level, name), components, window, background, freedom, how)
        place = next(f for f in done if f.region.level == level)
        if best is None or place.scatter < best[0]:
            best = place.scatter, found, done
        if place.scatter <= BAD_FIT and not any(limit.endswith("position") for limit in place.at_limit):
            break
    assert best is not None
    return best[1:]


def _guesses(region: Measured, known: Component, components: Sequence[Component], target: float) -> list[float]:
    """Shifts by which the region's largest line is the reference's, then each other component's, nearest first."""
    top = float(region.energy_ev[int(np.argmax(region.counts))])
    own = [one.at_ev for one in components if one.region == known.region and one.at_ev > 0]
    ranked = sorted(own, key=lambda at: abs(at - known.at_ev))[:MOST_GUESSES]
    return [target + at - known.at_ev - top for at in ranked]


def _settled(
    regions: list[Measured], shift: float, target: float, reference: tuple[str, str], components: Sequence[Component],
    window: Mapping[str, tuple[float, ...]], background: str, freedom: Freedom, how: Quantification,
) -> tuple[float, tuple[RegionFit, ...]]:  # fmt: skip
    """Fitted and shifted in turn, for the ranges of positions hold on the corrected scale."""
    for _ in range(SHIFT_ROUNDS):
        done = fit_regions([_moved(r, shift, window) for r in regions], components, background, freedom, how)
        place = next(f for f in done if f.region.level == reference[0])
        at = [c.name for c in place.components].index(reference[1])
        more, u = target - float(place.positions_ev[at]), float(place.position_u_ev[at])
        shift += more
        if abs(more) < SHIFT_SETTLED_EV:
            break
    return shift, tuple(_shifted(one, more, u) for one in done)


def _moved(region: Measured, shift: float, window: Mapping[str, tuple[float, ...]]) -> Measured:
    """The region on a corrected scale, cut to its window there."""
    energy = region.energy_ev + shift
    if region.level not in window:
        return replace(region, energy_ev=energy)
    low, high = sorted(window[region.level])
    inside = (energy >= low - 1e-9) & (energy <= high + 1e-9)
    if np.count_nonzero(inside) < 12:
        raise AnalysisError(
            Problem("the window holds too few points", region.name, f"{low:g} to {high:g} eV",
                    f"a part of {energy[0]:.1f} to {energy[-1]:.1f} eV")
        )  # fmt: skip
    return replace(region, energy_ev=energy[inside], counts=region.counts[inside])


def _shifted(one: RegionFit, shift: float, u: float) -> RegionFit:
    """The region on the reference's scale; what the reference is uncertain by is added, as if independent."""
    region = replace(one.region, energy_ev=one.region.energy_ev + shift)
    known = np.where(one.position_u_ev > 0, np.hypot(one.position_u_ev, u), 0.0)
    return replace(one, region=region, positions_ev=one.positions_ev + shift, position_u_ev=known)


PARAMETERS = (
    Parameter(
        "components", "text",
        "Components of each region, as 'C 1s: C-C; C-O; mine at=287.2 within=0.3; F 1s: LiF', or 'library'.",
        blocks="component fractions and binding energies",
        source="library: " + "; ".join(dict.fromkeys(k.source for k in LIBRARY)),
    ),
    Parameter("background", "text", "Background fitted with the lines.", "shirley", BACKGROUND_WORDS),
    Parameter("windows", "text", "Part of each region that is fitted, in eV, as 'C 1s: 280 296; F 1s: 682 692'."),
    Parameter("positions", "text", "Whether positions are free within their range.", "free", ("free", "fixed")),
    Parameter("widths", "text", "One width for each component, or one a region.", "each", ("each", "one a region")),
    Parameter("mixing", "1", "Lorentzian share of a line, fixed or the start.", Freedom.mixing, (), False,
              "30 % is customary for polymers and salts"),
    Parameter("mixing_is", "text", "Whether it is fixed, or one free value a region.", "fixed",
              ("fixed", "one a region")),
    Parameter("charge_reference", "text", "Component whose energy sets the scale, as 'C 1s: C-C'.", AS_RECORDED),
    Parameter("reference_energy", "eV", "Energy of that component.", REFERENCE_EV, source=CHARGE_SOURCE),
    Parameter("charge_shift", "eV", "Added to recorded binding energies before anything else.", None, (), False),
    Parameter("sensitivity", "text", "Sensitivity factors of your own, as 'Mo 3d: 9.5; S 2p: 1.68'.",
              source=SENSITIVITY_SOURCE),
    Parameter("escape_exponent", "1", "Exponent n of the escape depth, E^n; 0 where factors hold it already.", ESCAPE,
              (), False, "S. Tanuma, C. J. Powell, D. R. Penn, Surf. Interface Anal. 21 (1994) 165"),
    Parameter("transmission", "text", "What is done with the analyser's transmission of the file.", "divided out",
              ("divided out", "left")),
    Parameter("photon_energy", "eV", "Of the X-rays, where the file does not say: 1486.6 eV for Al K-alpha."),
    Parameter("region", "text", "Core level of a file with one region that does not name it, as 'C 1s'."),
)  # fmt: skip
TECHNIQUE = Technique(
    name="xps",
    title="X-ray photoelectron spectroscopy",
    summary="Components of core levels and atomic fractions, fitted with their background and counting noise.",
    columns=(),  # spectra, or a program's table of peaks; `together` says which is lacking
    optional_columns=(
        "binding_energy_ev", "kinetic_energy_ev", "counts", "count_rate_per_s", "transmission", "component",
    ),
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=FIGURES,
    files="VAMAS .vms/.npl, CasaXPS text, PHI .spe/.pro, Avantage xlsx, SPECS .xml/.xy, Scienta text",
    key_quantities=("component_fraction", "core_level_energy", "atomic_fraction"),
    together=together,
)  # fmt: skip
