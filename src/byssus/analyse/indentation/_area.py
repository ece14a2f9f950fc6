"""The area function of a tip, calibrated on a material whose reduced modulus is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.laws.indentation import AreaFunction, powers

__all__ = ["calibrate"]

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
