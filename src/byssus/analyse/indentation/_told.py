"""A calibration's numbers as findings, with the words to paste for the next measurement, and its curves."""

from __future__ import annotations

import math

import numpy as np

from byssus.analyse.force_curve import lacking
from byssus.analyse.indentation._calibration import AreaCalibration, FrameCalibration
from byssus.figure import Series, decimate
from byssus.findings import Finding, Status
from byssus.laws.indentation import BERKOVICH_AREA, plane_strain_modulus_pa
from byssus.laws.statistics import interval_95

__all__ = ["area_findings", "area_series", "frame_findings", "frame_series"]

APART = 3.0  # standard uncertainties between two ways to one compliance
LINE_POINTS = 200


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
    numbers = ", ".join(f"{one:.8g}" for one in c.area.nanometres())
    reference = c.settings.reference_pa or math.nan
    deep = f"{c.depth_m[0] * 1e9:.4g} to {c.depth_m[-1] * 1e9:.4g} nm"
    largest = float(np.max(c.relative_u))
    said = (
        f'for reuse at contact depths from {deep}: area_function = "{numbers}", area_uncertainty = "{largest:.2%}"',
        *c.warnings,
    )
    method = (
        f"area function of {len(c.area.coefficients)} terms through {len(c.contacts)} contacts of {c.indents} indents "
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


def frame_series(c: FrameCalibration) -> tuple[Series, ...]:
    """1/S against 1/√A, with the line whose intercept is the frame."""
    given = c.settings.compliance_m_per_n
    left = c.frame.compliance_m_per_n - given
    root = 1 / np.sqrt(c.settings.area(c.all_contacts.contact_depth(left)))
    total = 1 / c.all_contacts.stiffness_n_per_m + given
    along = np.linspace(0, float(np.nanmax(root)), LINE_POINTS)
    line = c.frame.compliance_m_per_n + c.frame.slope * along
    used = root[c.all_contacts.depth_m >= c.from_m]
    return (
        Series("frame_line", *decimate(root, total), kind="points", label="contacts"),
        Series("frame_line", along, line, kind="line", label=f"fitted below {float(np.max(used)) / 1e6:.3g} 1/µm"),
    )


def area_series(c: AreaCalibration) -> tuple[Series, ...]:
    """The areas that the reference implies over those of an ideal tip, with the function through them."""
    reference = c.settings.reference_pa or math.nan
    depth = c.contact_depth_m
    implied = math.pi / 4 * (c.contacts.stiffness_n_per_m / (c.settings.beta * reference)) ** 2
    along = np.geomspace(c.depth_m[0], c.depth_m[-1], LINE_POINTS)
    order = np.argsort(depth)
    points = decimate(depth[order], (implied / (BERKOVICH_AREA * depth**2))[order])
    return (
        Series("tip_area", *points, kind="points", label="contacts"),
        Series("tip_area", along, c.area(along) / (BERKOVICH_AREA * along**2), kind="line", label="area function"),
    )
