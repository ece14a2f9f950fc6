"""Voltammetry: charge of a sweep, the reversible peak current, the shape of a surface-confined peak."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FARADAY_C_PER_MOL",
    "GAS_CONSTANT_J_PER_MOL_K",
    "SECH2_AREA",
    "charge_steps",
    "charge_steps_by_potential",
    "reversible_peak_current",
    "sech2_peak",
]

Floats = NDArray[np.float64]

FARADAY_C_PER_MOL = 96485.33212  # CODATA 2018
GAS_CONSTANT_J_PER_MOL_K = 8.314462618  # CODATA 2018
RANDLES_SEVCIK = 0.4463  # largest value of the dimensionless reversible current, doi:10.1021/ac60210a007
SECH2_WIDTH = 2 * math.acosh(math.sqrt(2.0))  # width of sech^2 at half its height
SECH2_AREA = 2 / SECH2_WIDTH  # area of a sech^2 peak over (height times width at half height)


def charge_steps(time_s: Floats, current_a: Floats) -> Floats:
    """Charge (C) between neighbouring rows, shapes ``(n,)`` in and ``(n - 1,)`` out: trapezia of I dt.

    A clock that jumps back passes no charge in that step.
    """
    return np.asarray(0.5 * (current_a[1:] + current_a[:-1]) * np.maximum(np.diff(time_s), 0.0))


def charge_steps_by_potential(potential_v: Floats, current_a: Floats, rate_v_per_s: float) -> Floats:
    """Charge (C) between neighbouring rows of one sweep whose signed scan rate is known: trapezia of I dE / v."""
    return np.asarray(0.5 * (current_a[1:] + current_a[:-1]) * np.diff(potential_v) / rate_v_per_s)


def reversible_peak_current(
    electrons: float,
    area_m2: float,
    concentration_mol_per_m3: float,
    diffusion_m2_per_s: float,
    scan_rate_v_per_s: float,
    temperature_k: float = 298.15,
) -> float:
    """Peak current (A) of a reversible couple that diffuses to a planar electrode (Randles, Sevcik).

    I_p = 0.4463 n F A c sqrt(n F v D / (R T)). Source: Nicholson and Shain, doi:10.1021/ac60210a007.
    """
    per_volt = electrons * FARADAY_C_PER_MOL / (GAS_CONSTANT_J_PER_MOL_K * temperature_k)
    flux = math.sqrt(per_volt * scan_rate_v_per_s * diffusion_m2_per_s)
    return RANDLES_SEVCIK * electrons * FARADAY_C_PER_MOL * area_m2 * concentration_mol_per_m3 * flux


def sech2_peak(potential_v: Floats, position_v: float, width_v: float) -> Floats:
    """A peak of unit height, any shape; ``width_v`` is its full width at half height.

    The form of a reversible, surface-confined couple, sech^2(nF(E - E0)/(2RT)): Laviron,
    doi:10.1016/S0022-0728(79)80075-3. Its area is ``SECH2_AREA`` times height times width.
    """
    x = np.clip(SECH2_WIDTH * (potential_v - position_v) / width_v, -350.0, 350.0)
    return np.asarray(1.0 / np.cosh(x) ** 2)
