"""Charge transfer at a silicon particle: symmetric Butler-Volmer and its exchange current.

Source: Newman and Thomas-Alyea, Electrochemical Systems, 3rd ed. (2004), chapter 8; the form with the square root of
occupied and free sites is that of Doyle, Fuller and Newman, doi:10.1149/1.2221597.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.laws.silicon_potential import SHARE_MARGIN
from byssus.laws.voltammetry import FARADAY_C_PER_MOL, GAS_CONSTANT_J_PER_MOL_K

__all__ = ["current_density_a_per_m2", "exchange_current_density_a_per_m2", "overpotential_v", "thermal_voltage_v"]

Floats = NDArray[np.float64]


def thermal_voltage_v(temperature_k: Floats | float) -> Floats:
    """R T / F: 25.69 mV at 298.15 K."""
    return np.asarray(GAS_CONSTANT_J_PER_MOL_K * np.asarray(temperature_k, dtype=np.float64) / FARADAY_C_PER_MOL)


def overpotential_v(
    current_density_a_per_m2: Floats | float,
    exchange_current_density_a_per_m2: Floats | float,
    temperature_k: Floats | float = 298.15,
) -> Floats:
    """Overpotential (V), of the current's sign; shapes broadcast.

    eta = (2 R T / F) asinh(j / (2 j0)), the inverse of j = 2 j0 sinh(F eta / (2 R T)): one electron, both transfer
    coefficients one half.
    """
    j, j0 = np.asarray(current_density_a_per_m2), np.asarray(exchange_current_density_a_per_m2)
    return np.asarray(2 * thermal_voltage_v(temperature_k) * np.arcsinh(j / (2 * j0)))


def current_density_a_per_m2(
    overpotential_v: Floats | float,
    exchange_current_density_a_per_m2: Floats | float,
    temperature_k: Floats | float = 298.15,
) -> Floats:
    """Current density at an overpotential: j = 2 j0 sinh(F eta / (2 R T)), of the overpotential's sign."""
    eta, j0 = np.asarray(overpotential_v), np.asarray(exchange_current_density_a_per_m2)
    return np.asarray(2 * j0 * np.sinh(eta / (2 * thermal_voltage_v(temperature_k))))


def exchange_current_density_a_per_m2(lithium_share: Floats | float, at_half_a_per_m2: Floats | float) -> Floats:
    """Exchange current density at the surface's share of lithium, ``at_half_a_per_m2`` at a share of one half.

    j0 = 2 j_half sqrt(x (1 - x)); the rate constant k of k sqrt(c_e) c_max sqrt(x (1 - x)) gives
    j_half = k sqrt(c_e) c_max / 2. Shares are held ``SHARE_MARGIN`` away from 0 and 1.
    """
    x = np.clip(np.asarray(lithium_share, dtype=np.float64), SHARE_MARGIN, 1 - SHARE_MARGIN)
    return np.asarray(2 * np.asarray(at_half_a_per_m2) * np.sqrt(x * (1 - x)))
