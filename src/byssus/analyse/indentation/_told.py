"""A calibration's numbers as findings, with the words to paste for the next measurement."""

from __future__ import annotations

import math

import numpy as np

from byssus.analyse.force_curve import lacking
from byssus.analyse.indentation._calibration import AreaCalibration, FrameCalibration
from byssus.findings import Finding, Status
from byssus.laws.indentation import BERKOVICH_AREA, plane_strain_modulus_pa
from byssus.laws.statistics import interval_95

__all__ = ["area_findings", "frame_findings"]

APART = 3.0  # standard uncertainties between two ways to one compliance


def frame_findings(c: FrameCalibration) -> tuple[Finding, ...]:
    """The compliance, ready for reuse, and the modulus that all contacts then share."""
    s, value, (u, u_modulus) = c.settings, c.frame.compliance_m_per_n, c.uncertainty
    told = value * 1e6
    said = [f'for reuse: frame_compliance = "{told:.5g} nm/mN", frame_compliance_uncertainty = "{u * 1e6:.2g} nm/mN"']
    doubts = list(c.warnings)
    others = (
        (c.by_load.compliance_m_per_n, "1/S on 1/√P, which needs one hardness but no area,"),
        (c.of_all, "contacts of every depth"),
    )
    for other, name in others:
        if math.isfinite(other) and abs(other - value) > APART * u:
            doubts.append(f"{name} would give {other * 1e6:.3g} nm/mN: hardness, modulus or zero are not one")
    if c.indents < 3:
        doubts.append("fewer than three indents: the uncertainty is that of scatter about one line")
    method = (
        f"intercept of 1/S on 1/√A over {c.frame.n} contacts of {c.indents} indents deeper than "
        f"{c.from_m * 1e9:.4g} nm, which share one modulus; {s.area_from}"
    )
    status: Status = "warned" if doubts else "ok"
    base = Finding("", None, "Pa", {}, n=1, method=method, status=status, remarks=(*said, *doubts))
    frame = Finding(
        "frame_compliance", value, "m/N", {}, u, interval_95(value, u, max(c.indents - 1, 1)), n=1, method=method,
        equation="1/S = Cf + √π/(2 β Er √A)", status=status, remarks=base.remarks,
    )  # fmt: skip
    known = u_modulus if math.isfinite(u_modulus) else None
    equation = "Er = √π/(2 β b), b the slope of 1/S on 1/√A"
    rows = [frame, _modulus(base, "reduced_modulus", c.modulus_pa, known, equation)]
    sample = float(plane_strain_modulus_pa(c.modulus_pa, s.tip_pa, s.tip_poisson))
    equation = "1/Er = (1 - ν²)/E + (1 - νi²)/Ei"
    if s.poisson is None:
        like = _modulus(base, "indentation_modulus", sample, None, equation)
        return (*rows, lacking(like, "the sample's modulus needs poisson_ratio (the file's header has none)"))
    share = (1 - s.poisson**2) * sample
    # dE'/dEr = (E'/Er)^2
    wide = None if known is None else (1 - s.poisson**2) * (sample / c.modulus_pa) ** 2 * known
    return (*rows, _modulus(base, "indentation_modulus", share, wide, equation))


def _modulus(base: Finding, quantity: str, value: float, u: float | None, equation: str) -> Finding:
    return Finding(
        quantity, value, "Pa", {}, u, n=1, method=base.method, equation=equation, status=base.status,
        remarks=base.remarks[1:],
    )  # fmt: skip


def area_findings(c: AreaCalibration) -> tuple[Finding, ...]:
    """The tip's area at a few contact depths over that of an ideal tip, and the function, ready for reuse."""
    terms = c.area.nanometres()
    last = max(k for k, one in enumerate(terms, 1) if one or k == 1)
    numbers = ", ".join(f"{one:.8g}" for one in terms[:last])
    reference = c.settings.reference_pa or math.nan
    deep = f"{c.depth_m[0] * 1e9:.4g} to {c.depth_m[-1] * 1e9:.4g} nm"
    largest = float(np.max(c.relative_u))
    known = f', area_uncertainty = "{largest * 100:.2g} %"' if largest > 0 else ""
    said = (f'for reuse at contact depths from {deep}: area_function = "{numbers}"{known}', *c.warnings)
    method = (
        f"area function through {len(c.contacts)} contacts of {c.indents} indents "
        f"on a reference of Er = {reference / 1e9:.5g} GPa; relative scatter {c.scatter:.2%}; uncertainty "
        + ("by leaving out one indent at a time" if c.indents > 2 else "that scatter, for want of three indents")
        + ", without that of the reference"
    )
    out = []
    for depth, u in zip(c.depth_m, c.relative_u, strict=True):
        ratio = float(c.area(depth)) / (BERKOVICH_AREA * depth**2)
        at = {"contact_depth": f"{depth * 1e9:.4g} nm"}
        out.append(
            Finding(
                "tip_area_ratio", ratio, "1", at, u * ratio, n=1, method=method, remarks=said,
                equation="A = π/4 (S/(β Er))²", status="warned" if c.warnings else "ok",
            )
        )  # fmt: skip
    return tuple(out)
