"""Tensile test (ISO 527-1): modulus, strength, elongation at break and toughness from force and travel."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.force_curve import collapse_index, refuse_nonsense, saturated, sound_columns, upright
from byssus.analyse.specimen_size import Size, specimen_size
from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.analyse.tensile_columns import COLUMNS, STRAIN_FROM, load_column, own_stress, taken_off, travel_column
from byssus.analyse.tensile_findings import findings
from byssus.errors import AnalysisError, Problem
from byssus.figure import Axis, Figure, Series, decimate
from byssus.laws.statistics import Line, fit_line, running_median
from byssus.laws.stress_strain import nominal_strain, nominal_stress
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "TensileResult", "analyse", "findings", "series"]

ISO = "ISO 527-1:2019"
MODULUS_WINDOW = (0.0005, 0.0025)  # ISO 527-1:2019, 10.3
BREAK_FRACTION = 0.1  # ISO 527-1:2019, 3.7.2: stress falls to 10 % of the strength
FEW_POINTS = 10  # a slope through fewer rests on single readings
TOES = ("as recorded", "corrected")
LEAST_POINTS = 3  # fewer leave no scatter to judge a line by
LATE_START = 0.1  # of the largest load; ISO 527-1:2019, 9.4 allows a prestress of a hundredth of the strength
LARGEST = 2.0  # m, or m^2: a bar beyond it fits no testing machine, a unit does not fit its number
SPIKE = 0.05  # one point this much above the median of its neighbours is no material's doing


@dataclass(frozen=True)
class TensileResult:
    """One specimen's curve up to the break, and what was read from it.

    ``strain`` (1) and ``stress_pa`` have shape ``(n,)`` and end at the break; either is ``None`` where the
    gauge length or the area was not given (``missing`` says which). ``modulus`` is the fitted line, ``None``
    with a reason in ``modulus_remarks`` where there is none. ``window`` is its range of recorded strain.
    """

    strain: NDArray[np.float64] | None
    stress_pa: NDArray[np.float64] | None
    strain_from: str
    stress_from: str
    modulus: Line | None
    window: tuple[float, float]
    toe: str
    toe_strain: float
    broke: bool
    break_fraction: float
    missing: tuple[str, ...]
    modulus_remarks: tuple[str, ...]
    break_remarks: tuple[str, ...]
    warnings: tuple[str, ...]


def analyse(trace: Trace, specimen: Specimen) -> TensileResult:
    """Stress, strain, modulus and break of one specimen.

    Takes ``force_n`` (with an area) or ``stress_pa``, against ``extensometer_m`` or ``displacement_m`` (with
    a gauge length) or ``strain_1``; sizes from ``specimen``, else from the file's header. Strain is 0 at the
    first reading. Raises :class:`AnalysisError` for nonsense (columns swapped, zero area, no rows).
    """
    refuse_nonsense(specimen, dict.fromkeys(("width", "thickness", "area", "gauge_length"), LARGEST))
    settings = _settings(specimen)
    size = specimen_size(trace, specimen)
    load_name = load_column(trace, size)
    travel_name, idle = travel_column(trace, size)
    crosshead = [n for n in ("displacement_m",) if travel_name == "extensometer_m" and n in trace]
    columns, dropped = sound_columns(trace, (load_name, travel_name, *crosshead))
    load, travel, turned = upright(trace, columns[load_name], columns[travel_name], load_name, travel_name)
    smooth, peak = _peak(trace, load, load_name)
    last, broke = collapse_index(load, settings.break_fraction * float(smooth[peak]), peak)
    stress = _stress(load[: last + 1], load_name, size)
    strain = _strain(travel[: last + 1], travel_name, size)
    spike = _spike(load[: last + 1], smooth[: last + 1])
    compared = own_stress(trace, load_name, stress)
    stood = [w for n in crosshead for w in taken_off(travel[: last + 1], np.abs(columns[n][: last + 1]))]
    modulus, modulus_remarks = _modulus(strain, stress, peak, settings.window, travel_name)
    toe_strain = -modulus.intercept / modulus.slope if modulus and settings.toe == "corrected" else 0.0
    return TensileResult(
        None if strain is None else strain - toe_strain,
        stress,
        STRAIN_FROM[travel_name],
        "force over area" if load_name == "force_n" else "the file's own stress column",
        modulus,
        settings.window,
        settings.toe,
        toe_strain,
        broke,
        settings.break_fraction,
        _missing(stress, strain),
        modulus_remarks,
        (*stood, *(() if broke else (_unbroken(load[last] / float(smooth[peak])),))),
        (*idle, *dropped, *turned, *size.warnings, *_whole(load, peak), *spike, *compared),
    )


def _peak(trace: Trace, load: NDArray[np.float64], load_name: str) -> tuple[NDArray[np.float64], int]:
    """The load without stray points, and the index of its largest value."""
    smooth = running_median(load)
    peak = int(np.argmax(smooth))
    if not smooth[peak] > 0:
        mend = f"Check what '{load_name}' is mapped to."
        raise AnalysisError(Problem("no load was carried", trace.source.path, mend=mend))
    return smooth, peak


@dataclass(frozen=True, slots=True)
class _Settings:
    window: tuple[float, float]
    break_fraction: float
    toe: str


def _settings(specimen: Specimen) -> _Settings:
    low = float(specimen.get("modulus_from", MODULUS_WINDOW[0]))
    high = float(specimen.get("modulus_to", MODULUS_WINDOW[1]))
    fraction = float(specimen.get("break_fraction", BREAK_FRACTION))
    toe = str(specimen.get("toe", "as recorded"))
    problems = []
    if not 0 <= low < high < math.inf:
        problems.append(
            Problem(
                "the modulus window is empty",
                specimen.name,
                f"{low:.6g} to {high:.6g}",
                "0 <= modulus_from < modulus_to",
            )
        )
    if not 0 < fraction < 1:
        problems.append(Problem("break_fraction is no fraction", specimen.name, f"{fraction:.6g}", "between 0 and 1"))
    if toe not in TOES:
        problems.append(Problem("toe is not one of its words", specimen.name, toe, "as recorded or corrected"))
    if problems:
        raise AnalysisError(*problems)
    return _Settings((low, high), fraction, toe)


def _stress(load: NDArray[np.float64], name: str, size: Size) -> NDArray[np.float64] | None:
    if name == "stress_pa":
        return load
    return nominal_stress(load, size.area_m2) if size.area_m2 is not None else None


def _strain(travel: NDArray[np.float64], name: str, size: Size) -> NDArray[np.float64] | None:
    if name == "strain_1":
        return np.asarray(travel - travel[0])
    return nominal_strain(travel - travel[0], size.gauge_length_m) if size.gauge_length_m is not None else None


def _whole(load: NDArray[np.float64], peak: int) -> tuple[str, ...]:
    """What is missing of the load's course: its beginning, or what lay above the load cell's limit."""
    begins = float(load[0] / load[peak])
    late = begins > LATE_START
    said = f"the record begins at {begins:.0%} of its largest load: strain before it is not in any number"
    return (*((said,) if late else ()), *saturated(load))


def _spike(load: NDArray[np.float64], smooth: NDArray[np.float64]) -> tuple[str, ...]:
    excess = float(np.max(load)) / float(np.max(smooth)) - 1
    return (f"the largest load is a single point {excess:.0%} above its neighbours",) if excess > SPIKE else ()


def _modulus(
    strain: NDArray[np.float64] | None,
    stress: NDArray[np.float64] | None,
    peak: int,
    window: tuple[float, float],
    travel_name: str,
) -> tuple[Line | None, tuple[str, ...]]:
    if strain is None or stress is None:
        return None, ()
    rising = slice(0, peak + 1)
    inside = (strain[rising] >= window[0]) & (strain[rising] <= window[1])
    n = int(np.sum(inside))
    words = f"{window[0]:.6g} to {window[1]:.6g}"
    if n < LEAST_POINTS or not float(np.ptp(strain[rising][inside])) > 0:
        return None, (f"{n} points with strain in {words} before the largest load: too few for a slope",)
    line = fit_line(strain[rising][inside], stress[rising][inside])
    if not line.slope > 0:
        return None, (f"stress does not rise with strain in {words}",)
    remarks = []
    if n < FEW_POINTS:
        remarks.append(f"only {n} points with strain in {words}")
    if window[1] > float(np.max(strain[rising])):
        reached = float(np.max(strain[rising]))
        remarks.append(f"the window ends at {window[1]:.6g}, but strain reaches {reached:.6g} at the largest load")
    if travel_name == "displacement_m":
        remarks.append("modulus from crosshead strain includes machine compliance")
    return line, tuple(remarks)


def _missing(stress: NDArray[np.float64] | None, strain: NDArray[np.float64] | None) -> tuple[str, ...]:
    reasons = []
    if stress is None:
        reasons.append("stress needs the cross-section: give area, or width and thickness (the file's header has none)")
    if strain is None:
        reasons.append("strain needs the gauge length: give gauge_length (the file's header has none)")
    return tuple(reasons)


def _unbroken(level: float) -> str:
    return (
        f"the record ends at {level:.0%} of the largest load, without a break: its last point is taken for the break, "
        "and the specimen may not have broken"
    )


def series(result: TensileResult) -> tuple[Series, ...]:
    """The stress-strain curve to the break, thinned for drawing; none where stress or strain is missing."""
    if result.strain is None or result.stress_pa is None:
        return ()
    return (Series("stress_strain", *decimate(result.strain, result.stress_pa)),)


PARAMETERS = (
    Parameter("width", "m", "Width of the specimen; else the file's header."),
    Parameter("thickness", "m", "Thickness of the specimen; else the file's header."),
    Parameter("area", "m^2", "Initial cross-section, instead of width and thickness; else the file's header."),
    Parameter("gauge_length", "m", "Length the elongation is referred to; else the file's header."),
    Parameter("modulus_from", "1", "Strain where the modulus window begins.", MODULUS_WINDOW[0], (), False, ISO),
    Parameter("modulus_to", "1", "Strain where the modulus window ends.", MODULUS_WINDOW[1], source=ISO),
    Parameter("break_fraction", "1", "Share of the largest load below which it is broken.", BREAK_FRACTION, source=ISO),
    Parameter(
        "toe", "text", "Where strain starts: at the first reading, or at the modulus line's zero.", TOES[0], TOES
    ),
)
FIGURE = Figure(
    "stress_strain",
    "Stress against strain",
    Axis("strain", from_zero=True),
    Axis("stress", from_zero=True),
    caption="Nominal stress against strain up to the break, one curve a specimen.",
)
TECHNIQUE = Technique(
    name="tensile",
    title="Tensile test",
    summary="Young's modulus, strength, elongation at break and toughness of a film or bar (ISO 527-1).",
    columns=(),  # which of the optional ones are needed depends on each other; `analyse` says so
    optional_columns=COLUMNS,
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=(FIGURE,),
    files="Zwick .TRA, delimited text or xlsx",
    key_quantities=("tensile_strength", "elongation_at_break", "young_modulus", "toughness"),
)
