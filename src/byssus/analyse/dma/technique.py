"""Dynamic mechanical analysis of a film: glass transition by three named criteria, plateau, crosslinks, shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.dma._findings import all_findings
from byssus.analyse.dma._ramp import FEWEST, Ramp, examine
from byssus.analyse.dma._shift import (
    Arrhenius,
    Isotherm,
    Shift,
    Told,
    Wlf,
    fit_arrhenius,
    fit_wlf,
    isotherms,
    shift_of,
    told_shift,
)
from byssus.analyse.technique import Parameter, Specimen, Technique
from byssus.errors import AnalysisError, Problem
from byssus.figure import Axis, Figure, Mark, Series
from byssus.findings import Finding
from byssus.trace import Trace

__all__ = ["TECHNIQUE", "DmaResult", "analyse", "findings", "series", "together"]

Floats = NDArray[np.float64]
SAME_FREQUENCY = 0.02  # relative: what differs less is one frequency
MIN_ROWS = 5
TENSILE = ("storage_modulus_pa", "loss_modulus_pa")
SHEAR = ("shear_storage_modulus_pa", "shear_loss_modulus_pa")


@dataclass(frozen=True)
class DmaResult:
    """A ramp for every frequency; ``shear`` where the moduli are of shear.

    ``curves`` and what follows are there where four isotherms of four frequencies or more are. ``wlf_from_k`` is the
    lowest glass transition, from which on the WLF law is fitted; 0 where none is seen. ``told`` is there where the
    file is a master curve with its own shifts. A frequency of one temperature only is no ramp, unless all are.
    """

    ramps: tuple[Ramp, ...]
    shear: bool
    curves: tuple[Isotherm, ...]
    shift: Shift | None
    wlf: Wlf | None
    wlf_from_k: float
    arrhenius: Arrhenius | None
    warnings: tuple[str, ...]
    told: Told | None = None


def analyse(trace: Trace, specimen: Specimen) -> DmaResult:
    """One run. Columns: ``temperature_k``, storage and loss modulus (or tan delta), ``frequency_hz`` where there.

    Raises :class:`AnalysisError` for no modulus, no loss, too few sound rows.
    """
    return together((trace,), specimen)


def together(traces: Sequence[Trace], specimen: Specimen) -> DmaResult:
    """The steps of one specimen; those without a storage modulus (creep, flow) are left out and told."""
    _refuse(specimen)
    shear = not any(TENSILE[0] in trace for trace in traces)
    names = SHEAR if shear else TENSILE
    used = [trace for trace in traces if names[0] in trace]
    if not used:
        got = ", ".join(dict.fromkeys(name for trace in traces for name in trace.columns))
        expected = "a storage modulus, E' or G'"
        mend = 'Map it: columns = { storage_modulus_pa = "heading [MPa]" }.'
        raise AnalysisError(Problem("no storage modulus", traces[0].source.path, got, expected, mend))
    warnings = [f"{len(traces) - len(used)} steps without a storage modulus are left out"] if used != [*traces] else []
    parts = [_sound(trace, names, specimen) for trace in used]
    t, e, loss, f = (np.concatenate([part[k] for part in parts]) for k in range(4))
    dropped = sum(len(trace) for trace in used) - len(t)
    if dropped:
        warnings.append(f"{dropped} rows left out: a number is missing, or a modulus is not above zero")
    if len(t) < MIN_ROWS:
        raise AnalysisError(Problem("too few sound rows", used[0].source.path, f"{len(t)}", f"at least {MIN_ROWS}"))
    ramps = tuple(examine(g, t[rows], e[rows], loss[rows]) for g, rows in _frequencies(f))
    courses = tuple(ramp for ramp in ramps if np.ptp(ramp.temperature_k) > FEWEST)
    if courses and len(courses) < len(ramps):
        warnings.append(f"{len(ramps) - len(courses)} frequencies without a course over temperature are left out")
    told = next((found for trace in used if (found := told_shift(trace.metadata)) is not None), None)
    curves = isotherms(t, f, e) if np.isfinite(f).all() and np.all(f > 0) else ()
    reference = float(specimen.get("reference_temperature", np.median([c.temperature_k for c in curves] or [0.0])))
    shift = shift_of(curves, reference) if curves else None
    glass = [ramp.loss.temperature_k for ramp in ramps if ramp.loss is not None]
    from_k = min(glass, default=0.0)
    law, line = (fit_wlf(shift, from_k), fit_arrhenius(shift)) if shift is not None else (None, None)
    return DmaResult(courses or ramps, shear, curves, shift, law, from_k, line, tuple(warnings), told)


def _sound(trace: Trace, names: tuple[str, str], specimen: Specimen) -> tuple[Floats, Floats, Floats, Floats]:
    """Temperature, storage and loss modulus, frequency (NaN where nothing says it) of the rows that have them."""
    t, e = (np.asarray(trace[name], dtype=np.float64) for name in ("temperature_k", names[0]))
    if names[1] in trace:
        loss = np.asarray(trace[names[1]], dtype=np.float64)
    elif "tan_delta" in trace:
        loss = e * np.asarray(trace["tan_delta"], dtype=np.float64)
    else:
        expected = "a loss modulus or tan delta"
        raise AnalysisError(Problem("nothing says the loss", trace.source.path, ", ".join(trace.columns), expected))
    if "frequency_hz" in trace:
        f = np.asarray(trace["frequency_hz"], dtype=np.float64)
    elif "angular_frequency_rad_per_s" in trace:
        f = np.asarray(trace["angular_frequency_rad_per_s"], dtype=np.float64) / (2 * np.pi)
    else:
        f = np.full(len(t), float(specimen.get("frequency", np.nan)))
    keep = np.isfinite(t) & np.isfinite(e) & np.isfinite(loss) & (t > 0) & (e > 0) & (t < 5e3) & (e < 1e15)
    keep &= np.abs(loss) < 1e15
    return t[keep], e[keep], loss[keep], f[keep]


def _frequencies(f: Floats) -> list[tuple[float, NDArray[np.intp]]]:
    """Each frequency and its rows; one group of NaN where none is said."""
    if not np.all(np.isfinite(f) & (f > 0)):
        return [(float("nan"), np.arange(len(f)))]
    order = np.argsort(f, kind="stable")
    cuts = np.flatnonzero(np.diff(np.log(f[order])) > SAME_FREQUENCY) + 1
    return [(float(np.median(f[rows])), np.sort(rows)) for rows in np.split(order, cuts)]


def _refuse(specimen: Specimen) -> None:
    problems = []
    for name in ("frequency", "reference_temperature"):
        value = specimen.get(name)
        if value is not None and not (isinstance(value, (int, float)) and 0 < value < np.inf):
            problems.append(Problem(f"{name} makes no sense", specimen.name, repr(value), "a finite value above zero"))
    if problems:
        raise AnalysisError(*problems)


def findings(result: DmaResult) -> tuple[Finding, ...]:
    """Glass transition by each criterion, tan delta peak, plateau, crosslink density, shift; SI units."""
    return all_findings(result)


def series(result: DmaResult) -> tuple[Series, ...]:
    """E' and tan delta over temperature for each frequency; shift factors and the master curve."""
    out = []
    several = len(result.ramps) > 1
    for ramp in result.ramps:
        at = {"frequency": float(f"{ramp.frequency_hz:.4g}")} if several else {}
        if np.ptp(ramp.temperature_k) < 1.0:
            continue
        x = ramp.temperature_k
        peak = (Mark("tan δ peak", ramp.tan_delta.temperature_k),) if ramp.tan_delta else ()
        onset = (Mark("onset", ramp.onset_k),) if np.isfinite(ramp.onset_k) else ()
        out.append(Series("storage_modulus", x, ramp.storage_pa, at=at, marks=onset).thinned())
        out.append(Series("loss_factor", x, ramp.loss_factor, at=at, marks=peak).thinned())
        highest = (Mark("loss modulus peak", ramp.loss.temperature_k),) if ramp.loss else ()
        out.append(Series("loss_modulus", x, ramp.loss_pa, at=at, marks=highest).thinned())
    if result.shift is not None:
        s = result.shift
        out.append(Series("shift_factors", s.temperature_k, s.log_a, y_error=s.u_log_a))
        for curve, log_a in zip(result.curves, s.log_a, strict=True):
            at = {"temperature": round(curve.temperature_k, 1)}
            out.append(Series("master_curve", 10 ** (curve.log_f + log_a), 10**curve.log_storage, at=at))
    if result.told is not None:
        s = result.told.shift
        out.append(Series("shift_factors", s.temperature_k, s.log_a))
        f = np.array([ramp.frequency_hz for ramp in result.ramps])
        e = np.array([float(np.median(ramp.storage_pa)) for ramp in result.ramps])
        out.append(Series("master_curve", f, e, at={"temperature": round(s.reference_k, 1)}))
    return tuple(out)


