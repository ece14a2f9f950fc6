"""The numbers and the curves of a molar mass distribution."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from byssus.analyse.gpc._calibration import Calibration
from byssus.figure import Mark, Series, decimate
from byssus.findings import Finding, Status
from byssus.laws.statistics import interval_95, welch_satterthwaite

if TYPE_CHECKING:
    from byssus.analyse.gpc.technique import GpcResult

__all__ = ["curves", "numbers"]

MOST_SUMMITS = 8
CURVE_POINTS = 120
_AVERAGES = (
    ("number_average_molar_mass", "number", "kg/mol", "Mn = Σ mᵢ / Σ (mᵢ/Mᵢ)"),
    ("weight_average_molar_mass", "weight", "kg/mol", "Mw = Σ mᵢMᵢ / Σ mᵢ"),
    ("z_average_molar_mass", "z", "kg/mol", "Mz = Σ mᵢMᵢ² / Σ mᵢMᵢ"),
    ("dispersity", "dispersity", "1", "Đ = Mw/Mn"),
)


def numbers(r: GpcResult) -> tuple[Finding, ...]:
    """Mn, Mw, Mz and dispersity, the molar mass at each maximum, and the leave-one-out error of each order."""
    out = []
    values = {
        "number": r.averages.number,
        "weight": r.averages.weight,
        "z": r.averages.z,
        "dispersity": r.averages.dispersity,
    }
    for quantity, name, unit, equation in _AVERAGES:
        like = Finding(quantity, values[name], unit, n=1, method=_method(r, name), equation=equation)
        out.append(_with_uncertainty(like, r, r.uncertainties[name]))
    many = len(r.summits) > 1
    for k, (mass, u) in enumerate(zip(r.summits[:MOST_SUMMITS], r.summit_uncertainties, strict=False), start=1):
        how = f"maximum {k} of the chromatogram in order of elution" if many else "the highest point"
        like = Finding("peak_molar_mass", mass, "kg/mol", {"maximum": k} if many else {}, n=1,
                       method=f"{how}; {_calibrated(r.calibration)}", equation="Mp = M(t at the maximum)")  # fmt: skip
        out.append(_with_uncertainty(like, r, (u, None)))
    return (*out, *_errors(r.calibration))


def _with_uncertainty(like: Finding, r: GpcResult, parts: tuple[float | None, float | None]) -> Finding:
    status: Status = "warned" if r.warnings else "ok"
    by_calibration, by_limits = parts
    if like.value is None or (by_calibration is None and by_limits is None):
        return replace(like, status=status, remarks=r.warnings)
    known = [(by_limits, math.inf)] if by_limits is not None else []
    if by_calibration is not None and r.calibration is not None:
        known.append((by_calibration, float(r.calibration.degrees)))
    u = math.hypot(*(part for part, _ in known))
    return replace(
        like,
        standard_uncertainty=u,
        interval=interval_95(like.value, u, welch_satterthwaite(known)),
        status=status,
        remarks=r.warnings,
    )


def _method(r: GpcResult, name: str) -> str:
    if r.peak is None or r.retention is None:
        return "from a distribution dw/dlog M as read, by trapezia over log M; how it was calibrated is not in the file"
    ends = f"{_shown(r.retention[r.peak.first], r)} to {_shown(r.retention[r.peak.last], r)}"
    by_calibration, by_limits = r.uncertainties[name]
    parts = (("calibration", by_calibration), ("limits and baseline", by_limits))
    shares = [f"{what} {u:.3g}" for what, u in parts if u is not None]
    lost = [what for what, u in parts if u is None]
    said = f"; standard uncertainty from {', '.join(shares)}" if shares else ""
    said += f"; what is not known and not in it: that of the {' and '.join(lost)}" if lost else ""
    return f"slices from {ends} ({r.peak.rule}); {_calibrated(r.calibration)}{said}"


def _shown(x: float, r: GpcResult) -> str:
    return f"{x / 60:.4g} min" if r.retention_name == "time_s" else f"{x * 1e6:.4g} ml"


def _calibrated(one: Calibration | None) -> str:
    if one is None:
        return "no calibration in the file"
    if one.standards is None:
        how = f"calibration by given coefficients, order {one.order}"
    else:
        masses = one.standards[1]
        errors = ", ".join(f"{k}: {e:.3g}" for k, e in (one.errors or {}).items() if math.isfinite(e))
        tried = f" (leave-one-out error of log M by order {errors})" if errors else ""
        how = (
            f"log M a polynomial of order {one.order} through {len(masses)} narrow standards, "
            f"{masses.min():.4g} to {masses.max():.4g} kg/mol{tried}"
        )
    if one.mark_houwink is None:
        return f"{how}; relative to the standards' polymer"
    (k1, a1), (k2, a2) = one.mark_houwink
    return f"{how}; universal calibration, Mark-Houwink K {k1:.4g}, a {a1:.4g} to K {k2:.4g}, a {a2:.4g}"


def _errors(one: Calibration | None) -> tuple[Finding, ...]:
    if one is None or one.errors is None:
        return ()
    return tuple(
        Finding(
            "calibration_error", error, "1", {"order": k}, n=1,
            method=f"each standard predicted from the others{', the order taken' if k == one.order else ''}",
            equation="√(Σ (eᵢ/(1 - hᵢ))² / n)",
        )
        for k, error in one.errors.items()
        if math.isfinite(error)
    )  # fmt: skip


def curves(r: GpcResult) -> tuple[Series, ...]:
    """Distribution; chromatogram and baseline with its limits; standards and polynomial; errors by order."""
    mass = 10**r.log_mass
    out = [Series("distribution", mass, r.distribution)]  # whole: models take it as it is, drawing thins it
    if r.peak is None or r.retention is None or r.signal is None or r.retention_name != "time_s":
        return tuple(out)
    first, last = r.peak.first, r.peak.last
    inside = r.retention[first : last + 1]
    under = r.signal[first : last + 1] - r.peak.height(r.retention, r.signal)
    out.append(Series("chromatogram", *decimate(r.retention, r.signal), at={"curve": "signal"}))
    marks = (Mark("limit", float(inside[0])), Mark("limit", float(inside[-1])))
    out.append(Series("chromatogram", inside[[0, -1]], under[[0, -1]], at={"curve": "baseline"}, marks=marks))
    return (*out, *_calibration_curves(r.calibration))


def _calibration_curves(one: Calibration | None) -> tuple[Series, ...]:
    if one is None or one.standards is None or one.span is None:
        return ()
    x = np.linspace(*one.span, CURVE_POINTS)
    line = replace(one, mark_houwink=None)
    out = [
        Series("calibration", *one.standards, kind="points"),
        Series("calibration", x, 10 ** line.log_mass(x), kind="line"),
    ]
    known = {k: e for k, e in (one.errors or {}).items() if math.isfinite(e)}
    if known:
        out.append(Series("calibration_orders", np.array([str(k) for k in known]), np.array(list(known.values()))))
    return tuple(out)
