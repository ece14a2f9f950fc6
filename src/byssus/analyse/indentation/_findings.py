"""An indent's numbers as findings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from byssus.analyse.force_curve import lacking
from byssus.analyse.indentation._contact import Continuous, Unloading
from byssus.analyse.indentation._frame import Frame
from byssus.analyse.indentation._settings import Settings
from byssus.findings import Finding, Status
from byssus.laws.indentation import plane_strain_modulus_pa
from byssus.laws.statistics import interval_95

if TYPE_CHECKING:
    from byssus.analyse.indentation.technique import IndentationResult

__all__ = ["across", "all_findings"]

COATING_SHARE = 0.1  # of the coating's thickness: deeper, the substrate adds to modulus and hardness (ISO 14577-4)
LOADS_APART = 0.05  # relative standard deviation of the peak loads above which they are not one test
BENT = 3.0  # standard uncertainties between the intercepts of the deeper half and of all
STIFFER = "the contact is as stiff as the tip itself: the sample's modulus cannot be told; the frame is overcorrected"
EQUATIONS = {
    "contact_stiffness": "S = dP/dh = m a (hmax - hf)^(m-1)",
    "contact_depth": "hc = hmax - ε P/S",
    "reduced_modulus": "Er = √π S / (2 β √A(hc))",
    "hardness": "H = P/A(hc)",
    "plane_strain_modulus": "1/Er = (1 - ν²)/E + (1 - νi²)/Ei",
    "indentation_modulus": "1/Er = (1 - ν²)/E + (1 - νi²)/Ei",
    "unloading_exponent": "P = a (h - hf)^m",
}


def all_findings(r: IndentationResult) -> tuple[Finding, ...]:
    """Findings of every unloading (``at.cycle`` where there are several), of the drift, the frame, the continuum."""
    out: list[Finding] = []
    several = len(r.unloadings) > 1
    for number, one in enumerate(r.unloadings, 1):
        out += _unloading(one, r, {"cycle": number} if several else {})
    if r.continuous is not None:
        out += _along(r.continuous, r)
    if r.drift is not None:
        slope, u = r.drift.slope, r.drift.slope_uncertainty
        method = f"line through {r.drift.n} readings of depth in the hold at low load, its first third left out; "
        method += "taken off the depth" if r.drift_taken else "not taken off"
        out.append(Finding("thermal_drift", slope, "m/s", {}, u, n=1, method=method, equation="dh/dt"))
    if r.frame is not None:
        out.append(_frame(r.frame, r.frame_of_all, r))
    return tuple(out)


def _method(u: Unloading, s: Settings) -> str:
    if u.law is None:
        return ""
    epsilon = f"ε = {u.epsilon:.4g}" + (" from the exponent" if s.epsilon is None else "")
    return (
        f"power law through {u.law.n} points of unloading, {s.upper:.0%} to {s.lower:.0%} of the load; {epsilon}, "
        f"β = {s.beta:.4g}, {s.area_from}; Monte Carlo uncertainty of {s.uncertain}"
    )


def _remarks(u: Unloading, r: IndentationResult) -> tuple[str, ...]:
    said = [*u.remarks]
    coating = r.settings.coating_m
    if coating is not None and u.cycle.depth_m > COATING_SHARE * coating:
        share = u.cycle.depth_m / coating
        said.append(
            f"the depth is {share:.0%} of the coating's thickness, over {COATING_SHARE:.0%}: the substrate speaks"
        )
    return (*said, *r.warnings)


def _unloading(u: Unloading, r: IndentationResult, at: Mapping[str, Any]) -> list[Finding]:
    s, remarks = r.settings, _remarks(u, r)
    status: Status = "warned" if remarks else "ok"
    base = Finding("", None, "1", dict(at), n=1, method=_method(u, s), status=status, remarks=remarks)
    read = "mean of the readings at the top"
    out = [
        base.but(quantity="indentation_depth", value=u.cycle.depth_m, unit="m", method=read, equation="hmax"),
        Finding("peak_load", u.cycle.peak_n, "N", dict(at), n=1, method=read, equation="Pmax"),
    ]
    rows = (
        ("contact_stiffness", "N/m", math.nan if u.law is None else u.law.stiffness_n_per_m),
        ("contact_depth", "m", u.contact_depth),
        ("reduced_modulus", "Pa", u.reduced_modulus),
        ("hardness", "Pa", u.hardness),
        ("plane_strain_modulus", "Pa", u.plane_strain_modulus),
        ("unloading_exponent", "1", math.nan if u.law is None else u.law.exponent),
    )
    for name, unit, value in rows:
        named: dict[str, Any] = {"quantity": name, "unit": unit, "equation": EQUATIONS[name]}
        out.append(_valued(base, named, value, u, name, exact=not s.compliance_u))
    out.append(_sample(base, u, s))
    if u.law is not None and math.isfinite(u.window_spread):
        words = "range over windows from 98, 95 or 90 % to 60, 50, 40 or 20 % of the load"
        out.append(Finding("unloading_window_spread", u.window_spread, "1", dict(at), n=1, method=words))
    return out


def _valued(
    like: Finding, words: Mapping[str, Any], value: float, u: Unloading, name: str, *, exact: bool = True
) -> Finding:
    """``like`` with these words, and the value with its uncertainty or why there is none."""
    if not math.isfinite(value):
        why = u.remarks or ((STIFFER,) if name.endswith("modulus") else ("the contact depth is not above zero",))
        remarks = tuple(dict.fromkeys((*why, *like.remarks)))
        return like.but(**words, n=None, status="not_identifiable", remarks=remarks)
    spread, bounds = u.uncertainty.get(name), u.interval.get(name)
    if name == "contact_stiffness" and u.law is not None and exact:
        spread = u.law.stiffness_uncertainty  # exact where Monte Carlo has its own scatter
        bounds = interval_95(value, spread, u.law.n - 3)
    return like.but(**words, value=value, standard_uncertainty=spread, interval=bounds)


def _sample(base: Finding, u: Unloading, s: Settings) -> Finding:
    """E of the sample, which needs Poisson's ratio."""
    like = base.but(quantity="indentation_modulus", unit="Pa", equation=EQUATIONS["indentation_modulus"])
    if s.poisson is None:
        return lacking(like, "the sample's modulus needs poisson_ratio (the file's header has none)")
    share = 1 - s.poisson**2
    found = _valued(like, {}, u.plane_strain_modulus * share, u, "plane_strain_modulus")
    if found.value is None or found.standard_uncertainty is None or found.interval is None:
        return found
    low, high = found.interval
    method = f"{like.method}; ν = {s.poisson:.4g} {s.poisson_from}"
    return found.but(
        standard_uncertainty=found.standard_uncertainty * share, interval=(low * share, high * share),
        method=method,
    )  # fmt: skip


