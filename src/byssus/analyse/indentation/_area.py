"""The area function of a tip, calibrated on a material whose reduced modulus is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from byssus.findings import Finding
from byssus.laws.indentation import AreaFunction, powers

if TYPE_CHECKING:
    from byssus.analyse.indentation.technique import IndentationResult

__all__ = ["calibrate", "calibrate_words"]

Floats = NDArray[np.float64]

MOST_TERMS = 5
DEPTHS_A_TERM = 4  # depths needed for each term of an area function


def calibrate(contact_depth_m: Floats, stiffness_n_per_m: Floats, reduced_pa: float, beta: float = 1.0) -> AreaFunction:
    """The area function through A = pi/4 (S/(beta Er))^2 at ``(n,)`` contact depths above zero.

    As many terms as there are four depths for each, at most five; coefficients not negative, so that the area
    grows with the depth; equal relative weights. Source: doi:10.1557/JMR.1992.1564.
    """
    from scipy.optimize import nnls

    area = np.pi / 4 * (stiffness_n_per_m / (beta * reduced_pa)) ** 2
    terms = int(np.clip(len(area) // DEPTHS_A_TERM, 1, MOST_TERMS))
    depth_nm, area_nm2 = contact_depth_m * 1e9, area * 1e18
    basis = np.column_stack([depth_nm**p for p in powers(terms)]) / area_nm2[:, None]
    scale = np.max(basis, axis=0)
    found, _ = nnls(basis / scale, np.ones(len(area)))
    return AreaFunction.from_nanometres(tuple(float(c) for c in found / scale))


def calibrate_words(finding: Finding, r: IndentationResult) -> Finding:
    """The contact depth's finding with the area function that the reference's modulus implies, ready for reuse."""
    reference = r.settings.reference_pa
    sound = [u for u in r.unloadings if u.law is not None and u.contact_depth > 0]
    depth = np.array([u.contact_depth for u in sound])
    stiffness = np.array([u.law.stiffness_n_per_m for u in sound if u.law is not None])
    if r.continuous is not None:
        along = r.continuous
        hc = along.depth_m - 0.75 * along.hardness_pa * along.area_m2 / along.stiffness_n_per_m
        depth, stiffness = np.concatenate((depth, hc)), np.concatenate((stiffness, along.stiffness_n_per_m))
    keep = (depth > 0) & (stiffness > 0)
    if reference is None or not keep.any():
        return finding
    function = calibrate(depth[keep], stiffness[keep], reference, r.settings.beta)
    words = ", ".join(f"{c:.8g}" for c in function.nanometres())
    deep = f"{float(np.min(depth[keep])) * 1e9:.4g} to {float(np.max(depth[keep])) * 1e9:.4g} nm"
    said = f'calibrated on {int(np.sum(keep))} contact depths, {deep}: area_function = "{words}"'
    return replace(finding, remarks=(*finding.remarks, said))
