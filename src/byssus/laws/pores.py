"""Mercury in pores (Washburn) and gas on surfaces (Brunauer, Emmett, Teller)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["bet_area", "bet_ordinate", "pore_area", "pore_diameter", "pore_pressure"]

Floats = NDArray[np.float64]
AVOGADRO = 6.02214076e23  # 1/mol, exact (SI, 2019)
MOLAR_VOLUME_STP = 0.02241396954  # m^3/mol at 273.15 K and 101.325 kPa (CODATA 2018)


def pore_diameter(pressure_pa: Floats, surface_tension: float, contact_angle: float) -> Floats:
    """Diameter in m of the cylinder that mercury enters at a pressure, shape ``(n,)``: D = -4 γ cos θ / P.

    γ in N/m, θ in rad, above a right angle. Source: Washburn (1921), doi:10.1073/pnas.7.4.115; ISO 15901-1:2016.
    """
    return np.asarray(-4 * surface_tension * math.cos(contact_angle) / pressure_pa)


def pore_pressure(diameter_m: Floats, surface_tension: float, contact_angle: float) -> Floats:
    """Pressure in Pa at which mercury enters cylinders, shape ``(n,)``; the inverse of :func:`pore_diameter`."""
    return np.asarray(-4 * surface_tension * math.cos(contact_angle) / diameter_m)


def pore_area(pressure_pa: Floats, volume: Floats, surface_tension: float, contact_angle: float) -> Floats:
    """Cumulative wall area, shape ``(n,)``, in the unit of ``volume`` per m: A = ∫ P dV / (-γ cos θ) = 4 ∫ dV/D.

    ``pressure_pa`` rises. Within a step the area is spread evenly over ln D, which gives P1 P2 ln(P2/P1)/(P2 - P1) for
    its mean pressure; trapezia would be high by a sixth of the squared step of ln P.
    Source: Rootare and Prenzlow (1967), doi:10.1021/j100867a057.
    """
    rise = np.diff(pressure_pa) / pressure_pa[:-1]
    steps = pressure_pa[1:] * np.log1p(rise) / rise * np.diff(volume)
    return np.concatenate(([0.0], np.cumsum(steps))) / (-surface_tension * math.cos(contact_angle))


def bet_ordinate(relative_pressure: Floats, adsorbed: Floats) -> Floats:
    """x / (Q (1 - x)), which is a straight line in x: (C - 1)/(Qm C) x + 1/(Qm C); shape ``(n,)``.

    Source: Brunauer, Emmett and Teller (1938), doi:10.1021/ja01269a023; ISO 9277:2022.
    """
    return np.asarray(relative_pressure / (adsorbed * (1 - relative_pressure)))


def bet_area(monolayer_m3_per_kg: float, cross_section_m2: float) -> float:
    """Area in m^2/kg of a monolayer given as gas at standard conditions, a molecule covering ``cross_section_m2``."""
    return monolayer_m3_per_kg / MOLAR_VOLUME_STP * AVOGADRO * cross_section_m2