def _along(c: Continuous, r: IndentationResult) -> list[Finding]:
    """Means over the range of depth of what a continuous stiffness gives."""
    s, at = r.settings, {"stiffness": "continuous"}
    low, high = c.range_m
    method = (
        f"mean of {c.rows} readings at depths from {low * 1e9:.4g} to {high * 1e9:.4g} nm while loading, from the "
        f"stiffness the instrument measured; {s.area_from}; scatter along a depth is no uncertainty"
    )
    sample = plane_strain_modulus_pa(c.reduced_pa, s.tip_pa, s.tip_poisson)
    rows = [("reduced_modulus", c.reduced_pa), ("hardness", c.hardness_pa), ("plane_strain_modulus", sample)]
    if s.poisson is not None:
        rows.append(("indentation_modulus", sample * (1 - s.poisson**2)))
    status: Status = "warned" if r.warnings else "ok"
    return [
        Finding(
            name, float(np.mean(v[c.inside])), "Pa", at, n=1, method=method, equation=EQUATIONS[name], status=status,
            remarks=r.warnings,
        )
        for name, v in rows
    ]  # fmt: skip


def _frame(frame: Frame, of_all: float, r: IndentationResult) -> Finding:
    """The compliance that is left: where 1/S meets an infinite contact."""
    value, u = frame.compliance_m_per_n, frame.uncertainty
    bent = abs(of_all - value) > BENT * u
    said = (
        f"all unloadings would give {of_all * 1e6:.3g} nm/mN: 1/S against 1/√A is bent, and the number rests on the "
        "deepest; the area function or the first unloadings are off"
    )
    method = (
        f"intercept of 1/S on 1/√A over the {frame.n} deepest of {len(r.unloadings)} unloadings; {r.settings.area_from}"
    )
    return Finding(
        "frame_compliance", value, "m/N", {}, u if math.isfinite(u) else None, n=1, method=method,
        equation="1/S = Cf + √π/(2 β Er √A)", status="warned" if bent else "ok", remarks=(said,) if bent else (),
    )  # fmt: skip


def across(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The spread of the peak loads among a binder's indents, warned where they were not one test."""
    out = []
    for f in findings:
        if f.quantity != "peak_load" or f.value is None or f.standard_uncertainty is None or not f.n or f.n < 2:
            continue
        spread = f.standard_uncertainty * math.sqrt(f.n) / f.value
        apart = spread > LOADS_APART
        said = (
            f"the peak loads of {f.n} indents differ by {spread:.0%}: depth follows the load, and hardness and "
            "modulus may; compare them only at one load"
        )
        method = f"standard deviation over mean of {f.n} peak loads"
        out.append(
            Finding(
                "peak_load_spread", spread, "1", dict(f.at), n=f.n, method=method, inputs=f.inputs,
                status="warned" if apart else "ok", remarks=(said,) if apart else (),
            )
        )  # fmt: skip
    return tuple(out)
