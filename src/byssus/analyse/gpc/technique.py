"""Gel permeation chromatography (ISO 16014): calibration, limits, averages of the molar mass, distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.gpc._calibration import Calibration
from byssus.analyse.gpc._given import RETENTION, calibration_of, retention_of, sound
from byssus.analyse.gpc._peak import Peak, found_peak, stated_peak
from byssus.analyse.gpc._slices import NAMES, Cut, by_calibration, by_limits, cut_out, of_summits
from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.errors import AnalysisError, MissingInput, Problem
from byssus.figure import Axis, Figure, Series
from byssus.findings import Finding
from byssus.laws.molar_mass import Averages, averages
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "GpcResult", "analyse", "findings", "series", "together"]

Floats = NDArray[np.float64]
ISO = "ISO 16014-1:2019"
BASELINES = ("linear", "none")
RESPONSES = ("up", "down")
OUTSIDE = 0.01  # share of the area beyond the standards, above which the averages rest on extrapolation
# Light scattered by dried droplets: the response rises faster than the mass (power law, exponent above 1).
EVAPORATIVE = ("elsd", "satin", "evaporative", "charged aerosol")


@dataclass(frozen=True)
class GpcResult:
    """One distribution.

    ``log_mass`` (log10 of kg/mol, rising) and ``distribution`` (dw/dlog10 M) have shape ``(n,)``. ``uncertainties``
    hold, by name of the average, (from the calibration, from the limits), each ``None`` where nothing tells it.
    ``retention``, ``signal`` and ``baseline`` are the chromatogram, ``None`` for a distribution that was read.
    ``outside`` is the share of the area before the largest and behind the smallest standard.
    """

    averages: Averages
    uncertainties: Mapping[str, tuple[float | None, float | None]]
    log_mass: Floats
    distribution: Floats
    summits: tuple[float, ...]
    summit_uncertainties: tuple[float | None, ...]
    calibration: Calibration | None
    peak: Peak | None
    retention_name: str
    retention: Floats | None
    signal: Floats | None
    outside: tuple[float, float]
    warnings: tuple[str, ...]


def analyse(trace: Trace, specimen: Specimen) -> GpcResult:
    """Averages and distribution of one sample.

    Takes ``detector_signal`` over ``time_s`` or ``elution_volume_m3`` with a calibration from ``specimen``, or
    ``mass_distribution`` over ``molar_mass_kg_per_mol``. Raises :class:`MissingInput` without a calibration,
    :class:`AnalysisError` for nonsense (no peak, no rows, molar masses that do not fall with retention).
    """
    return together((trace,), specimen)


def together(traces: Sequence[Trace], specimen: Specimen) -> GpcResult:
    """The last trace is the sample, those before it are its narrow standards, each with its mass in its name."""
    *standards, trace = traces
    if "mass_distribution" in trace and "molar_mass_kg_per_mol" in trace and not standards:
        return _read_distribution(trace)
    name = retention_of(trace)
    (x, y), dropped = sound(trace, (name, "detector_signal"))
    y = -y if specimen.get("response", RESPONSES[0]) == "down" else y
    calibration = calibration_of(specimen, name, standards, trace.source.path)
    peak = _peak(x, y, calibration, specimen, name, trace.source.path)
    low, high = float(x[peak.first]), float(x[peak.last])
    span = calibration.span or (low, high)
    if not calibration.falls(min(low, span[0]), max(high, span[1])):
        got = f"a polynomial of order {calibration.order} that turns between {low:.6g} and {high:.6g}"
        mend = "State a lower order, or narrower limits."
        raise AnalysisError(Problem("the calibration does not fall over the peak", specimen.name, got, mend=mend))
    cut = cut_out(x, y, peak, calibration)
    outside = _outside(cut, calibration)
    summits = np.array(peak.summits)
    log_mass = calibration.log_mass(cut.x)
    known, limited = by_calibration(cut, calibration), by_limits(x, y, peak, calibration, cut)
    area = float(np.sum(cut.mass))
    return GpcResult(
        cut.averages,
        {n: (known[n], limited[n]) for n in NAMES},
        log_mass[::-1],
        (cut.height / np.abs(calibration.slope(cut.x)) / area)[::-1],
        tuple(float(v) for v in 10 ** calibration.log_mass(summits)),
        of_summits(summits, calibration),
        calibration,
        peak,
        name,
        x,
        y,
        outside,
        (*dropped, *_doubts(trace, peak, calibration, outside)),
    )


def _peak(x: Floats, y: Floats, calibration: Calibration, specimen: Specimen, name: str, where: str) -> Peak:
    keys = ("peak_from", "peak_to") if name == "time_s" else ("volume_from", "volume_to")
    low, high = (specimen.get(key) for key in keys)
    if (low is None) != (high is None):
        raise MissingInput(Problem("only one limit of the peak is given", specimen.name, expected=" and ".join(keys)))
    if low is not None and high is not None:
        if not float(low) < float(high):
            got = f"{float(low):.6g} to {float(high):.6g} {RETENTION[name][0]}"
            raise AnalysisError(Problem("the limits of the peak are empty", specimen.name, got, f"{keys[0]} first"))
        return stated_peak(x, y, (float(low), float(high)), str(specimen.get("baseline", BASELINES[0])), where)
    if calibration.span is None:
        mend = f"Give {keys[0]} and {keys[1]}."
        expected = "the limits of the peak: coefficients do not say where the column separates"
        raise MissingInput(Problem("no limits are given", specimen.name, expected=expected, mend=mend))
    return found_peak(x, y, calibration.span, where)


def _outside(cut: Cut, calibration: Calibration) -> tuple[float, float]:
    if calibration.span is None:
        return 0.0, 0.0
    total = float(np.sum(cut.mass))
    before = float(np.sum(cut.mass[cut.x < calibration.span[0]])) / total
    return before, float(np.sum(cut.mass[cut.x > calibration.span[1]])) / total


def _doubts(trace: Trace, peak: Peak, calibration: Calibration, outside: tuple[float, float]) -> tuple[str, ...]:
    out = [peak.doubt] if peak.doubt else []
    for share, side in zip(outside, ("before the largest", "behind the smallest"), strict=True):
        if share > OUTSIDE:
            out.append(f"{share:.0%} of the area elutes {side} standard: there the calibration is extrapolated")
    if calibration.standards is not None and calibration.covariance is None:
        out.append("no more standards than coefficients: nothing tells how uncertain the calibration is")
    said = " ".join(str(v) for v in trace.metadata.get("preamble", {}).values()).casefold()
    if any(word in said for word in EVAPORATIVE):
        out.append("an evaporative detector's signal is not proportional to mass: the wings weigh too little")
    if len(peak.summits) > 1:
        out.append(f"{len(peak.summits)} maxima between the limits: one average over all of them")
    return tuple(out)


def _read_distribution(trace: Trace) -> GpcResult:
    """The averages of a distribution that was read: its masses per decade, by trapezia over log10 M."""
    (mass, density), dropped = sound(trace, ("molar_mass_kg_per_mol", "mass_distribution"))
    if not (mass[0] > 0 and np.any(density > 0)):
        got = f"molar masses from {mass[0]:.6g} kg/mol, largest density {np.max(density):.6g}"
        raise AnalysisError(Problem("this is no distribution", trace.source.path, got, "both above zero"))
    log_mass = np.log10(mass)
    weights = density * np.gradient(log_mass)
    try:
        found = averages(mass, weights)
    except ValueError as fault:
        raise AnalysisError(Problem("this is no distribution", trace.source.path, str(fault))) from fault
    top = float(mass[int(np.argmax(density))])
    negative = ("the distribution has values below zero: they count as they stand",) if np.any(density < 0) else ()
    return GpcResult(
        found, dict.fromkeys(NAMES, (None, None)), log_mass, density / float(np.sum(weights)), (top,), (None,), None,
        None, "", None, None, (0.0, 0.0), (*dropped, *negative),
    )  # fmt: skip


def findings(result: GpcResult) -> tuple[Finding, ...]:
    """Mn, Mw, Mz (kg/mol), dispersity, molar mass at each maximum, leave-one-out error of each order."""
    from byssus.analyse.gpc._findings import numbers

    return numbers(result)


def series(result: GpcResult) -> tuple[Series, ...]:
    """The distribution; and where there is one, the chromatogram with its baseline and the calibration."""
    from byssus.analyse.gpc._findings import curves

    return curves(result)


def _words(*names: str) -> tuple[Any, ...]:
    what = {"standard": "the standards' polymer", "sample": "the sample's polymer"}
    return tuple(
        Parameter(
            f"{who}_{sign}", "1", f"Mark-Houwink {sign.upper() if sign == 'k' else sign} of {what[who]} in the eluent"
            + (" (M in g/mol; standards and sample in one unit)." if sign == "k" else "."),
            source="universal calibration, doi:10.1002/pol.1967.110050903",
        )
        for who in names for sign in ("k", "a")
    )  # fmt: skip


PARAMETERS = (
    Parameter("standards", "text", "Narrow standards: '459 kDa at 6.40 min; 217 kDa at 6.67 min; ...'."),
    Parameter("calibration", "text", "Coefficients of log10(M/(g/mol)) over min or ml, lowest power first, instead."),
    Parameter("order", "1", "Order of the calibration's polynomial; by leave-one-out if not given."),
    *_words("standard", "sample"),
    Parameter("peak_from", "s", "Retention time where the peak begins; found if not given.", positive=False),
    Parameter("peak_to", "s", "Retention time where the peak ends; found if not given."),
    Parameter("volume_from", "m^3", "Elution volume where the peak begins; found if not given.", positive=False),
    Parameter("volume_to", "m^3", "Elution volume where the peak ends; found if not given."),
    Parameter("response", "text", "Whether the sample's peak points up, or down (a negative dn/dc).", RESPONSES[0],
              RESPONSES, source="convention of this analysis"),
    Parameter("baseline", "text", "Baseline between stated limits: joins the signal at both, or zero.", BASELINES[0],
              BASELINES, source=ISO),
)  # fmt: skip
FIGURES = (
    Figure(
        "distribution", "Molar mass distribution", Axis("molar_mass", "log"), Axis("mass_distribution", from_zero=True),
        caption="Mass fraction per decade of molar mass, equivalent to the standards' polymer unless calibration is "
        "universal.",
    ),
    Figure(
        "chromatogram", "Chromatogram", Axis("retention_time"), Axis("detector_signal"), panels="binder",
        vary="curve", caption="Signal with the baseline that was taken, between the limits that were taken.",
    ),
    Figure(
        "calibration", "Calibration", Axis("retention_time"), Axis("molar_mass", "log"),
        caption="Narrow standards (points) and the polynomial through them (line).",
    ),
    Figure(
        "calibration_orders", "Leave-one-out error by order", Axis("calibration_order"),
        Axis("calibration_error", from_zero=True), "bars",
        caption="Root mean square error of log10 M of standards left out in turn, for each order of the polynomial.",
    ),
)  # fmt: skip
TECHNIQUE = Technique(
    name="gpc",
    title="Gel permeation chromatography",
    summary="Molar mass averages, dispersity and distribution by calibration with narrow standards (ISO 16014).",
    columns=(),  # a chromatogram or a distribution: `analyse` says what it lacks
    optional_columns=(
        "time_s", "elution_volume_m3", "detector_signal", "molar_mass_kg_per_mol", "mass_distribution",
    ),
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=FIGURES,
    files="Waters .arw, .gpc, delimited text",
    key_quantities=("number_average_molar_mass", "weight_average_molar_mass", "dispersity"),
    together=together,
)  # fmt: skip
