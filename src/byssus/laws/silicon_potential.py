"""The equilibrium potential of amorphous silicon against lithium, with its hysteresis.

Both branches are the polynomials fitted to Verbrugge, Baker and Xiao, J. Electrochem. Soc. 163 (2016) A262,
doi:10.1149/2.0581602jes, as the composite-electrode set of PyBaMM (BSD-3) prints them, there called Mark2016: Ai et
al., doi:10.1016/j.jpowsour.2022.231142. Their share of lithium runs from 0 (Si) to 1, taken here for Li15Si4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["DELITHIATION", "LITHIATION", "SHARE_MARGIN", "equilibrium_potential_v", "equilibrium_slope_v"]

Floats = NDArray[np.float64]

LITHIATION, DELITHIATION = -1.0, 1.0

# Volts by powers of the share, x^7 first; doi:10.1149/2.0581602jes.
LITHIATION_V = np.array([-96.63, 372.6, -587.6, 489.9, -232.8, 62.99, -9.286, 0.8633])
DELITHIATION_V = np.array([-51.02, 161.3, -205.7, 140.2, -58.76, 16.87, -3.792, 0.9937])
LITHIATION_ENDS_V = 1e-4  # of 1/x - 1/(1 - x), part of the published lithiation branch
SHARE_MARGIN = 1e-9  # shares this near to 0 and 1 or beyond are held there, so that potentials stay finite


def equilibrium_potential_v(lithium_share: Floats | float, branch: Floats | float) -> Floats:
    """Potential (V against Li/Li+) at ``lithium_share`` (0 to 1) on ``branch``; shapes broadcast.

    ``branch`` is -1 on lithiation, +1 on delithiation, and mixes both linearly between:
    U = (U_d + U_l)/2 + b (U_d - U_l)/2. Falls strictly with the share on every branch. Below a share of 7.3e-4 the
    published branches cross: there the lithiation branch lies higher.
    """
    x = _held(lithium_share)
    lithiation = np.polyval(LITHIATION_V, x) + LITHIATION_ENDS_V * (1 / x - 1 / (1 - x))
    delithiation = np.polyval(DELITHIATION_V, x)
    return _mixed(np.asarray(lithiation), np.asarray(delithiation), branch)


def equilibrium_slope_v(lithium_share: Floats | float, branch: Floats | float) -> Floats:
    """Derivative of ``equilibrium_potential_v`` by the share (V), of the same shape; below 0 everywhere."""
    x = _held(lithium_share)
    lithiation = np.polyval(np.polyder(LITHIATION_V), x) - LITHIATION_ENDS_V * (1 / x**2 + 1 / (1 - x) ** 2)
    delithiation = np.polyval(np.polyder(DELITHIATION_V), x)
    return _mixed(np.asarray(lithiation), np.asarray(delithiation, dtype=np.float64), branch)


def _held(lithium_share: Floats | float) -> Floats:
    return np.clip(np.asarray(lithium_share, dtype=np.float64), SHARE_MARGIN, 1 - SHARE_MARGIN)


def _mixed(lithiation: Floats, delithiation: Floats, branch: Floats | float) -> Floats:
    weight = 0.5 * (1 + np.asarray(branch, dtype=np.float64))
    return np.asarray((1 - weight) * lithiation + weight * delithiation)