PARAMETERS = (
    Parameter("frequency", "Hz", "Frequency of the oscillation, where the file does not say."),
    Parameter(
        "reference_temperature", "K",
        "Isotherms are shifted onto the one nearest to this; the middle one by default.",
    ),
)  # fmt: skip
TEMPERATURE = Axis("temperature")
FIGURES = (
    Figure(
        "storage_modulus", "Storage modulus", TEMPERATURE, Axis("storage_modulus", "log"), vary="frequency",
        caption="Ticks: onset, where the tangent of the fall meets the glassy line.",
    ),
    Figure(
        "loss_factor", "Loss factor", TEMPERATURE, Axis("loss_factor", from_zero=True), vary="frequency",
        caption="Ticks: the peak of tan δ.",
    ),
    Figure(
        "loss_modulus", "Loss modulus", TEMPERATURE, Axis("loss_modulus", from_zero=True), vary="frequency",
        caption="Ticks: the peak of the loss modulus.",
    ),
    Figure(
        "master_curve", "Master curve", Axis("reduced_frequency", "log"), Axis("storage_modulus", "log"), "points",
        caption="Isotherms moved along the frequency onto the reference temperature.", panels="binder",
        vary="temperature",
    ),
    Figure(
        "shift_factors", "Shift factors", TEMPERATURE, Axis("shift_factor"), "points",
        caption="Bars: standard uncertainties, summed from the reference.",
    ),
)  # fmt: skip
TECHNIQUE = Technique(
    name="dma",
    title="Dynamic mechanical analysis",
    summary=(
        "The glass transition is given by three criteria, each named: peak of tan δ, peak of the loss modulus, onset "
        "of the storage modulus. They differ by tens of kelvin, and each shifts with frequency and heating rate."
    ),
    columns=("temperature_k",),
    optional_columns=(*TENSILE, *SHEAR, "tan_delta", "frequency_hz", "angular_frequency_rad_per_s"),
    parameters=PARAMETERS,
    analyse=analyse,
    findings=findings,
    series=series,
    figures=FIGURES,
    files="TRIOS, Q800 or RheoCompass text, Eplexor workbooks, csv or a spreadsheet",
    key_quantities=("glass_transition_temperature", "tan_delta_peak", "rubbery_modulus", "crosslink_density"),
    together=together,
)
