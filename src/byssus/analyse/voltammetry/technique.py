"""Voltammetry: sweeps, scan rate, charge and peaks of a cyclic voltammogram, and a binder's share of them.

Positive current oxidises (IUPAC, doi:10.1515/pac-2018-0109, unless ``convention`` says US); on silicon against
lithium the anodic sweep delithiates. Sweeps and cycles are found from the potential; a tester's numbers are only
compared with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.analyse.voltammetry._findings import all_findings
from byssus.analyse.voltammetry._inertness import BINDER, CONDITION, SILICON, across
from byssus.analyse.voltammetry._peaks import BASELINES, PROMINENCE_NOISE, Peak, find_peaks
from byssus.analyse.voltammetry._rows import whole_rows
from byssus.analyse.voltammetry._sweeps import Sweep, find_sweeps, noise_of
from byssus.analyse.voltammetry._whole import against, courses, limits, scan_rate, sizes, tester_cycles, uneven
from byssus.errors import AnalysisError, Problem
from byssus.figure import Axis, Figure, Series, decimate
from byssus.findings import Finding
from byssus.laws.statistics import running_median
from byssus.laws.voltammetry import charge_steps, charge_steps_by_potential
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "Half", "VoltammetryResult", "analyse", "findings", "series"]

Floats = NDArray[np.float64]

SPARED_ROWS = 50  # rows of a sweep from which on the last is left out of its peaks
LEAST_SHARE = 0.02  # of a sweep's range of current: smaller bumps are not called peaks
GAP_NOISE = 2.0  # in standard deviations: a smaller current is not drawn on a logarithmic axis
SIGN_SHARE = 0.01  # of a sweep's rows are averaged before its current is called anodic or cathodic


@dataclass(frozen=True)
class Half:
    """One sweep and what flowed in it, in SI; ``sweep.half`` is "anodic" or "cathodic".

    ``anodic_c`` and ``cathodic_c`` are the charges (positive) passed by current of either sign, ``charge_u_c``
    the standard uncertainty that the noise of the current gives each; NaN without a scan rate. ``largest_a``
    is the largest current in the sweep's own direction. ``peaks`` go from low to high potential.
    """

    sweep: Sweep
    anodic_c: float
    cathodic_c: float
    charge_u_c: float
    largest_a: float
    noise_a: float
    rate_v_per_s: float
    peaks: tuple[Peak, ...]


@dataclass(frozen=True)
class VoltammetryResult:
    """A voltammogram: potential (V) and current (A), shapes ``(n,)``, and its sweeps in order.

    ``rate_v_per_s`` is the median of the sweeps' rates, NaN where nothing says it; ``rate_from`` says in words
    what it rests on. ``mass_spread`` is the mass's relative standard uncertainty, 0 where not given.
    """

    potential_v: Floats
    current_a: Floats
    halves: tuple[Half, ...]
    rate_v_per_s: float
    rate_uncertainty: float
    rate_from: str
    baseline: str
    least_share: float
    mass_kg: float | None
    mass_spread: float
    area_m2: float | None
    series_resistance_ohm: float | None
    warnings: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def whole(self) -> int:
        """Whole cycles: two sweeps, the second of which reaches the limit."""
        pairs = [self.of_cycle(cycle) for cycle in self.cycles]
        return sum(len(pair) == 2 and not pair[1].sweep.early_end for pair in pairs)

    def of_cycle(self, cycle: int) -> tuple[Half, ...]:
        return tuple(h for h in self.halves if h.sweep.cycle == cycle)

    @property
    def cycles(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(h.sweep.cycle for h in self.halves if h.sweep.cycle > 0))


def analyse(trace: Trace, specimen: Specimen) -> VoltammetryResult:
    """Sweeps, charge and peaks from ``voltage_v`` and ``current_a``, with ``time_s`` where there is a clock.

    Raises :class:`AnalysisError` where the potential is not swept or a parameter makes no sense.
    """
    _refuse(specimen)
    columns, warnings = whole_rows(trace)
    potential, time = columns["voltage_v"], columns.get("time_s")
    current = columns["current_a"] * (-1.0 if specimen.get("convention") == "US" else 1.0)
    sweeps = find_sweeps(potential, time, trace.source.path)
    rate, uncertainty, origin, said = scan_rate(sweeps, trace, specimen, timed=time is not None)
    resistance = specimen.get("series_resistance")
    shown = potential if resistance is None else potential - resistance * current
    settings = (str(specimen.get("baseline", BASELINES[0])), float(specimen.get("least_peak", LEAST_SHARE)))
    halves = tuple(_half(one, potential, shown, current, time, rate, settings) for one in sweeps)
    warnings = [*warnings, *said, *uneven(sweeps), *tester_cycles(columns.get("cycle_index"), sweeps)]
    warnings += against(sweeps, potential, current)
    (mass, area), notes = sizes(trace, specimen)
    return VoltammetryResult(
        shown, current, halves, rate, uncertainty, origin, *settings, mass,
        float(specimen.get("mass_uncertainty", 0.0)) / mass if mass else 0.0, area, resistance, tuple(warnings),
        (*notes, *courses(sweeps, shown), *limits(sweeps, potential)),
    )  # fmt: skip


def _refuse(specimen: Specimen) -> None:
    """Raises for a parameter that makes no sense, all of them at once."""
    problems = []
    for name in ("scan_rate", "mass", "mass_uncertainty", "area", "series_resistance", "least_peak"):
        value = specimen.get(name)
        limit = 1.0 if name == "least_peak" else np.inf
        if value is not None and not (isinstance(value, (int, float)) and 0 < value < limit):
            problems.append(Problem(f"{name} makes no sense", specimen.name, repr(value), "a finite value above zero"))
    for name, words in (("baseline", BASELINES), ("convention", CONVENTIONS)):
        if specimen.get(name, words[0]) not in words:
            problems.append(
                Problem(f"{name} is not one of its words", specimen.name, str(specimen.get(name)), " or ".join(words))
            )
    if problems:
        raise AnalysisError(*problems)


def _half(
    sweep: Sweep,
    potential_v: Floats,
    shown_v: Floats,
    current_a: Floats,
    time_s: Floats | None,
    rate: float,
    settings: tuple[str, float],
) -> Half:
    e, i = potential_v[sweep.rows], current_a[sweep.rows]
    own = abs(sweep.rate_v_per_s) if np.isfinite(sweep.rate_v_per_s) else rate
    flowing = np.r_[i[1], i[1:]]  # at the turn the current read is still the last sweep's
    if time_s is not None:
        steps = charge_steps(time_s[sweep.rows], flowing)
        width = np.maximum(np.diff(time_s[sweep.rows]), 0.0)
    else:
        steps = charge_steps_by_potential(e, flowing, sweep.direction * rate)
        width = np.diff(e) / (sweep.direction * rate)
    noise = noise_of(i)
    # a reading at the turn may be of either sweep; of few readings none can be spared
    own_rows = slice(sweep.first + 1, sweep.last + (len(i) < SPARED_ROWS))
    # noise about zero must not count as charge of both signs
    middle = smoothed(flowing, smoothing_rows(len(i)))
    sign = middle[1:] + middle[:-1]
    return Half(
        sweep=sweep,
        anodic_c=float(np.sum(steps[sign > 0])) if np.isfinite(own) else float("nan"),
        cathodic_c=float(-np.sum(steps[sign < 0])) if np.isfinite(own) else float("nan"),
        charge_u_c=float(noise * np.sqrt(np.sum(width**2))),
        largest_a=float(np.max(sweep.direction * running_median(i[1:]))),
        noise_a=noise,
        rate_v_per_s=own,
        peaks=find_peaks(
            shown_v[own_rows], current_a[own_rows], sweep.direction, baseline=settings[0], least_share=settings[1]
        ),
    )


def smoothing_rows(n: int) -> int:
    """How many rows (odd) of a sweep of ``n`` are averaged before its current is called anodic or cathodic."""
    return max(int(SIGN_SHARE * n) // 2 * 2 + 1, 1)


def smoothed(current_a: Floats, rows: int) -> Floats:
    """Moving mean over ``rows`` (odd) neighbours, shape ``(n,)``; ends repeat their last value."""
    padded = np.pad(current_a, rows // 2, mode="edge")
    return np.convolve(padded, np.full(rows, 1.0 / rows), mode="valid")


def findings(result: VoltammetryResult) -> tuple[Finding, ...]:
    """Scan rate, limits, charges, peaks and pairs of peaks of every cycle; SI units."""
    return all_findings(result)


def series(result: VoltammetryResult) -> tuple[Series, ...]:
    """Current against potential of the first, the second and the last whole cycle."""
    cycles = result.cycles
    last = max(result.whole, 1)
    wanted = [c for c in dict.fromkeys((1, 2, last)) if c in cycles]
    out = []
    for cycle in wanted:
        halves = result.of_cycle(cycle)
        rows = slice(halves[0].sweep.first, halves[-1].sweep.last + 1)
        at = {"cycle": cycle}
        x, y = result.potential_v[rows], result.current_a[rows]
        name = "voltammogram" if result.area_m2 is None else "voltammogram_per_area"
        out.append(Series(name, *decimate(x, y / (result.area_m2 or 1.0)), f"cycle {cycle}", at=at))
        if cycle == last:
            out.append(Series("voltammogram_size", *_size(x, y, halves), f"cycle {cycle}", at=at))
    return tuple(out)


def _size(x: Floats, y: Floats, halves: tuple[Half, ...]) -> tuple[Floats, Floats]:
    """|I| smoothed as for its sign, with gaps where it is not told from noise."""
    rows = smoothing_rows(len(y) // len(halves))
    smooth = np.abs(smoothed(y, rows))
    floor = GAP_NOISE * max(h.noise_a for h in halves) / np.sqrt(rows)
    return decimate(x, np.where(smooth > floor, smooth, np.nan))


CONVENTIONS = ("IUPAC", "US")
PARAMETERS = (
    Parameter("scan_rate", "V/s", "Scan rate, for data without a clock; beside a clock it is only compared."),
    Parameter("mass", "kg", "Mass that charges refer to: active material, or the binder where there is none."),
    Parameter("mass_uncertainty", "kg", "Standard uncertainty of that mass."),
    Parameter("area", "m^2", "Geometric area of the electrode; else the file's header."),
    Parameter("series_resistance", "ohm", "Resistance whose ohmic drop is taken off the potential; none by default."),
    Parameter(
        "convention", "text", "Sign of the current: IUPAC, oxidation is positive; US, reduction is.", CONVENTIONS[0],
        CONVENTIONS, source="doi:10.1515/pac-2018-0109",
    ),
    Parameter(
        "baseline", "text",
        "flanks: the line that touches both flanks of a peak; tangent: fitted before its foot and drawn on.",
        BASELINES[0], BASELINES, source="convention; tangent for peaks of diffusion, which do not come down again",
    ),
    Parameter(
        "least_peak", "1", "Share of a sweep's range of current below which a bump is no peak.", LEAST_SHARE,
        source="convention of this analysis",
    ),
)  # fmt: skip
POTENTIAL = Axis("electrode_potential")
FIGURES = (
    Figure(
        "voltammogram", "Voltammograms", POTENTIAL, Axis("current"), panels="binder", vary="cycle",
        caption="First, second and last whole cycle; anodic current is positive.",
    ),
    Figure(
        "voltammogram_per_area", "Voltammograms", POTENTIAL, Axis("current_density"), panels="binder", vary="cycle",
        caption="First, second and last whole cycle, per area of the electrode; anodic current is positive.",
    ),
    Figure(
        "voltammogram_size", "Size of the current", POTENTIAL, Axis("current_size", scale="log"), panels="binder",
        caption="Last whole cycle, on a logarithmic axis: a small current beside a large one. Gaps: within the noise.",
    ),
)  # fmt: skip
TECHNIQUE = Technique(
    name="voltammetry",
    title="Cyclic voltammetry",
    summary=(
        "Sweeps and cycles are found from the potential, the scan rate from its slope. A peak stands out from both "
        f"sides by more than {PROMINENCE_NOISE:.0f} times the noise and {LEAST_SHARE:.0%} of the sweep's range. The "
        f"binder's share needs both electrodes, told apart by the condition {CONDITION} = "
        f'"{BINDER}" (binder and carbon, no silicon) and "{SILICON}".'
    ),
    columns=("voltage_v", "current_a"),
    optional_columns=("time_s", "cycle_index"),
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=FIGURES,
    files="BioLogic .mpr/.mpt, Gamry .DTA, csv or xlsx",
    key_quantities=(
        "binder_charge_share",
        "binder_current_share",
        "anodic_charge",
        "cathodic_charge",
        "peak_potential",
        "peak_current",
    ),
    across=across,
)
